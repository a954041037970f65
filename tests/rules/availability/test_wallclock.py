"""Wall clock times and the instants they mean."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expertpool.availability.rules import clock_time, instant, minute_of_day

NEW_YORK = "America/New_York"
CLOCKS_FORWARD = dt.date(2026, 3, 8)
CLOCKS_BACK = dt.date(2026, 11, 1)


def utc(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=dt.UTC)  # type: ignore[arg-type, misc]


def test_nine_in_seoul_is_midnight_utc() -> None:
    assert instant(dt.date(2026, 9, 7), 9 * 60, "Asia/Seoul") == utc(2026, 9, 7, 0)


def test_24_00_is_the_midnight_of_the_next_day() -> None:
    day = dt.date(2026, 9, 7)

    assert instant(day, minute_of_day("24:00"), "Asia/Seoul") == instant(dt.date(2026, 9, 8), 0, "Asia/Seoul")


def test_new_york_keeps_its_wall_time_over_the_change_of_the_clocks() -> None:
    winter = instant(dt.date(2026, 3, 6), 9 * 60, NEW_YORK)
    summer = instant(dt.date(2026, 3, 9), 9 * 60, NEW_YORK)

    assert (winter.hour, summer.hour) == (14, 13)


def test_a_skipped_time_means_the_instant_of_the_skip() -> None:
    found = [instant(CLOCKS_FORWARD, minute, NEW_YORK) for minute in (120, 121, 150, 179, 180)]

    assert found == [utc(2026, 3, 8, 7)] * 5


def test_a_day_that_a_country_skipped_has_no_length() -> None:
    skipped = dt.date(2011, 12, 30)

    assert instant(skipped, 0, "Pacific/Apia") == instant(skipped, 1440, "Pacific/Apia")


def test_a_time_that_occurs_twice_means_its_first_occurrence() -> None:
    assert instant(CLOCKS_BACK, 90, NEW_YORK) == utc(2026, 11, 1, 5, 30)


@given(
    day=st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 30)),
    minute=st.integers(0, 1439),
    tz=st.sampled_from(["Asia/Seoul", NEW_YORK, "Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia"]),
)
@settings(deadline=None, max_examples=300)
def test_wall_times_keep_their_order(day: dt.date, minute: int, tz: str) -> None:
    assert instant(day, minute, tz) <= instant(day, minute + 1, tz)


@given(
    day=st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 30)),
    minute=st.integers(0, 1439),
)
@settings(deadline=None)
def test_a_clock_in_seoul_shows_the_time_it_was_asked_for(day: dt.date, minute: int) -> None:
    shown = instant(day, minute, "Asia/Seoul").astimezone(ZoneInfo("Asia/Seoul"))

    assert (shown.date(), shown.hour * 60 + shown.minute) == (day, minute)


@given(st.integers(0, 1440))
def test_minutes_survive_being_written(minute: int) -> None:
    assert minute_of_day(clock_time(minute)) == minute


@pytest.mark.parametrize(
    "text", ["", "9:00", "09.00", "24:01", "12:60", "-1:00", "0900", "09:00:00", "아홉:00", "０９:００"]
)
def test_other_times_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a time of day"):
        minute_of_day(text)
