"""A deadline or a window moves under a plan: whoever was asked stays, proposals are mended."""

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from expertpool.availability.models import ExpertWeek
from expertpool.engagements.rules import EngagementState, seoul_week
from expertpool.incidents.models import Need
from expertpool.infra.identity import SYSTEM
from expertpool.planning import service
from expertpool.planning.models import PlanRun
from expertpool.planning.queries import run_page
from expertpool.planning.rules import RunCause, RunKind, RunState
from expertpool.planning.rules.differences import Change
from expertpool.refusals import Conflicting, Invalid, Stale, WrongState
from expertpool.scheduling.vocabulary import Rule
from tests.fixtures.engagements import waiting_jobs
from tests.fixtures.incidents import NOW, a_need, a_seat
from tests.fixtures.planning import a_pool, a_proposal_of, a_run, approved, looked_at_again, team

pytestmark = pytest.mark.usefixtures("now")
WEEK = dt.timedelta(days=7)


def a_planned_need(session: Session, count: int = 4, *, asked: bool = False) -> tuple[Need, PlanRun]:
    a_pool(session, count)
    need = a_need(session)
    run = a_proposal_of(session, a_run(session, need))
    return need, approved(session, run) if asked else run


def moved(
    session: Session, need: Need, now: dt.datetime, *, deadline: dt.datetime | None = None, days: int = 0
) -> PlanRun | None:
    """The window of the one meeting begins and ends some days later, the deadline with it."""
    session.refresh(need)
    (meeting,) = need.sessions
    shift = dt.timedelta(days=days)
    return service.move_times(
        session,
        need.id,
        deadline=deadline or need.deadline + shift,
        windows={meeting.id: (meeting.earliest + shift, meeting.latest + shift)},
        version=need.version,
        actor=SYSTEM,
        now=now + dt.timedelta(minutes=1),
    )


def test_a_moved_window_is_mended_with_the_same_people(session: Session, now: dt.datetime) -> None:
    need, run = a_planned_need(session)
    before = {place: each.expert_id for place, each in team(session, need.id).items()}

    repair = moved(session, need, now, days=14)
    assert repair is not None
    a_proposal_of(session, repair)

    page = run_page(session, repair.id, actor=SYSTEM)
    held = team(session, need.id)
    assert (repair.kind, repair.cause, repair.state) == (RunKind.REPAIR, RunCause.MOVED, RunState.PROPOSED)
    assert {place: each.expert_id for place, each in held.items()} == before
    assert page.changed[Change.MOVED] == 2
    begins = [each.begins or NOW for each in held.values()]
    assert min(begins) >= NOW + dt.timedelta(days=16)
    assert session.get_one(PlanRun, run.id).state is RunState.DISCARDED


def test_whoever_was_asked_stays_and_people_are_told(session: Session, now: dt.datetime) -> None:
    need, run = a_planned_need(session, asked=True)
    before = {place: each.id for place, each in team(session, need.id).items()}

    repair = moved(session, need, now, days=14)

    assert repair is None
    assert {"need_id": str(need.id)} in waiting_jobs(session, "planning.recheck_need")
    assert [each.id for each in service.runs_of_need(session, need.id)] == [run.id]
    assert looked_at_again(session, run, now) is None
    troubles = run_page(session, run.id, actor=SYSTEM).troubles
    assert {place: each.id for place, each in team(session, need.id).items()} == before
    assert [(each.rules, each.asked) for each in troubles] == [((Rule.NO_START,), True)] * 2


def test_more_time_fills_a_seat_that_was_empty(session: Session, now: dt.datetime) -> None:
    a_pool(session, 1)
    need = a_need(session)
    a_proposal_of(session, a_run(session, need))
    a_pool(session, 2)

    repair = moved(session, need, now, days=7)
    assert repair is not None
    a_proposal_of(session, repair)

    assert run_page(session, repair.id, actor=SYSTEM).changed[Change.FILLED] == 1
    assert set(team(session, need.id)) == {0, 1}


def test_a_search_under_way_looks_again_and_at_every_seat(session: Session, now: dt.datetime) -> None:
    need, _ = a_planned_need(session)
    first = moved(session, need, now, days=7)

    assert moved(session, need, now, days=7) is first


def hours(session: Session, need: Need, day: dt.datetime) -> int:
    held = team(session, need.id)[0]
    week = session.get(ExpertWeek, (held.expert_id, seoul_week(day)), populate_existing=True)
    return week.used_minutes if week else 0


def test_hours_outside_sessions_move_with_the_deadline(session: Session, now: dt.datetime) -> None:
    a_pool(session, 2)
    need = a_need(session, seats=(a_seat("ATT", effort_minutes=600),), sessions=())
    approved(session, a_proposal_of(session, a_run(session, need)))
    was, due = need.deadline, need.deadline + WEEK

    service.move_times(
        session, need.id, deadline=due, windows={}, version=need.version, actor=SYSTEM, now=now
    )

    last = dt.timedelta(minutes=1)
    assert (hours(session, need, was - last), hours(session, need, due - last)) == (0, 600)


def full_week(session: Session, need: Need) -> dt.datetime:
    """The expert of the only seat has no hours left in the week after the deadline."""
    held, due = team(session, need.id)[0], need.deadline + WEEK
    capacity = held.expert.weekly_capacity_minutes
    week = seoul_week(due - dt.timedelta(minutes=1))
    session.add(
        ExpertWeek(expert_id=held.expert_id, week=week, used_minutes=capacity, capacity_minutes=capacity)
    )
    session.flush()
    return due


def test_somebody_asked_who_has_no_hours_left_then_stops_the_move(session: Session, now: dt.datetime) -> None:
    a_pool(session, 2)
    need = a_need(session, seats=(a_seat("ATT", effort_minutes=600),), sessions=())
    approved(session, a_proposal_of(session, a_run(session, need)))
    due = full_week(session, need)

    with pytest.raises(Conflicting):
        service.move_times(
            session, need.id, deadline=due, windows={}, version=need.version, actor=SYSTEM, now=now
        )


def test_a_proposal_without_hours_left_then_gives_way_to_another(session: Session, now: dt.datetime) -> None:
    a_pool(session, 4)
    need = a_need(session, seats=(a_seat("ATT", effort_minutes=600),), sessions=())
    a_proposal_of(session, a_run(session, need))
    before = team(session, need.id)[0]
    due = full_week(session, need)

    later = now + dt.timedelta(minutes=1)
    repair = service.move_times(
        session, need.id, deadline=due, windows={}, version=need.version, actor=SYSTEM, now=later
    )
    assert repair is not None
    a_proposal_of(session, repair)

    assert session.get_one(type(before), before.id).state is EngagementState.CANCELLED
    assert team(session, need.id)[0].expert_id != before.expert_id


def test_a_window_that_ends_after_the_deadline_is_refused(session: Session, now: dt.datetime) -> None:
    need, _ = a_planned_need(session)

    with pytest.raises(Invalid) as refused:
        moved(session, need, now, deadline=need.deadline, days=14)

    assert list(refused.value.fields) == ["sessions-0-latest"]


def test_a_need_without_a_plan_is_reworded_instead(session: Session, now: dt.datetime) -> None:
    need = a_need(session)

    with pytest.raises(WrongState):
        moved(session, need, now, days=7)


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(session: Session, now: dt.datetime) -> None:
    need, _ = a_planned_need(session)

    with pytest.raises(Stale):
        service.move_times(
            session,
            need.id,
            deadline=need.deadline + WEEK,
            windows={},
            version=need.version - 1,
            actor=SYSTEM,
            now=now,
        )
