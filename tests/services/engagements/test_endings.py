"""The ways out, and what goes back when somebody takes one."""

import datetime as dt
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.audit.models import AuditEntry
from expertpool.availability.models import ExpertWeek, Hold
from expertpool.engagements import service
from expertpool.engagements.models import Engagement
from expertpool.engagements.rules import CardAnswer, EngagementState
from expertpool.incidents import service as incidents
from expertpool.incidents.models import IncidentAccess
from expertpool.incidents.rules import NeedState
from expertpool.infra.db import acting_as
from expertpool.infra.identity import Actor, Role
from expertpool.refusals import Forbidden, WrongState
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
from tests.fixtures.ministries import an_agreement

Exit = Callable[[Session, Engagement, Case], Engagement]


@pytest.fixture
def case(session: Session, now: dt.datetime) -> Case:
    return a_case(session)


def _as(
    session: Session, actor: Actor, step: Callable[..., Engagement], *args: object, **facts: object
) -> Engagement:
    with acting_as(session, actor):
        return step(session, *args, actor=actor, **facts)


def withdraws(session: Session, engagement: Engagement, case: Case) -> Engagement:
    actor = expert_actor(engagement.expert)
    return _as(session, actor, service.withdraw, engagement.id, note="입원", now=engagement.proposed_at)


def is_withdrawn(session: Session, engagement: Engagement, case: Case) -> Engagement:
    actor = case.coordinator
    return _as(session, actor, service.withdraw, engagement.id, note="", now=engagement.proposed_at)


def recuses(session: Session, engagement: Engagement, case: Case) -> Engagement:
    actor = expert_actor(engagement.expert)
    return _as(session, actor, service.recuse, engagement.id, now=engagement.proposed_at)


def is_cancelled(session: Session, engagement: Engagement, case: Case) -> Engagement:
    return _as(
        session, case.coordinator, service.cancel_engagement, engagement.id, now=engagement.proposed_at
    )


def is_refused(session: Session, engagement: Engagement, case: Case) -> Engagement:
    lender = an_actor(session, Role.COORDINATOR, ministry="KFTC")
    return _as(session, lender, service.consent, engagement.id, given=False, now=engagement.proposed_at)


WAYS: list[tuple[Exit, EngagementState]] = [
    (withdraws, EngagementState.WITHDRAWN),
    (is_withdrawn, EngagementState.WITHDRAWN),
    (recuses, EngagementState.RECUSED),
    (is_cancelled, EngagementState.CANCELLED),
    (is_refused, EngagementState.WITHDRAWN),
]


@pytest.mark.parametrize(("way_out", "state"), WAYS, ids=lambda value: getattr(value, "__name__", str(value)))
def test_every_way_out_gives_back_and_opens_the_seat(
    session: Session, case: Case, way_out: Exit, state: EngagementState
) -> None:
    an_agreement(session, silent_consent_minutes=60)
    engagement = a_yes(session, case, an_expert(session, ministry="KFTC"))

    way_out(session, engagement, case)

    assert engagement.state is state
    assert engagement.ended_at is not None
    assert session.scalars(sa.select(Hold.live)).one() is False
    assert session.scalars(sa.select(ExpertWeek.used_minutes)).one() == 0
    assert session.scalar(sa.text("SELECT used_minutes FROM lending_month")) == 0
    assert case.need.state is NeedState.APPROVED
    assert len(waiting_jobs(session, "planning.repair_seat")) == 1
    assert (
        session.scalar(
            sa.select(sa.func.count(IncidentAccess.id)).where(
                IncidentAccess.expert_id == engagement.expert_id, IncidentAccess.revoked_at.is_(None)
            )
        )
        == 0
    )


def test_a_discarded_proposal_tells_nobody_and_searches_nobody(session: Session, case: Case) -> None:
    engagement = a_proposal(session, case, an_expert(session))

    is_cancelled(session, engagement, case)

    assert waiting_jobs(session, "calendars.tell") == []
    assert waiting_jobs(session, "planning.repair_seat") == []


@pytest.mark.parametrize("way_out", [withdraws, is_withdrawn])
def test_only_a_yes_can_be_taken_back(session: Session, case: Case, way_out: Exit) -> None:
    engagement = an_offer(session, case, an_expert(session))

    with pytest.raises(WrongState):
        way_out(session, engagement, case)


def test_an_expert_steps_down_before_any_answer(session: Session, case: Case) -> None:
    engagement = an_offer(session, case, an_expert(session))

    recuses(session, engagement, case)

    assert engagement.state is EngagementState.RECUSED


@pytest.mark.parametrize("way_out", [withdraws, is_cancelled, recuses])
def test_nobody_leaves_twice(session: Session, case: Case, way_out: Exit) -> None:
    engagement = a_yes(session, case, an_expert(session))
    way_out(session, engagement, case)

    with pytest.raises(WrongState):
        way_out(session, engagement, case)

    assert session.scalars(sa.select(ExpertWeek.used_minutes)).one() == 0


