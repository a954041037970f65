"""What every change of an expert's time shares: the lock, the right, outdated plans and the record."""

import datetime as dt
import uuid
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from expertpool.audit import service as audit
from expertpool.availability import access
from expertpool.availability.models import AvailabilityException, BusyTime, Leave
from expertpool.experts.models import Expert
from expertpool.experts.service import lock_experts, touch_calendar
from expertpool.infra import jobs
from expertpool.infra.identity import Actor
from expertpool.refusals import NotFound
from expertpool.words import words

Entry = TypeVar("Entry", AvailabilityException, BusyTime, Leave)


def expert_to_keep(session: Session, expert_id: uuid.UUID, *, actor: Actor) -> Expert:
    """The expert, locked, if the actor may change their time. Raises: NotFound, Forbidden."""
    expert = lock_experts(session, [expert_id]).get(expert_id)
    if expert is None:
        raise NotFound(words("There is nothing here that you can see. Check the address."))
    access.check_may_keep(actor, expert)
    return expert


def today_of(expert: Expert, now: dt.datetime) -> dt.date:
    """The date where the expert is."""
    return now.astimezone(ZoneInfo(expert.timezone)).date()


def note_change(
    session: Session, expert: Expert, *, verb: str, actor: Actor, now: dt.datetime, count: int = 1
) -> None:
    """Outdate the plans made from the expert's time, and record who changed how many entries."""
    session.flush()
    touch_calendar(session, expert.id)
    name = str(expert.id)
    jobs.defer(session, "planning.recheck", once_as=f"planning.recheck/{name}", expert_id=name)
    audit.record(
        session,
        actor=actor,
        verb=f"availability.{verb}",
        kind="expert",
        thing=expert.id,
        now=now,
        count=count,
    )


def remove_entry(
    session: Session,
    kind: type[Entry],
    entry_id: uuid.UUID,
    *,
    expert_id: uuid.UUID,
    verb: str,
    actor: Actor,
    now: dt.datetime,
) -> None:
    """Take back one entry of the expert. Raises: NotFound, also for somebody else's; Forbidden."""
    expert = expert_to_keep(session, expert_id, actor=actor)
    entry = session.get(kind, entry_id)
    if entry is None or entry.expert_id != expert.id:
        raise NotFound(words("This entry is gone already. Reload the page."))
    session.delete(entry)
    note_change(session, expert, verb=verb, actor=actor, now=now)
