"""What people may enter about their time, and what to write instead."""

import datetime as dt
from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from expertpool.availability.rules.calendar import (
    EXCEPTION_HORIZON_DAYS,
    FIRST_INSTANT,
    LAST_INSTANT,
    LEAVE_LOOKBACK_DAYS,
    MAX_EXCEPTIONS,
    MAX_LEAVE_DAYS,
    MAX_NOTICE_MINUTES,
    MAX_PATTERNS,
    MAX_REASON_CHARACTERS,
    MAX_SOURCE_CHARACTERS,
    MAX_WINDOW,
    Busy,
    DayException,
    ExceptionKind,
    Leave,
    WeeklyPattern,
)
from expertpool.availability.rules.spans import Span
from expertpool.availability.rules.wallclock import clock_time, minute_of_day
from expertpool.refusals import Invalid
from expertpool.words import Words, words

_DAY = dt.timedelta(days=1)
_Faults = dict[str, Words]
_NAME_IT = words("Name the calendar in one line of at most %(most)s characters.", most=MAX_SOURCE_CHARACTERS)


def check_patterns(patterns: Sequence[WeeklyPattern]) -> tuple[WeeklyPattern, ...]:
    """The weekly hours ready to keep: sorted, and entries that overlap or touch made one.

    Raises: Invalid; fields are named "patterns.<position>.<field>".
    """
    faults: _Faults = {}
    if len(patterns) > MAX_PATTERNS:
        faults["patterns"] = words("Enter at most %(most)s lines.", most=MAX_PATTERNS)
    for position, pattern in enumerate(patterns):
        at = f"patterns.{position}."
        if not 0 <= pattern.weekday <= 6:
            faults[at + "weekday"] = words("Choose a day of the week.")
        if pattern.valid_until is not None and pattern.valid_until <= pattern.valid_from:
            faults[at + "valid_until"] = words("Choose a last day that is not before the first day.")
        faults |= _clock_faults(at, pattern.start, pattern.end) | _zone_faults(at, pattern.tz)
    if faults:
        raise Invalid(words("The weekly hours cannot be saved as entered."), fields=faults)
    return _merged(patterns)


def _merged(patterns: Iterable[WeeklyPattern]) -> tuple[WeeklyPattern, ...]:
    merged: list[WeeklyPattern] = []
    for pattern in sorted(patterns, key=_merge_order):
        last = merged[-1] if merged else None
        if last is not None and _alike(last) == _alike(pattern):
            start, end = minute_of_day(last.start), minute_of_day(last.end)
            if minute_of_day(pattern.start) <= end:
                end = max(end, minute_of_day(pattern.end))
                merged[-1] = WeeklyPattern(
                    last.weekday,
                    clock_time(start),
                    clock_time(end),
                    last.valid_from,
                    last.valid_until,
                    last.tz,
                )
                continue
        merged.append(pattern)
    return tuple(merged)


def _alike(pattern: WeeklyPattern) -> tuple[int, str, dt.date, dt.date]:
    return pattern.weekday, pattern.tz, pattern.valid_from, pattern.valid_until or dt.date.max


def _merge_order(pattern: WeeklyPattern) -> tuple[tuple[int, str, dt.date, dt.date], int]:
    return _alike(pattern), minute_of_day(pattern.start)


def check_exceptions(exceptions: Sequence[DayException], *, today: dt.date) -> tuple[DayException, ...]:
    """The single days ready to keep, sorted.

    Raises: Invalid; fields are named "exceptions.<position>.<field>".
    """
    faults: _Faults = {}
    last_day = today + EXCEPTION_HORIZON_DAYS * _DAY
    if len(exceptions) > MAX_EXCEPTIONS:
        faults["exceptions"] = words("Enter at most %(most)s lines.", most=MAX_EXCEPTIONS)
    for position, change in enumerate(exceptions):
        at = f"exceptions.{position}."
        if not today <= change.day <= last_day:
            faults[at + "day"] = words("Choose a day from today up to %(last_day)s.", last_day=last_day)
        faults |= _clock_faults(at, change.start, change.end) | _zone_faults(at, change.tz)
    if faults:
        raise Invalid(words("The changed days cannot be saved as entered."), fields=faults)
    ordered = sorted(exceptions, key=lambda change: (change.day, change.start, change.end, change.kind))
    _refuse_contradiction(exceptions)
    return tuple(ordered)


