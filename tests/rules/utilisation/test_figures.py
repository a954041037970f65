"""What may be counted, and how."""

import datetime as dt

import pytest

from expertpool.refusals import Invalid
from expertpool.utilisation.rules import (
    SMALLEST_SHOWN,
    Period,
    Used,
    offered_minutes,
    overlap_days,
    period_of,
    ratio_percent,
    shown_minutes,
    spread,
)

MONDAY = dt.date(2026, 11, 23)


@pytest.mark.parametrize(("hidden", "shown"), [(0, 60), (SMALLEST_SHOWN - 1, 60), (SMALLEST_SHOWN, 560)])
def test_util_01_small_numbers_of_compartmented_engagements_leave_no_trace(hidden: int, shown: int) -> None:
    cell = [Used(60, compartmented=False)] + [Used(100, compartmented=True)] * hidden

    assert shown_minutes(cell) == shown


def test_util_02_nothing_offered_has_no_ratio() -> None:
    assert ratio_percent(60, 0) is None
    assert ratio_percent(90, 120) == 75
    assert ratio_percent(15, 5555) == 0.3


def test_util_02_capacity_counts_a_seventh_for_each_day() -> None:
    assert offered_minutes(600, 7) == 600
    assert offered_minutes(700, 3) == 300


def test_util_03_one_duration_is_its_own_spread() -> None:
    figures = spread([dt.timedelta(hours=5)])

    assert figures is not None
    assert (figures.count, figures.median, figures.ninetieth) == (1, 5.0, 5.0)


def test_util_03_the_ninetieth_lies_above_the_median() -> None:
    figures = spread([dt.timedelta(hours=n) for n in range(1, 12)])

    assert figures is not None
    assert (figures.median, figures.ninetieth) == (6.0, 10.0)


def test_days_in_two_overlapping_terms_count_once() -> None:
    week = Period(MONDAY, MONDAY + dt.timedelta(days=7))
    spans = [
        (MONDAY, MONDAY + dt.timedelta(days=3)),
        (MONDAY - dt.timedelta(days=9), MONDAY + dt.timedelta(days=2)),
    ]

    assert len(overlap_days(spans, week)) == 3


def test_a_period_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        period_of(MONDAY, MONDAY - dt.timedelta(days=1))

    assert set(refused.value.fields) == {"last"}
