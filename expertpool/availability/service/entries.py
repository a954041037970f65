"""Single days that differ from the weekly hours, leave, and time taken elsewhere."""

import datetime as dt
import uuid
from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.availability import models
from expertpool.availability.rules import (
    DayException,
    ExceptionKind,
    Leave,
    Span,
    check_busy,
    check_exceptions,
    check_leave,
    minute_of_day,
)
from expertpool.availability.service.keeping import expert_to_keep, note_change, remove_entry, today_of
from expertpool.infra.identity import Actor
from expertpool.refusals import Invalid


def add_exception(
    session: Session, expert_id: uuid.UUID, *, change: DayException, actor: Actor, now: dt.datetime
) -> models.AvailabilityException:
    """Add hours on one day, or take hours out of it.

    Raises: NotFound, Forbidden, Invalid with the fields of `change`.
    """
    expert = expert_to_keep(session, expert_id, actor=actor)
    today = today_of(expert, now)
    kept = models.AvailabilityException
    rows = session.scalars(sa.select(kept).where(kept.expert_id == expert.id, kept.on >= today))
    others = [row.change for row in rows]
    try:
        check_exceptions([change, *others], today=today)
    except Invalid as refusal:
        fields = {name.rpartition(".")[2]: fault for name, fault in refusal.fields.items()}
        raise Invalid(refusal.words, fields=fields) from refusal
    row = models.AvailabilityException(
        expert_id=expert.id,
        on=change.day,
        starts_minute=minute_of_day(change.start),
        ends_minute=minute_of_day(change.end),
        timezone=change.tz,
        adds=change.kind is ExceptionKind.ADD,
    )
    session.add(row)
    note_change(session, expert, verb="add_exception", actor=actor, now=now)
    return row


def remove_exception(
    session: Session, expert_id: uuid.UUID, entry_id: uuid.UUID, *, actor: Actor, now: dt.datetime
) -> None:
    """Let the weekly hours hold on that day again. Raises: NotFound, Forbidden."""
    remove_entry(
        session,
        models.AvailabilityException,
        entry_id,
        expert_id=expert_id,
        verb="remove_exception",
        actor=actor,
        now=now,
    )


def add_leave(
    session: Session, expert_id: uuid.UUID, *, leave: Leave, actor: Actor, now: dt.datetime
) -> models.Leave:
    """Note days away. The days are those of the expert's own zone.

    Raises: NotFound, Forbidden, Invalid.
    """
    expert = expert_to_keep(session, expert_id, actor=actor)
    check_leave(leave, today=today_of(expert, now))
    row = models.Leave(expert_id=expert.id, starts_on=leave.first_day, ends_on=leave.until, note=leave.reason)
    session.add(row)
    note_change(session, expert, verb="add_leave", actor=actor, now=now)
    return row


def remove_leave(
    session: Session, expert_id: uuid.UUID, entry_id: uuid.UUID, *, actor: Actor, now: dt.datetime
) -> None:
    """Take leave back. Raises: NotFound, Forbidden."""
    remove_entry(
        session,
        models.Leave,
        entry_id,
        expert_id=expert_id,
        verb="remove_leave",
        actor=actor,
        now=now,
    )


def add_busy(
    session: Session,
    expert_id: uuid.UUID,
    *,
    start: dt.datetime,
    end: dt.datetime,
    source: str,
    actor: Actor,
    now: dt.datetime,
) -> models.BusyTime:
    """Note time taken elsewhere: only when, and the name the expert gives that calendar.

    Raises: NotFound, Forbidden, Invalid.
    """
    return add_busy_times(session, expert_id, times=[(start, end, source)], actor=actor, now=now)[0]


def add_busy_times(
    session: Session,
    expert_id: uuid.UUID,
    *,
    times: Sequence[tuple[dt.datetime, dt.datetime, str]],
    actor: Actor,
    now: dt.datetime,
) -> list[models.BusyTime]:
    """Note several times taken elsewhere at once.

    Shape: `times` are (start, end, name of the calendar). Raises: as `add_busy`.
    """
    expert = expert_to_keep(session, expert_id, actor=actor)
    taken = [check_busy(start, end, source) for start, end, source in times]
    rows = [
        models.BusyTime(
            expert_id=expert.id, starts_at=busy.span.start, ends_at=busy.span.end, source=busy.source
        )
        for busy in taken
    ]
    session.add_all(rows)
    note_change(session, expert, verb="add_busy", actor=actor, now=now, count=len(rows))
    return rows


def remove_busy(
    session: Session, expert_id: uuid.UUID, entry_id: uuid.UUID, *, actor: Actor, now: dt.datetime
) -> None:
    """Give the time back. Raises: NotFound, Forbidden."""
    remove_entry(
        session,
        models.BusyTime,
        entry_id,
        expert_id=expert_id,
        verb="remove_busy",
        actor=actor,
        now=now,
    )


def keep_times_of(
    session: Session,
    expert_id: uuid.UUID,
    origin_id: uuid.UUID,
    spans: Collection[Span],
    *,
    source: str,
    actor: Actor,
    now: dt.datetime,
) -> None:
    """Let these be the times that one event of the expert's own calendar takes, instead of those before.

    Nothing happens if they are the same; no times at all give everything back.
    Raises: NotFound, Forbidden.
    """
    expert = expert_to_keep(session, expert_id, actor=actor)
    row = models.BusyTime
    kept = session.execute(sa.select(row.starts_at, row.ends_at).where(row.origin_id == origin_id))
    if {(start, end) for start, end in kept} == {(span.start, span.end) for span in spans}:
        return
    session.execute(sa.delete(row).where(row.origin_id == origin_id, row.expert_id == expert.id))
    facts = {"expert_id": expert.id, "origin_id": origin_id, "source": source}
    if spans:
        session.execute(
            sa.insert(row), [{**facts, "starts_at": span.start, "ends_at": span.end} for span in spans]
        )
    note_change(session, expert, verb="write_calendar", actor=actor, now=now, count=len(spans))
