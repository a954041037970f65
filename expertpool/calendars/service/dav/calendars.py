"""The counter of a calendar: every change is a step, and whoever knows a step learns all that came after."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from expertpool.calendars.models import DavCalendar, DavObject
from expertpool.calendars.rules.dav import Kind

_REMEMBERED = dt.timedelta(days=180)


def lock_calendar(session: Session, expert_id: uuid.UUID, kind: Kind) -> DavCalendar:
    """The calendar, locked until the transaction ends: no step is seen before the one in front of it.

    Whoever locks the expert, too, does that first.
    """
    fresh = insert(DavCalendar).values(expert_id=expert_id, kind=kind, revision=0, forgotten=0)
    session.execute(fresh.on_conflict_do_nothing())
    return session.get_one(DavCalendar, (expert_id, kind), with_for_update=True, populate_existing=True)


def step(calendar: DavCalendar) -> int:
    """The number of the change that is being made."""
    calendar.revision += 1
    return calendar.revision


def forget_gone(session: Session, *, now: dt.datetime) -> int:
    """Drop what has been gone for half a year. Programs that stayed away longer read all of it anew.

    Says how many were dropped.
    """
    old = sa.and_(DavObject.gone, ~DavObject.dismissed, DavObject.changed_at < now - _REMEMBERED)
    query = sa.select(DavObject.expert_id, DavObject.kind, sa.func.max(DavObject.revision)).where(old)
    count = 0
    for expert_id, kind, last in session.execute(query.group_by(DavObject.expert_id, DavObject.kind)).all():
        calendar = lock_calendar(session, expert_id, kind)
        calendar.forgotten = max(calendar.forgotten, last)
        these = sa.and_(old, DavObject.expert_id == expert_id, DavObject.kind == kind)
        dropped = session.execute(sa.delete(DavObject).where(these, DavObject.revision <= last))
        count += dropped.rowcount  # type: ignore[attr-defined] # a DELETE always has one
    return count
