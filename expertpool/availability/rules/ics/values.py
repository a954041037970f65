"""Dates, times and lengths as calendar files write them."""

import datetime as dt
import re

from icalendar import vDuration

_DATE = re.compile(r"(\d{4})(\d\d)(\d\d)")
_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(Z?)")
_UTC_OFFSET = re.compile(r"([+-])(\d\d)(\d\d)(\d\d)?")
_FARTHEST_OFFSET = dt.timedelta(hours=14)
_LONGEST_DURATION = 64  # characters; digits without end would cost time


def date_or_time(value: str) -> dt.date | dt.datetime:
    """A day, or an instant in UTC, or a naive wall time whose zone is told elsewhere.

    A leap second counts as the second before it. Raises: ValueError.
    Source: RFC 5545 sections 3.3.4 and 3.3.5.
    """
    value = value.strip()
    if day := _DATE.fullmatch(value):
        return dt.date(*(int(part) for part in day.groups()))
    if time := _TIME.fullmatch(value):
        *parts, zulu = time.groups()
        year, month, of_month, hour, minute, second = (int(part) for part in parts)
        zone = dt.UTC if zulu else None
        return dt.datetime(year, month, of_month, hour, minute, second - (second == 60), tzinfo=zone)
    raise ValueError("neither a date nor a time")


def duration(value: str) -> dt.timedelta:
    """A length of time. Raises: ValueError. Source: RFC 5545 section 3.3.6."""
    value = value.strip()
    if len(value) > _LONGEST_DURATION:
        raise ValueError("too long for a duration")
    try:
        found: dt.timedelta = vDuration.from_ical(value)  # type: ignore[no-untyped-call]
    except OverflowError as error:
        raise ValueError("a duration longer than time") from error
    return found


def utc_offset(value: str) -> dt.timedelta:
    """How far a clock is ahead of UTC. Raises: ValueError. Source: RFC 5545 section 3.3.14."""
    found = _UTC_OFFSET.fullmatch(value.strip())
    if found is None:
        raise ValueError("not an offset")
    return ahead_of_utc(*found.groups())


def ahead_of_utc(sign: str, hours: str, minutes: str | None, seconds: str | None = None) -> dt.timedelta:
    """An offset by its digits. Raises: ValueError for one that no clock has."""
    offset = dt.timedelta(hours=int(hours), minutes=int(minutes or 0), seconds=int(seconds or 0))
    if offset > _FARTHEST_OFFSET:
        raise ValueError("an offset no clock has")
    return -offset if sign == "-" else offset
