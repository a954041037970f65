"""Which spans are free, and why others are not."""

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from expertpool.availability.rules import (
    BlockKind,
    Busy,
    DayException,
    ExceptionKind,
    ExpertCalendar,
    Leave,
    Span,
    WeeklyPattern,
    blocked,
    free,
)
from expertpool.refusals import Invalid

SEOUL = ZoneInfo("Asia/Seoul")
LONG_AGO = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
MONDAY = dt.date(2026, 9, 7)
WEEKDAYS = tuple(WeeklyPattern(weekday, "09:00", "18:00", dt.date(2026, 1, 1)) for weekday in range(5))
OFFICE_HOURS = ExpertCalendar(WEEKDAYS, (), (), (), (), 0)


def kst(day: dt.date, start: str, end: str) -> Span:
    """A span between two wall clock times of one day in Seoul; "24:00" ends the day."""
    return Span(at(day, start), at(day, end))


def at(day: dt.date, clock: str) -> dt.datetime:
    hours, minutes = (int(part) for part in clock.split(":"))
    midnight = dt.datetime.combine(day, dt.time(), tzinfo=SEOUL).astimezone(dt.UTC)
    return midnight + dt.timedelta(hours=hours, minutes=minutes)


def whole(day: dt.date) -> Span:
    return kst(day, "00:00", "24:00")


def kinds(window: Span, calendar: ExpertCalendar, now: dt.datetime = LONG_AGO) -> list[BlockKind]:
    return [block.kind for block in blocked(window, calendar, now=now)]


def test_the_weekly_hours_are_free() -> None:
    assert free(whole(MONDAY), OFFICE_HOURS, now=LONG_AGO) == (kst(MONDAY, "09:00", "18:00"),)


def test_nothing_is_free_without_weekly_hours() -> None:
    nothing = replace(OFFICE_HOURS, patterns=())

    assert free(whole(MONDAY), nothing, now=LONG_AGO) == ()


def test_time_outside_the_weekly_hours_says_so() -> None:
    assert kinds(whole(MONDAY), OFFICE_HOURS) == [BlockKind.PATTERN, BlockKind.PATTERN]


def test_a_window_cuts_the_hours() -> None:
    window = kst(MONDAY, "17:00", "19:00")

    assert free(window, OFFICE_HOURS, now=LONG_AGO) == (kst(MONDAY, "17:00", "18:00"),)


def test_hours_that_end_at_midnight_and_go_on_the_next_day_are_one_span() -> None:
    night = (
        WeeklyPattern(0, "22:00", "24:00", dt.date(2026, 1, 1)),
        WeeklyPattern(1, "00:00", "06:00", dt.date(2026, 1, 1)),
    )
    window = Span(at(MONDAY, "12:00"), at(MONDAY, "36:00"))

    spans = free(window, replace(OFFICE_HOURS, patterns=night), now=LONG_AGO)

    assert spans == (Span(at(MONDAY, "22:00"), at(MONDAY, "30:00")),)


def test_hours_hold_from_their_first_day_up_to_their_last() -> None:
    limited = WeeklyPattern(0, "09:00", "18:00", dt.date(2026, 9, 7), dt.date(2026, 9, 14))
    window = Span(at(dt.date(2026, 8, 31), "00:00"), at(dt.date(2026, 9, 15), "00:00"))

    spans = free(window, replace(OFFICE_HOURS, patterns=(limited,)), now=LONG_AGO)

    assert spans == (kst(MONDAY, "09:00", "18:00"),)


def test_an_added_saturday_is_free() -> None:
    saturday = dt.date(2026, 9, 12)
    added = DayException(saturday, ExceptionKind.ADD, "10:00", "12:00")

    spans = free(whole(saturday), replace(OFFICE_HOURS, exceptions=(added,)), now=LONG_AGO)

    assert spans == (kst(saturday, "10:00", "12:00"),)


def test_hours_taken_out_are_not_free() -> None:
    removed = DayException(MONDAY, ExceptionKind.REMOVE, "09:00", "12:00")

    spans = free(whole(MONDAY), replace(OFFICE_HOURS, exceptions=(removed,)), now=LONG_AGO)

    assert spans == (kst(MONDAY, "12:00", "18:00"),)


def test_hours_both_added_and_taken_out_are_not_free() -> None:
    changes = tuple(DayException(MONDAY, kind, "19:00", "20:00") for kind in ExceptionKind)

    spans = free(kst(MONDAY, "18:00", "24:00"), replace(OFFICE_HOURS, exceptions=changes), now=LONG_AGO)

    assert spans == ()


def test_weekly_hours_do_not_hold_on_a_public_holiday() -> None:
    chuseok = dt.date(2026, 9, 25)

    assert free(whole(chuseok), OFFICE_HOURS, now=LONG_AGO) == ()


def test_a_public_holiday_is_named() -> None:
    (block,) = blocked(whole(dt.date(2026, 9, 25)), OFFICE_HOURS, now=LONG_AGO)

    assert (block.kind, str(block.reason)) == (BlockKind.HOLIDAY, "Public holiday: Chuseok.")


def test_an_expert_may_add_hours_on_a_public_holiday() -> None:
    chuseok = dt.date(2026, 9, 25)
    added = DayException(chuseok, ExceptionKind.ADD, "10:00", "12:00")

    spans = free(whole(chuseok), replace(OFFICE_HOURS, exceptions=(added,)), now=LONG_AGO)

    assert spans == (kst(chuseok, "10:00", "12:00"),)