def _refuse_contradiction(exceptions: Sequence[DayException]) -> None:
    added = [change for change in exceptions if change.kind is ExceptionKind.ADD]
    for position, change in enumerate(exceptions):
        if change.kind is ExceptionKind.REMOVE and any(_share_time(change, other) for other in added):
            fault = words("These hours are also added on the same day. Keep one of the two.")
            raise Invalid(
                words("The changed days cannot be saved as entered."),
                fields={f"exceptions.{position}.start": fault},
            )


def _share_time(one: DayException, other: DayException) -> bool:
    return (
        one.day == other.day
        and minute_of_day(one.start) < minute_of_day(other.end)
        and minute_of_day(other.start) < minute_of_day(one.end)
    )


def check_leave(leave: Leave, *, today: dt.date) -> Leave:
    """The leave ready to keep. Raises: Invalid with the fields "first_day", "until", "reason", "tz"."""
    faults: _Faults = {}
    earliest = today - LEAVE_LOOKBACK_DAYS * _DAY
    if leave.first_day < earliest:
        faults["first_day"] = words("Choose a day from %(earliest)s on.", earliest=earliest)
    if leave.until <= leave.first_day:
        faults["until"] = words("Choose a last day that is not before the first day.")
    elif (leave.until - leave.first_day).days > MAX_LEAVE_DAYS:
        faults["until"] = words("Enter at most %(most)s days of leave at once.", most=MAX_LEAVE_DAYS)
    if len(leave.reason) > MAX_REASON_CHARACTERS:
        faults["reason"] = words("Write at most %(most)s characters.", most=MAX_REASON_CHARACTERS)
    faults |= _zone_faults("", leave.tz)
    if faults:
        raise Invalid(words("The leave cannot be saved as entered."), fields=faults)
    return leave


def check_busy(start: dt.datetime, end: dt.datetime, source: str) -> Busy:
    """The busy time ready to keep. Units: aware instants.

    Raises: Invalid with the fields "start", "end", "source".
    """
    faults: _Faults = {}
    if start < FIRST_INSTANT:
        faults["start"] = words("Choose a date between the years 2000 and 2099.")
    if end > LAST_INSTANT:
        faults["end"] = words("Choose a date between the years 2000 and 2099.")
    elif end <= start:
        faults["end"] = words("Choose an end after the start.")
    elif end - start > MAX_WINDOW:
        faults["end"] = words("Choose at most %(days)s days.", days=MAX_WINDOW.days)
    name = source.strip()
    if not _names_a_calendar(name):
        faults["source"] = _NAME_IT
    if faults:
        raise Invalid(words("The busy time cannot be saved as entered."), fields=faults)
    return Busy(Span(start.astimezone(dt.UTC), end.astimezone(dt.UTC)), name)


def check_calendar_name(name: str) -> str:
    """The name of a calendar, ready to keep. Raises: Invalid with the field "name"."""
    bare = name.strip()
    if not _names_a_calendar(bare):
        raise Invalid(words("The calendar cannot be added as entered."), fields={"name": _NAME_IT})
    return bare


def _names_a_calendar(name: str) -> bool:
    return 0 < len(name) <= MAX_SOURCE_CHARACTERS and name.isprintable()


def check_notice(notice_minutes: int) -> int:
    """The notice ready to keep. Raises: Invalid with the field "notice_minutes"."""
    if not 0 <= notice_minutes <= MAX_NOTICE_MINUTES:
        fault = words("Choose between 0 and %(most)s days.", most=MAX_NOTICE_MINUTES // (24 * 60))
        raise Invalid(words("The notice cannot be saved as entered."), fields={"notice_minutes": fault})
    return notice_minutes


def _clock_faults(at: str, start: str, end: str) -> _Faults:
    faults: _Faults = {}
    minutes: dict[str, int] = {}
    for name, clock in (("start", start), ("end", end)):
        try:
            minutes[name] = minute_of_day(clock)
        except ValueError:
            faults[at + name] = words("Write the time as hours and minutes, such as 09:00.")
    if not faults and minutes["end"] <= minutes["start"]:
        faults[at + "end"] = words(
            "Choose an end after the start. To go past midnight, end at 24:00 and add the next day."
        )
    return faults


def _zone_faults(at: str, tz: str) -> _Faults:
    try:
        ZoneInfo(tz)
    except (KeyError, ValueError, OSError):  # unknown; malformed; the name of a folder
        return {at + "tz": words("Choose a time zone from the list, such as Asia/Seoul.")}
    return {}
