"""Clocks that a calendar file describes by itself, with their summer time."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice

from expertpool.availability.rules.ics.rule import LeftOut, Rule, vetted
from expertpool.availability.rules.ics.scan import Block
from expertpool.availability.rules.ics.values import date_or_time, utc_offset

MOST_OBSERVANCES = 12
_MOST_DATES = 20
_MOST_A_YEAR = 4
_MOST_COUNTED = 50
_FIRST_YEAR, _LAST_YEAR = 1970, 2100  # outside of them clocks are changed as in the nearest of them
_DAY_LISTS = {"byweekday", "bymonthday", "byyearday", "byweekno"}


@dataclass(frozen=True, slots=True)
class _Change:
    """Clocks are moved from one offset to another. Units: `at` is UTC, without saying so."""

    at: dt.datetime
    before: dt.timedelta
    after: dt.timedelta

    def shown(self, fold: int) -> dt.datetime:
        """The first wall time of the new offset. Of an hour that comes twice `fold` tells the first from the
        second; an hour that is left out is read by the clock before, and so later."""
        return self.at + (min if fold else max)(self.before, self.after)


@dataclass(frozen=True, slots=True)
class _Observance:
    """When one offset begins: at some dates, or each year. Units: wall times of the offset before."""

    firsts: tuple[dt.datetime, ...]
    rule: Rule | None
    before: dt.timedelta
    after: dt.timedelta

    def changes(self, year: int) -> Iterator[_Change]:
        """Those of the year, and whatever happened only once. Raises: ValueError."""
        repeated = () if self.rule is None else tuple(islice(self._repeated(self.rule, year), _MOST_A_YEAR))
        if len(repeated) == _MOST_A_YEAR:
            raise ValueError("no clock is changed that often")
        walls = (*self.firsts, *repeated)
        return (_Change(wall - self.before, self.before, self.after) for wall in walls)

    def _repeated(self, rule: Rule, year: int) -> Iterator[dt.datetime]:
        """Of a rule that ended, the last year of it."""
        first = self.firsts[0]
        year = min(year, rule.until.year) if rule.until is not None else year
        if year > first.year:
            first = first.replace(year=year)
            if _DAY_LISTS & rule.lists.keys():
                first = first.replace(month=1, day=1)
        begins = dt.datetime.combine(dt.date(year, 1, 1), dt.time.min)
        ends = dt.datetime.combine(dt.date(year, 12, 31), dt.time.max)
        return rule.starts(first, (begins, ends), dt.timezone(self.before))


class Described(dt.tzinfo):
    """A clock by its description. Source: RFC 5545 section 3.6.5, and 3.3.5 for hours that clocks skip."""

    def __init__(self, observances: Iterable[_Observance]) -> None:
        self._observances = tuple(observances)
        self._in_year = cache(self._found)
        self._around = cache(self._sorted)

    def utcoffset(self, at: dt.datetime | None, /) -> dt.timedelta | None:
        """The offset at a wall time."""
        if at is None:
            return None
        wall, offset = at.replace(tzinfo=None, fold=0), None
        for change in self._changes(wall.year):
            if offset is None:
                offset = change.before
            if change.shown(at.fold) <= wall:
                offset = change.after
        return offset

    def dst(self, _at: dt.datetime | None, /) -> dt.timedelta | None:
        """Not told: the offset is all that counts."""
        return None

    def tzname(self, _at: dt.datetime | None, /) -> str | None:
        """Not told."""
        return None

    def fromutc(self, at: dt.datetime, /) -> dt.datetime:
        """The wall time at an instant."""
        instant, offset, again = at.replace(tzinfo=None), None, False
        for change in self._changes(instant.year):
            if offset is None:
                offset = change.before
            if change.at <= instant:
                offset, again = change.after, instant < change.at + change.before - change.after
        return (at + (offset or dt.timedelta())).replace(fold=int(again))

    def _changes(self, year: int) -> list[_Change]:
        """All that can matter in a year, in order. Raises: ValueError."""
        return self._around(min(max(year, _FIRST_YEAR), _LAST_YEAR))

    def _sorted(self, year: int) -> list[_Change]:
        found = self._in_year(year - 1) | self._in_year(year) | self._in_year(year + 1)
        return sorted(found, key=lambda change: change.at)

    def _found(self, year: int) -> frozenset[_Change]:
        return frozenset(change for each in self._observances for change in each.changes(year))


def described(zone: Block) -> Described:
    """The clock of a VTIMEZONE. Raises: ValueError where it cannot be told for certain."""
    if not 0 < len(zone.blocks) <= MOST_OBSERVANCES:
        raise ValueError("not a number of observances that is worked out")
    try:
        return Described(_observance(block) for block in zone.blocks)
    except LeftOut as left:
        raise ValueError(str(left)) from None


def _observance(block: Block) -> _Observance:
    """Raises: ValueError, LeftOut."""
    first, before, after = (block.only(name) for name in ("DTSTART", "TZOFFSETFROM", "TZOFFSETTO"))
    if first is None or before is None or after is None:
        raise ValueError("an observance that does not say when or what")
    dates = [value for each in block.properties("RDATE") for value in each.value.split(",")]
    firsts = tuple(_wall(value) for value in (first.value, *dates[:_MOST_DATES]))
    offsets = utc_offset(before.value), utc_offset(after.value)
    repeats = block.only("RRULE")
    rule = None if repeats is None else _yearly(repeats.value)
    if rule is None or rule.count is None:
        return _Observance(firsts, rule, *offsets)
    until = firsts[0].replace(year=_LAST_YEAR)
    counted = rule.starts(firsts[0], (firsts[0], until), dt.timezone(offsets[0]))
    return _Observance((*firsts, *counted), None, *offsets)


def _wall(written: str) -> dt.datetime:
    value = date_or_time(written)
    if not isinstance(value, dt.datetime):
        raise ValueError("clocks are changed at a time")
    return value.replace(tzinfo=None)


def _yearly(written: str) -> Rule:
    """Clocks are changed by the year, and not often by one rule; nothing else is worked out."""
    rule = vetted(written)
    if (rule.frequency, rule.interval) != ("YEARLY", 1) or (rule.count or 0) > _MOST_COUNTED:
        raise ValueError("a rule that is not of each year")
    return rule
