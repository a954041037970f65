"""Reading experts' time: many calendars at once for the planner, one person's own lists for the pages."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import TypeVar

import sqlalchemy as sa
from psycopg.types.range import Range
from sqlalchemy.orm import Session

from expertpool.availability import models
from expertpool.availability.rules import (
    Busy,
    DayException,
    ExpertCalendar,
    Leave,
    Span,
    WeeklyPattern,
)
from expertpool.availability.rules.ics import WholeDays
from expertpool.availability.rules.remote import (
    CalendarState,
    Trouble,
    Understood,
    Way,
    understood_from_plain,
)
from expertpool.experts.models import Expert
from expertpool.refusals import NotFound
from expertpool.words import words

Thing = TypeVar("Thing")
_ByExpert = dict[uuid.UUID, list[Thing]]
_MARGIN = dt.timedelta(days=1)  # a wall clock day may lie in the day before or after in UTC


def calendars_of(
    session: Session, expert_ids: Collection[uuid.UUID], *, window: Span
) -> dict[uuid.UUID, ExpertCalendar]:
    """What decides when each of these experts is free within `window`, holds included.

    Shape: one entry for every expert the viewer may know of. Always six queries, however many experts.
    Leave comes without its note: that is the expert's own (see `own_leaves`).
    """
    wanted = list(expert_ids)
    first, last = (window.start - _MARGIN).date(), (window.end + _MARGIN).date()
    rows = session.execute(
        sa.select(Expert.id, Expert.minimum_notice_minutes, Expert.timezone).where(Expert.id.in_(wanted))
    )
    experts = {expert_id: (notice, timezone) for expert_id, notice, timezone in rows}
    zones = {expert_id: timezone for expert_id, (_, timezone) in experts.items()}
    patterns = _patterns(session, wanted, first, last)
    exceptions = _exceptions(session, wanted, first, last)
    leaves = _leaves(session, zones, first, last)
    busy = _busy(session, wanted, window)
    holds = _holds(session, wanted, window)
    return {
        expert_id: ExpertCalendar(
            patterns=tuple(patterns[expert_id]),
            exceptions=tuple(exceptions[expert_id]),
            leaves=tuple(leaves[expert_id]),
            busy=tuple(busy[expert_id]),
            holds=tuple(holds[expert_id]),
            notice_minutes=notice,
        )
        for expert_id, (notice, _) in experts.items()
    }


def _patterns(
    session: Session, wanted: list[uuid.UUID], first: dt.date, last: dt.date
) -> _ByExpert[WeeklyPattern]:
    row = models.WeeklyPattern
    found: _ByExpert[WeeklyPattern] = defaultdict(list)
    rows = session.scalars(
        sa.select(row)
        .where(
            row.expert_id.in_(wanted),
            row.valid_from <= last,
            sa.or_(row.valid_until.is_(None), row.valid_until > first),
        )
        .order_by(row.weekday, row.starts_minute, row.id)
    )
    for pattern in rows:
        found[pattern.expert_id].append(pattern.hours)
    return found


def _exceptions(
    session: Session, wanted: list[uuid.UUID], first: dt.date, last: dt.date
) -> _ByExpert[DayException]:
    row = models.AvailabilityException
    found: _ByExpert[DayException] = defaultdict(list)
    rows = session.scalars(
        sa.select(row)
        .where(row.expert_id.in_(wanted), row.on.between(first, last))
        .order_by(row.on, row.starts_minute, row.id)
    )
    for exception in rows:
        found[exception.expert_id].append(exception.change)
    return found


def _leaves(session: Session, zones: dict[uuid.UUID, str], first: dt.date, last: dt.date) -> _ByExpert[Leave]:
    row = models.Leave
    found: _ByExpert[Leave] = defaultdict(list)
    rows = session.execute(
        sa.select(row.expert_id, row.starts_on, row.ends_on)
        .where(row.expert_id.in_(list(zones)), row.starts_on <= last, row.ends_on > first)
        .order_by(row.starts_on, row.ends_on)
    )
    for expert_id, starts_on, ends_on in rows:
        found[expert_id].append(Leave(starts_on, ends_on, tz=zones[expert_id]))
    return found


def _busy(session: Session, wanted: list[uuid.UUID], window: Span) -> _ByExpert[Busy]:
    row = models.BusyTime
    found: _ByExpert[Busy] = defaultdict(list)
    rows = session.execute(
        sa.select(row.expert_id, row.starts_at, row.ends_at, row.source)
        .where(row.expert_id.in_(wanted), row.starts_at < window.end, row.ends_at > window.start)
        .order_by(row.starts_at, row.ends_at)
    )
    for expert_id, starts_at, ends_at, source in rows:
        found[expert_id].append(Busy(_span(starts_at, ends_at), source))
    return found


def _holds(session: Session, wanted: list[uuid.UUID], window: Span) -> _ByExpert[Span]:
    row = models.Hold
    found: _ByExpert[Span] = defaultdict(list)
    rows = session.execute(
        sa.select(row.expert_id, sa.func.lower(row.during), sa.func.upper(row.during))
        .where(
            row.expert_id.in_(wanted),
            row.live,
            row.during.overlaps(Range(window.start, window.end, "[)")),
        )
        .order_by(row.during)
    )
    for expert_id, start, end in rows:
        found[expert_id].append(_span(start, end))
    return found


def _span(start: dt.datetime, end: dt.datetime) -> Span:
    return Span(start.astimezone(dt.UTC), end.astimezone(dt.UTC))


@dataclass(frozen=True, slots=True)
class KeptException:
    """A changed day and the key to take it back."""

    id: uuid.UUID
    change: DayException


@dataclass(frozen=True, slots=True)
class KeptLeave:
    """Days away and the key to take them back; the note only where the reader is the expert."""

    id: uuid.UUID
    leave: Leave


@dataclass(frozen=True, slots=True)
class KeptBusy:
    """Time taken elsewhere and the key to give it back."""

    id: uuid.UUID
    busy: Busy


def own_patterns(session: Session, expert_id: uuid.UUID) -> tuple[WeeklyPattern, ...]:
    """All weekly hours of one expert, also those of the past and those to come."""
    row = models.WeeklyPattern
    order = (row.valid_from, row.weekday, row.starts_minute)
    mine = sa.select(row).where(row.expert_id == expert_id).order_by(*order)
    return tuple(each.hours for each in session.scalars(mine))


def own_exceptions(session: Session, expert_id: uuid.UUID, *, since: dt.date) -> tuple[KeptException, ...]:
    """The changed days of one expert from `since` on."""
    row = models.AvailabilityException
    mine = sa.select(row).where(row.expert_id == expert_id, row.on >= since)
    found = session.scalars(mine.order_by(row.on, row.starts_minute))
    return tuple(KeptException(each.id, each.change) for each in found)


def own_leaves(
    session: Session, expert_id: uuid.UUID, *, since: dt.date, with_notes: bool
) -> tuple[KeptLeave, ...]:
    """The leave of one expert that is not over before `since`. Notes are for the expert alone."""
    row = models.Leave
    mine = sa.select(row).where(row.expert_id == expert_id, row.ends_on > since)
    return tuple(
        KeptLeave(each.id, Leave(each.starts_on, each.ends_on, each.note if with_notes else ""))
        for each in session.scalars(mine.order_by(row.starts_on))
    )


def own_busy(session: Session, expert_id: uuid.UUID, *, since: dt.datetime) -> tuple[KeptBusy, ...]:
    """The busy times typed in for one expert that are not over before `since`."""
    row = models.BusyTime
    mine = sa.select(row).where(
        row.expert_id == expert_id,
        row.ends_at > since,
        row.calendar_id.is_(None),
        row.origin_id.is_(None),
    )
    return tuple(
        KeptBusy(each.id, Busy(_span(each.starts_at, each.ends_at), each.source))
        for each in session.scalars(mine.order_by(row.starts_at))
    )


@dataclass(frozen=True, slots=True)
class KeptCalendar:
    """A calendar kept elsewhere as its owner sees it: the server's name, never the address.

    `waits` says that it is about to be read, or being read.
    """

    id: uuid.UUID
    name: str
    host: str
    way: Way
    whole_days: WholeDays
    state: CalendarState
    failures: int
    trouble: Trouble | None
    asked_at: dt.datetime | None
    next_at: dt.datetime | None
    read_at: dt.datetime | None
    read_until: dt.datetime | None
    understood: Understood | None
    waits: bool

    @property
    def is_file(self) -> bool:
        return self.way is Way.FILE


def own_calendars(session: Session, expert_id: uuid.UUID, *, now: dt.datetime) -> tuple[KeptCalendar, ...]:
    """The calendars one expert keeps elsewhere; row policies show them to nobody else."""
    row = models.ExternalCalendar
    mine = sa.select(row).where(row.expert_id == expert_id).order_by(row.name)
    return tuple(_kept_calendar(each, now) for each in session.scalars(mine))


def own_calendar(
    session: Session, expert_id: uuid.UUID, calendar_id: uuid.UUID, *, now: dt.datetime
) -> KeptCalendar:
    """One of them. Raises: NotFound, also for somebody else's."""
    row = session.get(models.ExternalCalendar, calendar_id)
    if row is None or row.expert_id != expert_id:
        raise NotFound(words("There is nothing here that you can see. Check the address."))
    return _kept_calendar(row, now)


def _kept_calendar(row: models.ExternalCalendar, now: dt.datetime) -> KeptCalendar:
    return KeptCalendar(
        id=row.id,
        name=row.name,
        host=row.host,
        way=row.way,
        whole_days=row.whole_days,
        state=row.state,
        failures=row.failures,
        trouble=row.trouble,
        asked_at=row.asked_at,
        next_at=row.next_at,
        read_at=row.read_at,
        read_until=row.read_until,
        understood=None if row.understood is None else understood_from_plain(row.understood),
        waits=_waits(row, now),
    )


def _waits(row: models.ExternalCalendar, now: dt.datetime) -> bool:
    if row.next_at is None or row.state is not CalendarState.ACTIVE or row.trouble is not None:
        return False
    being_read = row.asked_at is not None and (row.read_at is None or row.asked_at > row.read_at)
    return row.next_at <= now or being_read


def expert_seen(session: Session, expert_id: uuid.UUID) -> Expert:
    """The expert whose time is looked at. Raises: NotFound for a ghost and for one the viewer may not see."""
    expert = session.get(Expert, expert_id)
    if expert is None:
        raise NotFound(words("There is nothing here that you can see. Check the address."))
    return expert
