"""A floor under every plan of a large board: a linear program over all pairs, grown by price.

Only columns that could lower the sum join the program, and rows that its optimum breaks. The floor holds
whenever the work is stopped.

Source: column generation, Dantzig and Wolfe, Operations Research 8 (1960).
"""

import math
from threading import Event

import numpy as np

from expertpool.scheduling.candidates import SeatCandidates
from expertpool.scheduling.linear import Floats, Point
from expertpool.scheduling.preferences import Choice
from expertpool.scheduling.problem import Problem
from expertpool.scheduling.roster import Bools, Ints
from expertpool.scheduling.size.cuts import add_cuts
from expertpool.scheduling.size.program import Program
from expertpool.scheduling.size.rivals import Rivals

FIRST = 6  # cheapest candidates of a seat whose columns start the program
FEW = 0.1  # columns missing per seat at which the optimum is near enough to be cut and rounded
JOINING = 6  # columns of a seat that join it after one pricing
BELOW = -1e-3  # a column worth less than this does not join
SAFETY = 1e-3  # taken off the floor for rounding


class Bound:
    """Steps of one solve each, and the best floor so far.

    settled: the last point was nearly optimal. reduced[s][i, k]: what a column costs beyond the floor at
    the last prices; see `Program.seats`.
    """

    def __init__(self, problem: Problem, found: dict[str, SeatCandidates], best: Choice) -> None:
        self.program = Program(problem, found)
        self.rivals = Rivals(problem, found, self.program.seats)
        self.floor = 0
        self.point: Point | None = None
        self.reduced: list[Floats] = []
        self.done = self.settled = False
        for s, pairs in enumerate(self.program.seats):
            first = np.zeros(len(pairs.rows), dtype=bool)
            first[np.argsort(pairs.costs, kind="stable")[:FIRST]] = True
            first |= pairs.rows == best.seats.get(pairs.asked.seat.id, -1)
            self.program.join(s, np.argwhere(pairs.fits & first[:, None]))

    def step(self, stop: Event | None = None) -> float:
        """Solve, price, and let columns join; rows too once few columns are missing. The work it took."""
        point = self.program.linear.solved(stop)
        self.settled = False
        if point is None:
            self.done = True
            return 0.0
        self.point = point
        self.reduced, floor = self.program.prices_at(point)
        self.floor = max(self.floor, math.ceil(floor - SAFETY))
        joining = [_cheapest(costs, self.program.inside[s]) for s, costs in enumerate(self.reduced)]
        missing = sum(map(len, joining))
        self.settled = missing <= FEW * len(joining)
        broken = add_cuts(self.program, self.rivals, point) if self.settled else 0
        for s, places in enumerate(joining):
            self.program.join(s, places)
        self.done = missing == 0 and broken == 0
        return point.work


def _cheapest(costs: Floats, inside: Bools) -> Ints:
    """The columns most worth joining. Shape: `[n, 2]`."""
    worth = np.where(inside, 0.0, costs)
    order = np.argsort(worth, axis=None, kind="stable")[:JOINING]
    order = order[worth.reshape(-1)[order] < BELOW]
    return np.stack(np.unravel_index(order, worth.shape), axis=1)
