"""Prices of the rows of a large board, raised step by step: what they prove, and a point between plans.

With a price on each row the board falls apart: each need takes its best option, each of its seats the best
column there or nobody. What that costs, less the prices of the rows' limits, is a floor. Prices follow what
the average of these answers breaks; the average itself comes near an optimum of the linear program.

Source: Barahona and Anbil, The volume algorithm, Mathematical Programming 87 (2000).
"""

import copy
from threading import Event

import numpy as np

from expertpool.scheduling.roster import Ints
from expertpool.scheduling.size.columns import Columns
from expertpool.scheduling.size.pairs import Floats
from expertpool.scheduling.size.rows import POINTS, Rows

BELOW_WEIGHT = 1 - 1e-9  # prices of load stay below what load costs
WORK_PER_ENTRY = 5e-9  # deterministic seconds, for each entry and column of an iteration
PATIENCE = 20  # iterations without a rise before steps become shorter
AGAIN, FOLLOW = 0.05, 0.1  # length of steps and share of a new answer in the average, after many rows joined:
MANY = 0.01  # so many of all rows
SLOW, SLOWEST = 0.05, 0.02  # a smaller part of the way to the target is slow; the least share
LONGEST, SHORTEST = 1_000.0, 1e-4  # of the way to the target
BARRED = 1e12  # what a column costs that may not be taken
LOOK = 50  # iterations after which the average is made to follow more slowly


