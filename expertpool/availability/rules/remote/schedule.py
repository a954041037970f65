"""When a calendar elsewhere is read again, and when it is not read any more until its owner says so."""

import datetime as dt
import enum
from dataclasses import dataclass

from expertpool.availability.rules.calendar import MAX_WINDOW
from expertpool.availability.rules.remote.answers import NOTHING_SEEN, Seen
from expertpool.availability.rules.spans import Span

SHORTEST = dt.timedelta(minutes=15)
LONGEST = dt.timedelta(hours=24)
USUAL = dt.timedelta(hours=1)
PAUSED_AFTER = 3
MOST_CALENDARS = 5
_LOOK_BACK = dt.timedelta(days=7)
_READ_ANEW = dt.timedelta(days=300)
# Two more tries after the first failure: soon, and after a night of maintenance would be over.
_WAITS = (dt.timedelta(minutes=30), dt.timedelta(hours=6))


class CalendarState(enum.StrEnum):
    """Whether a calendar elsewhere is looked at."""

    ACTIVE = "active"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class NextStep:
    """What follows a failure."""

    state: CalendarState
    failures: int
    at: dt.datetime


def window_at(now: dt.datetime) -> Span:
    """The period that is read: from a week ago, 400 days, at whole days in UTC."""
    first = now.replace(hour=0, minute=0, second=0, microsecond=0) - _LOOK_BACK
    return Span(first, first + MAX_WINDOW)


def after_reading(now: dt.datetime, hint: dt.timedelta | None) -> dt.datetime:
    """When to look again: as the calendar suggests, within bounds. Source: RFC 7986 section 5.7."""
    return now + _bounded(USUAL if hint is None else hint)


def after_failure(failures: int, now: dt.datetime, asked_wait: dt.timedelta | None) -> NextStep:
    """What follows when reading failed once more after `failures` times in a row; the third time pauses."""
    failed = failures + 1
    if failed >= PAUSED_AFTER:
        return NextStep(CalendarState.PAUSED, PAUSED_AFTER, now)
    wait = _WAITS[failures]
    return NextStep(CalendarState.ACTIVE, failed, now + max(wait, _bounded(asked_wait or wait)))


def _bounded(wait: dt.timedelta) -> dt.timedelta:
    return min(max(wait, SHORTEST), LONGEST)


def questions_at(seen: Seen, read_until: dt.datetime | None, now: dt.datetime) -> Seen:
    """What to ask with: nothing, where "unchanged" would let the days that are known run out."""
    return seen if read_until is not None and read_until - now >= _READ_ANEW else NOTHING_SEEN
