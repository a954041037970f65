"""One stream of chance per kind of thing, and the days the world is told in."""

import datetime as dt
import random
from collections.abc import Sequence
from typing import TypeVar
from zoneinfo import ZoneInfo

from expertpool.availability.rules import korean_holidays

SEOUL = ZoneInfo("Asia/Seoul")
DAY = dt.timedelta(days=1)
T = TypeVar("T")


def stream(seed: int, name: str) -> random.Random:
    """The numbers drawn for `name`; more draws elsewhere do not change them."""
    return random.Random(f"{seed}:{name}")  # noqa: S311 - repeatable on purpose


def seoul(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    """The UTC instant of a time of day in Seoul."""
    return dt.datetime.combine(day, dt.time(hour, minute), tzinfo=SEOUL).astimezone(dt.UTC)


def ago(now: dt.date, days: int) -> dt.date:
    """The day `days` before `now`; negative: after."""
    return now - days * DAY


def is_working_day(day: dt.date) -> bool:
    return day.weekday() < 5 and day not in korean_holidays((day.year,))


def working_day(day: dt.date) -> dt.date:
    """`day` itself, or the first working day after it."""
    while not is_working_day(day):
        day += DAY
    return day


def share_out(rng: random.Random, counts: Sequence[tuple[T, int]]) -> list[T]:
    """Each value as often as it says, shuffled."""
    found = [value for value, count in counts for _ in range(count)]
    rng.shuffle(found)
    return found