def test_only_the_using_ministry_cancels(session: Session, case: Case, now: dt.datetime) -> None:
    an_agreement(session)
    engagement = an_offer(session, case, an_expert(session, ministry="KFTC"))
    lender = an_actor(session, Role.COORDINATOR, ministry="KFTC")

    for actor in (lender, expert_actor(engagement.expert)):
        with pytest.raises(Forbidden):
            _as(session, actor, service.cancel_engagement, engagement.id, now=now)

    assert engagement.state is EngagementState.OFFERED


def test_the_case_stays_open_for_another_clear_engagement(session: Session, now: dt.datetime) -> None:
    case, expert = a_case(session), an_expert(session)
    first = a_yes(session, case, expert)
    second_need = _second_need(session, case)
    second = a_yes(session, second_need, expert, hours=8)

    is_cancelled(session, first, case)
    still_open = _sights(session, expert.id)
    is_cancelled(session, second, second_need)

    assert (still_open, _sights(session, expert.id)) == (1, 0)


def _second_need(session: Session, case: Case) -> Case:
    draft = incidents.draft_of(case.need)
    with acting_as(session, case.coordinator):
        need = incidents.add_need(
            session,
            actor=case.coordinator,
            now=case.need.created_at,
            incident_id=case.need.incident_id,
            draft=draft,
        )
        incidents.submit_need(session, need.id, actor=case.coordinator, now=case.need.created_at)
    return Case(need, case.coordinator)


def _sights(session: Session, expert_id: object) -> int:
    query = "SELECT id FROM incident_access WHERE expert_id = :expert AND revoked_at IS NULL"
    return len(session.execute(sa.text(query), {"expert": expert_id}).all())


def test_an_unanswered_offer_lapses_on_the_minute(session: Session, case: Case, now: dt.datetime) -> None:
    engagement = an_offer(session, case, an_expert(session))
    due = now + dt.timedelta(days=1)

    early = service.lapse_unanswered(session, now=due - dt.timedelta(microseconds=1))
    late = service.lapse_unanswered(session, now=due)

    assert (early, late) == (0, 1)
    assert engagement.state is EngagementState.LAPSED
    assert session.scalars(sa.select(ExpertWeek.used_minutes)).one() == 0
    assert len(waiting_jobs(session, "planning.repair_seat")) == 1


def test_lapsing_again_finds_nothing(session: Session, case: Case, now: dt.datetime) -> None:
    an_offer(session, case, an_expert(session))
    due = now + dt.timedelta(days=1)
    service.lapse_unanswered(session, now=due)

    again = service.lapse_unanswered(session, now=due)

    assert again == 0
    assert len(waiting_jobs(session, "planning.repair_seat")) == 1


def test_a_card_with_the_officer_stops_the_clock_until_the_work_begins(
    session: Session, case: Case, now: dt.datetime
) -> None:
    engagement = an_offer(session, case, an_expert(session))
    a_card(session, engagement, CardAnswer.UNCERTAIN)

    while_waiting = service.lapse_unanswered(session, now=now + dt.timedelta(days=3))
    at_the_start = service.lapse_unanswered(session, now=engagement.sessions[0].start)

    assert (while_waiting, at_the_start) == (0, 1)


def test_an_accepted_offer_does_not_lapse(session: Session, case: Case, now: dt.datetime) -> None:
    a_yes(session, case, an_expert(session))

    assert service.lapse_unanswered(session, now=now + dt.timedelta(days=9)) == 0


def test_a_cancelled_need_gives_up_its_seats(session: Session, now: dt.datetime) -> None:
    case = a_case(session, roles=("DFE", "DFE"))
    first = a_yes(session, case, an_expert(session))
    second = an_offer(session, case, an_expert(session), seat=1)
    incidents.cancel_need(session, case.need.id, actor=case.coordinator, now=now)

    ended = service.stand_down(session, case.need.id, now=now)

    assert ended == 2
    assert {first.state, second.state} == {EngagementState.CANCELLED}
    assert waiting_jobs(session, "planning.repair_seat") == []
    assert service.stand_down(session, case.need.id, now=now) == 0


def test_each_step_is_on_record(session: Session, case: Case) -> None:
    engagement = a_yes(session, case, an_expert(session))
    withdraws(session, engagement, case)
    session.commit()

    verbs = session.scalars(sa.select(AuditEntry.verb).where(AuditEntry.thing_id == engagement.id)).all()

    assert sorted(verbs) == [
        "engagement.accept",
        "engagement.answer_card",
        "engagement.confirm",
        "engagement.offer",
        "engagement.propose",
        "engagement.withdraw",
    ]
