"""States of a planning run as data, and the words for what goes on in one and what may go wrong."""

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

# A worker is, or soon will be, at work on it; a need has at most one such run.
UNFINISHED = frozenset({RunState.QUEUED, RunState.SOLVING})

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


def run_step_refused(state: RunState, wanted: RunState) -> Words | None:
    """Why a run in `state` cannot become `wanted`; None if it can."""
    if wanted in TRANSITIONS[state]:
        return None
    return words(
        "The proposal is now “%(state)s” and cannot become “%(wanted)s”. Reload the page.",
        state=STATE_WORDS[state],
        wanted=STATE_WORDS[wanted],
    )


class RunKind(enum.StrEnum):
    """What a run is for: a whole need, or one seat while everything else stays."""

    SOLVE = "solve"
    REPAIR = "repair"


class RunCause(enum.StrEnum):
    """What began a run: somebody asked for it, or one of the things that happen to a running plan."""

    ASKED = "asked"
    LEFT = "left"
    TIME = "time"
    MOVED = "moved"
    ARRIVED = "arrived"
    BARRED = "barred"


CAUSE_WORDS: dict[RunCause, Words] = {
    RunCause.ASKED: words("Somebody asked for a search"),
    RunCause.LEFT: words("Somebody left a seat"),
    RunCause.TIME: words("The calendar or entry of an expert changed"),
    RunCause.MOVED: words("The deadline or a window moved"),
    RunCause.ARRIVED: words("A more urgent need took an expert nobody had asked yet"),
    RunCause.BARRED: words("A conflict of interest came to light"),
}

# A repair after these looks at every open seat; after the others at those held and the one that was left.
WHOLE_TEAM = frozenset({RunCause.MOVED, RunCause.ARRIVED, RunCause.BARRED})

# A proposal is out of date while a repair after one of these is under way.
OUTDATES = WHOLE_TEAM | {RunCause.TIME}


class Wish(enum.StrEnum):
    """What a coordinator asks of the planner about an expert."""

    PIN = "pin"
    BAN = "ban"


WISH_WORDS: dict[Wish, Words] = {Wish.PIN: words("Pinned"), Wish.BAN: words("Excluded")}


class Stage(enum.StrEnum):
    """What a run at work is doing now. Those from the first plan to the ties are the solver's own."""

    READING = "reading"
    FIRST_PLAN = "first_plan"
    IMPROVING = "improving"
    BOUND = "bound"
    TIES = "ties"
    EXPLAINING = "explaining"
    CHECKING = "checking"
    AGAIN = "again"


STAGE_WORDS: dict[Stage, Words] = {
    Stage.READING: words("Collecting calendars, agreements and conflict checks"),
    Stage.FIRST_PLAN: words("A first team is found; looking for a better one"),
    Stage.IMPROVING: words("Looking for a better team"),
    Stage.BOUND: words("Working out how much better a plan could be"),
    Stage.TIES: words("Choosing among equally good teams"),
    Stage.EXPLAINING: words("Writing down the reasons"),
    Stage.CHECKING: words("Checking the result against every rule"),
    Stage.AGAIN: words("Somebody's calendar changed meanwhile; finding experts again"),
}


class Trouble(enum.StrEnum):
    """Why a run ended without a proposal."""

    MEMORY = "memory"
    SLOW = "slow"
    CRASHED = "crashed"
    UNUSABLE = "unusable"
    BROKEN_RULE = "broken_rule"
    RESTLESS = "restless"
    NEED_MOVED = "need_moved"
    WORKERS_DIED = "workers_died"


TROUBLE_WORDS: dict[Trouble, Words] = {
    Trouble.MEMORY: words("The search needed more memory than it may use. Ask for fewer seats at a time."),
    Trouble.SLOW: words("The search took too long. Narrow the windows of the sessions and try again."),
    Trouble.CRASHED: words("The search ended without an answer. Try again, and tell support if it repeats."),
    Trouble.UNUSABLE: words("The need cannot be planned as it stands. Check its windows and its deadline."),
    Trouble.BROKEN_RULE: words(
        "The proposed team broke a rule and was not used. Tell support about this run."
    ),
    Trouble.RESTLESS: words(
        "Calendars changed three times while we searched. Nobody was reserved. Try again now."
    ),
    Trouble.NEED_MOVED: words("The need was changed or cancelled meanwhile. Nobody was reserved."),
    Trouble.WORKERS_DIED: words(
        "The search was interrupted three times. Nobody was reserved. Try again now."
    ),
}
