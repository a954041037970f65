"""The times one entry takes: itself, its repetitions, and the changes to single ones of them."""

import datetime as dt
import enum
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain
from zoneinfo import ZoneInfo

from expertpool.availability.rules.ics.rule import FIRST_YEAR, YEARS_AHEAD, LeftOut, Rule, vetted
from expertpool.availability.rules.ics.scan import Block, Property
from expertpool.availability.rules.ics.told import Note, Noted, Skip, Skipped
from expertpool.availability.rules.ics.values import date_or_time, duration
from expertpool.availability.rules.ics.zones import Guess, zone_of
from expertpool.availability.rules.spans import Span

MOST_TIMES = 20_000
MOST_DATES = 2_000
LONGEST = dt.timedelta(days=366)
_MIDNIGHT = dt.time()
_DAY = dt.timedelta(days=1)
_DAY_WRITTEN = re.compile(r":\s*((?:19|20)\d\d[01]\d[0-3]\d)(?:T|\s*$)")


class WholeDays(enum.StrEnum):
    """How entries that last whole days are read: programs differ in whether they mark them as free."""

    AS_MARKED = "as_marked"
    ALWAYS = "always"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Setting:
    """What all entries of a calendar share. `floating` is the clock of times that name none."""

    window: Span
    zones: dict[str, dt.tzinfo]
    floating: ZoneInfo
    whole_days: WholeDays = WholeDays.AS_MARKED


@dataclass(frozen=True, slots=True)
class Entry:
    """An appointment of the file. Units: `place` counts from one."""

    place: int
    uid: str
    block: Block

    @property
    def on(self) -> str:
        """The day on which it first begins as it is written, or nothing; nothing here can be broken."""
        written = _DAY_WRITTEN.search(self.block.lines.get("DTSTART", [""])[0])
        return written[1] if written else ""

    def left_out(self, why: Skip) -> Skipped:
        return Skipped(self.place, self.uid, why, self.on)


@dataclass(slots=True)
class Found:
    """What one series came to."""

    busy: list[Span] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    notes: list[Noted] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Moment:
    """A start as written: the wall time, its clock, whether it is a whole day, and the length where it has
    one of its own."""

    wall: dt.datetime
    zone: dt.tzinfo
    whole_day: bool
    lasts: dt.timedelta | None = None

    @property
    def instant(self) -> dt.datetime:
        return self.wall.replace(tzinfo=self.zone).astimezone(dt.UTC)

    def moved(self, wall: dt.datetime) -> "Moment":
        return Moment(wall, self.zone, self.whole_day)


@dataclass(slots=True)
class _Gone:
    """Times that do not take place, or elsewhere. A day stands for all that starts on it, and a whole day is
    also named by some instant on it: programs mix the two."""

    instants: set[dt.datetime] = field(default_factory=set)
    days: set[dt.date] = field(default_factory=set)
    mentioned: set[dt.date] = field(default_factory=set)

    def add(self, moment: Moment) -> None:
        self.mentioned.add(moment.wall.date())
        if moment.whole_day:
            self.days.add(moment.wall.date())
        else:
            self.instants.add(moment.instant)

    def __contains__(self, moment: Moment) -> bool:
        if moment.whole_day:
            return moment.wall.date() in self.mentioned
        return moment.wall.date() in self.days or moment.instant in self.instants


def read_series(entries: Iterable[Entry], setting: Setting) -> Found:
    """The busy times of all entries of one UID. What one of them lacks costs that one."""
    found = Found()
    masters: list[Entry] = []
    changes: list[Entry] = []
    gone = _Gone()
    for entry in entries:
        try:
            change = entry.block.only("RECURRENCE-ID")
            if change is not None:
                gone.add(moment_of(change, setting, found))
                if change.parameters.get("RANGE") == "THISANDFUTURE":
                    found.notes.append(Noted(Note.REST_UNCHANGED))
            (masters if change is None else changes).append(entry)
        except (ValueError, OverflowError):
            found.skipped.append(entry.left_out(Skip.BROKEN))
    for entry in masters:
        _add(entry, setting, gone, found)
    for entry in changes:
        _add(entry, setting, _Gone(), found)
    return found


