"""Whether everybody could come at another time: what stands against it, person by person."""

import datetime as dt
import enum
from collections.abc import Iterable
from dataclasses import dataclass

from expertpool.availability.rules import (
    KIND_WORDS,
    ExpertCalendar,
    Span,
    Spans,
    blocked,
    free,
    intersect,
)
from expertpool.engagements.rules import check_lending, seoul_week
from expertpool.refusals import Conflicting
from expertpool.words import Words, words

GRID = dt.timedelta(minutes=30)
_LONGEST_SEARCH = dt.timedelta(days=60)


class ProposalState(enum.StrEnum):
    """Where a proposal of another time stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class Meeting:
    """What binds a session whoever comes. Units: UTC."""

    now_at: Span
    earliest: dt.datetime
    latest: dt.datetime
    deadline: dt.datetime


@dataclass(frozen=True, slots=True)
class Attendant:
    """Somebody on the session. `calendar` is without the time held for this session itself.

    `week_minutes` are the minutes used in each week, this session left out; `notice` and `blackouts` are the
    lender's terms, none for the ministry's own experts. Units: minutes; weeks by their Monday in Seoul.
    """

    calendar: ExpertCalendar
    week_minutes: dict[dt.date, int]
    capacity_minutes: int
    notice: dt.timedelta | None = None
    blackouts: tuple[Span, ...] = ()


def timing(meeting: Meeting, span: Span, *, now: dt.datetime) -> tuple[Words, ...]:
    """What stands against the time itself."""
    against = []
    if span.start <= now:
        against.append(words("The time has passed."))
    if span.length != meeting.now_at.length:
        hours = f"{meeting.now_at.length.total_seconds() / 3600:g}"
        against.append(
            words("The session takes %(hours)s hours, and the proposal is not as long.", hours=hours)
        )
    if span.start < meeting.earliest or span.end > meeting.latest:
        against.append(
            words(
                "The session has to lie between %(earliest)s and %(latest)s.",
                earliest=meeting.earliest,
                latest=meeting.latest,
            )
        )
    if span.end > meeting.deadline:
        against.append(words("The work is due before, at %(deadline)s.", deadline=meeting.deadline))
    return tuple(against)


def hindrances(attendant: Attendant, span: Span, *, now: dt.datetime) -> tuple[Words, ...]:
    """What stands against one person coming then, without a word about why somebody is busy."""
    against = list(
        dict.fromkeys(KIND_WORDS[each.kind] for each in blocked(span, attendant.calendar, now=now))
    )
    minutes = int(span.length.total_seconds()) // 60
    if attendant.week_minutes.get(seoul_week(span.start), 0) + minutes > attendant.capacity_minutes:
        against.append(words("The hours of that week are used up."))
    if attendant.notice is not None:
        try:
            check_lending([span], now=now, notice=attendant.notice, blackouts=attendant.blackouts)
        except Conflicting as refusal:
            against.append(refusal.words)
    return tuple(against)


def common_starts(
    meeting: Meeting, attendants: Iterable[Attendant], *, now: dt.datetime, most: int
) -> list[dt.datetime]:
    """The starts, on the half hour, at which nothing stands against anybody: the nearest to now's time first.

    Shape: at most `most`, and none outside the sixty days after the session may begin.
    """
    everybody = list(attendants)
    start = max(meeting.earliest, now)
    end = min(meeting.latest, meeting.deadline, start + _LONGEST_SEARCH)
    if end - start < meeting.now_at.length:
        return []
    common: Spans = (Span(start, end),)
    for attendant in everybody:
        common = intersect(common, free(Span(start, end), attendant.calendar, now=now))
    found = [span for span in _placed(common, meeting.now_at.length) if span.start != meeting.now_at.start]
    found.sort(key=lambda span: (abs(span.start - meeting.now_at.start), span.start))
    fitting = (
        span.start
        for span in found
        if not timing(meeting, span, now=now)
        and not any(hindrances(attendant, span, now=now) for attendant in everybody)
    )
    return [start for start, _ in zip(fitting, range(most), strict=False)]


def _placed(spans: Iterable[Span], length: dt.timedelta) -> Iterable[Span]:
    """The places on the grid where a session of that length fits into one of the spans."""
    for span in spans:
        late = (span.start - dt.datetime(2000, 1, 1, tzinfo=dt.UTC)) % GRID
        start = span.start + (GRID - late if late else late)
        while start + length <= span.end:
            yield Span(start, start + length)
            start += GRID
