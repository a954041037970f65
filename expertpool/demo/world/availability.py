"""When the experts can come: weekly hours, single days, leave and what their own calendars hold.

The records are those of `expertpool.availability.rules`: `free` treats them as it treats real ones.
"""

import datetime as dt
import random
from collections.abc import Iterator
from enum import StrEnum

from expertpool.availability.rules import (
    Busy,
    DayException,
    ExceptionKind,
    ExpertCalendar,
    Leave,
    Span,
    WeeklyPattern,
    korean_holidays,
)
from expertpool.demo.world.experts import Circumstance, Expert
from expertpool.demo.world.seeding import DAY, ago, is_working_day, seoul, share_out, stream
from expertpool.experts.rules import FacetKind

HORIZON_WEEKS = 12
BUSY_TIMES = 700
EXCEPTIONS, LEAVES = 60, 45
# How long the second battery chair is away from the day after `now`: past the clock of the second story.
CHAIRS_LEAVE_DAYS = 17
CALENDAR_SOURCE = "calendar"


class Week(StrEnum):
    """The kinds of week experts offer."""

    FULL = "full"
    MORNINGS = "mornings"
    AFTERNOONS = "afternoons"
    THREE_DAYS = "three_days"
    TWO_DAYS = "two_days"
    STANDBY = "standby"


# (weekdays, start, end) of each kind of week; standby adds the nights.
HOURS: dict[Week, tuple[tuple[tuple[int, ...], str, str], ...]] = {
    Week.FULL: (((0, 1, 2, 3, 4), "09:00", "18:00"),),
    Week.MORNINGS: (((0, 1, 2, 3, 4), "09:00", "13:00"),),
    Week.AFTERNOONS: (((0, 1, 2, 3, 4), "13:00", "18:00"),),
    Week.THREE_DAYS: (((0, 2, 4), "09:00", "18:00"),),
    Week.TWO_DAYS: (((1, 3), "09:00", "18:00"),),
    Week.STANDBY: (((0, 1, 2, 3, 4, 5, 6), "00:00", "07:00"), ((0, 1, 2, 3, 4, 5, 6), "09:00", "24:00")),
}
SHARES = (
    (Week.FULL, 193), (Week.MORNINGS, 27), (Week.AFTERNOONS, 40), (Week.THREE_DAYS, 25), (Week.TWO_DAYS, 15),
)  # fmt: skip


def generate_calendars(experts: tuple[Expert, ...], *, seed: int, now: dt.date) -> dict[str, ExpertCalendar]:
    """The calendar of every expert by key, without holds: those come with engagements."""
    rng = stream(seed, "availability")
    weeks = share_out(rng, SHARES)
    kinds = {each.key: _week(each, weeks.pop()) for each in experts}
    ordinary = [each.key for each in experts if not each.in_story]
    exceptions = rng.sample(ordinary, EXCEPTIONS)
    leaves = rng.sample(ordinary, LEAVES)
    busy = _busy(rng, ordinary, now)
    return {
        each.key: ExpertCalendar(
            patterns=tuple(_patterns(kinds[each.key], now)),
            exceptions=(*_exceptions(rng, each.key in exceptions, now), *_on_holidays(kinds[each.key], now)),
            leaves=tuple(_leaves(rng, each, each.key in leaves, now)),
            busy=tuple(busy.get(each.key, ())),
            holds=(),
            notice_minutes=each.minimum_notice_minutes,
        )
        for each in experts
    }


def _week(expert: Expert, drawn: Week) -> Week:
    """The drawn week, except for those a story counts on."""
    if expert.standby:
        return Week.STANDBY
    return Week.FULL if expert.in_story else drawn


def battery_chairs(experts: tuple[Expert, ...]) -> tuple[Expert, Expert]:
    """The two who may chair the second story's panel: the first has a conflict, the second is away."""
    first, second = (
        each
        for each in experts
        if each.has(FacetKind.ROLE_KIND, "CHR", level=3) and each.has(FacetKind.TECHNOLOGY, "T01", level=3)
    )
    return first, second


def _patterns(week: Week, now: dt.date) -> Iterator[WeeklyPattern]:
    for weekdays, start, end in HOURS[week]:
        for weekday in weekdays:
            yield WeeklyPattern(weekday, start, end, ago(now, 400))


def _exceptions(rng: random.Random, wanted: bool, now: dt.date) -> Iterator[DayException]:
    """A working day off, or a morning offered on another day."""
    if wanted:
        day = ago(now, -rng.randint(1, 7 * HORIZON_WEEKS))
        if is_working_day(day):
            yield DayException(day, ExceptionKind.REMOVE)
        else:
            yield DayException(day, ExceptionKind.ADD, "09:00", "13:00")


def _on_holidays(week: Week, now: dt.date) -> Iterator[DayException]:
    """Standby goes on when everybody else has the day off."""
    if week is Week.STANDBY:
        last = ago(now, -7 * HORIZON_WEEKS)
        for day in korean_holidays(range(now.year, last.year + 1)):
            if now <= day <= last:
                for _, start, end in HOURS[week]:
                    yield DayException(day, ExceptionKind.ADD, start, end)


def _leaves(rng: random.Random, expert: Expert, wanted: bool, now: dt.date) -> Iterator[Leave]:
    if expert.circumstance is Circumstance.LONG_LEAVE:
        yield Leave(ago(now, 20), ago(now, -120), "장기 휴직")
    elif expert.role_kind == "MED" and expert.in_story and _is_second_chair(expert):
        yield Leave(ago(now, -1), ago(now, -CHAIRS_LEAVE_DAYS), "휴가")
    elif wanted:
        first = ago(now, -rng.randint(3, 70))
        yield Leave(first, first + rng.randint(2, 8) * DAY, "휴가")


def _is_second_chair(expert: Expert) -> bool:
    """The second battery chair knows batteries at level 3, the first at 4."""
    return not expert.has(FacetKind.TECHNOLOGY, "T01", level=4)


def _busy(rng: random.Random, keys: list[str], now: dt.date) -> dict[str, list[Busy]]:
    """Times from the calendars of every second expert, none overlapping another of the same person."""
    connected = rng.sample(keys, len(keys) // 2)
    found: dict[str, list[Busy]] = {}
    count = 0
    while count < BUSY_TIMES:
        key, day = rng.choice(connected), ago(now, -rng.randint(0, 7 * HORIZON_WEEKS - 1))
        start = seoul(day, rng.randint(9, 16), rng.choice((0, 30)))
        span = Span(start, start + dt.timedelta(minutes=rng.choice((60, 90, 120, 180, 240))))
        own = found.setdefault(key, [])
        if is_working_day(day) and not any(busy.span.overlaps(span) for busy in own):
            own.append(Busy(span, CALENDAR_SOURCE))
            count += 1
    return {key: sorted(own, key=lambda busy: busy.span.start) for key, own in found.items()}
