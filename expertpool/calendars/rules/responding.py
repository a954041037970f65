"""What an expert's answer does to the seat, wherever it was given."""

import enum
from collections.abc import Collection

from expertpool.calendars.rules.event import Partstat
from expertpool.calendars.rules.judging import Why
from expertpool.engagements.rules import CardStanding, EngagementState


class Channel(enum.StrEnum):
    """Where an answer was given."""

    PAGE = "page"
    LINK = "link"
    MAIL = "mail"
    CALDAV = "caldav"
    API = "api"


class Step(enum.StrEnum):
    """What follows from an answer. `note`: it is kept with the event and changes no seat."""

    NOTE = "note"
    ACCEPT = "accept"
    DECLINE = "decline"
    WITHDRAW = "withdraw"


_AGREED_TO = frozenset({EngagementState.ACCEPTED, EngagementState.CONFIRMED})


def step_for(
    answer: Partstat,
    *,
    before: Partstat,
    others: Collection[Partstat],
    state: EngagementState,
    card: CardStanding,
    deliberate: bool,
) -> Step | Why:
    """The step an answer asks for, or why a person has to look at it.

    `before` is what the expert said of this session until now, `others` what was said of the other sessions
    of the seat. A seat is taken with the last yes and left with the first no. A no after a yes of the same
    session may be a calendar that was tidied up (Thunderbird sends one for an event that is deleted), so a
    person asks unless it was `deliberate`, given on our page; after the time was moved it is an answer like
    any other.
    """
    if state is EngagementState.OFFERED:
        return _to_an_offer(answer, others, card)
    if state not in _AGREED_TO:
        return Why.NOT_OPEN
    if answer is Partstat.ACCEPTED:
        return Step.NOTE
    if before is Partstat.ACCEPTED and not deliberate:
        return Why.TAKEN_BACK
    return Step.WITHDRAW if answer is Partstat.DECLINED else Step.NOTE


def _to_an_offer(answer: Partstat, others: Collection[Partstat], card: CardStanding) -> Step | Why:
    if answer is Partstat.DECLINED:
        return Step.DECLINE
    if answer is Partstat.ACCEPTED and all(each is Partstat.ACCEPTED for each in others):
        return Step.ACCEPT if card is CardStanding.CLEAR else Why.CARD_FIRST
    return Step.NOTE
