"""A coordinator puts an expert on a seat by hand: what is taken, and what is refused."""

import datetime as dt
import uuid
from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.availability.models import ExpertWeek, Hold
from expertpool.engagements import service
from expertpool.engagements.models import Engagement
from expertpool.engagements.rules import EngagementState
from expertpool.experts.rules import ExpertState
from expertpool.incidents import service as incidents
from expertpool.incidents.rules import MinistryPart, NeedState
from expertpool.infra.db import acting_as
from expertpool.infra.identity import SYSTEM, Role
from expertpool.ministries.models import LendingMonth
from expertpool.ministries.rules import BlackoutFacts
from expertpool.refusals import Conflicting, Forbidden, Invalid, NotFound, WrongState
from tests.fixtures.accounts import an_actor
from tests.fixtures.engagements import (
    FIRST_DAY,
    Case,
    a_case,
    a_proposal,
    a_yes,
    an_offer,
    lending_between,
    waiting_jobs,
)
from tests.fixtures.experts import an_expert
from tests.fixtures.ministries import an_agreement

WEEK = dt.date(2026, 11, 30)


@pytest.fixture
def case(session: Session, now: dt.datetime) -> Case:
    return a_case(session)


def test_a_proposal_takes_time_and_hours_and_asks_nobody(session: Session, case: Case) -> None:
    expert = an_expert(session)

    engagement = a_proposal(session, case, expert, hours=3)

    assert engagement.state is EngagementState.PROPOSED
    assert engagement.sessions[0].start == case.starts(3)[case.session_id]
    assert session.scalars(sa.select(ExpertWeek.used_minutes)).one() == 120
    assert waiting_jobs(session, "calendars.tell") == []


def test_the_first_proposal_moves_the_need(session: Session, case: Case) -> None:
    a_proposal(session, case, an_expert(session))

    assert case.need.state is NeedState.PROPOSED


def test_work_outside_sessions_counts_in_the_week_of_the_deadline(session: Session, now: dt.datetime) -> None:
    case = a_case(session, effort_minutes=300, days=10)

    a_proposal(session, case, an_expert(session))

    weeks = {row.week: row.used_minutes for row in session.scalars(sa.select(ExpertWeek))}
    assert weeks == {WEEK: 120, WEEK + dt.timedelta(days=7): 300}


def test_a_lent_expert_uses_the_quota_of_the_month(session: Session, case: Case) -> None:
    agreement = an_agreement(session)

    engagement = a_proposal(session, case, an_expert(session, ministry="KFTC"), hours=48)

    assert engagement.agreement_id == agreement.id
    row = session.scalars(sa.select(LendingMonth)).one()
    assert (row.month, row.used_minutes) == (dt.date(2026, 12, 1), 120)


def test_a_taken_seat_is_refused(session: Session, case: Case) -> None:
    a_proposal(session, case, an_expert(session))

    with pytest.raises(Conflicting) as refusal:
        a_proposal(session, case, an_expert(session), hours=4)

    assert refusal.value.rule == "FIX-01"


def test_taken_time_is_refused_and_nothing_is_kept(session: Session, case: Case) -> None:
    expert, other = an_expert(session), a_case(session)
    a_proposal(session, case, expert)

    with pytest.raises(Conflicting) as refusal, session.begin_nested():
        a_proposal(session, other, expert, hours=1)

    assert refusal.value.rule == "TIME-01"
    assert session.scalar(sa.select(sa.func.count(Engagement.id))) == 1
    assert session.scalars(sa.select(ExpertWeek.used_minutes)).one() == 120


def test_a_spent_week_is_refused(session: Session, case: Case) -> None:
    expert = an_expert(session, weekly_capacity_minutes=119)

    with pytest.raises(Conflicting) as refusal:
        a_proposal(session, case, expert)

    assert refusal.value.rule == "CAP-01"


def test_a_spent_quota_is_refused(session: Session, case: Case) -> None:
    an_agreement(session, monthly_quota_minutes=119)

    with pytest.raises(Conflicting, match="quota"):
        a_proposal(session, case, an_expert(session, ministry="KFTC"))


def test_an_expert_with_all_open_engagements_is_refused(session: Session, case: Case) -> None:
    expert = an_expert(session, max_open_engagements=1)
    a_proposal(session, case, expert)

    with pytest.raises(Conflicting) as refusal:
        a_proposal(session, a_case(session), expert, hours=6)

    assert refusal.value.rule == "CAP-02"


