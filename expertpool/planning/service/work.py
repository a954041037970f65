"""What workers do with planning runs: take one up, keep its lease, bring it to an end, find lost ones.

A worker holds the fence it was given. Whoever takes the run up later raises it; a worker that was only
asleep then finds its fence too low and may write nothing any more.
"""

import datetime as dt
import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.engagements.models import Engagement
from expertpool.incidents.models import Need
from expertpool.incidents.rules import OVER
from expertpool.infra import jobs
from expertpool.infra.identity import SYSTEM
from expertpool.planning.models import PlanRun
from expertpool.planning.rules import (
    LEASE,
    MOST_ATTEMPTS,
    PATIENCE,
    UNFINISHED,
    RunCause,
    RunKind,
    RunState,
    Stage,
    Taken,
    Trouble,
)
from expertpool.planning.service.repairs import SETTLED, defer_repair
from expertpool.planning.service.runs import PLANNABLE, end_run, lock_need, note, queue_run, unfinished_run


class Fenced(Exception):
    """The run was taken from this worker, or ended, meanwhile: whatever it found must not be written."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A worker's right to a run, and what it is for."""

    run_id: uuid.UUID
    fence: int
    kind: RunKind


@dataclass(frozen=True, slots=True)
class Progress:
    """What a run has found so far, for the page that waits. Units: cost points; seats."""

    stage: Stage
    best: int | None = None
    bound: int | None = None
    unfilled: int | None = None


def take_up(session: Session, run_id: uuid.UUID, *, now: dt.datetime) -> Claim | None:
    """Claim a run that waits or whose worker fell silent; None if there is nothing to do for this worker.

    A run that was taken up `MOST_ATTEMPTS` times without an end is lost and says so.
    """
    run = _locked(session, run_id)
    if run is None or run.state not in UNFINISHED:
        return None
    if run.state is RunState.SOLVING and run.lease_until is not None and run.lease_until > now:
        return None
    if run.fence >= MOST_ATTEMPTS:
        _lose(session, run, now=now)
        return None
    run.fence += 1
    run.state, run.stage = RunState.SOLVING, Stage.READING.value
    run.started_at, run.lease_until = run.started_at or now, now + LEASE
    run.best = run.bound = run.unfilled = None
    session.flush()
    return Claim(run.id, run.fence, run.kind)


def keep_up(session: Session, claim: Claim, progress: Progress, *, now: dt.datetime) -> bool:
    """Renew the lease, show progress, and say whether somebody asked to stop. Raises Fenced."""
    kept = session.execute(
        sa.update(PlanRun)
        .where(PlanRun.id == claim.run_id, PlanRun.fence == claim.fence, PlanRun.state == RunState.SOLVING)
        .values(
            lease_until=now + LEASE,
            stage=progress.stage.value,
            best=progress.best,
            bound=progress.bound,
            unfilled=progress.unfilled,
        )
        .returning(PlanRun.stop_requested)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if kept is None:
        raise Fenced
    return bool(kept[0])


def claimed_run(session: Session, claim: Claim) -> PlanRun:
    """The run under the worker's claim, locked. Raises Fenced."""
    run = _locked(session, claim.run_id)
    if run is None or run.fence != claim.fence or run.state is not RunState.SOLVING:
        raise Fenced
    return run


def keep_snapshot(session: Session, claim: Claim, taken: Taken) -> None:
    """Store what is about to be searched, so that every outcome can be replayed. Raises Fenced."""
    run = claimed_run(session, claim)
    run.snapshot, run.snapshot_digest = taken.text, taken.digest
    session.flush()


def give_up(
    session: Session,
    claim: Claim,
    state: RunState,
    trouble: Trouble,
    *,
    now: dt.datetime,
    reasons: str | None = None,
) -> PlanRun:
    """End a run without a proposal, with the words of what went wrong. Raises Fenced."""
    run = claimed_run(session, claim)
    end_run(run, state, now=now)
    run.trouble, run.reasons = trouble.value, reasons
    session.flush()
    note(session, run, "give_up", actor=SYSTEM, now=now)
    return run


def sweep(session: Session, *, now: dt.datetime) -> int:
    """Queue again, or call lost, the runs nobody is at any more; says how many. Again is harmless."""
    silent = sa.select(PlanRun.id).where(
        sa.or_(
            sa.and_(PlanRun.state == RunState.SOLVING, PlanRun.lease_until < now),
            sa.and_(PlanRun.state == RunState.QUEUED, PlanRun.requested_at < now - PATIENCE),
        )
    )
    found = 0
    for run_id in session.scalars(silent).all():
        run = _locked(session, run_id)
        if run is None or run.state not in UNFINISHED or (run.lease_until or now) > now:
            continue
        found += 1
        if run.fence >= MOST_ATTEMPTS:
            _lose(session, run, now=now)
            continue
        run.state, run.lease_until = RunState.QUEUED, None
        session.flush()
        jobs.defer(session, "planning.solve", once_as=f"planning.solve/{run.id}", run_id=str(run.id))
    _drop_orphans(session, now=now)
    return found


def _drop_orphans(session: Session, *, now: dt.datetime) -> None:
    """Proposals for needs that are over are nobody's to approve."""
    over = sa.select(PlanRun.id).join(Need, Need.id == PlanRun.need_id)
    for run_id in session.scalars(over.where(PlanRun.state == RunState.PROPOSED, Need.state.in_(OVER))).all():
        run = _locked(session, run_id)
        if run is not None and run.state is RunState.PROPOSED:
            end_run(run, RunState.DISCARDED, now=run.finished_at or now)
            session.flush()


def request_repair(
    session: Session, *, seat_id: uuid.UUID, engagement_id: uuid.UUID, now: dt.datetime
) -> PlanRun | None:
    """Start a search for the one seat an engagement left empty, or nothing if that was done already.

    While another run of the need is under way the wish is queued again for later.
    """
    left = session.get(Engagement, engagement_id)
    if left is None or left.seat_id != seat_id:
        return None
    need = lock_need(session, left.need_id)
    filled = sa.exists().where(Engagement.seat_id == seat_id, Engagement.state.in_(SETTLED))
    ended = left.ended_at or now
    tried = sa.exists().where(
        PlanRun.need_id == need.id,
        sa.or_(
            sa.and_(PlanRun.seat_id == seat_id, PlanRun.requested_at >= ended),
            sa.and_(PlanRun.kind == RunKind.SOLVE, PlanRun.requested_at > ended),
        ),
    )
    if need.state not in PLANNABLE or session.scalar(sa.select(sa.or_(filled, tried))):
        return None
    if unfinished_run(session, need.id) is not None:
        defer_repair(session, seat_id, engagement_id, not_before=now + LEASE)
        return None
    return queue_run(
        session, need, RunKind.REPAIR, seat_id, cause=RunCause.LEFT, seed=None, actor=SYSTEM, now=now
    )


def _lose(session: Session, run: PlanRun, *, now: dt.datetime) -> None:
    end_run(run, RunState.LOST, now=now)
    run.trouble = Trouble.WORKERS_DIED.value
    session.flush()
    note(session, run, "lose", actor=SYSTEM, now=now)


def _locked(session: Session, run_id: uuid.UUID) -> PlanRun | None:
    query = sa.select(PlanRun).where(PlanRun.id == run_id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one_or_none()
