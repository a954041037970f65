"""Which clock a calendar file means. Programs name zones in many ways; a guess is always told."""

import datetime as dt
import enum
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from expertpool.availability.rules.ics.described import described
from expertpool.availability.rules.ics.scan import Block
from expertpool.availability.rules.ics.values import ahead_of_utc, utc_offset

_OFFSET = re.compile(r"\(?\s*(?:UTC|GMT)\s*([+-])\s*(\d{1,2}):?(\d\d)?(?:\)|$)", re.IGNORECASE)
_SHORT = {"KST": "Asia/Seoul", "JST": "Asia/Tokyo", "Z": "UTC", "TZONE://MICROSOFT/UTC": "UTC"}


class Guess(enum.StrEnum):
    """How sure a zone is."""

    KNOWN = "known"
    WINDOWS = "windows_name"
    PREFIXED = "vendor_prefix"
    SHORT = "short_name"
    DESCRIBED = "described_in_file"
    OFFSET = "offset_in_name"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Zone:
    """A clock and how it was found."""

    clock: dt.tzinfo
    guess: Guess


def zone_of(tzid: str, described: dict[str, dt.tzinfo], *, fallback: dt.tzinfo) -> Zone:
    """The clock behind a TZID. Names win over what the file says of them: its description may be old."""
    name = tzid.strip()
    if known := _by_name(name):
        return Zone(known, Guess.KNOWN)
    if windows := _by_name(WINDOWS_TO_OLSON.get(name, "")):
        return Zone(windows, Guess.WINDOWS)
    if short := _by_name(_SHORT.get(name.upper(), "")):
        return Zone(short, Guess.SHORT)
    if prefixed := _behind_prefix(name):
        return Zone(prefixed, Guess.PREFIXED)
    if name in described:
        return Zone(described[name], Guess.DESCRIBED)
    if (offset := _offset(_OFFSET.match(name))) is not None:
        return Zone(offset, Guess.OFFSET)
    return Zone(fallback, Guess.UNKNOWN)


def described_zones(zones: Iterable[Block]) -> dict[str, dt.tzinfo]:
    """What VTIMEZONE parts tell of zones no other way leads to: a known name, or offsets and their changes.

    A zone whose changes are not those of every year stays unknown, and is told as such.
    """
    found: dict[str, dt.tzinfo] = {}
    for zone in zones:
        try:
            if (named := zone.only("TZID")) is not None:
                found[named.value.strip()] = _clock_of(zone)
        except ValueError:
            continue
    return found


def _clock_of(zone: Block) -> dt.tzinfo:
    """Raises: ValueError."""
    place = zone.only("X-LIC-LOCATION")
    if place and (known := _by_name(place.value.strip())):
        return known
    offsets = {line.value for part in zone.blocks for line in part.properties("TZOFFSETTO")}
    return dt.timezone(utc_offset(offsets.pop())) if len(offsets) == 1 else described(zone)


@cache
def _names() -> frozenset[str]:
    return frozenset(available_timezones())


def _by_name(name: str) -> dt.tzinfo | None:
    """Only names of the list: others are paths to files, in the mind of the library."""
    return ZoneInfo(name) if name in _names() else None


def _behind_prefix(name: str) -> dt.tzinfo | None:
    """`/vendor.example/20260101/Asia/Seoul`, `posix/Asia/Seoul`: the end of it, as long as it is a name."""
    parts = name.strip("/").split("/")[-4:]
    ends = ("/".join(parts[first:]) for first in range(len(parts)))
    return next((found for end in ends if "/" in end and (found := _by_name(end))), None)


def _offset(found: re.Match[str] | None) -> dt.tzinfo | None:
    try:
        return None if found is None else dt.timezone(ahead_of_utc(*found.groups()))
    except ValueError:
        return None
