"""Minutes since the epoch of a snapshot: how instants, days, weeks and months of Seoul become numbers."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from expertpool.scheduling.snapshot import FarSpan, Period, Span
from expertpool.scheduling.snapshot.model import FAR

SEOUL = ZoneInfo("Asia/Seoul")
_MINUTE = dt.timedelta(minutes=1)


def monday_of(day: dt.date) -> dt.date:
    """The Monday that names the week of `day`."""
    return day - dt.timedelta(days=day.weekday())


def next_month(first: dt.date) -> dt.date:
    """The first day of the month after the one that begins on `first`."""
    return (first.replace(day=28) + dt.timedelta(days=4)).replace(day=1)


@dataclass(frozen=True, slots=True)
class Timeline:
    """The planner's ruler: whole minutes since `epoch`, a Seoul midnight, up to `horizon`.

    Units: minutes; `horizon` is the first minute that is not planned any more.
    """

    epoch: dt.datetime
    horizon: int

    @classmethod
    def spanning(cls, first: dt.datetime, last: dt.datetime) -> "Timeline":
        """The ruler from the Seoul midnight before `first` to the one after `last`."""
        epoch = midnight(first.astimezone(SEOUL).date())
        end = midnight(last.astimezone(SEOUL).date() + dt.timedelta(days=1))
        return cls(epoch, (end - epoch) // _MINUTE)

    @classmethod
    def of(cls, epoch: str, horizon: int) -> "Timeline":
        """The ruler a snapshot was made with."""
        return cls(dt.datetime.fromisoformat(epoch), horizon)

    def minute(self, instant: dt.datetime) -> int:
        """The minute `instant` lies in."""
        return (instant - self.epoch) // _MINUTE

    def minute_after(self, instant: dt.datetime) -> int:
        """The first whole minute not before `instant`."""
        return -((self.epoch - instant) // _MINUTE)

    def instant(self, minute: int) -> dt.datetime:
        """The instant of a minute."""
        return self.epoch + minute * _MINUTE

    def span(self, start: dt.datetime, end: dt.datetime) -> Span | None:
        """The whole minutes of `[start, end)` that lie on the ruler, if any."""
        first, last = max(0, self.minute_after(start)), min(self.horizon, self.minute(end))
        return Span(first, last) if first < last else None

    def days(self, starts_on: dt.date, ends_on: dt.date | None) -> FarSpan:
        """Seoul days `[starts_on, ends_on)`, which may reach far beyond the ruler."""
        end = FAR if ends_on is None else self._far(ends_on)
        return FarSpan(self._far(starts_on), end)

    def _far(self, day: dt.date) -> int:
        return max(-FAR, min(FAR, self.minute(midnight(day))))

    @property
    def day_after(self) -> dt.date:
        """The first Seoul day that is not planned any more."""
        return self.instant(self.horizon).astimezone(SEOUL).date()

    def weeks(self) -> tuple[Period, ...]:
        """The Seoul weeks that cover the ruler, named by their Mondays."""
        first = monday_of(self._first_day())
        return tuple(self._periods(first, lambda day: day + dt.timedelta(days=7)))

    def months(self) -> tuple[Period, ...]:
        """The Seoul months that cover the ruler, named by their first days."""
        return tuple(self._periods(self._first_day().replace(day=1), next_month))

    def _first_day(self) -> dt.date:
        return self.epoch.astimezone(SEOUL).date()

    def _periods(self, first: dt.date, following: Callable[[dt.date], dt.date]) -> Iterator[Period]:
        while self.minute(midnight(first)) < self.horizon:
            after = following(first)
            yield Period(first.isoformat(), self.minute(midnight(first)), self.minute(midnight(after)))
            first = after


def midnight(day: dt.date) -> dt.datetime:
    """The UTC instant at which `day` begins in Seoul."""
    return dt.datetime.combine(day, dt.time(), SEOUL).astimezone(dt.UTC)
