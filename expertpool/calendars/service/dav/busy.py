"""Busy times as an expert's program writes them: the event is kept as it came, its times become busy."""

import datetime as dt
import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.availability import service as availability
from expertpool.availability.models import BusyTime
from expertpool.availability.rules import Spans, merge
from expertpool.availability.rules.ics import divide
from expertpool.availability.rules.remote import window_at
from expertpool.calendars.models import DavObject
from expertpool.calendars.rules import strong_etag
from expertpool.calendars.rules.dav import Entry, Kind, Precondition, Unfit, check_worked_out
from expertpool.calendars.rules.dav.holding import Demand
from expertpool.calendars.service.dav.calendars import lock_calendar, step
from expertpool.experts.service import lock_experts
from expertpool.infra.identity import SYSTEM, Actor, new_id
from expertpool.infra.sealing import Sealer, Unsealable
from expertpool.refusals import Invalid, NotFound
from expertpool.words import words

SEALED_FOR = "event of an expert's calendar program"
MOST_EVENTS = 3_000
MOST_OCTETS = 16 * 2**20
MOST_TIMES = 20_000
_SOURCE = "CalDAV"
_WORKED_AHEAD = dt.timedelta(days=360)


@dataclass(frozen=True, slots=True)
class Written:
    """An event as a program sent it, and the times it takes. `until` is none where none can follow."""

    body: bytes
    entry: Entry
    spans: Spans
    until: dt.datetime | None


def work_out(body: bytes, entry: Entry, *, tz: str, own_domain: str, now: dt.datetime) -> Written:
    """The times an event takes in the next 400 days. What repeats is worked out in a process of its own.

    Runs outside of any transaction. Raises: Unfit.
    """
    window = window_at(now)
    if entry.repeats:
        try:
            read = availability.import_busy(
                body, window=window, tz=tz, own_domain=own_domain, limits=availability.UPLOAD_LIMITS
            )
        except Invalid:
            raise Unfit(Precondition.MAX_INSTANCES) from None
        spans, skipped = read.busy, list(read.skipped)
    else:
        divided = divide(body, window=window, tz=tz, own_domain=own_domain)
        found = [series.read() for series in divided.series]
        spans = merge(span for each in found for span in each.busy)
        skipped = [*divided.skipped, *(skip for each in found for skip in each.skipped)]
    check_worked_out(skipped, len(spans))
    later = entry.extent_end is None or entry.extent_end > window.end
    return Written(body, entry, spans, window.end if later else None)


def write_busy(
    session: Session,
    expert_id: uuid.UUID,
    name: str,
    written: Written,
    *,
    demand: Demand,
    sealer: Sealer,
    actor: Actor,
    now: dt.datetime,
) -> tuple[str, bool]:
    """Keep an event under its name. Shape: its validator, and whether it is new.

    Raises: Stale; Unfit; NotFound to everybody but the expert.
    """
    lock_experts(session, [expert_id])
    calendar = lock_calendar(session, expert_id, Kind.BUSY)
    row = _named(session, expert_id, name)
    there = row if row is not None and not row.gone else None
    etag = strong_etag(written.body)
    demand.check(there.etag if there is not None else None)
    if there is not None and there.etag == etag:
        return etag, False
    _check_uid(session, expert_id, name, written.entry.uid, there)
    _check_room(session, expert_id, written, row)
    if row is None:
        row = DavObject(id=new_id(), expert_id=expert_id, kind=Kind.BUSY, name=name)
        session.add(row)
    row.uid, row.etag, row.octets, row.gone = written.entry.uid, etag, len(written.body), False
    row.revision, row.changed_at = step(calendar), now
    row.extent_start, row.extent_end = written.entry.extent_start, written.entry.extent_end
    row.worked_until = written.until
    row.sealed = sealer.seal(written.body.decode(), of=row.id)
    session.flush()
    availability.keep_times_of(
        session, expert_id, row.id, written.spans, source=_SOURCE, actor=actor, now=now
    )
    return etag, there is None


