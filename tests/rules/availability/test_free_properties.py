"""What holds for every calendar: free and blocked divide the window, and agree with a plain reading."""

import datetime as dt
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from expertpool.availability.rules import (
    Busy,
    DayException,
    ExceptionKind,
    ExpertCalendar,
    Leave,
    Span,
    WeeklyPattern,
    blocked,
    clock_time,
    free,
    korean_holidays,
    minute_of_day,
)

FIRST = dt.datetime(
    2026, 10, 22, tzinfo=dt.UTC
)  # clocks go back in Berlin on the 25th, in New York on the 1st
ZONES = ["Asia/Seoul", "America/New_York", "Europe/Berlin"]
QUARTER = dt.timedelta(minutes=15)

days = st.integers(0, 15).map(lambda day: FIRST.date() + dt.timedelta(days=day))
clock_ranges = st.lists(st.integers(0, 96), min_size=2, max_size=2, unique=True).map(
    lambda quarters: tuple(clock_time(15 * quarter) for quarter in sorted(quarters))
)
spans = st.tuples(st.integers(0, 1300), st.integers(1, 200)).map(
    lambda at: Span(FIRST + at[0] * QUARTER, FIRST + (at[0] + at[1]) * QUARTER)
)


@st.composite
def patterns(draw: st.DrawFn) -> WeeklyPattern:
    start, end = draw(clock_ranges)
    since = draw(days)
    until = draw(st.none() | st.just(since + dt.timedelta(days=draw(st.integers(1, 20)))))
    return WeeklyPattern(draw(st.integers(0, 6)), start, end, since, until, draw(st.sampled_from(ZONES)))


@st.composite
def exceptions(draw: st.DrawFn) -> DayException:
    start, end = draw(clock_ranges)
    kind = draw(st.sampled_from(ExceptionKind))
    return DayException(draw(days), kind, start, end, draw(st.sampled_from(ZONES)))


@st.composite
def leaves(draw: st.DrawFn) -> Leave:
    first = draw(days)
    return Leave(first, first + dt.timedelta(days=draw(st.integers(1, 4))), tz=draw(st.sampled_from(ZONES)))


calendars = st.builds(
    ExpertCalendar,
    patterns=st.lists(patterns(), max_size=8).map(tuple),
    exceptions=st.lists(exceptions(), max_size=4).map(tuple),
    leaves=st.lists(leaves(), max_size=2).map(tuple),
    busy=st.lists(st.builds(Busy, spans, st.sampled_from(["Home", "Work"])), max_size=4).map(tuple),
    holds=st.lists(spans, max_size=3).map(tuple),
    notice_minutes=st.integers(0, 3000),
)
nows = st.integers(-2000, 2000).map(lambda quarter: FIRST + quarter * QUARTER)


def on_the_wall(instant: dt.datetime, day: dt.date, start: str, end: str, tz: str) -> bool:
    shown = instant.astimezone(ZoneInfo(tz))
    return shown.date() == day and minute_of_day(start) <= shown.hour * 60 + shown.minute < minute_of_day(end)


def repeated(instant: dt.datetime) -> bool:
    """Whether some clock shows this time for the second time; the first showing decides."""
    return any(instant.astimezone(ZoneInfo(tz)).fold for tz in ZONES)


def changed(instant: dt.datetime, calendar: ExpertCalendar, kind: ExceptionKind) -> bool:
    return any(
        change.kind is kind and on_the_wall(instant, change.day, change.start, change.end, change.tz)
        for change in calendar.exceptions
    )


def offered(instant: dt.datetime, pattern: WeeklyPattern) -> bool:
    day = instant.astimezone(ZoneInfo(pattern.tz)).date()
    return (
        day.weekday() == pattern.weekday
        and pattern.valid_from <= day < (pattern.valid_until or dt.date.max)
        and on_the_wall(instant, day, pattern.start, pattern.end, pattern.tz)
    )


def plainly_free(instant: dt.datetime, calendar: ExpertCalendar, now: dt.datetime) -> bool:
    taken = [*(busy.span for busy in calendar.busy), *calendar.holds]
    away = any(
        leave.first_day <= instant.astimezone(ZoneInfo(leave.tz)).date() < leave.until
        for leave in calendar.leaves
    )
    holiday = instant.astimezone(ZoneInfo("Asia/Seoul")).date() in korean_holidays([2026])
    regular = not holiday and any(offered(instant, pattern) for pattern in calendar.patterns)
    return (
        (regular or changed(instant, calendar, ExceptionKind.ADD))
        and not changed(instant, calendar, ExceptionKind.REMOVE)
        and not away
        and not any(span.start <= instant < span.end for span in taken)
        and instant >= now + dt.timedelta(minutes=calendar.notice_minutes)
    )


@given(window=spans, calendar=calendars, now=nows)
@settings(deadline=None, max_examples=200)
def test_free_and_blocked_divide_the_window_exactly(
    window: Span, calendar: ExpertCalendar, now: dt.datetime
) -> None:
    parts = sorted(
        [*free(window, calendar, now=now), *(block.span for block in blocked(window, calendar, now=now))]
    )

    assert (parts[0].start, parts[-1].end) == (window.start, window.end)
    assert all(one.end == next_one.start for one, next_one in pairwise(parts))


@given(window=spans, calendar=calendars, now=nows)
@settings(deadline=None, max_examples=200)
def test_an_instant_is_free_when_a_plain_reading_of_the_calendar_says_so(
    window: Span, calendar: ExpertCalendar, now: dt.datetime
) -> None:
    spans_found = free(window, calendar, now=now)
    count = int(window.length / QUARTER)
    instants = [window.start + step * QUARTER for step in range(count)]

    for instant in (one for one in instants if not repeated(one)):
        found = any(span.start <= instant < span.end for span in spans_found)
        assert found == plainly_free(instant, calendar, now)


@given(window=spans, calendar=calendars, now=nows)
@settings(deadline=None, max_examples=50)
def test_the_order_of_what_is_known_changes_nothing(
    window: Span, calendar: ExpertCalendar, now: dt.datetime
) -> None:
    turned = ExpertCalendar(
        calendar.patterns[::-1],
        calendar.exceptions[::-1],
        calendar.leaves[::-1],
        calendar.busy[::-1],
        calendar.holds[::-1],
        calendar.notice_minutes,
    )

    assert blocked(window, turned, now=now) == blocked(window, calendar, now=now)
    assert free(window, turned, now=now) == free(window, calendar, now=now)
