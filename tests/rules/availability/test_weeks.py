"""Laying one week of hours over those that were there."""

import datetime as dt

from expertpool.availability.rules import DayHours, WeeklyPattern, hours_in_week, hours_version, lay_week

MONDAY = dt.date(2026, 11, 23)
WEEK = dt.timedelta(days=7)
MORNING = DayHours(0, "09:00", "12:00")
EVENING = DayHours(0, "18:00", "21:00")


def _laid(
    patterns: tuple[WeeklyPattern, ...], hours: DayHours, weeks: int | None
) -> tuple[WeeklyPattern, ...]:
    until = None if weeks is None else MONDAY + weeks * WEEK
    return lay_week(patterns, (hours,), first=MONDAY, until=until, tz="Asia/Seoul")


def test_hours_for_one_week_leave_the_weeks_around_it_as_they_were() -> None:
    usual = (WeeklyPattern(0, "09:00", "12:00", dt.date(2026, 1, 5)),)

    laid = _laid(usual, EVENING, 1)

    assert hours_in_week(laid, MONDAY - WEEK) == (MORNING,)
    assert hours_in_week(laid, MONDAY) == (EVENING,)
    assert hours_in_week(laid, MONDAY + WEEK) == (MORNING,)


def test_hours_without_an_end_replace_what_was_to_come() -> None:
    later = (WeeklyPattern(0, "09:00", "12:00", MONDAY + 10 * WEEK),)

    laid = _laid(later, EVENING, None)

    assert laid == (WeeklyPattern(0, "18:00", "21:00", MONDAY),)


def test_laying_the_same_hours_again_leaves_one_line() -> None:
    usual = (WeeklyPattern(0, "09:00", "12:00", dt.date(2026, 1, 5)),)

    laid = _laid(usual, MORNING, 1)

    assert laid == usual


def test_hours_that_ended_long_ago_are_dropped() -> None:
    old = (WeeklyPattern(0, "09:00", "12:00", dt.date(2020, 1, 6), dt.date(2021, 1, 4)),)

    assert _laid(old, MORNING, None) == (WeeklyPattern(0, "09:00", "12:00", MONDAY),)


def test_the_version_depends_on_the_hours_and_not_on_their_order() -> None:
    one, other = (WeeklyPattern(day, "09:00", "12:00", MONDAY) for day in (0, 1))

    assert hours_version((one, other)) == hours_version((other, one))
    assert hours_version((one,)) != hours_version((other,))
