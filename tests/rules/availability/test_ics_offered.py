"""Calendars that tell times only: read by the standard, and written so that the same time comes back."""

import contextlib
import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expertpool.availability.rules import (
    ExpertCalendar,
    Span,
    WeeklyPattern,
    free,
    subtract,
)
from expertpool.availability.rules.ics import Skip, Unreadable, divide
from expertpool.availability.rules.ics.offering import Signature, offered_file, taken_file
from expertpool.availability.rules.spans import merge
from tests.rules.availability.calendar_files import calendar, read
from tests.rules.availability.test_free_properties import FIRST, calendars, nows

DAY = dt.timedelta(days=1)
WINDOW = Span(FIRST, FIRST + 16 * DAY)
TENTH = Span(dt.datetime(2026, 9, 10, tzinfo=dt.UTC), dt.datetime(2026, 9, 11, tzinfo=dt.UTC))


def offers(extent: str, *hours: str, priority: int | None = None, **lines: str) -> str:
    """A VAVAILABILITY on 10 September; `extent` and `hours` as 08-12, in UTC."""
    said = [f"DTSTART:20260910T{extent[:2]}0000Z", f"DTEND:20260910T{extent[3:]}0000Z"] if extent else []
    said += [f"PRIORITY:{priority}"] if priority is not None else []
    said += [f"{name}:{value}" for name, value in lines.items()]
    for number, each in enumerate(hours):
        said += ["BEGIN:AVAILABLE", f"UID:{number}@x", f"DTSTART:20260910T{each[:2]}0000Z"]
        said += [f"DTEND:20260910T{each[3:]}0000Z", "END:AVAILABLE"]
    return "\r\n".join(("BEGIN:VAVAILABILITY", "UID:a@x", *said, "END:VAVAILABILITY"))


def taken(*parts: str) -> list[str]:
    """The hours of 10 September that are taken, in UTC."""
    busy, skipped, _ = read(*parts, window=TENTH)
    assert skipped == []
    return [f"{span.start:%H}-{(span.end - dt.timedelta(minutes=1)).hour + 1:02}" for span in busy]


@pytest.mark.parametrize(
    ("parts", "hours"),
    [
        ([offers("08-18", "09-12")], ["08-09", "12-18"]),
        ([offers("", "09-12")], ["00-09", "12-24"]),
        ([offers("08-18")], ["08-18"]),
        ([offers("08-12", "06-10")], ["10-12"]),
        ([offers("08-18", "09-12", "11-14")], ["08-09", "14-18"]),
        ([offers("08-18", BUSYTYPE="BUSY-TENTATIVE")], ["08-18"]),
        ([offers("00-24", "09-18", priority=9), offers("10-14", priority=1)], ["00-09", "10-14", "18-24"]),
        ([offers("00-24", priority=9), offers("10-14", "10-14", priority=1)], ["00-10", "14-24"]),
        ([offers("10-14", "10-14", priority=9), offers("08-18", priority=1)], ["08-18"]),
        ([offers("08-18", "08-18"), offers("10-14", priority=9)], ["10-14"]),
        ([offers("08-18", priority=9), offers("10-14", "10-14", priority=0)], ["08-18"]),
        ([offers("08-18", "08-14"), offers("10-18", "12-18")], ["10-12", "14-18"]),
        ([offers("08-12", "09-10"), offers("14-18", "15-16")], ["08-09", "10-12", "14-15", "16-18"]),
    ],
)
def test_the_part_of_the_highest_priority_decides(parts: list[str], hours: list[str]) -> None:
    midnight = [each.replace("T240000Z", "T235959Z") for each in parts]

    assert taken(*midnight) == hours


def test_offered_hours_may_repeat_and_be_moved() -> None:
    weekly = "BEGIN:AVAILABLE\r\nUID:w@x\r\nDTSTART;TZID=Asia/Seoul:20260903T180000\r\nDURATION:PT2H"
    moved = "BEGIN:AVAILABLE\r\nUID:w@x\r\nRECURRENCE-ID;TZID=Asia/Seoul:20260910T180000"
    moved += "\r\nDTSTART:20260910T150000Z\r\nDURATION:PT1H\r\nEND:AVAILABLE"
    parts = f"{weekly}\r\nRRULE:FREQ=WEEKLY\r\nEND:AVAILABLE\r\n{moved}"

    assert taken(offers("08-18").replace("END:VAVAILABILITY", f"{parts}\r\nEND:VAVAILABILITY")) == [
        "08-15",
        "16-18",
    ]


def test_hours_that_cannot_be_worked_out_offer_nothing_and_are_told() -> None:
    endless = offers("08-18", "09-12").replace("END:AVAILABLE", "RRULE:FREQ=SECONDLY\r\nEND:AVAILABLE")

    busy, skipped, _ = read(endless, window=TENTH)

    assert (len(busy), skipped) == (1, [Skip.RULE_TOO_OFTEN])


@pytest.mark.parametrize("priority", ["10", "-1", "high"])
def test_a_part_with_a_broken_priority_is_left_out(priority: str) -> None:
    busy, skipped, _ = read(offers("08-18", PRIORITY=priority), window=TENTH)

    assert (busy, skipped) == ((), [Skip.BROKEN])


@pytest.mark.parametrize(
    ("line", "hours"),
    [
        ("FREEBUSY:20260910T080000Z/20260910T100000Z,20260910T120000Z/PT1H", ["08-10", "12-13"]),
        ("FREEBUSY;FBTYPE=FREE:20260910T080000Z/PT1H", []),
        ("FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20260910T080000Z/PT1H", ["08-09"]),
        ("FREEBUSY;FBTYPE=BUSY-TENTATIVE:20260910T080000Z/PT1H", ["08-09"]),
        ("FREEBUSY;FBTYPE=X-NOBODY-KNOWS:20260910T080000Z/PT1H", ["08-09"]),
        ("FREEBUSY:20260801T080000Z/PT1H", []),
    ],
)
def test_free_busy_times_are_read_by_their_kind(line: str, hours: list[str]) -> None:
    assert taken(f"BEGIN:VFREEBUSY\r\nUID:a@x\r\n{line}\r\nEND:VFREEBUSY") == hours


