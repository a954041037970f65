"""What ministries carry beyond their shares while a plan is in the making."""

from collections import Counter
from collections.abc import Iterable, Mapping

from expertpool.scheduling.preferences import load_units, share_cost
from expertpool.scheduling.problem import Problem
from expertpool.scheduling.roster import Ints


class Carried:
    """The work given to each ministry's experts, kept in step with a board.

    Shape: `beyond` has an entry per ministry, by its code: units beyond its share, below zero what is left.
    """

    def __init__(self, problem: Problem, seats: Mapping[str, int]) -> None:
        self.code = problem.roster.ministry_code
        self.weight = problem.snapshot.policy.weights.share or 0
        self.beyond = problem.beyond.copy()
        for seat, row in seats.items():
            self.take(row, load_units(problem, problem.asked[seat]))

    def take(self, row: int, units: int) -> None:
        """An expert is given so many units; below zero, relieved of them."""
        self.beyond[self.code[row]] += units

    def prices(self, rows: Ints, units: int) -> Ints:
        """What so many units more would cost with each of some experts."""
        prices: Ints = self.weight * share_cost(self.beyond, units)[self.code[rows]]
        return prices

    def price(self, row: int, units: int) -> int:
        """The same for one expert."""
        return self.weight * self.points(row, units)

    def points(self, row: int, units: int) -> int:
        """The same without the weight."""
        return self._points(int(self.code[row]), units)

    def together(self, given: Iterable[tuple[int, int]]) -> int:
        """What units given to experts (by row) cost more together than the prices of each."""
        total: Counter[int] = Counter()
        alone = 0
        for row, units in given:
            total[int(self.code[row])] += units
            alone += self.points(row, units)
        return self.weight * (sum(self._points(code, units) for code, units in total.items()) - alone)

    def _points(self, code: int, units: int) -> int:
        return int(share_cost(self.beyond[code : code + 1], units)[0])
