"""Some needs of a board as a problem of their own, with everything else of a plan as given.

Exact: what others use is taken off the experts' hours and the ministries' minutes, and nobody can be in two
places. A plan of the part together with the rest is legal, and costs as much more or less than before as the
plan of the part does.
"""

import copy
from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from expertpool.scheduling.board import Board
from expertpool.scheduling.candidates import SeatCandidates
from expertpool.scheduling.preferences import Choice, load_units
from expertpool.scheduling.problem import Asked, Problem
from expertpool.scheduling.roster import Bools, Ints, Roster
from expertpool.scheduling.snapshot import Agreement


class Whole:
    """A plan on a board with what it uses up, kept in step with a search.

    Shape: used `[expert, week]` minutes, load and count `[expert]` units and engagements, carried
    `[ministry]` units, of this plan only.
    """

    def __init__(self, problem: Problem, choice: Choice) -> None:
        self.problem, self.board = problem, Board(problem)
        roster = problem.roster
        self.used, self.load = np.zeros_like(roster.used), np.zeros_like(roster.load_units)
        self.count = np.zeros(roster.size, dtype=np.int64)
        self.carried = np.zeros_like(problem.beyond)
        for seat, row in self.board.seats.items():
            self._book(seat, row, 1)
        self.become(choice)

    def become(self, choice: Choice) -> set[str]:
        """Take over another plan; what both share stays untouched. The seats that did not stay so."""
        board, fixed = self.board, self.problem.fixed_seats
        moved = [name for name, _ in choice.starts.items() - board.starts.items()]
        left = {seat for seat, _ in board.seats.items() - choice.seats.items()}
        left.update(
            seat for name in moved for seat in self.problem.sessions[name].seats if seat in board.seats
        )
        for seat in left - fixed.keys():
            self._book(seat, board.seats[seat], -1)
            board.leave(seat)
        board.starts.update(choice.starts)
        taken = [seat for seat in choice.seats if seat not in board.seats]
        for seat in taken:
            board.take(seat, choice.seats[seat])
            self._book(seat, choice.seats[seat], 1)
        return left.union(taken)

    def _book(self, seat: str, row: int, sign: int) -> None:
        for array, place, amount in self._uses(seat, row):
            array[place] += sign * amount

    def _uses(self, seat: str, row: int) -> Iterator[tuple[Ints, tuple[int, ...], int]]:
        """What a seat uses: an array, a place in it, how much."""
        problem, asked = self.problem, self.problem.asked[seat]
        units = load_units(problem, asked)
        yield self.load, (row,), units
        yield self.carried, (int(problem.roster.ministry_code[row]),), units
        yield self.count, (row,), 1
        if asked.seat.effort_minutes:
            yield self.used, (row, problem.work_week(asked)), asked.seat.effort_minutes
        for session in asked.sessions:
            yield self.used, (row, problem.week(self.board.starts[session.id])), session.length_minutes

    def part(self, needs: set[str]) -> Problem:
        """The problem of some needs beside all that others hold."""
        problem = self.problem
        chosen = tuple(need for need in problem.snapshot.needs if need.id in needs)
        cut: Problem = copy.copy(problem)
        cut.asked = {seat.id: problem.asked[seat.id] for need in chosen for seat in need.seats}
        cut.sessions = {session.id: session for need in chosen for session in need.sessions}
        own = [seat for seat in cut.asked if seat in self.board.seats]
        agreements = self._agreements(own)
        cut.snapshot = replace(problem.snapshot, needs=chosen, agreements=agreements)
        cut.roster = self._roster(own)
        cut.beyond = problem.beyond + self.carried
        for seat in own:
            cut.beyond[problem.roster.ministry_code[self.board.seats[seat]]] -= load_units(
                problem, problem.asked[seat]
            )
        cut.agreements = {(a.lender, a.borrower): a for a in agreements}
        cut.forget()
        cut.starts = {name: problem.starts[name] for name in cut.sessions}
        cut.fixed_seats = {seat: row for seat, row in problem.fixed_seats.items() if seat in cut.asked}
        cut.fixed_starts = {name: at for name, at in problem.fixed_starts.items() if name in cut.sessions}
        cut.previous_seats = {seat: row for seat, row in problem.previous_seats.items() if seat in cut.asked}
        return cut

    def _roster(self, own: list[str]) -> Roster:
        """The pool with the hours, engagements and load that other needs give it."""
        for seat in own:
            self._book(seat, self.board.seats[seat], -1)
        roster: Roster = copy.copy(self.problem.roster)
        roster.used = roster.used + self.used
        roster.room = roster.capacity[:, None] - roster.used
        roster.load_units = roster.load_units + self.load
        roster.open = roster.open + self.count
        for seat in own:
            self._book(seat, self.board.seats[seat], 1)
        return roster

    def _agreements(self, own: list[str]) -> tuple[Agreement, ...]:
        """Agreements with what other needs leave of them; less than nothing where fixed work exceeds them."""
        problem, board = self.problem, self.board
        lent = {key: list(months) for key, months in board.lent.items()}
        for seat in own:
            asked = problem.asked[seat]
            months = lent.get((problem.roster.ministry[board.seats[seat]], asked.need.ministry))
            if months is not None:
                for month, minutes in board.by_month(asked):
                    months[month] -= minutes
        labels = [month.label for month in problem.snapshot.months]
        left = (
            (a, zip(problem.remaining(a), lent.get(key, [0] * len(labels)), strict=True))
            for key, a in problem.agreements.items()
        )
        return tuple(
            replace(a, remaining_minutes=dict(zip(labels, (m - used for m, used in pairs), strict=True)))
            for a, pairs in left
        )