@pytest.mark.parametrize(
    "line", ["FREEBUSY:20260910T080000/PT1H", "FREEBUSY:x/y", "FREEBUSY:20260910T080000Z/20260910T080000Z"]
)
def test_a_broken_period_costs_its_part(line: str) -> None:
    parts = [
        f"BEGIN:VFREEBUSY\r\nUID:{n}@x\r\n{each}\r\nEND:VFREEBUSY"
        for n, each in enumerate((line, "FREEBUSY:20260910T080000Z/PT1H"))
    ]

    busy, skipped, _ = read(*parts, window=TENTH)

    assert (len(busy), skipped) == (1, [Skip.BROKEN])


def _came_back(data: bytes, window: Span) -> tuple[Span, ...]:
    found = [series.read() for series in divide(data, window=window, tz="Asia/Seoul").series]
    assert [each.skipped for each in found if each.skipped] == []
    busy = merge(span for each in found for span in each.busy)
    return subtract((window,), subtract(busy, subtract(busy, (window,))))


@settings(max_examples=40, deadline=None)
@given(calendars)
def test_hours_that_are_downloaded_are_read_back_as_the_same_free_time(kept: ExpertCalendar) -> None:
    own_word = replace(kept, busy=(), holds=(), notice_minutes=0)

    data = offered_file(kept, WINDOW, Signature("x@desk.example", FIRST))

    assert _came_back(data, WINDOW) == free(WINDOW, own_word, now=FIRST)


@settings(max_examples=40, deadline=None)
@given(calendars, nows)
def test_taken_time_that_is_downloaded_is_all_that_is_not_free(
    kept: ExpertCalendar, now: dt.datetime
) -> None:
    data = taken_file(kept, WINDOW, Signature("x@desk.example", now))

    assert _came_back(data, WINDOW) == free(WINDOW, kept, now=now)


def test_weekly_hours_stay_a_rule_where_clocks_never_change() -> None:
    patterns = (
        WeeklyPattern(0, "09:00", "18:00", dt.date(2026, 1, 1)),
        WeeklyPattern(1, "09:00", "18:00", dt.date(2026, 1, 1), tz="Europe/Berlin"),
    )
    kept = ExpertCalendar(patterns, (), (), (), (), 0)

    data = offered_file(kept, WINDOW, Signature("x@desk.example", FIRST))

    text = data.replace(b"\r\n ", b"").decode()
    assert "DTSTART;TZID=Asia/Seoul:20261026T090000\r\nDURATION:PT540M\r\nRRULE:FREQ=WEEKLY;BYDAY=MO" in text
    assert "TZID:Asia/Seoul" in text
    assert "Europe/Berlin" not in text
    assert max(len(line) for line in data.split(b"\r\n")) <= 75


def test_our_own_appointments_do_not_count_twice() -> None:
    ours = "BEGIN:VEVENT\r\nUID:{}@Desk.Example\r\nDTSTART:20260910T080000Z\r\nDURATION:PT1H\r\nEND:VEVENT"
    data = calendar(ours.format("0" * 32), ours.format("mine"))

    divided = divide(data, window=TENTH, tz="Asia/Seoul", own_domain="desk.example")

    assert [each.why for each in divided.skipped] == [Skip.OURS]
    assert [series.entries[0].uid for series in divided.series] == ["mine@Desk.Example"]


LINES = [
    b"BEGIN:AVAILABLE\r\nDTSTART:20260910T080000Z\r\nDURATION:PT1H\r\nEND:AVAILABLE",
    b"BEGIN:AVAILABLE\r\nDTSTART;TZID=Nowhere:00010101T000000\r\nRRULE:FREQ=DAILY\r\nEND:AVAILABLE",
    b"BEGIN:AVAILABLE\r\nUID:w@x\r\nRECURRENCE-ID:never\r\nEND:AVAILABLE",
    b"DTSTART;TZID=Asia/Seoul:00010101T000000",
    b"DTSTART:99991231T235959Z",
    b"DTEND:20260911T000000Z",
    b"DTEND;VALUE=DATE:20260911",
    b"DURATION:P" + b"9" * 40 + b"D",
    b"DURATION:-PT1H",
    b"PRIORITY:\xd9\xa3",
    b"PRIORITY:" + b"9" * 5_000,
    b"FREEBUSY:99991231T235959Z/P999999999D",
    b"FREEBUSY;FBTYPE=:20260910T080000Z/20260910T090000Z,",
    b"REFRESH-INTERVAL:PT15M",
]


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from([b"VAVAILABILITY", b"VFREEBUSY"]),
    st.lists(st.sampled_from(LINES) | st.binary(max_size=15), max_size=10),
    st.sampled_from([b"REFRESH-INTERVAL:P1D", b"X-PUBLISHED-TTL:P" + b"9" * 60 + b"D", b"X:"]),
)
def test_nothing_but_a_fault_is_raised(kind: bytes, middle: list[bytes], head: bytes) -> None:
    part = (b"BEGIN:" + kind, *middle, b"END:" + kind)
    data = b"\r\n".join((b"BEGIN:VCALENDAR", head, *part, b"END:VCALENDAR"))

    with contextlib.suppress(Unreadable):
        for series in divide(data, window=TENTH, tz="Asia/Seoul").series:
            series.read()
