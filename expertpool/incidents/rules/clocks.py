"""When a clock that was set off runs out, as a day in Seoul."""

import calendar
import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

SEOUL = ZoneInfo("Asia/Seoul")


@dataclass(frozen=True, slots=True)
class Due:
    """The last moment of a clock. `on` is set when whole days are counted: any time of that day will do."""

    at: dt.datetime
    on: dt.date | None


def due_of(started: dt.datetime, length: int, unit: str, *, before: bool) -> Due:
    """When a clock of `length` `unit` set off at `started` runs out; `before`: it has to be done ahead.

    Days, weeks, months and years are counted in Seoul dates without the first day; a month that lacks the
    day ends on its last. A period that ends on a holiday is not moved on: the date shown is never too late.
    Business days skip Saturdays and Sundays.
    Source: Civil Act 157 to 160 for the counting.
    """
    sign = -1 if before else 1
    if unit == "hours":
        return Due(started + dt.timedelta(hours=sign * length), None)
    day = _shifted(started.astimezone(SEOUL).date(), sign * length, unit)
    after = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), SEOUL)
    return Due(after.astimezone(dt.UTC), day)


def _shifted(day: dt.date, count: int, unit: str) -> dt.date:
    if unit in ("months", "years"):
        return _months_on(day, count * (12 if unit == "years" else 1))
    if unit == "business_days":
        return _business_days_on(day, count)
    return day + dt.timedelta(days=count * (7 if unit == "weeks" else 1))


def _months_on(day: dt.date, months: int) -> dt.date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _business_days_on(day: dt.date, count: int) -> dt.date:
    step = dt.timedelta(days=1 if count > 0 else -1)
    for _ in range(abs(count)):
        day += step
        while day.weekday() >= 5:
            day += step
    return day


def remaining_days(due: Due, now: dt.datetime) -> int:
    """Whole Seoul days from today to the day of `due`; negative once it has passed."""
    last = due.on or due.at.astimezone(SEOUL).date()
    return (last - now.astimezone(SEOUL).date()).days
