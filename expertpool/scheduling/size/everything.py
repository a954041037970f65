"""One model of all columns of a board that is small enough: what every plan must cost, then seats are filled.

The model in fractions proves a floor, and says which columns are worth a look. Which seats must stay empty is
a small question when nothing else is asked, and a hard one beside all costs; asked of the columns worth a
look, its answer costs little more than need be.
"""

from threading import Event

import numpy as np

from expertpool.scheduling.linear import Relaxed, relax
from expertpool.scheduling.model import FREE, Model, Row
from expertpool.scheduling.preferences import Choice
from expertpool.scheduling.problem import Problem
from expertpool.scheduling.size.bound import Bound
from expertpool.scheduling.size.filling import COLUMNS, filled, urgency_of
from expertpool.scheduling.size.part import Whole
from expertpool.scheduling.size.recombine import Recombination

HARDLY = 0.01  # urgency of seats filled that makes no difference


class Everything:
    """The model, made for a plan and kept: columns an expert cannot keep together stay forbidden."""

    def __init__(self, problem: Problem, bound: Bound, best: Choice) -> None:
        self.problem, self.bound = problem, bound
        bound.complete()
        bound.look(best)
        self.model = self._of(best, bound.columns.size)
        self.filled = 0.0  # in fractions: the urgency of filled seats, as `urgency_of`

    def _of(self, best: Choice, most: int) -> Recombination:
        """The model of all needs with the cheapest columns of each seat."""
        needs = {need.id for need in self.problem.snapshot.needs}
        model = Recombination(self.bound, Whole(self.problem, best), needs, most)
        model.close()
        return model

    def fill(self, best: Choice, work: float, stop: Event | None) -> tuple[Choice, float]:
        """A plan that leaves as little urgency empty as may be, and the work it took."""
        self.bound.look(best)
        return filled(self._of(best, COLUMNS), best, work, stop)

    def floor(self, stop: Event | None) -> tuple[int, float]:
        """A floor under every plan, 0 if none is proven, and the work it took; the bound learns prices."""
        relaxed = relax(self.model.model, self.model.cost, stop)
        if relaxed is None:
            return 0, 0.0
        self._learn(relaxed)
        self.filled = sum(
            coef * relaxed.values[number] for number, coef in self.model.filling().coefs.items()
        )
        floor = int(np.ceil(self.bound.columns.constant + relaxed.floor)) if self.model.complete else 0
        return floor, relaxed.work

    def guide(self, best: Choice, stop: Event | None) -> float:
        """Let the bound learn prices of plans that fill no more than a plan does; the work it took.

        Where more can be filled in fractions than the plan fills, prices are those of empty seats, next to
        which nobody's quality counts.
        """
        filling, whole = self.model.filling(), self.model.model
        filled = urgency_of(self.problem)(best)
        if self.filled >= filled - HARDLY:
            return 0.0
        row = Row(list(filling.coefs), list(filling.coefs.values()), filled, FREE)
        relaxed = relax(
            Model(whole.low, whole.high, [*whole.rows, row], whole.at_most_one), self.model.cost, stop
        )
        if relaxed is None:
            return 0.0
        self._learn(relaxed)
        return relaxed.work

    def _learn(self, relaxed: Relaxed) -> None:
        """Let the bound know what columns cost beyond the floor, with the meeting they need."""
        columns = self.bound.columns
        beyond = np.full(columns.size, np.inf)
        for column, number in self.model.number.items():
            option = self.model.options[int(columns.slot_option[columns.slot[column]])]
            beyond[column] = relaxed.beyond[number] + relaxed.beyond[option]
        self.bound.learn(beyond)

    def improve(self, best: Choice, work: float, stop: Event | None) -> tuple[Choice | None, int, float]:
        """A plan of little cost, a floor under every plan, and the work it took."""
        found = self.model.solved(best, self.model.cost, work, stop)
        floor = int(self.bound.columns.constant) + found.floor if self.model.complete else 0
        return found.best, floor, found.work
