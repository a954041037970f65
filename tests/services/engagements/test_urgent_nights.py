"""Securing evidence tonight: it begins on a pledge, and the conflict card follows or the case is shut."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.doctor import CHECKS
from expertpool.engagements import queries, service
from expertpool.engagements.models import Declaration, Engagement
from expertpool.engagements.rules import DECLARED_WITHIN, CardAnswer, CardStanding, EngagementState
from expertpool.incidents.models import Incident
from expertpool.incidents.rules import PartySide
from expertpool.infra.db import acting_as
from expertpool.infra.identity import SYSTEM, Actor, Role
from expertpool.infra.jobs import unheard
from expertpool.refusals import Conflicting, Refusal, WrongState
from tests.fixtures.accounts import an_actor
from tests.fixtures.conflict_process import party_firm
from tests.fixtures.conflicts import a_tie
from tests.fixtures.engagements import (
    PURPOSE,
    Case,
    a_case,
    a_pledge,
    an_offer,
    an_urgent_case,
    expert_actor,
    waiting_jobs,
)
from tests.fixtures.experts import an_expert

TICK = dt.timedelta(microseconds=1)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def case(session: Session, now: dt.datetime) -> Case:
    return an_urgent_case(session)


@pytest.fixture
def offer(session: Session, case: Case) -> Engagement:
    return an_offer(session, case, an_expert(session))


@pytest.fixture
def officer(session: Session, now: dt.datetime) -> Actor:
    return an_actor(session, Role.CONFLICT_OFFICER)


def reads_case(session: Session, engagement: Engagement) -> bool:
    """Whether the database itself shows the incident to the expert."""
    with acting_as(session, expert_actor(engagement.expert)):
        return session.scalar(sa.select(Incident.id).where(Incident.id == engagement.incident_id)) is not None


def looked_at(session: Session, engagement: Engagement, now: dt.datetime) -> queries.OfferPage:
    actor = expert_actor(engagement.expert)
    with acting_as(session, actor):
        return queries.offer_page(session, engagement.id, actor=actor, now=now)


def declare(
    session: Session, engagement: Engagement, answer: CardAnswer, now: dt.datetime, category: str = ""
) -> None:
    actor = expert_actor(engagement.expert)
    with acting_as(session, actor):
        service.answer_card(
            session, engagement.id, answer=answer, category=category, pledged=True, actor=actor, now=now
        )


def deliver(session: Session, engagement: Engagement, now: dt.datetime) -> None:
    actor = expert_actor(engagement.expert)
    with acting_as(session, actor):
        service.deliver(session, engagement.id, worked_minutes=180, note="", actor=actor, now=now)


def rule(
    session: Session, engagement: Engagement, officer: Actor, now: dt.datetime, *, cleared: bool
) -> None:
    with acting_as(session, officer):
        service.rule_on_card(
            session, engagement.id, cleared=cleared, grounds="확인했음", actor=officer, now=now
        )


def queue(session: Session, officer: Actor, now: dt.datetime) -> list[tuple[str, dt.datetime]]:
    with acting_as(session, officer):
        lines = queries.decisions_waiting(session, actor=officer, now=now)
    return [(line.kind.text, line.since) for line in lines]


def sweep(session: Session, now: dt.datetime) -> int:
    with acting_as(session, SYSTEM):
        return service.suspend_undeclared(session, now=now)


def test_a_pledge_shows_the_task_and_nothing_else_of_the_case(
    session: Session, now: dt.datetime, offer: Engagement, officer: Actor
) -> None:
    assert looked_at(session, offer, now).may_declare_later

    a_pledge(session, a_pledge(session, offer))  # twice is once

    page = looked_at(session, offer, now)
    assert (offer.state, page.card.standing) == (EngagementState.CONFIRMED, CardStanding.DEFERRED)
    assert page.task is not None
    assert (page.task.purpose, len(page.task.parties), page.case) == (PURPOSE, 2, None)
    assert page.card.due_at == page.line.declare_by == now + DECLARED_WITHIN
    assert not reads_case(session, offer)
    assert waiting_jobs(session, "engagements.remind") == [{"engagement_id": str(offer.id)}]
    assert queue(session, officer, now) == []


def test_declared_in_time_the_case_opens(session: Session, now: dt.datetime, offer: Engagement) -> None:
    a_pledge(session, offer)
    due = now + DECLARED_WITHIN

    declare(session, offer, CardAnswer.NONE, due)

    assert queries.owed_declaration(session, offer.id) is None  # so nobody is reminded
    assert (sweep(session, due + TICK), offer.paused_at) == (0, None)
    assert reads_case(session, offer)
    assert looked_at(session, offer, due).task is None


def test_not_declared_in_time_the_case_is_shut_until_the_officer_lets_who_declares_late_go_on(
    session: Session, now: dt.datetime, offer: Engagement, officer: Actor
) -> None:
    a_pledge(session, offer)
    due = now + DECLARED_WITHIN

    assert [sweep(session, at) for at in (due, due + TICK, due + HOUR)] == [0, 1, 0]

    assert (offer.paused_at, looked_at(session, offer, due + HOUR).task) == (due + TICK, None)
    assert queue(session, officer, due + HOUR) == [("Declaration overdue", due)]
    with pytest.raises(WrongState, match="waits until"):
        deliver(session, offer, due + HOUR)
    with pytest.raises(WrongState, match="declared nothing"):
        rule(session, offer, officer, due + HOUR, cleared=True)
    declare(session, offer, CardAnswer.NONE, due + HOUR)
    assert queue(session, officer, due + HOUR) == [("Declaration overdue", due + HOUR)]
    assert not reads_case(session, offer)
    rule(session, offer, officer, due + HOUR, cleared=True)
    assert (offer.paused_at, reads_case(session, offer)) == (None, True)


def test_who_never_declares_is_taken_off_and_the_work_is_marked(
    session: Session, now: dt.datetime, offer: Engagement, officer: Actor
) -> None:
    a_pledge(session, offer)
    late = now + DECLARED_WITHIN + HOUR
    sweep(session, late)

    rule(session, offer, officer, late, cleared=False)

    assert (offer.state, offer.conflict_found_at) == (EngagementState.RECUSED, late)
    assert len(waiting_jobs(session, "planning.repair_seat")) == 1
    assert queue(session, officer, late) == []


def test_a_tie_declared_after_the_hand_in_waits_for_the_officer_and_marks_the_work(
    session: Session, now: dt.datetime, case: Case, offer: Engagement, officer: Actor
) -> None:
    a_pledge(session, offer)
    deliver(session, offer, now + 5 * HOUR)
    with acting_as(session, case.coordinator), pytest.raises(WrongState, match="still owes"):
        service.close(session, offer.id, actor=case.coordinator, now=now + 6 * HOUR)

    declare(session, offer, CardAnswer.YES, now + 6 * HOUR, category="work")
    waiting = (offer.paused_at, queue(session, officer, now + 6 * HOUR))
    rule(session, offer, officer, now + 7 * HOUR, cleared=False)
    with acting_as(session, case.coordinator):
        service.close(session, offer.id, actor=case.coordinator, now=now + 8 * HOUR)

    assert waiting == (now + 6 * HOUR, [("Declared tie", now + 6 * HOUR)])
    assert (offer.state, offer.conflict_found_at) == (EngagementState.CLOSED, now + 7 * HOUR)
    assert not reads_case(session, offer)


def test_who_may_not_say_afterwards_is_off_and_the_work_is_marked(
    session: Session, now: dt.datetime, offer: Engagement
) -> None:
    a_pledge(session, offer)

    declare(session, offer, CardAnswer.CANNOT_SAY, now + HOUR)

    assert (offer.state, offer.conflict_found_at) == (EngagementState.RECUSED, now + HOUR)


def test_whoever_the_record_does_not_clear_is_sent_to_the_card(
    session: Session, now: dt.datetime, offer: Engagement
) -> None:
    with unheard():  # as if nothing had followed the tie when it was recorded
        a_tie(session, offer.expert, party_firm(session), until="unknown")  # review

    with pytest.raises(Conflicting, match="Answer the card now") as refusal:
        a_pledge(session, offer)

    assert (refusal.value.rule, offer.state) == ("NIGHT-02", EngagementState.OFFERED)
    assert session.scalar(sa.select(sa.func.count(Declaration.id))) == 0


def test_other_work_is_refused_by_the_rule_and_by_the_database(session: Session, now: dt.datetime) -> None:
    offer = an_offer(session, a_case(session), an_expert(session))

    with pytest.raises(Refusal) as refusal:
        a_pledge(session, offer)
    with pytest.raises(sa.exc.IntegrityError, match="declared later"):
        insert_pledge(session, offer, now, hours=24)

    assert refusal.value.rule == "NIGHT-01"


def test_the_database_keeps_the_term_and_the_tier_of_a_pledge(
    session: Session, now: dt.datetime, offer: Engagement
) -> None:
    for hours, tier in ((25, "clear"), (0, "clear"), (24, "review"), (24, None)):
        with pytest.raises(sa.exc.IntegrityError, match="ck_declaration_pledge"):
            insert_pledge(session, offer, now, hours=hours, tier=tier)


def insert_pledge(
    session: Session, engagement: Engagement, now: dt.datetime, *, hours: int, tier: str | None = "clear"
) -> None:
    pledge = Declaration(
        engagement_id=engagement.id,
        answer=CardAnswer.NONE,
        pledged=True,
        answered_at=now,
        due_at=now + hours * HOUR,
        screening={"tier": tier},
    )
    with acting_as(session, SYSTEM), session.begin_nested():
        session.add(pledge)
        session.flush()


def test_a_rejected_challenge_does_not_end_the_wait_for_the_card(
    session: Session, now: dt.datetime, case: Case, offer: Engagement, officer: Actor
) -> None:
    a_pledge(session, offer)
    with acting_as(session, case.coordinator):
        challenge = service.enter_challenge(
            session, offer.id, side=PartySide.RESPONDENT, grounds="동업", actor=case.coordinator, now=now
        )
    declare(session, offer, CardAnswer.UNCERTAIN, now + HOUR)

    with acting_as(session, officer):
        service.decide_challenge(
            session, challenge.id, upheld=False, grounds="근거 없음", actor=officer, now=now + HOUR
        )
    after_challenge = offer.paused_at
    healthy = [claim for claim in CHECKS if "paused" in claim or "declaration" in claim]
    with acting_as(session, SYSTEM):
        broken = [claim for claim in healthy if session.scalars(sa.text(CHECKS[claim])).all()]
    rule(session, offer, officer, now + HOUR, cleared=True)

    assert (after_challenge, len(healthy), broken) == (now, 2, [])
    assert (offer.paused_at, reads_case(session, offer)) == (None, True)
