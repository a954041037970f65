"""A no empties one seat; filling it again changes nothing else."""

import datetime as dt
import uuid

import pytest
from sqlalchemy.orm import Session

from expertpool.engagements.rules import EngagementState
from expertpool.experts.models import Expert
from expertpool.incidents.models import Need
from expertpool.incidents.rules import NeedState
from expertpool.infra.identity import SYSTEM
from expertpool.planning import service
from expertpool.planning.models import PlanRun
from expertpool.planning.queries import take_snapshot
from expertpool.planning.rules import RunKind, RunState
from expertpool.scheduling.vocabulary import RoleClass, Tier
from tests.fixtures.engagements import waiting_jobs
from tests.fixtures.incidents import a_need, a_seat, a_session
from tests.fixtures.planning import a_no, a_pool, a_proposal_of, a_run, approved, team

pytestmark = pytest.mark.usefixtures("now")


def a_team_one_left(session: Session, count: int = 8) -> tuple[Need, list[Expert]]:
    """A need whose offers are out, and whose attorney said no."""
    pool = a_pool(session, count)
    need = a_need(session)
    approved(session, a_proposal_of(session, a_run(session, need)))
    a_no(session, team(session, need.id)[0])
    return need, pool


def a_repair(session: Session, now: dt.datetime) -> PlanRun:
    """The search the no asked for."""
    run = asked_again(session, now)
    assert run is not None
    return run


def asked_again(session: Session, now: dt.datetime) -> PlanRun | None:
    """What the job the no queued comes to."""
    (facts,) = waiting_jobs(session, "planning.repair_seat")
    ids = {name: uuid.UUID(text) for name, text in facts.items()}
    return service.request_repair(session, now=now, **ids)


def test_a_no_starts_a_search_for_its_seat(session: Session, now: dt.datetime) -> None:
    need, _ = a_team_one_left(session)

    run = a_repair(session, now)

    assert (run.kind, run.seat_id, run.state) == (RunKind.REPAIR, need.seats[0].id, RunState.QUEUED)


def test_a_repair_is_asked_for_once(session: Session, now: dt.datetime) -> None:
    a_team_one_left(session)
    a_repair(session, now)

    assert asked_again(session, now) is None


def test_a_repair_fills_the_seat_with_somebody_else(session: Session, now: dt.datetime) -> None:
    need, _ = a_team_one_left(session)
    run = a_repair(session, now)
    refused = take_snapshot(session, run, now=now).snapshot.seat_bans[0].expert

    a_proposal_of(session, run)

    new = team(session, need.id)[0]
    assert new.state is EngagementState.PROPOSED
    assert str(new.expert_id) != refused


def test_a_repair_changes_nothing_else(session: Session, now: dt.datetime) -> None:
    need, _ = a_team_one_left(session)
    kept = team(session, need.id)[1]
    before = (kept.id, kept.state, kept.expert_id, kept.holds[0].during)

    a_proposal_of(session, a_repair(session, now))

    kept = team(session, need.id)[1]
    assert (kept.id, kept.state, kept.expert_id, kept.holds[0].during) == before
    assert team(session, need.id)[0].holds[0].during == before[3]


def test_approving_a_repair_asks_only_the_new_expert(session: Session, now: dt.datetime) -> None:
    need, _ = a_team_one_left(session)
    run = a_proposal_of(session, a_repair(session, now))
    assert session.get_one(Need, need.id).state is NeedState.PROPOSED

    approved(session, run)

    assert {each.state for each in team(session, need.id).values()} == {EngagementState.OFFERED}
    assert session.get_one(Need, need.id).state is NeedState.APPROVED


def test_discarding_a_repair_leaves_the_others_asked(session: Session, now: dt.datetime) -> None:
    need, _ = a_team_one_left(session)
    run = a_proposal_of(session, a_repair(session, now))

    service.discard_run(session, run.id, actor=SYSTEM, now=now)

    assert set(team(session, need.id)) == {1}
    assert session.get_one(Need, need.id).state is NeedState.APPROVED


def test_a_repair_that_finds_nobody_says_so_and_reserves_nobody(session: Session, now: dt.datetime) -> None:
    need, _ = a_team_one_left(session, count=2)

    run = a_proposal_of(session, a_repair(session, now))

    assert (run.state, run.unfilled) == (RunState.PROPOSED, 1)
    assert session.get_one(Need, need.id).state is NeedState.APPROVED


def test_whoever_is_busy_until_a_day_is_not_asked_before(session: Session, now: dt.datetime) -> None:
    pool = a_pool(session, 2)
    first = a_need(session)
    approved(session, a_proposal_of(session, a_run(session, first)))
    a_no(session, team(session, first.id)[0], busy_until=dt.date(2026, 12, 1))

    taken = take_snapshot(session, a_run(session), now=now)

    busy = next(each for each in taken.snapshot.experts if each.id == str(pool[0].id))
    assert taken.timeline.instant(busy.free[0].start) >= dt.datetime(2026, 11, 30, 15, tzinfo=dt.UTC)


def test_somebody_who_leaves_while_a_repair_waits_is_replaced_after_it(
    session: Session, now: dt.datetime
) -> None:
    need, _ = a_team_one_left(session)
    run = a_proposal_of(session, a_repair(session, now))
    a_no(session, team(session, need.id)[1])

    approved(session, run)

    assert waiting_jobs(session, "planning.repair_seat")[-1]["seat_id"] == str(need.seats[1].id)


def test_a_second_need_of_the_incident_keeps_roles_apart(session: Session, now: dt.datetime) -> None:
    a_pool(session, 1)
    first = a_need(session, seats=(a_seat("ATT"),), sessions=(a_session(0),))
    a_proposal_of(session, a_run(session, first))
    second = a_need(session, first.incident, seats=(a_seat("ATT", RoleClass.ADJ),), sessions=(a_session(0),))

    taken = take_snapshot(session, a_run(session, second), now=now)

    (conflict,) = taken.snapshot.conflicts
    assert (conflict.tier, conflict.rules) == (Tier.BAR, ("CONF-04",))