class Prices:
    """Prices with the floor they give over the columns that have joined, and the average answer.

    columns_share, options_share: the average, between 0 and 1. shared: load it pays for beside.
    barred, barred_options: what may not be taken, by a cost that nothing outweighs.
    """

    def __init__(self, columns: Columns, rows: Rows) -> None:
        self.columns, self.rows = columns, rows
        self.prices: Floats = np.zeros(0)
        self.value = -np.inf
        self.step, self.follow = AGAIN, FOLLOW
        self.columns_share: Floats = np.zeros(0)
        self.options_share: Floats = np.zeros(len(columns.option_cost))
        self.shared: Floats = np.zeros(columns.problem.roster.size)
        self.weight = float(columns.problem.snapshot.policy.weights.fairness) * POINTS
        self.barred: Floats = np.zeros(0)
        self.barred_options: Floats = np.zeros(len(columns.option_cost))
        self.grown()

    def copied(self) -> "Prices":
        """The same prices and average, to go another way with."""
        other = copy.copy(self)
        for name in (
            "prices",
            "columns_share",
            "options_share",
            "shared",
            "barred",
            "barred_options",
            "broken",
        ):
            setattr(other, name, getattr(self, name).copy())
        return other

    def bar(self, columns: Ints, options: Ints) -> None:
        """Let no answer hold some columns and options any more."""
        self.barred[columns], self.barred_options[options] = BARRED, BARRED
        self.columns_share[columns], self.options_share[options] = 0.0, 0.0
        self.broken = self._activity()

    def grown(self) -> None:
        """Columns or rows have joined."""
        columns, rows = self.columns, self.rows
        self.order = np.argsort(columns.slot, kind="stable")
        slots = columns.slot[self.order]
        new = np.r_[True, slots[1:] != slots[:-1]] if len(slots) else np.zeros(0, dtype=bool)
        self.first = np.flatnonzero(new)
        self.slots = slots[self.first]
        self.segment = np.cumsum(new) - 1
        if rows.size - len(self.prices) > MANY * rows.size:
            self.step, self.follow = max(self.step, AGAIN), FOLLOW
        self.prices = np.r_[self.prices, np.zeros(rows.size - len(self.prices))]
        self.columns_share = np.r_[self.columns_share, np.zeros(columns.size - len(self.columns_share))]
        self.barred = np.r_[self.barred, np.zeros(columns.size - len(self.barred))]
        self.broken = self._activity()

    def rise(self, iterations: int, reach: float, stop: Event | None) -> float:
        """Raise the prices for a number of iterations; the work it took. reach: how far they may rise."""
        value, chosen, options = self._answer(self.prices)
        self.value = value
        if not self.options_share.any():
            self.columns_share[chosen], self.options_share[options] = 1.0, 1.0
            self.broken = self._activity()
        failed, before = 0, value
        for turn in range(iterations):
            if stop is not None and stop.is_set():
                break
            toward = self._toward()
            length = float((toward * toward).sum())
            if length < 1e-12:
                break
            stride = self.step * max(1.0, reach) / length
            prices = self._allowed(self.prices + stride * toward)
            value, chosen, options = self._answer(prices)
            breaks = self._breaks(chosen, options)
            self._average(chosen, options, breaks)
            if value > self.value:
                if float((breaks * toward).sum()) >= 0:
                    self.step = min(LONGEST, self.step * 1.2)
                self.prices, self.value, failed = prices, value, 0
            else:
                failed += 1
            if failed >= PATIENCE:
                self.step, failed = max(SHORTEST, self.step * 0.7), 0
            if turn % LOOK == LOOK - 1:
                if self.value - before < SLOW * max(1.0, reach):
                    self.follow = max(SLOWEST, self.follow / 2)
                before = self.value
        return iterations * (len(self.rows.row) + self.columns.size) * WORK_PER_ENTRY

    def _answer(self, prices: Floats) -> tuple[float, Ints, Ints]:
        """The floor at some prices, and the columns and options that attain it."""
        columns, rows = self.columns, self.rows
        costs = self.reduced(prices)[self.order]
        least = np.minimum.reduceat(costs, self.first) if len(self.first) else np.zeros(0)
        options = self.option_costs(prices, self.slots, least)
        of_need = np.minimum.reduceat(options, columns.first_option)
        value = columns.constant + float(np.minimum(of_need, 0.0).sum()) - float((prices * rows.most).sum())
        taken = np.flatnonzero((options == of_need[columns.option_need]) & (options < 0))
        taken = taken[_firsts(columns.option_need[taken])]
        held = np.zeros(len(options), dtype=bool)
        held[taken] = True
        open_slot = held[columns.slot_option[self.slots]] & (least < 0)
        chosen = np.flatnonzero(open_slot[self.segment] & (costs == least[self.segment]))
        return value, self.order[chosen[_firsts(self.segment[chosen])]], taken

    def reduced(self, prices: Floats) -> Floats:
        """What each column costs with the prices of its rows."""
        rows = self.rows
        spread = np.bincount(rows.column, weights=rows.coef * prices[rows.row], minlength=self.columns.size)
        costs: Floats = self.columns.cost + self.barred + spread
        return costs

    def option_costs(self, prices: Floats, slots: Ints, least: Floats) -> Floats:
        """What each option costs with the best column of each of its slots."""
        columns, rows = self.columns, self.rows
        size = len(columns.option_cost)
        costs = columns.option_cost + self.barred_options
        costs -= np.bincount(rows.option, weights=prices[rows.option_row], minlength=size)
        total: Floats = costs + np.bincount(
            columns.slot_option[slots], weights=np.minimum(least, 0.0), minlength=size
        )
        return total

    def _activity(self) -> Floats:
        """By how much the average breaks each row."""
        rows = self.rows
        held = np.bincount(rows.row, weights=rows.coef * self.columns_share[rows.column], minlength=rows.size)
        paid = np.bincount(rows.option_row, weights=self.options_share[rows.option], minlength=rows.size)
        broken: Floats = held - paid - rows.most
        return broken

    def _breaks(self, chosen: Ints, options: Ints) -> Floats:
        """By how much an answer breaks each row."""
        rows = self.rows
        begins, ends = rows.begins[chosen], rows.begins[chosen + 1]
        count = ends - begins
        entries = np.repeat(begins - np.cumsum(count) + count, count) + np.arange(int(count.sum()))
        held = np.bincount(rows.row[entries], weights=rows.coef[entries], minlength=rows.size)
        on = np.zeros(len(self.options_share))
        on[options] = 1.0
        paid = np.bincount(rows.option_row, weights=on[rows.option], minlength=rows.size)
        broken: Floats = held - paid - rows.most
        return broken

    def _average(self, chosen: Ints, options: Ints, breaks: Floats) -> None:
        """Let the average follow an answer."""
        share = self.follow
        self.columns_share *= 1 - share
        self.columns_share[chosen] += share
        self.options_share *= 1 - share
        self.options_share[options] += share
        self.broken = (1 - share) * self.broken + share * breaks
        self.shared[:] = 0.0
        np.maximum.at(self.shared, self.rows.load_expert, self.broken[self.rows.load_row])

    def _toward(self) -> Floats:
        """The direction of the next step: what is broken, but for rows whose price cannot follow."""
        rows, toward = self.rows, self.broken.copy()
        if len(rows.load_row):
            total = self._load_prices(self.prices)
            dear = total[rows.load_expert] >= self.weight * (1 - 1e-6)
            toward[rows.load_row] -= np.where(dear, self.shared[rows.load_expert], 0.0)
        toward[(self.prices <= 0) & (toward < 0)] = 0.0
        return toward

    def _load_prices(self, prices: Floats) -> Floats:
        rows = self.rows
        spent = np.bincount(rows.load_expert, weights=prices[rows.load_row], minlength=len(self.shared))
        return spent.astype(np.float64)

    def _allowed(self, prices: Floats) -> Floats:
        """The nearest prices that may be: none below 0, an expert's load at no more than its weight."""
        rows, prices = self.rows, np.maximum(prices, 0.0)
        most = self.weight * BELOW_WEIGHT
        dear = np.flatnonzero((self._load_prices(prices) > most)[rows.load_expert])
        if len(dear):
            at, expert = rows.load_row[dear], rows.load_expert[dear]
            order = np.lexsort((-prices[at], expert))
            at, expert = at[order], expert[order]
            first = _firsts(expert)
            group = np.cumsum(np.r_[True, expert[1:] != expert[:-1]]) - 1
            total = np.cumsum(prices[at])
            total -= np.r_[0.0, total][first][group]
            cut = (total - most) / (np.arange(len(at)) - first[group] + 1)
            cut = np.maximum.reduceat(cut, first)[group]
            prices[at] = np.maximum(0.0, prices[at] - cut) * BELOW_WEIGHT
        return prices


def _firsts(groups: Ints) -> Ints:
    """Where each of ascending groups begins."""
    return np.flatnonzero(np.r_[True, groups[1:] != groups[:-1]]) if len(groups) else groups
