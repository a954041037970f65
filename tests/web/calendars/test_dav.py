"""CalDAV, as phones and calendar programs speak it."""

import datetime as dt

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from expertpool.availability.models import BusyTime
from expertpool.calendars import jobs
from expertpool.calendars.models import CounterProposal, DavObject, InboxMail, SeatEvent
from expertpool.calendars.rules import Channel, Partstat, Why
from expertpool.calendars.rules.dav.xml import CALDAV, DAV, read_xml
from expertpool.engagements.models import Engagement
from expertpool.engagements.rules import CardAnswer, EngagementState
from expertpool.infra import clock
from tests.fixtures.calendars import tell
from tests.fixtures.dav import PROPFIND, Program, a_program, basic, entry, told
from tests.fixtures.engagements import PARTIES, TITLE, a_card, a_case, an_offer
from tests.fixtures.experts import an_expert


@pytest.fixture
def phone(session: Session, client: FlaskClient, now: dt.datetime) -> Program:
    return a_program(session, client, an_expert(session, roles={"DFE": 3}))


@pytest.fixture
def offer(session: Session, phone: Program) -> Engagement:
    made = an_offer(session, a_case(session), phone.expert)
    tell(session, made)
    session.commit()
    return made


def _spans(session: Session, phone: Program) -> list[tuple[dt.datetime, dt.datetime]]:
    query = sa.select(BusyTime.starts_at, BusyTime.ends_at).where(BusyTime.expert_id == phone.expert.id)
    return [(start, end) for start, end in session.execute(query.order_by(BusyTime.starts_at))]


def test_a_program_finds_the_calendars_from_the_name_of_the_server(phone: Program) -> None:
    start = phone.ask("PROPFIND", "/.well-known/caldav")
    who = phone.ask(
        "PROPFIND",
        start.headers["Location"],
        '<propfind xmlns="DAV:"><prop><current-user-principal/></prop></propfind>',
    )
    (principal,) = [value for _, value in told(read_xml(who.data), f"{DAV}href")][:1]
    query = (
        '<propfind xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">'
        "<prop><C:calendar-home-set/></prop></propfind>"
    )
    assert start.status_code == 301
    assert phone.home in phone.ask("PROPFIND", f"/dav/principals/{phone.expert.id}/", query).get_data(
        as_text=True
    )
    assert principal

    listed = phone.ask("PROPFIND", phone.home, PROPFIND, {"Depth": "1"})

    assert [name for name, _ in told(read_xml(listed.data))] == [str(phone.expert.id), "busy", "assignments"]
    assert "calendar-access" in listed.headers["DAV"]


def test_an_event_comes_back_as_it_was_written_and_its_time_is_busy(
    session: Session, phone: Program, now: dt.datetime
) -> None:
    body = entry("a@phone")

    made = phone.put("busy/a%40phone.ics", body, {"If-None-Match": "*"})

    read = phone.ask("GET", "busy/a@phone.ics")
    assert (made.status_code, read.status_code, read.data) == (201, 200, body)
    assert made.headers["ETag"] == read.headers["ETag"]
    assert str(phone.events("busy")["a@phone.ics"]["SUMMARY"]) == "치과 & <dentist>"
    start = dt.datetime(2026, 12, 1, 1, tzinfo=dt.UTC)
    assert _spans(session, phone) == [(start, start + dt.timedelta(hours=1))]
    kept = session.scalars(sa.select(DavObject.sealed)).one()
    assert kept is not None
    assert b"dentist" not in kept


