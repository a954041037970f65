"""Another deadline, or other windows, under a plan: whoever can stay stays, the rest is mended."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.engagements import service as engagements
from expertpool.engagements.models import Engagement
from expertpool.engagements.rules import EngagementState
from expertpool.incidents import service as incidents
from expertpool.incidents.models import Need
from expertpool.infra import jobs
from expertpool.infra.db import acting_as
from expertpool.infra.identity import SYSTEM, Actor
from expertpool.planning import access
from expertpool.planning.models import PlanRun
from expertpool.planning.rules import RunCause
from expertpool.planning.service.rechecks import mend
from expertpool.planning.service.repairs import SETTLED


def move_times(
    session: Session,
    need_id: uuid.UUID,
    *,
    deadline: dt.datetime,
    windows: incidents.Windows,
    version: int,
    actor: Actor,
    now: dt.datetime,
) -> PlanRun | None:
    """Give a need another deadline and other windows while a plan stands on it; says which repair began.

    Hours outside sessions are counted in the new deadline's week. Proposals nobody was asked about are mended
    and empty seats looked at anew; whoever was asked stays, and people are told what speaks against it.

    Raises: NotFound; Forbidden; Invalid by field; Stale; WrongState while no plan stands on the need;
    Conflicting if somebody who was asked has no hours left in the new week.
    """
    need = access.visible_need(session, need_id, actor=actor)
    access.demand_planner(actor, need)
    draft = incidents.check_times(session, need, deadline=deadline, windows=windows, now=now)
    if deadline != need.deadline:
        with acting_as(session, SYSTEM):
            engagements.move_due(session, need_id, due=deadline, now=now)
    need = incidents.move_times(session, need_id, draft=draft, version=version, actor=actor, now=now)
    jobs.defer(
        session, "planning.recheck_need", once_as=f"planning.recheck_need/{need_id}", need_id=str(need_id)
    )
    with acting_as(session, SYSTEM):
        return mend(session, need, RunCause.MOVED, now=now) if _may_gain(session, need) else None


def _may_gain(session: Session, need: Need) -> bool:
    """Whether somebody nobody was asked about may move, or a seat is empty."""
    unasked = sa.exists().where(
        Engagement.need_id == need.id,
        Engagement.state == EngagementState.PROPOSED,
        Engagement.plan_run_id.is_not(None),
    )
    taken = sa.select(sa.func.count(sa.distinct(Engagement.seat_id))).where(
        Engagement.need_id == need.id, Engagement.state.in_(SETTLED)
    )
    return bool(session.scalar(sa.select(unasked))) or session.scalar(taken) != len(need.seats)
