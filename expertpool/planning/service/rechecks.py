"""A plan looked at again after facts changed: who could not stand in it any more, and what follows.

Whoever was proposed by a plan and not asked yet is replaced by a repair. Whoever was asked stays: people are
told, and decide (ADR 68).
"""

import datetime as dt
import json
import uuid
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, undefer

from expertpool.engagements.models import Engagement
from expertpool.engagements.rules import OPEN, EngagementState
from expertpool.incidents.models import Need
from expertpool.incidents.rules import OVER
from expertpool.infra.consequences import follows
from expertpool.infra.identity import SYSTEM
from expertpool.planning.models import PlanRun
from expertpool.planning.rules import RunCause, RunKind, RunState
from expertpool.planning.service.runs import PLANNABLE, lock_need, queue_run, unfinished_run
from expertpool.scheduling.vocabulary import Rule

Troubles = Mapping[str, tuple[str, tuple[str, ...]]]
"""By seat: its expert, and the rules that keep the expert out by now."""


def runs_with(session: Session, expert_id: uuid.UUID) -> Sequence[PlanRun]:
    """The newest plan of every need under way in which an expert holds a seat."""
    needs = sa.select(Engagement.need_id).where(Engagement.expert_id == expert_id, Engagement.state.in_(OPEN))
    return _newest_plans(session, Need.id.in_(needs))


def runs_of_need(session: Session, need_id: uuid.UUID) -> Sequence[PlanRun]:
    """The newest plan of a need under way, if there is one."""
    return _newest_plans(session, Need.id == need_id)


def _newest_plans(session: Session, which: sa.ColumnElement[bool]) -> Sequence[PlanRun]:
    newest = (
        sa.select(PlanRun.id)
        .where(
            PlanRun.need_id == Need.id,
            PlanRun.state.in_([RunState.PROPOSED, RunState.APPROVED]),
            PlanRun.plan_digest.is_not(None),
        )
        .order_by(PlanRun.requested_at.desc(), PlanRun.id)
        .limit(1)
        .correlate(Need)
        .scalar_subquery()
    )
    under_way = sa.select(newest).where(which, Need.state.not_in(OVER))
    found = [run_id for run_id in session.scalars(under_way) if run_id is not None]
    return session.scalars(sa.select(PlanRun).where(PlanRun.id.in_(found)).order_by(PlanRun.id)).all()


def note_troubles(
    session: Session, run_id: uuid.UUID, troubles: Troubles, *, now: dt.datetime
) -> PlanRun | None:
    """Keep what a look at the plan found; a repair is begun if it concerns somebody nobody asked yet.

    Says which repair, if one was begun. While another search of the need is under way none is: it looks at
    the same facts.
    """
    run = session.get_one(PlanRun, run_id)
    need = lock_need(session, run.need_id)
    run.troubles = _told(troubles)
    session.flush()
    unasked = sa.select(Engagement.seat_id).where(
        Engagement.need_id == need.id,
        Engagement.state == EngagementState.PROPOSED,
        Engagement.plan_run_id.is_not(None),
    )
    moving = {str(seat_id) for seat_id in session.scalars(unasked)} & troubles.keys()
    if not moving or need.state not in PLANNABLE or unfinished_run(session, need.id) is not None:
        return None
    return queue_run(
        session, need, RunKind.REPAIR, None, cause=RunCause.TIME, seed=None, actor=SYSTEM, now=now
    )


def mend(session: Session, need: Need, cause: RunCause, *, now: dt.datetime) -> PlanRun | None:
    """Begin a repair of every open seat of a need, whose lock the caller holds; the run, if there is one.

    A search under way looks at all of them too, from its next snapshot on: what it goes on for has changed.
    """
    if need.state not in PLANNABLE:
        return None
    under_way = unfinished_run(session, need.id)
    if under_way is None:
        return queue_run(session, need, RunKind.REPAIR, None, cause=cause, seed=None, actor=SYSTEM, now=now)
    under_way.cause = cause
    session.flush()
    return under_way


@follows("engagements.proposal_barred")
def follow_bar(session: Session, *, engagement_id: uuid.UUID, now: dt.datetime) -> None:
    """Somebody a plan proposed is barred by now and was taken off: the plan is out of date and mended."""
    barred = session.get_one(Engagement, engagement_id)
    if barred.plan_run_id is None:
        return
    run = session.get_one(PlanRun, barred.plan_run_id, options=[undefer(PlanRun.troubles)])
    found = json.loads(run.troubles or "{}")
    found[str(barred.seat_id)] = (str(barred.expert_id), (Rule.CONFLICT_BAR.value,))
    run.troubles = _told(found)
    session.flush()
    mend(session, lock_need(session, run.need_id), RunCause.BARRED, now=now)


def _told(troubles: Troubles) -> str:
    return json.dumps(troubles, separators=(",", ":"), sort_keys=True)
