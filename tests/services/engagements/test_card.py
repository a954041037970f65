"""Card first: who has said nothing about ties sees nothing of the case."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.engagements import service
from expertpool.engagements.models import Declaration, Engagement
from expertpool.engagements.rules import CardAnswer, EngagementState
from expertpool.incidents.models import Incident
from expertpool.infra.db import acting_as
from expertpool.infra.identity import Actor, Role
from expertpool.refusals import Forbidden, Invalid, NotFound, WrongState
from tests.fixtures.accounts import an_actor
from tests.fixtures.engagements import Case, a_card, a_case, a_proposal, an_offer, expert_actor, waiting_jobs
from tests.fixtures.experts import an_expert


@pytest.fixture
def case(session: Session, now: dt.datetime) -> Case:
    return a_case(session)


@pytest.fixture
def offer(session: Session, case: Case) -> Engagement:
    return an_offer(session, case, an_expert(session))


def reads_case(session: Session, engagement: Engagement) -> bool:
    """Whether the database itself shows the incident to the expert."""
    with acting_as(session, expert_actor(engagement.expert)):
        query = sa.select(sa.func.count(Incident.id)).where(Incident.id == engagement.incident_id)
        return session.scalar(query) == 1


def rule(
    session: Session, engagement: Engagement, officer: Actor, *, cleared: bool, now: dt.datetime
) -> Engagement:
    with acting_as(session, officer):
        return service.rule_on_card(
            session, engagement.id, cleared=cleared, grounds="확인했음", actor=officer, now=now
        )


def test_no_case_before_the_card(session: Session, offer: Engagement) -> None:
    assert not reads_case(session, offer)


def test_no_tie_and_the_pledge_open_the_case(session: Session, offer: Engagement) -> None:
    a_card(session, offer, CardAnswer.NONE)

    assert reads_case(session, offer)
    assert offer.state is EngagementState.OFFERED


@pytest.mark.parametrize(("answer", "category"), [(CardAnswer.YES, "work"), (CardAnswer.UNCERTAIN, "")])
def test_a_tie_or_a_doubt_waits_for_the_officer(
    session: Session, offer: Engagement, answer: CardAnswer, category: str
) -> None:
    a_card(session, offer, answer, category=category)

    assert not reads_case(session, offer)
    assert offer.state is EngagementState.OFFERED


def test_who_may_not_say_is_taken_off(session: Session, offer: Engagement) -> None:
    a_card(session, offer, CardAnswer.CANNOT_SAY)

    assert offer.state is EngagementState.RECUSED
    assert not reads_case(session, offer)
    assert [job["engagement_id"] for job in waiting_jobs(session, "planning.repair_seat")] == [str(offer.id)]


def test_the_same_answer_again_changes_nothing(session: Session, offer: Engagement) -> None:
    a_card(session, offer, CardAnswer.YES, category="work")

    a_card(session, offer, CardAnswer.YES, category="work")

    assert session.scalar(sa.select(sa.func.count(Declaration.id))) == 1


@pytest.mark.parametrize(("answer", "category"), [(CardAnswer.NONE, ""), (CardAnswer.YES, "money")])
def test_another_answer_is_refused(
    session: Session, offer: Engagement, answer: CardAnswer, category: str
) -> None:
    a_card(session, offer, CardAnswer.YES, category="work")

    with pytest.raises(WrongState):
        a_card(session, offer, answer, category=category)


def test_a_card_without_the_pledge_is_refused(session: Session, offer: Engagement, now: dt.datetime) -> None:
    actor = expert_actor(offer.expert)

    with pytest.raises(Invalid), acting_as(session, actor):
        service.answer_card(
            session, offer.id, answer=CardAnswer.NONE, category="", pledged=False, actor=actor, now=now
        )


def test_nobody_else_answers_the_card(
    session: Session, case: Case, offer: Engagement, now: dt.datetime
) -> None:
    with pytest.raises(Forbidden), acting_as(session, case.coordinator):
        service.answer_card(
            session,
            offer.id,
            answer=CardAnswer.NONE,
            category="",
            pledged=True,
            actor=case.coordinator,
            now=now,
        )


def test_a_stranger_finds_no_card(session: Session, offer: Engagement, now: dt.datetime) -> None:
    stranger = expert_actor(an_expert(session))

    with pytest.raises(NotFound), acting_as(session, stranger):
        service.answer_card(
            session, offer.id, answer=CardAnswer.NONE, category="", pledged=True, actor=stranger, now=now
        )


def test_a_proposal_has_no_card_yet(session: Session, case: Case) -> None:
    proposal = a_proposal(session, case, an_expert(session))

    with pytest.raises(NotFound):
        a_card(session, proposal, CardAnswer.NONE)


def test_the_officer_opens_the_case(session: Session, offer: Engagement, now: dt.datetime) -> None:
    officer = an_actor(session, Role.CONFLICT_OFFICER)
    a_card(session, offer, CardAnswer.UNCERTAIN)

    rule(session, offer, officer, cleared=True, now=now)

    assert reads_case(session, offer)
    rows = session.scalars(sa.select(Declaration)).all()
    assert {(row.answer, row.ruled_by) for row in rows} == {
        (CardAnswer.UNCERTAIN, None),
        (CardAnswer.NONE, officer.user_id),
    }


def test_the_officer_takes_the_expert_off(session: Session, offer: Engagement, now: dt.datetime) -> None:
    officer = an_actor(session, Role.CONFLICT_OFFICER)
    a_card(session, offer, CardAnswer.YES, category="family")

    rule(session, offer, officer, cleared=False, now=now)

    assert offer.state is EngagementState.RECUSED
    assert not reads_case(session, offer)


def test_the_time_the_officer_took_is_given_back(
    session: Session, offer: Engagement, now: dt.datetime
) -> None:
    officer = an_actor(session, Role.CONFLICT_OFFICER)
    a_card(session, offer, CardAnswer.UNCERTAIN)

    rule(session, offer, officer, cleared=True, now=now + dt.timedelta(hours=30))

    assert offer.answer_by == now + dt.timedelta(hours=54)


def test_the_same_ruling_again_changes_nothing_and_another_is_refused(
    session: Session, offer: Engagement, now: dt.datetime
) -> None:
    officer = an_actor(session, Role.CONFLICT_OFFICER)
    a_card(session, offer, CardAnswer.UNCERTAIN)
    rule(session, offer, officer, cleared=True, now=now)

    rule(session, offer, officer, cleared=True, now=now)
    with pytest.raises(WrongState):
        rule(session, offer, officer, cleared=False, now=now)

    assert session.scalar(sa.select(sa.func.count(Declaration.id))) == 2


def test_a_clear_card_waits_for_no_ruling(session: Session, offer: Engagement, now: dt.datetime) -> None:
    officer = an_actor(session, Role.CONFLICT_OFFICER)
    a_card(session, offer, CardAnswer.NONE)

    with pytest.raises(WrongState):
        rule(session, offer, officer, cleared=False, now=now)


def test_a_coordinator_does_not_rule(
    session: Session, case: Case, offer: Engagement, now: dt.datetime
) -> None:
    a_card(session, offer, CardAnswer.UNCERTAIN)

    with pytest.raises(Forbidden):
        rule(session, offer, case.coordinator, cleared=True, now=now)


def test_another_ministrys_officer_finds_no_card(
    session: Session, offer: Engagement, now: dt.datetime
) -> None:
    stranger = an_actor(session, Role.CONFLICT_OFFICER, ministry="MOIP")
    a_card(session, offer, CardAnswer.UNCERTAIN)

    with pytest.raises(NotFound):
        rule(session, offer, stranger, cleared=True, now=now)


@pytest.mark.parametrize("change", ["UPDATE declaration SET pledged = true", "DELETE FROM declaration"])
def test_declarations_cannot_be_changed(session: Session, offer: Engagement, change: str) -> None:
    a_card(session, offer, CardAnswer.UNCERTAIN)

    with pytest.raises(sa.exc.ProgrammingError, match="permission denied"), session.begin_nested():
        session.execute(sa.text(change))
