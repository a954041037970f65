"""What a calendar program asks for: bodies of PROPFIND, PROPPATCH and REPORT as plain facts."""

import datetime as dt
from dataclasses import dataclass

from expertpool.availability.rules.ics.values import date_or_time
from expertpool.availability.rules.xml import CALDAV, DAV, Element, NotXml, read_xml
from expertpool.calendars.rules.dav.unfit import Precondition, Unfit

EARLIEST = dt.datetime(1900, 1, 1, tzinfo=dt.UTC)
LATEST = dt.datetime(2200, 1, 1, tzinfo=dt.UTC)
MOST_HREFS = 5_000
_LONGEST_TEXT = 255


@dataclass(frozen=True, slots=True)
class Wanted:
    """The properties asked for by name; `everything` is all there are, with their values unless `bare`."""

    names: tuple[str, ...] = ()
    everything: bool = False
    bare: bool = False


@dataclass(frozen=True, slots=True)
class Range:
    """A half-open period. Units: UTC."""

    start: dt.datetime = EARLIEST
    end: dt.datetime = LATEST


@dataclass(frozen=True, slots=True)
class Multiget:
    """The objects at these addresses."""

    wanted: Wanted
    hrefs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """The events in a period, of one UID if it says so; `nothing` if no event can meet the filter."""

    wanted: Wanted
    during: Range | None = None
    uid: str | None = None
    nothing: bool = False


@dataclass(frozen=True, slots=True)
class Sync:
    """What changed since a token was given; an empty one stands for the beginning."""

    wanted: Wanted
    token: str
    most: int | None


@dataclass(frozen=True, slots=True)
class FreeBusy:
    """When time is taken in a period."""

    during: Range


Report = Multiget | Query | Sync | FreeBusy


def read_propfind(data: bytes) -> Wanted:
    """The properties wanted; no body stands for all. Raises: NotXml. Source: RFC 4918 section 9.1."""
    if not data.strip():
        return Wanted(everything=True)
    root = read_xml(data)
    if root.tag != f"{DAV}propfind":
        raise NotXml("not a propfind")
    return _wanted(root)


def read_proppatch(data: bytes) -> tuple[str, ...]:
    """The properties to be changed or removed. Raises: NotXml. Source: RFC 4918 section 9.2."""
    root = read_xml(data)
    if root.tag != f"{DAV}propertyupdate":
        raise NotXml("not a propertyupdate")
    changes = [each for each in root.children if each.tag in (f"{DAV}set", f"{DAV}remove")]
    return tuple(
        each.tag for change in changes for prop in change.all(f"{DAV}prop") for each in prop.children
    )


def read_report(data: bytes) -> Report:
    """The report asked for.

    Raises: NotXml; Unfit for a report or a filter that is not offered.
    Source: RFC 4791 sections 7.8 to 7.10, RFC 6578 section 3.
    """
    root = read_xml(data)
    if root.tag == f"{CALDAV}calendar-multiget":
        found = tuple(each.text.strip() for each in root.all(f"{DAV}href"))
        if len(found) > MOST_HREFS:
            raise Unfit(Precondition.NUMBER_OF_MATCHES)
        return Multiget(_wanted(root), found)
    if root.tag == f"{CALDAV}calendar-query":
        return _query(root)
    if root.tag == f"{DAV}sync-collection":
        return Sync(_wanted(root), _text(root, "sync-token"), _most(root))
    if root.tag == f"{CALDAV}free-busy-query":
        return FreeBusy(_needed_range(root))
    raise Unfit(Precondition.SUPPORTED_REPORT)


def _wanted(root: Element) -> Wanted:
    if root.first(f"{DAV}propname") is not None:
        return Wanted(everything=True, bare=True)
    prop = root.first(f"{DAV}prop")
    if prop is None:
        return Wanted(everything=True)
    return Wanted(tuple(dict.fromkeys(each.tag for each in prop.children)))


def _text(root: Element, name: str) -> str:
    found = root.first(f"{DAV}{name}")
    return found.text.strip() if found is not None else ""


def _most(root: Element) -> int | None:
    limit = root.first(f"{DAV}limit")
    written = _text(limit, "nresults") if limit is not None else ""
    if not written:
        return None
    if not (written.isascii() and written.isdigit() and 0 < len(written) < 7 and int(written)):
        raise NotXml("not a number of results")
    return int(written)


def _query(root: Element) -> Query:
    """Events by time and by UID, which is what programs ask; any other filter is refused by its name."""
    wanted, condition = _wanted(root), root.first(f"{CALDAV}filter")
    calendar = condition.first(f"{CALDAV}comp-filter") if condition is not None else None
    if calendar is None:
        raise NotXml("no filter")
    if calendar.attributes.get("name") != "VCALENDAR":
        return Query(wanted, nothing=True)
    during, uid = None, None
    for part in calendar.children:
        if part.tag != f"{CALDAV}comp-filter":
            raise Unfit(Precondition.SUPPORTED_FILTER)
        absent = part.first(f"{CALDAV}is-not-defined") is not None
        if absent is (part.attributes.get("name") == "VEVENT"):
            return Query(wanted, nothing=True)
        if absent:
            continue
        for each in part.children:
            if each.tag == f"{CALDAV}time-range":
                during = _range(each)
            elif each.tag == f"{CALDAV}prop-filter" and each.attributes.get("name") == "UID":
                uid = _uid(each)
            else:
                raise Unfit(Precondition.SUPPORTED_FILTER)
    return Query(wanted, during, uid)


def _uid(condition: Element) -> str:
    match = condition.first(f"{CALDAV}text-match")
    if match is None or match.attributes.get("negate-condition", "no") != "no" or len(condition.children) > 1:
        raise Unfit(Precondition.SUPPORTED_FILTER)
    return match.text.strip()[:_LONGEST_TEXT]


def _needed_range(root: Element) -> Range:
    written = root.first(f"{CALDAV}time-range")
    if written is None:
        raise NotXml("no time-range")
    return _range(written)


def _range(written: Element) -> Range:
    """Source: RFC 4791 section 9.9."""
    start = _instant(written, "start", EARLIEST)
    end = _instant(written, "end", LATEST)
    if start >= end:
        raise Unfit(Precondition.VALID_FILTER)
    return Range(start, end)


def _instant(written: Element, name: str, otherwise: dt.datetime) -> dt.datetime:
    if name not in written.attributes:
        return otherwise
    try:
        instant = date_or_time(written.attributes[name])
    except ValueError:
        raise Unfit(Precondition.VALID_FILTER) from None
    if not isinstance(instant, dt.datetime) or instant.tzinfo is None:
        raise Unfit(Precondition.VALID_FILTER)
    return min(max(instant, EARLIEST), LATEST)
