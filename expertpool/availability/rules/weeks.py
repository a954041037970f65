"""Whole weeks of hours: usual ones to start from, and laying a week over the hours that were there."""

import datetime as dt
import enum
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from types import MappingProxyType

from expertpool.availability.rules.calendar import WeeklyPattern
from expertpool.words import Words, words

_DAY = dt.timedelta(days=1)
_KEEP = dt.timedelta(days=400)  # what was offered is compared with what was used, by the quarter
_WORKING_DAYS = range(5)


@dataclass(frozen=True, slots=True)
class DayHours:
    """Hours of one weekday, without saying from when they hold. Units as `WeeklyPattern`."""

    weekday: int
    start: str
    end: str


class WeekKind(enum.StrEnum):
    """Weeks that many experts offer."""

    FULL = "full"
    MORNINGS = "mornings"
    AFTERNOONS = "afternoons"
    EVENINGS = "evenings"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class UsualWeek:
    """A week to start from."""

    name: Words
    hours: tuple[DayHours, ...]


def _working_days(start: str, end: str) -> tuple[DayHours, ...]:
    return tuple(DayHours(weekday, start, end) for weekday in _WORKING_DAYS)


USUAL_WEEKS: Mapping[WeekKind, UsualWeek] = MappingProxyType(
    {
        WeekKind.FULL: UsualWeek(words("Working days 09:00–18:00"), _working_days("09:00", "18:00")),
        WeekKind.MORNINGS: UsualWeek(words("Mornings 09:00–13:00"), _working_days("09:00", "13:00")),
        WeekKind.AFTERNOONS: UsualWeek(words("Afternoons 13:00–18:00"), _working_days("13:00", "18:00")),
        WeekKind.EVENINGS: UsualWeek(words("Evenings 18:00–22:00"), _working_days("18:00", "22:00")),
        WeekKind.NONE: UsualWeek(words("No hours"), ()),
    }
)


def hours_in_week(patterns: Iterable[WeeklyPattern], monday: dt.date) -> tuple[DayHours, ...]:
    """The weekly hours that hold in the week of `monday`, as each weekday of it sees them."""
    return tuple(
        DayHours(pattern.weekday, pattern.start, pattern.end)
        for pattern in patterns
        if _holds(pattern, monday + pattern.weekday * _DAY)
    )


def _holds(pattern: WeeklyPattern, day: dt.date) -> bool:
    return pattern.valid_from <= day and (pattern.valid_until is None or day < pattern.valid_until)


def lay_week(
    patterns: Iterable[WeeklyPattern],
    hours: Iterable[DayHours],
    *,
    first: dt.date,
    until: dt.date | None,
    tz: str,
) -> tuple[WeeklyPattern, ...]:
    """The weekly hours after `hours` replaced them from `first` up to, not including, `until`.

    What held before and what holds afterwards stays; hours that ended more than 400 days ago are dropped.
    """
    laid = [WeeklyPattern(each.weekday, each.start, each.end, first, until, tz) for each in hours]
    for pattern in patterns:
        if pattern.valid_until is not None and pattern.valid_until < first - _KEEP:
            continue
        if pattern.valid_from < first:
            end = first if pattern.valid_until is None else min(first, pattern.valid_until)
            laid.append(replace(pattern, valid_until=end))
        if until is not None and (pattern.valid_until is None or pattern.valid_until > until):
            laid.append(replace(pattern, valid_from=max(until, pattern.valid_from)))
    return _joined(laid)


def _joined(patterns: Iterable[WeeklyPattern]) -> tuple[WeeklyPattern, ...]:
    """The same hours made one where one ends on the day the next begins."""
    joined: list[WeeklyPattern] = []
    for pattern in sorted(patterns, key=lambda each: (*_alike(each), each.valid_from)):
        last = joined[-1] if joined else None
        if last is not None and _alike(last) == _alike(pattern) and last.valid_until == pattern.valid_from:
            joined[-1] = replace(last, valid_until=pattern.valid_until)
        else:
            joined.append(pattern)
    return tuple(joined)


def _alike(pattern: WeeklyPattern) -> tuple[int, str, str, str]:
    return pattern.weekday, pattern.start, pattern.end, pattern.tz


def hours_version(patterns: Sequence[WeeklyPattern]) -> str:
    """A fingerprint of the weekly hours: whoever saves says which hours they saw."""
    lines = sorted("|".join(str(part) for part in astuple(pattern)) for pattern in patterns)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:32]
