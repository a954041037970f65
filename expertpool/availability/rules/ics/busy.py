"""From calendar files to busy times, series by series."""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from zoneinfo import ZoneInfo

from expertpool.availability.rules.ics.offered import read_availability, read_free_busy
from expertpool.availability.rules.ics.scan import FILE_LIMITS, Block, Unreadable, scan
from expertpool.availability.rules.ics.series import Entry, Found, Setting, WholeDays, read_series
from expertpool.availability.rules.ics.told import Note, Noted, Skip, Skipped
from expertpool.availability.rules.ics.values import duration
from expertpool.availability.rules.ics.zones import Guess, described_zones, zone_of
from expertpool.availability.rules.spans import Span

_LONGEST_UID = 255
_SILENT = {"VTIMEZONE", "VALARM"}
_OUR_NUMBER = re.compile(r"(?:[a-z0-9-]{1,40}-)?[0-9a-f]{32}")  # invitations, and hours taken home


@dataclass(frozen=True, slots=True)
class Series:
    """The entries of one UID, or all that tell when time is offered: those speak about each other."""

    entries: tuple[Entry, ...]
    setting: Setting

    def read(self) -> Found:
        return _READERS[self.entries[0].block.name](self.entries, self.setting)


@dataclass(frozen=True, slots=True)
class Divided:
    """A file taken apart: what repeats together, what was seen on the way, and how often to look again."""

    series: tuple[Series, ...]
    skipped: tuple[Skipped, ...]
    notes: tuple[Noted, ...]
    every: dt.timedelta | None


def divide(
    *files: bytes,
    window: Span,
    tz: str,
    whole_days: WholeDays = WholeDays.AS_MARKED,
    own_domain: str = "",
) -> Divided:
    """The series of a calendar in the order in which they begin; nothing is worked out yet.

    A server may tell each entry in a file of its own; then one that cannot be read costs itself alone.
    `tz` is the clock of times that name none, unless the calendar says whose clock it keeps. `own_domain`
    is where our own appointments come from: they come back in the calendars of those who accepted them.
    Raises: Unreadable if no file can be read.
    """
    skipped: list[Skipped] = []
    calendars: list[Block] = []
    korean_code = False
    for place, data in enumerate(files, start=1):
        try:
            scanned = scan(data, FILE_LIMITS)
        except Unreadable:
            if len(skipped) == len(files) - 1:
                raise
            skipped.append(Skipped(place, "", Skip.BROKEN))
            continue
        calendars += scanned.calendars
        korean_code = korean_code or scanned.korean_code
    series: list[Series] = []
    first = 1
    for calendar in calendars:
        series += _series(calendar, first, _setting(calendar, window, tz, whole_days), own_domain, skipped)
        first += len(calendar.blocks)
    notes = (Noted(Note.KOREAN_CODE),) if korean_code else ()
    return Divided(tuple(series), tuple(skipped), notes, _every(calendars))


def _series(
    calendar: Block, first: int, setting: Setting, own_domain: str, skipped: list[Skipped]
) -> Iterator[Series]:
    """What repeats together. Units: `first` is the place of the first entry."""
    groups: dict[str, list[Entry]] = {}
    for place, block in enumerate(calendar.blocks, start=first):
        entry = Entry(place, _uid(block), block)
        if block.name in _SILENT:
            continue
        if block.name not in _READERS:
            skipped.append(entry.left_out(Skip.OTHER_KIND))
        elif own_domain and _is_ours(entry.uid, own_domain):
            skipped.append(entry.left_out(Skip.OURS))
        else:
            groups.setdefault(_group(entry), []).append(entry)
    return (Series(tuple(entries), setting) for entries in groups.values())


def _group(entry: Entry) -> str:
    if entry.block.name == "VAVAILABILITY":
        return entry.block.name
    return f"{entry.block.name} {entry.uid or entry.place}"


def _is_ours(uid: str, domain: str) -> bool:
    number, _, place = uid.partition("@")
    return place.lower() == domain.lower() and _OUR_NUMBER.fullmatch(number) is not None


def _every(calendars: Iterable[Block]) -> dt.timedelta | None:
    """How often the calendar wants to be looked at. Source: RFC 7986 section 5.7, and what came before."""
    for name in ("REFRESH-INTERVAL", "X-PUBLISHED-TTL"):
        for calendar in calendars:
            try:
                if written := calendar.only(name):
                    return duration(written.value)
            except ValueError:
                continue
    return None


def _uid(block: Block) -> str:
    try:
        written = block.properties("UID")
    except ValueError:
        return ""
    return written[0].value.strip()[:_LONGEST_UID] if written else ""


def _setting(calendar: Block, window: Span, tz: str, whole_days: WholeDays) -> Setting:
    zones = described_zones(block for block in calendar.blocks if block.name == "VTIMEZONE")
    floating = ZoneInfo(tz)
    try:
        named = calendar.properties("X-WR-TIMEZONE")
    except ValueError:
        named = []
    if named:
        zone = zone_of(named[0].value, {}, fallback=floating)
        if zone.guess is not Guess.UNKNOWN and isinstance(zone.clock, ZoneInfo):
            floating = zone.clock
    return Setting(window, zones, floating, whole_days)


_READERS: Mapping[str, Callable[[tuple[Entry, ...], Setting], Found]] = MappingProxyType(
    {"VEVENT": read_series, "VFREEBUSY": read_free_busy, "VAVAILABILITY": read_availability}
)
