"""What a snapshot was taken from, kept beside it until the plan is committed."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace

from expertpool.planning.rules.timeline import Timeline
from expertpool.scheduling.plan import Plan
from expertpool.scheduling.snapshot import Snapshot
from expertpool.scheduling.verify import verify


@dataclass(frozen=True, slots=True)
class Taken:
    """A snapshot as the bytes that are stored, and the numbers that say whether it still holds.

    calendar_versions: by expert; raised by every change that could make a plan wrong. need_version: of the
    need. agreements: the one that lends a ministry's experts to the need, by the lender's code. yields:
    proposals of less urgent needs that give way to the plan, each with its expert.
    """

    snapshot: Snapshot
    text: str
    digest: str
    timeline: Timeline
    need_version: int
    calendar_versions: Mapping[uuid.UUID, int]
    agreements: Mapping[str, uuid.UUID]
    yields: frozenset[tuple[uuid.UUID, uuid.UUID]] = frozenset()


def giving_way(wider: Taken, direct: Taken, plan: Plan) -> Taken:
    """The wider snapshot with only those proposals giving way without which the plan would break a rule."""
    holders = {placed.seat: placed.expert for placed in plan.engagements}
    needed: set[str] = set()
    for violation in verify(direct.snapshot, replace(plan, snapshot=direct.digest)):
        if violation.expert is not None:
            needed.add(violation.expert)
        elif violation.seat is not None:
            needed.add(holders[violation.seat])
        elif violation.session is not None:
            held = ((each, {one.session for one in each.sessions}) for each in plan.engagements)
            needed |= {each.expert for each, sessions in held if violation.session in sessions}
    return replace(wider, yields=frozenset(pair for pair in wider.yields if str(pair[1]) in needed))
