"""What an engagement's state means for the calendar of its expert."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from expertpool.calendars.rules.event import EventStatus, Partstat, SeatEvent
from expertpool.engagements.rules import AGREED, EngagementState

# A proposal is not told. Work that was done stays in the calendar.
STATUS_OF: Mapping[EngagementState, EventStatus | None] = MappingProxyType(
    {
        EngagementState.PROPOSED: None,
        EngagementState.OFFERED: EventStatus.TENTATIVE,
        EngagementState.ACCEPTED: EventStatus.CONFIRMED,
        EngagementState.CONFIRMED: EventStatus.CONFIRMED,
        EngagementState.DELIVERED: EventStatus.CONFIRMED,
        EngagementState.CLOSED: EventStatus.CONFIRMED,
        EngagementState.DECLINED: EventStatus.CANCELLED,
        EngagementState.LAPSED: EventStatus.CANCELLED,
        EngagementState.RECUSED: EventStatus.CANCELLED,
        EngagementState.WITHDRAWN: EventStatus.CANCELLED,
        EngagementState.CANCELLED: EventStatus.CANCELLED,
    }
)


def with_answer(event: SeatEvent, state: EngagementState) -> SeatEvent:
    """The event with the answer given on the page: a yes or no that was not there when it was last told."""
    if event.status is EventStatus.TENTATIVE and state in AGREED:
        return replace(event, partstat=Partstat.ACCEPTED)
    if state is EngagementState.DECLINED:
        return replace(event, partstat=Partstat.DECLINED)
    return event


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says: the kind of work, the region, the time, where to answer. Nothing of the case.

    `role` and `place` are in `language` already; `again` marks a change to what was told before.
    `moved` says that what was agreed has another time or place and the answer to that is open.
    `answer_url` is the page to answer on without signing in, empty where there is nothing to answer;
    `declined_start` the start the expert proposed, where the letter says no to it.
    Units: UTC.
    """

    language: str
    status: EventStatus
    again: bool
    role: str
    place: str
    start: dt.datetime
    end: dt.datetime
    tz: str
    url: str
    answer_by: dt.datetime | None
    moved: bool = False
    answer_url: str = ""
    declined_start: dt.datetime | None = None