def test_no_agreement_no_lending(session: Session, case: Case) -> None:
    with pytest.raises(Conflicting) as refusal:
        a_proposal(session, case, an_expert(session, ministry="KFTC"))

    assert refusal.value.rule == "LEND-01"


def test_the_lenders_notice_is_kept(session: Session, case: Case) -> None:
    an_agreement(session, notice_minutes=8 * 24 * 60)

    with pytest.raises(Conflicting) as refusal:
        a_proposal(session, case, an_expert(session, ministry="KFTC"))

    assert refusal.value.rule == "LEND-03"


def test_the_lenders_blackout_is_kept(session: Session, case: Case, now: dt.datetime) -> None:
    start = now + FIRST_DAY
    an_agreement(session, blackouts=(BlackoutFacts(start, start + dt.timedelta(hours=2)),))

    with pytest.raises(Conflicting) as refusal:
        a_proposal(session, case, an_expert(session, ministry="KFTC"), hours=1)

    assert refusal.value.rule == "LEND-04"


def test_a_paused_expert_is_refused(session: Session, case: Case) -> None:
    with pytest.raises(Conflicting) as refusal:
        a_proposal(session, case, an_expert(session, state=ExpertState.PAUSED))

    assert refusal.value.rule == "ELIG-01"


def test_who_does_not_hold_the_role_is_refused(session: Session, case: Case) -> None:
    with pytest.raises(Conflicting) as refusal:
        a_proposal(session, case, an_expert(session, roles={"SIM": 3}))

    assert refusal.value.rule == "ELIG-02"


def test_nobody_sits_twice_in_one_team(session: Session, now: dt.datetime) -> None:
    case, expert = a_case(session, roles=("DFE", "DFE")), an_expert(session)
    a_proposal(session, case, expert)

    with pytest.raises(Conflicting) as refusal:
        a_proposal(session, case, expert, seat=1)

    assert refusal.value.rule == "TEAM-06"


def test_a_team_meets_at_one_time(session: Session, now: dt.datetime) -> None:
    case = a_case(session, roles=("DFE", "DFE"))
    a_proposal(session, case, an_expert(session), hours=2)

    with pytest.raises(Conflicting) as refusal:
        a_proposal(session, case, an_expert(session), seat=1, hours=5)

    assert refusal.value.rule == "FIX-02"


def propose(session: Session, case: Case, **changes: object) -> Engagement:
    facts: dict[str, object] = {
        "need_id": case.need.id,
        "seat_id": case.need.seats[0].id,
        "expert_id": uuid.uuid4(),
        "starts": case.starts(),
        "actor": case.coordinator,
        "now": case.need.created_at,
    } | changes
    with acting_as(session, facts["actor"]):  # type: ignore[arg-type] # plain facts in a dict
        return service.propose_by_hand(session, **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"expert_id": uuid.uuid4()}, "expert_id"),
        ({"seat_id": uuid.uuid4()}, "seat_id"),
        ({"starts": {}}, "starts"),
        ({"starts": {uuid.uuid4(): dt.datetime(2026, 12, 1, tzinfo=dt.UTC)}}, "starts"),
    ],
)
def test_what_cannot_be_used_is_named(
    session: Session, case: Case, changes: dict[str, object], field: str
) -> None:
    expert = an_expert(session)

    with pytest.raises(Invalid) as refusal:
        propose(session, case, **({"expert_id": expert.id} | changes))

    assert set(refusal.value.fields) == {field}


@pytest.mark.parametrize("hours", [-1, 5 * 24 - 1])
def test_a_session_stays_in_its_window(session: Session, case: Case, hours: int) -> None:
    with pytest.raises(Invalid) as refusal:
        a_proposal(session, case, an_expert(session), hours=hours)

    assert refusal.value.rule == "TIME-04"


def test_the_last_start_of_the_window_is_open(session: Session, case: Case) -> None:
    engagement = a_proposal(session, case, an_expert(session), hours=5 * 24 - 2)

    assert engagement.sessions[0].end == case.need.sessions[0].latest


