"""The linear program behind the floor of a large board, with its prices.

Columns: an expert on a seat by the option of the need's meeting; the options; what an expert's seats cost
beside each other. Rows say "at most"; those of experts are added when an optimum breaks them.

Source: safe bounds from prices, Neumaier and Shcherbina, Mathematical Programming 99 (2004).
"""

from collections import defaultdict
from enum import Enum

import numpy as np

from expertpool.scheduling.candidates import SeatCandidates
from expertpool.scheduling.linear import Floats, Linear, Point
from expertpool.scheduling.preferences import load_cost, load_units, seat_costs, stability_cost, start_cost
from expertpool.scheduling.problem import Problem
from expertpool.scheduling.roster import Ints
from expertpool.scheduling.size.pairs import Meeting, SeatPairs, meeting_of, pairs_of
from expertpool.scheduling.size.rivals import Column

MOST_SHARED = 100_000  # points of fairness that one expert's seats can cost beside each other


class Kind(Enum):
    """What a row of one expert counts: minutes of a week, engagements, or load at a corner of its cost."""

    WEEK = 1
    OPEN = 2
    LOAD = 3


class Program:
    """Columns and rows so far. `prices_at` tells what all other columns would be worth.

    seats: the open seats. columns[j]: what column j is; ids[j]: its number in the engine.
    """

    def __init__(self, problem: Problem, found: dict[str, SeatCandidates]) -> None:
        self.problem = problem
        load = base_load(problem)
        meetings = {need.id: meeting_of(problem, need) for need in problem.snapshot.needs}
        self.seats = [
            pairs_of(problem, found[seat], meetings[asked.need.id], load)
            for seat, asked in problem.asked.items()
            if seat not in problem.fixed_seats
        ]
        self.constant = fixed_cost(problem) + sum(pairs.empty for pairs in self.seats)
        self.linear = Linear()
        self.most: list[float] = []
        self.columns: list[Column] = []
        self.ids: list[int] = []
        self.of_expert: dict[int, list[int]] = defaultdict(list)
        self.inside = [np.zeros(pairs.fits.shape, dtype=bool) for pairs in self.seats]
        self.expert_rows: dict[int, list[tuple[Kind, int, int]]] = defaultdict(list)
        self.shared: dict[int, int] = {}  # engine's column of an expert's cost of seats beside each other
        self.members: dict[int, list[int]] = {}  # of the rows that hold chosen columns, each once
        self.once: dict[tuple[str, int, int], int] = {}  # (need, option, expert): row of one seat a need
        self.meetings = {need: meeting for need, meeting in meetings.items() if meeting is not None}
        self._add_options(self.meetings)
        self._add_quotas()

    def _row(self, most: float) -> int:
        self.most.append(float(most))
        return self.linear.row(float(most))

    def _add_options(self, meetings: dict[str, Meeting]) -> None:
        """Each need meets once, and whoever takes a seat needs the meeting to be then."""
        self.need_rows = {need: self._row(1) for need in meetings}
        self.links = [
            [self._row(0 if pairs.meeting else 1) for _ in range(pairs.fits.shape[1])] for pairs in self.seats
        ]
        self.attending: dict[str, list[int]] = defaultdict(list)
        for s, pairs in enumerate(self.seats):
            if pairs.meeting:
                self.attending[pairs.asked.need.id].append(s)
        self.options: dict[str, list[int]] = {}
        for need, meeting in meetings.items():
            self.options[need] = [
                self.linear.column(
                    float(cost),
                    [(self.need_rows[need], 1.0)]
                    + [(self.links[s][option], -1.0) for s in self.attending[need]],
                )
                for option, cost in enumerate(meeting.costs.tolist())
            ]

    def _add_quotas(self) -> None:
        """LEND-02, by lender's code and borrower, a row each month. Fixed work is not counted."""
        codes = {ministry: code for code, ministry in enumerate(self.problem.roster.ministries)}
        self.quotas = {
            (codes[lender], borrower): [self._row(m) for m in self.problem.remaining(agreement)]
            for (lender, borrower), agreement in self.problem.agreements.items()
            if lender in codes
        }

    def join(self, s: int, places: Ints) -> None:
        """Let columns of a seat join. Shape of places: `[n, 2]`, candidate and option."""
        pairs = self.seats[s]
        need = pairs.asked.need
        for place, option in places.tolist():
            expert, column = int(pairs.rows[place]), len(self.columns)
            terms = [(self.links[s][option], 1.0)]
            lender = int(self.problem.roster.ministry_code[expert])
            quotas = self.quotas.get((lender, need.ministry), [])
            used = zip(quotas, pairs.months[option].tolist(), strict=False)
            terms += [(row, float(minutes)) for row, minutes in used if minutes]
            for kind, which, row in self.expert_rows.get(expert, ()):
                terms.append((row, use(kind, which, pairs, option)))
            once = self.once.get((need.id, option, expert))
            if once is not None:
                terms.append((once, 1.0))
                self.members[once].append(column)
            self.ids.append(self.linear.column(float(pairs.costs[place]), terms))
            self.columns.append((s, place, option))
            self.of_expert[expert].append(column)
            self.inside[s][place, option] = True

    def expert_of(self, column: int) -> int:
        """The row in the roster of a column's expert."""
        s, place, _ = self.columns[column]
        return int(self.seats[s].rows[place])

    def limit(self, kind: Kind, which: int, expert: int, most: float) -> None:
        """A row over all columns of an expert, those still to join included."""
        row = self._row(most)
        for column in self.of_expert[expert]:
            s, _, option = self.columns[column]
            self.linear.put(row, self.ids[column], use(kind, which, self.seats[s], option))
        if kind is Kind.LOAD:
            if expert not in self.shared:
                weight = float(self.problem.snapshot.policy.weights.fairness)
                self.shared[expert] = self.linear.column(weight, [])
            self.linear.put(row, self.shared[expert], -1.0)
        self.expert_rows[expert].append((kind, which, row))

    def clique(self, members: list[int]) -> None:
        """At most one of some columns."""
        self.members[self._filled(1, members)] = list(members)

    def seat_once(self, need: str, option: int, expert: int, members: list[int]) -> None:
        """TEAM-06: an expert takes one seat of a need, and only if it meets at this option."""
        row = self._filled(0, members)
        self.linear.put(row, self.options[need][option], -1.0)
        self.members[row] = list(members)
        self.once[need, option, expert] = row

    def _filled(self, most: float, members: list[int]) -> int:
        row = self._row(most)
        for column in members:
            self.linear.put(row, self.ids[column], 1.0)
        return row

    def prices_at(self, point: Point) -> tuple[list[Floats], float]:
        """Reduced costs of every column of every seat, and the floor that follows.

        Each is a lower estimate: a column outside the program may be in no row of chosen columns.
        """
        prices = np.minimum(point.prices, 0.0)
        floor = self.constant + float(prices @ np.array(self.most))
        by_expert = _Expert(self, prices)
        chosen = np.zeros(len(self.columns))
        for row, members in self.members.items():
            if prices[row]:
                chosen[members] += prices[row]
        reduced = [self._reduced(s, prices, by_expert) for s in range(len(self.seats))]
        for (s, place, option), price in zip(self.columns, chosen.tolist(), strict=True):
            if price:
                reduced[s][place, option] -= price
        for costs in reduced:
            floor += min(0.0, float(costs.min(initial=0.0)))
        return reduced, floor + self._options_floor(prices) + by_expert.floor

    def _reduced(self, s: int, prices: Floats, by_expert: "_Expert") -> Floats:
        pairs = self.seats[s]
        roster, need = self.problem.roster, pairs.asked.need
        costs = pairs.costs[:, None] - prices[self.links[s]][None, :]
        lent = np.zeros((len(roster.ministries), costs.shape[1]))
        for (lender, borrower), rows in self.quotas.items():
            if borrower == need.ministry:
                lent[lender] = pairs.months @ prices[rows]
        costs = costs - lent[roster.ministry_code[pairs.rows]] - by_expert.of(pairs)
        return np.where(pairs.fits, costs, np.inf)

    def _options_floor(self, prices: Floats) -> float:
        """What the options of the meetings add to the floor; at most one a need is chosen."""
        at_once: dict[tuple[str, int], float] = defaultdict(float)
        for (need, option, _), row in self.once.items():
            at_once[need, option] += prices[row]
        floor = 0.0
        for need, meeting in self.meetings.items():
            costs = meeting.costs - prices[self.need_rows[need]]
            for s in self.attending[need]:
                costs = costs + prices[self.links[s]]
            for option in range(len(costs)):
                costs[option] += at_once.get((need, option), 0.0)
            floor += min(0.0, float(costs.min()))
        return floor


