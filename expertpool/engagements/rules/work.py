"""What a seat asks of an expert, counted in weeks and months, and the lender's terms."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from expertpool.availability.rules import SEOUL, Span
from expertpool.refusals import Conflicting
from expertpool.words import words

_SEOUL = ZoneInfo(SEOUL)

Period = Callable[[dt.datetime], dt.date]


def seoul_week(instant: dt.datetime) -> dt.date:
    """The Monday of the Seoul week an instant falls in."""
    day = instant.astimezone(_SEOUL).date()
    return day - dt.timedelta(days=day.weekday())


def seoul_month(instant: dt.datetime) -> dt.date:
    """The first day of the Seoul month an instant falls in."""
    return instant.astimezone(_SEOUL).date().replace(day=1)


@dataclass(frozen=True, slots=True)
class Work:
    """What a seat asks of an expert: sessions at their times, and minutes outside them before a deadline.

    A session counts where it starts, the other work where the deadline falls; the planner counts alike.
    """

    sessions: tuple[Span, ...]
    effort_minutes: int
    deadline: dt.datetime

    @property
    def minutes_by_week(self) -> Mapping[dt.date, int]:
        """Units: minutes by the Monday of the Seoul week."""
        return self._minutes(seoul_week)

    @property
    def minutes_by_month(self) -> Mapping[dt.date, int]:
        """Units: minutes by the first day of the Seoul month."""
        return self._minutes(seoul_month)

    @property
    def minutes(self) -> int:
        """All of it."""
        return sum(self.minutes_by_month.values())

    def _minutes(self, period: Period) -> Mapping[dt.date, int]:
        counted: Counter[dt.date] = Counter()
        for session in self.sessions:
            counted[period(session.start)] += int(session.length.total_seconds()) // 60
        if self.effort_minutes:
            counted[period(self.deadline - dt.timedelta(minutes=1))] += self.effort_minutes
        return dict(sorted(counted.items()))


def check_lending(
    sessions: Sequence[Span], *, now: dt.datetime, notice: dt.timedelta, blackouts: Sequence[Span]
) -> None:
    """LEND-03, LEND-04: the lender's notice and the times it needs its experts itself.

    Raises: Conflicting.
    """
    if any(session.start < now + notice for session in sessions):
        raise Conflicting(
            words("The lending ministry asks for longer notice. Choose a later time or another expert."),
            rule="LEND-03",
        )
    if any(session.overlaps(blackout) for session in sessions for blackout in blackouts):
        raise Conflicting(
            words("The lending ministry does not lend at that time. Choose another time or another expert."),
            rule="LEND-04",
        )
