"""When experts are free: spans, weekly hours, holidays, and the one function that puts them together."""

from expertpool.availability.rules.calendar import (
    BlockedSpan,
    BlockKind,
    Busy,
    DayException,
    ExceptionKind,
    ExpertCalendar,
    Leave,
    WeeklyPattern,
)
from expertpool.availability.rules.checks import (
    check_busy,
    check_calendar_name,
    check_exceptions,
    check_leave,
    check_notice,
    check_patterns,
)
from expertpool.availability.rules.free import blocked, check_window, free
from expertpool.availability.rules.holidays import korean_holidays
from expertpool.availability.rules.spans import Span, Spans, intersect, merge, subtract
from expertpool.availability.rules.told import KIND_WORDS, told_to_others
from expertpool.availability.rules.wallclock import SEOUL, clock_time, instant, minute_of_day
from expertpool.availability.rules.weeks import (
    USUAL_WEEKS,
    DayHours,
    WeekKind,
    hours_in_week,
    hours_version,
    lay_week,
)

__all__ = [
    "KIND_WORDS",
    "SEOUL",
    "USUAL_WEEKS",
    "BlockKind",
    "BlockedSpan",
    "Busy",
    "DayException",
    "DayHours",
    "ExceptionKind",
    "ExpertCalendar",
    "Leave",
    "Span",
    "Spans",
    "WeekKind",
    "WeeklyPattern",
    "blocked",
    "check_busy",
    "check_calendar_name",
    "check_exceptions",
    "check_leave",
    "check_notice",
    "check_patterns",
    "check_window",
    "clock_time",
    "free",
    "hours_in_week",
    "hours_version",
    "instant",
    "intersect",
    "korean_holidays",
    "lay_week",
    "merge",
    "minute_of_day",
    "subtract",
    "told_to_others",
]
