"""Dates as people know them, and look-backs counted to the day.

Ties and holdings are recorded by their first and their last day, both included, because certificates of
employment and share registers say it so; `DaySpan` keeps that reading.
"""

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

_WRITTEN = re.compile(r"(?!0000)[0-9]{4}(?:-(?!0+(?:-|$))[0-9]{1,2}){0,2}")


@dataclass(frozen=True, slots=True, order=True)
class ImpreciseDate:
    """A day, a month, a year, or an unknown date: precision is what is left out.

    Shape: `ImpreciseDate(2024, 8, 31)`, `ImpreciseDate(2024, 8)`, `ImpreciseDate(2024)`, `ImpreciseDate()`.
    Raises: ValueError for a day without its month, a month without its year, or no such day.
    """

    year: int | None = None
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if (self.month and not self.year) or (self.day and not self.month):
            raise ValueError("a day needs its month and a month its year")
        dt.date(self.year or 1, self.month or 1, self.day or 1)

    @classmethod
    def of(cls, day: dt.date) -> "ImpreciseDate":
        return cls(day.year, day.month, day.day)

    @classmethod
    def parse(cls, text: str) -> "ImpreciseDate":
        """Read `2024-08-31`, `2024-08`, `2024` or `unknown`. Raises: ValueError for anything else."""
        if text == "unknown":
            return cls()
        if not _WRITTEN.fullmatch(text):
            raise ValueError(f"{text[:20]!r} is no day, month or year")
        return cls(*(int(part) for part in text.split("-")))

    def __str__(self) -> str:
        if self.year is None:
            return "unknown"
        tail = "".join(f"-{part:02d}" for part in (self.month, self.day) if part)
        return f"{self.year:04d}{tail}"

    @property
    def known(self) -> bool:
        return self.year is not None

    @property
    def earliest(self) -> dt.date:
        """The first day it can mean; the beginning of time when unknown."""
        return dt.date(self.year, self.month or 1, self.day or 1) if self.year else dt.date.min

    @property
    def latest(self) -> dt.date:
        """The last day it can mean; the end of time when unknown."""
        if not self.year:
            return dt.date.max
        if self.day:
            return dt.date(self.year, self.month or 1, self.day)
        return _last_of_month(self.year, self.month or 12)


@cache
def _last_of_month(year: int, month: int) -> dt.date:
    return dt.date(year, month, calendar.monthrange(year, month)[1])


UNKNOWN_DAY = ImpreciseDate()


class DaySpan(NamedTuple):
    """Days from `first` to `last`, both included."""

    first: dt.date
    last: dt.date

    def __contains__(self, day: object) -> bool:
        return isinstance(day, dt.date) and self.first <= day <= self.last

    def covers(self, other: "DaySpan") -> bool:
        return self.first <= other.first and other.last <= self.last

    def shared(self, other: "DaySpan") -> "DaySpan | None":
        """The days in both, or None."""
        first, last = max(self.first, other.first), min(self.last, other.last)
        return DaySpan(first, last) if first <= last else None


ALWAYS = DaySpan(dt.date.min, dt.date.max)


def last_day(until: ImpreciseDate | None) -> dt.date:
    """The last day of the longest reading of a period; `until=None` goes on."""
    return until.latest if until else dt.date.max


def longest(since: ImpreciseDate, until: ImpreciseDate | None) -> DaySpan:
    """The longest reading of an imprecise period; `until=None` goes on."""
    last = last_day(until)
    first = since.earliest
    return DaySpan(first if first < last else last, last)


def shortest(since: ImpreciseDate, until: ImpreciseDate | None, *, on: dt.date) -> DaySpan:
    """The shortest reading of an imprecise period: it held on at least one day it can mean.

    A period that goes on (`until=None`) is attested as current, so a vague beginning is never read as
    lying after `on` when it can lie before.
    """
    if until is None:
        first = min(since.latest, max(since.earliest, on))
        return DaySpan(first, dt.date.max)
    last = max(until.earliest, since.earliest)
    return DaySpan(min(since.latest, last), last)


@lru_cache(maxsize=1024)
def years_before(day: dt.date, years: int) -> dt.date:
    """The same calendar day `years` earlier; 29 February becomes 28 February where there is none.

    Source: Civil Act article 160(3): without a corresponding day, the last day of the month.
    """
    leap_lost = (day.month, day.day) == (2, 29) and not calendar.isleap(day.year - years)
    return day.replace(year=day.year - years, day=28 if leap_lost else day.day)


def within_years(last: dt.date, years: int, *, on: dt.date) -> bool:
    """Whether `last` lies in the look-back of `years` from `on`, the first day of it included."""
    return last >= years_before(on, years)


def first_day_outside(last: dt.date, years: int) -> dt.date:
    """The first day from which `last` is no longer within a look-back of `years`."""
    day = last + dt.timedelta(days=1)
    no_such_day = (day.month, day.day) == (2, 29) and not calendar.isleap(day.year + years)
    return dt.date(day.year + years, 3, 1) if no_such_day else day.replace(year=day.year + years)
