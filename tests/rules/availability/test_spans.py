"""The algebra of half-open spans."""

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expertpool.availability.rules import Span, Spans, intersect, merge, subtract

EPOCH = dt.datetime(2026, 9, 7, tzinfo=dt.UTC)
HOURS = range(40)


def hours(start: int, end: int) -> Span:
    return Span(EPOCH + dt.timedelta(hours=start), EPOCH + dt.timedelta(hours=end))


def covered(spans: Spans) -> set[int]:
    return {hour for hour in HOURS if any(span.covers(hours(hour, hour + 1)) for span in spans)}


some_spans = st.lists(
    st.tuples(st.integers(0, 38), st.integers(1, 10)).map(lambda at: hours(at[0], min(40, sum(at))))
)


def test_a_span_refuses_instants_without_a_zone() -> None:
    naive = dt.datetime(2026, 9, 7)

    with pytest.raises(ValueError, match="aware UTC"):
        Span(naive, naive + dt.timedelta(hours=1))


def test_a_span_refuses_local_time() -> None:
    seoul = dt.timezone(dt.timedelta(hours=9))
    start = dt.datetime(2026, 9, 7, tzinfo=seoul)

    with pytest.raises(ValueError, match="aware UTC"):
        Span(start, start + dt.timedelta(hours=1))


def test_a_span_accepts_utc_under_any_name() -> None:
    start = EPOCH.replace(tzinfo=dt.timezone(dt.timedelta(0)))

    span = Span(start, start + dt.timedelta(hours=1))

    assert span == hours(0, 1)


def test_a_span_is_never_empty() -> None:
    with pytest.raises(ValueError, match="before it ends"):
        Span(EPOCH, EPOCH)


def test_touching_spans_do_not_overlap() -> None:
    assert not hours(0, 1).overlaps(hours(1, 2))


def test_touching_spans_merge_into_one() -> None:
    assert merge([hours(3, 4), hours(1, 2), hours(2, 3)]) == (hours(1, 4),)


def test_a_span_inside_another_adds_nothing() -> None:
    assert merge([hours(1, 9), hours(2, 3)]) == (hours(1, 9),)


def test_a_hole_across_two_spans_shortens_both() -> None:
    left = subtract((hours(0, 4), hours(6, 10)), (hours(3, 7),))

    assert left == (hours(0, 3), hours(7, 10))


@given(some_spans)
def test_merging_keeps_every_hour_and_leaves_gaps_between_spans(spans: list[Span]) -> None:
    merged = merge(spans)

    assert covered(merged) == covered(tuple(spans))
    assert all(one.end < next_one.start for one, next_one in pairwise(merged))


@given(some_spans, some_spans)
@settings(max_examples=300)
def test_difference_and_intersection_are_those_of_sets(some: list[Span], others: list[Span]) -> None:
    one, other = merge(some), merge(others)

    assert covered(subtract(one, other)) == covered(one) - covered(other)
    assert covered(intersect(one, other)) == covered(one) & covered(other)


@given(some_spans, some_spans)
def test_results_are_merged_again(some: list[Span], others: list[Span]) -> None:
    one, other = merge(some), merge(others)

    for result in (subtract(one, other), intersect(one, other)):
        assert merge(result) == result
