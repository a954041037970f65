"""What DAV says no to, by the names its standards give, and a sentence for people who read a log."""

import enum
from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType

from expertpool.availability.rules.xml import CALDAV, DAV
from expertpool.words import Words, words


class Precondition(enum.StrEnum):
    """The condition that was not met. Source: RFC 4791 section 5.3.2.1, RFC 6638 section 3.2.4, RFC 6578
    section 3.2, RFC 3744 section 7.1.1, RFC 4331 section 6, RFC 4918 section 16."""

    SUPPORTED_REPORT = f"{DAV}supported-report"
    SUPPORTED_FILTER = f"{CALDAV}supported-filter"
    VALID_FILTER = f"{CALDAV}valid-filter"
    NUMBER_OF_MATCHES = f"{DAV}number-of-matches-within-limits"
    FINITE_DEPTH = f"{DAV}propfind-finite-depth"
    VALID_SYNC_TOKEN = f"{DAV}valid-sync-token"
    NEED_PRIVILEGES = f"{DAV}need-privileges"
    CANNOT_MODIFY = f"{DAV}cannot-modify-protected-property"
    QUOTA = f"{DAV}quota-not-exceeded"
    SUPPORTED_DATA = f"{CALDAV}supported-calendar-data"
    VALID_DATA = f"{CALDAV}valid-calendar-data"
    VALID_OBJECT = f"{CALDAV}valid-calendar-object-resource"
    SUPPORTED_COMPONENT = f"{CALDAV}supported-calendar-component"
    NO_UID_CONFLICT = f"{CALDAV}no-uid-conflict"
    MAX_SIZE = f"{CALDAV}max-resource-size"
    MAX_INSTANCES = f"{CALDAV}max-instances"
    MIN_DATE = f"{CALDAV}min-date-time"
    ALLOWED_CHANGE = f"{CALDAV}allowed-attendee-scheduling-object-change"


UNFIT_WORDS: Mapping[Precondition, Words] = MappingProxyType(
    {
        Precondition.SUPPORTED_REPORT: words("This report is not offered."),
        Precondition.SUPPORTED_FILTER: words("Events can be asked for by time and by UID only."),
        Precondition.VALID_FILTER: words("The period asked for is none."),
        Precondition.NUMBER_OF_MATCHES: words("Ask for fewer events at once."),
        Precondition.FINITE_DEPTH: words("Ask for one level at a time."),
        Precondition.VALID_SYNC_TOKEN: words("This token is not known any more. Read everything again."),
        Precondition.NEED_PRIVILEGES: words("New events belong into the calendar of your busy times."),
        Precondition.CANNOT_MODIFY: words("Names and colours of these calendars are fixed."),
        Precondition.QUOTA: words("This calendar is full. Remove old events first."),
        Precondition.SUPPORTED_DATA: words("Only calendar files are taken."),
        Precondition.VALID_DATA: words("The calendar file cannot be read."),
        Precondition.VALID_OBJECT: words("The file does not hold exactly one event."),
        Precondition.SUPPORTED_COMPONENT: words("Only events are taken, neither tasks nor notes."),
        Precondition.NO_UID_CONFLICT: words("This event is there already under another name."),
        Precondition.MAX_SIZE: words("The event is too large."),
        Precondition.MAX_INSTANCES: words("The event repeats too often or for too long."),
        Precondition.MIN_DATE: words("The event lies outside of the years that are kept."),
        Precondition.ALLOWED_CHANGE: words(
            "In an assignment only your answer can be changed, or another time proposed."
        ),
    }
)
_STATUS = {Precondition.QUOTA: HTTPStatus.INSUFFICIENT_STORAGE}


class Unfit(Exception):
    """What was asked or sent does not meet a condition. `name` is that of the event in its way, if any;
    `says` is a sentence where there is a closer one."""

    def __init__(self, condition: Precondition, *, name: str = "", says: Words | None = None) -> None:
        super().__init__(condition.value)
        self.condition = condition
        self.name = name
        self.says = says or UNFIT_WORDS[condition]

    @property
    def status(self) -> HTTPStatus:
        """What HTTP answers."""
        return _STATUS.get(self.condition, HTTPStatus.FORBIDDEN)
