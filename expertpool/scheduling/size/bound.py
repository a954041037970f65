"""A floor under every plan of a large board, over all pairs: prices of rows, columns that join by price.

Only columns that could lower the floor join, and rows that the average answer breaks. The floor holds
whenever the work is stopped.

Source: column generation, Dantzig and Wolfe, Operations Research 8 (1960).
"""

import math
from threading import Event

import numpy as np

from expertpool.scheduling.candidates import SeatCandidates
from expertpool.scheduling.preferences import Choice
from expertpool.scheduling.problem import Problem
from expertpool.scheduling.roster import Ints
from expertpool.scheduling.size.alone import Alone
from expertpool.scheduling.size.columns import Columns
from expertpool.scheduling.size.cuts import Cuts
from expertpool.scheduling.size.pairs import Floats, SeatPairs, spans
from expertpool.scheduling.size.prices import Prices
from expertpool.scheduling.size.rivals import Rivals
from expertpool.scheduling.size.rows import MINUTES, Kind, Rows, corner

FIRST = 2  # cheapest candidates of a seat whose columns start the program
JOINING = 6  # columns of a seat that join after one pricing
BELOW = -1e-3  # a column worth less than this does not join
SAFETY = 1e-3  # taken off the floor for rounding
ITERATIONS = 200  # in one step
BREACHES = (0.1, 0.05, 0.03, 0.02, 0.01)  # by how much a row must be broken to be added, step by step
FAST = 0.5  # of how far it may: a floor that rises more in one step is given twice as far to go
TIRED = 5  # steps in a row without a rise after which the floor is left
NEAR = 0.002  # of the gap: a smaller rise in a step is none
PRICING = 2e-8  # deterministic seconds to price one column
STEP_WORK = 0.01  # deterministic seconds a step counts beside
COMPARING = 3e-6  # and to compare two columns of one expert