def test_what_repeats_is_worked_out_anew_as_time_goes_by(
    session: Session, phone: Program, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone.put("busy/w.ics", entry("w", "RRULE:FREQ=WEEKLY"))
    first = _spans(session, phone)
    later = now + dt.timedelta(days=70)
    monkeypatch.setattr(clock, "now", lambda: later)
    session.commit()

    jobs.work_out_ahead()

    spans = _spans(session, phone)
    assert (len(first), spans[-1][0] - first[-1][0]) == (55, dt.timedelta(days=70))
    assert spans[0][0] > later - dt.timedelta(days=8)
    assert phone.ask("GET", "busy/w.ics").status_code == 200


@pytest.mark.parametrize(
    ("body", "condition"),
    [
        (entry("x", kind="VTODO"), "supported-calendar-component"),
        (entry("x", "DESCRIPTION:" + "y" * 2**20), "max-resource-size"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_kept_is_refused_by_its_condition(
    session: Session, phone: Program, body: bytes, condition: str
) -> None:
    answer = phone.put("busy/x.ics", body)

    assert (answer.status_code, condition.encode() in answer.data) == (403, True), answer.data
    assert _spans(session, phone) == []


def test_a_writer_with_an_old_version_changes_nothing(session: Session, phone: Program) -> None:
    first = phone.put("busy/a.ics", entry("a"))
    second = phone.put("busy/a.ics", entry("a", hours=2), {"If-Match": first.headers["ETag"]})

    late = phone.put("busy/a.ics", entry("a", hours=3), {"If-Match": first.headers["ETag"]})
    anew = phone.put("busy/a.ics", entry("a", hours=3), {"If-None-Match": "*"})
    gone = phone.ask("DELETE", "busy/a.ics", headers={"If-Match": first.headers["ETag"]})

    assert (second.status_code, late.status_code, anew.status_code, gone.status_code) == (204, 412, 412, 412)
    assert [end - start for start, end in _spans(session, phone)] == [dt.timedelta(hours=2)]


def test_one_event_has_one_name(phone: Program) -> None:
    phone.put("busy/a.ics", entry("a"))

    twice = phone.put("busy/b.ics", entry("a"))
    other = phone.put("busy/a.ics", entry("other"))

    assert (twice.status_code, other.status_code) == (403, 403)
    assert b"no-uid-conflict" in twice.data
    assert f"{phone.home}busy/a.ics".encode() in twice.data


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


@pytest.mark.parametrize("token", ["nonsense", "data:,99", "data:,-1"])
def test_a_token_that_was_never_given_is_refused(phone: Program, token: str) -> None:
    body = f'<sync-collection xmlns="DAV:"><sync-token>{token}</sync-token><prop/></sync-collection>'

    answer = phone.ask("REPORT", "busy/", body)

    assert (answer.status_code, b"valid-sync-token" in answer.data) == (403, True)


def _query(start: str, end: str) -> str:
    return (
        '<C:calendar-query xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><prop><getetag/></prop>'
        '<C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">'
        f'<C:time-range start="{start}" end="{end}"/></C:comp-filter></C:comp-filter></C:filter>'
        "</C:calendar-query>"
    )


def test_events_are_found_by_their_time(phone: Program) -> None:
    phone.put("busy/a.ics", entry("a"))
    phone.put("busy/w.ics", entry("w", "RRULE:FREQ=WEEKLY;COUNT=3"))
    bomb = phone.put("busy/bomb.ics", entry("bomb", "RRULE:FREQ=SECONDLY"))
    phone.put("busy/free.ics", entry("free", "TRANSP:TRANSPARENT"))

    def names(start: str, end: str) -> set[str]:
        answer = phone.ask("REPORT", "busy/", _query(start, end))
        return {name for name, _ in told(read_xml(answer.data))}

    assert names("20261201T000000Z", "20261202T000000Z") == {"a.ics", "w.ics", "free.ics"}
    assert names("20261208T000000Z", "20261209T000000Z") == {"w.ics"}
    assert names("20261209T000000Z", "20261210T000000Z") == set()
    assert (bomb.status_code, b"max-instances" in bomb.data) == (403, True)


def test_busy_times_can_be_asked_for_without_events(phone: Program, offer: Engagement) -> None:
    phone.put("busy/a.ics", entry("a"))
    body = (
        '<C:free-busy-query xmlns:C="urn:ietf:params:xml:ns:caldav">'
        '<C:time-range start="20261130T000000Z" end="20261202T000000Z"/></C:free-busy-query>'
    )

    busy, asked = phone.ask("REPORT", "busy/", body), phone.ask("REPORT", "assignments/", body)

    assert b"FREEBUSY;FBTYPE=BUSY:20261201T010000Z/20261201T020000Z" in busy.data
    assert b"FREEBUSY;FBTYPE=BUSY:20261130T000000Z/20261130T020000Z" in asked.data


def _assignment(phone: Program) -> tuple[str, bytes]:
    ((name, _),) = phone.sync("assignments")[0].items()
    return f"assignments/{name}", phone.ask("GET", f"assignments/{name}").data


def _event(session: Session, offer: Engagement) -> SeatEvent:
    query = sa.select(SeatEvent).where(SeatEvent.engagement_id == offer.id)
    return session.scalars(query.execution_options(populate_existing=True)).one()


def test_an_assignment_says_nothing_of_the_case(phone: Program, offer: Engagement) -> None:
    _, body = _assignment(phone)

    text = body.decode()
    assert "PARTSTAT=NEEDS-ACTION" in text
    assert "METHOD" not in text
    assert [secret for secret in (TITLE, *PARTIES) if secret in text] == []


def test_a_no_in_the_program_declines_the_offer(session: Session, phone: Program, offer: Engagement) -> None:
    path, body = _assignment(phone)
    _, token = phone.sync("assignments")

    answer = phone.put(path, body.replace(b"NEEDS-ACTION", b"DECLINED"))

    session.refresh(offer)
    event = _event(session, offer)
    assert (answer.status_code, answer.headers.get("ETag")) == (204, None)
    assert (offer.state, event.answered_via) == (EngagementState.DECLINED, Channel.CALDAV)
    assert len(phone.sync("assignments", token)[0]) == 1


def test_a_yes_counts_once_the_card_is_clear(session: Session, phone: Program, offer: Engagement) -> None:
    path, body = _assignment(phone)
    yes = body.replace(b"NEEDS-ACTION", b"ACCEPTED")

    early = phone.put(path, yes)

    session.refresh(offer)
    assert (early.status_code, offer.state) == (204, EngagementState.OFFERED)
    assert session.scalars(sa.select(InboxMail.why)).one() is Why.CARD_FIRST
    assert b"PARTSTAT=ACCEPTED" in phone.ask("GET", path).data


def test_a_yes_accepts_the_offer(session: Session, phone: Program, offer: Engagement) -> None:
    a_card(session, offer, CardAnswer.NONE)
    session.commit()
    path, body = _assignment(phone)

    phone.put(path, body.replace(b"NEEDS-ACTION", b"ACCEPTED"))

    session.refresh(offer)
    assert offer.state is EngagementState.CONFIRMED


def test_deleting_an_open_invitation_declines_it_and_it_stays_away(
    session: Session, phone: Program, offer: Engagement
) -> None:
    path, _ = _assignment(phone)

    answer = phone.ask("DELETE", path)

    session.refresh(offer)
    tell(session, offer)
    session.commit()
    assert (answer.status_code, offer.state) == (204, EngagementState.DECLINED)
    assert phone.ask("GET", path).status_code == 404
    assert phone.sync("assignments")[0] == {}


def test_deleting_what_was_agreed_changes_nothing_and_a_person_is_told_once(
    session: Session, phone: Program, offer: Engagement
) -> None:
    a_card(session, offer, CardAnswer.NONE)
    session.commit()
    path, body = _assignment(phone)
    phone.put(path, body.replace(b"NEEDS-ACTION", b"ACCEPTED"))

    answers = [phone.ask("DELETE", path).status_code for _ in range(2)]

    session.refresh(offer)
    assert (answers, offer.state) == ([403, 403], EngagementState.CONFIRMED)
    assert phone.ask("GET", path).status_code == 200
    session.commit()
    assert session.scalars(sa.select(InboxMail.why)).all() == [Why.TAKEN_BACK]


def _moved(body: bytes, hours: int) -> bytes:
    start = dt.datetime(2026, 11, 30, 9)
    for old in (start, start + dt.timedelta(hours=2)):
        new = old + dt.timedelta(hours=hours)
        body = body.replace(f":{old:%Y%m%dT%H%M%S}".encode(), f":@{new:%Y%m%dT%H%M%S}".encode())
    return body.replace(b":@", b":")


def test_another_change_of_an_assignment_is_refused(phone: Program, offer: Engagement) -> None:
    path, body = _assignment(phone)

    answer = phone.put(path, body.replace(b"SUMMARY:", b"SUMMARY:My "))

    assert (answer.status_code, b"allowed-attendee-scheduling-object-change" in answer.data) == (403, True)
    assert phone.ask("GET", path).data == body


def test_another_time_becomes_a_proposal_and_the_event_stays(
    session: Session, phone: Program, offer: Engagement
) -> None:
    path, body = _assignment(phone)

    answer = phone.put(path, _moved(body, 24))

    proposal = session.scalars(sa.select(CounterProposal)).one()
    assert (answer.status_code, phone.ask("GET", path).data) == (204, body)
    assert proposal.starts_at == clock.now() + dt.timedelta(days=8)
    assert _event(session, offer).partstat is Partstat.NEEDS_ACTION


def test_nothing_can_be_added_to_the_assignments(phone: Program) -> None:
    answer = phone.put("assignments/new.ics", entry("new"))

    assert (answer.status_code, b"need-privileges" in answer.data) == (403, True)


def test_nobody_sees_the_calendars_of_somebody_else(
    session: Session, client: FlaskClient, phone: Program, offer: Engagement
) -> None:
    phone.put("busy/a.ics", entry("a"))
    path, _ = _assignment(phone)
    other = a_program(session, client, an_expert(session))

    tries = [
        other.ask(method, phone.home + place)
        for method, place in (
            ("PROPFIND", ""),
            ("PROPFIND", "busy/"),
            ("GET", "busy/a.ics"),
            ("PUT", "busy/a.ics"),
            ("DELETE", path),
        )
    ]

    assert {answer.status_code for answer in tries} == {404}


@pytest.mark.parametrize(
    "given", [{}, basic("a@b.example", "wrong-wrong-wrong-wrong"), {"Authorization": "Bearer x"}]
)
def test_without_a_password_for_calendars_nothing_opens(
    phone: Program, client: FlaskClient, given: dict[str, str]
) -> None:
    answer = client.open("/dav/", method="PROPFIND", headers=given)

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic ")


@pytest.mark.parametrize(
    "body",
    [
        b"<propfind",
        b"<!DOCTYPE a [<!ENTITY b 'c'>]><propfind xmlns='DAV:'><prop>&b;</prop></propfind>",
    ],
    ids=["cut off", "entity"],
)
def test_xml_that_is_not_ours_is_refused(phone: Program, body: bytes) -> None:
    assert phone.ask("PROPFIND", "busy/", body).status_code == 400


def test_names_and_colours_stay(phone: Program) -> None:
    change = "<set><prop><displayname>Mine</displayname></prop></set>"
    body = f'<propertyupdate xmlns="DAV:">{change}</propertyupdate>'

    answer = phone.ask("PROPPATCH", "busy/", body)

    assert answer.status_code == 207
    assert b"403 Forbidden" in answer.data


@pytest.mark.parametrize("kind", ["calendar-data", "calendar-home-set"])
def test_a_report_that_is_not_offered_is_refused(phone: Program, kind: str) -> None:
    body = f'<C:{kind} xmlns:C="{CALDAV[1:-1]}"/>'

    answer = phone.ask("REPORT", "busy/", body)

    assert (answer.status_code, b"supported-report" in answer.data) == (403, True)
