"""An event that an expert's program writes into the calendar of busy times."""

import datetime as dt
import re
from collections.abc import Collection
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from expertpool.availability.rules import Span
from expertpool.availability.rules.ics import Block, Limits, Skip, Skipped, Unreadable, scan
from expertpool.availability.rules.ics.rule import LeftOut
from expertpool.availability.rules.ics.series import Found, Setting, length_of, moment_of
from expertpool.availability.rules.ics.zones import described_zones
from expertpool.calendars.rules.dav.unfit import Precondition, Unfit

ENTRY_LIMITS = Limits(size=2**20, line=64 * 2**10, parts=500, lines=500, depth=4)
MOST_TIMES_OF_ONE = 2_000
_LONGEST_UID = 255
_FIRST, _LAST = dt.datetime(1970, 1, 1, tzinfo=dt.UTC), dt.datetime(2200, 1, 1, tzinfo=dt.UTC)
# XML cannot carry these back, and no calendar needs them.
_UNCARRIED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_TAKES_NO_TIME = frozenset({Skip.CANCELLED, Skip.FREE, Skip.WHOLE_DAY_FREE, Skip.OURS, Skip.NO_LENGTH})
_BROKEN = frozenset({Skip.NO_START, Skip.BROKEN, Skip.RULE_BROKEN, Skip.OTHER_KIND})


@dataclass(frozen=True, slots=True)
class Entry:
    """One event with its repetitions, as far as it has to be found again. `extent_end` is none if it repeats.

    Units: UTC.
    """

    uid: str
    extent_start: dt.datetime
    extent_end: dt.datetime | None

    @property
    def repeats(self) -> bool:
        return self.extent_end is None


def read_entry(data: bytes, *, tz: str) -> Entry:
    """The event in what a program sent. `tz` is the clock of times that name none.

    Raises: Unfit.
    Source: RFC 4791 sections 4.1 and 5.3.2.1.
    """
    blocks, calendar = _events(data)
    uid = _one_uid(blocks)
    span = Span(_FIRST, _FIRST + dt.timedelta(days=1))  # only starts and lengths are read: any window will do
    zones = described_zones(block for block in calendar.blocks if block.name == "VTIMEZONE")
    setting = Setting(span, zones, ZoneInfo(tz))
    try:
        extents = [_extent(block, setting) for block in blocks]
    except (ValueError, OverflowError):
        raise Unfit(Precondition.VALID_DATA) from None
    start, end = min(each[0] for each in extents), max(each[1] for each in extents)
    if not _FIRST <= start <= end < _LAST:
        raise Unfit(Precondition.MIN_DATE)
    repeats = any(block.lines.get(name) for block in blocks for name in ("RRULE", "RDATE"))
    return Entry(uid, start, None if repeats else end)


def check_worked_out(skipped: Collection[Skipped], times: int) -> None:
    """Refuse an event whose times are not known: it would show time as free that is not. Raises: Unfit."""
    whys = {each.why for each in skipped} - _TAKES_NO_TIME
    if whys & _BROKEN:
        raise Unfit(Precondition.VALID_DATA)
    if whys or times > MOST_TIMES_OF_ONE:
        raise Unfit(Precondition.MAX_INSTANCES)


def _events(data: bytes) -> tuple[list[Block], Block]:
    if len(data) > ENTRY_LIMITS.size:
        raise Unfit(Precondition.MAX_SIZE)
    try:
        text = data.decode()
        calendars = scan(data, ENTRY_LIMITS).calendars
    except (UnicodeDecodeError, Unreadable):
        raise Unfit(Precondition.VALID_DATA) from None
    if _UNCARRIED.search(text):
        raise Unfit(Precondition.VALID_DATA)
    if len(calendars) != 1 or calendars[0].lines.get("METHOD"):
        raise Unfit(Precondition.VALID_OBJECT)
    blocks = [block for block in calendars[0].blocks if block.name != "VTIMEZONE"]
    if any(block.name != "VEVENT" for block in blocks):
        raise Unfit(Precondition.SUPPORTED_COMPONENT)
    return blocks, calendars[0]


def _one_uid(blocks: list[Block]) -> str:
    try:
        named = [block.only("UID") for block in blocks]
        masters = sum(block.only("RECURRENCE-ID") is None for block in blocks)
    except ValueError:
        raise Unfit(Precondition.VALID_DATA) from None
    uids = {each.value.strip() if each is not None else "" for each in named}
    uid = uids.pop() if len(uids) == 1 else ""
    if masters > 1 or not 0 < len(uid) <= _LONGEST_UID:
        raise Unfit(Precondition.VALID_OBJECT)
    return uid


def _extent(block: Block, setting: Setting) -> tuple[dt.datetime, dt.datetime]:
    """Raises: ValueError, OverflowError."""
    written = block.only("DTSTART")
    if written is None:
        raise ValueError("an event begins at some time")
    found = Found()
    start = moment_of(written, setting, found)
    try:
        length = length_of(block, start, setting, found)
    except LeftOut:
        length = dt.timedelta()
    end = start.moved(start.wall + length).instant if start.whole_day else start.instant + length
    return start.instant, end
