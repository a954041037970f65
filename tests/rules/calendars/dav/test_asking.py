"""What calendar programs ask, in the words they use."""

import datetime as dt

import pytest

from expertpool.calendars.rules.dav import (
    CALDAV,
    DAV,
    FreeBusy,
    Multiget,
    NotXml,
    Precondition,
    Query,
    Range,
    Sync,
    Unfit,
    Wanted,
    read_propfind,
    read_proppatch,
    read_report,
    revision_of,
    sync_token,
)
from expertpool.calendars.rules.dav.asking import EARLIEST, LATEST

SPACES = 'xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"'
ETAG = Wanted((f"{DAV}getetag",))
ASKED = "<prop><getetag/></prop>"


def _query(inside: str) -> str:
    events = f'<C:comp-filter name="VCALENDAR">{inside}</C:comp-filter>'
    return f"<C:calendar-query {SPACES}>{ASKED}<C:filter>{events}</C:filter></C:calendar-query>"


def _events(inside: str = "") -> str:
    return _query(f'<C:comp-filter name="VEVENT">{inside}</C:comp-filter>')


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ("", Wanted(everything=True)),
        (f"<propfind {SPACES}><allprop/></propfind>", Wanted(everything=True)),
        (f"<propfind {SPACES}><propname/></propfind>", Wanted(everything=True, bare=True)),
        (f"<propfind {SPACES}>{ASKED}</propfind>", ETAG),
    ],
)
def test_properties_are_asked_for(body: str, wanted: Wanted) -> None:
    assert read_propfind(body.encode()) == wanted


@pytest.mark.parametrize(
    ("body", "report"),
    [
        (
            f"<C:calendar-multiget {SPACES}>{ASKED}<href> /a.ics </href><href>/b.ics</href>"
            "</C:calendar-multiget>",
            Multiget(ETAG, ("/a.ics", "/b.ics")),
        ),
        (_events(), Query(ETAG)),
        (
            _events('<C:time-range start="20261201T000000Z"/>'),
            Query(ETAG, Range(dt.datetime(2026, 12, 1, tzinfo=dt.UTC), LATEST)),
        ),
        (
            _events('<C:time-range end="20261201T000000Z"/>'),
            Query(ETAG, Range(EARLIEST, dt.datetime(2026, 12, 1, tzinfo=dt.UTC))),
        ),
        (
            _events(
                '<C:prop-filter name="UID"><C:text-match collation="i;octet">a@b</C:text-match>'
                "</C:prop-filter>"
            ),
            Query(ETAG, uid="a@b"),
        ),
        (_query('<C:comp-filter name="VTODO"/>'), Query(ETAG, nothing=True)),
        (_query('<C:comp-filter name="VTODO"><C:is-not-defined/></C:comp-filter>'), Query(ETAG)),
        (_events("<C:is-not-defined/>"), Query(ETAG, nothing=True)),
        (
            f"<sync-collection {SPACES}><sync-token/><sync-level>1</sync-level>{ASKED}</sync-collection>",
            Sync(ETAG, "", None),
        ),
        (
            f"<sync-collection {SPACES}><sync-token>data:,7</sync-token>"
            f"<limit><nresults>20</nresults></limit>{ASKED}</sync-collection>",
            Sync(ETAG, "data:,7", 20),
        ),
        (
            f'<C:free-busy-query {SPACES}><C:time-range start="20261201T000000Z" end="20261202T000000Z"/>'
            "</C:free-busy-query>",
            FreeBusy(Range(dt.datetime(2026, 12, 1, tzinfo=dt.UTC), dt.datetime(2026, 12, 2, tzinfo=dt.UTC))),
        ),
    ],
)
def test_reports_are_read(body: str, report: object) -> None:
    assert read_report(body.encode()) == report


@pytest.mark.parametrize(
    ("body", "condition"),
    [
        (f"<expand-property {SPACES}/>", Precondition.SUPPORTED_REPORT),
        (_events('<C:comp-filter name="VALARM"/>'), Precondition.SUPPORTED_FILTER),
        (_events('<C:prop-filter name="SUMMARY"/>'), Precondition.SUPPORTED_FILTER),
        (
            _events(
                '<C:prop-filter name="UID"><C:text-match negate-condition="yes">a</C:text-match>'
                "</C:prop-filter>"
            ),
            Precondition.SUPPORTED_FILTER,
        ),
        (_events('<C:time-range start="20261201"/>'), Precondition.VALID_FILTER),
        (_events('<C:time-range start="20261201T000000"/>'), Precondition.VALID_FILTER),
        (_events('<C:time-range start="tomorrow"/>'), Precondition.VALID_FILTER),
        (
            _events('<C:time-range start="20261202T000000Z" end="20261201T000000Z"/>'),
            Precondition.VALID_FILTER,
        ),
        (
            f"<C:calendar-multiget {SPACES}>{'<href>x</href>' * 5001}</C:calendar-multiget>",
            Precondition.NUMBER_OF_MATCHES,
        ),
    ],
)
def test_a_report_that_cannot_be_answered_is_refused(body: str, condition: Precondition) -> None:
    with pytest.raises(Unfit) as unfit:
        read_report(body.encode())

    assert unfit.value.condition is condition


@pytest.mark.parametrize(
    "body",
    [
        f"<C:calendar-query {SPACES}>{ASKED}</C:calendar-query>",
        f"<C:free-busy-query {SPACES}/>",
        f"<sync-collection {SPACES}><limit><nresults>0</nresults></limit></sync-collection>",
        f"<sync-collection {SPACES}><limit><nresults>٣</nresults></limit></sync-collection>",
    ],
)
def test_a_report_that_lacks_what_it_needs_is_no_report(body: str) -> None:
    with pytest.raises(NotXml):
        read_report(body.encode())


def test_changes_of_properties_are_named() -> None:
    body = f"<propertyupdate {SPACES}><set><prop><displayname>a</displayname></prop></set><remove><prop>"
    body += "<C:calendar-timezone/></prop></remove></propertyupdate>"

    assert read_proppatch(body.encode()) == (f"{DAV}displayname", f"{CALDAV}calendar-timezone")


@pytest.mark.parametrize(
    ("token", "revision"),
    [
        (sync_token(12), 12),
        ("data:,0", 0),
        ("", None),
        ("12", None),
        ("data:,-1", None),
        ("data:,9" * 4, None),
    ],
)
def test_a_token_is_ours_or_none(token: str, revision: int | None) -> None:
    assert revision_of(token) == revision
