"""Large neighbourhood search: a few needs that compete for the same experts are solved anew, exactly.

Source: Shaw, Using constraint programming and local search methods to solve vehicle routing problems (1998).
"""

import random
from collections import Counter
from dataclasses import dataclass
from threading import Event

import numpy as np

from expertpool.scheduling.candidates import SeatCandidates
from expertpool.scheduling.exact import Exact
from expertpool.scheduling.preferences import Choice
from expertpool.scheduling.problem import Problem
from expertpool.scheduling.size.bound import Bound
from expertpool.scheduling.size.pairs import SeatPairs
from expertpool.scheduling.size.part import Whole, beside, joined

SEED = 1
# Needs taken out together, and candidates of a seat looked at besides whoever sits there: drawn each time.
SHAPES = ((12, 6), (12, 6), (6, 16))
STEP_WORK = 0.01  # deterministic seconds a step counts beside the solver's own
OPEN_COST = 1_000  # what weighs a seat left empty, or without a price, among reduced costs


@dataclass(frozen=True, slots=True)
class Step:
    """A better plan or None, and the work it took."""

    best: Choice | None
    work: float


class Neighbours:
    """Chooses neighbourhoods by what the bound's prices say could be better."""

    def __init__(
        self, problem: Problem, found: dict[str, SeatCandidates], seats: list[SeatPairs], best: Choice
    ) -> None:
        self.problem, self.found = problem, found
        self.draw = random.Random(SEED)  # noqa: S311 - a repeatable draw, nothing secret
        self.pairs = {pairs.asked.seat.id: s for s, pairs in enumerate(seats)}
        self.seats = seats
        self.needs = {need.id: need for need in problem.snapshot.needs}
        self.whole = Whole(problem, best)
        self.weights: dict[str, float] = {}
        self.looks = 0
        self.size, self.promising = SHAPES[0]
        self.worth = [pairs.costs - float(pairs.costs.min(initial=0)) for pairs in seats]

    def look(self, bound: Bound) -> None:
        """Take over the prices of a bound."""
        self.looks, self.weights = self.looks + 1, {}
        self.worth = [costs.min(axis=1, initial=np.inf) for costs in bound.reduced]

    def step(self, best: Choice, work: float, stop: Event | None) -> Step:
        """Solve one neighbourhood of a plan anew."""
        self._become(best)
        self.size, self.promising = self.draw.choice(SHAPES)
        board = self.whole.board
        needs = self._near(self._first())
        problem = self.whole.part(needs)
        piece = Choice(
            {seat: row for seat, row in best.seats.items() if seat in problem.asked},
            {name: at for name, at in best.starts.items() if name in problem.sessions},
        )
        promising = {seat: self._promising(seat, piece.seats.get(seat, -1)) for seat in problem.asked}
        found = beside(self.problem, promising, list(problem.asked), board)
        search = Exact(problem, found, piece, work=work, stop=stop)
        before = search.rank
        if search.bound < before[0]:
            search.improve()
        better = search.rank[0] < before[0]
        spent = work - search.work_left + STEP_WORK
        return Step(joined(best, search.best, problem) if better else None, spent)

    def _promising(self, seat: str, holder: int) -> SeatCandidates:
        """The candidates of a seat with the lowest reduced costs, and whoever sits there."""
        found = self.found[seat]
        if seat not in self.pairs:
            return found
        s = self.pairs[seat]
        rows = self.seats[s].rows[np.argsort(self.worth[s], kind="stable")[: self.promising]]
        return found.narrowed(np.isin(found.rows, rows) | (found.rows == holder))

    def _become(self, best: Choice) -> None:
        """Keep the board and the weights of the needs in step with the best plan."""
        changed = [need for need in self.needs if need not in self.weights or self._moved(need, best)]
        self.whole.become(best)
        for need in changed:
            seats = (seat.id for seat in self.needs[need].seats if seat.id in self.pairs)
            self.weights[need] = 1.0 + sum(self._beyond(seat, best.seats.get(seat, -1)) for seat in seats)

    def _moved(self, need: str, best: Choice) -> bool:
        held = self.whole.board.seats
        return any(best.seats.get(seat.id) != held.get(seat.id) for seat in self.needs[need].seats)

    def _first(self) -> str:
        """The need to begin with, drawn by how much its seats cost beyond the bound."""
        return self.draw.choices(list(self.needs), [self.weights[need] for need in self.needs])[0]

    def _beyond(self, seat: str, holder: int) -> float:
        """The reduced cost of whoever sits there."""
        s = self.pairs[seat]
        rows = self.seats[s].rows
        place = int(np.searchsorted(rows, holder))
        if holder < 0:
            return OPEN_COST if len(rows) else 0.0
        if place == len(rows) or rows[place] != holder:
            return OPEN_COST
        return float(min(OPEN_COST, max(0.0, self.worth[s][place])))

    def _near(self, first: str) -> set[str]:
        """Needs whose seats are held by experts that the first need could use."""
        near: Counter[str] = Counter()
        for seat in self.needs[first].seats:
            for row in self._promising(seat.id, -1).rows.tolist():
                near.update(
                    self.problem.asked[held].need.id for held in self.whole.board.held_by.get(row, ())
                )
        del near[first]
        chosen = {first}
        names = sorted(near)
        while names and len(chosen) < self.size:
            drawn = self.draw.choices(names, [near[name] for name in names])[0]
            names.remove(drawn)
            chosen.add(drawn)
        return chosen
