"""CalDAV as phones and calendar programs speak it: discovery, and the calendar of busy times."""

import datetime as dt

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from expertpool.availability.models import BusyTime
from expertpool.availability.rules.xml import CALDAV, DAV, read_xml
from expertpool.calendars import jobs
from expertpool.calendars.models import DavObject
from expertpool.infra import clock
from tests.fixtures.dav import PROPFIND, START, Program, a_program, basic, entry, told
from tests.fixtures.experts import an_expert

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def phone(session: Session, client: FlaskClient, now: dt.datetime) -> Program:
    return a_program(session, client, an_expert(session))


def _spans(session: Session, phone: Program) -> list[tuple[dt.datetime, dt.datetime]]:
    query = sa.select(BusyTime.starts_at, BusyTime.ends_at).where(BusyTime.expert_id == phone.expert.id)
    return [(start, end) for start, end in session.execute(query.order_by(BusyTime.starts_at))]


def test_a_program_finds_the_calendars_from_the_name_of_the_server(phone: Program) -> None:
    where = phone.ask("PROPFIND", "/.well-known/caldav").headers["Location"]
    asked = f'<propfind xmlns="DAV:" xmlns:C="{CALDAV[1:-1]}"><prop><%s/></prop></propfind>'
    principal = f"/dav/principals/{phone.expert.id}/"

    who = phone.ask("PROPFIND", where, asked % "current-user-principal")
    home = phone.ask("PROPFIND", principal, asked % "C:calendar-home-set")
    listed = phone.ask("PROPFIND", phone.home, PROPFIND, {"Depth": "1"})

    assert principal.encode() in who.data
    assert phone.home.encode() in home.data
    assert [name for name, _ in told(read_xml(listed.data))] == [str(phone.expert.id), "busy", "assignments"]
    assert "calendar-access" in listed.headers["DAV"]


def test_an_event_comes_back_as_it_was_written_and_its_time_is_busy(session: Session, phone: Program) -> None:
    body = entry("a@phone")

    made = phone.put("busy/a%40phone.ics", body, {"If-None-Match": "*"})

    read = phone.ask("GET", "busy/a@phone.ics")
    assert (made.status_code, read.status_code, read.data) == (201, 200, body)
    assert made.headers["ETag"] == read.headers["ETag"]
    assert str(phone.events("busy")["a@phone.ics"]["SUMMARY"]) == "치과 & <dentist>"
    assert _spans(session, phone) == [(START, START + HOUR)]
    kept = session.scalars(sa.select(DavObject.sealed)).one()
    assert b"dentist" not in (kept or b"dentist")


def test_a_writer_with_an_old_version_changes_nothing(session: Session, phone: Program) -> None:
    first = phone.put("busy/a.ics", entry("a"))
    second = phone.put("busy/a.ics", entry("a", hours=2), {"If-Match": first.headers["ETag"]})

    late = phone.put("busy/a.ics", entry("a", hours=3), {"If-Match": first.headers["ETag"]})
    anew = phone.put("busy/a.ics", entry("a", hours=3), {"If-None-Match": "*"})
    gone = phone.ask("DELETE", "busy/a.ics", headers={"If-Match": first.headers["ETag"]})
    twice = phone.put("busy/b.ics", entry("a"))
    other = phone.put("busy/a.ics", entry("other"))

    assert (second.status_code, late.status_code, anew.status_code, gone.status_code) == (204, 412, 412, 412)
    assert (twice.status_code, other.status_code) == (403, 403)
    assert b"no-uid-conflict" in twice.data
    assert f"{phone.home}busy/a.ics".encode() in twice.data
    assert _spans(session, phone) == [(START, START + 2 * HOUR)]


def test_changes_and_deletions_are_told_since_a_token(session: Session, phone: Program) -> None:
    phone.put("busy/a.ics", entry("a"))
    phone.put("busy/b.ics", entry("b"))
    everything, token = phone.sync("busy")

    phone.ask("DELETE", "busy/a.ics")
    phone.put("busy/c.ics", entry("c"))
    changed, newer = phone.sync("busy", token)

    assert set(everything) == {"a.ics", "b.ics"}
    assert (set(changed), changed["a.ics"]) == ({"a.ics", "c.ics"}, "404")
    assert phone.sync("busy", newer) == ({}, newer)
    assert phone.sync("busy")[0].keys() == {"b.ics", "c.ics"}
    assert len(_spans(session, phone)) == 2


def test_more_changes_than_asked_for_are_told_in_parts(phone: Program) -> None:
    for name in ("a", "b", "c"):
        phone.put(f"busy/{name}.ics", entry(name))
    part = '<sync-collection xmlns="DAV:"><sync-token>%s</sync-token><limit><nresults>2</nresults></limit>'
    part += "<prop><getetag/></prop></sync-collection>"

    first = read_xml(phone.ask("REPORT", "busy/", part % "").data)
    (token,) = first.all(f"{DAV}sync-token")
    second = read_xml(phone.ask("REPORT", "busy/", part % token.text).data)

    assert [name for name, _ in told(first)] == ["a.ics", "b.ics", "busy"]
    assert dict(told(first))["busy"] == "507"
    assert [name for name, _ in told(second)] == ["c.ics"]


def _query(start: str, end: str) -> str:
    return (
        '<C:calendar-query xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><prop><getetag/></prop>'
        '<C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">'
        f'<C:time-range start="{start}T000000Z" end="{end}T000000Z"/></C:comp-filter></C:comp-filter>'
        "</C:filter></C:calendar-query>"
    )


