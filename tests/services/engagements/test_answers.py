"""Yes and no to an offer, and what follows from each."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.availability.models import ExpertWeek, Hold
from expertpool.engagements import service
from expertpool.engagements.models import Engagement
from expertpool.engagements.rules import CardAnswer, DeclineReason, EngagementState
from expertpool.incidents.rules import NeedState
from expertpool.infra.db import acting_as
from expertpool.ministries.models import LendingMonth
from expertpool.refusals import Forbidden, Invalid, NotFound, WrongState
from tests.fixtures.engagements import (
    Case,
    a_card,
    a_case,
    a_yes,
    an_offer,
    expert_actor,
    waiting_jobs,
)
from tests.fixtures.experts import an_expert
from tests.fixtures.ministries import an_agreement


@pytest.fixture
def case(session: Session, now: dt.datetime) -> Case:
    return a_case(session)


def answer(session: Session, engagement: Engagement, *, accept: bool, **changes: object) -> Engagement:
    actor = expert_actor(engagement.expert)
    facts: dict[str, object] = {
        "reason": None if accept else DeclineReason.BUSY,
        "note": "",
        "busy_until": None,
        "actor": actor,
        "now": engagement.proposed_at,
    } | changes
    with acting_as(session, facts["actor"]):  # type: ignore[arg-type] # plain facts in a dict
        return service.answer_offer(session, engagement.id, accept=accept, **facts)  # type: ignore[arg-type]


def test_a_yes_of_ones_own_expert_is_confirmed_at_once(session: Session, case: Case) -> None:
    engagement = a_yes(session, case, an_expert(session))

    assert engagement.state is EngagementState.CONFIRMED
    assert engagement.confirmed_at is not None


def test_a_yes_of_a_lent_expert_waits_for_the_lender(session: Session, case: Case) -> None:
    an_agreement(session, silent_consent_minutes=60)

    engagement = a_yes(session, case, an_expert(session, ministry="KFTC"))

    assert engagement.state is EngagementState.ACCEPTED


def test_a_lender_who_never_asks_is_not_waited_for(session: Session, case: Case) -> None:
    an_agreement(session, silent_consent_minutes=0)

    engagement = a_yes(session, case, an_expert(session, ministry="KFTC"))

    assert engagement.state is EngagementState.CONFIRMED


def test_the_last_yes_fills_the_need(session: Session, now: dt.datetime) -> None:
    case = a_case(session, roles=("DFE", "DFE"))
    a_yes(session, case, an_expert(session))
    before = case.need.state

    a_yes(session, case, an_expert(session), seat=1)

    assert (before, case.need.state) == (NeedState.APPROVED, NeedState.FILLED)


@pytest.mark.parametrize("card", [None, CardAnswer.UNCERTAIN])
def test_no_yes_without_a_clear_card(session: Session, case: Case, card: CardAnswer | None) -> None:
    engagement = an_offer(session, case, an_expert(session))
    if card is not None:
        a_card(session, engagement, card)

    with pytest.raises(WrongState, match="card"):
        answer(session, engagement, accept=True)


def test_no_yes_after_the_time_to_answer(session: Session, case: Case, now: dt.datetime) -> None:
    engagement = an_offer(session, case, an_expert(session))
    a_card(session, engagement, CardAnswer.NONE)

    with pytest.raises(WrongState, match="ended"):
        answer(session, engagement, accept=True, now=now + dt.timedelta(days=1))


def test_no_yes_to_a_need_that_was_cancelled(session: Session, case: Case) -> None:
    engagement = an_offer(session, case, an_expert(session))
    a_card(session, engagement, CardAnswer.NONE)
    case.need.state = NeedState.CANCELLED
    session.flush()

    with pytest.raises(WrongState, match="not needed"):
        answer(session, engagement, accept=True)


def test_the_same_yes_again_changes_nothing(session: Session, case: Case) -> None:
    engagement = a_yes(session, case, an_expert(session))
    version = engagement.version

    answer(session, engagement, accept=True)

    assert engagement.version == version


def test_a_no_after_a_yes_is_refused(session: Session, case: Case) -> None:
    engagement = a_yes(session, case, an_expert(session))

    with pytest.raises(WrongState):
        answer(session, engagement, accept=False)


def test_a_no_needs_no_card_and_gives_everything_back(session: Session, case: Case) -> None:
    an_agreement(session)
    engagement = an_offer(session, case, an_expert(session, ministry="KFTC"))

    answer(session, engagement, accept=False)

    assert engagement.state is EngagementState.DECLINED
    assert session.scalars(sa.select(Hold.live)).one() is False
    assert session.scalars(sa.select(ExpertWeek.used_minutes)).one() == 0
    assert session.scalars(sa.select(LendingMonth.used_minutes)).one() == 0


def test_a_no_asks_for_another_expert_and_tells_the_calendar(session: Session, case: Case) -> None:
    engagement = an_offer(session, case, an_expert(session))

    answer(session, engagement, accept=False)

    repair = {"seat_id": str(engagement.seat_id), "engagement_id": str(engagement.id)}
    assert waiting_jobs(session, "planning.repair_seat") == [repair]
    assert len(waiting_jobs(session, "calendars.tell")) == 2


def test_a_no_ends_the_sight_of_the_case(session: Session, case: Case) -> None:
    engagement = an_offer(session, case, an_expert(session))
    a_card(session, engagement, CardAnswer.NONE)

    answer(session, engagement, accept=False)

    sight = "SELECT count(*) FROM incident_access WHERE expert_id IS NOT NULL AND revoked_at IS NULL"
    assert session.scalar(sa.text(sight)) == 0


def test_busy_until_is_remembered(session: Session, case: Case) -> None:
    engagement = an_offer(session, case, an_expert(session))

    answer(session, engagement, accept=False, busy_until=dt.date(2026, 12, 12), note="출장")

    assert (engagement.busy_until, engagement.decline_note) == (dt.date(2026, 12, 12), "출장")


def test_a_no_says_why(session: Session, case: Case) -> None:
    engagement = an_offer(session, case, an_expert(session))

    with pytest.raises(Invalid):
        answer(session, engagement, accept=False, reason=None)


def test_the_same_no_again_changes_nothing_and_another_is_refused(session: Session, case: Case) -> None:
    engagement = an_offer(session, case, an_expert(session))
    answer(session, engagement, accept=False)
    version = engagement.version

    answer(session, engagement, accept=False)
    with pytest.raises(WrongState):
        answer(session, engagement, accept=False, reason=DeclineReason.TERMS)

    assert engagement.version == version
    assert len(waiting_jobs(session, "planning.repair_seat")) == 1


def test_nobody_answers_for_another(session: Session, case: Case) -> None:
    engagement = an_offer(session, case, an_expert(session))
    stranger = expert_actor(an_expert(session))

    with pytest.raises(NotFound):
        answer(session, engagement, accept=True, actor=stranger)
    with pytest.raises(Forbidden):
        answer(session, engagement, accept=True, actor=case.coordinator)
