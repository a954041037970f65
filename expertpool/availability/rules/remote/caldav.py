"""CalDAV, as who reads: the questions that lead from an address to the events of a period, and what the
answers mean. Source: RFC 4791, RFC 4918, RFC 5397, RFC 6578, RFC 6638."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from expertpool.availability.rules.remote.answers import NOTHING_SEEN, Seen
from expertpool.availability.rules.remote.told import Trouble
from expertpool.availability.rules.spans import Span
from expertpool.availability.rules.xml import (
    APPLE,
    CALDAV,
    DAV,
    Element,
    NotXml,
    element,
    hrefs,
    read_xml,
    write_xml,
)

MOST_COLLECTIONS = 10
MOST_AT_ONCE = 500
MOST_EVENTS = 5_000
_MOST_ELEMENTS = 120_000
_TRUNCATED = 507
# What servers say that do not offer a question; whoever may not ask at all is told so at the next one.
_REFUSALS = frozenset({400, 403, 405, 406, 409, 412, 415, 422, 501})


@dataclass(frozen=True, slots=True)
class Place:
    """What lies at an address. `mark` changes with what is in it; it is empty if the server gives none."""

    href: str
    is_calendar: bool = False
    holds_events: bool = True
    takes_no_time: bool = False
    mark: str = ""
    principal: str = ""
    home: str = ""

    @property
    def counts(self) -> bool:
        """Whether it is read where only the account is named."""
        return self.is_calendar and self.holds_events and not self.takes_no_time


@dataclass(frozen=True, slots=True)
class Item:
    """One event of a calendar: where it is, its version, and what it says if that was asked for."""

    href: str
    etag: str
    data: bytes | None
    status: int


def is_refusal(status: int) -> bool:
    """Whether a server does not offer what was asked, so that it is asked in the other way."""
    return status in _REFUSALS


def ask_place() -> bytes:
    """What are you, what changed, and where are the calendars?"""
    return _document(
        "propfind",
        element(
            f"{DAV}prop",
            *(element(f"{DAV}{name}") for name in ("resourcetype", "sync-token", "current-user-principal")),
            *(
                element(f"{CALDAV}{name}")
                for name in (
                    "calendar-home-set",
                    "supported-calendar-component-set",
                    "schedule-calendar-transp",
                )
            ),
            element(f"{APPLE}getctag"),
        ),
    )


def ask_versions() -> bytes:
    """What events are there, and in which version?"""
    return _document("propfind", element(f"{DAV}prop", element(f"{DAV}getetag")))


def ask_period(window: Span) -> bytes:
    """Which events touch a period?"""
    period = element(f"{CALDAV}time-range", start=_instant(window.start), end=_instant(window.end))
    events = element(f"{CALDAV}comp-filter", period, name="VEVENT")
    calendar = element(f"{CALDAV}comp-filter", events, name="VCALENDAR")
    return _document(f"{CALDAV}calendar-query", _content(), element(f"{CALDAV}filter", calendar))


def ask_events(addresses: Sequence[str]) -> bytes:
    """What do these events say?"""
    return _document(f"{CALDAV}calendar-multiget", _content(), *hrefs("", *addresses).children)


def _document(tag: str, *children: Element) -> bytes:
    return write_xml(element(tag if tag.startswith("{") else f"{DAV}{tag}", *children))


def _content() -> Element:
    return element(f"{DAV}prop", element(f"{DAV}getetag"), element(f"{CALDAV}calendar-data"))


def _instant(moment: dt.datetime) -> str:
    return f"{moment.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"


def places_from(body: bytes, *, most: int) -> list[Place]:
    """What a server says of an address and of those below it. Raises: NotXml."""
    return [_place(href, found) for href, _, found in _responses(body, most)]


def items_from(body: bytes, *, most: int) -> list[Item]:
    """The events a server tells of. Raises: NotXml."""
    return [
        Item(href, _text(found, f"{DAV}getetag"), _data(found), status)
        for href, status, found in _responses(body, most)
    ]


def is_cut_short(items: Iterable[Item]) -> bool:
    """Whether the server says that there is more than it tells. Source: RFC 4791 section 7.8."""
    return any(item.status == _TRUNCATED for item in items)


def seen_of(marks: Iterable[tuple[str, str]]) -> Seen:
    """The version of calendars by the marks of each, in one; nothing where one has none."""
    known = sorted(marks)
    if not known or not all(mark for _, mark in known):
        return NOTHING_SEEN
    told = "\n".join(f"{href} {mark}" for href, mark in known)
    return Seen(f'"{hashlib.sha256(told.encode()).hexdigest()}"')


def version_of(items: Iterable[Item]) -> str:
    """A mark from the versions of all events, where the calendar has none of its own."""
    versions = sorted((item.href, item.etag) for item in items if item.etag)
    return hashlib.sha256(repr(versions).encode()).hexdigest()


def trouble_with(status: int) -> Trouble | None:
    """What a status means to whoever signs in; none for an answer in several parts."""
    if status == 207:
        return None
    if status in (401, 403, 407):
        return Trouble.SIGN_IN_REFUSED
    if status in (404, 410, 405):
        return Trouble.NO_CALENDAR
    if status in (429, 503):
        return Trouble.TOO_OFTEN
    return Trouble.SERVER_FAULT if 500 <= status < 600 else Trouble.STRANGE_ANSWER


def _responses(body: bytes, most: int) -> Iterator[tuple[str, int, Element]]:
    """Each address with its status and the properties it has."""
    root = read_xml(body, most=most, elements=_MOST_ELEMENTS)
    if root.tag != f"{DAV}multistatus":
        raise NotXml("not an answer in several parts")
    for response in root.all(f"{DAV}response"):
        found = element("")
        for part in response.all(f"{DAV}propstat"):
            if _status(part, 200) == 200:
                found.children += (prop for group in part.all(f"{DAV}prop") for prop in group.children)
        yield _text(response, f"{DAV}href"), _status(response, 200), found


def _status(of: Element, otherwise: int) -> int:
    """The number in a line such as `HTTP/1.1 404 Not Found`."""
    parts = _text(of, f"{DAV}status").split()
    return int(parts[1]) if len(parts) > 1 and parts[1].isdecimal() and len(parts[1]) == 3 else otherwise


def _text(of: Element, tag: str) -> str:
    child = of.first(tag)
    return "" if child is None else child.text.strip()


def _href(of: Element, tag: str) -> str:
    child = of.first(tag)
    return "" if child is None else _text(child, f"{DAV}href")


def _data(found: Element) -> bytes | None:
    child = found.first(f"{CALDAV}calendar-data")
    return child.text.strip().encode() if child is not None and child.text.strip() else None


def _place(href: str, found: Element) -> Place:
    kinds, parts = found.first(f"{DAV}resourcetype"), found.first(f"{CALDAV}supported-calendar-component-set")
    names = {each.attributes.get("name", "").upper() for each in parts.children} if parts else set()
    transparent = found.first(f"{CALDAV}schedule-calendar-transp")
    return Place(
        href=href,
        is_calendar=kinds is not None and kinds.first(f"{CALDAV}calendar") is not None,
        holds_events=not names or "VEVENT" in names,
        takes_no_time=transparent is not None and transparent.first(f"{CALDAV}transparent") is not None,
        mark=_text(found, f"{APPLE}getctag") or _text(found, f"{DAV}sync-token"),
        principal=_href(found, f"{DAV}current-user-principal"),
        home=_href(found, f"{CALDAV}calendar-home-set"),
    )
