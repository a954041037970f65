"""When an expert is free, and why not at other times. The one place that decides it."""

import datetime as dt
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from expertpool.availability.rules.calendar import (
    FIRST_INSTANT,
    LAST_INSTANT,
    MAX_WINDOW,
    BlockedSpan,
    BlockKind,
    DayException,
    ExceptionKind,
    ExpertCalendar,
    WeeklyPattern,
)
from expertpool.availability.rules.holidays import korean_holidays
from expertpool.availability.rules.spans import Span, Spans, intersect, merge, subtract
from expertpool.availability.rules.wallclock import SEOUL, days_of, instant, minute_of_day, span_on
from expertpool.refusals import Invalid
from expertpool.words import Words, words

_DAY = dt.timedelta(days=1)


def free(window: Span, calendar: ExpertCalendar, *, now: dt.datetime) -> Spans:
    """The spans of `window` in which the expert can be asked to work.

    Shape: sorted, disjoint; together with `blocked` exactly the window.
    Raises: Invalid for a window longer than 400 days or outside the years the service knows.
    Source: RFC 7953 section 4 (outside of what is offered, time is unavailable).
    """
    check_window(window)
    return subtract((window,), merge(chain.from_iterable(o.spans for o in _obstacles(window, calendar, now))))


def blocked(window: Span, calendar: ExpertCalendar, *, now: dt.datetime) -> tuple[BlockedSpan, ...]:
    """The spans of `window` in which the expert cannot be asked, each with the first reason that applies.

    Reasons go from the firm to the soft: held, on leave, busy, taken out, holiday, outside the weekly
    hours, too soon. Shape, Raises: as `free`.
    """
    check_window(window)
    left: Spans = (window,)
    taken: list[BlockedSpan] = []
    for kind, reason, spans in _obstacles(window, calendar, now):
        taken.extend(BlockedSpan(span, kind, reason) for span in intersect(left, spans))
        left = subtract(left, spans)
    return tuple(sorted(taken, key=lambda block: block.span.start))


def check_window(window: Span) -> None:
    """Raises: Invalid for a window longer than 400 days or outside the years the service knows."""
    if window.length > MAX_WINDOW:
        fault = words("Choose at most %(days)s days.", days=MAX_WINDOW.days)
        raise Invalid(words("This period is too long."), fields={"end": fault})
    if window.start < FIRST_INSTANT or window.end > LAST_INSTANT:
        fault = words("Choose a date between the years 2000 and 2099.")
        raise Invalid(words("This period cannot be planned."), fields={"start": fault})


class Layers(NamedTuple):
    """What an expert says about single days, in the order in which it counts, above the weekly hours."""

    leave: Spans
    removed: Spans
    added: Spans
    holidays: Spans


def layers(window: Span, calendar: ExpertCalendar) -> Layers:
    """The layers of an expert's own word within the window; what a higher one says, it says alone."""
    added, removed = _exceptions(window, calendar.exceptions)
    holidays = merge(day for day, _ in _holiday_spans(*days_of(window, SEOUL)))
    found = (_leave(window, calendar), removed, added, holidays)
    return Layers(*(intersect(spans, (window,)) for spans in found))


class _Obstacle(NamedTuple):
    kind: BlockKind
    reason: Words
    spans: Spans


