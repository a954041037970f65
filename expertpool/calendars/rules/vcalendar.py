"""Events as iCalendar bytes: invitations, cancellations and feeds. The same event gives the same bytes."""

import datetime as dt
import hashlib
from collections.abc import Iterable
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, FreeBusy, Timezone, vCalAddress, vDuration, vPeriod

from expertpool.availability.rules import SEOUL, Span, Spans
from expertpool.calendars.rules.event import UNWRITABLE, EventStatus, Mailbox, SeatEvent
from expertpool.calendars.rules.feeding import Shown
from expertpool.calendars.rules.revision import Method, method_of
from expertpool.refusals import WrongState
from expertpool.words import words

_PRODID = "-//expertpool//calendars//EN"
_ZONE_FROM, _ZONE_UNTIL = dt.date(2000, 1, 1), dt.date(2100, 1, 1)


def request(event: SeatEvent) -> bytes:
    """The message that invites to the event, or tells of its change.

    Raises: WrongState if the event is cancelled.
    Source: RFC 5546 section 3.2.2.
    """
    if method_of(event) is not Method.REQUEST:
        raise WrongState(words("This appointment was cancelled. Make a new one instead."))
    return _message(event, Method.REQUEST)


def cancel(event: SeatEvent) -> bytes:
    """The message that takes the event out of the calendar again.

    Raises: WrongState if the event is not cancelled.
    Source: RFC 5546 section 3.2.5.
    """
    if method_of(event) is not Method.CANCEL:
        raise WrongState(words("This appointment still stands. Cancel it first."))
    return _message(event, Method.CANCEL)


def decline_counter(event: SeatEvent, *, sequence: int, now: dt.datetime) -> bytes:
    """The message that declines a proposal of another time: what was told stands.

    Units: `sequence` is that of the proposal, which readers need to find it; `now` is UTC.
    Raises: WrongState if the event is cancelled: then CANCEL is the answer.
    Source: RFC 5546 section 3.2.8.
    """
    if event.status is EventStatus.CANCELLED:
        raise WrongState(words("This appointment was cancelled. Make a new one instead."))
    calendar = _calendar()
    calendar.add("method", "DECLINECOUNTER")
    vevent = Event()
    vevent.add("uid", event.uid)
    vevent.add("sequence", sequence)
    vevent.add("dtstamp", now.replace(microsecond=0))
    vevent.add("organizer", _organizer(event))
    vevent.add("attendee", _cal_address(event.attendee))
    calendar.add_component(vevent)
    return _written(calendar)


def resource(event: SeatEvent) -> bytes:
    """The event as it lies in a calendar its expert reads and answers in.

    Source: RFC 4791 section 4.1 (no METHOD), RFC 6638 section 3.1.
    """
    return _message(event, None)


def feed(events: Iterable[Shown], *, name: str, refresh: dt.timedelta) -> bytes:
    """A calendar to subscribe to; cancelled events say so, and which are still shown the caller decides.

    It names neither organizer nor attendee: the address that takes replies may carry a token, and a reader
    that sees both would offer to answer.
    Units: `refresh` is how often readers are asked to look again.
    Source: RFC 7986 sections 5.1 and 5.7.
    """
    ordered = sorted(events, key=lambda event: (event.start, event.uid))
    calendar = _published(name, refresh)
    # Seoul always: a calendar without any component is not one, and some readers refuse it.
    for tzid in sorted({SEOUL, *(event.tzid for event in ordered)}):
        _add_zone(calendar, tzid)
    for event in ordered:
        calendar.add_component(_vevent(event))
    return _written(calendar)


def free_busy(busy: Spans, *, window: Span, uid: str, name: str, refresh: dt.timedelta) -> bytes:
    """When somebody is busy within `window`, and nothing else: no titles, no places, no reasons.

    Shape: `busy` merged. It is stamped with the start of its window, so that looking changes no byte.
    Source: RFC 5545 section 3.6.4.
    """
    calendar = _published(name, refresh)
    taken = FreeBusy()
    taken.add("uid", uid)
    taken.add("dtstamp", window.start)
    taken.add("dtstart", window.start)
    taken.add("dtend", window.end)
    for span in busy:
        taken.add("freebusy", vPeriod((span.start, span.end)), parameters={"FBTYPE": "BUSY"})
    calendar.add_component(taken)
    return _written(calendar)


