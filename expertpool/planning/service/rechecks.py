"""A plan looked at again after facts changed: who could not stand in it any more, and what follows.

Whoever was proposed by a plan and not asked yet is replaced by a repair. Whoever was asked stays: people are
told, and decide (ADR 68).
"""

import datetime as dt
import json
import uuid
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.engagements.models import Engagement
from expertpool.engagements.rules import OPEN, EngagementState
from expertpool.incidents.models import Need
from expertpool.incidents.rules import OVER
from expertpool.infra.identity import SYSTEM
from expertpool.planning.models import PlanRun
from expertpool.planning.rules import RunKind, RunState
from expertpool.planning.service.runs import PLANNABLE, lock_need, queue_run, unfinished_run

Troubles = Mapping[str, tuple[str, tuple[str, ...]]]
"""By seat: its expert, and the rules that keep the expert out by now."""


def runs_with(session: Session, expert_id: uuid.UUID) -> Sequence[PlanRun]:
    """The newest plan of every need under way in which an expert holds a seat."""
    needs = sa.select(Engagement.need_id).where(Engagement.expert_id == expert_id, Engagement.state.in_(OPEN))
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
    under_way = sa.select(newest).where(Need.id.in_(needs), Need.state.not_in(OVER))
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
    run.troubles = json.dumps(troubles, separators=(",", ":"), sort_keys=True)
    session.flush()
    unasked = sa.select(Engagement.seat_id).where(
        Engagement.need_id == need.id,
        Engagement.state == EngagementState.PROPOSED,
        Engagement.plan_run_id.is_not(None),
    )
    moving = {str(seat_id) for seat_id in session.scalars(unasked)} & troubles.keys()
    if not moving or need.state not in PLANNABLE or unfinished_run(session, need.id) is not None:
        return None
    return queue_run(session, need, RunKind.REPAIR, None, seed=None, actor=SYSTEM, now=now)
