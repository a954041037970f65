"""What is known of an expert's time: weekly hours, single days, leave, imported and own commitments."""

import datetime as dt
import enum
from dataclasses import dataclass, field

from expertpool.availability.rules.spans import Span
from expertpool.availability.rules.wallclock import SEOUL
from expertpool.words import Words

MAX_WINDOW = dt.timedelta(days=400)
FIRST_INSTANT = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
LAST_INSTANT = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)
MAX_PATTERNS = 100
MAX_EXCEPTIONS = 400
EXCEPTION_HORIZON_DAYS = 731
MAX_LEAVE_DAYS = 1100
LEAVE_LOOKBACK_DAYS = 31
MAX_NOTICE_MINUTES = 30 * 24 * 60
MAX_REASON_CHARACTERS = 200
MAX_SOURCE_CHARACTERS = 40


class ExceptionKind(enum.StrEnum):
    """What a single day changes against the weekly hours."""

    ADD = "add"
    REMOVE = "remove"


class BlockKind(enum.StrEnum):
    """Why time is not free."""

    HELD = "held"
    LEAVE = "leave"
    BUSY = "busy"
    EXCEPTION = "exception"
    HOLIDAY = "holiday"
    PATTERN = "outside_pattern"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class WeeklyPattern:
    """Hours offered every week on one weekday.

    Units: weekday 0 is Monday; start and end are wall clock times "HH:MM" in `tz`, end up to "24:00";
    the pattern holds from `valid_from` up to, not including, `valid_until` (none: without end).
    """

    weekday: int
    start: str
    end: str
    valid_from: dt.date
    valid_until: dt.date | None = None
    tz: str = SEOUL


@dataclass(frozen=True, slots=True)
class DayException:
    """Hours of one day added to the weekly hours, or taken out of them. Units as `WeeklyPattern`."""

    day: dt.date
    kind: ExceptionKind
    start: str = "00:00"
    end: str = "24:00"
    tz: str = SEOUL


@dataclass(frozen=True, slots=True)
class Leave:
    """Days away, from `first_day` up to, not including, `until`. The reason is for the expert alone."""

    first_day: dt.date
    until: dt.date
    reason: str = field(default="", repr=False)
    tz: str = SEOUL


@dataclass(frozen=True, slots=True)
class Busy:
    """Time taken in a calendar the expert shares; `source` is the name the expert gave that calendar."""

    span: Span
    source: str


@dataclass(frozen=True, slots=True)
class ExpertCalendar:
    """All that decides when one expert is free.

    Units: `notice_minutes` is how long before the start somebody must ask.
    """

    patterns: tuple[WeeklyPattern, ...]
    exceptions: tuple[DayException, ...]
    leaves: tuple[Leave, ...]
    busy: tuple[Busy, ...]
    holds: tuple[Span, ...]
    notice_minutes: int


@dataclass(frozen=True, slots=True)
class BlockedSpan:
    """Time that is not free, and why, in words that give away neither a leave's reason nor a case."""

    span: Span
    kind: BlockKind
    reason: Words
