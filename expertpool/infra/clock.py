"""The only place that reads the wall clock. UTC inside, Asia/Seoul at the edges."""

import datetime as dt
from zoneinfo import ZoneInfo

SEOUL = ZoneInfo("Asia/Seoul")


def now() -> dt.datetime:
    """The present instant in UTC, to the microsecond."""
    return dt.datetime.now(dt.UTC)


def seoul(instant: dt.datetime) -> dt.datetime:
    """`instant` as the wall clock in Seoul shows it."""
    return instant.astimezone(SEOUL)


def seoul_date(instant: dt.datetime) -> dt.date:
    """The calendar date in Seoul at `instant`: legal periods count Korean days."""
    return seoul(instant).date()


def from_seoul(day: dt.date, at: dt.time = dt.time.min) -> dt.datetime:
    """The UTC instant of a Seoul wall-clock date and time."""
    return dt.datetime.combine(day, at, SEOUL).astimezone(dt.UTC)