def test_a_holiday_is_a_korean_day_also_for_an_expert_abroad() -> None:
    abroad = WeeklyPattern(3, "00:00", "24:00", dt.date(2026, 1, 1), tz="America/New_York")
    window = Span(dt.datetime(2026, 12, 24, 5, tzinfo=dt.UTC), dt.datetime(2026, 12, 25, 5, tzinfo=dt.UTC))

    spans = free(window, replace(OFFICE_HOURS, patterns=(abroad,)), now=LONG_AGO)

    assert spans == (Span(window.start, at(dt.date(2026, 12, 25), "00:00")),)


def test_leave_takes_its_days_up_to_the_last() -> None:
    away = Leave(MONDAY, MONDAY + dt.timedelta(days=2))
    window = Span(at(MONDAY, "00:00"), at(MONDAY, "72:00"))

    spans = free(window, replace(OFFICE_HOURS, leaves=(away,)), now=LONG_AGO)

    assert spans == (kst(dt.date(2026, 9, 9), "09:00", "18:00"),)


def test_the_reason_of_a_leave_is_told_nowhere() -> None:
    away = Leave(MONDAY, MONDAY + dt.timedelta(days=1), reason="surgery")
    calendar = replace(OFFICE_HOURS, leaves=(away,))

    told = repr(blocked(whole(MONDAY), calendar, now=LONG_AGO)) + repr(calendar)

    assert "surgery" not in told


def test_imported_busy_time_is_not_free_and_names_its_calendar() -> None:
    lecture = Busy(kst(MONDAY, "10:00", "11:00"), "University")
    calendar = replace(OFFICE_HOURS, busy=(lecture,))

    (block,) = blocked(kst(MONDAY, "09:00", "18:00"), calendar, now=LONG_AGO)

    assert (block.span, str(block.reason)) == (lecture.span, "Busy in the calendar “University”.")


def test_time_held_for_an_engagement_is_not_free() -> None:
    hold = kst(MONDAY, "13:00", "15:00")

    spans = free(kst(MONDAY, "13:00", "18:00"), replace(OFFICE_HOURS, holds=(hold,)), now=LONG_AGO)

    assert spans == (kst(MONDAY, "15:00", "18:00"),)


def test_notice_keeps_the_next_hours_from_being_free() -> None:
    calendar = replace(OFFICE_HOURS, notice_minutes=120)

    spans = free(whole(MONDAY), calendar, now=at(MONDAY, "10:00"))

    assert spans == (kst(MONDAY, "12:00", "18:00"),)


def test_notice_and_the_past_are_told_apart() -> None:
    calendar = replace(OFFICE_HOURS, notice_minutes=90)

    blocks = blocked(kst(MONDAY, "09:00", "18:00"), calendar, now=at(MONDAY, "10:00"))

    assert [str(block.reason) for block in blocks] == [
        "This time has passed.",
        "This expert asks for 1.5 hours of notice.",
    ]


def test_the_firmest_reason_is_told_first() -> None:
    hour = kst(MONDAY, "06:00", "07:00")
    removed = DayException(MONDAY, ExceptionKind.REMOVE)
    told = []
    calendar = ExpertCalendar(
        (), (removed,), (Leave(MONDAY, MONDAY + dt.timedelta(days=1)),), (Busy(hour, "Home"),), (hour,), 0
    )

    told += kinds(hour, calendar)
    told += kinds(hour, replace(calendar, holds=()))
    told += kinds(hour, replace(calendar, holds=(), leaves=()))
    told += kinds(hour, replace(calendar, holds=(), leaves=(), busy=()))
    told += kinds(hour, replace(calendar, holds=(), leaves=(), busy=(), exceptions=()))

    assert told == [
        BlockKind.HELD,
        BlockKind.LEAVE,
        BlockKind.BUSY,
        BlockKind.EXCEPTION,
        BlockKind.PATTERN,
    ]


def test_hours_in_new_york_follow_its_clocks() -> None:
    sunday_to_tuesday = Span(
        dt.datetime(2026, 10, 31, 4, tzinfo=dt.UTC), dt.datetime(2026, 11, 3, 5, tzinfo=dt.UTC)
    )
    mornings = tuple(
        WeeklyPattern(weekday, "09:00", "10:00", dt.date(2026, 1, 1), tz="America/New_York")
        for weekday in range(7)
    )

    spans = free(sunday_to_tuesday, replace(OFFICE_HOURS, patterns=mornings), now=LONG_AGO)

    assert [span.start.hour for span in spans] == [13, 14, 14]


def test_hours_the_clocks_skipped_are_not_offered() -> None:
    skipped = WeeklyPattern(6, "02:00", "03:00", dt.date(2026, 1, 1), tz="America/New_York")
    sunday = Span(dt.datetime(2026, 3, 8, tzinfo=dt.UTC), dt.datetime(2026, 3, 9, tzinfo=dt.UTC))

    assert free(sunday, replace(OFFICE_HOURS, patterns=(skipped,)), now=LONG_AGO) == ()


def test_a_window_of_four_hundred_days_is_the_longest() -> None:
    start = at(MONDAY, "00:00")
    longest = Span(start, start + dt.timedelta(days=400))

    assert free(longest, OFFICE_HOURS, now=LONG_AGO)
    with pytest.raises(Invalid) as refused:
        free(Span(start, longest.end + dt.timedelta(seconds=1)), OFFICE_HOURS, now=LONG_AGO)
    assert set(refused.value.fields) == {"end"}


def test_years_nobody_plans_for_are_refused() -> None:
    start = dt.datetime(9000, 1, 1, tzinfo=dt.UTC)

    with pytest.raises(Invalid) as refused:
        blocked(Span(start, start + dt.timedelta(days=1)), OFFICE_HOURS, now=LONG_AGO)

    assert set(refused.value.fields) == {"start"}
