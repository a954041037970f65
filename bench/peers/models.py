"""What one would write without our planner: the whole board as one model. Same rules, same costs.

They cover what `bench.boards` uses: nothing fixed, no team rules, no work outside sessions, one month.
"""

import itertools
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from bench.peers.engines import CpSat, Engine, Scip
from expertpool.scheduling.board import clash
from expertpool.scheduling.candidates import SeatCandidates
from expertpool.scheduling.preferences import Choice, empty_cost, load_units, seat_costs
from expertpool.scheduling.problem import Problem
from expertpool.scheduling.snapshot import Session

Seated = dict[tuple[str, int], Any]
Times = Callable[[Callable[[Any], int]], dict[str, int]]


class Board:
    """The columns and rows every peer shares: who sits where, and what that costs."""

    def __init__(self, problem: Problem, found: dict[str, SeatCandidates], engine: Engine) -> None:
        self.problem, self.found, self.engine = problem, found, engine
        self.buffer = problem.snapshot.policy.travel_buffer_minutes
        self.sits: Seated = {
            (seat, row): engine.column() for seat, c in found.items() for row in c.rows.tolist()
        }
        self.cost: list[tuple[Any, int]] = []
        self.constant = 0
        self._costs()
        self._rules()
        self._fairness()

    def fitting(self, seat: str, row: int, session: Session) -> list[int]:
        """Starts of a session an expert can come to."""
        found = self.found[seat]
        fit = found.fits[session.id][int(found.rows.searchsorted(row))]
        starts: list[int] = self.problem.starts[session.id][fit].tolist()
        return starts

    def _costs(self) -> None:
        for seat, found in self.found.items():
            empty = empty_cost(self.problem, found.asked)
            costs = seat_costs(self.problem, found.asked)
            self.constant += empty
            self.cost += [(self.sits[seat, row], int(costs[row]) - empty) for row in found.rows.tolist()]

    def _rules(self) -> None:
        """One expert a seat, one seat a need, open engagements, lending."""
        groups: dict[object, list[tuple[Any, int]]] = defaultdict(list)
        most: dict[object, int] = {}
        for (seat, row), column in self.sits.items():
            asked, roster = self.problem.asked[seat], self.problem.roster
            groups["seat", seat].append((column, 1))
            groups["need", asked.need.id, row].append((column, 1))
            groups["open", row].append((column, 1))
            most["open", row] = int(roster.most_open[row] - roster.open[row])
            agreement = self.problem.agreement_for(row, asked.need)
            if agreement is not None:
                lent = "lent", agreement.lender, agreement.borrower
                groups[lent].append((column, asked.minutes))
                most[lent] = sum(self.problem.remaining(agreement))
        for key, terms in groups.items():
            if sum(coef for _, coef in terms) > most.get(key, 1):
                self.engine.at_most(terms, most.get(key, 1))

    def _fairness(self) -> None:
        """The convex cost of load, a chord for each unit."""
        weight = self.problem.snapshot.policy.weights.fairness
        load: dict[int, list[tuple[Any, int]]] = defaultdict(list)
        for (seat, row), column in self.sits.items():
            load[row].append((column, load_units(self.problem, self.problem.asked[seat])))
        for row, terms in load.items():
            before = int(self.problem.roster.load_units[row])
            self.cost += [(column, weight * before * units) for column, units in terms]
            highest = min(sum(units for _, units in terms), 6 * max(units for _, units in terms))
            points = self.engine.column(highest * (highest + 1) // 2)
            self.cost.append((points, weight))
            for at in range(highest):
                chord = [(column, (at + 1) * units) for column, units in terms]
                self.engine.at_most([*chord, (points, -1)], at * (at + 1) // 2)


def by_start(board: Board) -> Times:
    """A column per seat, expert, session and start; clashing pairs of one expert excluded one by one."""
    engine, problem = board.engine, board.problem
    held = {(s, at): engine.column() for s, starts in problem.starts.items() for at in starts.tolist()}
    for name, starts in problem.starts.items():
        engine.at_most([(held[name, at], 1) for at in starts.tolist()], 1)
    attends: dict[int, list[tuple[Session, int, Any]]] = defaultdict(list)
    week: dict[tuple[int, int], list[tuple[Any, int]]] = defaultdict(list)
    for (seat, row), sitting in board.sits.items():
        for session in problem.asked[seat].sessions:
            times = []
            for at in board.fitting(seat, row, session):
                here = engine.column()
                times.append((here, -1))
                engine.at_most([(here, 1), (held[session.id, at], -1)], 0)
                attends[row].append((session, at, here))
                week[row, problem.week(at)].append((here, session.length_minutes))
            engine.at_most([(sitting, 1), *times], 0)
    for entries in attends.values():
        for (one, at, here), (other, then, there) in itertools.combinations(entries, 2):
            if one is not other and clash(board.buffer, one, at, other, then):
                engine.at_most([(here, 1), (there, 1)], 1)
    _weeks(board, week)
    return lambda value: {name: at for (name, at), column in held.items() if value(column)}


def by_interval(board: Board) -> Times:
    """A start variable per session, optional intervals per seat and expert, none of one expert overlapping.

    Kick-offs are stretched by the way between places, also where two are at one place.
    """
    engine, problem = board.engine, board.problem
    assert isinstance(engine, CpSat)
    model, domain = engine.model, engine.cp.Domain.from_values
    begins = {s: model.new_int_var_from_domain(domain(at.tolist()), "") for s, at in problem.starts.items()}
    own: dict[int, list[Any]] = defaultdict(list)
    placed: dict[int, list[Any]] = defaultdict(list)
    week: dict[tuple[int, int], list[tuple[Any, int]]] = defaultdict(list)
    for (seat, row), sitting in board.sits.items():
        for session in problem.asked[seat].sessions:
            begin, length, starts = (
                begins[session.id],
                session.length_minutes,
                board.fitting(seat, row, session),
            )
            model.add_linear_expression_in_domain(begin, domain(starts)).only_enforce_if(sitting)
            own[row].append(model.new_optional_fixed_size_interval_var(begin, length, sitting, ""))
            if session.place is not None:
                size = length + board.buffer
                placed[row].append(model.new_optional_fixed_size_interval_var(begin, size, sitting, ""))
            for number in sorted({problem.week(at) for at in starts}):
                inside = model.new_bool_var("")
                rest = [at for at in starts if problem.week(at) != number]
                if rest:
                    model.add_linear_expression_in_domain(begin, domain(rest)).only_enforce_if(
                        [sitting, ~inside]
                    )
                else:
                    model.add_implication(sitting, inside)
                week[row, number].append((inside, length))
    for groups in (own, placed):
        for intervals in groups.values():
            if len(intervals) > 1:
                model.add_no_overlap(intervals)
    _weeks(board, week)
    return lambda value: {session: value(begin) for session, begin in begins.items()}


def _weeks(board: Board, week: dict[tuple[int, int], list[tuple[Any, int]]]) -> None:
    for (row, number), terms in week.items():
        room = int(board.problem.roster.room[row, number])
        if sum(minutes for _, minutes in terms) > room:
            board.engine.at_most(terms, room)


MODELS: dict[str, tuple[type[CpSat] | type[Scip], Callable[[Board], Times]]] = {
    "cp-sat, naive": (CpSat, by_start),
    "cp-sat, intervals": (CpSat, by_interval),
    "scip, direct": (Scip, by_start),
}


def choice(board: Board, times: Times, value: Callable[[Any], int]) -> Choice:
    """The plan that values stand for."""
    seats = {seat: row for (seat, row), column in board.sits.items() if value(column)}
    attended = {s.id for seat in seats for s in board.problem.asked[seat].sessions}
    return Choice(seats, {name: at for name, at in times(value).items() if name in attended})
