"""From what a clock on the wall shows to the instant it means, also where clocks are put forward or back."""

import datetime as dt
from functools import lru_cache
from zoneinfo import ZoneInfo

from expertpool.availability.rules.spans import Span

SEOUL = "Asia/Seoul"
DAY_MINUTES = 24 * 60
_SECOND = dt.timedelta(seconds=1)


@lru_cache(maxsize=2048)
def minute_of_day(clock_time: str) -> int:
    """Minutes since midnight of "HH:MM"; "24:00" is the midnight that ends the day.

    Raises: ValueError for anything else.
    """
    hours, colon, minutes = clock_time.partition(":")
    digits = hours + minutes
    if colon and len(hours) == len(minutes) == 2 and digits.isascii() and digits.isdecimal():
        minute = int(hours) * 60 + int(minutes)
        if int(minutes) < 60 and minute <= DAY_MINUTES:
            return minute
    raise ValueError(f"not a time of day: {clock_time!r}")


def clock_time(minute: int) -> str:
    """The "HH:MM" of a minute of the day; the inverse of `minute_of_day`."""
    return f"{minute // 60:02}:{minute % 60:02}"


@lru_cache(maxsize=65536)
def instant(day: dt.date, minute: int, tz: str) -> dt.datetime:
    """The UTC instant at which a wall clock in `tz` shows this minute of this day.

    A time that occurs twice means its first occurrence; a time that is skipped means the instant of the
    skip. The order of wall times is therefore kept, and hours that touch on the wall touch in fact.
    Source: RFC 5545 section 3.3.5 for times that occur twice. For skipped ones that section moves an
    end past the hour that was named; nobody offered those minutes, so they are not counted.
    """
    midnight = dt.datetime.combine(day, dt.time(), tzinfo=ZoneInfo(tz))
    shown = midnight + dt.timedelta(minutes=minute)  # wall arithmetic: both sides carry the same zone
    found = shown.astimezone(dt.UTC)
    if found.astimezone(shown.tzinfo).replace(tzinfo=None, fold=0) == shown.replace(tzinfo=None):
        return found
    return _skip(shown)


def _skip(shown: dt.datetime) -> dt.datetime:
    """The instant at which the clocks jumped over `shown`."""
    before = shown.replace(fold=1).astimezone(dt.UTC)
    after = shown.astimezone(dt.UTC)
    old_offset = before.astimezone(shown.tzinfo).utcoffset()
    while after - before > _SECOND:
        middle = before + (after - before) // 2
        if middle.astimezone(shown.tzinfo).utcoffset() == old_offset:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)


@lru_cache(maxsize=65536)
def span_on(day: dt.date, start_minute: int, end_minute: int, tz: str) -> Span | None:
    """The span of wall clock hours on a day, or none where the clocks skipped all of them."""
    start, end = instant(day, start_minute, tz), instant(day, end_minute, tz)
    return Span(start, end) if start < end else None


def days_of(window: Span, tz: str) -> tuple[dt.date, dt.date]:
    """The first and the last calendar day in `tz` that the window may touch."""
    zone = ZoneInfo(tz)
    return window.start.astimezone(zone).date(), window.end.astimezone(zone).date()
