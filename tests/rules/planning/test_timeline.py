"""Instants as minutes since a Seoul midnight, and the weeks and months of Seoul."""

import datetime as dt

from expertpool.planning.rules import RunState, Timeline, run_step_refused
from expertpool.scheduling import snapshot as sn

NOON = dt.datetime(2026, 11, 30, 3, 0, tzinfo=dt.UTC)  # a Monday, 12:00 in Seoul
LINE = Timeline.spanning(NOON, NOON + dt.timedelta(days=3))


def test_the_ruler_begins_and_ends_at_a_seoul_midnight() -> None:
    assert LINE.epoch == dt.datetime(2026, 11, 29, 15, 0, tzinfo=dt.UTC)
    assert LINE.horizon == 4 * 24 * 60


def test_an_instant_survives_the_way_there_and_back() -> None:
    assert LINE.instant(LINE.minute(NOON)) == NOON


def test_a_started_minute_is_not_free_from_its_beginning() -> None:
    later = NOON + dt.timedelta(seconds=1)

    assert LINE.span(later, later + dt.timedelta(minutes=2)) == sn.Span(721, 722)


def test_a_span_off_the_ruler_is_none() -> None:
    assert LINE.span(NOON - dt.timedelta(days=9), NOON - dt.timedelta(days=8)) is None


def test_weeks_and_months_cover_the_ruler_without_gaps() -> None:
    weeks, months = LINE.weeks(), LINE.months()

    assert [week.label for week in weeks] == ["2026-11-30"]
    assert [month.label for month in months] == ["2026-11-01", "2026-12-01"]
    assert months[0].end == months[1].start == 24 * 60
    assert months[-1].end >= LINE.horizon


def test_a_decided_run_takes_no_further_step() -> None:
    assert run_step_refused(RunState.PROPOSED, RunState.APPROVED) is None
    assert run_step_refused(RunState.APPROVED, RunState.DISCARDED) is not None
