"""What is found is told with its values, what is not by its name."""

import pytest

from expertpool.availability.rules.xml import Element, read_xml
from expertpool.calendars.rules.dav import (
    CALDAV,
    DAV,
    Kind,
    Listed,
    Standing,
    Tree,
    Wanted,
    answering,
    collection_properties,
    object_properties,
)

TREE = Tree("/dav", "e1", "윤슬기", ("a@b.example",))
BUSY = collection_properties(TREE, Standing(Kind.BUSY, 7, "My busy times", ""))
ASSIGNMENTS = collection_properties(TREE, Standing(Kind.ASSIGNMENTS, 7, "Assignments", ""))


def _statuses(there: dict[str, Element], wanted: Wanted) -> dict[str, list[str]]:
    body = answering.multistatus([answering.found("/dav/", there, wanted)], token="data:,7")
    (response,) = read_xml(body).all(f"{DAV}response")
    found: dict[str, list[str]] = {}
    for part in response.all(f"{DAV}propstat"):
        (status,), (prop,) = part.all(f"{DAV}status"), part.all(f"{DAV}prop")
        found[status.text.split(" ")[1]] = [each.tag for each in prop.children]
    return found


def test_what_a_place_lacks_is_named() -> None:
    wanted = Wanted((f"{DAV}sync-token", "{urn:x}colour"))

    assert _statuses(BUSY, wanted) == {"200": [f"{DAV}sync-token"], "404": ["{urn:x}colour"]}


def test_everything_is_told_if_everything_is_asked_for() -> None:
    assert _statuses(BUSY, Wanted(everything=True)) == {"200": list(BUSY)}
    assert _statuses(BUSY, Wanted(everything=True, bare=True)) == {"200": list(BUSY)}
    assert _statuses(BUSY, Wanted()) == {"200": []}


def _rights(there: dict[str, Element]) -> set[str]:
    return {each.children[0].tag for each in there[f"{DAV}current-user-privilege-set"].children}


def test_events_are_added_to_busy_times_only() -> None:
    assert f"{DAV}bind" in _rights(BUSY)
    assert f"{DAV}bind" not in _rights(ASSIGNMENTS)
    assert f"{DAV}write-content" in _rights(ASSIGNMENTS)


def test_names_are_written_into_addresses_safely() -> None:
    address = TREE.object(Kind.BUSY, "a b/ü%<&@x.ics")

    assert address == "/dav/calendars/e1/busy/a%20b%2F%C3%BC%25%3C%26@x.ics"
    assert TREE.name_of(Kind.BUSY, address.replace("%2F", "-")) == "a b-ü%<&@x.ics"
    assert f"{CALDAV}calendar-data" not in object_properties(TREE, Kind.BUSY, Listed("a", '"e"', 1))


@pytest.mark.parametrize(
    "href",
    [
        "",
        "http://[/",
        "a.ics",
        "/dav/calendars/e1/busy/",
        "/dav/calendars/e1/busy/%00.ics",
        "/dav/calendars/e1/busy/x/a.ics",
        "/dav/calendars/e1/assignments/a.ics",
        "/dav/calendars/e2/busy/a.ics",
    ],
)
def test_an_address_elsewhere_names_no_event(href: str) -> None:
    assert TREE.name_of(Kind.BUSY, href) == ""
