"""One week of an expert's time as the pages draw it."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from zoneinfo import ZoneInfo

from expertpool.availability.forms import WEEKDAY_KEYS
from expertpool.availability.rules import (
    BlockKind,
    DayHours,
    ExpertCalendar,
    Span,
    blocked,
    free,
    instant,
    intersect,
    korean_holidays,
    minute_of_day,
    told_to_others,
)
from expertpool.infra.i18n import day as spoken_day
from expertpool.infra.i18n import say
from expertpool.words import Words, words

_DAY = dt.timedelta(days=1)
_DAY_MINUTES = 24 * 60
_FREE = words("Free")
_EARLIEST, _LATEST = 8 * 60, 20 * 60
_TONES: Mapping[BlockKind, str] = MappingProxyType(
    {
        BlockKind.HELD: "warning",
        BlockKind.LEAVE: "danger",
        BlockKind.BUSY: "warning",
        BlockKind.HOLIDAY: "info",
    }
)


@dataclass(frozen=True, slots=True)
class Day:
    """A column of the week."""

    key: str
    label: str
    note: str | None


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of one day and what it is. Units: minutes from midnight."""

    start: int
    end: int
    label: str
    tone: str


@dataclass(frozen=True, slots=True)
class Reason:
    """A stretch that is not free, for the list below the week."""

    start: dt.datetime
    end: dt.datetime
    reason: Words


@dataclass(frozen=True, slots=True)
class Week:
    """A week to show: free time, and a reason for all other time."""

    days: tuple[Day, ...]
    blocks: Mapping[str, list[Block]]
    reasons: tuple[Reason, ...]
    first_minute: int
    last_minute: int


def monday_of(day: dt.date) -> dt.date:
    """The Monday of the week of `day`."""
    return day - day.weekday() * _DAY


def window_of(monday: dt.date, tz: str) -> Span:
    """The week that starts on `monday` on a wall clock in `tz`."""
    return Span(instant(monday, 0, tz), instant(monday + 7 * _DAY, 0, tz))


def week_of(calendar: ExpertCalendar, monday: dt.date, *, tz: str, now: dt.datetime, own: bool) -> Week:
    """The week as coordinators see it; the list of reasons tells the expert (`own`) from which calendar."""
    window = window_of(monday, tz)
    spoken: list[tuple[Span, Words, str]] = [
        (span, _FREE, "success") for span in free(window, calendar, now=now)
    ]
    reasons: list[Reason] = []
    for block in blocked(window, calendar, now=now):
        told = told_to_others(block)
        reasons.append(Reason(block.span.start, block.span.end, block.reason if own else told))
        if block.kind is not BlockKind.PATTERN:  # the blank part of the week says it
            spoken.append((block.span, told, _TONES.get(block.kind, "")))
    blocks = {(monday + n * _DAY).isoformat(): list(_blocks(spoken, monday + n * _DAY, tz)) for n in range(7)}
    drawn = [block for day in blocks.values() for block in day if block.end - block.start < _DAY_MINUTES]
    return Week(
        days=_days(monday),
        blocks=blocks,
        reasons=tuple(reasons),
        first_minute=min(
            [_EARLIEST, *(block.start // 60 * 60 for block in drawn if block.tone == "success")]
        ),
        last_minute=max([_LATEST, *(-(-block.end // 60) * 60 for block in drawn if block.tone == "success")]),
    )


def _blocks(spoken: Iterable[tuple[Span, Words, str]], day: dt.date, tz: str) -> Iterable[Block]:
    start, end = instant(day, 0, tz), instant(day + _DAY, 0, tz)
    if start >= end:
        return
    parts = (
        (part, reason, tone)
        for span, reason, tone in spoken
        for part in intersect((span,), (Span(start, end),))
    )
    for part, reason, tone in sorted(parts, key=lambda each: each[0].start):
        last = _DAY_MINUTES if part.end == end else _minute(part.end, tz)
        yield Block(_minute(part.start, tz), last, say(reason), tone)


def _minute(at: dt.datetime, tz: str) -> int:
    local = at.astimezone(ZoneInfo(tz))
    return local.hour * 60 + local.minute


def _days(monday: dt.date) -> tuple[Day, ...]:
    holidays = korean_holidays({monday.year, (monday + 6 * _DAY).year})
    days = [monday + n * _DAY for n in range(7)]
    return tuple(
        Day(day.isoformat(), _short(day), say(holidays[day]) if day in holidays else None) for day in days
    )


def _short(day: dt.date) -> str:
    """The day without its year: the week's heading has it."""
    text = spoken_day(day)
    return text.removeprefix(f"{day:%Y}.").removesuffix(f" {day:%Y}")


def usual_days(labels: Iterable[str]) -> list[dict[str, str | None]]:
    """The columns of the painter: weekdays of no particular week."""
    return [
        {"key": key, "label": label, "note": None} for key, label in zip(WEEKDAY_KEYS, labels, strict=True)
    ]


def painted(hours: Iterable[DayHours]) -> dict[str, list[tuple[int, int]]]:
    """Hours as the painter takes them; lines that are no times are left out."""
    spans: dict[str, list[tuple[int, int]]] = {}
    for line in hours:
        try:
            span = (minute_of_day(line.start), minute_of_day(line.end))
        except ValueError:
            continue
        if span[0] < span[1]:
            spans.setdefault(WEEKDAY_KEYS[line.weekday], []).append(span)
    return spans