def strong_etag(body: bytes) -> str:
    """The validator of exactly these bytes. Source: RFC 9110 section 8.8.3."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def _message(event: SeatEvent, method: Method | None) -> bytes:
    calendar = _calendar()
    if method is not None:
        calendar.add("method", method.value)
    _add_zone(calendar, event.tzid)
    vevent = _vevent(event)
    vevent.add("organizer", _organizer(event))
    attendee = _cal_address(event.attendee)
    attendee.params["CUTYPE"] = "INDIVIDUAL"
    attendee.params["ROLE"] = "REQ-PARTICIPANT"
    attendee.params["PARTSTAT"] = event.partstat.upper()
    if event.status is not EventStatus.CANCELLED:
        attendee.params["RSVP"] = "TRUE"
    vevent.add("attendee", attendee)
    calendar.add_component(vevent)
    return _written(calendar)


def _written(calendar: Calendar) -> bytes:
    body: bytes = calendar.to_ical()
    return body


def _published(name: str, refresh: dt.timedelta) -> Calendar:
    calendar = _calendar()
    calendar.add("name", _one_line(name))
    calendar.add("x-wr-calname", _one_line(name))
    calendar.add("refresh-interval", refresh, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(refresh))
    return calendar


def _calendar() -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", _PRODID)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    return calendar


def _vevent(event: Shown) -> Event:
    cancelled = event.status is EventStatus.CANCELLED
    vevent = Event()
    vevent.add("uid", event.uid)
    vevent.add("sequence", event.sequence)
    vevent.add("dtstamp", event.changed_at)
    vevent.add("last-modified", event.changed_at)
    vevent.add("dtstart", _announced(event.start, event.tzid))
    vevent.add("dtend", _announced(event.end, event.tzid))
    vevent.add("status", event.status.upper())
    vevent.add("transp", "TRANSPARENT" if cancelled else "OPAQUE")
    vevent.add("class", "PRIVATE")
    vevent.add("summary", _one_line(event.summary))
    vevent.add("location", _one_line(event.location))
    vevent.add("url", event.url)
    return vevent


def _announced(instant: dt.datetime, tzid: str) -> dt.datetime:
    """The instant as it is written: local where the zone can be described, else UTC."""
    return instant if _zone(tzid) is None else instant.astimezone(ZoneInfo(tzid))


def _add_zone(calendar: Calendar, tzid: str) -> None:
    zone = _zone(tzid)
    if zone is not None:
        calendar.add_component(zone)


@lru_cache(maxsize=64)
def zone_text(tzid: str) -> bytes:
    """How times of a zone are written: its description, or nothing where they are written in UTC."""
    zone = _zone(tzid)
    return b"" if zone is None else zone.to_ical()


@lru_cache(maxsize=64)
def _zone(tzid: str) -> Timezone | None:
    """The description of a zone whose clocks do not change, none for others.

    For zones that change, icalendar 7.3 writes the onset of summer time by the clock that is already put
    forward, an hour late for readers that keep to RFC 5545 section 3.6.5.
    """
    zone = Timezone.from_tzid(tzid, first_date=_ZONE_FROM, last_date=_ZONE_UNTIL)
    zone.pop("COMMENT", None)
    return zone if len(zone.subcomponents) == 1 else None


def _organizer(event: SeatEvent) -> vCalAddress:
    """The desk, and who acted for it. Source: RFC 5545 section 3.2.18."""
    address = _cal_address(event.organizer)
    if event.sent_by:
        address.params["SENT-BY"] = f"mailto:{event.sent_by}"
    return address


def _cal_address(mailbox: Mailbox) -> vCalAddress:
    address = vCalAddress(f"mailto:{mailbox.address}")
    # A parameter knows no backslash, and a reader that takes it for an escape loses the parameters after it.
    address.params["CN"] = _one_line(mailbox.name).replace("\\", " ")
    return address


def _one_line(text: str) -> str:
    return UNWRITABLE.sub(" ", text)
