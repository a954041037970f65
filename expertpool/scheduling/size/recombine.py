"""Many needs at once seated anew, by columns: the program's own model over the few columns worth a look.

Columns know only when the need meets; the sessions of one seat are timed afterwards, expert by expert.
Columns that an expert cannot keep together are forbidden together, and the model is solved again. What breaks
a rule the columns do not know leaves its seat empty.
"""

from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import pairwise
from operator import gt
from threading import Event

import numpy as np

from expertpool.scheduling import cpsat
from expertpool.scheduling.board import Board
from expertpool.scheduling.carried import Carried
from expertpool.scheduling.model import Model, Objective
from expertpool.scheduling.preferences import Choice, load_cost, rank
from expertpool.scheduling.roster import Ints
from expertpool.scheduling.shares import Given
from expertpool.scheduling.size.bound import Bound
from expertpool.scheduling.size.crowds import crowds, together
from expertpool.scheduling.size.pairs import room_of
from expertpool.scheduling.size.part import Whole, joined, piece_of
from expertpool.scheduling.size.rivals import Timetable, Ways

Held = dict[int, list[int]]  # columns by expert


@dataclass(frozen=True, slots=True)
class Solved:
    """A plan or None, a floor of the objective under every plan of the model, and the work it took.

    crowded: whether somebody was given columns that do not go together, so that seats of the plan are empty.
    """

    best: Choice | None
    floor: int
    work: float
    crowded: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """What an expert was given: columns, and a timetable for each, fewer if they do not go together."""

    expert: int
    columns: list[int]
    times: list[Timetable]


