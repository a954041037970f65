"""Use cases of planning: runs as people handle them, runs as workers handle them, pins and bans."""

from expertpool.planning.service.commit import commit_plan
from expertpool.planning.service.runs import approve_run, discard_run, request_run, stop_run
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
    "approve_run",
    "ban",
    "claimed_run",
    "commit_plan",
    "discard_run",
    "give_up",
    "keep_snapshot",
    "keep_up",
    "pin",
    "request_repair",
    "request_run",
    "stop_run",
    "sweep",
    "take_up",
    "unwish",
]
