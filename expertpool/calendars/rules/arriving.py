"""Reading what a calendar program sent back. Hostile input gives a fault, never an error."""

import datetime as dt
import enum
import re
from dataclasses import dataclass, field
from urllib.parse import unquote

from expertpool.availability.rules.ics import MAIL_LIMITS, Block, Unreadable, scan
from expertpool.availability.rules.ics.scan import Property
from expertpool.availability.rules.ics.values import date_or_time, duration
from expertpool.availability.rules.ics.zones import Guess, described_zones, zone_of
from expertpool.calendars.rules.event import UNWRITABLE

MOST_CHARACTERS = 500  # of a comment; what is longer is cut
_LONGEST_UID = 255
_LONGEST_ADDRESS = 254  # RFC 5321 section 4.5.3.1.3, without the angle brackets
_ESCAPE = re.compile(r"\\(.)")
_SEQUENCE = re.compile(r"[0-9]{1,9}")


class Flaw(enum.StrEnum):
    """Why a calendar part says nothing that can be judged."""

    UNREADABLE = "unreadable"
    NOT_ONE_EVENT = "not_one_event"
    INCOMPLETE = "incomplete"
    FOREIGN_METHOD = "foreign_method"
    ONE_OF_MANY = "one_of_many"


class Answering(enum.StrEnum):
    """What an attendee's program may send. Source: RFC 5546 sections 3.2.3, 3.2.6 and 3.2.7."""

    REPLY = "REPLY"
    COUNTER = "COUNTER"
    REFRESH = "REFRESH"


@dataclass(frozen=True, slots=True)
class Attendee:
    """Who is named as attendee, in small letters, and the PARTSTAT in capitals."""

    address: str
    partstat: str


@dataclass(frozen=True, slots=True)
class Arrived:
    """An answer as it was written; nothing of it is believed yet.

    `organizer` is empty where the program left it out. `start` and `end` are the times a COUNTER proposes,
    none where they cannot be told for certain: a whole day, or a clock nobody knows.
    Units: UTC.
    """

    method: Answering
    uid: str
    sequence: int
    dtstamp: dt.datetime
    organizer: str
    attendees: tuple[Attendee, ...]
    start: dt.datetime | None = None
    end: dt.datetime | None = None
    comment: str = field(default="", repr=False)


class _Flawed(Exception):
    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw.value)
        self.flaw = flaw


def read_part(data: bytes) -> Arrived | Flaw:
    """The answer in a calendar part, or what is wrong with the part. Never raises.

    SUMMARY, LOCATION and, in a REPLY, the times are not looked at: programs change them at will.
    """
    try:
        return _read(data)
    except _Flawed as flawed:
        return flawed.flaw
    except Unreadable:
        return Flaw.UNREADABLE
    except Exception:  # the library has its own ideas of what to raise, and strangers choose the input
        return Flaw.INCOMPLETE


def _read(data: bytes) -> Arrived:
    calendars = scan(data, MAIL_LIMITS).calendars
    if len(calendars) != 1:
        raise _Flawed(Flaw.NOT_ONE_EVENT)
    method = _method(calendars[0])
    event = _event(calendars[0])
    if event.properties("RECURRENCE-ID"):
        raise _Flawed(Flaw.ONE_OF_MANY)
    start, end = times_of(calendars[0], event) if method is Answering.COUNTER else (None, None)
    organizer = event.only("ORGANIZER")
    return Arrived(
        method=method,
        uid=_uid(event),
        sequence=_sequence(event),
        dtstamp=_dtstamp(event),
        organizer=address_of(organizer) if organizer else "",
        attendees=tuple(
            Attendee(address_of(each), each.parameters.get("PARTSTAT", "NEEDS-ACTION").upper())
            for each in event.properties("ATTENDEE")
        ),
        start=start,
        end=end,
        comment=comment_of(event),
    )


def _method(calendar: Block) -> Answering:
    written = calendar.only("METHOD")
    if written is None:
        raise _Flawed(Flaw.INCOMPLETE)
    try:
        return Answering(written.value.strip().upper())
    except ValueError:
        raise _Flawed(Flaw.FOREIGN_METHOD) from None


def _event(calendar: Block) -> Block:
    parts = [block for block in calendar.blocks if block.name != "VTIMEZONE"]
    if len(parts) != 1 or parts[0].name != "VEVENT":
        raise _Flawed(Flaw.NOT_ONE_EVENT)
    return parts[0]


def _needed(event: Block, name: str) -> Property:
    found = event.only(name)
    if found is None:
        raise _Flawed(Flaw.INCOMPLETE)
    return found


def _uid(event: Block) -> str:
    uid = _needed(event, "UID").value.strip()
    if not 0 < len(uid) <= _LONGEST_UID:
        raise _Flawed(Flaw.INCOMPLETE)
    return uid


def _sequence(event: Block) -> int:
    """Left out it is zero. Source: RFC 5546 section 2.1.4."""
    written = event.only("SEQUENCE")
    if written is None:
        return 0
    if not _SEQUENCE.fullmatch(written.value.strip()):
        raise _Flawed(Flaw.INCOMPLETE)
    return int(written.value)


def _dtstamp(event: Block) -> dt.datetime:
    stamp = date_or_time(_needed(event, "DTSTAMP").value)
    if not isinstance(stamp, dt.datetime) or stamp.tzinfo is None:
        raise _Flawed(Flaw.INCOMPLETE)
    return stamp


def address_of(written: Property) -> str:
    """Whom a property names, as addresses are compared."""
    scheme, _, rest = written.value.strip().partition(":")
    address = unquote(rest) if scheme.lower() == "mailto" else written.parameters.get("EMAIL", "")
    return plain_address(address)


def plain_address(address: str) -> str:
    """An address as it is compared: small letters; empty if it cannot be one."""
    plain = address.strip().lower()
    return plain if "@" in plain and len(plain) <= _LONGEST_ADDRESS and not UNWRITABLE.search(plain) else ""


def comment_of(event: Block) -> str:
    """What the attendee wrote beside the answer, on one line. Raises: ValueError."""
    said = " ".join(_ESCAPE.sub(_meant, each.value) for each in event.properties("COMMENT"))
    return " ".join(UNWRITABLE.sub(" ", said).split())[:MOST_CHARACTERS]


def _meant(escape: re.Match[str]) -> str:
    """Source: RFC 5545 section 3.3.11."""
    return " " if escape[1] in "nN" else escape[1]


def times_of(calendar: Block, event: Block) -> tuple[dt.datetime | None, dt.datetime | None]:
    """Start and end, none where they cannot be told for certain. Raises: ValueError. Units: UTC."""
    zones = described_zones(block for block in calendar.blocks if block.name == "VTIMEZONE")
    start = _instant(event.only("DTSTART"), zones)
    if written := event.only("DURATION"):
        return start, None if start is None else start + duration(written.value)
    return start, _instant(event.only("DTEND"), zones)


def _instant(written: Property | None, zones: dict[str, dt.tzinfo]) -> dt.datetime | None:
    if written is None:
        return None
    time = date_or_time(written.value)
    if not isinstance(time, dt.datetime):
        return None
    if time.tzinfo is not None:
        return time
    zone = zone_of(written.parameters.get("TZID", ""), zones, fallback=dt.UTC)
    return None if zone.guess is Guess.UNKNOWN else time.replace(tzinfo=zone.clock).astimezone(dt.UTC)
