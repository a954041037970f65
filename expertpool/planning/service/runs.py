"""What people do with planning runs: ask, stop, approve, discard."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.audit import service as audit
from expertpool.engagements import service as engagements
from expertpool.engagements.models import Engagement
from expertpool.engagements.rules import LIVE, EngagementState
from expertpool.incidents import service as incidents
from expertpool.incidents.models import Need
from expertpool.incidents.rules import NeedState
from expertpool.infra import jobs
from expertpool.infra.db import acting_as
from expertpool.infra.identity import SYSTEM, Actor, new_id
from expertpool.planning import access
from expertpool.planning.models import PlanRun
from expertpool.planning.rules import (
    CAUSE_WORDS,
    OUTDATES,
    UNFINISHED,
    RunCause,
    RunKind,
    RunState,
    run_step_refused,
)
from expertpool.planning.service.repairs import ask_for_repairs
from expertpool.refusals import Stale, WrongState
from expertpool.words import words

PLANNABLE = frozenset({NeedState.SUBMITTED, NeedState.PROPOSED, NeedState.APPROVED})


def request_run(
    session: Session, *, need_id: uuid.UUID, actor: Actor, now: dt.datetime, seed: int | None = None
) -> PlanRun:
    """Ask the planner for a team; a worker takes the run up. `seed` decides draws among equals.

    Raises: NotFound; Forbidden; WrongState if a run is under way, or the need takes no plan now.
    """
    need = access.visible_need(session, need_id, actor=actor)
    access.demand_planner(actor, need)
    lock_need(session, need_id)
    if need.state not in PLANNABLE:
        raise WrongState(
            words("This need takes no proposal now. Submit it first, or reload the page to see where it is.")
        )
    if unfinished_run(session, need_id) is not None:
        raise WrongState(words("A search for this need is under way. Wait for it, or stop it first."))
    return queue_run(
        session, need, RunKind.SOLVE, None, cause=RunCause.ASKED, seed=seed, actor=actor, now=now
    )


def queue_run(
    session: Session,
    need: Need,
    kind: RunKind,
    seat_id: uuid.UUID | None,
    *,
    cause: RunCause,
    seed: int | None,
    actor: Actor,
    now: dt.datetime,
) -> PlanRun:
    """Write a run and queue its job. The caller holds the need's lock and has seen no unfinished run."""
    run = PlanRun(
        incident_id=need.incident_id,
        need_id=need.id,
        kind=kind,
        cause=cause,
        seat_id=seat_id,
        state=RunState.QUEUED,
        requested_by=actor.user_id,
        requested_at=now,
        seed=new_id().int >> 65 if seed is None else seed,
    )
    session.add(run)
    session.flush()
    note(session, run, "request", actor=actor, now=now)
    jobs.defer(session, "planning.solve", run_id=str(run.id))
    return run


def lock_need(session: Session, need_id: uuid.UUID) -> Need:
    """The need as it is now, locked: its runs follow each other."""
    query = sa.select(Need).where(Need.id == need_id).with_for_update(key_share=True, of=Need)
    return session.scalars(query.execution_options(populate_existing=True)).unique().one()


def unfinished_run(session: Session, need_id: uuid.UUID) -> PlanRun | None:
    """The run of the need that a worker is at, or will be."""
    wanted = sa.select(PlanRun).where(PlanRun.need_id == need_id, PlanRun.state.in_(UNFINISHED))
    return session.scalars(wanted).first()


def stop_run(session: Session, run_id: uuid.UUID, *, actor: Actor, now: dt.datetime) -> PlanRun:
    """End a search: one at work proposes the best team it has, one that waits is not begun.

    Raises: NotFound; Forbidden; WrongState if it has ended already.
    """
    run = _run_to_change(session, run_id, actor=actor, version=None)
    if run.state not in UNFINISHED:
        raise WrongState(words("This search has ended already. Reload the page."))
    run.stop_requested = True
    if run.state is RunState.QUEUED:
        end_run(run, RunState.STOPPED, now=now)
    session.flush()
    note(session, run, "stop", actor=actor, now=now)
    return run


