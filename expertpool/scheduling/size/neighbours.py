"""Large neighbourhood search: a few needs that compete for the same experts are solved anew, exactly.

Source: Shaw, "Using constraint programming and local search methods to solve vehicle routing problems" (1998).
"""

import random
from collections import Counter
from threading import Event

from expertpool.scheduling.board import Board
from expertpool.scheduling.candidates import SeatCandidates
from expertpool.scheduling.exact import Exact
from expertpool.scheduling.preferences import Choice
from expertpool.scheduling.problem import Problem
from expertpool.scheduling.size.part import beside, joined, part

SEED = 1
NEEDS = 5  # taken out together at first
STEP_WORK = 0.01  # deterministic seconds a step counts beside the solver's own


class Neighbours:
    """A plan that is made better one neighbourhood at a time."""

    def __init__(self, problem: Problem, found: dict[str, SeatCandidates], best: Choice) -> None:
        self.problem, self.found, self.best = problem, found, best
        self.draw = random.Random(SEED)
        self.needs = [need.id for need in problem.snapshot.needs]
        self.seats = {need.id: [seat.id for seat in need.seats] for need in problem.snapshot.needs}
        self.size = NEEDS

    def step(self, work: float, stop: Event | None) -> tuple[float, bool]:
        """Solve one neighbourhood anew: the work it took, and whether the plan costs less now."""
        board = Board.of(self.problem, self.best)
        needs = self._near(self._first(), board)
        problem = part(self.problem, needs, board)
        found = beside(self.problem, self.found, list(problem.asked), board)
        piece = Choice(
            {seat: row for seat, row in self.best.seats.items() if seat in problem.asked},
            {name: at for name, at in self.best.starts.items() if name in problem.sessions},
        )
        search = Exact(problem, found, piece, work=work, stop=stop)
        before = search.rank
        if search.bound < before[0]:
            search.improve()
        if search.rank < before:
            self.best = joined(self.best, search.best, problem)
        return work - search.work_left + STEP_WORK, search.rank[0] < before[0]

    def _first(self) -> str:
        """The need to begin with: one with an empty seat more often than not."""
        lacking = [need for need in self.needs if any(s not in self.best.seats for s in self.seats[need])]
        if lacking and self.draw.random() < 0.4:
            return self.draw.choice(lacking)
        return self.draw.choice(self.needs)

    def _near(self, first: str, board: Board) -> set[str]:
        """Needs whose seats are held by experts that the first need could use, and a few of any kind."""
        near: Counter[str] = Counter()
        for seat in self.seats[first]:
            for row in self.found[seat].rows.tolist():
                near.update(self.problem.asked[held].need.id for held in board.held_by.get(row, ()))
        del near[first]
        chosen = {first}
        names = sorted(near)
        while names and len(chosen) < self.size:
            drawn = self.draw.choices(names, [near[name] for name in names])[0]
            names.remove(drawn)
            chosen.add(drawn)
        return chosen
