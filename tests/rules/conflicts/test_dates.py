"""Imprecise dates and look-backs counted to the day."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expertpool.conflicts.rules.dates import (
    UNKNOWN_DAY,
    DaySpan,
    ImpreciseDate,
    first_day_outside,
    longest,
    shortest,
    within_years,
    years_before,
)
from tests.rules.conflicts.world import ON, day


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024-02-29", dt.date(2024, 2, 29), dt.date(2024, 2, 29)),
        ("2024-02", dt.date(2024, 2, 1), dt.date(2024, 2, 29)),
        ("2024", dt.date(2024, 1, 1), dt.date(2024, 12, 31)),
        ("unknown", dt.date.min, dt.date.max),
    ],
)
def test_an_imprecise_date_spans_every_day_it_can_mean(text: str, first: dt.date, last: dt.date) -> None:
    assert (day(text).earliest, day(text).latest, str(day(text))) == (first, last, text)


@pytest.mark.parametrize("parts", [(None, 2, None), (2024, None, 3), (2023, 2, 29), (2024, 13, None)])
def test_a_date_that_no_calendar_has_is_refused(parts: tuple[int | None, ...]) -> None:
    with pytest.raises(ValueError, match=r"."):
        ImpreciseDate(*parts)


@pytest.mark.parametrize(
    ("on", "years", "expected"),
    [
        (dt.date(2026, 9, 1), 2, dt.date(2024, 9, 1)),
        (dt.date(2028, 2, 29), 2, dt.date(2026, 2, 28)),
        (dt.date(2028, 2, 29), 4, dt.date(2024, 2, 29)),
    ],
)
def test_a_look_back_reaches_the_same_calendar_day(on: dt.date, years: int, expected: dt.date) -> None:
    assert years_before(on, years) == expected


@settings(deadline=None)
@given(st.dates(min_value=dt.date(1990, 1, 1), max_value=dt.date(2090, 1, 1)), st.integers(1, 12))
def test_the_first_day_outside_a_look_back_follows_the_last_day_inside(last: dt.date, years: int) -> None:
    outside = first_day_outside(last, years)

    assert not within_years(last, years, on=outside)
    assert within_years(last, years, on=outside - dt.timedelta(days=1))


def test_a_period_that_goes_on_is_never_read_as_beginning_later_than_it_can() -> None:
    assert shortest(day("2026"), None, on=ON) == DaySpan(ON, dt.date.max)


def test_a_period_that_begins_after_the_day_stays_there() -> None:
    assert shortest(day("2027-03-01"), None, on=ON).first == dt.date(2027, 3, 1)


def test_a_period_within_one_vague_year_held_on_at_least_one_day() -> None:
    first_day = dt.date(2024, 1, 1)

    assert shortest(day("2024"), day("2024"), on=ON) == DaySpan(first_day, first_day)
    assert longest(day("2024"), day("2024")) == DaySpan(first_day, dt.date(2024, 12, 31))


@settings(deadline=None)
@given(*[st.builds(ImpreciseDate, st.integers(2020, 2030), st.none() | st.integers(1, 12))] * 2)
def test_the_short_reading_lies_inside_the_long_one(since: ImpreciseDate, until: ImpreciseDate) -> None:
    if since.earliest <= until.latest:
        assert longest(since, until).covers(shortest(since, until, on=ON))
    assert longest(since, UNKNOWN_DAY).covers(shortest(since, UNKNOWN_DAY, on=ON))
