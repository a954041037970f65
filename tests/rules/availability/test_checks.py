"""What people may enter about their time."""

import datetime as dt
from dataclasses import replace

import pytest

from expertpool.availability.rules import (
    DayException,
    ExceptionKind,
    Leave,
    WeeklyPattern,
    check_exceptions,
    check_leave,
    check_notice,
    check_patterns,
)
from expertpool.refusals import Invalid

TODAY = dt.date(2026, 9, 7)
MORNING = WeeklyPattern(0, "09:00", "12:00", TODAY)
ADDED = DayException(TODAY, ExceptionKind.ADD, "09:00", "12:00")


def faulty_patterns(*patterns: WeeklyPattern) -> set[str]:
    with pytest.raises(Invalid) as refused:
        check_patterns(patterns)
    return set(refused.value.fields)


def faulty_exceptions(*exceptions: DayException) -> set[str]:
    with pytest.raises(Invalid) as refused:
        check_exceptions(exceptions, today=TODAY)
    return set(refused.value.fields)


def faulty_leave(leave: Leave) -> set[str]:
    with pytest.raises(Invalid) as refused:
        check_leave(leave, today=TODAY)
    return set(refused.value.fields)


def test_lines_that_overlap_or_touch_become_one() -> None:
    lines = [replace(MORNING, start="13:00", end="15:00"), replace(MORNING, end="13:00"), MORNING]

    assert check_patterns(lines) == (replace(MORNING, end="15:00"),)


def test_lines_of_other_days_zones_or_seasons_stay_apart() -> None:
    lines = (
        MORNING,
        replace(MORNING, valid_from=TODAY + dt.timedelta(days=1)),
        replace(MORNING, tz="Europe/Berlin"),
        replace(MORNING, weekday=1),
    )

    assert set(check_patterns(lines)) == set(lines)


def test_a_line_inside_another_adds_nothing() -> None:
    assert check_patterns([MORNING, replace(MORNING, start="10:00", end="11:00")]) == (MORNING,)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"end": "09:00"}, "end"),
        ({"end": "08:00"}, "end"),
        ({"start": "9 o'clock"}, "start"),
        ({"end": "25:00"}, "end"),
        ({"weekday": 7}, "weekday"),
        ({"weekday": -1}, "weekday"),
        ({"valid_until": TODAY}, "valid_until"),
        ({"tz": "Asia/Nowhere"}, "tz"),
        ({"tz": "../../etc/passwd"}, "tz"),
        ({"tz": "Asia"}, "tz"),
        ({"tz": ""}, "tz"),
    ],
)
def test_a_faulty_line_is_named_by_its_place_and_field(change: dict[str, object], field: str) -> None:
    faulty = replace(MORNING, **change)  # type: ignore[arg-type]

    assert faulty_patterns(MORNING, faulty) == {f"patterns.1.{field}"}


def test_all_faults_are_told_at_once() -> None:
    found = faulty_patterns(replace(MORNING, weekday=9), replace(MORNING, start="", end=""))

    assert found == {"patterns.0.weekday", "patterns.1.start", "patterns.1.end"}


def test_the_number_of_lines_is_limited() -> None:
    assert faulty_patterns(*[MORNING] * 101) == {"patterns"}


def test_changed_days_are_kept_in_order() -> None:
    later = replace(ADDED, day=TODAY + dt.timedelta(days=3))

    assert check_exceptions([later, ADDED], today=TODAY) == (ADDED, later)


@pytest.mark.parametrize("days", [-1, 732])
def test_a_changed_day_lies_between_today_and_two_years_ahead(days: int) -> None:
    changed = replace(ADDED, day=TODAY + dt.timedelta(days=days))

    assert faulty_exceptions(changed) == {"exceptions.0.day"}


def test_the_last_day_of_the_two_years_is_still_good() -> None:
    last = replace(ADDED, day=TODAY + dt.timedelta(days=731))

    assert check_exceptions([last], today=TODAY) == (last,)


def test_a_changed_day_ends_after_it_starts() -> None:
    assert faulty_exceptions(replace(ADDED, end="08:00")) == {"exceptions.0.end"}


def test_the_same_hours_are_not_both_added_and_taken_out() -> None:
    removed = replace(ADDED, kind=ExceptionKind.REMOVE, start="11:00", end="13:00")

    assert faulty_exceptions(ADDED, removed) == {"exceptions.1.start"}


def test_hours_that_touch_may_be_added_and_taken_out() -> None:
    removed = replace(ADDED, kind=ExceptionKind.REMOVE, start="12:00", end="13:00")

    assert len(check_exceptions([ADDED, removed], today=TODAY)) == 2


def test_the_number_of_changed_days_is_limited() -> None:
    assert faulty_exceptions(*[ADDED] * 401) == {"exceptions"}


def test_leave_of_one_day_is_good() -> None:
    leave = Leave(TODAY, TODAY + dt.timedelta(days=1))

    assert check_leave(leave, today=TODAY) == leave


@pytest.mark.parametrize(
    ("leave", "field"),
    [
        (Leave(TODAY, TODAY), "until"),
        (Leave(TODAY, TODAY + dt.timedelta(days=1101)), "until"),
        (Leave(TODAY - dt.timedelta(days=32), TODAY), "first_day"),
        (Leave(TODAY, TODAY + dt.timedelta(days=1), reason="x" * 501), "reason"),
        (Leave(TODAY, TODAY + dt.timedelta(days=1), tz="Mars/Base"), "tz"),
    ],
)
def test_faulty_leave_names_its_field(leave: Leave, field: str) -> None:
    assert faulty_leave(leave) == {field}


@pytest.mark.parametrize("minutes", [-1, 30 * 24 * 60 + 1])
def test_notice_lies_between_none_and_thirty_days(minutes: int) -> None:
    with pytest.raises(Invalid) as refused:
        check_notice(minutes)

    assert set(refused.value.fields) == {"notice_minutes"}


def test_thirty_days_of_notice_are_good() -> None:
    assert check_notice(30 * 24 * 60) == 43200
