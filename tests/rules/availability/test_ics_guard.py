"""What is left out of calendar files, and files that mean harm."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar.parser import Contentline

from expertpool.availability.rules.ics import (
    FAULT_WORDS,
    FILE_LIMITS,
    NOTE_WORDS,
    SKIP_WORDS,
    Fault,
    Note,
    Property,
    Skip,
    Unreadable,
    divide,
    scan,
)
from tests.rules.availability.calendar_files import SEPTEMBER, calendar, event, read

DAILY = ("DTSTART:20260901T000000Z", "DTEND:20260901T010000Z")
GOOD = event(*DAILY, uid="good@x")
DATES = ",".join(["20260901T000000Z"] * 2001)
BY_ALL = "BYHOUR=" + ",".join(map(str, range(24))) + ";BYMINUTE=" + ",".join(map(str, range(60)))


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ((*DAILY, "STATUS:CANCELLED"), Skip.CANCELLED),
        ((*DAILY, "TRANSP:TRANSPARENT"), Skip.FREE),
        (("DTEND:20260901T010000Z",), Skip.NO_START),
        ((DAILY[0],), Skip.NO_LENGTH),
        ((DAILY[0], "DTEND:20260801T000000Z"), Skip.NO_LENGTH),
        ((DAILY[0], "DURATION:-PT1H"), Skip.NO_LENGTH),
        ((DAILY[0], "DTEND:20360901T010000Z"), Skip.TOO_LONG),
        ((DAILY[0], "DURATION:P" + "9" * 60 + "D"), Skip.BROKEN),
        ((DAILY[0], "DTEND;VALUE=DATE:20260902"), Skip.BROKEN),
        (("DTSTART:yesterday", DAILY[1]), Skip.BROKEN),
        (("DTSTART:20261341T996699Z", DAILY[1]), Skip.BROKEN),
        ((*DAILY, DAILY[0]), Skip.BROKEN),
        (("DTSTART;TZID=Asia/Seoul:00010101T000000", "DURATION:PT1H"), Skip.BROKEN),
        ((*DAILY, "RRULE:FREQ=SECONDLY"), Skip.RULE_TOO_OFTEN),
        ((*DAILY, "RRULE:FREQ=SECONDLY;COUNT=" + "9" * 30), Skip.RULE_TOO_OFTEN),
        ((*DAILY, "RRULE:FREQ=MINUTELY"), Skip.RULE_TOO_OFTEN),
        ((*DAILY, "RRULE:FREQ=HOURLY"), Skip.RULE_TOO_OFTEN),
        ((*DAILY, "RRULE:FREQ=HOURLY;COUNT=1001"), Skip.RULE_TOO_OFTEN),
        ((*DAILY, f"RRULE:FREQ=DAILY;{BY_ALL}"), Skip.RULE_TOO_WIDE),
        ((*DAILY, "RRULE:FREQ=DAILY;BYHOUR=" + "1," * 2000), Skip.RULE_TOO_WIDE),
        ((*DAILY, "RRULE:FREQ=DAILY;INTERVAL=0"), Skip.RULE_BROKEN),
        ((*DAILY, "RRULE:FREQ=DAILY;INTERVAL=-1"), Skip.RULE_BROKEN),
        ((*DAILY, "RRULE:FREQ=DAILY;COUNT=-5"), Skip.RULE_BROKEN),
        ((*DAILY, "RRULE:FREQ=DAILY;FREQ=DAILY"), Skip.RULE_BROKEN),
        ((*DAILY, "RRULE:FREQ=FORTNIGHTLY"), Skip.RULE_BROKEN),
        ((*DAILY, "RRULE:INTERVAL=2"), Skip.RULE_BROKEN),
        ((*DAILY, "RRULE:FREQ=MONTHLY;BYDAY=99MO"), Skip.RULE_BROKEN),
        ((*DAILY, "RRULE:FREQ=MONTHLY;BYMONTHDAY=0"), Skip.RULE_BROKEN),
        ((*DAILY, "RRULE:FREQ=YEARLY;RSCALE=CHINESE"), Skip.RULE_BROKEN),
        ((*DAILY, "RRULE:"), Skip.RULE_BROKEN),
        (("DTSTART:19691231T000000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY"), Skip.RULE_TOO_OLD),
        (("DTSTART:20990101T000000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY"), Skip.RULE_TOO_OLD),
        ((*DAILY, *["RRULE:FREQ=DAILY;COUNT=2"] * 3), Skip.TOO_MANY_RULES),
        ((*DAILY, f"RDATE:{DATES}"), Skip.TOO_MANY_DATES),
        ((*DAILY, f"EXDATE:{DATES}"), Skip.TOO_MANY_DATES),
    ],
)
def test_a_bad_entry_costs_that_entry_and_tells_why(lines: tuple[str, ...], why: Skip) -> None:
    busy, skipped, _ = read(event(*lines, uid="bad@x"), GOOD)

    assert skipped == [why]
    assert len(busy) == 1


def test_a_broken_change_costs_that_change() -> None:
    busy, skipped, _ = read(event("RECURRENCE-ID:never", *DAILY, uid="good@x"), GOOD)

    assert (len(busy), skipped) == (1, [Skip.BROKEN])


def test_what_is_no_appointment_is_told() -> None:
    assert read("BEGIN:VTODO\r\nUID:t@x\r\nEND:VTODO", GOOD)[1] == [Skip.OTHER_KIND]


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", Fault.EMPTY),
        (b"\xef\xbb\xbf\r\n", Fault.EMPTY),
        (b"/etc/passwd", Fault.NOT_A_CALENDAR),
        (b"<!doctype html>", Fault.NOT_A_CALENDAR),
        (b"END:VCALENDAR", Fault.NOT_A_CALENDAR),
        (b"BEGIN:VEVENT\r\nEND:VEVENT", Fault.NOT_A_CALENDAR),
        (calendar(GOOD).decode().encode("utf-16"), Fault.NOT_TEXT),
        (calendar(GOOD).removesuffix(b"END:VCALENDAR\r\n"), Fault.CUT_OFF),
        (calendar(GOOD).replace(b"END:VEVENT", b"END:VTODO"), Fault.ENDS_DIFFER),
        (b"BEGIN:VCALENDAR\r\n" + b"BEGIN:X\r\n" * 100_000, Fault.TOO_DEEP),
        (calendar("X:" + "1" * 70_000), Fault.LINE_TOO_LONG),
        (calendar("X:" + "\r\n 1" * 70_000), Fault.LINE_TOO_LONG),
        (calendar(*["BEGIN:A\r\nEND:A"] * 20_001), Fault.TOO_MANY_PARTS),
        (calendar(*["X:1"] * 501), Fault.TOO_MANY_LINES),
        (b" " * (5 * 2**20 + 1), Fault.TOO_LARGE),
    ],
    ids=lambda value: value.value if isinstance(value, Fault) else "",
)
def test_a_file_that_cannot_be_read_says_why(data: bytes, fault: Fault) -> None:
    with pytest.raises(Unreadable) as unreadable:
        scan(data, FILE_LIMITS)

    assert unreadable.value.fault is fault


def test_everything_that_is_told_has_words() -> None:
    assert (set(SKIP_WORDS), set(NOTE_WORDS), set(FAULT_WORDS)) == (set(Skip), set(Note), set(Fault))


@pytest.mark.parametrize(
    "line",
    [
        "DTSTART;TZID=Asia/Seoul:20260901T090000",
        "attendee;PartStat=ACCEPTED;RSVP=TRUE:mailto:a@b.example",
        'ATTENDEE;CN="Hong; Gil:Dong":mailto:a@b.example',
        "COMMENT:a:b;c=d\\n",
        "X-A;B=c^nd:e",
        "X-A;B=1,2:e",
        "X-A:",
    ],
)
def test_a_line_is_taken_apart_as_the_library_does(line: str) -> None:
    name, parameters, value = Contentline(line).raw_parts()  # type: ignore[no-untyped-call]
    plain = {key: ",".join(each) if isinstance(each, list) else each for key, each in parameters.items()}

    (block,) = scan(calendar(line), FILE_LIMITS).calendars
    assert block.properties(name.upper()) == [Property(name.upper(), plain, value)]


LINES = [
    *calendar(GOOD, event(*DAILY, "RRULE:FREQ=DAILY;COUNT=3", "EXDATE:20260902T000000Z")).split(b"\r\n"),
    b"RECURRENCE-ID:20260902T000000Z",
    b"DTSTART;TZID=Nowhere:20260903T000000",
    b"RRULE:FREQ=YEARLY;BYWEEKNO=53;BYSETPOS=-1",
    b"RRULE:FREQ=MONTHLY;BYDAY=5FR,-5MO;COUNT=7",
    b"RDATE;VALUE=PERIOD:20260902T000000Z/PT1H",
    b"X-WR-TIMEZONE:Mars",
]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(LINES) | st.binary(max_size=15), max_size=12))
def test_nothing_but_a_fault_is_raised(middle: list[bytes]) -> None:
    data = b"\r\n".join((b"BEGIN:VCALENDAR", b"BEGIN:VEVENT", *middle, b"END:VEVENT", b"END:VCALENDAR"))

    with contextlib.suppress(Unreadable):
        for series in divide(data, window=SEPTEMBER, tz="Asia/Seoul").series:
            series.read()
