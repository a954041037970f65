"""What the planner weighs, how much work it may do, and how long a worker may be silent. Versioned data."""

import datetime as dt

from expertpool.scheduling.plan import Limits
from expertpool.scheduling.snapshot import Policy, Weights
from expertpool.scheduling.vocabulary import Part
from expertpool.words import Words, words

# One unit of a cost further up outweighs all that usually comes together further down.
POLICY = Policy(
    version="2026-02",
    weights=Weights(
        unfilled=1_000_000,
        lateness=2_000,
        quality=20,
        disclose=200,
        waived=600,
        fairness=5,
        travel=60,
        stability=100,
        share=3,
    ),
    travel_buffer_minutes=60,
    fairness_unit_minutes=240,
)
LIMITS = Limits(deterministic_seconds=20, most_entries=4_000_000)

CELL_MINUTES = 30
# Calendars are read this far ahead; a session later than that waits for a later run.
LOOK_AHEAD = dt.timedelta(days=60)
LOAD_LOOKS_BACK = dt.timedelta(days=90)

# A worker that does not renew its lease in time has lost the run to whoever takes it up next.
LEASE = dt.timedelta(seconds=15)
# A queued run nobody took up for so long has lost its job.
PATIENCE = dt.timedelta(seconds=60)
MOST_ATTEMPTS = 3
# Snapshots taken anew because somebody changed meanwhile.
MOST_SNAPSHOTS = 3
SOLVER_SECONDS = 600

# What a proposal is weighed by, in the words of people who use it.
PART_WORDS: dict[Part, Words] = {
    Part.UNFILLED: words("Empty seats, counted by urgency"),
    Part.LATENESS: words("Hours after the deadline"),
    Part.QUALITY: words("Preferences not met, in points"),
    Part.DISCLOSE: words("Members with a tie to disclose"),
    Part.WAIVED: words("Members with a waived conflict"),
    Part.FAIRNESS: words("Load on busy experts, in points"),
    Part.SHARE: words("Work beyond a ministry's share, in points"),
    Part.TRAVEL: words("Sessions away from home"),
    Part.STABILITY: words("Changes to the proposal before"),
}