class Recombination:
    """One model over some needs of a plan, everything else as given.

    most: columns of a seat besides those of whoever sits there. complete: whether none was left out because
    its timetables are too many to list.
    """

    def __init__(self, bound: Bound, whole: Whole, needs: set[str], most: int) -> None:
        self.bound, self.columns, self.rivals = bound, bound.columns, bound.rivals
        self.problem, self.whole = whole.problem, whole
        self.part = whole.part(needs)
        self.room = room_of(self.part.roster.room)
        self.model, self.cost, self.complete = Model(), Objective(), True
        self.held = self._held(needs)
        self.ways: dict[int, Ways] = {}
        self.own = self._chosen(most)
        self.by_expert: Held = defaultdict(list)
        for column in self.own:
            self.by_expert[int(self.columns.expert[column])].append(column)
        self.number = {column: self.model.column() for column in self.own}
        self._options()
        for expert, columns in self.by_expert.items():
            self._expert(expert, columns)
        self._quotas()
        self._shares()

    def _held(self, needs: set[str]) -> Held:
        """What experts hold of other needs, by expert: the cells they fill, see `Rivals.cells_at`."""
        held: Held = defaultdict(list)
        for seat, row in self.whole.board.seats.items():
            if self.problem.asked[seat].need.id not in needs:
                held[row].append(self.columns.seat_number.get(seat, -1))
        return held

    def _chosen(self, most: int) -> list[int]:
        """Columns of open seats with the least regret that go with what their experts hold elsewhere."""
        chosen: list[int] = []
        for seat in self.part.asked:
            if seat in self.part.fixed_seats:
                continue
            s = self.columns.seat_number[seat]
            holder = self.whole.board.seats.get(seat, -1)
            taken = 0
            for column in self.bound.cheapest_of(s).tolist():
                is_held = int(self.columns.expert[column]) == holder
                if (taken < most or is_held) and self._possible(column):
                    chosen.append(column)
                    taken += not is_held
        return chosen

    def _possible(self, column: int) -> bool:
        expert = int(self.columns.expert[column])
        slot = int(self.columns.slot[column])
        pairs = self.columns.seats[self.columns.slot_seat[slot]]
        roster = self.part.roster
        if roster.open[expert] >= roster.most_open[expert]:
            return False
        if (pairs.weeks[self.columns.option_at(slot)] > self.room[expert]).any():
            return False
        ways = self.rivals.ways(column)
        self.complete = self.complete and ways is not None
        self.ways[column] = self._beside(column, ways or [])
        return bool(self.ways[column])

    def _beside(self, column: int, ways: Ways) -> Ways:
        """The timetables of a column that leave alone what its expert holds elsewhere."""
        expert = int(self.columns.expert[column])
        asked = self.columns.seats[self.columns.slot_seat[self.columns.slot[column]]].asked
        for s in self.held.get(expert, ()):
            other = self.columns.seats[s].asked if s >= 0 else None
            if other is None or (
                other.need.incident == asked.need.incident
                and other.seat.role_class is not asked.seat.role_class
            ):
                return []
            at = self.rivals.held(other.sessions, self.whole.board.starts)
            ways = [way for way in ways if not way.meets(at)]
        room = np.maximum(0, self.part.roster.room[expert]).tolist()
        return [way for way in ways if not any(map(gt, way.weeks, room))]

    def _options(self) -> None:
        """Each need meets once; whoever takes a seat needs the meeting to be then; one expert a seat."""
        columns = self.columns
        seats: dict[int, list[int]] = defaultdict(list)
        options: dict[int, int] = {}
        slots: dict[int, list[int]] = defaultdict(list)
        for column in self.own:
            slots[int(columns.slot[column])].append(column)
        needs: dict[int, list[int]] = defaultdict(list)
        for slot, members in slots.items():
            option = int(columns.slot_option[slot])
            if option not in options:
                options[option] = self.model.column()
                self.cost.add(options[option], int(columns.option_cost[option]))
                needs[int(columns.option_need[option])].append(options[option])
            numbers = [self.number[column] for column in members]
            seats[int(columns.slot_seat[slot])] += numbers
            self.model.row([*((number, 1) for number in numbers), (options[option], -1)], high=0)
        for group in (*needs.values(), *seats.values()):
            self.model.one_of(group)
        self.options = options

    def _expert(self, expert: int, columns: list[int]) -> None:
        """Rules and costs of one expert's columns."""
        for clique in self.rivals.cliques(columns):
            self.model.one_of([self.number[column] for column in clique])
        roster, slots = self.part.roster, [int(self.columns.slot[column]) for column in columns]
        seats = [self.columns.seats[self.columns.slot_seat[slot]] for slot in slots]
        weeks = np.array([p.weeks[self.columns.option_at(q)] for p, q in zip(seats, slots, strict=True)])
        for week in np.flatnonzero(weeks.sum(axis=0) > self.room[expert]).tolist():
            terms = [(self.number[c], int(m)) for c, m in zip(columns, weeks[:, week], strict=True) if m]
            self.model.row(terms, high=int(self.room[expert, week]))
        room = int(roster.most_open[expert] - roster.open[expert])
        if len({pairs.asked.need.id for pairs in seats}) > room:
            self.model.row([(self.number[column], 1) for column in columns], high=room)
        weight = self.problem.snapshot.policy.weights.fairness
        base = int(self.columns.load[expert])
        for column, pairs in zip(columns, seats, strict=True):
            alone = weight * int(load_cost(base, pairs.units))
            self.cost.add(self.number[column], int(self.columns.cost[column]) - alone)
        self._load(
            expert, [(self.number[c], p.units, p.asked.need.id) for c, p in zip(columns, seats, strict=True)]
        )

    def foresee(self) -> None:
        """Forbid pairs and triples of columns that an expert cannot keep together.

        It pays where experts have few columns; a whole board has too many triples.
        """
        for expert, columns in self.by_expert.items():
            room = np.maximum(0, self.part.roster.room[expert]).tolist()
            most = int(self.part.roster.most_open[expert] - self.part.roster.open[expert])
            ways = [self.ways[column] for column in columns]
            pairs = expert in self.held
            for crowd in crowds(ways, self.rivals.open_to(columns), room, most, pairs=pairs):
                self.model.row([(self.number[columns[place]], 1) for place in crowd], high=len(crowd) - 1)

    def close(self) -> None:
        """TEAM-06 by option of the meeting: no rule needs it, but it rules out fractions of seats.

        It pays where the floor counts; small models are solved sooner without it.
        """
        held: dict[tuple[int, int], list[int]] = defaultdict(list)
        for column, number in self.number.items():
            option = int(self.columns.slot_option[self.columns.slot[column]])
            held[int(self.columns.expert[column]), option].append(number)
        for (_, option), numbers in held.items():
            if len(numbers) > 1:
                self.model.row([*((number, 1) for number in numbers), (self.options[option], -1)], high=0)

    def _load(self, expert: int, terms: list[tuple[int, int, str]]) -> None:
        """The convex cost of load; exact, because only reachable loads are its corners."""
        weight, before = (
            self.problem.snapshot.policy.weights.fairness,
            int(self.part.roster.load_units[expert]),
        )
        if len({need for _, _, need in terms}) == 1 or not weight:
            for number, units, _ in terms:
                self.cost.add(number, weight * int(load_cost(before, units)))
            return
        by_need: dict[str, set[int]] = defaultdict(set)
        for _, units, need in terms:
            by_need[need].add(units)
        loads = {0}
        for each in by_need.values():
            loads |= {load + units for load in loads for units in each}
        corners = sorted(loads)
        points = self.model.column(0, int(load_cost(before, corners[-1])))
        self.cost.add(points, weight)
        for lower, upper in pairwise(corners):
            slope = 2 * before + lower + upper + 1  # of the chord, twice
            rest = 2 * int(load_cost(before, lower)) - slope * lower
            self.model.row([(points, 2), *((number, -slope * units) for number, units, _ in terms)], low=rest)

    def _quotas(self) -> None:
        """LEND-02, by what other needs leave of it."""
        codes, columns = self.problem.roster.ministry_code, self.columns
        names = self.problem.roster.ministries
        lent: dict[tuple[str, str], list[tuple[int, Ints]]] = defaultdict(list)
        for column in self.own:
            slot = int(columns.slot[column])
            pairs = columns.seats[columns.slot_seat[slot]]
            key = names[codes[columns.expert[column]]], pairs.asked.need.ministry
            lent[key].append((self.number[column], pairs.months[columns.option_at(slot)]))
        for key, used in lent.items():
            agreement = self.part.agreements.get(key)
            for month, left in enumerate(self.part.remaining(agreement) if agreement else ()):
                terms = [(number, int(minutes[month])) for number, minutes in used if minutes[month]]
                if sum(minutes for _, minutes in terms) > left:
                    self.model.row(terms, high=max(0, left))

    def _shares(self) -> None:
        """The convex cost of what ministries carry beyond their shares, by what other needs and fixed seats
        leave of them."""
        columns, given = self.columns, Given()
        for column, number in self.number.items():
            pairs = columns.seats[columns.slot_seat[columns.slot[column]]]
            code = int(self.problem.roster.ministry_code[columns.expert[column]])
            given.may(code, pairs.asked.seat.id, number, pairs.units)
        given.add_rows(self.model, self.cost, self.problem, Carried(self.part, self.part.fixed_seats).beyond)

    def filling(self) -> Objective:
        """The urgency of seats left empty, and nothing else."""
        aim = Objective()
        for column, number in self.number.items():
            asked = self.columns.seats[self.columns.slot_seat[self.columns.slot[column]]].asked
            aim.add(number, -asked.need.urgency)
        return aim

    def better(self, best: Choice, found: Choice | None) -> bool:
        """Whether a plan that differs from the best within these needs only is better."""
        if found is None:
            return False
        return rank(self.part, piece_of(found, self.part)) < rank(self.part, piece_of(best, self.part))

    def solved(self, best: Choice, aim: Objective, work: float, stop: Event | None) -> Solved:
        """The plan the model finds, timed, what it proves of an objective, and the work it took."""
        found = self.tried(best, aim, work, stop)
        spent = found.work
        while found.crowded and spent < work and not (stop is not None and stop.is_set()):
            again = self.tried(best, aim, work - spent, stop)
            spent += again.work
            found = replace(again, best=again.best or found.best, floor=max(again.floor, found.floor))
        return replace(found, work=spent)

    def tried(self, best: Choice, aim: Objective, work: float, stop: Event | None) -> Solved:
        """The same once; if columns turn out not to go together, they are forbidden from then on."""
        better: list[list[int]] = []

        def hear(values: list[int], bound: int) -> bool:
            better.append(values)
            return True

        outcome = cpsat.minimise(
            self.model,
            aim,
            hint=self._hint(best),
            deterministic_seconds=work,
            on_better=hear,
            stop=stop,
        )
        if not better:
            return Solved(None, outcome.bound, outcome.work, crowded=False)
        kept = self._kept(better[-1])
        crowded = self._forbid_crowds(kept)
        return Solved(self._timed(best, kept), outcome.bound, outcome.work, crowded)

    def _kept(self, values: list[int]) -> list[Kept]:
        """The columns chosen, expert by expert, and when they would keep them."""
        by_expert: Held = defaultdict(list)
        for column, number in self.number.items():
            if values[number]:
                by_expert[int(self.columns.expert[column])].append(column)
        return [Kept(expert, own, self._together(expert, own)) for expert, own in by_expert.items()]

    def _together(self, expert: int, columns: list[int]) -> list[Timetable]:
        """One timetable for each of an expert's columns; fewer where they do not go together."""
        room = np.maximum(0, self.part.roster.room[expert]).tolist()
        return together([self.ways[column] for column in columns], [], room)

    def _forbid_crowds(self, kept: list[Kept]) -> bool:
        """Forbid the columns of each expert that cannot be kept together; whether there were any."""
        crowded = [each for each in kept if len(each.times) < len(each.columns)]
        for each in crowded:
            least = each.columns
            for column in each.columns:
                rest = [other for other in least if other != column]
                if len(self._together(each.expert, rest)) < len(rest):
                    least = rest
            self.model.row([(self.number[column], 1) for column in least], high=len(least) - 1)
        return bool(crowded)

    def _hint(self, best: Choice) -> dict[int, int]:
        hint, taken = {}, set()
        for column, number in self.number.items():
            slot = int(self.columns.slot[column])
            pairs = self.columns.seats[self.columns.slot_seat[slot]]
            held = best.seats.get(pairs.asked.seat.id) == int(self.columns.expert[column])
            if held and pairs.meeting is not None:
                starts = self.problem.starts[pairs.meeting.session.id][
                    pairs.meeting.options[self.columns.option_at(slot)]
                ]
                held = best.starts.get(pairs.meeting.session.id) in starts.tolist()
            hint[number] = int(held)
            if held:
                taken.add(int(self.columns.slot_option[slot]))
        return hint | {number: int(option in taken) for option, number in self.options.items()}

    def _timed(self, best: Choice, kept: list[Kept]) -> Choice:
        """The plan that the chosen columns stand for, with times for the sessions of one seat."""
        board = Board(self.part)
        old = ((name, best.starts[name]) for name in self.part.sessions if name in best.starts)
        board.starts = dict(old) | board.starts
        for each in kept:
            for column, way in zip(each.columns, each.times, strict=False):
                board.starts |= self.rivals.starts(column, way)
        for each in kept:
            for column in each.columns:
                asked = self.columns.seats[self.columns.slot_seat[self.columns.slot[column]]].asked
                if self._comes(column, board) and not board.against(asked.seat.id, each.expert):
                    board.take(asked.seat.id, each.expert)
        return joined(best, board.choice(), self.part)

    def _comes(self, column: int, board: Board) -> bool:
        """Whether an expert can come to a column's sessions as timed, beside what they hold elsewhere."""
        asked = self.columns.seats[self.columns.slot_seat[self.columns.slot[column]]].asked
        found = self.columns.found[asked.seat.id]
        place = int(found.rows.searchsorted(self.columns.expert[column]))
        for session in asked.sessions:
            if session.id not in board.starts:
                return False
            at = int(np.searchsorted(self.problem.starts[session.id], board.starts[session.id]))
            if not found.fits[session.id][place, at]:
                return False
        times = self.rivals.held(asked.sessions, board.starts)
        for s in self.held.get(int(self.columns.expert[column]), ()):
            if s < 0 or times.meets(
                self.rivals.held(self.columns.seats[s].asked.sessions, self.whole.board.starts)
            ):
                return False
        return True
