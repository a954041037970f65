"""One model of all columns of a board that is small enough: seats are filled first, then the cost is lowered.

Which seats must stay empty is a small question when nothing else is asked, and a hard one beside all costs.
The model in fractions then proves a floor, and says which columns are worth a look.
"""

from threading import Event

import numpy as np

from expertpool.scheduling.linear import relax
from expertpool.scheduling.model import FREE
from expertpool.scheduling.preferences import Choice
from expertpool.scheduling.problem import Problem
from expertpool.scheduling.size.bound import Bound
from expertpool.scheduling.size.part import Whole
from expertpool.scheduling.size.recombine import Recombination
from expertpool.scheduling.size.seating import completed


class Everything:
    """The model, made for a plan and kept: columns an expert cannot keep together stay forbidden."""

    def __init__(self, problem: Problem, bound: Bound, best: Choice) -> None:
        self.problem, self.bound = problem, bound
        bound.complete()
        bound.look(best)
        needs = {need.id for need in problem.snapshot.needs}
        self.model = Recombination(bound, Whole(problem, best), needs, bound.columns.size)
        self.model.close()

    def fill(self, best: Choice, work: float, stop: Event | None) -> tuple[Choice, float]:
        """A plan that leaves as little urgency empty as may be, and the work it took."""
        aim, spent, least = self.model.filling(), 0.0, -FREE
        while spent < work and self._urgency(best) > least and not (stop is not None and stop.is_set()):
            found = self.model.tried(best, aim, work - spent, stop)
            spent += found.work
            least = max(least, found.floor)
            if found.best is not None:
                whole = completed(self.problem, self.bound.columns.found, found.best)
                best = min(best, whole, key=self._urgency)
            if not found.crowded:
                break
        return best, spent

    def _urgency(self, choice: Choice) -> int:
        """The urgency of the seats filled, as something to be kept low."""
        asked, fixed = self.problem.asked, self.problem.fixed_seats
        return -sum(asked[seat].need.urgency for seat in choice.seats if seat not in fixed)

    def floor(self, stop: Event | None) -> tuple[int, float]:
        """A floor under every plan, 0 if none is proven, and the work it took; the bound learns prices."""
        relaxed = relax(self.model.model, self.model.cost, stop)
        if relaxed is None:
            return 0, 0.0
        columns = self.bound.columns
        beyond = np.full(columns.size, np.inf)
        for column, number in self.model.number.items():
            option = self.model.options[int(columns.slot_option[columns.slot[column]])]
            beyond[column] = relaxed.beyond[number] + relaxed.beyond[option]
        self.bound.learn(beyond)
        floor = int(np.ceil(columns.constant + relaxed.floor)) if self.model.complete else 0
        return floor, relaxed.work

    def improve(self, best: Choice, work: float, stop: Event | None) -> tuple[Choice | None, int, float]:
        """A plan of little cost, a floor under every plan, and the work it took."""
        found = self.model.solved(best, self.model.cost, work, stop)
        floor = int(self.bound.columns.constant) + found.floor if self.model.complete else 0
        return found.best, floor, found.work
