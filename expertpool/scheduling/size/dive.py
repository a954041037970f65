"""A whole plan from prices: what their average is surest of is settled, the prices follow, and so on.

Source: plans from Lagrangean prices, Fisher, Management Science 27 (1981).
"""

from collections import defaultdict
from operator import sub
from threading import Event

import numpy as np

from expertpool.scheduling.preferences import Choice
from expertpool.scheduling.size.bound import Bound
from expertpool.scheduling.size.crowds import together
from expertpool.scheduling.size.rivals import Timetable
from expertpool.scheduling.size.seating import completed

ITERATIONS = 40  # of the prices between two turns
SURE = 0.8  # share from which a column is settled
LEAST = 0.06  # of the seats settled in a turn at least
FAINT = 0.02  # share below which nothing is settled


class Dive:
    """Settles one column after the other."""

    def __init__(self, bound: Bound) -> None:
        self.bound, self.columns, self.rivals = bound, bound.columns, bound.rivals
        self.prices = bound.prices.copied()
        self.settled: dict[int, int] = {}  # column by seat
        self.of_expert: dict[int, list[int]] = defaultdict(list)
        self.times: dict[int, list[Timetable]] = {}  # of the settled columns of an expert
        problem = bound.problem
        self.left = {key: list(problem.remaining(agreement)) for key, agreement in problem.agreements.items()}

    def plan(self, best: Choice, reach: float, stop: Event | None) -> tuple[Choice, float]:
        """A legal plan, and the work it took. Times that the prices say nothing of come from `best`."""
        work, seats = 0.0, len(self.columns.seats)
        while len(self.settled) < seats and not (stop is not None and stop.is_set()):
            work += self.prices.rise(ITERATIONS, reach, stop)
            if not self._settle(max(1, int(LEAST * seats))):
                break
        return self._seated(best), work

    def _settle(self, least: int) -> int:
        """Settle the columns with the largest shares; how many."""
        share = self.prices.columns_share
        likely = np.flatnonzero(share > FAINT)
        likely = likely[np.argsort(-share[likely], kind="stable")]
        done, barred, options = 0, [], []
        before = len(self.settled)
        for column in likely.tolist():
            if share[column] < SURE and done >= least:
                break
            if self.prices.barred[column]:
                continue
            s = int(self.columns.slot_seat[self.columns.slot[column]])
            if s in self.settled:
                continue
            if self._fits(column, s):
                self.settled[s] = column
                done += 1
                also = self._excluded(column, s)
                barred += also
                self.prices.barred[also] = 1.0  # so that this turn passes them over
                options += self._other_options(column)
            else:
                barred.append(column)
        self.prices.bar(np.array(barred, dtype=np.int64), np.array(options, dtype=np.int64))
        return len(self.settled) - before + len(barred)

    def _excluded(self, column: int, s: int) -> list[int]:
        """Columns that a settled one rules out: the rest of its seat, what its expert cannot do beside it."""
        own = self.columns.of_expert[int(self.columns.expert[column])]
        bits, found = self.rivals.apart(column), []
        while bits:
            place = bits.bit_length() - 1
            bits ^= 1 << place
            found.append(own[place])
        mine = self.bound.columns_of(s)
        return found + [other for other in mine.tolist() if other != column]

    def _other_options(self, column: int) -> list[int]:
        """The options a need gives up with a settled column."""
        option = int(self.columns.slot_option[self.columns.slot[column]])
        need = int(self.columns.option_need[option])
        first = int(self.columns.first_option[need])
        last = int(np.searchsorted(self.columns.option_need, need, side="right"))
        return [other for other in range(first, last) if other != option]

    def _fits(self, column: int, s: int) -> bool:
        """Whether an expert has the time and the ministry the minutes for one more column; books them."""
        expert, problem = int(self.columns.expert[column]), self.bound.problem
        pairs = self.columns.seats[s]
        roster = problem.roster
        key = roster.ministry[expert], pairs.asked.need.ministry
        months = pairs.months[self.columns.option_at(int(self.columns.slot[column]))].tolist()
        left = self.left.get(key)
        if left is not None and any(used > most for used, most in zip(months, left, strict=True)):
            return False
        columns = [*self.of_expert[expert], column]
        if roster.open[expert] + len(columns) > roster.most_open[expert]:
            return False
        ways = [self.rivals.ways(each) or [] for each in columns]
        times = together(ways, [], np.maximum(0, roster.room[expert]).tolist())
        if len(times) < len(columns):
            return False
        self.of_expert[expert], self.times[expert] = columns, times
        if left is not None:
            self.left[key] = list(map(sub, left, months))
        return True

    def _seated(self, best: Choice) -> Choice:
        """The plan that the settled columns stand for, empty seats filled as far as may be."""
        problem = self.bound.problem
        starts = {name: at for name, at in best.starts.items() if name in problem.sessions}
        for expert, columns in self.of_expert.items():
            for column, way in zip(columns, self.times.get(expert, ()), strict=True):
                starts |= self.rivals.starts(column, way)
        seats = {
            self.columns.seats[s].asked.seat.id: int(self.columns.expert[column])
            for s, column in self.settled.items()
        }
        return completed(problem, self.columns.found, Choice(seats, starts | problem.fixed_starts))
