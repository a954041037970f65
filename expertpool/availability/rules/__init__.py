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
from expertpool.availability.rules.checks import check_exceptions, check_leave, check_notice, check_patterns
from expertpool.availability.rules.free import blocked, check_window, free
from expertpool.availability.rules.holidays import korean_holidays
from expertpool.availability.rules.spans import Span, Spans, intersect, merge, subtract
from expertpool.availability.rules.wallclock import SEOUL, clock_time, instant, minute_of_day

__all__ = [
    "SEOUL",
    "BlockKind",
    "BlockedSpan",
    "Busy",
    "DayException",
    "ExceptionKind",
    "ExpertCalendar",
    "Leave",
    "Span",
    "Spans",
    "WeeklyPattern",
    "blocked",
    "check_exceptions",
    "check_leave",
    "check_notice",
    "check_patterns",
    "check_window",
    "clock_time",
    "free",
    "instant",
    "intersect",
    "korean_holidays",
    "merge",
    "minute_of_day",
    "subtract",
]
