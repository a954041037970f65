"""States of a planning run as data."""

import enum

from expertpool.words import Words, words


class RunState(enum.StrEnum):
    """Where a planning run stands. `lost` is the honest word for a run whose worker died too often."""

    QUEUED = "queued"
    SOLVING = "solving"
    PROPOSED = "proposed"
    APPROVED = "approved"
    DISCARDED = "discarded"
    STOPPED = "stopped"
    REJECTED = "rejected"
    FAILED = "failed"
    LOST = "lost"


TRANSITIONS: dict[RunState, frozenset[RunState]] = {
    RunState.QUEUED: frozenset({RunState.SOLVING, RunState.STOPPED, RunState.LOST, RunState.FAILED}),
    # `queued` again: a worker died and the run is taken up by another.
    RunState.SOLVING: frozenset(
        {
            RunState.QUEUED,
            RunState.PROPOSED,
            RunState.STOPPED,
            RunState.REJECTED,
            RunState.FAILED,
            RunState.LOST,
        }
    ),
    RunState.PROPOSED: frozenset({RunState.APPROVED, RunState.DISCARDED, RunState.FAILED}),
    RunState.APPROVED: frozenset(),
    RunState.DISCARDED: frozenset(),
    RunState.STOPPED: frozenset(),
    RunState.REJECTED: frozenset(),
    RunState.FAILED: frozenset(),
    RunState.LOST: frozenset(),
}

STATE_WORDS: dict[RunState, Words] = {
    RunState.QUEUED: words("Waiting"),
    RunState.SOLVING: words("Finding experts"),
    RunState.PROPOSED: words("Proposed"),
    RunState.APPROVED: words("Approved"),
    RunState.DISCARDED: words("Discarded"),
    RunState.STOPPED: words("Stopped"),
    RunState.REJECTED: words("Rejected by the check"),
    RunState.FAILED: words("Failed"),
    RunState.LOST: words("Interrupted"),
}


class RunKind(enum.StrEnum):
    """What a run is for: a whole need, or one seat while everything else stays."""

    SOLVE = "solve"
    REPAIR = "repair"


class Wish(enum.StrEnum):
    """What a coordinator asks of the planner about an expert."""

    PIN = "pin"
    BAN = "ban"
