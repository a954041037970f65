"""Rows that every plan keeps, over the columns that have joined: "the sum of these is at most that".

Minutes are counted in units of four hours and costs as they are, so that all coefficients are of one size.
"""

from collections import defaultdict
from collections.abc import Sequence
from enum import Enum

import numpy as np

from expertpool.scheduling.roster import Ints
from expertpool.scheduling.size.columns import Columns
from expertpool.scheduling.size.pairs import Floats, SeatPairs

MINUTES = 240.0
POINTS = 30.0


class Kind(Enum):
    """What a row of one expert counts: minutes of a week, engagements, or load at a corner of its cost."""

    WEEK = 1
    OPEN = 2
    LOAD = 3


QUOTA = 4.0


class Rows:
    """Rows and their entries. Shape: `most[r]`; an entry is (row, column, coefficient).

    of_expert: by expert (kind, week or corner, row). once: by (expert, option), row of one seat a need, which
    the option pays for. quotas: by (lender's code, borrower), a row each month.
    """

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self._most: list[float] = []
        self._entries: list[tuple[Ints, Ints, Floats]] = []
        self._options: list[tuple[int, int]] = []
        self.of_expert: dict[int, list[tuple[Kind, int, int]]] = defaultdict(list)
        self.once: dict[tuple[int, int], int] = {}
        self.cliques: set[tuple[int, ...]] = set()
        self.quotas = self._quotas()
        self.freeze()

    def _quotas(self) -> dict[tuple[int, str], list[int]]:
        """LEND-02. Fixed work is not counted."""
        problem = self.columns.problem
        codes = {ministry: code for code, ministry in enumerate(problem.roster.ministries)}
        return {
            (codes[lender], borrower): [
                self._row(min(QUOTA, minutes / MINUTES)) for minutes in problem.remaining(agreement)
            ]
            for (lender, borrower), agreement in problem.agreements.items()
            if lender in codes
        }

    def _row(self, most: float) -> int:
        self._most.append(float(most))
        return len(self._most) - 1

    def _fill(self, row: int, columns: Sequence[int], coefs: Floats) -> None:
        where = np.array(columns, dtype=np.int64)
        self._entries.append((np.full(len(where), row, dtype=np.int64), where, coefs))

    def clique(self, members: list[int]) -> bool:
        """At most one of some columns; False if that row is there already."""
        key = tuple(sorted(members))
        if key in self.cliques:
            return False
        self.cliques.add(key)
        self._fill(self._row(1), key, np.ones(len(key)))
        return True

    def seat_once(self, expert: int, option: int) -> None:
        """TEAM-06: an expert takes one seat of a need, and only if it meets at this option."""
        columns = self.columns
        own = columns.of_expert[expert]
        members = [j for j in own if columns.slot_option[columns.slot[j]] == option]
        row = self.once[expert, option] = self._row(0)
        self._fill(row, members, np.ones(len(members)))
        self._options.append((row, option))

    def limit(self, kind: Kind, which: int, expert: int, most: float) -> None:
        """A row over all columns of an expert, those still to join included."""
        row = self._row(most)
        own = self.columns.of_expert[expert]
        self._fill(row, own, np.array([self._use(kind, which, j) for j in own]))
        self.of_expert[expert].append((kind, which, row))

    def known(self, expert: int) -> set[tuple[Kind, int]]:
        """The rows an expert has."""
        return {(kind, which) for kind, which, _ in self.of_expert.get(expert, ())}

    def _use(self, kind: Kind, which: int, column: int) -> float:
        slot = int(self.columns.slot[column])
        pairs = self.columns.seats[self.columns.slot_seat[slot]]
        return use(kind, which, pairs, self.columns.option_at(slot))

    def grow(self, joined: list[int]) -> None:
        """Give columns that have just joined their entries in rows of experts, options and quotas."""
        rows: list[int] = []
        where: list[int] = []
        coefs: list[float] = []
        columns = self.columns
        lender = columns.problem.roster.ministry_code[columns.expert[joined]].tolist() if joined else []
        for column, code in zip(joined, lender, strict=True):
            slot, expert = int(columns.slot[column]), int(columns.expert[column])
            pairs = columns.seats[columns.slot_seat[slot]]
            option = columns.option_at(slot)
            entries = [
                (row, use(kind, which, pairs, option)) for kind, which, row in self.of_expert.get(expert, ())
            ]
            once = self.once.get((expert, int(columns.slot_option[slot])))
            if once is not None:
                entries.append((once, 1.0))
            quotas = self.quotas.get((code, pairs.asked.need.ministry))
            if quotas is not None:
                entries += [
                    (row, minutes * self._most[row] / left)
                    for row, minutes, left in zip(
                        quotas,
                        pairs.months[option].tolist(),
                        self.columns.problem.remaining(
                            self.columns.problem.agreements[
                                self.columns.problem.roster.ministries[code], pairs.asked.need.ministry
                            ]
                        ),
                        strict=True,
                    )
                ]
            for row, coef in entries:
                rows.append(row)
                where.append(column)
                coefs.append(coef)
        self._entries.append(
            (np.array(rows, np.int64), np.array(where, np.int64), np.array(coefs, np.float64))
        )

    @property
    def size(self) -> int:
        """How many rows there are."""
        return len(self._most)

    def freeze(self) -> None:
        """Lay out what was added since, as arrays sorted by column."""
        parts = self._entries or [(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))]
        row, column, coef = (np.concatenate([part[place] for part in parts]) for place in range(3))
        order = np.argsort(column, kind="stable")  # quick, as all but the last entries are in order
        self.row, self.column, self.coef = row[order], column[order], coef[order]
        self._entries = [(self.row, self.column, self.coef)]
        self.begins = np.searchsorted(self.column, np.arange(self.columns.size + 1))
        self.most = np.array(self._most)
        options = np.array(self._options, dtype=np.int64).reshape(-1, 2)
        self.option_row, self.option = options[:, 0], options[:, 1]
        loads = [(r, e) for e, rows in self.of_expert.items() for kind, _, r in rows if kind is Kind.LOAD]
        table = np.array(loads, dtype=np.int64).reshape(-1, 2)
        self.load_row, self.load_expert = table[:, 0], table[:, 1]


def use(kind: Kind, which: int, pairs: SeatPairs, option: int) -> float:
    """The coefficient of a column in a row of its expert."""
    if kind is Kind.WEEK:
        return float(pairs.weeks[option, which]) / MINUTES
    if kind is Kind.OPEN:
        return 1.0
    return float(corner(which, pairs.units))


def corner(load: int, units: int | Ints) -> Floats | float:
    """What a seat of `units` adds to the cost of an expert's seats beside each other, counted from a load.

    Seats of a, b, … units cost `(L² - a² - b² …) / 2` points more together than alone, L their sum, and
    `L² >= (2p + 1) L - p (p + 1)` for every whole L and p: rows for a few p enclose the convex cost.
    """
    return ((2 * load + 1) * units - units * units) / 2 / POINTS
