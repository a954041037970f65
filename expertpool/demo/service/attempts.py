"""When each engagement of the past took its steps, so that a seat's attempts follow each other.

Pure. The world says who was asked and how it ended; here the attempts on one seat are put in a row before
the first session, and those that could not have been made (no hours, no quota, time taken) are left out.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from expertpool.availability.rules import Span
from expertpool.demo.world import World
from expertpool.demo.world.engagements import Engagement, Worked
from expertpool.demo.world.lending import month_of
from expertpool.demo.world.teams import week_of
from expertpool.engagements.rules import EngagementState

PROPOSING = dt.timedelta(minutes=5)
# An attempt takes an hour to prepare, a day to answer and an hour to look on; less where time is short.
ATTEMPT = dt.timedelta(hours=26)
ANSWERING = dt.timedelta(days=1)
MOST_OF_IT = 0.6
LONGEST_LEAD = dt.timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Attempt:
    """An engagement with the times of its steps; `held` is the time it held.

    `confirmed_at` and `delivered_at` are set where the work was done, `answered_at` where a yes came before
    the end.
    """

    engagement: Engagement
    held: tuple[Worked, ...]
    proposed_at: dt.datetime
    offered_at: dt.datetime
    answer_by: dt.datetime
    answered_at: dt.datetime | None
    confirmed_at: dt.datetime | None
    delivered_at: dt.datetime | None
    ended_at: dt.datetime

    @property
    def open_until(self) -> dt.datetime:
        """When it stopped counting against the engagements an expert has open at a time."""
        return self.delivered_at or self.ended_at


def attempts_of(world: World) -> tuple[Attempt, ...]:
    """Every engagement of the past that could have been made, in the order of the proposals."""
    asked = {need.key: need.not_before for need in world.needs}
    done = {(e.need, e.seat): e for e in world.engagements if e.state is EngagementState.CLOSED}
    books = _Books(world, done.values())
    failed: dict[tuple[str, str], list[Engagement]] = defaultdict(list)
    for each in world.engagements:
        seat = (each.need, each.seat)
        if each.state is not EngagementState.CLOSED and books.has_room(each, done[seat].worked):
            failed[seat].append(each)
    found = [
        attempt for seat, last in done.items() for attempt in _seat(asked[last.need], last, failed[seat])
    ]
    return tuple(sorted(found, key=lambda each: (each.proposed_at, each.engagement.key)))


def most_at_once(attempts: Iterable[Attempt]) -> dict[str, int]:
    """The most engagements each expert had open at one time."""
    steps: dict[str, list[tuple[dt.datetime, int]]] = defaultdict(list)
    for each in attempts:
        steps[each.engagement.expert] += [(each.proposed_at, 1), (each.open_until, -1)]
    most: dict[str, int] = {}
    for expert, changes in steps.items():
        now = 0
        # A beginning counts before an end at the same moment: the loader may take them in either order.
        for _, change in sorted(changes, key=lambda step: (step[0], -step[1])):
            now += change
            most[expert] = max(most.get(expert, 0), now)
    return most


def _seat(asked: dt.datetime, last: Engagement, failed: Sequence[Engagement]) -> list[Attempt]:
    begins = last.worked[0].starts_at
    first = asked + PROPOSING
    step = min(ATTEMPT, (begins - first) * MOST_OF_IT / len(failed)) if failed else ATTEMPT
    found = [_failed(each, last.worked, first + n * step, step) for n, each in enumerate(failed)]
    return [*found, _done(last, first + len(failed) * step if failed else asked)]


def _failed(each: Engagement, held: tuple[Worked, ...], start: dt.datetime, step: dt.timedelta) -> Attempt:
    scale = step / ATTEMPT
    offered = start + dt.timedelta(hours=1) * scale
    latest = start + step - dt.timedelta(minutes=10) * scale
    answered = offered + (each.answered_at - each.offered_at) * scale if each.answered_at else None
    answer_by = offered + ANSWERING * scale
    lapsed = each.state is EngagementState.LAPSED
    ended = answer_by if lapsed else min(offered + (each.ended_at - each.offered_at) * scale, latest)
    return Attempt(each, held, start, offered, answer_by, answered, None, None, ended)


def _done(each: Engagement, asked: dt.datetime) -> Attempt:
    lead = min(each.worked[0].starts_at - asked, LONGEST_LEAD)
    proposed = asked + min(PROPOSING, lead / 10)
    offered = asked + lead / 5
    return Attempt(
        each,
        each.worked,
        proposed,
        offered,
        offered + ANSWERING,
        asked + lead / 2,
        asked + lead * 4 / 5,
        each.delivered_at,
        each.ended_at,
    )


class _Books:
    """What the work that was done took of times, weeks and quotas, and what attempts would take beside it."""

    def __init__(self, world: World, done: Iterable[Engagement]) -> None:
        self._week = {e.key: e.previous_capacity_minutes or e.weekly_capacity_minutes for e in world.experts}
        self._month = {(a.lender, a.borrower): a.previous_quota_minutes for a in world.agreements}
        self._taken: dict[str, list[Span]] = defaultdict(list)
        self._weeks: dict[tuple[str, dt.date], int] = defaultdict(int)
        self._months: dict[tuple[tuple[str, str], dt.date], int] = defaultdict(int)
        for each in done:
            self._take(each, each.worked)

    def has_room(self, each: Engagement, held: tuple[Worked, ...]) -> bool:
        """Whether all of `held` fits beside what is taken; it is taken then."""
        spans = [Span(worked.starts_at, worked.ends_at) for worked in held]
        if any(span.overlaps(other) for span in spans for other in self._taken[each.expert]):
            return False
        self._take(each, held)
        if self._fits(each, held):
            return True
        self._take(each, held, sign=-1)
        return False

    def _take(self, each: Engagement, held: tuple[Worked, ...], *, sign: int = 1) -> None:
        pair = (each.lender, each.borrower)
        for worked in held:
            span = Span(worked.starts_at, worked.ends_at)
            if sign > 0:
                self._taken[each.expert].append(span)
            else:
                self._taken[each.expert].remove(span)
            self._weeks[each.expert, week_of(worked.starts_at)] += sign * worked.minutes
            self._months[pair, month_of(worked.starts_at)] += sign * worked.minutes

    def _fits(self, each: Engagement, held: tuple[Worked, ...]) -> bool:
        pair = (each.lender, each.borrower)
        return all(
            self._weeks[each.expert, week_of(worked.starts_at)] <= self._week[each.expert]
            and (
                each.lender == each.borrower
                or self._months[pair, month_of(worked.starts_at)] <= self._month[pair]
            )
            for worked in held
        )
