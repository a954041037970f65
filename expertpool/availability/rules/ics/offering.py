"""An expert's time as calendar programs understand it: what is offered, and what is taken."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from expertpool.availability.rules.calendar import BlockKind, ExpertCalendar, WeeklyPattern
from expertpool.availability.rules.free import blocked, layers, occurrences
from expertpool.availability.rules.spans import Span, Spans, merge
from expertpool.availability.rules.wallclock import minute_of_day

_PRODID = "-//expertpool//availability//EN"
_TAKEN = frozenset({BlockKind.HELD, BlockKind.BUSY})
_LONGEST_LINE = 75  # octets without the line end; all that is written here is ASCII
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_PROBES = 14  # twice a month over half a year: clocks that change are seen to


@dataclass(frozen=True, slots=True)
class Signature:
    """What makes entries ours: the expert's part of their UIDs, and when they were written."""

    owner: str
    written_at: dt.datetime

    def lines(self, part: str) -> list[str]:
        return [f"UID:{part}-{self.owner}", f"DTSTAMP:{_utc(self.written_at)}"]


def offered_file(calendar: ExpertCalendar, window: Span, sign: Signature) -> bytes:
    """The hours an expert offers, without what is taken by appointments.

    Each layer of our own order is one VAVAILABILITY: leave before single days, single days before holidays,
    holidays before the weekly hours. Whoever reads it by the standard comes to the same free time.
    Source: RFC 7953 sections 3.1 and 4.
    """
    leave, removed, added, holidays = layers(window, calendar)
    zones = sorted({each.tz for each in calendar.patterns if _never_changes(each.tz, window)})
    lines = [line for tz in zones for line in _vtimezone(tz, window)]
    for priority, name, spans in ((1, "leave", leave), (2, "taken-out", removed)):
        for number, span in enumerate(spans):
            lines += _availability(f"{name}-{number}", priority, span, (), sign)
    for number, span in enumerate(added):
        part = [*sign.lines(f"added-{number}-hours"), *_period(span)]
        lines += _availability(f"added-{number}", 3, span, [part], sign)
    for number, span in enumerate(holidays):
        lines += _availability(f"holiday-{number}", 4, span, (), sign)
    weekly = list(_weekly(calendar.patterns, window, sign))
    return _file([*lines, *_availability("weekly", 9, window, weekly, sign)])


def taken_file(calendar: ExpertCalendar, window: Span, sign: Signature) -> bytes:
    """All time that is not free at the moment of writing, without a reason but the kind.

    Source: RFC 5545 sections 3.6.4 and 3.2.9.
    """
    spans = blocked(window, calendar, now=sign.written_at)
    lines = ["BEGIN:VFREEBUSY", *sign.lines("taken"), *_period(window)]
    for kind, taken in (("BUSY", True), ("BUSY-UNAVAILABLE", False)):
        merged = merge(each.span for each in spans if (each.kind in _TAKEN) is taken)
        lines += (f"FREEBUSY;FBTYPE={kind}:{_utc(span.start)}/{_utc(span.end)}" for span in merged)
    return _file([*lines, "END:VFREEBUSY"])


def busy_file(busy: Spans, perhaps: Spans, window: Span, sign: Signature) -> bytes:
    """These times as taken, or perhaps taken, and no word about anything else.

    Source: RFC 5545 section 3.6.4; RFC 4791 section 7.10 for what is not agreed yet.
    """
    lines = ["BEGIN:VFREEBUSY", *sign.lines("busy"), *_period(window)]
    for kind, spans in (("BUSY", busy), ("BUSY-TENTATIVE", perhaps)):
        lines += (f"FREEBUSY;FBTYPE={kind}:{_utc(span.start)}/{_utc(span.end)}" for span in spans)
    return _file([*lines, "END:VFREEBUSY"])


def _availability(
    name: str, priority: int, extent: Span, offered: Iterable[list[str]], sign: Signature
) -> Iterator[str]:
    yield from ("BEGIN:VAVAILABILITY", *sign.lines(name), *_period(extent), f"PRIORITY:{priority}")
    for part in offered:
        yield from ("BEGIN:AVAILABLE", *part, "END:AVAILABLE")
    yield "END:VAVAILABILITY"


def _weekly(patterns: Iterable[WeeklyPattern], window: Span, sign: Signature) -> Iterator[list[str]]:
    """One part for each line of weekly hours, as a rule where clocks never change. Elsewhere every single
    time is listed, by its length: an hour that a clock skips would be read in different ways."""
    for number, pattern in enumerate(patterns):
        spans = tuple(occurrences(window, pattern))
        if not spans:
            continue
        if _never_changes(pattern.tz, window):
            yield [*sign.lines(f"weekly-{number}"), *_rule(pattern, spans)]
            continue
        by_length: dict[dt.timedelta, list[Span]] = defaultdict(list)
        for span in spans:
            by_length[span.length].append(span)
        for place, same in enumerate(by_length.values()):
            dates = [f"RDATE:{','.join(_utc(span.start) for span in same[1:])}"] if same[1:] else []
            yield [*sign.lines(f"weekly-{number}-{place}"), *_period(same[0]), *dates]


def _rule(pattern: WeeklyPattern, spans: Spans) -> list[str]:
    zone = ZoneInfo(pattern.tz)
    first, last = (span.start.astimezone(zone) for span in (spans[0], spans[-1]))
    length = minute_of_day(pattern.end) - minute_of_day(pattern.start)
    return [
        f"DTSTART;TZID={pattern.tz}:{first:%Y%m%dT%H%M%S}",
        f"DURATION:PT{length}M",
        f"RRULE:FREQ=WEEKLY;BYDAY={_WEEKDAYS[pattern.weekday]};UNTIL={_utc(last)}",
    ]


def _never_changes(tz: str, window: Span) -> bool:
    zone, step = ZoneInfo(tz), window.length / _PROBES
    return len({(window.start + n * step).astimezone(zone).utcoffset() for n in range(_PROBES + 1)}) == 1


def _vtimezone(tz: str, window: Span) -> list[str]:
    offset = f"{window.start.astimezone(ZoneInfo(tz)):%z}"
    inside = ["DTSTART:19700101T000000", f"TZOFFSETFROM:{offset}", f"TZOFFSETTO:{offset}"]
    parts = ("BEGIN:VTIMEZONE", f"TZID:{tz}", "BEGIN:STANDARD", *inside, "END:STANDARD", "END:VTIMEZONE")
    return list(parts)


def _period(span: Span) -> list[str]:
    return [f"DTSTART:{_utc(span.start)}", f"DTEND:{_utc(span.end)}"]


def _utc(moment: dt.datetime) -> str:
    return f"{moment.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"


def _file(lines: Iterable[str]) -> bytes:
    whole = ("BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{_PRODID}", *lines, "END:VCALENDAR")
    return b"".join(_folded(line) for line in whole)


def _folded(line: str) -> bytes:
    """Source: RFC 5545 section 3.1."""
    data = line.encode("ascii")
    pieces = [data[:_LONGEST_LINE]]
    rest = data[_LONGEST_LINE:]
    while rest:
        pieces.append(rest[: _LONGEST_LINE - 1])
        rest = rest[_LONGEST_LINE - 1 :]
    return b"\r\n ".join(pieces) + b"\r\n"
