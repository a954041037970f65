"""Reading the calendars that are due: claim one, read it without a transaction, write down what came of it.

Everything may happen twice. A claim is a time written into the row; whoever comes back with another time in
hand was overtaken, and changes nothing.
"""

import datetime as dt
import hashlib
import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.availability.models import BusyTime, ExternalCalendar
from expertpool.availability.rules import Span, Spans
from expertpool.availability.rules.ics import WholeDays
from expertpool.availability.rules.remote import (
    CalendarState,
    Key,
    Seen,
    Trouble,
    Understood,
    after_failure,
    after_reading,
    guessed_of,
    key_from_text,
    left_out_of,
    questions_at,
    understood_as_plain,
    window_at,
)
from expertpool.availability.service.importing import Imported
from expertpool.experts.models import Expert
from expertpool.experts.service import lock_experts, touch_calendar
from expertpool.infra import jobs
from expertpool.infra.sealing import Sealer, Unsealable

_MOST_AT_ONCE = 1_000
_LEASE = dt.timedelta(minutes=15)
_MINUTE = dt.timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A calendar that this process reads now. `key` is none if it cannot be unsealed."""

    id: uuid.UUID
    expert_id: uuid.UUID
    asked_at: dt.datetime
    key: Key | None
    seen: Seen
    timezone: str
    whole_days: WholeDays


def due_calendars(session: Session, *, now: dt.datetime) -> tuple[uuid.UUID, ...]:
    """Calendars whose time has come, the longest overdue first."""
    row = ExternalCalendar
    due = sa.select(row.id).where(row.state == CalendarState.ACTIVE, row.next_at <= now)
    return tuple(session.scalars(due.order_by(row.next_at).limit(_MOST_AT_ONCE)))


def claim_reading(
    session: Session, calendar_id: uuid.UUID, *, sealer: Sealer, now: dt.datetime
) -> Claimed | None:
    """Take a calendar to read it; none if it is gone, paused, not due or taken."""
    row = ExternalCalendar
    calendar = session.scalar(
        sa.select(row)
        .where(row.id == calendar_id, row.state == CalendarState.ACTIVE, row.next_at <= now)
        .with_for_update(skip_locked=True)
    )
    if calendar is None or calendar.sealed_key is None:
        return None
    calendar.asked_at, calendar.next_at = now, now + _LEASE
    session.flush()
    try:
        key = key_from_text(sealer.unseal(calendar.sealed_key, of=calendar.id))
    except Unsealable:
        key = None
    timezone = session.scalars(sa.select(Expert.timezone).where(Expert.id == calendar.expert_id)).one()
    seen = Seen(calendar.etag, calendar.last_modified)
    return Claimed(
        calendar.id,
        calendar.expert_id,
        now,
        key,
        questions_at(seen, calendar.read_until, now),
        timezone,
        calendar.whole_days,
    )


def record_reading(
    session: Session, claimed: Claimed, read: Imported | None, seen: Seen, *, now: dt.datetime
) -> bool:
    """Keep what was read; none read: the calendar is still the one we have. False if overtaken."""
    calendar = _still_ours(session, claimed)
    if calendar is None:
        return False
    calendar.state, calendar.failures, calendar.trouble = CalendarState.ACTIVE, 0, None
    calendar.etag, calendar.last_modified = seen.etag, seen.last_modified
    calendar.next_at = after_reading(now, read.every if read else None)
    if read is not None:
        store_reading(session, calendar, read, now=claimed.asked_at)
    calendar.read_at = now
    session.flush()
    return True


def record_failure(
    session: Session,
    claimed: Claimed,
    trouble: Trouble,
    asked_wait: dt.timedelta | None,
    *,
    now: dt.datetime,
) -> bool:
    """Write down that reading failed. What was read before stays. False if overtaken."""
    calendar = _still_ours(session, claimed)
    if calendar is None:
        return False
    step = after_failure(calendar.failures, now, asked_wait)
    if trouble is Trouble.ADDRESS_LOST:  # trying again cannot help
        step = after_failure(2, now, None)
    calendar.trouble = trouble
    calendar.state, calendar.failures, calendar.next_at = step.state, step.failures, step.at
    session.flush()
    if step.state is CalendarState.PAUSED:
        pause = claimed.asked_at.isoformat()
        jobs.defer(session, "availability.tell_paused", calendar_id=str(calendar.id), asked_at=pause)
    return True


@dataclass(frozen=True, slots=True)
class Paused:
    """Whom to tell that a calendar is not read any more. `key` is the same at every attempt."""

    key: str
    address: str
    name: str
    language: str


def paused(session: Session, calendar_id: uuid.UUID, *, asked_at: dt.datetime) -> Paused | None:
    """Whom to tell of a pause that came of a reading; nobody if the calendar is read again, or gone."""
    row = ExternalCalendar
    still = sa.select(Expert).join(row, row.expert_id == Expert.id)
    expert = session.scalar(
        still.where(row.id == calendar_id, row.state == CalendarState.PAUSED, row.asked_at == asked_at)
    )
    if expert is None:
        return None
    key = hashlib.sha256(f"{calendar_id} {asked_at.astimezone(dt.UTC).isoformat()}".encode()).hexdigest()[:40]
    name = expert.name_ko if expert.language == "ko" else expert.name_en
    return Paused(key, expert.email, name, expert.language)


def store_reading(session: Session, calendar: ExternalCalendar, read: Imported, *, now: dt.datetime) -> None:
    """Put the times that were read in the place of those read before, and outdate plans if they differ.

    The caller holds the lock on the expert.
    """
    row = BusyTime
    kept = session.execute(sa.select(row.starts_at, row.ends_at).where(row.calendar_id == calendar.id))
    if {(start, end) for start, end in kept} != {(span.start, span.end) for span in read.busy}:
        session.execute(sa.delete(row).where(row.calendar_id == calendar.id))
        session.flush()
        if read.busy:
            session.execute(sa.insert(row), [_busy_row(calendar, span) for span in read.busy])
        touch_calendar(session, calendar.expert_id)
    calendar.read_at, calendar.read_until = now, window_at(now).end
    calendar.understood = understood_as_plain(_understood(read))
    session.flush()


def _busy_row(calendar: ExternalCalendar, span: Span) -> dict[str, object]:
    return {
        "expert_id": calendar.expert_id,
        "calendar_id": calendar.id,
        "starts_at": span.start,
        "ends_at": span.end,
        "source": calendar.name,
    }


def _understood(read: Imported) -> Understood:
    return Understood(
        read.entries,
        len(read.busy),
        _minutes(read.busy),
        left_out_of(read.skipped),
        guessed_of(read.notes),
    )


def _minutes(busy: Spans) -> int:
    return sum((span.length for span in busy), dt.timedelta()) // _MINUTE


def _still_ours(session: Session, claimed: Claimed) -> ExternalCalendar | None:
    """The calendar, its expert locked first, unless it is gone or somebody else reads it by now."""
    lock_experts(session, [claimed.expert_id])
    calendar = session.get(ExternalCalendar, claimed.id, with_for_update=True, populate_existing=True)
    return calendar if calendar is not None and calendar.asked_at == claimed.asked_at else None