def _obstacles(window: Span, calendar: ExpertCalendar, now: dt.datetime) -> Iterator[_Obstacle]:
    """What blocks time, in the order in which reasons are told."""
    added, removed = _exceptions(window, calendar.exceptions)
    held = words("Reserved for another engagement.")
    yield _Obstacle(BlockKind.HELD, held, _within(window, calendar.holds))
    yield _Obstacle(BlockKind.LEAVE, words("On leave."), _leave(window, calendar))
    for source, taken in _busy(window, calendar):
        yield _Obstacle(BlockKind.BUSY, words("Busy in the calendar “%(source)s”.", source=source), taken)
    yield _Obstacle(BlockKind.EXCEPTION, words("Not available on this day by exception."), removed)
    holidays: list[Span] = []
    for day, name in _holiday_spans(*days_of(window, SEOUL)):
        holidays.append(day)
        reason = words("Public holiday: %(name)s.", name=name)
        yield _Obstacle(BlockKind.HOLIDAY, reason, subtract((day,), added))
    offered = merge((*subtract(_pattern(window, calendar.patterns), merge(holidays)), *added))
    yield _Obstacle(BlockKind.PATTERN, words("Outside the weekly hours."), subtract((window,), offered))
    yield _Obstacle(BlockKind.NOTICE, words("This time has passed."), _until(window, now))
    notice = dt.timedelta(minutes=calendar.notice_minutes)
    too_soon = words(
        "This expert asks for %(hours)s hours of notice.", hours=f"{calendar.notice_minutes / 60:g}"
    )
    yield _Obstacle(BlockKind.NOTICE, too_soon, _until(window, now + notice))


def _within(window: Span, spans: Iterable[Span]) -> Spans:
    return merge(span for span in spans if span.overlaps(window))


def _until(window: Span, end: dt.datetime) -> Spans:
    return (Span(window.start, min(end, window.end)),) if end > window.start else ()


def _busy(window: Span, calendar: ExpertCalendar) -> list[tuple[str, Spans]]:
    by_source: dict[str, list[Span]] = {}
    for busy in calendar.busy:
        by_source.setdefault(busy.source, []).append(busy.span)
    return [(source, _within(window, spans)) for source, spans in sorted(by_source.items())]


def _leave(window: Span, calendar: ExpertCalendar) -> Spans:
    spans = (_days(leave.first_day, leave.until, leave.tz) for leave in calendar.leaves)
    return _within(window, (span for span in spans if span is not None))


def _days(first: dt.date, until: dt.date, tz: str) -> Span | None:
    start, end = instant(first, 0, tz), instant(until, 0, tz)
    return Span(start, end) if start < end else None


def _exceptions(window: Span, exceptions: Iterable[DayException]) -> tuple[Spans, Spans]:
    """The hours added and the hours taken out."""
    found: dict[ExceptionKind, list[Span]] = {kind: [] for kind in ExceptionKind}
    for change in exceptions:
        span = span_on(change.day, minute_of_day(change.start), minute_of_day(change.end), change.tz)
        if span is not None:
            found[change.kind].append(span)
    return _within(window, found[ExceptionKind.ADD]), _within(window, found[ExceptionKind.REMOVE])


def _pattern(window: Span, patterns: Iterable[WeeklyPattern]) -> Spans:
    offered: list[Span] = []
    for pattern in patterns:
        offered += occurrences(window, pattern)
    return _within(window, offered)


def occurrences(window: Span, pattern: WeeklyPattern) -> Iterator[Span]:
    """The times of weekly hours near the window, in order; those whose hours the clocks skip have none."""
    start, end = minute_of_day(pattern.start), minute_of_day(pattern.end)
    for day in _days_of_pattern(window, pattern):
        span = span_on(day, start, end, pattern.tz)
        if span is not None:
            yield span


def _days_of_pattern(window: Span, pattern: WeeklyPattern) -> Iterator[dt.date]:
    first, last = days_of(window, pattern.tz)
    first = max(first, pattern.valid_from)
    if pattern.valid_until is not None:
        last = min(last, pattern.valid_until - _DAY)
    day = first + _DAY * ((pattern.weekday - first.weekday()) % 7)
    while day <= last:
        yield day
        day += 7 * _DAY


@lru_cache(maxsize=1024)
def _holiday_spans(first: dt.date, last: dt.date) -> tuple[tuple[Span, Words], ...]:
    """The holidays from `first` to `last` as whole Korean days, whatever zone the expert works from."""
    holidays = korean_holidays(range(first.year, last.year + 1))
    days = ((_days(day, day + _DAY, SEOUL), name) for day, name in holidays.items() if first <= day <= last)
    return tuple((span, name) for span, name in days if span is not None)
