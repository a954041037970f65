"""Calendars to subscribe to."""

import datetime as dt
from dataclasses import replace

from icalendar import Calendar

from expertpool.calendars.rules import EventStatus, Partstat, SeatEvent, feed

HOUR = dt.timedelta(hours=1)


def rendered(*events: SeatEvent) -> bytes:
    return feed(events, name="나의 지원 일정", refresh=HOUR)


def later(event: SeatEvent) -> SeatEvent:
    day = dt.timedelta(days=1)
    return replace(event, uid="another-uid-0001", start=event.start + day, end=event.end + day)


def lines(body: bytes) -> list[str]:
    return body.decode().replace("\r\n ", "").split("\r\n")


def test_readers_are_told_the_name_and_how_often_to_look(event: SeatEvent) -> None:
    head = lines(rendered(event))[:8]

    assert head == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//expertpool//calendars//EN",
        "CALSCALE:GREGORIAN",
        "NAME:나의 지원 일정",
        "X-WR-CALNAME:나의 지원 일정",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
    ]


def test_a_feed_names_nobody_and_asks_for_nothing(event: SeatEvent) -> None:
    body = rendered(event).decode()

    for word in ("METHOD", "ORGANIZER", "ATTENDEE", "desk.example", "hong", "홍길동"):
        assert word not in body


def test_every_event_is_private(event: SeatEvent) -> None:
    assert lines(rendered(event, later(event))).count("CLASS:PRIVATE") == 2


def test_a_cancelled_event_stays_and_says_so(event: SeatEvent) -> None:
    gone = replace(event, status=EventStatus.CANCELLED)

    (found,) = Calendar.from_ical(rendered(gone)).events

    assert (str(found["STATUS"]), str(found["TRANSP"])) == ("CANCELLED", "TRANSPARENT")


def test_the_order_of_events_changes_no_byte(event: SeatEvent) -> None:
    assert rendered(event, later(event)) == rendered(later(event), event)


def test_an_answer_changes_no_byte(event: SeatEvent) -> None:
    assert rendered(replace(event, partstat=Partstat.ACCEPTED)) == rendered(event)


def test_an_empty_feed_is_still_a_calendar() -> None:
    calendar = Calendar.from_ical(rendered())

    assert calendar.events == []
    assert [str(zone["TZID"]) for zone in calendar.timezones] == ["Asia/Seoul"]


def test_a_zone_is_described_once(event: SeatEvent) -> None:
    assert lines(rendered(event, later(event))).count("TZID:Asia/Seoul") == 1
