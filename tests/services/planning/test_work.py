"""Leases, fences and what becomes of runs whose worker died."""

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from expertpool.infra.identity import SYSTEM
from expertpool.planning import service
from expertpool.planning.rules import LEASE, MOST_ATTEMPTS, PATIENCE, RunState, Stage, Trouble
from expertpool.planning.service import Fenced, Progress
from tests.fixtures.engagements import waiting_jobs
from tests.fixtures.planning import a_claim, a_pool, a_run, committed, solved, team

pytestmark = pytest.mark.usefixtures("now")
LATER = LEASE + dt.timedelta(seconds=1)


def test_a_run_at_work_is_not_taken_up_twice(session: Session, now: dt.datetime) -> None:
    run = a_run(session)
    a_claim(session, run)

    assert service.take_up(session, run.id, now=now) is None


def test_a_run_whose_worker_fell_silent_is_taken_up_under_a_higher_fence(
    session: Session, now: dt.datetime
) -> None:
    run = a_run(session)
    first = a_claim(session, run)

    second = a_claim(session, run, now=now + LATER)

    assert second.fence == first.fence + 1


def test_progress_renews_the_lease(session: Session, now: dt.datetime) -> None:
    run = a_run(session)
    claim = a_claim(session, run)

    service.keep_up(session, claim, Progress(Stage.IMPROVING, 7, 5, 1), now=now + LATER)

    session.refresh(run)
    assert (run.stage, run.best, run.bound, run.unfilled) == ("improving", 7, 5, 1)
    assert run.lease_until == now + LATER + LEASE


def test_progress_hears_the_wish_to_stop(session: Session, now: dt.datetime) -> None:
    run = a_run(session)
    claim = a_claim(session, run)
    service.stop_run(session, run.id, actor=SYSTEM, now=now)

    assert service.keep_up(session, claim, Progress(Stage.IMPROVING), now=now) is True


def test_a_worker_that_was_fenced_off_reports_nothing(session: Session, now: dt.datetime) -> None:
    run = a_run(session)
    asleep = a_claim(session, run)
    a_claim(session, run, now=now + LATER)

    with pytest.raises(Fenced):
        service.keep_up(session, asleep, Progress(Stage.IMPROVING), now=now + LATER)


def test_a_worker_that_was_fenced_off_reserves_nobody(session: Session, now: dt.datetime) -> None:
    a_pool(session, 4)
    run = a_run(session)
    asleep = a_claim(session, run)
    taken, plan = solved(session, run)
    a_claim(session, run, now=now + LATER)

    with pytest.raises(Fenced):
        committed(session, asleep, taken, plan)
    assert team(session, run.need_id) == {}


def test_the_sweep_queues_a_silent_run_again(session: Session, now: dt.datetime) -> None:
    run = a_run(session)
    a_claim(session, run)

    found = service.sweep(session, now=now + LATER)

    assert (found, run.state) == (1, RunState.QUEUED)
    assert len(waiting_jobs(session, "planning.solve")) == 2


def test_the_sweep_leaves_a_run_at_work_alone(session: Session, now: dt.datetime) -> None:
    run = a_run(session)
    a_claim(session, run)

    found = service.sweep(session, now=now)

    assert (found, run.state) == (0, RunState.SOLVING)


def test_the_sweep_queues_a_run_whose_job_was_lost(session: Session, now: dt.datetime) -> None:
    a_run(session)

    found = service.sweep(session, now=now + PATIENCE + LATER)

    assert found == 1


def test_after_three_workers_died_the_run_says_it_is_lost(session: Session, now: dt.datetime) -> None:
    run = a_run(session)
    for attempt in range(MOST_ATTEMPTS):
        a_claim(session, run, now=now + attempt * LATER)

    service.sweep(session, now=now + MOST_ATTEMPTS * LATER)

    assert (run.state, run.trouble) == (RunState.LOST, Trouble.WORKERS_DIED)


def test_a_run_given_up_says_why(session: Session, now: dt.datetime) -> None:
    run = a_run(session)

    service.give_up(session, a_claim(session, run), RunState.FAILED, Trouble.MEMORY, now=now)

    assert (run.state, run.trouble, run.finished_at) == (RunState.FAILED, Trouble.MEMORY, now)
