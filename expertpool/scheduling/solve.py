"""From a snapshot to a plan: candidates, a first plan at once, then better ones until proof or limit.

Boards of a day's size are one model (`exact`). Larger ones are solved part by part (`size`).
"""

import time
from contextlib import suppress
from threading import Event
from typing import Protocol

from expertpool.scheduling.board import Board
from expertpool.scheduling.candidates import SeatCandidates, all_candidates, candidates_at_once
from expertpool.scheduling.exact import RIVALS_AT_ONCE, Exact
from expertpool.scheduling.greedy import Filling
from expertpool.scheduling.judging import counted, judged
from expertpool.scheduling.memory import Memory
from expertpool.scheduling.plan import (
    FORMAT,
    CostPart,
    Engagement,
    HeldSession,
    Limits,
    Plan,
    PlanCost,
    Search,
    Status,
    Unfilled,
)
from expertpool.scheduling.preferences import Choice, amounts, weight_of
from expertpool.scheduling.problem import Problem
from expertpool.scheduling.progress import Cancelled, Progress, Report, Stage
from expertpool.scheduling.single import settled
from expertpool.scheduling.size.search import Large
from expertpool.scheduling.snapshot import Snapshot, checked, digest

__all__ = ["DAY", "Cancelled", "Limits", "Progress", "Report", "Stage", "solve"]

DAY = Limits(deterministic_seconds=3, most_entries=4_000_000)
"""What a coordinator waits for: a few seconds for one need, some ten for ten needs together."""

DAYS_SEATS = 100
"""Open seats up to which one model of the whole board is the better way."""


class Outcome(Protocol):
    """What a search has found, and what it is worth. `size`: columns and rows of the largest model."""

    @property
    def best(self) -> Choice: ...
    @property
    def rank(self) -> tuple[int, int, int]: ...
    @property
    def bound(self) -> int: ...
    @property
    def size(self) -> tuple[int, int]: ...
    @property
    def ties_settled(self) -> bool: ...


def solve(
    snapshot: Snapshot,
    *,
    limits: Limits,
    progress: Report | None = None,
    stop: Event | None = None,
    memory_bytes: int | None = None,
) -> Plan:
    """The best plan for a snapshot that the limits allow to find, with its bound.

    progress: told of every better plan; returning False or raising `Cancelled` ends the search early.
    stop: set from another thread, ends it soon, also while nothing better is found.
    memory_bytes: more address space than this ends it too; the best plan by then is the answer.

    Raises: Invalid if the snapshot cannot be used. MemoryError if there is no room even for a first plan.
    """
    told = _Told(progress, Memory(memory_bytes))
    problem = Problem(checked(snapshot))
    told.seats = len(problem.asked)
    small = len(problem.asked) - len(problem.fixed_seats) <= DAYS_SEATS
    found = all_candidates(problem) if small else candidates_at_once(problem)
    if small:
        first = Filling(problem, found).first_plan()
        alone = settled(problem, found, first)
        if alone is not None:
            told(Stage.FIRST_PLAN, alone)
        search: Outcome = alone or _whole(problem, found, first, limits, told, stop)
    else:
        search = Large(problem, found, limits=limits, told=told, stop=stop, memory=told.memory)
    return written(problem, found, limits, search)


class _Told:
    """Passes on to the caller what a search tells, with the time it took."""

    def __init__(self, progress: Report | None, memory: Memory) -> None:
        self.progress, self.began, self.seats, self.memory = progress, time.perf_counter(), 0, memory

    def __call__(self, stage: Stage, search: Outcome) -> bool:
        if self.progress is None:
            return not self.memory.full
        empty, elapsed = self.seats - len(search.best.seats), time.perf_counter() - self.began
        try:
            heard = self.progress(Progress(stage, search.rank[0], search.bound, empty, elapsed))
            return heard is not False and not self.memory.full
        except Cancelled:
            return False


def _whole(
    problem: Problem,
    found: dict[str, SeatCandidates],
    first: Choice,
    limits: Limits,
    told: _Told,
    stop: Event | None,
) -> Exact:
    """All stages on one model of the whole board."""
    search = Exact(
        problem,
        found,
        first,
        work=limits.deterministic_seconds,
        told=told,
        stop=stop,
        rivals_at_once=RIVALS_AT_ONCE,
    )
    search.tell(Stage.FIRST_PLAN)
    with suppress(MemoryError):  # the best plan by then stands
        if search.going and search.entries() <= limits.most_entries:
            search.improve()
        if search.going and search.bound == search.rank[0] and search.entries() <= limits.most_entries:
            search.settle_ties()
    return search


def written(problem: Problem, found: dict[str, SeatCandidates], limits: Limits, search: Outcome) -> Plan:
    """The best plan found, told in full."""
    choice, snapshot = search.best, problem.snapshot
    board = Board.of(problem, choice)
    empty = (seat for seat in problem.asked if seat not in choice.seats)
    return Plan(
        format=FORMAT,
        snapshot=digest(snapshot),
        seed=snapshot.seed,
        limits=limits,
        status=Status.OPTIMAL if search.bound == search.rank[0] else Status.FEASIBLE,
        engagements=tuple(_engagement(problem, choice, seat) for seat in sorted(choice.seats)),
        unfilled=tuple(Unfilled(seat, counted(judged(board, seat))) for seat in sorted(empty)),
        objective=_cost(problem, choice, search.bound),
        search=Search(
            pairs=sum(len(candidates.rows) for candidates in found.values()),
            starts=sum(len(starts) for starts in problem.starts.values()),
            columns=search.size[0],
            rows=search.size[1],
            ties_settled=search.ties_settled,
        ),
    )


def _engagement(problem: Problem, choice: Choice, seat: str) -> Engagement:
    held = [(s.id, choice.starts[s.id], s.length_minutes) for s in problem.asked[seat].sessions]
    sessions = tuple(HeldSession(name, start, start + length) for name, start, length in held)
    return Engagement(seat, problem.roster.ids[choice.seats[seat]], sessions)


def _cost(problem: Problem, choice: Choice, bound: int) -> PlanCost:
    weights = problem.snapshot.policy.weights
    parts = tuple(
        CostPart(part, amount, weight_of(weights, part), weight_of(weights, part) * amount)
        for part, amount in amounts(problem, choice).items()
    )
    total = sum(part.cost for part in parts)
    return PlanCost(parts, total, bound, total - bound)
