"""A ministry's sessions put together from what was told to each seat."""

import datetime as dt
import uuid
from dataclasses import replace

import pytest

from expertpool.availability.rules import Span
from expertpool.calendars.rules import (
    MOST_EVENTS,
    DeskEvent,
    EventStatus,
    SeatTold,
    busy_window,
    desk_events,
    feed,
    free_busy,
)

NOW = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
SEAT = SeatTold(
    meeting=uuid.UUID(int=1),
    seats=2,
    role="Forensic examiner",
    sequence=0,
    revision=0,
    changed_at=NOW,
    span=Span(NOW + 7 * DAY, NOW + 7 * DAY + 2 * HOUR),
    status=EventStatus.TENTATIVE,
    location="Seoul",
    url="https://pool.example/needs/1",
)
AGREED = replace(SEAT, status=EventStatus.CONFIRMED, role="Lawyer")
OFF = replace(SEAT, status=EventStatus.CANCELLED, sequence=1, revision=1, changed_at=NOW + HOUR)


def shown(*seats: SeatTold, days: int = 0) -> list[DeskEvent]:
    return desk_events(seats, domain="pool.example", now=NOW + days * DAY)


@pytest.mark.parametrize(
    ("seats", "status"),
    [
        ((SEAT, AGREED), EventStatus.TENTATIVE),
        ((AGREED,), EventStatus.TENTATIVE),  # the other seat is still open
        ((AGREED, AGREED), EventStatus.CONFIRMED),
        ((OFF, AGREED, AGREED), EventStatus.CONFIRMED),  # somebody was replaced
        ((OFF, OFF), EventStatus.CANCELLED),
    ],
)
def test_a_session_is_agreed_when_every_seat_is(seats: tuple[SeatTold, ...], status: EventStatus) -> None:
    (event,) = shown(*seats)

    assert event.status is status


def test_kinds_of_experts_are_told_once_and_in_order() -> None:
    assert shown(AGREED, SEAT, SEAT)[0].roles == ("Forensic examiner", "Lawyer")


def test_the_sequence_grows_with_every_change_of_any_seat() -> None:
    steps = [
        (SEAT,),
        (SEAT, AGREED),
        (OFF, AGREED),
        (OFF, AGREED, SEAT),
        (OFF, AGREED, replace(SEAT, revision=1)),
    ]

    sequences = [shown(*seats)[0].sequence for seats in steps]

    assert sequences == sorted(set(sequences))


@pytest.mark.parametrize(("days", "count"), [(30, 1), (31, 0)])
def test_a_session_that_is_off_is_shown_for_thirty_days(days: int, count: int) -> None:
    assert len(shown(OFF, days=days)) == count


def test_a_feed_is_bounded_and_drops_the_earliest_first() -> None:
    many = [
        replace(
            SEAT,
            meeting=uuid.UUID(int=n + 1),
            span=Span(SEAT.span.start + n * HOUR, SEAT.span.end + n * HOUR),
        )
        for n in range(MOST_EVENTS + 5)
    ]

    events = shown(*many)

    assert len(events) == MOST_EVENTS
    assert min(event.start for event in events) == SEAT.span.start + 5 * HOUR


def test_looking_later_changes_no_byte() -> None:
    first, later = (feed(shown(SEAT, AGREED, days=days), name="x", refresh=HOUR) for days in (0, 5))

    assert first == later


@pytest.mark.parametrize("hours", [0, 15, 24 * 6 + 14])
def test_busy_times_cover_the_same_half_year_all_week(hours: int) -> None:
    """The test starts on a Monday, 09:00 in Seoul."""
    assert busy_window(NOW + hours * HOUR).start == NOW - 9 * HOUR


def test_the_next_week_covers_another_half_year() -> None:
    assert busy_window(NOW + 24 * 6 * HOUR + 15 * HOUR).start == NOW - 9 * HOUR + 7 * DAY


def test_busy_times_are_written_one_by_one() -> None:
    window = busy_window(NOW)
    busy = tuple(Span(NOW + n * DAY, NOW + n * DAY + HOUR) for n in (1, 2))

    body = free_busy(busy, window=window, uid="busy-1@pool.example", name="x", refresh=HOUR).decode()

    assert [line for line in body.split("\r\n") if line.startswith(("FREEBUSY", "DTSTAMP"))] == [
        "DTSTAMP:20261122T150000Z",
        "FREEBUSY;FBTYPE=BUSY;VALUE=PERIOD:20261124T000000Z/20261124T010000Z",
        "FREEBUSY;FBTYPE=BUSY;VALUE=PERIOD:20261125T000000Z/20261125T010000Z",
    ]
