"""The columns of a large board side by side in arrays: those that take part so far, and what each is.

A column is a candidate on a seat by the option of the need's meeting. A slot is a seat at an option; options
of all needs are numbered through, and a seat that attends no meeting has an option of its own.
"""

from collections import defaultdict

import numpy as np

from expertpool.scheduling.candidates import SeatCandidates
from expertpool.scheduling.carried import Carried
from expertpool.scheduling.preferences import load_cost, load_units, seat_costs, stability_cost, start_cost
from expertpool.scheduling.problem import Problem
from expertpool.scheduling.roster import Ints
from expertpool.scheduling.size.pairs import Floats, Meeting, meeting_of, pairs_of


class Columns:
    """Columns that have joined, numbered in the order they joined.

    Shape: slot, place (among the seat's candidates), expert and cost have an entry for each column;
    `slot_seat`, `slot_option` one for each slot; `option_cost`, `option_need` one for each option.
    first_option: where the options of each need begin. of_expert: an expert's columns as they joined, and
    local[j]: where among them column j stands.
    """

    def __init__(self, problem: Problem, found: dict[str, SeatCandidates]) -> None:
        self.problem, self.found = problem, found
        self.load = load = base_load(problem)
        meetings = {need.id: meeting_of(problem, need) for need in problem.snapshot.needs}
        self.seats = [
            pairs_of(problem, found[seat], meetings[asked.need.id], load)
            for seat, asked in problem.asked.items()
            if seat not in problem.fixed_seats
        ]
        self.constant = float(fixed_cost(problem) + sum(pairs.empty for pairs in self.seats))
        self.seat_number = {pairs.asked.seat.id: s for s, pairs in enumerate(self.seats)}
        self._number_slots()
        self.slot, self.place, self.expert = (np.zeros(0, dtype=np.int64) for _ in range(3))
        self.cost: Floats = np.zeros(0)
        self.of_expert: dict[int, list[int]] = defaultdict(list)
        self.local: list[int] = []
        self.inside = [np.zeros(pairs.fits.shape, dtype=bool) for pairs in self.seats]

    def _number_slots(self) -> None:
        sizes = [pairs.fits.shape[1] for pairs in self.seats]
        self.first_slot = np.cumsum([0, *sizes])
        self.slot_seat: Ints = np.repeat(np.arange(len(sizes)), sizes)
        self.meetings: list[tuple[int, Meeting]] = []  # first option and meeting
        begins: dict[str, int] = {}
        costs: list[int] = []
        first: list[int] = []
        option: list[int] = []
        for s, pairs in enumerate(self.seats):
            key = pairs.asked.need.id if pairs.meeting else f"\0{s}"
            if key not in begins:
                begins[key] = len(costs)
                first.append(len(costs))
                if pairs.meeting:
                    self.meetings.append((len(costs), pairs.meeting))
                costs += pairs.meeting.costs.tolist() if pairs.meeting else [0]
            option += range(begins[key], begins[key] + pairs.fits.shape[1])
        self.option_cost = np.array(costs, dtype=np.float64)
        self.first_option = np.array(first, dtype=np.int64)
        self.option_need = np.repeat(np.arange(len(first)), np.diff([*first, len(costs)]))
        self.slot_option = np.array(option, dtype=np.int64)

    @property
    def size(self) -> int:
        """How many columns there are."""
        return len(self.cost)

    def join(self, places: list[tuple[int, Ints]]) -> list[int]:
        """Let columns join, by seat; the new numbers. Shape of the places: `[n, 2]`, candidate and option."""
        places = [(s, where) for s, where in places if len(where)]
        if not places:
            return []
        before = self.size
        for s, where in places:
            self.inside[s][where[:, 0], where[:, 1]] = True
        slots = [self.first_slot[s] + where[:, 1] for s, where in places]
        experts = np.concatenate([self.seats[s].rows[where[:, 0]] for s, where in places])
        costs = np.concatenate([self.seats[s].costs[where[:, 0]] for s, where in places])
        self.slot = np.concatenate([self.slot, *slots])
        self.place = np.concatenate([self.place, *(where[:, 0] for _, where in places)])
        self.expert = np.concatenate([self.expert, experts])
        self.cost = np.concatenate([self.cost, costs.astype(np.float64)])
        for column, expert in enumerate(experts.tolist(), start=before):
            own = self.of_expert[expert]
            self.local.append(len(own))
            own.append(column)
        return list(range(before, self.size))

    def option_at(self, slot: int) -> int:
        """Which of its seat's options a slot is."""
        return int(slot - self.first_slot[self.slot_seat[slot]])


def base_load(problem: Problem) -> Ints:
    """Units of load of each expert with what is fixed."""
    load = problem.roster.load_units.copy()
    for seat, row in problem.fixed_seats.items():
        load[row] += load_units(problem, problem.asked[seat])
    return load


def fixed_cost(problem: Problem) -> int:
    """What the fixed part of every plan costs, and previous starts aside what nothing can change."""
    weights, load = problem.snapshot.policy.weights, problem.roster.load_units.copy()
    cost, attended, carried = 0, set(), Carried(problem, {})
    for seat, row in problem.fixed_seats.items():
        asked = problem.asked[seat]
        units = load_units(problem, asked)
        cost += int((seat_costs(problem, asked) + stability_cost(problem, asked))[row])
        cost += weights.fairness * int(load_cost(int(load[row]), units))
        load[row] += units
        cost += carried.price(row, units)
        carried.take(row, units)
        attended |= {session.id for session in asked.sessions}
    starts = ((problem.sessions[name], problem.fixed_starts[name]) for name in sorted(attended))
    return cost + sum(start_cost(problem, session, start) for session, start in starts)