def beside(
    problem: Problem, found: dict[str, SeatCandidates], seats: Iterable[str], board: Board
) -> dict[str, SeatCandidates]:
    """The candidates of some seats without the starts at which other needs hold them elsewhere."""
    return {seat: _beside(problem, found[seat], board) for seat in seats}


def _beside(problem: Problem, found: SeatCandidates, board: Board) -> SeatCandidates:
    if found.asked.seat.id in problem.fixed_seats:
        return found
    fits = {session: fit.copy() for session, fit in found.fits.items()}
    able = np.ones(len(found.rows), dtype=bool)
    for place, row in enumerate(found.rows.tolist()):
        for seat in board.held_by.get(row, ()):
            other = problem.asked[seat]
            if other.need.id != found.asked.need.id:
                able[place] &= _same_side(found.asked, other)
                _not_while(problem, found.asked, fits, place, other, board)
    for fit in fits.values():
        able &= fit.any(axis=1)
    return SeatCandidates(found.asked, found.rows, fits).narrowed(able)


def _same_side(asked: Asked, other: Asked) -> bool:
    """CONF-04: an expert serves an incident in one role class."""
    return asked.need.incident != other.need.incident or asked.seat.role_class is other.seat.role_class


def _not_while(
    problem: Problem, asked: Asked, fits: dict[str, Bools], place: int, other: Asked, board: Board
) -> None:
    """TIME-02, TIME-03: strike the starts of a seat's sessions that clash with those of a held seat."""
    buffer = problem.snapshot.policy.travel_buffer_minutes
    for session in asked.sessions:
        fit, starts = fits[session.id][place], problem.starts[session.id]
        for held in other.sessions:
            then = board.starts[held.id]
            apart = session.place is not None and held.place is not None and session.place != held.place
            margin = buffer if apart else 0
            fit &= (starts >= then + held.length_minutes + margin) | (
                starts + session.length_minutes + margin <= then
            )


def piece_of(whole: Choice, problem: Problem) -> Choice:
    """What a plan says of a part of its board (`problem`)."""
    return Choice(
        {seat: row for seat, row in whole.seats.items() if seat in problem.asked},
        {name: at for name, at in whole.starts.items() if name in problem.sessions},
    )


def joined(whole: Choice, piece: Choice, problem: Problem) -> Choice:
    """A plan with the plan of a part of it (`problem`) in its place."""
    seats = {seat: row for seat, row in whole.seats.items() if seat not in problem.asked} | piece.seats
    starts = {name: at for name, at in whole.starts.items() if name not in problem.sessions} | piece.starts
    return Choice(dict(sorted(seats.items())), dict(sorted(starts.items())))
