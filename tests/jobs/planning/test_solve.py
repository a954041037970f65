"""A run from the queue to its proposal, through the real child process and real commits."""

import datetime as dt
import hashlib
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from flask import Flask

from expertpool.engagements.rules import EngagementState
from expertpool.experts.service import touch_calendar
from expertpool.incidents.models import Need
from expertpool.incidents.rules import Urgency
from expertpool.infra import clock
from expertpool.infra.db import unit_of_work
from expertpool.infra.embedded import EmbeddedServer
from expertpool.infra.identity import SYSTEM
from expertpool.planning import jobs, service
from expertpool.planning.jobs import run as running
from expertpool.planning.jobs.solver import Answer
from expertpool.planning.models import PlanRun
from expertpool.planning.queries import run_page, snapshot_of, stored_run
from expertpool.planning.rules import LEASE, LIMITS, RunState, Stage, Taken, Trouble
from expertpool.planning.rules.telling import told
from expertpool.planning.service import Progress
from expertpool.scheduling import plan as plans
from expertpool.scheduling import snapshot as snapshots
from expertpool.scheduling.solve import solve
from tests.conftest import Database
from tests.fixtures.incidents import NOW, a_need, a_session
from tests.fixtures.own_app import own_app
from tests.fixtures.planning import (
    a_claim,
    a_pool,
    a_proposal_of,
    a_run,
    approved,
    team,
    works_for_the_other_side,
)

pytestmark = pytest.mark.usefixtures("now")


@pytest.fixture
def committing(server: EmbeddedServer, new_database: Callable[[], Database]) -> Iterator[Flask]:
    with own_app(server, new_database) as app:
        yield app


def queued(count: int = 12) -> uuid.UUID:
    """A run that waits, over a small pool."""
    with unit_of_work(SYSTEM) as session:
        a_pool(session, count)
        return a_run(session).id


def stored(run_id: uuid.UUID) -> PlanRun:
    with unit_of_work(SYSTEM) as session:
        return stored_run(session, run_id, actor=SYSTEM)


@pytest.mark.usefixtures("committing")
def test_a_run_ends_with_everybody_reserved_and_replays_to_the_same_bytes() -> None:
    run_id = queued()

    jobs.solve(str(run_id))

    run = stored(run_id)
    assert (run.state, run.unfilled, run.trouble) == (RunState.PROPOSED, 0, "")
    with unit_of_work(SYSTEM) as session:
        states = {each.state for each in team(session, run.need_id).values()}
        text, digest = snapshot_of(session, run_id, actor=SYSTEM)
    assert states == {EngagementState.PROPOSED}
    assert hashlib.sha256(text.encode()).hexdigest() == digest
    assert plans.dumps(solve(snapshots.loads(text), limits=LIMITS)) == run.plan


@pytest.mark.usefixtures("committing")
def test_a_run_that_ended_is_not_run_again() -> None:
    run_id = queued(2)
    jobs.solve(str(run_id))
    before = stored(run_id).version

    jobs.solve(str(run_id))

    assert stored(run_id).version == before


@pytest.mark.usefixtures("committing")
def test_a_change_meanwhile_is_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    run_id = queued(2)
    looks: list[int] = []
    keep = running._keep

    def meddling(claim: service.Claim, taken: Taken) -> None:
        keep(claim, taken)
        looks.append(1)
        if len(looks) == 1:
            with unit_of_work(SYSTEM) as session:
                touch_calendar(session, next(iter(taken.calendar_versions)))
                touch_calendar(session, list(taken.calendar_versions)[1])

    monkeypatch.setattr(running, "_keep", meddling)
    jobs.solve(str(run_id))

    assert len(looks) == 2
    assert stored(run_id).state is RunState.PROPOSED