class _Expert:
    """Prices of the rows of experts, spread over all columns they have."""

    def __init__(self, program: Program, prices: Floats) -> None:
        self.program, size = program, program.problem.roster.size
        most_units = max((pairs.units for pairs in program.seats), default=0)
        self.load = np.zeros((size, most_units + 1))
        self.week = np.zeros((size, len(program.problem.snapshot.weeks)))
        weight = float(program.problem.snapshot.policy.weights.fairness)
        self.floor = 0.0
        units = np.arange(most_units + 1)
        for expert, rows in program.expert_rows.items():
            shared = weight
            for kind, which, row in rows:
                if kind is Kind.WEEK:
                    self.week[expert, which] += prices[row]
                elif kind is Kind.OPEN:
                    self.load[expert] += prices[row]
                else:
                    self.load[expert] += prices[row] * corner(which, units)
                    shared += prices[row]
            self.floor += MOST_SHARED * min(0.0, shared) if expert in program.shared else 0.0

    def of(self, pairs: SeatPairs) -> Floats:
        """Shape: `[candidates, options]`."""
        spread: Floats = self.load[pairs.rows, pairs.units][:, None] + self.week[pairs.rows] @ pairs.weeks.T
        return spread


def use(kind: Kind, which: int, pairs: SeatPairs, option: int) -> float:
    """The coefficient of a column in a row of its expert."""
    if kind is Kind.WEEK:
        return float(pairs.weeks[option, which])
    if kind is Kind.OPEN:
        return 1.0
    return float(corner(which, pairs.units))


