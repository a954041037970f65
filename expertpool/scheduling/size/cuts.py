"""Rows that a point between plans breaks although every plan keeps them."""

import math
from collections import defaultdict
from threading import Event

import numpy as np

from expertpool.scheduling.size.pairs import Floats, room_of
from expertpool.scheduling.size.prices import Prices
from expertpool.scheduling.size.rivals import Rivals
from expertpool.scheduling.size.rows import MINUTES, POINTS, Kind, Rows, corner

MOST_SUPPORT = 8  # columns of an expert looked at for cliques, heaviest first
EPSILON = 0.005  # a smaller share of a column is as none


class Cuts:
    """Looks for broken rows and adds them."""

    def __init__(self, rows: Rows, rivals: Rivals) -> None:
        self.rows, self.rivals, self.columns = rows, rivals, rows.columns
        self.room = room_of(self.columns.problem.roster.room)

    def add(self, point: Prices, breach: float, stop: Event | None = None) -> int:
        """Add the rows that a point breaks by more than `breach`; how many."""
        share = point.columns_share
        support: dict[int, list[int]] = defaultdict(list)
        for column in np.flatnonzero(share > EPSILON).tolist():
            support[int(self.columns.expert[column])].append(column)
        before = self.rows.size
        for expert, own in support.items():
            if stop is not None and stop.is_set():
                break
            if len(own) > 1:
                shares = share[own]
                self._limits(expert, own, shares, breach)
                if self._cost_of_load:
                    self._loads(expert, own, shares, float(point.shared[expert]), breach)
                self._once(point, expert, own, shares, breach)
                if shares.sum() > 1 + breach:
                    self._cliques(expert, own, shares, breach)
        return self.rows.size - before

    @property
    def _cost_of_load(self) -> bool:
        return self.columns.problem.snapshot.policy.weights.fairness > 0

    def _cliques(self, expert: int, columns: list[int], shares: Floats, breach: float) -> None:
        """At most one of columns that exclude each other pairwise, widened by all that exclude these."""
        local, apart = self.columns.local, self.rivals.apart
        weight = dict(zip(columns, shares.tolist(), strict=True))
        heavy = sorted(columns, key=lambda column: (-weight[column], column))[:MOST_SUPPORT]
        for first in heavy:
            clique, open_to = [first], apart(first)
            for other in heavy:
                if open_to >> local[other] & 1:
                    clique.append(other)
                    open_to &= apart(other)
            if sum(weight[column] for column in clique) > 1 + breach:
                self.rows.clique(clique + self.rivals.clique(expert, open_to))

    def _once(self, point: Prices, expert: int, columns: list[int], shares: Floats, breach: float) -> None:
        """TEAM-06 by option of the meeting, stronger than by need."""
        held: dict[int, float] = defaultdict(float)
        count: dict[int, int] = defaultdict(int)
        options = self.columns.slot_option[self.columns.slot[columns]].tolist()
        for option, share in zip(options, shares.tolist(), strict=True):
            held[option] += share
            count[option] += 1
        for option, share in held.items():
            broken = count[option] > 1 and share > point.options_share[option] + breach
            if broken and (expert, option) not in self.rows.once:
                self.rows.seat_once(expert, option)

    def _limits(self, expert: int, columns: list[int], shares: Floats, breach: float) -> None:
        """CAP-01, CAP-02: the hours of weeks, by what each column surely uses, and engagements."""
        roster, known = self.columns.problem.roster, self.rows.known(expert)
        slots = self.columns.slot[columns].tolist()
        seats = [self.columns.seats[self.columns.slot_seat[slot]] for slot in slots]
        minutes = [pairs.weeks[self.columns.option_at(q)] for pairs, q in zip(seats, slots, strict=True)]
        used = (shares[:, None] * np.array(minutes)).sum(axis=0)
        room = self.room[expert]
        for week in np.flatnonzero(used > room + breach * MINUTES).tolist():
            if (Kind.WEEK, week) not in known:
                self.rows.limit(Kind.WEEK, week, expert, float(room[week]) / MINUTES)
        most = max(0, int(roster.most_open[expert] - roster.open[expert]))
        if shares.sum() > most + breach and (Kind.OPEN, 0) not in known:
            self.rows.limit(Kind.OPEN, 0, expert, most)

    def _loads(self, expert: int, columns: list[int], shares: Floats, paid: float, breach: float) -> None:
        """The convex cost of load, enclosed from below at the loads next to the point's."""
        units = np.array(
            [self.columns.seats[s].units for s in self.columns.slot_seat[self.columns.slot[columns]]]
        )
        load, known = float((shares * units).sum()), self.rows.known(expert)
        for at in {math.floor(load), math.ceil(load)} - {0}:
            if (Kind.LOAD, at) not in known:
                due = float((shares * corner(at, units)).sum()) - at * (at + 1) / 2 / POINTS
                if due > paid + breach / 5:
                    self.rows.limit(Kind.LOAD, at, expert, at * (at + 1) / 2 / POINTS)
