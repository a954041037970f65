"""The life of an engagement as data: one expert bound to one seat, from proposal to closing."""

import datetime as dt
import enum

from expertpool.experts.rules import ExpertState
from expertpool.refusals import Invalid, WrongState
from expertpool.words import Words, words


class EngagementState(enum.StrEnum):
    """Where an engagement stands."""

    PROPOSED = "proposed"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    CONFIRMED = "confirmed"
    DELIVERED = "delivered"
    CLOSED = "closed"
    DECLINED = "declined"
    LAPSED = "lapsed"
    RECUSED = "recused"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"


TRANSITIONS: dict[EngagementState, frozenset[EngagementState]] = {
    EngagementState.PROPOSED: frozenset({EngagementState.OFFERED, EngagementState.CANCELLED}),
    EngagementState.OFFERED: frozenset(
        {
            EngagementState.ACCEPTED,
            EngagementState.DECLINED,
            EngagementState.LAPSED,
            EngagementState.RECUSED,
            EngagementState.CANCELLED,
        }
    ),
    EngagementState.ACCEPTED: frozenset(
        {
            EngagementState.CONFIRMED,
            EngagementState.WITHDRAWN,
            EngagementState.RECUSED,
            EngagementState.CANCELLED,
        }
    ),
    EngagementState.CONFIRMED: frozenset(
        {
            EngagementState.DELIVERED,
            EngagementState.WITHDRAWN,
            EngagementState.RECUSED,
            EngagementState.CANCELLED,
        }
    ),
    EngagementState.DELIVERED: frozenset({EngagementState.CLOSED}),
    EngagementState.CLOSED: frozenset(),
    EngagementState.DECLINED: frozenset(),
    EngagementState.LAPSED: frozenset(),
    EngagementState.RECUSED: frozenset(),
    EngagementState.WITHDRAWN: frozenset(),
    EngagementState.CANCELLED: frozenset(),
}

# States in which the seat is taken and the expert's time is held.
LIVE = frozenset(
    {
        EngagementState.PROPOSED,
        EngagementState.OFFERED,
        EngagementState.ACCEPTED,
        EngagementState.CONFIRMED,
        EngagementState.DELIVERED,
    }
)

# States that answer for a seat: somebody said yes, and nobody took it back.
AGREED = frozenset(
    {
        EngagementState.ACCEPTED,
        EngagementState.CONFIRMED,
        EngagementState.DELIVERED,
        EngagementState.CLOSED,
    }
)

# States that count against the number of engagements an expert agreed to have open at a time.
OPEN = LIVE - {EngagementState.DELIVERED}

# What an expert is taken off when they leave: a pause keeps whatever they were asked or said yes to.
RELIEVED: dict[ExpertState, frozenset[EngagementState]] = {
    ExpertState.PAUSED: frozenset({EngagementState.PROPOSED}),
    ExpertState.RETIRED: OPEN,
}

STATE_WORDS: dict[EngagementState, Words] = {
    EngagementState.PROPOSED: words("Proposed"),
    EngagementState.OFFERED: words("Offered"),
    EngagementState.ACCEPTED: words("Accepted"),
    EngagementState.CONFIRMED: words("Confirmed"),
    EngagementState.DELIVERED: words("Delivered"),
    EngagementState.CLOSED: words("Closed"),
    EngagementState.DECLINED: words("Declined"),
    EngagementState.LAPSED: words("Lapsed"),
    EngagementState.RECUSED: words("Recused"),
    EngagementState.WITHDRAWN: words("Withdrawn"),
    EngagementState.CANCELLED: words("Cancelled"),
}


class DeclineReason(enum.StrEnum):
    """Why an expert says no; `busy_until` keeps the planner from asking again before then."""

    BUSY = "busy"
    NOT_MY_FIELD = "not_my_field"
    TERMS = "terms"
    OTHER = "other"


DECLINE_WORDS: dict[DeclineReason, Words] = {
    DeclineReason.BUSY: words("I am busy"),
    DeclineReason.NOT_MY_FIELD: words("This is not my field"),
    DeclineReason.TERMS: words("The terms do not suit me"),
    DeclineReason.OTHER: words("Another reason"),
}


def check_decline(reason: DeclineReason | None, *, busy_until: dt.date | None, today: dt.date) -> None:
    """Whether a no says why, and until when it holds if the expert is busy.

    Raises: Invalid.
    """
    fields: dict[str, Words] = {}
    if reason is None:
        fields["reason"] = words("Say why, so that the next question fits better.")
    if busy_until is not None and reason is not DeclineReason.BUSY:
        fields["busy_until"] = words("A day belongs to the reason that you are busy. Leave it empty.")
    elif busy_until is not None and busy_until <= today:
        fields["busy_until"] = words("Choose a day after today.")
    if fields:
        raise Invalid(words("The answer is not complete. Correct the fields named below."), fields=fields)


def check_step(state: EngagementState, wanted: EngagementState) -> None:
    """Whether an engagement may take a step.

    Raises: WrongState.
    """
    if wanted not in TRANSITIONS[state]:
        raise WrongState(
            words(
                "This step is not open any more: the engagement is now: %(state)s. Reload the page.",
                state=STATE_WORDS[state],
            )
        )


def check_not_paused(paused: bool, wanted: EngagementState) -> None:
    """Whether a step may be taken while the officer has to decide: only the ways out are open.

    Raises: WrongState.
    """
    if paused and wanted in LIVE | {EngagementState.CLOSED}:
        raise WrongState(words("Everything here waits until the conflict-of-interest officer has decided."))
