"""The life of an engagement as data: one expert bound to one seat, from proposal to closing."""

import enum

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


class CardAnswer(enum.StrEnum):
    """The expert's answer to the conflict card."""

    NONE = "none"
    YES = "yes"
    UNCERTAIN = "uncertain"
    CANNOT_SAY = "cannot_say"