def test_a_search_that_needs_too_much_memory_says_so(
    committing: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = queued(2)
    small = replace(committing.extensions["expertpool"], solver_memory_bytes=120 * 1024**2)
    monkeypatch.setitem(committing.extensions, "expertpool", small)

    jobs.solve(str(run_id))

    run = stored(run_id)
    assert run.state is RunState.FAILED
    assert run.trouble in (Trouble.MEMORY, Trouble.CRASHED)


@pytest.mark.usefixtures("committing")
def test_a_wish_to_stop_ends_the_search_with_its_best_team(monkeypatch: pytest.MonkeyPatch) -> None:
    run_id = queued(4)
    report = running._report

    def stopping(claim: service.Claim, progress: Progress) -> bool:
        if progress.stage is Stage.READING or progress.stage is Stage.FIRST_PLAN:
            with unit_of_work(SYSTEM) as session:
                run = session.get_one(PlanRun, run_id)
                if not run.stop_requested:
                    service.stop_run(session, run_id, actor=SYSTEM, now=run.requested_at)
        return report(claim, progress)

    monkeypatch.setattr(running, "_report", stopping)
    jobs.solve(str(run_id))

    assert stored(run_id).state is RunState.PROPOSED


@pytest.mark.usefixtures("committing")
def test_a_worker_that_was_taken_over_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, now: dt.datetime
) -> None:
    run_id = queued(2)
    keep = running._keep

    def overtaken(claim: service.Claim, taken: Taken) -> None:
        keep(claim, taken)
        with unit_of_work(SYSTEM) as session:
            a_claim(session, session.get_one(PlanRun, run_id), now=now + LEASE + dt.timedelta(seconds=1))

    monkeypatch.setattr(running, "_keep", overtaken)
    jobs.solve(str(run_id))

    with unit_of_work(SYSTEM) as session:
        run = session.get_one(PlanRun, run_id)
        assert (run.state, run.fence) == (RunState.SOLVING, 2)
        assert team(session, run.need_id) == {}


def in_this_process(claim: service.Claim, taken: Taken) -> Answer:
    """The search without a process of its own."""
    plan = solve(taken.snapshot, limits=LIMITS)
    return Answer(plans.dumps(plan), told(taken.snapshot, plan))


def urgent_and_ordinary() -> tuple[uuid.UUID, uuid.UUID]:
    """A proposal with everybody there is, and a run for a more urgent need at the same hours."""
    start = NOW + dt.timedelta(days=2)
    meeting = a_session(0, 1, earliest=start, latest=start + dt.timedelta(hours=2))
    with unit_of_work(SYSTEM) as session:
        a_pool(session, 2)
        ordinary = a_need(session, urgency=Urgency.ROUTINE, sessions=(meeting,))
        a_proposal_of(session, a_run(session, ordinary))
        urgent = a_need(session, urgency=Urgency.TONIGHT, sessions=(meeting,))
        return a_run(session, urgent).id, ordinary.id


@pytest.mark.usefixtures("committing")
def test_a_more_urgent_need_is_given_way_to_and_its_snapshot_replays(monkeypatch: pytest.MonkeyPatch) -> None:
    run_id, ordinary = urgent_and_ordinary()
    monkeypatch.setattr(running, "_search", in_this_process)

    jobs.solve(str(run_id))

    run = stored(run_id)
    with unit_of_work(SYSTEM) as session:
        assert (len(team(session, run.need_id)), len(team(session, ordinary))) == (2, 0)
    assert run.snapshot is not None
    assert plans.dumps(solve(snapshots.loads(run.snapshot), limits=LIMITS)) == run.plan


@pytest.mark.usefixtures("committing")
def test_a_conflict_that_comes_up_during_the_search_begins_it_again(monkeypatch: pytest.MonkeyPatch) -> None:
    run_id, searched = queued(4), list[str]()

    def meddling(claim: service.Claim, taken: Taken) -> Answer:
        answer = in_this_process(claim, taken)
        searched.append(plans.loads(answer.plan).engagements[0].expert)
        if len(searched) == 1:
            with unit_of_work(SYSTEM) as session:
                run = session.get_one(PlanRun, run_id)
                works_for_the_other_side(session, run, uuid.UUID(searched[0]), clock.now())
        return answer

    monkeypatch.setattr(running, "_search", meddling)
    jobs.solve(str(run_id))

    run = stored(run_id)
    assert (run.state, run.unfilled, len(searched)) == (RunState.PROPOSED, 0, 2)
    assert searched[1] != searched[0]


@pytest.mark.usefixtures("committing")
def test_a_moved_deadline_is_looked_at_by_a_job(now: dt.datetime) -> None:
    with unit_of_work(SYSTEM) as session:
        a_pool(session, 2)
        run = approved(session, a_proposal_of(session, a_run(session)))
        (meeting,) = session.get_one(Need, run.need_id).sessions
        need_id, run_id, fortnight = run.need_id, run.id, dt.timedelta(days=14)
        service.move_times(
            session,
            need_id,
            deadline=meeting.latest + fortnight,
            windows={meeting.id: (meeting.earliest + fortnight, meeting.latest + fortnight)},
            version=session.get_one(Need, need_id).version,
            actor=SYSTEM,
            now=now,
        )

    jobs.recheck_need(str(need_id))

    with unit_of_work(SYSTEM) as session:
        assert len(run_page(session, run_id, actor=SYSTEM).troubles) == 2
