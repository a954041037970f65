"""The life of an expert in the pool, as data."""

import datetime as dt
import enum
from collections import deque
from collections.abc import Iterable
from typing import Protocol

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

# What the button says that leads into a state.
MOVE_WORDS: dict[ExpertState, Words] = {
    ExpertState.VERIFIED: words("Mark as verified"),
    ExpertState.ACTIVE: words("Activate"),
    ExpertState.PAUSED: words("Pause"),
    ExpertState.RETIRED: words("Retire"),
}


class Term(Protocol):
    """A term of membership, `[starts_on, ends_on)`."""

    @property
    def starts_on(self) -> dt.date: ...
    @property
    def ends_on(self) -> dt.date: ...


def may_become(state: ExpertState, wanted: ExpertState) -> bool:
    """Whether an expert in `state` may move to `wanted`."""
    return wanted in TRANSITIONS[state]


def why_not(
    state: ExpertState, wanted: ExpertState, *, role_kinds: int, terms: Iterable[Term], today: dt.date
) -> Words | None:
    """Why an expert may not move to `wanted`, or nothing. Verified needs a role, active an open term."""
    if not may_become(state, wanted):
        return words(
            "An expert who is “%(state)s” cannot become “%(wanted)s”. Reload the page and look again.",
            state=STATE_WORDS[state],
            wanted=STATE_WORDS[wanted],
        )
    if wanted in (ExpertState.VERIFIED, ExpertState.ACTIVE) and role_kinds == 0:
        return words("Add at least one role kind first: nobody can be planned without one.")
    if wanted is ExpertState.ACTIVE and not any(term.ends_on > today for term in terms):
        return words("Add a term of appointment that has not ended first.")
    return None


def way_to(state: ExpertState, wanted: ExpertState) -> tuple[ExpertState, ...] | None:
    """The shortest steps from `state` to `wanted` (empty if already there), or nothing if none lead there."""
    ways: deque[tuple[ExpertState, ...]] = deque([(state,)])
    seen = {state}
    while ways:
        way = ways.popleft()
        if way[-1] is wanted:
            return way[1:]
        for step in sorted(TRANSITIONS[way[-1]] - seen):
            seen.add(step)
            ways.append((*way, step))
    return None
