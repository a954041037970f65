"""What a server's answer means, and when it is asked again."""

import datetime as dt

import pytest

from expertpool.availability.rules.remote import (
    NOTHING_SEEN,
    CalendarState,
    Seen,
    Trouble,
    after_failure,
    after_reading,
    is_redirect,
    questions_at,
    seen_from,
    trouble_of,
    wait_from,
    window_at,
)

NOW = dt.datetime(2026, 11, 23, 3, 20, tzinfo=dt.UTC)
MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("status", "trouble"),
    [
        (200, None),
        (304, None),
        (204, Trouble.STRANGE_ANSWER),
        (206, Trouble.STRANGE_ANSWER),
        (300, Trouble.STRANGE_ANSWER),
        (400, Trouble.STRANGE_ANSWER),
        (401, Trouble.NOT_ALLOWED),
        (403, Trouble.NOT_ALLOWED),
        (404, Trouble.NOT_THERE),
        (410, Trouble.NOT_THERE),
        (429, Trouble.TOO_OFTEN),
        (500, Trouble.SERVER_FAULT),
        (503, Trouble.TOO_OFTEN),
        (599, Trouble.SERVER_FAULT),
        (999, Trouble.STRANGE_ANSWER),
    ],
)
def test_a_status_is_told_in_our_words(status: int, trouble: Trouble | None) -> None:
    assert trouble_of(status) is trouble


def test_five_statuses_send_us_on() -> None:
    assert [status for status in range(300, 400) if is_redirect(status)] == [301, 302, 303, 307, 308]


@pytest.mark.parametrize(
    ("etag", "date", "questions"),
    [
        ('"v1"', None, {"If-None-Match": '"v1"'}),
        ('W/"v1"', "Mon, 23 Nov 2026 00:00:00 GMT", {"If-None-Match": 'W/"v1"'}),
        (None, "Mon, 23 Nov 2026 00:00:00 GMT", {"If-Modified-Since": "Mon, 23 Nov 2026 00:00:00 GMT"}),
        ("v1", None, {}),
        ('"v1\r\nHost: inside"', "x\r\ny", {}),
        ('"' + "a" * 300 + '"', "오늘", {}),
        (None, None, {}),
    ],
)
def test_only_marks_that_are_safe_to_send_back_are_kept(
    etag: str | None, date: str | None, questions: dict[str, str]
) -> None:
    assert seen_from(etag, date).questions == questions


@pytest.mark.parametrize(
    ("written", "wait"),
    [
        ("120", 2 * MINUTE),
        ("Mon, 23 Nov 2026 04:20:00 GMT", HOUR),
        ("Mon, 23 Nov 2026 00:00:00 GMT", dt.timedelta()),
        ("soon", None),
        ("-5", None),
        ("9" * 40, None),
        (None, None),
    ],
)
def test_a_server_may_ask_to_be_left_alone(written: str | None, wait: dt.timedelta | None) -> None:
    assert wait_from(written, now=NOW) == wait


@pytest.mark.parametrize(
    ("hint", "wait"),
    [(None, HOUR), (MINUTE, 15 * MINUTE), (2 * HOUR, 2 * HOUR), (30 * DAY, DAY), (-HOUR, 15 * MINUTE)],
)
def test_a_calendar_is_read_again_as_it_suggests_within_bounds(
    hint: dt.timedelta | None, wait: dt.timedelta
) -> None:
    assert after_reading(NOW, hint) == NOW + wait


@pytest.mark.parametrize(
    ("failures", "asked", "state", "wait"),
    [
        (0, None, CalendarState.ACTIVE, HOUR / 2),
        (0, MINUTE, CalendarState.ACTIVE, HOUR / 2),
        (0, 3 * HOUR, CalendarState.ACTIVE, 3 * HOUR),
        (0, 90 * DAY, CalendarState.ACTIVE, DAY),
        (1, None, CalendarState.ACTIVE, 6 * HOUR),
        (2, None, CalendarState.PAUSED, dt.timedelta()),
        (2, HOUR, CalendarState.PAUSED, dt.timedelta()),
    ],
)
def test_three_failures_in_a_row_pause_a_calendar(
    failures: int, asked: dt.timedelta | None, state: CalendarState, wait: dt.timedelta
) -> None:
    step = after_failure(failures, NOW, asked)

    assert (step.state, step.failures, step.at) == (state, failures + 1, NOW + wait)


@pytest.mark.parametrize(
    ("left", "asked"), [(None, NOTHING_SEEN), (299 * DAY, NOTHING_SEEN), (300 * DAY, Seen('"v1"'))]
)
def test_unchanged_is_no_answer_once_the_known_days_run_out(left: dt.timedelta | None, asked: Seen) -> None:
    until = None if left is None else NOW + left

    assert questions_at(Seen('"v1"'), until, NOW) == asked


def test_a_week_back_and_four_hundred_days_in_all_are_read() -> None:
    window = window_at(NOW)

    assert (window.start, window.length) == (dt.datetime(2026, 11, 16, tzinfo=dt.UTC), 400 * DAY)