def approve_run(
    session: Session,
    run_id: uuid.UUID,
    *,
    answer_by: dt.datetime,
    actor: Actor,
    now: dt.datetime,
    version: int | None = None,
) -> PlanRun:
    """Send the offers of a proposal. Seats that stay empty stay so until another search.

    Raises: NotFound; Forbidden; Stale, also while the proposal is being mended; WrongState if there is nobody
    to ask; Conflicting if the work would have begun already.
    """
    run = _run_to_change(session, run_id, actor=actor, version=version)
    _demand_step(run, RunState.APPROVED)
    _demand_current(session, run)
    proposed = _proposed_by(session, run)
    if not proposed:
        raise WrongState(words("This proposal names nobody, so there is nothing to approve."))
    for engagement in proposed:
        engagements.offer(session, engagement.id, answer_by=answer_by, actor=actor, now=now)
    incidents.move_need(session, run.need_id, NeedState.APPROVED, actor=actor, now=now)
    run.state = RunState.APPROVED
    session.flush()
    note(session, run, "approve", actor=actor, now=now)
    ask_for_repairs(session, run.need_id)
    return run


def discard_run(
    session: Session,
    run_id: uuid.UUID,
    *,
    actor: Actor,
    now: dt.datetime,
    version: int | None = None,
) -> PlanRun:
    """Drop a proposal: everybody it reserved is free again.

    Raises: NotFound; Forbidden; Stale; WrongState if it is not proposed any more.
    """
    run = _run_to_change(session, run_id, actor=actor, version=version)
    _demand_step(run, RunState.DISCARDED)
    for engagement in _proposed_by(session, run):
        engagements.cancel_engagement(session, engagement.id, actor=actor, now=now)
    end_run(run, RunState.DISCARDED, now=run.finished_at or now)
    session.flush()
    with acting_as(session, SYSTEM):
        settle_need(session, run.need_id, now=now)
    note(session, run, "discard", actor=actor, now=now)
    return run


def settle_need(session: Session, need_id: uuid.UUID, *, now: dt.datetime) -> None:
    """Bring the need to where its live engagements leave it, after proposals came or went."""
    need = lock_need(session, need_id)
    live = sa.select(Engagement.state).where(Engagement.need_id == need_id, Engagement.state.in_(LIVE))
    states = set(session.scalars(live))
    if EngagementState.PROPOSED in states:
        wanted = NeedState.PROPOSED
    else:
        wanted = NeedState.APPROVED if states else NeedState.SUBMITTED
    if need.state in PLANNABLE and need.state is not wanted:
        incidents.move_need(session, need_id, wanted, actor=SYSTEM, now=now)


def end_run(run: PlanRun, state: RunState, *, now: dt.datetime) -> None:
    """Bring a run to a state no worker has a part in."""
    run.state, run.finished_at, run.lease_until = state, now, None


def note(session: Session, run: PlanRun, verb: str, *, actor: Actor, now: dt.datetime) -> None:
    """Write into the record what was done with a run."""
    audit.record(
        session,
        actor=actor,
        verb=f"plan.{verb}",
        kind="plan_run",
        thing=run.id,
        now=now,
        state=run.state.value,
        kind_of_run=run.kind.value,
        cause=run.cause.value,
    )


def _run_to_change(session: Session, run_id: uuid.UUID, *, actor: Actor, version: int | None) -> PlanRun:
    run = access.visible_run(session, run_id, actor=actor, locked=True)
    access.demand_planner(actor, access.visible_need(session, run.need_id, actor=actor))
    if version is not None and version != run.version:
        raise Stale(
            words("Somebody changed this proposal after you opened it. Reload the page and look again.")
        )
    return run


def _demand_step(run: PlanRun, wanted: RunState) -> None:
    refusal = run_step_refused(run.state, wanted)
    if refusal is not None:
        raise WrongState(refusal)


def _demand_current(session: Session, run: PlanRun) -> None:
    """A proposal that is being mended is out of date."""
    under_way = unfinished_run(session, run.need_id)
    if under_way is not None and under_way.cause in OUTDATES:
        raise Stale(
            words(
                "This proposal is out of date: %(cause)s. It is being mended; wait for the new one.",
                cause=CAUSE_WORDS[under_way.cause],
            )
        )


def _proposed_by(session: Session, run: PlanRun) -> list[Engagement]:
    """Whom the run proposed and nobody asked yet; their experts and agreements are locked in one order."""
    with acting_as(session, SYSTEM):
        rows = session.scalars(
            sa.select(Engagement)
            .where(Engagement.plan_run_id == run.id, Engagement.state == EngagementState.PROPOSED)
            .order_by(Engagement.seat_id)
        ).all()
        engagements.lock_for_booking(
            session,
            expert_ids={row.expert_id for row in rows},
            agreement_ids={row.agreement_id for row in rows if row.agreement_id is not None},
        )
    return list(rows)
