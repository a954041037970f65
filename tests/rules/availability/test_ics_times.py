"""When the entries of a calendar file take time."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr  # type: ignore[import-untyped] # ships no types
from hypothesis import given, settings
from hypothesis import strategies as st

from expertpool.availability.rules import Span
from expertpool.availability.rules.ics import Note, divide
from tests.rules.availability.calendar_files import calendar, event, read, spans, starts

NINE, TEN = "DTSTART;TZID=Asia/Seoul:20260907T090000", "DTEND;TZID=Asia/Seoul:20260907T100000"
WEEKLY = (NINE, TEN, "RRULE:FREQ=WEEKLY;COUNT=3")


def test_a_single_entry_takes_its_time() -> None:
    assert spans(event(NINE, TEN)) == ["09-07T00:00/09-07T01:00"]


def test_an_entry_outside_the_window_takes_none() -> None:
    assert read(event("DTSTART:20251007T000000Z", "DURATION:PT1H")) == ((), [], [])


def test_an_end_in_another_zone_is_understood() -> None:
    assert spans(event(NINE, "DTEND;TZID=Europe/Berlin:20260907T040000")) == ["09-07T00:00/09-07T02:00"]


def test_a_whole_day_is_a_day_of_the_owner() -> None:
    busy, _, notes = read(event("DTSTART;VALUE=DATE:20260907", "DTEND;VALUE=DATE:20260909"))

    assert [(span.start.hour, span.length) for span in busy] == [(15, dt.timedelta(days=2))]
    assert notes == [(Note.WHOLE_DAY, "")]


def test_a_whole_day_without_an_end_is_one_day() -> None:
    assert spans(event("DTSTART;VALUE=DATE:20260907")) == ["09-06T15:00/09-07T15:00"]


def test_days_follow_the_calendars_own_clock() -> None:
    assert spans("X-WR-TIMEZONE:Europe/Berlin", event("DTSTART;VALUE=DATE:20260907")) == [
        "09-06T22:00/09-07T22:00"
    ]


def test_a_leap_second_is_the_second_before() -> None:
    assert spans(event("DTSTART:20260907T000060Z", "DTEND:20260907T010000Z")) == ["09-07T00:00/09-07T01:00"]


@pytest.mark.parametrize(
    "left_out",
    [
        "EXDATE;TZID=Asia/Seoul:20260914T090000",
        "EXDATE:20260914T000000Z",
        "EXDATE;VALUE=DATE:20260914",
        "EXDATE;TZID=Korea Standard Time:20260914T090000",
    ],
)
def test_an_exception_may_be_written_in_many_ways(left_out: str) -> None:
    assert starts(event(*WEEKLY, left_out)) == ["09-07T00:00", "09-21T00:00"]


def test_a_whole_day_series_may_except_a_day_by_its_midnight() -> None:
    entry = event(
        "DTSTART;VALUE=DATE:20260907",
        "RRULE:FREQ=DAILY;COUNT=3",
        "EXDATE;TZID=Asia/Seoul:20260908T000000",
    )

    assert starts(entry) == ["09-06T15:00", "09-08T15:00"]


def test_a_changed_repetition_moves_alone() -> None:
    change = event("RECURRENCE-ID:20260914T000000Z", "DTSTART:20260915T020000Z", "DTEND:20260915T030000Z")

    assert starts(change, event(*WEEKLY)) == ["09-07T00:00", "09-15T02:00", "09-21T00:00"]


@pytest.mark.parametrize("mark", ["STATUS:CANCELLED", "TRANSP:TRANSPARENT"])
def test_a_repetition_that_does_not_take_place_takes_no_time(mark: str) -> None:
    change = event("RECURRENCE-ID:20260914T000000Z", "DTSTART:20260914T000000Z", "DURATION:PT1H", mark)

    assert len(read(event(*WEEKLY), change)[0]) == 2


def test_a_change_whose_series_is_missing_still_takes_time() -> None:
    assert starts(
        event("RECURRENCE-ID:20260914T000000Z", "DTSTART:20260915T020000Z", "DTEND:20260915T030000Z")
    ) == ["09-15T02:00"]


def test_single_dates_are_added() -> None:
    more = "RDATE;VALUE=PERIOD:20260908T000000Z/PT1H,20260909T000000Z/20260909T010000Z"

    assert starts(event(NINE, TEN, more)) == ["09-07T00:00", "09-08T00:00", "09-09T00:00"]


@pytest.mark.parametrize(
    "until", ["20260914", "20260914T000000Z", "20260914T090000"], ids=["day", "instant", "wall time"]
)
def test_the_last_repetition_counts(until: str) -> None:
    assert starts(event(NINE, TEN, f"RRULE:FREQ=WEEKLY;UNTIL={until}")) == ["09-07T00:00", "09-14T00:00"]


def test_repetitions_keep_the_wall_time_when_clocks_change() -> None:
    window = Span(dt.datetime(2026, 10, 24, tzinfo=dt.UTC), dt.datetime(2026, 10, 27, tzinfo=dt.UTC))
    zone = "TZID=Europe/Berlin"
    entry = event(f"DTSTART;{zone}:20260101T090000", f"DTEND;{zone}:20260101T100000", "RRULE:FREQ=DAILY")

    assert starts(entry, window=window) == ["10-24T07:00", "10-25T08:00", "10-26T08:00"]


def test_a_long_entry_that_began_before_the_window_counts() -> None:
    entry = event("DTSTART:20260101T000000Z", "DURATION:P20D", "RRULE:FREQ=MONTHLY;COUNT=12")

    assert starts(entry)[0] == "09-01T00:00"


def test_a_long_count_is_cut_and_told() -> None:
    assert (Note.COUNT_CUT, "") in read(event(NINE, TEN, "RRULE:FREQ=DAILY;COUNT=99999999999"))[2]


def test_a_change_of_all_later_ones_is_told_as_a_guess() -> None:
    change = event(
        "RECURRENCE-ID;RANGE=THISANDFUTURE:20260914T000000Z", "DTSTART:20260914T020000Z", "DURATION:PT1H"
    )

    assert (Note.REST_UNCHANGED, "") in read(event(*WEEKLY), change)[2]


FIXED = "BEGIN:VTIMEZONE\r\nTZID:Ours\r\nBEGIN:STANDARD\r\nTZOFFSETTO:+0900\r\nEND:STANDARD\r\nEND:VTIMEZONE"
PLACED = "BEGIN:VTIMEZONE\r\nTZID:Ours\r\nX-LIC-LOCATION:Asia/Seoul\r\nEND:VTIMEZONE"
LYING = FIXED.replace("Ours", "Asia/Seoul").replace("+0900", "-0500")


@pytest.mark.parametrize(
    ("tzid", "described", "notes"),
    [
        ("Asia/Seoul", "", []),
        ("Asia/Seoul", LYING, []),
        ("Korea Standard Time", "", [Note.ZONE_GUESSED]),
        ("/freeassociation.example/Asia/Seoul", "", [Note.ZONE_GUESSED]),
        ("/vendor.example/20260101_1/Asia/Seoul", "", [Note.ZONE_GUESSED]),
        ("/Asia/Seoul", "", [Note.ZONE_GUESSED]),
        ("posix/Asia/Seoul", "", [Note.ZONE_GUESSED]),
        ("KST", "", [Note.ZONE_GUESSED]),
        ("GMT+0900", "", [Note.ZONE_GUESSED]),
        ('"(UTC+09:00) 서울"', "", [Note.ZONE_GUESSED]),
        ("Ours", FIXED, [Note.ZONE_GUESSED]),
        ("Ours", PLACED, [Note.ZONE_GUESSED]),
        ("Ours", "", [Note.ZONE_UNKNOWN]),
        ("../../etc/passwd", "", [Note.ZONE_UNKNOWN]),
        ("GMT+99", "", [Note.ZONE_UNKNOWN]),
        ("", "", [Note.NO_ZONE]),
    ],
)
def test_zones_are_found_or_guessed_and_guesses_are_told(
    tzid: str, described: str, notes: list[Note]
) -> None:
    zone = f";TZID={tzid}" if tzid else ""
    entry = event(f"DTSTART{zone}:20260907T090000", f"DTEND{zone}:20260907T100000")
    busy, skipped, noted = read(*filter(None, (entry, described)))

    assert [span.start.hour for span in busy] == [0]
    assert skipped == []
    assert [note for note, _ in noted] == notes


def test_a_file_in_the_old_korean_code_is_read() -> None:
    data = calendar(event(NINE, TEN, "SUMMARY:회의")).decode().encode("cp949")
    window = Span(dt.datetime(2026, 9, 1, tzinfo=dt.UTC), dt.datetime(2026, 10, 1, tzinfo=dt.UTC))

    assert [each.note for each in divide(data, window=window, tz="Asia/Seoul").notes] == [Note.KOREAN_CODE]


rules = st.builds(
    lambda frequency, interval, days, until: (
        f"FREQ={frequency};INTERVAL={interval}"
        + (f";BYDAY={','.join(days)}" if days else "")
        + (f";UNTIL=2026{until:02}15T000000Z" if until else "")
    ),
    st.sampled_from(["DAILY", "WEEKLY"]),
    st.integers(1, 9),
    st.lists(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), max_size=3, unique=True),
    st.integers(0, 12),
)


@settings(max_examples=40, deadline=None)
@given(rules, st.dates(dt.date(2024, 1, 1), dt.date(2026, 12, 31)), st.integers(0, 23))
def test_skipping_ahead_changes_nothing(rule: str, day: dt.date, hour: int) -> None:
    seoul = ZoneInfo("Asia/Seoul")
    first = dt.datetime.combine(day, dt.time(hour), tzinfo=seoul)
    window = Span(dt.datetime(2026, 8, 31, 15, tzinfo=dt.UTC), dt.datetime(2026, 9, 30, 15, tzinfo=dt.UTC))
    plain = {first, *rrulestr(rule, dtstart=first).between(window.start, window.end, inc=True)}
    expected = [
        at.astimezone(dt.UTC) for at in sorted(plain) if window.start <= at.astimezone(dt.UTC) < window.end
    ]

    busy, skipped, _ = read(
        event(f"DTSTART;TZID=Asia/Seoul:{first:%Y%m%dT%H%M%S}", "DURATION:PT30M", f"RRULE:{rule}"),
        window=window,
    )

    assert skipped == []
    assert [span.start for span in busy] == expected
