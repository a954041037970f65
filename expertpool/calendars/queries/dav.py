"""Reading the two calendars of an expert for calendar programs. Row policies show them to nobody else."""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, undefer

from expertpool.accounts.models import Account
from expertpool.availability.models import BusyTime
from expertpool.availability.rules import Span, Spans, merge, subtract
from expertpool.availability.rules.calendar import MAX_WINDOW
from expertpool.calendars.models import AttendeeAlias, DavCalendar, DavObject
from expertpool.calendars.models import SeatEvent as EventRow
from expertpool.calendars.rules import EventStatus, resource
from expertpool.calendars.rules.dav import Kind, Range
from expertpool.experts.models import Expert
from expertpool.infra.sealing import Sealer, Unsealable


@dataclass(frozen=True, slots=True)
class Counted:
    """How far a calendar is, and since when its past is known."""

    revision: int
    forgotten: int


def counted(session: Session, expert_id: uuid.UUID, kind: Kind) -> Counted:
    """The counter of a calendar; of one that nobody used yet it stands at the beginning."""
    row = session.get(DavCalendar, (expert_id, kind), populate_existing=True)
    return Counted(0, 0) if row is None else Counted(row.revision, row.forgotten)


def mailboxes(session: Session, expert_id: uuid.UUID) -> tuple[str, ...]:
    """The addresses an expert is invited under and answers from, the one of the profile first."""
    alias = sa.select(AttendeeAlias.address).where(AttendeeAlias.expert_id == expert_id)
    profile = session.scalars(sa.select(Expert.email).where(Expert.id == expert_id))
    account = session.scalars(sa.select(Account.email).where(Account.expert_id == expert_id))
    every = (*profile, *account, *session.scalars(alias.order_by(AttendeeAlias.address)))
    return tuple(dict.fromkeys(address.lower() for address in every if address))


def listed(session: Session, expert_id: uuid.UUID, kind: Kind) -> Sequence[DavObject]:
    """All events of a calendar."""
    return session.scalars(_there(expert_id, kind).order_by(DavObject.revision)).all()


def matching(
    session: Session, expert_id: uuid.UUID, kind: Kind, *, during: Range | None, uid: str | None
) -> Sequence[DavObject]:
    """The events in a period, of one UID if there is one. An event without length counts where it begins.

    What repeats is found by the times it takes, as far as they are worked out; what is marked as free, and
    what lies farther away, by the whole of its extent: rather one event too many.
    Source: RFC 4791 section 9.9.
    """
    query = _there(expert_id, kind)
    if uid is not None:
        query = query.where(DavObject.uid == uid)
    if during is not None:
        query = query.where(_within(during))
    return session.scalars(query.order_by(DavObject.revision)).all()


def _within(during: Range) -> sa.ColumnElement[bool]:
    row, taken = DavObject, BusyTime
    alone = sa.or_(row.extent_end > during.start, row.extent_start >= during.start)
    times = sa.select(taken.id).where(taken.origin_id == row.id)
    inside = times.where(taken.starts_at < during.end, taken.ends_at > during.start).exists()
    beyond = sa.or_(row.worked_until < during.end, row.worked_until > during.start + MAX_WINDOW)
    repeated = sa.or_(inside, beyond, ~times.exists())
    return sa.and_(row.extent_start < during.end, sa.case((row.extent_end.is_(None), repeated), else_=alone))


def named(
    session: Session, expert_id: uuid.UUID, kind: Kind, names: Collection[str]
) -> Mapping[str, DavObject]:
    """The events of these names, as far as they are there."""
    found = session.scalars(_there(expert_id, kind).where(DavObject.name.in_(list(names))))
    return {row.name: row for row in found}


def changed_since(
    session: Session, expert_id: uuid.UUID, kind: Kind, revision: int, *, most: int
) -> Sequence[DavObject]:
    """What changed after a revision, the oldest change first; from the beginning only what is there."""
    row = DavObject
    query = sa.select(row).where(row.expert_id == expert_id, row.kind == kind, row.revision > revision)
    if revision == 0:
        query = query.where(~row.gone)
    fresh = query.order_by(row.revision).limit(most).execution_options(populate_existing=True)
    return session.scalars(fresh).all()


def texts(session: Session, rows: Sequence[DavObject], *, sealer: Sealer) -> Mapping[uuid.UUID, str]:
    """The calendar files of these events: as they were written, or as the assignment is told."""
    told = sa.select(EventRow).where(EventRow.id.in_([row.event_id for row in rows if row.event_id]))
    events = {row.id: row for row in session.scalars(told.execution_options(populate_existing=True))}
    written = sa.select(DavObject).where(DavObject.id.in_([row.id for row in rows if not row.event_id]))
    fresh = written.options(undefer(DavObject.sealed)).execution_options(populate_existing=True)
    found: dict[uuid.UUID, str] = {}
    for kept in session.scalars(fresh):
        try:
            found[kept.id] = sealer.unseal(kept.sealed or b"", of=kept.id)
        except Unsealable:
            continue
    for row in rows:
        if row.event_id in events:
            found[row.id] = resource(events[row.event_id].event).decode()
    return found


def taken(session: Session, expert_id: uuid.UUID, kind: Kind, during: Range) -> tuple[Spans, Spans]:
    """When the events of a calendar take time in a period, and when they perhaps do."""
    if kind is Kind.BUSY:
        busy = BusyTime
        query = sa.select(busy.starts_at, busy.ends_at, sa.literal(False)).where(
            busy.expert_id == expert_id,
            busy.origin_id.is_not(None),
            busy.starts_at < during.end,
            busy.ends_at > during.start,
        )
    else:
        asked = EventRow.status == EventStatus.TENTATIVE
        query = sa.select(EventRow.starts_at, EventRow.ends_at, asked).where(
            EventRow.expert_id == expert_id,
            EventRow.status != EventStatus.CANCELLED,
            EventRow.starts_at < during.end,
            EventRow.ends_at > during.start,
        )
    spans: dict[bool, list[Span]] = {False: [], True: []}
    for start, end, only_asked in session.execute(query):
        clipped = Span(max(start.astimezone(dt.UTC), during.start), min(end.astimezone(dt.UTC), during.end))
        spans[only_asked].append(clipped)
    agreed = merge(spans[False])
    return agreed, subtract(merge(spans[True]), agreed)


def _there(expert_id: uuid.UUID, kind: Kind) -> sa.Select[DavObject]:
    query = sa.select(DavObject).where(DavObject.expert_id == expert_id, DavObject.kind == kind)
    return query.where(~DavObject.gone).execution_options(populate_existing=True)