@pytest.mark.parametrize("state", [NeedState.CANCELLED, NeedState.FILLED, NeedState.COMPLETED])
def test_a_need_that_asks_for_nobody_takes_no_proposal(
    session: Session, case: Case, state: NeedState
) -> None:
    case.need.state = state

    with pytest.raises(WrongState):
        a_proposal(session, case, an_expert(session))


def test_another_ministrys_coordinator_knows_of_no_such_need(session: Session, case: Case) -> None:
    stranger = an_actor(session, Role.COORDINATOR, ministry="MOIP")

    with pytest.raises(NotFound):
        propose(session, case, actor=stranger, expert_id=an_expert(session).id)


def test_a_supporting_ministry_does_not_fill_the_seats_of_another(session: Session, case: Case) -> None:
    helper = an_actor(session, Role.COORDINATOR, ministry="MOIP")
    incidents.involve_ministry(
        session,
        case.need.incident_id,
        ministry_id=helper.ministry_id or uuid.uuid4(),
        part=MinistryPart.SUPPORTING,
        actor=SYSTEM,
        now=case.need.created_at,
    )

    with pytest.raises(Forbidden):
        propose(session, case, actor=helper, expert_id=an_expert(session).id)


def test_an_offer_says_until_when_and_is_told(session: Session, case: Case, now: dt.datetime) -> None:
    engagement = an_offer(session, case, an_expert(session))

    assert engagement.state is EngagementState.OFFERED
    assert engagement.answer_by == now + dt.timedelta(days=1)
    assert case.need.state is NeedState.APPROVED
    (told,) = waiting_jobs(session, "calendars.tell")
    assert told == {"engagement_id": str(engagement.id), "acted_by": str(case.coordinator.user_id)}


def offer(session: Session, case: Case, engagement: Engagement, answer_by: dt.datetime) -> Engagement:
    with acting_as(session, case.coordinator):
        return service.offer(
            session, engagement.id, answer_by=answer_by, actor=case.coordinator, now=case.need.created_at
        )


def test_nobody_answers_after_the_work_began(session: Session, case: Case, now: dt.datetime) -> None:
    engagement = a_proposal(session, case, an_expert(session), hours=2)

    offer(session, case, engagement, now + dt.timedelta(days=30))

    assert engagement.answer_by == engagement.begins


def test_an_offer_cannot_be_due_already(session: Session, case: Case, now: dt.datetime) -> None:
    engagement = a_proposal(session, case, an_expert(session))

    with pytest.raises(Conflicting):
        offer(session, case, engagement, now)


def test_an_offer_is_made_once(session: Session, case: Case, now: dt.datetime) -> None:
    engagement = an_offer(session, case, an_expert(session))

    with pytest.raises(WrongState):
        offer(session, case, engagement, now + dt.timedelta(days=1))


def test_a_lender_does_not_offer(session: Session, case: Case, now: dt.datetime) -> None:
    an_agreement(session)
    engagement = a_proposal(session, case, an_expert(session, ministry="KFTC"))
    lender = replace(case, coordinator=an_actor(session, Role.COORDINATOR, ministry="KFTC"))

    with pytest.raises(Forbidden):
        offer(session, lender, engagement, now + dt.timedelta(days=1))


def test_an_agreement_that_ended_before_the_work_lends_nobody(session: Session, case: Case) -> None:
    an_agreement(session, valid_until=dt.date(2026, 11, 30))
    expert = an_expert(session, ministry="KFTC")
    assert lending_between(session, case, expert) is not None

    with pytest.raises(Conflicting) as refusal:
        a_proposal(session, case, expert)

    assert refusal.value.rule == "LEND-01"


def test_a_closed_seat_is_not_filled_again(session: Session, case: Case) -> None:
    engagement = a_yes(session, case, an_expert(session))
    engagement.state = EngagementState.CLOSED
    case.need.state = NeedState.APPROVED
    session.flush()

    with pytest.raises(Conflicting) as refusal:
        a_proposal(session, case, an_expert(session), hours=8)

    assert refusal.value.rule == "FIX-01"


def test_a_released_hold_leaves_the_time_to_others(session: Session, case: Case) -> None:
    expert = an_expert(session)
    first = a_proposal(session, case, expert)
    with acting_as(session, case.coordinator):
        service.cancel_engagement(session, first.id, actor=case.coordinator, now=case.need.created_at)

    a_proposal(session, case, expert)

    assert session.scalar(sa.select(sa.func.count(Hold.id)).where(Hold.live)) == 1
