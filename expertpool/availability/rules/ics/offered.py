"""Calendars that tell times and nothing else: what is taken (VFREEBUSY), what is offered (VAVAILABILITY)."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby

from expertpool.availability.rules.ics.rule import LeftOut
from expertpool.availability.rules.ics.scan import Block
from expertpool.availability.rules.ics.series import (
    MOST_TIMES,
    Entry,
    Found,
    Setting,
    WholeDays,
    moment_of,
    read_series,
)
from expertpool.availability.rules.ics.told import Skip
from expertpool.availability.rules.ics.values import date_or_time, duration
from expertpool.availability.rules.spans import Span, Spans, intersect, merge, subtract

_UNSAID = 0  # no priority is the lowest one
_LOWEST = 9


def read_free_busy(entries: Iterable[Entry], setting: Setting) -> Found:
    """The periods of VFREEBUSY parts that are not free; a kind nobody knows counts as busy.

    Source: RFC 5545 sections 3.6.4, 3.2.9 and 3.8.2.6.
    """
    found = Found()
    for entry in entries:
        try:
            found.busy += _periods(entry.block, setting.window, MOST_TIMES - len(found.busy))
        except LeftOut as left:
            found.skipped.append(entry.left_out(left.why))
        except (ValueError, OverflowError):
            found.skipped.append(entry.left_out(Skip.BROKEN))
    return found


def _periods(block: Block, window: Span, most: int) -> list[Span]:
    """Raises: LeftOut, ValueError, OverflowError."""
    spans: list[Span] = []
    for written in block.properties("FREEBUSY"):
        if written.parameters.get("FBTYPE", "").upper() == "FREE":
            continue
        for period in written.value.split(","):
            first, _, last = period.partition("/")
            start = _utc(first)
            end = start + duration(last) if last.lstrip("+-")[:1] == "P" else _utc(last)
            if (span := Span(start, end)).overlaps(window):
                spans.append(span)
            if len(spans) > most:
                raise LeftOut(Skip.TOO_MANY_TIMES)
    return spans


def _utc(written: str) -> dt.datetime:
    value = date_or_time(written)
    if not isinstance(value, dt.datetime) or value.tzinfo is None:
        raise ValueError("periods are told in UTC")
    return value


@dataclass(frozen=True, slots=True)
class _Layer:
    """One VAVAILABILITY: within `extent` time is free where it is offered, and else taken."""

    rank: int
    extent: Spans
    offered: Spans


def read_availability(entries: Iterable[Entry], setting: Setting) -> Found:
    """The times that VAVAILABILITY parts do not offer, all of them taken together.

    The part of the highest priority decides; 1 is the highest, and one without priority the lowest. Where
    parts of the same priority differ, the time is taken: time shown as free that is not costs more. What no
    part speaks of stays open. An AVAILABLE that cannot be worked out offers nothing, and is told.
    Source: RFC 7953 sections 3.1 and 4.
    """
    found = Found()
    layers: list[_Layer] = []
    for entry in entries:
        try:
            layers += _layers(entry, setting, found)
        except (ValueError, OverflowError):
            found.skipped.append(entry.left_out(Skip.BROKEN))
    found.busy += combined(layers)
    return found


def combined(layers: Iterable[_Layer]) -> Spans:
    """What is taken when each higher layer covers those below it."""
    busy: Spans = ()
    for _, group in groupby(sorted(layers, key=_height), key=_height):
        same = list(group)
        closed = merge(span for each in same for span in subtract(each.extent, each.offered))
        opened = subtract(
            merge(span for each in same for span in intersect(each.extent, each.offered)), closed
        )
        busy = merge((*subtract(busy, opened), *closed))
    return busy


def _height(layer: _Layer) -> int:
    return -(layer.rank or _LOWEST + 1)


def _layers(entry: Entry, setting: Setting, found: Found) -> list[_Layer]:
    """Raises: ValueError, OverflowError."""
    block = entry.block
    extent = _extent(block, setting, found)
    if extent is None:
        return []
    written = block.only("PRIORITY")
    rank = int(written.value) if written else _UNSAID
    if not 0 <= rank <= _LOWEST:
        raise ValueError("a priority out of its range")
    by_uid: dict[str, list[Entry]] = {}
    for number, part in enumerate(part for part in block.blocks if part.name == "AVAILABLE"):
        uid = part.only("UID")
        inner = Entry(entry.place, uid.value.strip()[:255] if uid else "", part)
        by_uid.setdefault(inner.uid or f"#{number}", []).append(inner)
    offered: list[Span] = []
    as_marked = replace(setting, whole_days=WholeDays.AS_MARKED)
    for parts in by_uid.values():
        read = read_series(parts, as_marked)
        offered += read.busy
        found.skipped += read.skipped
        found.notes += read.notes
        if len(offered) > MOST_TIMES:
            raise ValueError("more times than are read")
    return [_Layer(rank, (extent,), merge(offered))]


def _extent(block: Block, setting: Setting, found: Found) -> Span | None:
    """What the part speaks of within the window; an end that is not told is far away."""
    start, end = setting.window.start, setting.window.end
    first, last, lasts = block.only("DTSTART"), block.only("DTEND"), block.only("DURATION")
    begins = moment_of(first, setting, found).instant if first else None
    if last is not None:
        end = min(end, moment_of(last, setting, found).instant)
    elif lasts is not None and begins is not None:
        end = min(end, begins + duration(lasts.value))
    if begins is not None:
        start = max(start, begins)
    return Span(start, end) if start < end else None
