"""What the planner asks about experts, counted over cases hidden from whoever asks."""

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from expertpool.engagements import queries, service
from expertpool.engagements.rules import CardAnswer, DeclineReason, EngagementState
from expertpool.infra.db import acting_as
from expertpool.infra.identity import NOBODY
from expertpool.refusals import Conflicting
from tests.fixtures.engagements import (
    Case,
    a_card,
    a_case,
    a_proposal,
    a_yes,
    an_offer,
    expert_actor,
)
from tests.fixtures.experts import an_expert


@pytest.fixture
def case(session: Session, now: dt.datetime) -> Case:
    return a_case(session, effort_minutes=60)


def test_open_engagements_are_counted_for_whoever_asks(session: Session, case: Case) -> None:
    busy, idle = an_expert(session), an_expert(session)
    a_proposal(session, case, busy)
    an_offer(session, a_case(session), busy, hours=6)

    with acting_as(session, NOBODY):
        counts = queries.open_counts(session, [busy.id, idle.id])

    assert counts == {busy.id: 2}


def test_delivered_work_is_load_but_not_open(session: Session, case: Case, now: dt.datetime) -> None:
    expert = an_expert(session)
    engagement = a_yes(session, case, expert)
    engagement.state, engagement.worked_minutes = EngagementState.DELIVERED, 200
    session.flush()

    assert queries.open_counts(session, [expert.id]) == {}
    assert queries.load_minutes(session, [expert.id], now) == {expert.id: 200}


def test_planned_load_is_sessions_and_other_work(session: Session, case: Case, now: dt.datetime) -> None:
    expert = an_expert(session)
    a_proposal(session, case, expert)

    assert queries.load_minutes(session, [expert.id], now) == {expert.id: 180}
    assert queries.load_minutes(session, [expert.id], now + dt.timedelta(seconds=1)) == {}


def test_what_experts_were_given_is_carried_by_their_ministry(
    session: Session, case: Case, now: dt.datetime
) -> None:
    expert = an_expert(session)
    a_proposal(session, case, expert)
    carried = {expert.ministry_id: 180}

    with acting_as(session, NOBODY):
        assert queries.carried_minutes(session, [expert.ministry_id], now) == carried
        assert queries.carried_minutes(session, [expert.id], now) == {}


def test_what_was_declined_is_no_load_and_remembered_until_the_day(
    session: Session, case: Case, now: dt.datetime
) -> None:
    expert = an_expert(session)
    offer, actor = an_offer(session, case, expert), expert_actor(expert)
    with acting_as(session, actor):
        service.answer_offer(
            session,
            offer.id,
            accept=False,
            reason=DeclineReason.BUSY,
            note="",
            busy_until=dt.date(2026, 12, 12),
            actor=actor,
            now=now,
        )

    assert queries.load_minutes(session, [expert.id], now) == {}
    assert queries.not_before(session, [expert.id]) == {expert.id: dt.date(2026, 12, 12)}


def test_live_engagements_of_a_need_leave_out_those_that_ended(session: Session, now: dt.datetime) -> None:
    case = a_case(session, roles=("DFE", "DFE"))
    kept = a_yes(session, case, an_expert(session))
    gone = a_proposal(session, case, an_expert(session), seat=1)
    with acting_as(session, case.coordinator):
        service.cancel_engagement(session, gone.id, actor=case.coordinator, now=now)

    assert [each.id for each in queries.live_for_need(session, case.need.id)] == [kept.id]


def test_who_stepped_down_is_not_proposed_for_the_incident_again(session: Session, case: Case) -> None:
    expert = an_expert(session)
    a_card(session, an_offer(session, case, expert), CardAnswer.CANNOT_SAY)

    with pytest.raises(Conflicting) as refusal:
        a_proposal(session, case, expert)

    assert refusal.value.rule == "CONF-01"