class Bound:
    """Steps, and the best floor so far.

    regret[s][i]: by how much the floor of plans that seat candidate i there is higher, at the last prices;
    see `Columns.seats`.
    """

    def __init__(self, problem: Problem, found: dict[str, SeatCandidates], best: Choice) -> None:
        self.problem = problem
        self.columns = Columns(problem, found)
        self.rows = Rows(self.columns)
        self.rivals = Rivals(self.columns)
        self.cuts = Cuts(self.rows, self.rivals)
        self.alone = Alone(problem, found, self.columns)
        self.floor, self.steps = 0, 0
        self.stretch, self.idle = 1.0, 0
        self.done = False
        self.learnt: Floats | None = None
        self._laid_out = False
        self._looked: list[tuple[int, int] | None] = [None] * len(self.columns.seats)
        first = []
        for s, pairs in enumerate(self.columns.seats):
            near = np.zeros(len(pairs.rows), dtype=bool)
            near[np.argsort(pairs.costs, kind="stable")[:FIRST]] = True
            near |= pairs.rows == best.seats.get(pairs.asked.seat.id, -1)
            first.append((s, np.argwhere(pairs.fits & near[:, None])))
        self._join(first)
        self.prices = Prices(self.columns, self.rows)
        self.regret: list[Floats] = [
            (pairs.costs - pairs.costs.min(initial=0)).astype(np.float64) for pairs in self.columns.seats
        ]

    def _join(self, places: list[tuple[int, Ints]]) -> int:
        joined = self.columns.join(places)
        self._laid_out = self._laid_out and not joined
        self.rows.grow(joined)
        self.rows.freeze()
        return len(joined)

    @property
    def guides(self) -> bool:
        """Whether anything is known yet of which columns are worth a look."""
        return self.steps > 0 or self.learnt is not None

    def complete(self) -> None:
        """Let every column join, at the last prices."""
        columns = self.columns
        if self._join([(s, np.argwhere(p.fits & ~columns.inside[s])) for s, p in enumerate(columns.seats)]):
            self.prices.grown()
        self.priced()

    def step(self, reach: float, stop: Event | None = None) -> float:
        """Raise the prices, then let columns and rows join; the work it took. reach: how far it may rise."""
        work = self.prices.rise(ITERATIONS, reach * self.stretch, stop)
        before, compared = self.floor, self.rivals.compared
        reduced, floor = self.priced()
        self.floor = max(self.floor, math.ceil(floor - SAFETY))
        breach = BREACHES[min(self.steps, len(BREACHES) - 1)]
        joined = self._join([(s, self._cheapest(s, costs)) for s, costs in enumerate(reduced)])
        added = self.cuts.add(self.prices, breach, stop)
        self.rows.freeze()
        self.prices.grown()
        self.steps += 1
        if self.steps > 1:  # a floor that rises so fast has a long way to go: seats that nobody can fill
            fast = self.floor - before > FAST * reach * self.stretch
            self.stretch = self.stretch * 2 if fast else max(1.0, self.stretch / 2)
        risen = self.floor - before > NEAR * max(1.0, reach)
        self.idle = 0 if risen else self.idle + 1
        self.done = self.idle >= TIRED or not (risen or joined or added)
        work += (self.rivals.compared - compared) * COMPARING
        return work + sum(costs.size for costs in reduced) * PRICING + STEP_WORK

    def _cheapest(self, s: int, costs: Floats) -> Ints:
        """The columns of a seat cheaper than all that take part at their option. Shape: `[n, 2]`."""
        inside = self.columns.inside[s]
        least = np.minimum(np.where(inside, costs, np.inf).min(axis=0, initial=np.inf), 0.0)
        worth = np.where(inside, 0.0, costs - least)
        places = np.flatnonzero(worth < BELOW)
        places = places[np.argsort(worth.reshape(-1)[places], kind="stable")[:JOINING]]
        return np.stack(np.unravel_index(places, worth.shape), axis=1)

    def priced(self) -> tuple[list[Floats], float]:
        """Costs of every column of every seat with the prices, joined or not, and the floor that follows.

        Each is a lower estimate: a column outside may be in no row of chosen columns. Sets `regret`.
        """
        columns, rows, prices = self.columns, self.rows, self.prices.prices
        spread = _Spread(columns, rows, prices)
        reduced = [spread.of(pairs) for pairs in columns.seats]
        for s, costs in enumerate(reduced):
            costs[~columns.seats[s].fits] = np.inf
        seats = columns.slot_seat[columns.slot]
        options = columns.slot - columns.first_slot[seats]
        inside = self.prices.reduced(prices)
        for s, place, option, cost in zip(
            seats.tolist(), columns.place.tolist(), options.tolist(), inside.tolist(), strict=True
        ):
            reduced[s][place, option] = cost
        least = np.minimum(np.concatenate([costs.min(axis=0, initial=np.inf) for costs in reduced]), 0.0)
        option_costs = self.prices.option_costs(prices, np.arange(len(least)), least)
        of_need = np.minimum(np.minimum.reduceat(option_costs, columns.first_option), 0.0)
        floor = columns.constant + float(of_need.sum()) - float((prices * rows.most).sum())
        floor += self.alone.beyond(of_need)
        beyond = (option_costs - of_need[columns.option_need])[columns.slot_option] - least
        self.regret = [
            (costs + beyond[columns.first_slot[s] : columns.first_slot[s + 1]]).min(axis=1, initial=np.inf)
            for s, costs in enumerate(reduced)
        ]
        self.beyond, self._laid_out = beyond, False
        return reduced, floor

    def look(self, best: Choice) -> None:
        """Let the columns of a plan join, and lay out what all cost beyond the floor at the last prices."""
        columns = self.columns
        if self._join([(s, self._held(s, best)) for s in self._newly_seated(best)]):
            self.prices.grown()
        if self._laid_out:
            return
        self._laid_out = True
        if self.learnt is None:
            self.regret_of = self.prices.reduced(self.prices.prices) + self.beyond[columns.slot]
        else:
            self.regret_of = self.learnt
        self._by_seat = np.argsort(columns.slot_seat[columns.slot], kind="stable")
        self._begins = np.searchsorted(
            columns.slot_seat[columns.slot][self._by_seat], np.arange(len(columns.seats) + 1)
        )

    def learn(self, beyond: Floats) -> None:
        """Let what columns cost beyond a floor come from elsewhere, after a look at all of them."""
        columns, self.done = self.columns, True
        self.learnt, self._laid_out = beyond, False
        for s, pairs in enumerate(columns.seats):
            mine = self.columns_of(s)
            self.regret[s] = np.full(len(pairs.rows), np.inf)
            np.minimum.at(self.regret[s], columns.place[mine], beyond[mine])

    def _newly_seated(self, best: Choice) -> list[int]:
        """The seats whose expert or meeting is another than at the last look."""
        found = []
        for s, pairs in enumerate(self.columns.seats):
            start = -1 if pairs.meeting is None else best.starts.get(pairs.meeting.session.id, -1)
            now = best.seats.get(pairs.asked.seat.id, -1), start
            if now != self._looked[s]:
                self._looked[s] = now
                found.append(s)
        return found

    def _held(self, s: int, best: Choice) -> Ints:
        """The column of a plan's expert on a seat, if it has not joined. Shape: `[n, 2]`."""
        pairs = self.columns.seats[s]
        held = np.zeros(pairs.fits.shape, dtype=bool)
        rows = pairs.rows == best.seats.get(pairs.asked.seat.id, -1)
        if pairs.meeting is None:
            held[rows, 0] = True
        elif rows.any():
            start = best.starts[pairs.meeting.session.id]
            at = int(np.searchsorted(self.problem.starts[pairs.meeting.session.id], start))
            held[rows, [at in option for option in pairs.meeting.options].index(True)] = True
        return np.argwhere(held & ~self.columns.inside[s])

    def columns_of(self, s: int) -> Ints:
        """The columns of a seat at the last look."""
        return self._by_seat[self._begins[s] : self._begins[s + 1]]

    def cheapest_of(self, s: int) -> Ints:
        """The same, those first that cost least beyond the floor."""
        mine = self.columns_of(s)
        return mine[np.argsort(self.regret_of[mine], kind="stable")]


