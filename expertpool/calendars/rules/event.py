"""One session of one seat, as the expert's own calendar program will show it."""

import datetime as dt
import enum
import re
from dataclasses import dataclass
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from expertpool.availability.rules import Span
from expertpool.refusals import Invalid
from expertpool.words import words

_UID = re.compile(r"[A-Za-z0-9._@-]{8,200}")
# Letters that need no quoting in a header and no escape in a mailto: address.
_ADDRESS = re.compile(r"[A-Za-z0-9!$&'*+=_~.-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
# Control characters, line separators and lone surrogates: icalendar passes them on and other readers break.
UNWRITABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


class EventStatus(enum.StrEnum):
    """Held, agreed, or off. Source: RFC 5545 section 3.8.1.11."""

    TENTATIVE = "tentative"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


class Partstat(enum.StrEnum):
    """What the expert answered. Source: RFC 5545 section 3.2.12."""

    NEEDS_ACTION = "needs-action"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    TENTATIVE = "tentative"


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A mail address and the name shown beside it. Raises: Invalid with the field "address"."""

    address: str
    name: str

    def __post_init__(self) -> None:
        if not _ADDRESS.fullmatch(self.address):
            fault = words("Write an address such as name@example.org, without spaces or Korean letters.")
            raise Invalid(words("This mail address cannot be used."), fields={"address": fault})


@dataclass(frozen=True, slots=True)
class SeatEvent:
    """One session of one seat: one expert, one UID, for ever.

    `summary` and `location` are already in the reader's language and say nothing of the case: a general
    title, and a region or that the session is remote. `url` leads to a page behind sign-in. `sent_by` is the
    address of the official who acted for the desk, empty where the desk acted by itself.
    Units: start, end and changed_at are UTC; `tzid` is the zone the session is announced in; `sequence`
    counts what the calendar program must notice (RFC 5545 section 3.8.7.4), `revision` every change.
    Raises: ValueError, as all of this is made by the service and not typed by people.
    """

    uid: str
    sequence: int
    revision: int
    changed_at: dt.datetime
    start: dt.datetime
    end: dt.datetime
    tzid: str
    status: EventStatus
    organizer: Mailbox
    attendee: Mailbox
    partstat: Partstat
    summary: str
    location: str
    url: str
    sent_by: str = ""

    def __post_init__(self) -> None:
        Span(self.start, self.end)  # refuses local and naive instants and an end before the start
        ZoneInfo(self.tzid)
        if self.changed_at.utcoffset() != dt.timedelta(0):
            raise ValueError("changed_at is an aware UTC instant")
        if not _UID.fullmatch(self.uid):
            raise ValueError("a UID is random letters and digits, and says nothing")
        if self.sequence < 0 or self.revision < 0:
            raise ValueError("sequence and revision count from zero")
        _refuse_telling_url(self.url)


def _refuse_telling_url(url: str) -> None:
    """A calendar is copied to phones and providers: no token may ride in its links."""
    parts = urlsplit(url)
    plain = url.isascii() and url.isprintable() and " " not in url
    telling = parts.query or parts.fragment or parts.username or parts.password
    if not plain or telling or parts.scheme not in {"http", "https"}:
        raise ValueError("the link is a plain web address without a query")