def _add(entry: Entry, setting: Setting, replaced: _Gone, found: Found) -> None:
    try:
        found.busy += _times(entry.block, setting, replaced, found)
    except LeftOut as left:
        found.skipped.append(entry.left_out(left.why))
    except (ValueError, OverflowError, TypeError, IndexError):  # what dateutil says to odd rules, too
        found.skipped.append(entry.left_out(Skip.BROKEN))


def _times(block: Block, setting: Setting, replaced: _Gone, found: Found) -> list[Span]:
    """Raises: LeftOut, ValueError, OverflowError."""
    _refuse_cancelled(block)
    _refuse_many_dates(block)
    written = block.only("DTSTART")
    if written is None:
        raise LeftOut(Skip.NO_START)
    start = moment_of(written, setting, found)
    whole_day = start.whole_day or _is_marked_whole(block, start)
    _refuse_free(block, whole_day, setting)
    length = length_of(block, start, setting, found)
    if whole_day:
        always = setting.whole_days is WholeDays.ALWAYS
        found.notes.append(Noted(Note.WHOLE_DAY_ALWAYS if always else Note.WHOLE_DAY))
    way = _way_there(block)
    gone = _Gone()
    for moment in _listed("EXDATE", block, setting, found):
        gone.add(moment)
    spans = []
    for moment in _moments(block, start, length, setting, found):
        if moment in gone or moment in replaced:
            continue
        span = _span(moment, moment.lasts or length, way)
        if span.overlaps(setting.window):
            spans.append(span)
        if len(spans) > MOST_TIMES:
            raise LeftOut(Skip.TOO_MANY_TIMES)
    return spans


def _refuse_cancelled(block: Block) -> None:
    status = block.only("STATUS")
    if status is not None and status.value.strip().upper() == "CANCELLED":
        raise LeftOut(Skip.CANCELLED)


def _refuse_many_dates(block: Block) -> None:
    lines = (*block.lines.get("RDATE", ()), *block.lines.get("EXDATE", ()))
    if sum(line.count(",") + 1 for line in lines) > MOST_DATES:
        raise LeftOut(Skip.TOO_MANY_DATES)


def _refuse_free(block: Block, whole_day: bool, setting: Setting) -> None:
    marked = _is_marked_free(block)
    if whole_day and setting.whole_days is WholeDays.NEVER:
        raise LeftOut(Skip.WHOLE_DAY_FREE)
    if marked and not (whole_day and setting.whole_days is WholeDays.ALWAYS):
        raise LeftOut(Skip.FREE)


def _is_marked_whole(block: Block, start: Moment) -> bool:
    """Whether a time from midnight stands for a whole day, as Exchange writes them."""
    mark = block.only("X-MICROSOFT-CDO-ALLDAYEVENT")
    return mark is not None and mark.value.strip().upper() == "TRUE" and start.wall.time() == _MIDNIGHT


def _is_marked_free(block: Block) -> bool:
    """TRANSP decides; the mark of Outlook counts only without it, as other programs keep it unread."""
    common, own = block.only("TRANSP"), block.only("X-MICROSOFT-CDO-BUSYSTATUS")
    if common is not None:
        return common.value.strip().upper() == "TRANSPARENT"
    return own is not None and own.value.strip().upper() == "FREE"


def _moments(
    block: Block, start: Moment, length: dt.timedelta, setting: Setting, found: Found
) -> Iterator[Moment]:
    """The first time, those of the rules, and the listed ones; some may come twice."""
    rules = [vetted(each.value) for each in block.properties("RRULE")]
    listed = list(_listed("RDATE", block, setting, found))
    if len(rules) > 2:
        raise LeftOut(Skip.TOO_MANY_RULES)
    if not rules:
        return chain([start], listed)
    ahead = setting.window.end.year + YEARS_AHEAD
    if not FIRST_YEAR <= start.wall.year <= ahead:
        raise LeftOut(Skip.RULE_TOO_OLD)
    if any(rule.count_cut for rule in rules):
        found.notes.append(Noted(Note.COUNT_CUT))
    return chain([start], listed, *(_repeated(rule, start, length, setting) for rule in rules))


