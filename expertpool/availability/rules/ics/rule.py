"""Rules of repetition, looked at before anything is worked out: what could go on for ever is not begun."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import prod
from typing import Any

from dateutil import rrule  # type: ignore[import-untyped] # ships no types

from expertpool.availability.rules.ics.never import never
from expertpool.availability.rules.ics.told import Skip
from expertpool.availability.rules.ics.values import date_or_time

MOST_COUNT = 5_000
MOST_HOURLY = 1_000
MOST_INTERVAL = 999
MOST_WIDTH = 400
FIRST_YEAR = 1970
YEARS_AHEAD = 20
_LONGEST_RULE = 2_000  # characters
_FREQUENCIES = {
    "YEARLY": rrule.YEARLY,
    "MONTHLY": rrule.MONTHLY,
    "WEEKLY": rrule.WEEKLY,
    "DAILY": rrule.DAILY,
    "HOURLY": rrule.HOURLY,
}
_TOO_OFTEN = {"MINUTELY", "SECONDLY"}
_STEPS = {"DAILY": dt.timedelta(days=1), "WEEKLY": dt.timedelta(days=7)}
_DAYS = {str(day): day for day in (rrule.MO, rrule.TU, rrule.WE, rrule.TH, rrule.FR, rrule.SA, rrule.SU)}
_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_NUMBER = re.compile(r"[+-]?\d{1,3}")


class LeftOut(Exception):
    """An entry, or one rule of it, that is not worked out."""

    def __init__(self, why: Skip) -> None:
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that may be worked out. `until` is a wall time, the last that counts."""

    frequency: str
    interval: int
    count: int | None
    count_cut: bool
    until: dt.datetime | dt.date | None
    lists: dict[str, Any]

    def starts(
        self, first: dt.datetime, window: tuple[dt.datetime, dt.datetime], zone: dt.tzinfo
    ) -> Iterator[dt.datetime]:
        """The wall times from `first` on that may matter to the window, in order, all of them in it or
        before it. Units: naive, as the clock of `zone` shows them."""
        if never(self.frequency, self.lists):
            return
        last = min(window[1], self._end(zone) or window[1])
        limit = {"until": last} if self.count is None else {"count": self.count}
        found = rrule.rrule(
            _FREQUENCIES[self.frequency],
            dtstart=self._near(first, window[0]),
            interval=self.interval,
            **limit,
            **self.lists,
        )
        for at in found:
            if at > last:
                return
            yield at

    def _near(self, first: dt.datetime, window_start: dt.datetime) -> dt.datetime:
        """A start of the same rhythm shortly before the window, so that decades are not walked through."""
        step = _STEPS.get(self.frequency)
        if step is None or self.count is not None or first >= window_start:
            return first
        step *= self.interval
        return first + step * max((window_start - first) // step - 1, 0)

    def _end(self, zone: dt.tzinfo) -> dt.datetime | None:
        if self.until is None:
            return None
        if not isinstance(self.until, dt.datetime):
            return dt.datetime.combine(self.until, dt.time.max)
        if self.until.tzinfo is None:
            return self.until
        return self.until.astimezone(zone).replace(tzinfo=None)


def vetted(written: str) -> Rule:
    """The rule, if it is sound and small. Raises: LeftOut. Source: RFC 5545 section 3.3.10."""
    parts = _parts(written)
    frequency = parts.pop("FREQ", "")
    if frequency in _TOO_OFTEN:
        raise LeftOut(Skip.RULE_TOO_OFTEN)
    if frequency not in _FREQUENCIES or "RSCALE" in parts:
        raise LeftOut(Skip.RULE_BROKEN)
    try:
        count = int(parts.pop("COUNT")) if "COUNT" in parts else None
        interval = int(parts.pop("INTERVAL", "1"))
        until = date_or_time(parts.pop("UNTIL")) if "UNTIL" in parts else None
        week_start = _DAYS[parts.pop("WKST", "MO")]
        lists = {_ARGUMENTS[name][0]: _ARGUMENTS[name][1](value) for name, value in parts.items()}
    except (ValueError, KeyError):
        raise LeftOut(Skip.RULE_BROKEN) from None
    _check_size(frequency, interval, count, lists)
    cut = count is not None and count > MOST_COUNT
    return Rule(frequency, interval, MOST_COUNT if cut else count, cut, until, lists | {"wkst": week_start})


def _parts(written: str) -> dict[str, str]:
    if len(written) > _LONGEST_RULE:
        raise LeftOut(Skip.RULE_TOO_WIDE)
    pairs = [part.partition("=") for part in written.strip().upper().rstrip(";").split(";")]
    names = [name for name, _, _ in pairs if not name.startswith("X-")]
    if len(set(names)) < len(names):
        raise LeftOut(Skip.RULE_BROKEN)
    return {name: value for name, _, value in pairs if not name.startswith("X-")}


def _check_size(frequency: str, interval: int, count: int | None, lists: dict[str, list[Any]]) -> None:
    if not 1 <= interval <= MOST_INTERVAL or (count is not None and count < 1):
        raise LeftOut(Skip.RULE_BROKEN)
    if frequency == "HOURLY" and (count is None or count > MOST_HOURLY):
        raise LeftOut(Skip.RULE_TOO_OFTEN)
    if prod(len(values) for values in lists.values()) > MOST_WIDTH:
        raise LeftOut(Skip.RULE_TOO_WIDE)


def _numbers(lowest: int, highest: int) -> Callable[[str], list[int]]:
    def read(value: str) -> list[int]:
        found = [int(part) for part in value.split(",") if _NUMBER.fullmatch(part)]
        if len(found) != value.count(",") + 1 or not all(lowest <= each <= highest for each in found):
            raise ValueError("a number out of its range")
        if lowest < 0 and 0 in found:
            raise ValueError("counted from one, or from the end")
        return sorted(set(found))

    return read


def _weekdays(value: str) -> list[Any]:
    days = []
    for part in dict.fromkeys(value.split(",")):
        found = _DAY.fullmatch(part)
        if found is None or (found[1] is not None and not 1 <= abs(int(found[1])) <= 53):
            raise ValueError("not a day of the week")
        days.append(_DAYS[found[2]](int(found[1])) if found[1] else _DAYS[found[2]])
    return days


_ARGUMENTS: dict[str, tuple[str, Callable[[str], list[Any]]]] = {
    "BYSECOND": ("bysecond", _numbers(0, 59)),
    "BYMINUTE": ("byminute", _numbers(0, 59)),
    "BYHOUR": ("byhour", _numbers(0, 23)),
    "BYDAY": ("byweekday", _weekdays),
    "BYMONTHDAY": ("bymonthday", _numbers(-31, 31)),
    "BYYEARDAY": ("byyearday", _numbers(-366, 366)),
    "BYWEEKNO": ("byweekno", _numbers(-53, 53)),
    "BYMONTH": ("bymonth", _numbers(1, 12)),
    "BYSETPOS": ("bysetpos", _numbers(-366, 366)),
}
