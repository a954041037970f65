"""Who may see planning runs, and who may ask for one. Row policies keep the same lines below the code."""

import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.incidents import access as incidents
from expertpool.incidents.models import Need
from expertpool.infra.identity import Actor, Role
from expertpool.planning.models import PlanRun
from expertpool.refusals import NotFound

READERS = frozenset({Role.SYSTEM, Role.COORDINATOR, Role.CONFLICT_OFFICER, Role.AUDITOR})


def visible_need(session: Session, need_id: uuid.UUID, *, actor: Actor) -> Need:
    """The need, if the actor may know of its plans. Raises: NotFound, alike for hidden and missing ones."""
    need = session.get(Need, need_id, populate_existing=True)
    if need is None or not _reads(actor, need):
        raise NotFound(incidents.NOTHING_HERE)
    return need


def _reads(actor: Actor, need: Need) -> bool:
    if not actor.is_a(*READERS):
        return False
    staff_of_case = actor.is_a(Role.SYSTEM, Role.COORDINATOR, Role.CONFLICT_OFFICER)
    return staff_of_case or not need.incident.compartmented


def visible_run(session: Session, run_id: uuid.UUID, *, actor: Actor, locked: bool = False) -> PlanRun:
    """The run, if the actor may know of it; `locked`: as it is now, until the transaction ends.

    Raises: NotFound, the same for hidden and missing ones.
    """
    query = sa.select(PlanRun).where(PlanRun.id == run_id).execution_options(populate_existing=True)
    run = session.scalars(query.with_for_update() if locked else query).one_or_none()
    if run is None:
        raise NotFound(incidents.NOTHING_HERE)
    visible_need(session, run.need_id, actor=actor)
    return run


def demand_planner(actor: Actor, need: Need) -> None:
    """Raises: Forbidden to everybody but coordinators of the ministry that asks and of the lead."""
    incidents.demand(incidents.need_refused(actor, need))
