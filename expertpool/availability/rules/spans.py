"""Half-open spans of time and their algebra: union, difference, intersection."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter

_ZERO = dt.timedelta(0)
_START = attrgetter("start")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of time that includes its start and not its end.

    Shape: start < end. Units: aware instants in UTC.
    Raises: ValueError for naive or local instants and for an empty span, which are faults of the caller;
    what people type is checked before it becomes a span.
    """

    start: dt.datetime
    end: dt.datetime

    def __post_init__(self) -> None:
        utc = self.start.tzinfo is dt.UTC is self.end.tzinfo  # the usual case, tested without a call
        if not utc and (self.start.utcoffset() != _ZERO or self.end.utcoffset() != _ZERO):
            raise ValueError("a span is made of aware UTC instants")
        if self.start >= self.end:
            raise ValueError("a span starts before it ends")

    @property
    def length(self) -> dt.timedelta:
        return self.end - self.start

    def overlaps(self, other: "Span") -> bool:
        """Whether the two share an instant; spans that only touch do not."""
        return self.start < other.end and other.start < self.end

    def covers(self, other: "Span") -> bool:
        return self.start <= other.start and other.end <= self.end


Spans = tuple[Span, ...]
"""Sorted, disjoint and not touching: the form `merge` gives and the other functions expect and keep."""


def merge(spans: Iterable[Span]) -> Spans:
    """The same instants as sorted spans that neither overlap nor touch."""
    merged: list[Span] = []
    for span in sorted(spans, key=_START):
        last = merged[-1] if merged else None
        if last is None or span.start > last.end:
            merged.append(span)
        elif span.end > last.end:
            merged[-1] = Span(last.start, span.end)
    return tuple(merged)


def subtract(spans: Spans, holes: Spans) -> Spans:
    """The instants of `spans` that are not in `holes`. Shape: both merged."""
    left: list[Span] = []
    first = 0
    for span in spans:
        start = span.start
        while first < len(holes) and holes[first].end <= start:
            first += 1
        at = first
        while at < len(holes) and holes[at].start < span.end:
            if start < holes[at].start:
                left.append(Span(start, holes[at].start))
            start = holes[at].end
            at += 1
        if start == span.start:
            left.append(span)
        elif start < span.end:
            left.append(Span(start, span.end))
    return tuple(left)


def intersect(some: Spans, others: Spans) -> Spans:
    """The instants in both. Shape: both merged."""
    both: list[Span] = []
    i = j = 0
    while i < len(some) and j < len(others):
        start = max(some[i].start, others[j].start)
        end = min(some[i].end, others[j].end)
        if start < end:
            both.append(Span(start, end))
        if some[i].end <= others[j].end:
            i += 1
        else:
            j += 1
    return tuple(both)
