"""What the figures mean, and which of them may be shown."""

import datetime as dt
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from expertpool.refusals import Invalid
from expertpool.words import words

# UTIL-01: fewer engagements than this in compartmented cases are left out of a cell, so that nobody can
# count such cases from a report. Totals add up what is shown, so a difference gives nothing away either.
SMALLEST_SHOWN = 5
MOST_DAYS = 732


@dataclass(frozen=True, slots=True)
class Period:
    """Days in Seoul, half-open."""

    first: dt.date
    until: dt.date

    @property
    def last(self) -> dt.date:
        """The last of its days."""
        return self.until - dt.timedelta(days=1)

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.until - self.first).days


def period_of(first: dt.date, last: dt.date) -> Period:
    """The period from `first` through `last`. Raises Invalid when it ends before it starts or is too long."""
    if last < first:
        early = words("Choose a last day that is not before the first day.")
        raise Invalid(early, fields={"last": early})
    period = Period(first, last + dt.timedelta(days=1))
    if period.days > MOST_DAYS:
        long = words("Choose at most %(days)s days.", days=MOST_DAYS)
        raise Invalid(long, fields={"last": long})
    return period


def quarter_before(day: dt.date) -> Period:
    """The ninety days up to and with `day`: what a ministry looks at first."""
    return Period(day - dt.timedelta(days=89), day + dt.timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Used:
    """Minutes one engagement took in a period."""

    minutes: int
    compartmented: bool


def shown_minutes(cell: Iterable[Used]) -> int:
    """UTIL-01: the minutes of a cell, without compartmented cases unless there are enough of them."""
    used = list(cell)
    hidden = [each for each in used if each.compartmented]
    if len(hidden) >= SMALLEST_SHOWN:
        return sum(each.minutes for each in used)
    return sum(each.minutes for each in used if not each.compartmented)


def ratio_percent(used_minutes: float, offered_minutes: float) -> float | None:
    """UTIL-02: utilisation = used ÷ offered, in per cent to one decimal; none where nothing was offered.

    Whole per cent would tell of fifteen hours used of thousands as of none.
    """
    return None if offered_minutes <= 0 else round(100 * used_minutes / offered_minutes, 1)


def offered_minutes(weekly_capacity_minutes: int, days: int) -> int:
    """UTIL-02: the weekly capacity for each day in the pool and not on leave, a seventh a day."""
    return weekly_capacity_minutes * days // 7


def overlap_days(spans: Sequence[tuple[dt.date, dt.date]], period: Period) -> set[dt.date]:
    """The days of `period` that lie in any of the half-open `spans`."""
    found: set[dt.date] = set()
    for start, end in spans:
        first, until = max(start, period.first), min(end, period.until)
        found.update(first + dt.timedelta(days=n) for n in range(max(0, (until - first).days)))
    return found


@dataclass(frozen=True, slots=True)
class Spread:
    """How long something took, in hours."""

    count: int
    median: float
    ninetieth: float


def spread(durations: Sequence[dt.timedelta]) -> Spread | None:
    """UTIL-03: median and ninetieth percentile; none without a single duration."""
    if not durations:
        return None
    hours = sorted(each.total_seconds() / 3600 for each in durations)
    ninetieth = hours[0] if len(hours) == 1 else statistics.quantiles(hours, n=10, method="inclusive")[8]
    return Spread(len(hours), round(statistics.median(hours), 1), round(ninetieth, 1))