def corner(load: int, units: int | Ints) -> Floats | float:
    """What a seat of `units` adds to the cost of an expert's seats beside each other, counted from a load.

    Seats of a, b, … units cost `(L² - a² - b² …) / 2` points more together than alone, L their sum, and
    `L² >= (2p + 1) L - p (p + 1)` for every whole L and p: rows for a few p enclose the convex cost.
    """
    return ((2 * load + 1) * units - units * units) / 2


def base_load(problem: Problem) -> Ints:
    """Units of load of each expert with what is fixed."""
    load = problem.roster.load_units.copy()
    for seat, row in problem.fixed_seats.items():
        load[row] += load_units(problem, problem.asked[seat])
    return load


def fixed_cost(problem: Problem) -> int:
    """What the fixed part of every plan costs, and previous starts aside what nothing can change."""
    weights, load = problem.snapshot.policy.weights, problem.roster.load_units.copy()
    cost, attended = 0, set()
    for seat, row in problem.fixed_seats.items():
        asked = problem.asked[seat]
        units = load_units(problem, asked)
        cost += int((seat_costs(problem, asked) + stability_cost(problem, asked))[row])
        cost += weights.fairness * int(load_cost(int(load[row]), units))
        load[row] += units
        attended |= {session.id for session in asked.sessions}
    starts = ((problem.sessions[name], problem.fixed_starts[name]) for name in sorted(attended))
    return cost + sum(start_cost(problem, session, start) for session, start in starts)
