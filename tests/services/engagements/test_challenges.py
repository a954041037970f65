"""A party's challenge: everything stands still until the officer has decided."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.engagements import service
from expertpool.engagements.models import Challenge, Engagement
from expertpool.engagements.rules import CardAnswer, ChallengeState, EngagementState
from expertpool.incidents.models import Incident
from expertpool.incidents.rules import PartySide
from expertpool.infra.db import acting_as
from expertpool.infra.identity import SYSTEM, Actor, Role
from expertpool.refusals import Forbidden, Invalid, NotFound, WrongState
from tests.fixtures.accounts import an_actor
from tests.fixtures.engagements import (
    Case,
    a_card,
    a_case,
    a_proposal,
    a_yes,
    an_offer,
    expert_actor,
    waiting_jobs,
)
from tests.fixtures.experts import an_expert

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def case(session: Session, now: dt.datetime) -> Case:
    return a_case(session)


@pytest.fixture
def officer(session: Session) -> Actor:
    return an_actor(session, Role.CONFLICT_OFFICER)


def challenged(session: Session, engagement: Engagement, actor: Actor, now: dt.datetime) -> Challenge:
    with acting_as(session, actor):
        return service.enter_challenge(
            session,
            engagement.id,
            side=PartySide.RESPONDENT,
            grounds="상대방과 동업",
            actor=actor,
            now=now,
        )


def decide(session: Session, challenge: Challenge, actor: Actor, *, upheld: bool, now: dt.datetime) -> None:
    with acting_as(session, actor):
        service.decide_challenge(
            session, challenge.id, upheld=upheld, grounds="자료를 살핌", actor=actor, now=now
        )


def reads_case(session: Session, engagement: Engagement) -> bool:
    with acting_as(session, expert_actor(engagement.expert)):
        query = sa.select(sa.func.count(Incident.id)).where(Incident.id == engagement.incident_id)
        return session.scalar(query) == 1


def test_a_challenge_shuts_the_case_and_pauses_the_work(
    session: Session, case: Case, now: dt.datetime
) -> None:
    engagement = a_yes(session, case, an_expert(session))
    before = reads_case(session, engagement)

    challenged(session, engagement, case.coordinator, now)

    assert (before, reads_case(session, engagement)) == (True, False)
    with acting_as(session, case.coordinator), pytest.raises(WrongState):
        service.deliver(
            session,
            engagement.id,
            worked_minutes=60,
            note="",
            actor=case.coordinator,
            now=now + dt.timedelta(days=30),
        )


def test_a_rejected_challenge_opens_the_case_again(
    session: Session, case: Case, officer: Actor, now: dt.datetime
) -> None:
    engagement = a_yes(session, case, an_expert(session))
    challenge = challenged(session, engagement, case.coordinator, now)

    decide(session, challenge, officer, upheld=False, now=now + HOUR)

    assert reads_case(session, engagement)
    assert (challenge.state, engagement.paused_at) == (ChallengeState.REJECTED, None)
    assert engagement.state is EngagementState.CONFIRMED


def test_an_upheld_challenge_takes_the_expert_off_and_fills_the_seat_again(
    session: Session, case: Case, officer: Actor, now: dt.datetime
) -> None:
    engagement = a_yes(session, case, an_expert(session))
    challenge = challenged(session, engagement, case.coordinator, now)

    decide(session, challenge, officer, upheld=True, now=now + HOUR)

    assert challenge.state is ChallengeState.UPHELD
    assert engagement.state is EngagementState.RECUSED
    assert not any(hold.live for hold in engagement.holds)
    assert len(waiting_jobs(session, "planning.repair_seat")) == 1


def test_the_time_of_the_decision_is_added_and_no_offer_lapses_meanwhile(
    session: Session, case: Case, officer: Actor, now: dt.datetime
) -> None:
    engagement = an_offer(session, case, an_expert(session))
    due = engagement.answer_by
    challenge = challenged(session, engagement, case.coordinator, now)
    late = now + dt.timedelta(days=2)

    lapsed = service.lapse_unanswered(session, now=late)
    decide(session, challenge, officer, upheld=False, now=late)

    assert lapsed == 0
    assert due is not None
    assert engagement.answer_by == due + (late - now)


def test_a_clear_card_opens_nothing_while_a_challenge_is_open(
    session: Session, case: Case, officer: Actor, now: dt.datetime
) -> None:
    engagement = an_offer(session, case, an_expert(session))
    challenge = challenged(session, engagement, case.coordinator, now)

    a_card(session, engagement, CardAnswer.NONE)
    meanwhile = reads_case(session, engagement)
    decide(session, challenge, officer, upheld=False, now=now + HOUR)

    assert (meanwhile, reads_case(session, engagement)) == (False, True)


def test_stepping_down_is_honoured_while_a_challenge_is_open(
    session: Session, case: Case, now: dt.datetime
) -> None:
    engagement = a_yes(session, case, an_expert(session))
    challenge = challenged(session, engagement, case.coordinator, now)
    expert = expert_actor(engagement.expert)

    with acting_as(session, expert):
        service.recuse(session, engagement.id, actor=expert, now=now)

    session.refresh(challenge)
    assert (engagement.state, challenge.state) == (EngagementState.RECUSED, ChallengeState.LAPSED)
    assert engagement.paused_at is None


def test_only_the_using_ministry_records_and_only_its_officer_decides(
    session: Session, case: Case, officer: Actor, now: dt.datetime
) -> None:
    engagement = an_offer(session, case, an_expert(session))
    elsewhere = an_actor(session, Role.CONFLICT_OFFICER, ministry="KFTC")
    with pytest.raises(NotFound):
        challenged(session, engagement, elsewhere, now)
    with pytest.raises(Forbidden):
        challenged(session, engagement, expert_actor(engagement.expert), now)
    challenge = challenged(session, engagement, officer, now)

    with pytest.raises(NotFound):
        decide(session, challenge, elsewhere, upheld=True, now=now)
    with pytest.raises(Forbidden):
        decide(session, challenge, case.coordinator, upheld=True, now=now)


def test_a_challenge_is_decided_once_and_with_grounds(
    session: Session, case: Case, officer: Actor, now: dt.datetime
) -> None:
    challenge = challenged(session, an_offer(session, case, an_expert(session)), officer, now)
    with acting_as(session, officer), pytest.raises(Invalid):
        service.decide_challenge(session, challenge.id, upheld=True, grounds=" ", actor=officer, now=now)
    decide(session, challenge, officer, upheld=False, now=now)

    with pytest.raises(WrongState):
        decide(session, challenge, officer, upheld=True, now=now)


def test_nobody_is_challenged_twice_at_a_time_or_before_being_asked(
    session: Session, case: Case, officer: Actor, now: dt.datetime
) -> None:
    engagement = a_proposal(session, case, an_expert(session))
    with pytest.raises(WrongState):
        challenged(session, engagement, officer, now)
    service.offer_by_hand(session, engagement.id, answer_by=now + HOUR, actor=SYSTEM, now=now)
    challenged(session, engagement, officer, now)

    with pytest.raises(WrongState):
        challenged(session, engagement, officer, now)
