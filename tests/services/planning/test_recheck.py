"""Facts change under a running plan: proposals nobody was asked about are mended, people decide the rest."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from expertpool.availability import service as availability
from expertpool.availability.rules import DayHours, Leave
from expertpool.engagements import service as engagements
from expertpool.engagements.rules import EngagementState
from expertpool.experts import service as experts
from expertpool.experts.models import Expert
from expertpool.infra import clock
from expertpool.infra.identity import SYSTEM
from expertpool.planning import service
from expertpool.planning.models import PlanRun
from expertpool.planning.queries import run_page
from expertpool.planning.rules import RunCause, RunKind, RunState
from expertpool.planning.rules.differences import Change
from expertpool.scheduling.vocabulary import Rule
from tests.fixtures.availability import weekly_hours
from tests.fixtures.engagements import waiting_jobs
from tests.fixtures.experts import TERM, expert_facts
from tests.fixtures.planning import a_pool, a_proposal_of, a_run, approved, looked_at_again, team

pytestmark = pytest.mark.usefixtures("now")


def ill(session: Session, run: PlanRun, now: dt.datetime, place: int = 0) -> None:
    """The expert of a seat is away for a month."""
    expert_id = team(session, run.need_id)[place].expert_id
    today = clock.seoul_date(now)
    availability.add_leave(
        session,
        expert_id,
        leave=Leave(today, today + dt.timedelta(days=30), ""),
        actor=SYSTEM,
        now=now,
    )


def test_changed_time_asks_for_another_look_at_the_experts_plans(session: Session, now: dt.datetime) -> None:
    a_pool(session, 4)
    run = a_proposal_of(session, a_run(session))

    ill(session, run, now)

    expert_id = team(session, run.need_id)[0].expert_id
    assert {"expert_id": str(expert_id)} in waiting_jobs(session, "planning.recheck")
    assert [each.id for each in service.runs_with(session, expert_id)] == [run.id]


def loses_the_appointment(session: Session, expert: Expert, now: dt.datetime) -> None:
    """The term of an expert ended today."""
    ended = replace(TERM, ends_on=clock.seoul_date(now))
    facts = expert_facts(session, roles={"ATT": 3}, email=expert.email, appointments=(ended,))
    experts.change_expert(session, expert.id, actor=SYSTEM, now=now, version=expert.version, facts=facts)


def works_at_night(session: Session, expert: Expert, now: dt.datetime) -> None:
    """The weekly hours of an expert are other ones from today on."""
    weekly_hours(session, expert.id, [DayHours(day, "20:00", "21:00") for day in range(5)])


@pytest.mark.parametrize(
    ("happens", "rule"), [(loses_the_appointment, Rule.NOT_APPOINTED), (works_at_night, Rule.NOT_FREE)]
)
def test_who_cannot_stand_in_it_any_more_is_replaced(
    session: Session, now: dt.datetime, happens: Callable[..., None], rule: Rule
) -> None:
    a_pool(session, 6)
    run = a_proposal_of(session, a_run(session))
    leaving, kept = (team(session, run.need_id)[place].expert_id for place in (0, 1))
    happens(session, session.get_one(Expert, leaving), now)
    assert {"expert_id": str(leaving)} in waiting_jobs(session, "planning.recheck")

    repair = looked_at_again(session, run, now)
    assert repair is not None
    repair.requested_at += dt.timedelta(minutes=1)
    a_proposal_of(session, repair)

    held = team(session, run.need_id)
    page = run_page(session, repair.id, actor=SYSTEM)
    assert (held[0].expert_id != leaving, held[1].expert_id == kept) == (True, True)
    assert (page.row.cause, page.changed[Change.REPLACED]) == (RunCause.TIME, 1)
    assert next(each.rules for each in page.differences if each.change is Change.REPLACED) == (rule,)


def test_a_plan_that_still_stands_is_left_alone(session: Session, now: dt.datetime) -> None:
    a_pool(session, 4)
    run = a_proposal_of(session, a_run(session))

    assert looked_at_again(session, run, now) is None
    assert run_page(session, run.id, actor=SYSTEM).troubles == ()


def test_a_proposal_whose_expert_fell_ill_is_mended_before_anybody_was_asked(
    session: Session, now: dt.datetime
) -> None:
    a_pool(session, 6)
    run = a_proposal_of(session, a_run(session))
    before = {place: each.expert_id for place, each in team(session, run.need_id).items()}
    ill(session, run, now)

    repair = looked_at_again(session, run, now)
    assert repair is not None
    repair.requested_at += dt.timedelta(minutes=1)
    a_proposal_of(session, repair)

    after = {place: each.expert_id for place, each in team(session, run.need_id).items()}
    page = run_page(session, repair.id, actor=SYSTEM)
    assert (repair.kind, repair.state) == (RunKind.REPAIR, RunState.PROPOSED)
    assert (after[0] != before[0], after[1] == before[1]) == (True, True)
    assert (page.changed[Change.KEPT], page.changed[Change.REPLACED]) == (1, 1)
    replaced = next(each for each in page.differences if each.change is Change.REPLACED)
    assert replaced.rules == (Rule.NOT_FREE,)
    assert {each.plan_run_id for each in team(session, run.need_id).values()} == {repair.id}


def test_whoever_was_asked_stays_until_people_decide(session: Session, now: dt.datetime) -> None:
    a_pool(session, 6)
    run = approved(session, a_proposal_of(session, a_run(session)))
    ill(session, run, now)

    assert looked_at_again(session, run, now) is None

    (trouble,) = run_page(session, run.id, actor=SYSTEM).troubles
    held = team(session, run.need_id)[0]
    assert (trouble.engagement_id, trouble.rules, trouble.asked) == (held.id, (Rule.NOT_FREE,), True)
    assert held.state is EngagementState.OFFERED


def test_releasing_them_finds_another_and_keeps_the_rest(session: Session, now: dt.datetime) -> None:
    a_pool(session, 6)
    run = approved(session, a_proposal_of(session, a_run(session)))
    kept, away = team(session, run.need_id)[1], team(session, run.need_id)[0]
    times = kept.holds[0].during
    ill(session, run, now)
    looked_at_again(session, run, now)
    engagements.cancel_engagement(session, away.id, actor=SYSTEM, now=now)

    later = now + dt.timedelta(minutes=1)
    repair = service.request_repair(session, seat_id=away.seat_id, engagement_id=away.id, now=later)
    assert repair is not None
    a_proposal_of(session, repair)

    members = team(session, run.need_id)
    assert (members[1].id, members[1].holds[0].during) == (kept.id, times)
    assert members[0].expert_id != away.expert_id
    assert members[0].holds[0].during == times
    assert run_page(session, repair.id, actor=SYSTEM).troubles == ()


def test_notice_that_was_given_in_time_does_not_become_too_short(session: Session, now: dt.datetime) -> None:
    a_pool(session, 4)
    run = approved(session, a_proposal_of(session, a_run(session)))
    start = team(session, run.need_id)[0].holds[0].during.lower
    assert start is not None

    assert looked_at_again(session, run, start - dt.timedelta(minutes=30)) is None
    assert run_page(session, run.id, actor=SYSTEM).troubles == ()


def test_a_new_plan_keeps_what_was_found_about_those_who_stay(session: Session, now: dt.datetime) -> None:
    a_pool(session, 6)
    run = approved(session, a_proposal_of(session, a_run(session)))
    ill(session, run, now, place=1)
    looked_at_again(session, run, now)
    away = team(session, run.need_id)[0]
    engagements.cancel_engagement(session, away.id, actor=SYSTEM, now=now)

    later = now + dt.timedelta(minutes=1)
    repair = service.request_repair(session, seat_id=away.seat_id, engagement_id=away.id, now=later)
    assert repair is not None
    a_proposal_of(session, repair)

    assert [each.seat.number for each in run_page(session, repair.id, actor=SYSTEM).troubles] == [2]
