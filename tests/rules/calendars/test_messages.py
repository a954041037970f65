"""Invitations and cancellations as iCalendar bytes."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from icalendar import Event as VEvent

from expertpool.calendars.rules import (
    EventStatus,
    Mailbox,
    Partstat,
    SeatEvent,
    cancel,
    feed,
    method_of,
    request,
)
from expertpool.refusals import WrongState

UNWRITABLE = {*map(chr, range(0x20)), *map(chr, range(0x7F, 0xA0)), "\u2028", "\u2029"}
one_line_texts = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters=UNWRITABLE), max_size=120
)
korean_and_emoji = st.text(st.sampled_from("기술보호전문가지원일정 홍길동👩‍🔬🇰🇷é;,:\\\"^'n"), max_size=120)
instants = st.datetimes(dt.datetime(2001, 1, 1), dt.datetime(2098, 12, 31)).map(
    lambda instant: instant.replace(microsecond=0, tzinfo=dt.UTC)
)
ZONES = ["Asia/Seoul", "Asia/Tokyo", "America/New_York", "Europe/Dublin", "Australia/Lord_Howe", "UTC"]


def lines(body: bytes) -> list[str]:
    """The content lines, unfolded."""
    return body.decode().replace("\r\n ", "").split("\r\n")


def line(body: bytes, name: str) -> str:
    (found,) = [text for text in lines(body) if text.startswith((f"{name}:", f"{name};"))]
    return found


def only_event(body: bytes) -> VEvent:
    (found,) = Calendar.from_ical(body).events
    return found


def cancelled(event: SeatEvent) -> SeatEvent:
    return replace(event, status=EventStatus.CANCELLED, sequence=1)


def test_an_invitation_is_written_line_for_line_as_expected(event: SeatEvent) -> None:
    vevent = lines(request(event))

    assert vevent[vevent.index("BEGIN:VEVENT") :] == [
        "BEGIN:VEVENT",
        "SUMMARY:전문가 지원 일정",
        "DTSTART;TZID=Asia/Seoul:20260907T090000",
        "DTEND;TZID=Asia/Seoul:20260907T110000",
        "DTSTAMP:20260901T010203Z",
        "UID:9f3c1b7e52aa4d06@pool.example",
        "SEQUENCE:0",
        "ATTENDEE;CN=홍길동;CUTYPE=INDIVIDUAL;PARTSTAT=NEEDS-ACTION;ROLE=REQ-PARTICIPANT;RSVP=TRUE"
        ":mailto:gildong.hong@univ.example",
        "CLASS:PRIVATE",
        "LAST-MODIFIED:20260901T010203Z",
        "LOCATION:서울",
        'ORGANIZER;CN="기술보호 전문가 지원 데스크":mailto:desk+4f1c@desk.example',
        "STATUS:TENTATIVE",
        "TRANSP:OPAQUE",
        "URL:https://pool.example/engagements/12",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_an_invitation_says_its_method(event: SeatEvent) -> None:
    assert line(request(event), "METHOD") == "METHOD:REQUEST"


def test_the_zone_is_described_before_it_is_used(event: SeatEvent) -> None:
    written = lines(request(event))

    assert written.index("TZID:Asia/Seoul") < written.index("BEGIN:VEVENT")
    assert "TZOFFSETTO:+0900" in written


def test_nothing_in_the_zone_depends_on_when_it_was_written(event: SeatEvent) -> None:
    assert not [text for text in lines(request(event)) if text.startswith("COMMENT")]


def test_a_cancellation_says_so_twice_and_asks_for_no_answer(event: SeatEvent) -> None:
    body = cancel(cancelled(event))

    assert line(body, "METHOD") == "METHOD:CANCEL"
    assert line(body, "STATUS") == "STATUS:CANCELLED"
    assert "RSVP" not in line(body, "ATTENDEE")


def test_a_cancelled_event_takes_no_time(event: SeatEvent) -> None:
    assert line(cancel(cancelled(event)), "TRANSP") == "TRANSP:TRANSPARENT"


def test_a_cancelled_event_is_not_asked_for(event: SeatEvent) -> None:
    with pytest.raises(WrongState):
        request(cancelled(event))


def test_a_standing_event_is_not_cancelled(event: SeatEvent) -> None:
    with pytest.raises(WrongState):
        cancel(event)


def test_an_answer_already_given_is_shown(event: SeatEvent) -> None:
    body = request(replace(event, partstat=Partstat.ACCEPTED))

    assert "PARTSTAT=ACCEPTED;" in line(body, "ATTENDEE")


def test_the_same_event_gives_the_same_bytes(event: SeatEvent) -> None:
    assert request(event) == request(replace(event))


def test_a_fraction_of_a_second_changes_no_byte(event: SeatEvent) -> None:
    finer = replace(event, changed_at=event.changed_at.replace(microsecond=999_999))

    assert request(finer) == request(event)


def test_control_characters_and_line_separators_become_spaces(event: SeatEvent) -> None:
    dirty = replace(event, summary="A\x00B\x0bC\u2028D\x85E\r\nF", location="G\ud800H")

    found = only_event(request(dirty))

    assert (str(found["SUMMARY"]), str(found["LOCATION"])) == ("A B C D E F", "G H")


def test_a_name_cannot_add_a_line(event: SeatEvent) -> None:
    dirty = replace(event, attendee=Mailbox(event.attendee.address, "Hong\r\nX-EVIL:1"))

    assert not [text for text in lines(request(dirty)) if text.startswith("X-EVIL")]


def test_a_zone_whose_clocks_change_is_written_in_utc(event: SeatEvent) -> None:
    body = request(replace(event, tzid="America/New_York"))

    assert line(body, "DTEND") == "DTEND:20260907T020000Z"
    assert "BEGIN:VTIMEZONE" not in lines(body)


@given(summary=one_line_texts | korean_and_emoji, name=korean_and_emoji, location=korean_and_emoji)
@settings(deadline=None, max_examples=300)
def test_any_text_survives_the_journey(event: SeatEvent, summary: str, name: str, location: str) -> None:
    named = Mailbox(event.attendee.address, name)

    found = only_event(request(replace(event, summary=summary, attendee=named, location=location)))

    assert str(found["SUMMARY"]) == summary
    assert found["ATTENDEE"].params["CN"] == name.replace("\\", " ")
    assert found["ATTENDEE"].params["RSVP"] == "TRUE"
    assert str(found["LOCATION"]) == location


@given(text=st.text(max_size=200) | korean_and_emoji, calendar_name=st.text(max_size=200))
@settings(deadline=None, max_examples=300)
def test_no_line_is_longer_than_75_octets_or_cut_inside_a_character(
    event: SeatEvent, text: str, calendar_name: str
) -> None:
    named = Mailbox(event.organizer.address, text)
    changed = replace(event, summary=text, organizer=named)

    for body in (request(changed), feed([changed], name=calendar_name, refresh=dt.timedelta(hours=1))):
        written = body.split(b"\r\n")
        assert max(map(len, written)) <= 75
        assert all(part.decode() is not None for part in written)
        assert written[-1] == b""
        assert b"\n" not in body.replace(b"\r\n", b"")


@given(start=instants, minutes=st.integers(1, 3000), tzid=st.sampled_from(ZONES))
@settings(deadline=None, max_examples=300)
def test_instants_survive_in_every_zone(
    event: SeatEvent, start: dt.datetime, minutes: int, tzid: str
) -> None:
    end = start + dt.timedelta(minutes=minutes)

    found = only_event(request(replace(event, start=start, end=end, tzid=tzid)))

    assert (found.start, found.end) == (start, end)


def test_every_state_has_its_message(event: SeatEvent) -> None:
    assert [method_of(replace(event, status=status)).value for status in EventStatus] == [
        "REQUEST",
        "REQUEST",
        "CANCEL",
    ]
