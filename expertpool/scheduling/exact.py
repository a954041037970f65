"""The best plan over given candidates: the whole model searched, the best plan kept outside it."""

from collections.abc import Callable
from functools import partial
from threading import Event

from expertpool.scheduling import cpsat
from expertpool.scheduling.board import clashes
from expertpool.scheduling.candidates import SeatCandidates, worth_keeping
from expertpool.scheduling.greedy import Filling
from expertpool.scheduling.master import Master
from expertpool.scheduling.model import Objective
from expertpool.scheduling.preferences import Choice, rank
from expertpool.scheduling.problem import Problem
from expertpool.scheduling.progress import Stage

RIVALS_AT_ONCE = 400  # pairs of sessions kept apart from the start; beyond, only those that do clash
TIES_SHARE = 4  # settling ties gets at most this part of the work: a quarter

Told = Callable[[Stage, "Exact"], bool]


class Exact:
    """The best plan so far and a floor for every plan, and the searches that bring them together.

    told: hears of every better plan; False ends the search. work: deterministic seconds it may spend.
    """

    def __init__(
        self,
        problem: Problem,
        found: dict[str, SeatCandidates],
        best: Choice,
        *,
        work: float,
        told: Told | None = None,
        stop: Event | None = None,
        rivals_at_once: int = RIVALS_AT_ONCE,
    ) -> None:
        self.problem, self.found, self.best = problem, found, best
        self.told, self.stop, self.rivals_at_once = told, stop, rivals_at_once
        self.rank = rank(problem, best)
        self.kept, self.bound = worth_keeping(problem, found, self.rank[0])
        self.ties_settled = False
        self.going = True
        self.size = (0, 0)
        self.work, self.work_left = work, work
        self.apart: set[tuple[str, str]] = set()

    def entries(self) -> int:
        """How large the model of the kept candidates would be, in pairs of an expert and a start."""
        return sum(fit.size for candidates in self.kept.values() for fit in candidates.fits.values())

    def improve(self) -> None:
        """The least cost. A plan with a candidate left out costs more than the first one: the bound holds."""
        master = Master(self.problem, self.kept)
        rivals = master.rivals()
        if len(rivals) <= self.rivals_at_once:
            self._keep_apart(master, set(rivals))
        self._minimise(master, master.cost, Stage.IMPROVING)
        self.size = (len(master.model.low), len(master.model.rows) + len(master.model.at_most_one))
        self.kept, _ = worth_keeping(self.problem, self.found, self.rank[0])

    def settle_ties(self) -> None:
        """Among plans of the least cost the earliest, among those the one with the lowest lots."""
        self.work_left = min(self.work_left, self.work / TIES_SHARE)
        master = Master(self.problem, self.kept)
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
        while self.going and self.work_left > 0 and not (self.stop and self.stop.is_set()):
            met: set[tuple[str, str]] = set()
            outcome = cpsat.minimise(
                master.model,
                objective,
                hint=master.hint(self.best),
                deterministic_seconds=self.work_left,
                on_better=partial(self._consider, master, stage, met),
                stop=self.stop,
            )
            self.work_left -= outcome.work
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
        self.tell(stage)
        return self.going

    def _raise_bound(self, stage: Stage, bound: int) -> None:
        """What a relaxed model proves of the cost holds for every plan."""
        if stage is Stage.IMPROVING:
            self.bound = max(self.bound, min(bound, self.rank[0]))

    def tell(self, stage: Stage) -> None:
        """Tell the caller, who may end the search."""
        if self.told is not None:
            self.going = self.told(stage, self) and self.going
