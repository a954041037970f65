"""The life of an expert in the pool, as data."""

import enum

from expertpool.words import Words, words


class ExpertState(enum.StrEnum):
    """Where an expert stands; only `active` ones are planned."""

    APPLIED = "applied"
    VERIFIED = "verified"
    ACTIVE = "active"
    PAUSED = "paused"
    RETIRED = "retired"


TRANSITIONS: dict[ExpertState, frozenset[ExpertState]] = {
    ExpertState.APPLIED: frozenset({ExpertState.VERIFIED, ExpertState.RETIRED}),
    ExpertState.VERIFIED: frozenset({ExpertState.ACTIVE, ExpertState.RETIRED}),
    ExpertState.ACTIVE: frozenset({ExpertState.PAUSED, ExpertState.RETIRED}),
    ExpertState.PAUSED: frozenset({ExpertState.ACTIVE, ExpertState.RETIRED}),
    ExpertState.RETIRED: frozenset(),
}

STATE_WORDS: dict[ExpertState, Words] = {
    ExpertState.APPLIED: words("Applied"),
    ExpertState.VERIFIED: words("Verified"),
    ExpertState.ACTIVE: words("Active"),
    ExpertState.PAUSED: words("Paused"),
    ExpertState.RETIRED: words("Retired"),
}


class FacetKind(enum.StrEnum):
    """The kinds of things an expert can be good for; each has its own list of codes."""

    ROLE_KIND = "role_kind"
    TECHNOLOGY = "technology"
    SKILL = "skill"
    PROCEEDING = "proceeding"
    LANGUAGE = "language"
    REGION = "region"
    CLEARANCE = "clearance"
    LICENCE = "licence"


def may_become(state: ExpertState, wanted: ExpertState) -> bool:
    """Whether an expert in `state` may move to `wanted`."""
    return wanted in TRANSITIONS[state]
