"""Other good teams for a need: the best, the next best, and so on, with what tells them apart.

After each team the teams that are left fall into parts: those that agree with it on the first few seats and
differ on the next. The best of each part is found by solving, and the best of those is the next team.

Source: Lawler, "A procedure for computing the k best solutions", Management Science 18 (1972)
"""

import heapq
from dataclasses import dataclass, replace

from expertpool.refusals import NotFound
from expertpool.scheduling.candidates import candidates
from expertpool.scheduling.excerpt import excerpt
from expertpool.scheduling.explain import opened
from expertpool.scheduling.plan import Engagement, Limits, Plan
from expertpool.scheduling.preferences import alone_costs
from expertpool.scheduling.problem import Problem
from expertpool.scheduling.repair import SeatChange, arrangement, seat_changes
from expertpool.scheduling.snapshot import Arrangement, Placement, Snapshot, checked
from expertpool.scheduling.solve import solve
from expertpool.scheduling.verify import verify
from expertpool.scheduling.vocabulary import Part
from expertpool.words import words

CANDIDATES_TRIED = 20  # experts looked at for each seat, those who would cost least alone


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another team for a need, everybody else as they are.

    extra: what it costs more than the plan's, by part where they differ; changes: seat by seat.
    """

    engagements: tuple[Engagement, ...]
    extra: int
    parts: dict[Part, int]
    changes: tuple[SeatChange, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """Teams that hold these seats as pinned and those not as banned; `best` of them was solved for."""

    pinned: tuple[Placement, ...]
    banned: tuple[Placement, ...]
    best: Plan


def alternatives(
    snapshot: Snapshot, plan: Plan, need_id: str, *, most: int, limits: Limits
) -> list[Alternative]:
    """Up to `most` other teams for a need, the best first; each fills as many seats as the plan, and each was
    solved and verified.

    Raises: Invalid if the plan is not of this snapshot; NotFound if there is no such need.
    """
    problem, _ = opened(snapshot, plan)
    if all(need.id != need_id for need in problem.snapshot.needs):
        raise NotFound(words("There is no such need."))
    board, own = _cut_out(problem, plan, need_id)
    whole = replace(plan, engagements=tuple(e for e in plan.engagements if e.seat in own))
    before = solve(_with(board, own, whole.engagements, ()), limits=limits)
    found: list[Alternative] = []
    parts: list[tuple[int, int, _Part]] = []
    count = 0
    last: _Part | None = _Part((), (), before)
    while last is not None and len(found) < most:
        for part in _split(board, own, last, limits):
            if len(part.best.unfilled) <= len(before.unfilled):
                count += 1
                heapq.heappush(parts, (part.best.objective.total, count, part))
        last = heapq.heappop(parts)[2] if parts else None
        if last is not None:
            found.append(_told(whole, before, last.best, own))
    return found


def _cut_out(problem: Problem, plan: Plan, need_id: str) -> tuple[Snapshot, set[str]]:
    """The need with its likeliest experts, everybody else fixed, and its seats that are not fixed."""
    snapshot = problem.snapshot
    seats = {seat.id for need in snapshot.needs if need.id == need_id for seat in need.seats}
    own = seats - {placed.seat for placed in snapshot.fixed.engagements}
    experts: set[str] = set()
    for seat in sorted(own):
        able = candidates(problem, problem.asked[seat])
        costs = alone_costs(problem, able.asked, able.rows)
        best = sorted(zip(costs.tolist(), able.rows.tolist(), strict=True))[:CANDIDATES_TRIED]
        experts |= {problem.roster.ids[row] for _, row in best}
    part, staying = excerpt(snapshot, plan, need_id, experts)
    others = arrangement(staying, lambda engagement: engagement.seat not in own)
    timed = {start.session for start in others.starts}
    starts = tuple(start for start in part.fixed.starts if start.session not in timed)
    fixed = Arrangement(others.engagements, (*others.starts, *starts))
    return checked(replace(part, fixed=fixed)), own


def _with(
    board: Snapshot, own: set[str], pinned: tuple[Engagement, ...], banned: tuple[Placement, ...]
) -> Snapshot:
    pins = {pin.seat: pin for pin in board.pins}
    pins |= {e.seat: Placement(e.seat, e.expert) for e in pinned if e.seat in own}
    return checked(replace(board, pins=tuple(pins.values()), seat_bans=(*board.seat_bans, *banned)))


def _split(board: Snapshot, own: set[str], last: _Part, limits: Limits) -> list[_Part]:
    """The parts of `last` without its best team, each solved."""
    team = [e for e in last.best.engagements if e.seat in own]
    settled = {pin.seat for pin in last.pinned}
    pins = {pin.seat: pin for pin in board.pins}
    found = []
    pinned = last.pinned
    for engagement in team:
        if engagement.seat in settled:
            continue
        ban = Placement(engagement.seat, engagement.expert)
        banned = (*last.banned, ban)
        asked = replace(
            board,
            pins=tuple((pins | {pin.seat: pin for pin in pinned}).values()),
            seat_bans=(*board.seat_bans, *banned),
        )
        best = solve(checked(asked), limits=limits)
        if not verify(checked(asked), best):
            found.append(_Part(pinned, banned, best))
        pinned = (*pinned, ban)
    return found


def _told(whole: Plan, before: Plan, after: Plan, own: set[str]) -> Alternative:
    team = tuple(e for e in after.engagements if e.seat in own)
    cost = {part.part: part.cost for part in after.objective.parts}
    was = {part.part: part.cost for part in before.objective.parts}
    parts = {part: cost[part] - was[part] for part in cost if cost[part] != was[part]}
    changes = seat_changes(whole, replace(after, engagements=team))
    return Alternative(team, after.objective.total - before.objective.total, parts, changes)
