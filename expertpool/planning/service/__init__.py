"""Use cases of planning: runs as people handle them, runs as workers handle them, pins and bans."""

from expertpool.planning.service.commit import commit_plan
from expertpool.planning.service.questions import ask, close
from expertpool.planning.service.rechecks import Troubles, mend, note_troubles, runs_of_need, runs_with
from expertpool.planning.service.runs import approve_run, discard_run, request_run, stop_run
from expertpool.planning.service.times import move_times
from expertpool.planning.service.wishes import ban, pin, unwish
from expertpool.planning.service.work import (
    Claim,
    Fenced,
    Progress,
    claimed_run,
    give_up,
    keep_snapshot,
    keep_up,
    request_repair,
    sweep,
    take_up,
)

__all__ = [
    "Claim",
    "Fenced",
    "Progress",
    "Troubles",
    "approve_run",
    "ask",
    "ban",
    "claimed_run",
    "close",
    "commit_plan",
    "discard_run",
    "give_up",
    "keep_snapshot",
    "keep_up",
    "mend",
    "move_times",
    "note_troubles",
    "pin",
    "request_repair",
    "request_run",
    "runs_of_need",
    "runs_with",
    "stop_run",
    "sweep",
    "take_up",
    "unwish",
]