class _Spread:
    """Prices of rows of experts and quotas, spread over all the columns that are in them."""

    def __init__(self, columns: Columns, rows: Rows, prices: Floats) -> None:
        roster = columns.problem.roster
        self.columns, self.rows, self.prices = columns, rows, prices
        units = np.arange(max((pairs.units for pairs in columns.seats), default=0) + 1)
        self.load = np.zeros((roster.size, len(units)))
        self.week = np.zeros((roster.size, len(spans(len(columns.problem.snapshot.weeks)))))
        for expert, own in rows.of_expert.items():
            for kind, which, row in own:
                if kind is Kind.WEEK:
                    self.week[expert, which] += prices[row] / MINUTES
                elif kind is Kind.OPEN:
                    self.load[expert] += prices[row]
                else:
                    self.load[expert] += prices[row] * corner(which, units)

    def of(self, pairs: SeatPairs) -> Floats:
        """What a seat's columns cost with their prices. Shape: `[candidates, options]`."""
        roster, need = self.columns.problem.roster, pairs.asked.need
        lent = np.zeros((len(roster.ministries), pairs.fits.shape[1]))
        for (lender, borrower), rows in self.rows.quotas.items():
            if borrower == need.ministry:
                lent[lender] = pairs.months @ (
                    self.prices[rows]
                    * self.rows.most[rows]
                    / np.array(
                        self.columns.problem.remaining(
                            self.columns.problem.agreements[
                                self.columns.problem.roster.ministries[lender], borrower
                            ]
                        )
                    )
                )
        costs: Floats = pairs.costs[:, None] + lent[roster.ministry_code[pairs.rows]]
        costs += self.load[pairs.rows, pairs.units][:, None]
        costs += self.week[pairs.rows] @ pairs.weeks.T
        return costs