def remove_from_busy(
    session: Session, expert_id: uuid.UUID, name: str, *, demand: Demand, actor: Actor, now: dt.datetime
) -> None:
    """Take an event out of the calendar and give its time back. Raises: NotFound; Stale."""
    lock_experts(session, [expert_id])
    calendar = lock_calendar(session, expert_id, Kind.BUSY)
    row = _named(session, expert_id, name)
    if row is None or row.gone:
        raise NotFound(words("This entry is gone already. Reload the page."))
    demand.check(row.etag)
    row.gone, row.sealed, row.worked_until = True, None, None
    row.revision, row.changed_at = step(calendar), now
    session.flush()
    availability.keep_times_of(session, expert_id, row.id, (), source=_SOURCE, actor=actor, now=now)


def to_work_out_again(session: Session, *, now: dt.datetime) -> list[uuid.UUID]:
    """Events whose times are not known a year ahead any more."""
    due = sa.select(DavObject.id).where(DavObject.worked_until < now + _WORKED_AHEAD)
    return list(session.scalars(due.order_by(DavObject.worked_until)))


def text_of(session: Session, object_id: uuid.UUID, *, sealer: Sealer) -> bytes | None:
    """What a program wrote; none if it is gone, or was sealed with another key."""
    row = session.get(DavObject, object_id, populate_existing=True)
    if row is None or row.sealed is None:
        return None
    try:
        return sealer.unseal(row.sealed, of=row.id).encode()
    except Unsealable:
        return None


def note_worked_out(session: Session, object_id: uuid.UUID, written: Written, *, now: dt.datetime) -> None:
    """Keep the times of an event that did not change, as far as they are known now."""
    expert_id = session.scalar(sa.select(DavObject.expert_id).where(DavObject.id == object_id))
    if expert_id is None:
        return
    lock_experts(session, [expert_id])
    row = session.get_one(DavObject, object_id, populate_existing=True)
    if row.gone or row.etag != strong_etag(written.body):
        return
    row.worked_until = written.until
    session.flush()
    availability.keep_times_of(
        session, expert_id, row.id, written.spans, source=_SOURCE, actor=SYSTEM, now=now
    )


def _named(session: Session, expert_id: uuid.UUID, name: str) -> DavObject | None:
    return session.scalar(
        sa.select(DavObject)
        .where(DavObject.expert_id == expert_id, DavObject.kind == Kind.BUSY, DavObject.name == name)
        .execution_options(populate_existing=True)
    )


def _check_uid(session: Session, expert_id: uuid.UUID, name: str, uid: str, there: DavObject | None) -> None:
    """Raises: Unfit. Source: RFC 4791 section 5.3.2.1."""
    if there is not None and there.uid != uid:
        raise Unfit(Precondition.NO_UID_CONFLICT, name=name)
    other = session.scalar(
        sa.select(DavObject.name).where(
            DavObject.expert_id == expert_id,
            DavObject.kind == Kind.BUSY,
            DavObject.uid == uid,
            DavObject.name != name,
            ~DavObject.gone,
        )
    )
    if other is not None:
        raise Unfit(Precondition.NO_UID_CONFLICT, name=other)


def _check_room(session: Session, expert_id: uuid.UUID, written: Written, row: DavObject | None) -> None:
    """Raises: Unfit."""
    own = row.id if row is not None else new_id()
    others = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(DavObject.octets), 0)).where(
        DavObject.expert_id == expert_id, DavObject.kind == Kind.BUSY, ~DavObject.gone, DavObject.id != own
    )
    events, octets = session.execute(others).one()
    times = session.scalar(
        sa.select(sa.func.count()).where(
            BusyTime.expert_id == expert_id, BusyTime.origin_id.is_not(None), BusyTime.origin_id != own
        )
    )
    full = events >= MOST_EVENTS or octets + len(written.body) > MOST_OCTETS
    if full or (times or 0) + len(written.spans) > MOST_TIMES:
        raise Unfit(Precondition.QUOTA)
