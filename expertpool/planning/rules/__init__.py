"""Pure decisions of planning: states of a run, policy, the ruler of minutes, how proposals differ."""

from expertpool.planning.rules.policy import (
    CELL_MINUTES,
    LEASE,
    LIMITS,
    LOAD_LOOKS_BACK,
    LOOK_AHEAD,
    MOST_ATTEMPTS,
    MOST_SNAPSHOTS,
    PART_WORDS,
    PATIENCE,
    POLICY,
    SOLVER_SECONDS,
)
from expertpool.planning.rules.reasons import SeatReasons
from expertpool.planning.rules.reasons import loads as read_reasons
from expertpool.planning.rules.states import (
    STAGE_WORDS,
    STATE_WORDS,
    TRANSITIONS,
    TROUBLE_WORDS,
    UNFINISHED,
    WISH_WORDS,
    RunKind,
    RunState,
    Stage,
    Trouble,
    Wish,
    run_step_refused,
)
from expertpool.planning.rules.taken import Taken
from expertpool.planning.rules.timeline import SEOUL, Timeline, midnight, monday_of

__all__ = [
    "CELL_MINUTES",
    "LEASE",
    "LIMITS",
    "LOAD_LOOKS_BACK",
    "LOOK_AHEAD",
    "MOST_ATTEMPTS",
    "MOST_SNAPSHOTS",
    "PART_WORDS",
    "PATIENCE",
    "POLICY",
    "SEOUL",
    "SOLVER_SECONDS",
    "STAGE_WORDS",
    "STATE_WORDS",
    "TRANSITIONS",
    "TROUBLE_WORDS",
    "UNFINISHED",
    "WISH_WORDS",
    "RunKind",
    "RunState",
    "SeatReasons",
    "Stage",
    "Taken",
    "Timeline",
    "Trouble",
    "Wish",
    "midnight",
    "monday_of",
    "read_reasons",
    "run_step_refused",
]
