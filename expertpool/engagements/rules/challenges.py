"""Challenges of experts by parties, and the grounds that every decision gives."""

import enum

from expertpool.engagements.rules.states import EngagementState
from expertpool.refusals import Invalid
from expertpool.words import Words, words


class ChallengeState(enum.StrEnum):
    """Where a party's challenge stands. It lapses when the expert leaves before it is decided."""

    OPEN = "open"
    UPHELD = "upheld"
    REJECTED = "rejected"
    LAPSED = "lapsed"


CHALLENGE_WORDS: dict[ChallengeState, Words] = {
    ChallengeState.OPEN: words("Not decided yet"),
    ChallengeState.UPHELD: words("Upheld: the expert is off"),
    ChallengeState.REJECTED: words("Rejected: the work goes on"),
    ChallengeState.LAPSED: words("Settled: the expert left before"),
}

# An expert who was asked can be challenged until the work is handed in.
CHALLENGEABLE = frozenset({EngagementState.OFFERED, EngagementState.ACCEPTED, EngagementState.CONFIRMED})


def check_grounds(grounds: str, *, field: str = "grounds") -> str:
    """The grounds of a decision without idle spaces.

    Raises: Invalid for none, or too many.
    """
    said = grounds.strip()
    if not said or len(said) > 400:
        sentence = words("Give the grounds, in 400 characters at most. They stay in the record.")
        raise Invalid(sentence, fields={field: sentence})
    return said
