"""From a snapshot to a plan: candidates, a first plan at once, then the solver until proof or limit."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from threading import Event

from expertpool.scheduling import cpsat
from expertpool.scheduling.board import Board, clashes
from expertpool.scheduling.candidates import SeatCandidates, all_candidates, worth_keeping
from expertpool.scheduling.greedy import Filling
from expertpool.scheduling.judging import counted, judged
from expertpool.scheduling.master import Master
from expertpool.scheduling.model import Objective
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
from expertpool.scheduling.preferences import Choice, amounts, rank, weight_of
from expertpool.scheduling.problem import Problem
from expertpool.scheduling.snapshot import Snapshot, checked, digest

DAY = Limits(deterministic_seconds=3, most_entries=4_000_000)
"""What a coordinator waits for: a few seconds for one need, some ten for ten needs together."""

TIES_SHARE = 4  # settling ties gets at most this part of the limit: a quarter

RIVALS_AT_ONCE = 400  # pairs of sessions kept apart from the start; beyond, only those that do clash


class Stage(StrEnum):
    """Where a search stands."""

    FIRST_PLAN = "first_plan"
    IMPROVING = "improving"
    TIES = "ties"


class Cancelled(Exception):
    """Raised by a progress callback to end the search; the best plan so far is the answer."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What is known so far: cost of the best plan, a floor for any plan, empty seats in the best."""

    stage: Stage
    best: int
    bound: int
    unfilled: int


Report = Callable[[Progress], bool | None]


def solve(
    snapshot: Snapshot, *, limits: Limits, progress: Report | None = None, stop: Event | None = None
) -> Plan:
    """The best plan for a snapshot that the limits allow to find, with its bound.

    progress: told of every better plan; returning False or raising `Cancelled` ends the search early.
    stop: set from another thread, ends it soon, also while nothing better is found.

    Raises: Invalid if the snapshot cannot be used.
    """
    problem = Problem(checked(snapshot))
    search = _Searching(problem, limits, progress, stop)
    search.run()
    return _plan(problem, search)


class _Searching:
    """The best plan so far, kept outside the solver, and the stages that better it."""

    def __init__(self, problem: Problem, limits: Limits, progress: Report | None, stop: Event | None) -> None:
        self.problem, self.limits, self.progress, self.stop = problem, limits, progress, stop
        self.found = all_candidates(problem)
        self.best = Filling(problem, self.found).first_plan()
        self.rank = rank(problem, self.best)
        self.bound = 0
        self.ties_settled = False
        self.going = True
        self.size = (0, 0)
        self.seconds_left = float(limits.deterministic_seconds)
        self.apart: set[tuple[str, str]] = set()

    def run(self) -> None:
        """All stages."""
        kept, self.bound = worth_keeping(self.problem, self.found, self.rank[0])
        self._report(Stage.FIRST_PLAN)
        if self._fits_limits(kept):
            self._improve(kept)
        if self.bound == self.rank[0]:
            kept, _ = worth_keeping(self.problem, self.found, self.rank[0])
            if self._fits_limits(kept):
                self._settle_ties(kept)

    def _fits_limits(self, found: dict[str, SeatCandidates]) -> bool:
        entries = sum(fit.size for candidates in found.values() for fit in candidates.fits.values())
        return entries <= self.limits.most_entries

    def _improve(self, kept: dict[str, SeatCandidates]) -> None:
        """The least cost. A plan with a candidate left out costs more than the first one: the bound holds."""
        master = Master(self.problem, kept)
        rivals = master.rivals()
        if len(rivals) <= RIVALS_AT_ONCE:
            self._keep_apart(master, set(rivals))
        self._minimise(master, master.cost, Stage.IMPROVING)
        self.size = (len(master.model.low), len(master.model.rows) + len(master.model.at_most_one))

    def _settle_ties(self, kept: dict[str, SeatCandidates]) -> None:
        """Among plans of the least cost the earliest, among those the one with the lowest lots."""
        self.seconds_left = min(self.seconds_left, self.limits.deterministic_seconds / TIES_SHARE)
        master = Master(self.problem, kept)
        self._keep_apart(master, self.apart)
        settled = True
        held = master.cost
        for place, objective in ((1, master.earliness), (2, master.lots)):
            if held.coefs:
                master.model.row(held.coefs.items(), high=self.rank[place - 1] - held.constant)
            settled = settled and self._minimise(master, objective, Stage.TIES)
            held = objective
        self.ties_settled = settled

    def _keep_apart(self, master: Master, pairs: set[tuple[str, str]]) -> None:
        self.apart = self.apart | pairs
        for one, other in sorted(pairs):
            master.keep_apart(one, other)

    def _minimise(self, master: Master, objective: Objective, stage: Stage) -> bool:
        """Search for the least of an objective, keeping sessions apart as clashes turn up; True if proven."""
        while self.going and self.seconds_left > 0 and not (self.stop and self.stop.is_set()):
            met: set[tuple[str, str]] = set()
            outcome = cpsat.minimise(
                master.model,
                objective,
                hint=master.hint(self.best),
                deterministic_seconds=self.seconds_left,
                on_better=partial(self._consider, master, stage, met),
                stop=self.stop,
            )
            self.seconds_left -= outcome.work
            self._raise_bound(stage, outcome.bound)
            new = met - self.apart
            if not new:
                return outcome.proven
            self._keep_apart(master, new)
        return False

    def _consider(
        self, master: Master, stage: Stage, met: set[tuple[str, str]], values: list[int], bound: int
    ) -> bool:
        """Take over a solution of the solver if it betters the plan, mended where it clashes."""
        choice = master.choice(values)
        against = clashes(self.problem, choice)
        met |= against
        if against:
            choice = Filling(self.problem, self.found).completed(choice)
        found = rank(self.problem, choice)
        if found < self.rank:
            self.best, self.rank = choice, found
        self._raise_bound(stage, bound)
        self._report(stage)
        return self.going

    def _raise_bound(self, stage: Stage, bound: int) -> None:
        """What a relaxed model proves of the cost holds for every plan."""
        if stage is Stage.IMPROVING:
            self.bound = max(self.bound, min(bound, self.rank[0]))

    def _report(self, stage: Stage) -> None:
        """Tell the caller, who may end the search."""
        if self.progress is None:
            return
        empty = len(self.problem.asked) - len(self.best.seats)
        try:
            go_on = self.progress(Progress(stage, self.rank[0], self.bound, empty))
        except Cancelled:
            go_on = False
        self.going = self.going and go_on is not False


def _plan(problem: Problem, search: _Searching) -> Plan:
    """The best plan found, told in full."""
    choice, snapshot = search.best, problem.snapshot
    board = Board.of(problem, choice)
    empty = (seat for seat in problem.asked if seat not in choice.seats)
    return Plan(
        format=FORMAT,
        snapshot=digest(snapshot),
        seed=snapshot.seed,
        limits=search.limits,
        status=Status.OPTIMAL if search.bound == search.rank[0] else Status.FEASIBLE,
        engagements=tuple(_engagement(problem, choice, seat) for seat in sorted(choice.seats)),
        unfilled=tuple(Unfilled(seat, counted(judged(board, seat))) for seat in sorted(empty)),
        objective=_cost(problem, choice, search.bound),
        search=Search(
            pairs=sum(len(candidates.rows) for candidates in search.found.values()),
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
