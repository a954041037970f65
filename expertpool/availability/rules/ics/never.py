"""Rules of repetition that no day can meet, such as each 30th of February: a search would go on to 9999."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import prod
from typing import Any

# Every year begins on one of seven weekdays and has a 29th of February or not: these show all fourteen kinds.
_YEARS = range(2001, 2029)
_TIMES = ("byhour", "byminute", "bysecond")


@dataclass(frozen=True, slots=True)
class _Day:
    """A day by all the names rules have for it, counted from the beginning and from the end."""

    year: int
    month: int
    of_month: tuple[int, int]
    of_year: tuple[int, int]
    weekday: int


def never(frequency: str, lists: Mapping[str, Any]) -> bool:
    """Whether no day of any year can be one of the rule's. False says nothing: some rules only look sound.

    Shape: `lists` as dateutil takes them. Source: RFC 5545 section 3.3.10, where lists of days limit each
    other; which week a day is in, and which of its weekdays in a month, is not looked at.
    """
    if not lists.keys() & {"bymonthday", "byyearday", "bysetpos"}:
        return False
    days = _meeting(lists)
    places = lists.get("bysetpos")
    return not days or (places is not None and min(map(abs, places)) > _most(frequency, lists, days))


def _meeting(lists: Mapping[str, Any]) -> list[_Day]:
    months, of_month = set(lists.get("bymonth", ())), set(lists.get("bymonthday", ()))
    of_year = set(lists.get("byyearday", ()))
    weekdays = {day.weekday for day in lists.get("byweekday", ())}
    return [
        day
        for day in _days()
        if (not months or day.month in months)
        and (not weekdays or day.weekday in weekdays)
        and (not of_month or not of_month.isdisjoint(day.of_month))
        and (not of_year or not of_year.isdisjoint(day.of_year))
    ]


def _most(frequency: str, lists: Mapping[str, Any], days: list[_Day]) -> int:
    """As many times as there can be in one period of the rule, of which BYSETPOS picks some."""
    if frequency == "HOURLY":
        return prod(len(lists.get(name, "1")) for name in _TIMES[1:])
    most_days = {
        "YEARLY": max(Counter(day.year for day in days).values()),
        "MONTHLY": max(Counter((day.year, day.month) for day in days).values()),
        "WEEKLY": 7,
        "DAILY": 1,
    }
    return most_days[frequency] * prod(len(lists.get(name, "1")) for name in _TIMES)


@cache
def _days() -> tuple[_Day, ...]:
    return tuple(day for year in _years() for day in _days_of(year))


def _years() -> list[int]:
    kinds = {(dt.date(year, 1, 1).weekday(), year % 4 == 0): year for year in _YEARS}
    return sorted(kinds.values())


def _days_of(year: int) -> list[_Day]:
    first, length = dt.date(year, 1, 1), 365 + (year % 4 == 0)
    found = []
    for number in range(length):
        day = first + dt.timedelta(days=number)
        until = (dt.date(year + day.month // 12, day.month % 12 + 1, 1) - day).days
        found.append(_Day(year, day.month, (day.day, -until), (number + 1, number - length), day.weekday()))
    return found