def _repeated(rule: Rule, start: Moment, length: dt.timedelta, setting: Setting) -> Iterator[Moment]:
    first = setting.window.start - length - _DAY
    window = tuple(
        each.astimezone(start.zone).replace(tzinfo=None) for each in (first, setting.window.end + _DAY)
    )
    walls = rule.starts(start.wall, (window[0], window[1]), start.zone)
    return (start.moved(wall) for wall in walls if wall >= window[0])


def _listed(name: str, block: Block, setting: Setting, found: Found) -> Iterator[Moment]:
    """The single dates of RDATE or EXDATE; a period has a length of its own. Source: RFC 5545 section
    3.8.5.2."""
    for written in block.properties(name):
        for value in written.value.split(","):
            first, _, last = value.partition("/")
            start = moment_of(replace(written, value=first), setting, found)
            if last.lstrip("+-")[:1] == "P":
                start = replace(start, lasts=_checked(duration(last)))
            elif last:
                end = moment_of(replace(written, value=last), setting, found)
                start = replace(start, lasts=_checked(_between(start, end)))
            yield start


def moment_of(written: Property, setting: Setting, found: Found) -> Moment:
    value = date_or_time(written.value)
    if not isinstance(value, dt.datetime):
        return Moment(dt.datetime.combine(value, _MIDNIGHT), setting.floating, whole_day=True)
    if value.tzinfo is not None:
        return Moment(value.replace(tzinfo=None), dt.UTC, whole_day=False)
    tzid = written.parameters.get("TZID", "")
    if not tzid:
        found.notes.append(Noted(Note.NO_ZONE, setting.floating.key))
        return Moment(value, setting.floating, whole_day=False)
    zone = zone_of(tzid, setting.zones, fallback=setting.floating)
    if zone.guess is not Guess.KNOWN:
        unknown = zone.guess is Guess.UNKNOWN
        found.notes.append(Noted(Note.ZONE_UNKNOWN if unknown else Note.ZONE_GUESSED, tzid[:80]))
    return Moment(value, zone.clock, whole_day=False)


def length_of(block: Block, start: Moment, setting: Setting, found: Found) -> dt.timedelta:
    """Whole days in days, all else in real time; a whole day without an end is one day long."""
    end, lasts = block.only("DTEND"), block.only("DURATION")
    if end is not None:
        length = _between(start, moment_of(end, setting, found))
    else:
        length = dt.timedelta() if lasts is None else duration(lasts.value)
    if start.whole_day and not length:  # also told by some programs as ending on the day it begins
        return _DAY
    return _checked(length)


def _between(start: Moment, end: Moment) -> dt.timedelta:
    if end.whole_day is not start.whole_day:
        raise ValueError("one end is a day, the other an instant")
    return end.wall - start.wall if start.whole_day else end.instant - start.instant


def _checked(length: dt.timedelta) -> dt.timedelta:
    if length <= dt.timedelta():
        raise LeftOut(Skip.NO_LENGTH)
    if length > LONGEST:
        raise LeftOut(Skip.TOO_LONG)
    return length


def _way_there(block: Block) -> dt.timedelta:
    """The way to an appointment as Apple tells it, up to a day; no reason to lose an entry."""
    try:
        written = block.only("X-APPLE-TRAVEL-DURATION")
        way = dt.timedelta() if written is None else duration(written.value)
    except ValueError:
        return dt.timedelta()
    return way if dt.timedelta() < way <= _DAY else dt.timedelta()


def _span(moment: Moment, length: dt.timedelta, way: dt.timedelta) -> Span:
    if moment.whole_day:
        return Span(moment.instant, moment.moved(moment.wall + length).instant)
    return Span(moment.instant - way, moment.instant + length)