def test_what_repeats_takes_its_times_and_is_worked_out_anew_as_time_goes_by(
    session: Session, phone: Program, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone.put("busy/w.ics", entry("w", "RRULE:FREQ=WEEKLY"))
    phone.put("busy/a.ics", entry("a"))
    phone.put("busy/free.ics", entry("free", "TRANSP:TRANSPARENT"))
    bomb = phone.put("busy/bomb.ics", entry("bomb", "RRULE:FREQ=SECONDLY"))
    first = _spans(session, phone)

    def names(start: str, end: str) -> set[str]:
        return {name for name, _ in told(read_xml(phone.ask("REPORT", "busy/", _query(start, end)).data))}

    assert (bomb.status_code, b"max-instances" in bomb.data) == (403, True)
    assert names("20261201", "20261202") == {"a.ics", "w.ics", "free.ics"}
    assert (names("20261208", "20261209"), names("20261209", "20261210")) == ({"w.ics"}, set())

    later = now + dt.timedelta(days=70)
    monkeypatch.setattr(clock, "now", lambda: later)
    session.commit()
    jobs.work_out_ahead()

    spans = _spans(session, phone)
    assert (len(first), spans[-1][0] - first[-1][0]) == (56, dt.timedelta(days=70))
    assert spans[0] == (START, START + HOUR)  # single events stay


def test_busy_times_can_be_asked_for_without_events(phone: Program) -> None:
    phone.put("busy/a.ics", entry("a"))
    body = (
        '<C:free-busy-query xmlns:C="urn:ietf:params:xml:ns:caldav">'
        '<C:time-range start="20261130T000000Z" end="20261202T000000Z"/></C:free-busy-query>'
    )

    answer = phone.ask("REPORT", "busy/", body)

    assert b"FREEBUSY;FBTYPE=BUSY:20261201T010000Z/20261201T020000Z" in answer.data
    assert b"dentist" not in answer.data


def test_what_cannot_be_kept_or_answered_is_refused_by_its_condition(
    session: Session, phone: Program
) -> None:
    token = '<sync-collection xmlns="DAV:"><sync-token>%s</sync-token><prop/></sync-collection>'
    change = "<set><prop><displayname>Mine</displayname></prop></set>"
    entity = b"<!DOCTYPE a [<!ENTITY b 'c'>]><propfind xmlns='DAV:'><prop>&b;</prop></propfind>"
    multiget = f'<C:calendar-multiget xmlns="DAV:" xmlns:C="{CALDAV[1:-1]}"><prop><getetag/></prop>'
    multiget += "<href>%s</href></C:calendar-multiget>"
    refused = [
        (phone.put("busy/x.ics", entry("x", kind="VTODO")), 403, "supported-calendar-component"),
        (phone.put("busy/x.ics", entry("x", "DESCRIPTION:" + "y" * 2**20)), 403, "max-resource-size"),
        (phone.ask("PUT", "busy/x.ics", "{}", {"Content-Type": "text/json"}), 403, "supported-calendar-data"),
        (phone.put("assignments/new.ics", entry("new")), 403, "need-privileges"),
        (phone.ask("REPORT", "busy/", token % "nonsense"), 403, "valid-sync-token"),
        (phone.ask("REPORT", "busy/", token % "data:,99"), 403, "valid-sync-token"),
        (phone.ask("REPORT", "busy/", f'<C:no xmlns:C="{CALDAV[1:-1]}"/>'), 403, "supported-report"),
        (phone.ask("PROPFIND", "busy/", PROPFIND, {"Depth": "infinity"}), 403, "propfind-finite-depth"),
        (
            phone.ask("PROPPATCH", "busy/", f'<propertyupdate xmlns="DAV:">{change}</propertyupdate>'),
            207,
            "cannot-modify-protected-property",
        ),
        (phone.ask("PROPFIND", "busy/", "<propfind"), 400, ""),
        (phone.ask("PROPFIND", "busy/", entity), 400, ""),
        (phone.ask("GET", "busy/x.ics"), 404, ""),
        (phone.ask("GET", "busy/%00.ics"), 404, ""),
        (phone.ask("REPORT", "busy/", multiget % f"{phone.home}busy/%00.ics"), 207, "404 Not Found"),
        (phone.ask("REPORT", "busy/", multiget % "http://[/"), 207, "404 Not Found"),
        (phone.ask("DELETE", "busy/x.ics"), 404, ""),
        (phone.ask("DELETE", "busy/"), 405, ""),
    ]

    wrong = [
        (answer.status_code, status, condition)
        for answer, status, condition in refused
        if answer.status_code != status or condition.encode() not in answer.data
    ]
    assert wrong == []
    assert _spans(session, phone) == []


def test_nobody_sees_the_calendars_of_somebody_else(
    session: Session, client: FlaskClient, phone: Program
) -> None:
    phone.put("busy/a.ics", entry("a"))
    other = a_program(session, client, an_expert(session))
    places = (("PROPFIND", ""), ("PROPFIND", "busy/"), ("GET", "busy/a.ics"), ("PUT", "busy/a.ics"))

    tries = [other.ask(method, phone.home + place).status_code for method, place in places]

    assert tries == [404] * 4


def test_without_a_password_for_calendars_nothing_opens(client: FlaskClient, session: Session) -> None:
    for given in (
        {},
        basic("a\x00@b.example", "x"),
        {"Authorization": "Basic !"},
        basic("a@b.example", "wrong-wrong-wrong-wrong"),
        {"Authorization": "Bearer x"},
    ):
        answer = client.open("/dav/", method="PROPFIND", headers=given)

        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Basic ")
