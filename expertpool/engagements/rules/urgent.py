"""Urgent nights: securing evidence may begin on a short pledge, the conflict card follows within a day."""

import datetime as dt
from dataclasses import dataclass

from expertpool.engagements.rules.states import EngagementState
from expertpool.incidents.rules import PRESERVES_EVIDENCE, Urgency
from expertpool.refusals import Conflicting, Invalid, WrongState
from expertpool.scheduling.vocabulary import Tier
from expertpool.words import words

DECLARED_WITHIN = dt.timedelta(hours=24)
REMINDED_BEFORE = dt.timedelta(hours=6)

# What the record may say at the very moment of the pledge. A waiver helps nobody here: it takes days.
MAY_BEGIN = frozenset({Tier.CLEAR, Tier.DISCLOSE})

# States in which the declaration is owed: whoever leaves before owes none, and nothing is closed without it.
OWING = frozenset({EngagementState.ACCEPTED, EngagementState.CONFIRMED, EngagementState.DELIVERED})

# States in which the pledge shows the task: once the work is handed in, nothing of the case is needed.
TASK_OPEN = OWING - {EngagementState.DELIVERED}


@dataclass(frozen=True, slots=True)
class UrgentCall:
    """What decides whether a seat is an urgent evidence task: the kinds are those of its sessions."""

    urgency: Urgency
    session_kinds: frozenset[str]
    effort_minutes: int
    compartmented: bool


def may_declare_later(call: UrgentCall) -> bool:
    """NIGHT-01: tonight, securing evidence and nothing else, in a case whose parties the card may name."""
    only_evidence = bool(call.session_kinds) and call.session_kinds <= PRESERVES_EVIDENCE
    return (
        call.urgency is Urgency.TONIGHT
        and only_evidence
        and call.effort_minutes == 0
        and not call.compartmented
    )


def check_declared_later(call: UrgentCall, *, pledged: bool) -> None:
    """Whether this is work that may begin before the card is answered, and the pledge is given.

    Raises: WrongState for any other work (NIGHT-01); Invalid without the pledge.
    """
    if not may_declare_later(call):
        raise WrongState(
            words(
                "Only securing evidence tonight may begin before the conflict card. Answer the card first."
            ),
            rule="NIGHT-01",
        )
    if not pledged:
        sentence = words("Pledge first: without it nothing of the case is opened.")
        raise Invalid(sentence, fields={"pledged": sentence})


def check_may_begin(tier: Tier) -> None:
    """NIGHT-02: whether what the record says at this moment lets an expert begin before the card.

    Raises: Conflicting for anything but clear or disclose, without a word about what was found.
    """
    if tier not in MAY_BEGIN:
        raise Conflicting(
            words(
                "The record does not let you begin before the conflict card. Answer the card now: if anything"
                " ties you, the conflict-of-interest officer decides at once."
            ),
            rule="NIGHT-02",
        )


def task_is_open(
    state: EngagementState, *, owed_until: dt.datetime | None, paused: bool, now: dt.datetime
) -> bool:
    """Whether what the task needs is shown on the pledge alone: until the declaration is due, that instant
    included."""
    return state in TASK_OPEN and owed_until is not None and now <= owed_until and not paused
