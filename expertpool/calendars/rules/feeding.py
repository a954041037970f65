"""Feeds: the kinds there are, how often they may be read, and how a ministry's sessions are put together."""

import datetime as dt
import enum
import hashlib
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter
from typing import Protocol
from zoneinfo import ZoneInfo

from expertpool.availability.rules import SEOUL, Span, instant
from expertpool.calendars.rules.event import EventStatus

PAST = dt.timedelta(days=90)
CANCELLED_SHOWN = dt.timedelta(days=30)
MOST_EVENTS = 1000
_AHEAD = dt.timedelta(weeks=26)


class FeedScope(enum.StrEnum):
    """What a feed shows: the own appointments, a ministry's sessions, or only when somebody is busy."""

    OWN = "own"
    FREEBUSY = "freebusy"
    DESK = "desk"


@dataclass(frozen=True, slots=True)
class ReadLimit:
    """How often one key may be used: programs ask once in a while, a leaked or looping one all the time."""

    reads: int
    within: dt.timedelta


READ_LIMIT = ReadLimit(reads=60, within=dt.timedelta(minutes=10))


class Shown(Protocol):
    """What a feed writes of an event: no address of anybody."""

    @property
    def uid(self) -> str: ...
    @property
    def sequence(self) -> int: ...
    @property
    def changed_at(self) -> dt.datetime: ...
    @property
    def start(self) -> dt.datetime: ...
    @property
    def end(self) -> dt.datetime: ...
    @property
    def tzid(self) -> str: ...
    @property
    def status(self) -> EventStatus: ...
    @property
    def summary(self) -> str: ...
    @property
    def location(self) -> str: ...
    @property
    def url(self) -> str: ...


@dataclass(frozen=True, slots=True)
class SeatTold:
    """What the expert on one seat of a session was told last. `meeting` is the session, or the need where
    the work is outside sessions; `seats` is how many take part.
    """

    meeting: uuid.UUID
    seats: int
    role: str
    sequence: int
    revision: int
    changed_at: dt.datetime
    span: Span
    status: EventStatus
    location: str
    url: str


@dataclass(frozen=True, slots=True)
class DeskEvent:
    """A session as the ministry that asked for it sees it: kinds of experts, not who they are."""

    uid: str
    sequence: int
    changed_at: dt.datetime
    start: dt.datetime
    end: dt.datetime
    status: EventStatus
    roles: tuple[str, ...]
    location: str
    url: str
    tzid: str = SEOUL
    summary: str = ""


def desk_events(told: Iterable[SeatTold], *, domain: str, now: dt.datetime) -> list[DeskEvent]:
    """One event for each session, agreed when every seat of it is; the cancelled ones for 30 days.

    Revisions of all seats count, also of experts who were replaced, so that the sequence never falls.
    """
    meetings: dict[uuid.UUID, list[SeatTold]] = defaultdict(list)
    for seat in told:
        meetings[seat.meeting].append(seat)
    events = [_desk_event(meeting, seats, domain) for meeting, seats in meetings.items()]
    shown = [
        event
        for event in events
        if event.end > now - PAST
        and (event.status is not EventStatus.CANCELLED or event.changed_at > now - CANCELLED_SHOWN)
    ]
    return sorted(shown, key=lambda event: (event.start, event.uid), reverse=True)[:MOST_EVENTS]


def _desk_event(meeting: uuid.UUID, seats: list[SeatTold], domain: str) -> DeskEvent:
    standing = [seat for seat in seats if seat.status is not EventStatus.CANCELLED]
    newest = max(standing or seats, key=attrgetter("changed_at", "span"))
    agreed = sum(seat.status is EventStatus.CONFIRMED for seat in standing)
    status = EventStatus.CONFIRMED if agreed >= newest.seats else EventStatus.TENTATIVE
    return DeskEvent(
        uid=f"{hashlib.sha256(b'desk' + meeting.bytes).hexdigest()[:32]}@{domain}",
        sequence=sum(seat.sequence + seat.revision + 1 for seat in seats) - 1,
        changed_at=max(seat.changed_at for seat in seats),
        start=newest.span.start,
        end=newest.span.end,
        status=status if standing else EventStatus.CANCELLED,
        roles=tuple(sorted({seat.role for seat in standing or seats})),
        location=newest.location,
        url=newest.url,
    )


def busy_window(now: dt.datetime) -> Span:
    """What a free/busy feed covers: from the Monday of this week in Seoul half a year ahead.

    It moves once a week, so that the bytes do not change from one read to the next.
    """
    today = now.astimezone(ZoneInfo(SEOUL)).date()
    monday = instant(today - dt.timedelta(days=today.weekday()), 0, SEOUL)
    return Span(monday, monday + _AHEAD)
