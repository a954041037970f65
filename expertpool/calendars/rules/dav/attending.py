"""What an expert's program may change in an assignment: the own answer, or the time as a proposal."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from expertpool.availability.rules.ics import MAIL_LIMITS, Block, Unreadable, scan
from expertpool.calendars.rules.arriving import address_of, comment_of, times_of
from expertpool.calendars.rules.dav.unfit import Precondition, Unfit
from expertpool.calendars.rules.event import EventStatus, Partstat, SeatEvent
from expertpool.calendars.rules.judging import Answer, may_be_proposed
from expertpool.calendars.rules.vcalendar import resource
from expertpool.refusals import Stale
from expertpool.words import words

# What programs write into events of others without being asked; none of it is kept.
_NOT_OURS = frozenset(
    {"DTSTAMP", "CREATED", "LAST-MODIFIED", "SEQUENCE", "COMMENT", "TRANSP", "CLASS", "PRIORITY", "STATUS"}
    | {"REQUEST-STATUS", "ACKNOWLEDGED", "CATEGORIES", "COLOR"}
)
_COMPARED_APART = frozenset({"DTSTART", "DTEND", "DURATION", "ATTENDEE", "ORGANIZER"})
_MAY_BE_MISSING = frozenset({"URL"})
_ANSWERS = {"ACCEPTED", "DECLINED", "TENTATIVE"}
_ESCAPE = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True)
class Same:
    """Nothing that matters changed."""


@dataclass(frozen=True, slots=True)
class OtherTime:
    """Another time for the session is proposed. Units: UTC."""

    start: dt.datetime
    end: dt.datetime
    comment: str = field(repr=False)


def read_change(data: bytes, *, told: SeatEvent, now: dt.datetime) -> Same | Answer | OtherTime:
    """What an expert changed in the event as it was told.

    Alarms and the private notes of programs are passed over: the event stays in our words.
    Raises: Unfit for any other change; Stale for a change of an older version.
    Source: RFC 6638 section 3.2.2.1; RFC 5546 section 3.2.7 for another time.
    """
    calendar, event = _one_event(data)
    as_told, ours = _one_event(resource(told))
    try:
        _check_version(event, told)
        _check_unchanged(event, ours, told)
        partstat = _own_partstat(event, told)
        start, end = times_of(calendar, event)
        before = times_of(as_told, ours)  # a calendar knows whole seconds only
        comment = comment_of(event)
    except (ValueError, OverflowError):
        raise Unfit(Precondition.VALID_DATA) from None
    if start is None or end is None:
        raise Unfit(Precondition.ALLOWED_CHANGE)
    if (start, end) != before:
        if told.status is EventStatus.CANCELLED or not may_be_proposed(start, end, now=now):
            raise Unfit(Precondition.ALLOWED_CHANGE)
        return OtherTime(start, end, comment)
    if partstat == told.partstat.upper():
        return Same()
    if partstat not in _ANSWERS or told.status is EventStatus.CANCELLED:
        raise Unfit(Precondition.ALLOWED_CHANGE)
    return Answer(Partstat(partstat.lower()), comment)


def _one_event(data: bytes) -> tuple[Block, Block]:
    try:
        calendars = scan(data, MAIL_LIMITS).calendars
    except Unreadable:
        raise Unfit(Precondition.VALID_DATA) from None
    events = [block for each in calendars for block in each.blocks if block.name != "VTIMEZONE"]
    if len(calendars) != 1 or len(events) != 1 or calendars[0].lines.get("METHOD"):
        raise Unfit(Precondition.VALID_OBJECT)
    if events[0].name != "VEVENT":
        raise Unfit(Precondition.SUPPORTED_COMPONENT)
    return calendars[0], events[0]


def _check_version(event: Block, told: SeatEvent) -> None:
    """A program that kept an old version would propose its old time."""
    written = event.only("SEQUENCE")
    if written is None or int(written.value) < told.sequence:
        raise Stale(words("The appointment changed meanwhile. Let your program read it again."))


def _check_unchanged(event: Block, ours: Block, told: SeatEvent) -> None:
    if any(block.name != "VALARM" and not block.name.startswith("X-") for block in event.blocks):
        raise Unfit(Precondition.ALLOWED_CHANGE)
    status = event.only("STATUS")
    cancels = status is not None and status.value.strip().upper() == "CANCELLED"
    if cancels and told.status is not EventStatus.CANCELLED:
        raise Unfit(Precondition.ALLOWED_CHANGE)
    theirs, kept = dict(_said(event)), dict(_said(ours))
    missing = kept.keys() - theirs.keys() - _MAY_BE_MISSING
    if missing or any(kept.get(name) != values for name, values in theirs.items()):
        raise Unfit(Precondition.ALLOWED_CHANGE)
    organizer = event.only("ORGANIZER")
    if organizer is None or address_of(organizer) != told.organizer.address.lower():
        raise Unfit(Precondition.ALLOWED_CHANGE)


def _said(event: Block) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What each property says in plain letters, without those that are compared apart or not at all."""
    for name in event.lines:
        if name in _NOT_OURS or name in _COMPARED_APART or name.startswith("X-"):
            continue
        said = (_ESCAPE.sub(_meant, each.value).strip() for each in event.properties(name))
        if filled := tuple(sorted(each for each in said if each)):
            yield name, filled


def _meant(escape: re.Match[str]) -> str:
    return "\n" if escape[1] in "nN" else escape[1]


def _own_partstat(event: Block, told: SeatEvent) -> str:
    """The answer of the one attendee; nobody can be added but the organizer, whom some programs list, too."""
    desk = told.organizer.address.lower()
    named = [each for each in event.properties("ATTENDEE") if address_of(each) != desk]
    if [address_of(each) for each in named] != [told.attendee.address.lower()]:
        raise Unfit(Precondition.ALLOWED_CHANGE)
    return named[0].parameters.get("PARTSTAT", "NEEDS-ACTION").upper()
