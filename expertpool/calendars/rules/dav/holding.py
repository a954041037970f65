"""Whether what stands is what the writer read, and how long assignments stay in a calendar."""

import datetime as dt
from dataclasses import dataclass

from expertpool.calendars.rules.event import EventStatus, Partstat, SeatEvent
from expertpool.refusals import Stale
from expertpool.words import words

PAST_SHOWN = dt.timedelta(days=90)
CANCELLED_SHOWN = dt.timedelta(days=30)
_WORDING = 1  # raised when the same event is written with other bytes


@dataclass(frozen=True, slots=True)
class Demand:
    """What a writer says must stand: one of `these` validators, or nothing at all where `absent`.

    `these` is none if nothing is demanded; `anything` is enough that something is there.
    """

    these: frozenset[str] | None = None
    anything: bool = False
    absent: bool = False

    def check(self, etag: str | None) -> None:
        """Raises: Stale. Source: RFC 9110 sections 13.1.1 and 13.1.2."""
        unknown = self.these is not None and etag not in self.these
        if unknown or (self.anything and etag is None) or (self.absent and etag is not None):
            raise Stale(words("The event changed meanwhile. Let your program read it again."))


def state_told(event: SeatEvent) -> str:
    """What tells two states of an event apart: the same state is always written with the same bytes."""
    return f"{_WORDING}.{event.revision}.{event.sequence}.{event.partstat}"


def stays_away(event: SeatEvent, *, now: dt.datetime) -> bool:
    """Whether an event the expert took out of the calendar is still of no concern."""
    settled = event.status is EventStatus.CANCELLED or event.partstat is Partstat.DECLINED
    return settled or event.end <= now
