"""Needs that cannot be filled even alone: what they cost at least, whatever the prices say.

Two seats whose only candidate is the same expert leave one of them empty in every plan. Prices learn that
slowly, because an empty seat weighs as much as all other costs of a hundred needs; solved alone, the need
tells at once.
"""

from collections import defaultdict
from threading import Event

from expertpool.scheduling.candidates import SeatCandidates
from expertpool.scheduling.exact import Exact
from expertpool.scheduling.preferences import Choice
from expertpool.scheduling.problem import Problem
from expertpool.scheduling.size.columns import Columns
from expertpool.scheduling.size.pairs import Floats
from expertpool.scheduling.size.part import Whole, piece_of

WORK = 0.2  # deterministic seconds for one need: as a rule a hundredth of it is used


class Alone:
    """Floors of single needs, each as if nobody else asked for anybody.

    They may stand beside the prices' floor of all other needs, because no cost is lower, and nothing allowed
    that was not, where somebody holds more seats.
    """

    def __init__(self, problem: Problem, found: dict[str, SeatCandidates], columns: Columns) -> None:
        self.problem, self.found = problem, found
        self.floors: dict[str, float] = {}  # by need: what it adds to the cost at least, instead of nobody
        self.groups: dict[str, set[int]] = defaultdict(set)  # of options, see `Columns.option_need`
        for s, pairs in enumerate(columns.seats):
            first = columns.slot_option[columns.first_slot[s]]
            self.groups[pairs.asked.need.id].add(int(columns.option_need[first]))

    def look(self, seats: list[str], stop: Event | None) -> float:
        """Solve the needs of some seats, those that a plan leaves empty; the work it took."""
        work = 0.0
        nobody: Whole | None = None
        for need in dict.fromkeys(self.problem.asked[seat].need.id for seat in seats):
            if need not in self.floors and not (stop is not None and stop.is_set()):
                nobody = nobody or Whole(self.problem, Choice({}, {}))
                work += self._solve(need, nobody, stop)
        return work

    def _solve(self, need: str, nobody: Whole, stop: Event | None) -> float:
        part = nobody.part({need})
        without = piece_of(nobody.board.choice(), part)
        found = {seat: self.found[seat] for seat in part.asked}
        search = Exact(part, found, without, work=WORK, stop=stop)
        before = search.rank[0]
        search.improve()
        self.floors[need] = float(min(search.bound, search.rank[0]) - before)
        return WORK - search.work_left

    def beyond(self, of_group: Floats) -> float:
        """By how much these floors are higher than what prices leave of the same needs.

        of_group: `[group]`, what each group of options costs at the prices, at most 0.
        """
        left = ((floor, of_group[sorted(self.groups[need])].sum()) for need, floor in self.floors.items())
        return sum(max(0.0, floor - float(priced)) for floor, priced in left)
