"""From a calendar file to busy times, series by series."""

from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from expertpool.availability.rules.ics.scan import FILE_LIMITS, Block, Scanned, scan
from expertpool.availability.rules.ics.series import Entry, Found, Setting, read_series
from expertpool.availability.rules.ics.told import Note, Noted, Skip, Skipped
from expertpool.availability.rules.ics.zones import Guess, described_zones, zone_of
from expertpool.availability.rules.spans import Span

_LONGEST_UID = 255
_SILENT = {"VTIMEZONE", "VALARM"}


@dataclass(frozen=True, slots=True)
class Series:
    """The entries of one UID and what they share with the calendar they stand in."""

    entries: tuple[Entry, ...]
    setting: Setting

    def read(self) -> Found:
        return read_series(self.entries, self.setting)

    def left_out(self, why: Skip) -> list[Skipped]:
        """All of its entries, for one reason that is not in the file."""
        return [Skipped(entry.place, entry.uid, why) for entry in self.entries]


@dataclass(frozen=True, slots=True)
class Divided:
    """A file taken apart: what repeats together, and what was seen on the way."""

    series: tuple[Series, ...]
    skipped: tuple[Skipped, ...]
    notes: tuple[Noted, ...]


def divide(data: bytes, *, window: Span, tz: str) -> Divided:
    """The series of a file in the order in which they begin; nothing is worked out yet.

    `tz` is the clock of times that name none, unless the calendar says whose clock it keeps.
    Raises: Unreadable.
    """
    scanned = scan(data, FILE_LIMITS)
    series: list[Series] = []
    skipped: list[Skipped] = []
    first = 1
    for calendar in scanned.calendars:
        setting = _setting(calendar, window, tz)
        groups: dict[str, list[Entry]] = {}
        for place, block in enumerate(calendar.blocks, start=first):
            if block.name == "VEVENT":
                entry = Entry(place, _uid(block), block)
                groups.setdefault(entry.uid or f"#{place}", []).append(entry)
            elif block.name not in _SILENT:
                skipped.append(Skipped(place, _uid(block), Skip.OTHER_KIND))
        series += (Series(tuple(entries), setting) for entries in groups.values())
        first += len(calendar.blocks)
    return Divided(tuple(series), tuple(skipped), tuple(_notes(scanned)))


def _notes(scanned: Scanned) -> Iterator[Noted]:
    if scanned.korean_code:
        yield Noted(Note.KOREAN_CODE)


def _uid(block: Block) -> str:
    try:
        written = block.properties("UID")
    except ValueError:
        return ""
    return written[0].value.strip()[:_LONGEST_UID] if written else ""


def _setting(calendar: Block, window: Span, tz: str) -> Setting:
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
    return Setting(window, zones, floating)
