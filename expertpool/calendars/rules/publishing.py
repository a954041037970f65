"""Feeds as a whole: what is in them, and their tag, which is known before any byte is written.

The tag stands for the bytes: it is worked out from everything that is written and from how it is written.
A field that a feed shows is one of `Shown`, and each of those is in the tag.
"""

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from operator import attrgetter

from expertpool.availability.rules import SEOUL, Span, Spans
from expertpool.calendars.rules.event import EventStatus
from expertpool.calendars.rules.feeding import DeskEvent, Shown
from expertpool.calendars.rules.vcalendar import feed, free_busy, strong_etag, zone_text

SHOWN = tuple(sorted(name for name, member in vars(Shown).items() if isinstance(member, property)))
_fields = attrgetter(*SHOWN)


@dataclass(frozen=True, slots=True)
class EventFeed:
    """Events to subscribe to, in any order."""

    events: Sequence[Shown]
    name: str
    refresh: dt.timedelta

    @property
    def tag(self) -> str:
        """The validator of the bytes. Source: RFC 9110 section 8.8.3."""
        # Written out: the same value is told in one way only, and enums by their value.
        told = sorted(tuple(str(field) for field in _fields(event)) for event in self.events)
        zones = [zone_text(tzid) for tzid in sorted({SEOUL, *(event.tzid for event in self.events)})]
        return _tag("events", self.name, self.refresh, told, zones)

    def written(self) -> bytes:
        """The bytes the tag stands for."""
        return feed(self.events, name=self.name, refresh=self.refresh)


@dataclass(frozen=True, slots=True)
class BusyFeed:
    """When somebody is busy within a window. Shape: `busy` merged."""

    busy: Spans
    window: Span
    uid: str
    name: str
    refresh: dt.timedelta

    @property
    def tag(self) -> str:
        """The validator of the bytes."""
        spans = [(str(span.start), str(span.end)) for span in (self.window, *self.busy)]
        return _tag("busy", self.name, self.refresh, self.uid, spans)

    def written(self) -> bytes:
        """The bytes the tag stands for."""
        return free_busy(self.busy, window=self.window, uid=self.uid, name=self.name, refresh=self.refresh)


def _tag(*told: object) -> str:
    return strong_etag(repr((how_it_is_written(), told)).encode())


@cache
def how_it_is_written() -> str:
    """A mark of the writer itself: a newer library or another way of writing gives another one."""
    start = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    span, hour = Span(start, start + dt.timedelta(hours=1)), dt.timedelta(hours=1)
    one = DeskEvent(
        uid="sample-0001@expertpool",
        sequence=1,
        changed_at=start,
        start=span.start,
        end=span.end,
        status=EventStatus.TENTATIVE,
        roles=(),
        location="가나, 다; \\n",
        url="https://expertpool.example/a",
        summary="라" * 60,
    )
    each = [replace(one, uid=f"sample-{status}@expertpool", status=status) for status in EventStatus]
    events = feed(_elsewhere(each), name="마", refresh=hour)
    busy = free_busy((span,), window=span, uid=one.uid, name="마", refresh=hour)
    return hashlib.sha256(events + busy).hexdigest()


def _elsewhere(events: Iterable[DeskEvent]) -> list[DeskEvent]:
    """Each also in a zone that changes its clocks, which is written in another way."""
    return [replace(event, tzid=tzid) for event in events for tzid in (SEOUL, "Europe/Berlin")]
