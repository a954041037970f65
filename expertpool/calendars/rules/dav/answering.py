"""Answers in XML: what was found of each place, and what was not."""

from collections.abc import Iterable
from http import HTTPStatus

from expertpool.availability.rules.xml import DAV, Element, element, hrefs, write_xml
from expertpool.calendars.rules.dav.asking import Wanted
from expertpool.calendars.rules.dav.places import Properties
from expertpool.calendars.rules.dav.unfit import Precondition


def found(href: str, there: Properties, wanted: Wanted) -> Element:
    """One place with the properties asked for; those it lacks are named. Source: RFC 4918 section 9.1."""
    if wanted.everything:
        values = [element(tag) for tag in there] if wanted.bare else list(there.values())
        return _response(href, _propstat(values, HTTPStatus.OK))
    values = [there[name] for name in wanted.names if name in there]
    lacking = [element(name) for name in wanted.names if name not in there]
    parts = [_propstat(values, HTTPStatus.OK)] if values or not lacking else []
    parts += [_propstat(lacking, HTTPStatus.NOT_FOUND)] if lacking else []
    return _response(href, *parts)


def refused(href: str, names: Iterable[str]) -> Element:
    """One place whose properties stay as they are. Source: RFC 4918 section 9.2.1."""
    kept = _propstat([element(name) for name in names], HTTPStatus.FORBIDDEN)
    kept.children.append(element(f"{DAV}error", element(Precondition.CANNOT_MODIFY)))
    return _response(href, kept)


def gone(href: str) -> Element:
    """A place that is not there, or not any more."""
    return _response(href, _status(HTTPStatus.NOT_FOUND))


def cut_short(href: str) -> Element:
    """That there is more than was told. Source: RFC 6578 section 3.6."""
    limits = element(f"{DAV}error", element(Precondition.NUMBER_OF_MATCHES))
    return _response(href, _status(HTTPStatus.INSUFFICIENT_STORAGE), limits)


def multistatus(responses: Iterable[Element], *, token: str = "") -> bytes:
    """All answers to one question."""
    told = [element(f"{DAV}sync-token", token)] if token else []
    return write_xml(element(f"{DAV}multistatus", *responses, *told))


def error(condition: Precondition, says: str, *inside: Element) -> bytes:
    """Which condition was not met. Source: RFC 4918 section 16."""
    named = element(condition.value, *inside)
    return write_xml(element(f"{DAV}error", named, element(f"{DAV}responsedescription", says)))


def _response(href: str, *parts: Element) -> Element:
    made = hrefs(f"{DAV}response", href)
    made.children += parts
    return made


def _propstat(values: Iterable[Element], status: HTTPStatus) -> Element:
    return element(f"{DAV}propstat", element(f"{DAV}prop", *values), _status(status))


def _status(status: HTTPStatus) -> Element:
    return element(f"{DAV}status", f"HTTP/1.1 {status.value} {status.phrase}")
