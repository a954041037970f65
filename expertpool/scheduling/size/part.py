"""Some needs of a board as a problem of their own, with everything else of a plan as given.

Exact: what others use is taken off the experts' hours and the ministries' minutes, and where they are at a time
they cannot be again. A plan of the part together with the rest is legal, and costs as much more or less than
before as the plan of the part does.
"""

import copy
from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from expertpool.scheduling.board import Board, clash
from expertpool.scheduling.candidates import SeatCandidates
from expertpool.scheduling.preferences import Choice, load_units
from expertpool.scheduling.problem import Asked, Problem
from expertpool.scheduling.roster import Bools, Roster
from expertpool.scheduling.snapshot import Agreement


def part(problem: Problem, needs: set[str], board: Board) -> Problem:
    """The problem of some needs beside all that others hold on the board."""
    others = [seat for seat in board.seats if problem.asked[seat].need.id not in needs]
    snapshot = replace(
        problem.snapshot,
        needs=tuple(need for need in problem.snapshot.needs if need.id in needs),
        agreements=_agreements(problem, board, others),
    )
    cut: Problem = copy.copy(problem)
    cut.snapshot = snapshot
    cut.roster = _roster(problem, board, others)
    cut.agreements = {(a.lender, a.borrower): a for a in snapshot.agreements}
    cut.forget()
    cut.asked = {seat.id: problem.asked[seat.id] for need in snapshot.needs for seat in need.seats}
    cut.sessions = {session.id: session for need in snapshot.needs for session in need.sessions}
    cut.starts = {name: problem.starts[name] for name in cut.sessions}
    cut.fixed_seats = {seat: row for seat, row in problem.fixed_seats.items() if seat in cut.asked}
    cut.fixed_starts = {name: at for name, at in problem.fixed_starts.items() if name in cut.sessions}
    cut.previous_seats = {seat: row for seat, row in problem.previous_seats.items() if seat in cut.asked}
    return cut


def _roster(problem: Problem, board: Board, others: list[str]) -> Roster:
    """The pool with the hours, engagements and load that other needs give it."""
    roster: Roster = copy.copy(problem.roster)
    used, load = roster.used.copy(), roster.load_units.copy()
    rows = np.array([board.seats[seat] for seat in others], dtype=np.int64)
    for seat, row in zip(others, rows.tolist(), strict=True):
        asked = problem.asked[seat]
        load[row] += load_units(problem, asked)
        if asked.seat.effort_minutes:
            used[row, problem.work_week(asked)] += asked.seat.effort_minutes
        for session in asked.sessions:
            used[row, problem.week(board.starts[session.id])] += session.length_minutes
    roster.used, roster.room = used, roster.capacity[:, None] - used
    roster.load_units = load
    roster.open = roster.open + np.bincount(rows, minlength=roster.size)
    return roster


def _agreements(problem: Problem, board: Board, others: list[str]) -> tuple[Agreement, ...]:
    """Agreements with what other needs leave of them; less than nothing where fixed work exceeds them."""
    left = {key: list(problem.remaining(agreement)) for key, agreement in problem.agreements.items()}
    for seat in others:
        asked = problem.asked[seat]
        months = left.get((problem.roster.ministry[board.seats[seat]], asked.need.ministry))
        if months is not None:
            for month, minutes in board.by_month(asked):
                months[month] -= minutes
    labels = [month.label for month in problem.snapshot.months]
    return tuple(
        replace(agreement, remaining_minutes=dict(zip(labels, left[key], strict=True)))
        for key, agreement in problem.agreements.items()
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
        for at in np.flatnonzero(fit).tolist():
            fit[at] = not any(
                clash(buffer, session, int(starts[at]), held, board.starts[held.id])
                for held in other.sessions
            )


def joined(whole: Choice, piece: Choice, problem: Problem) -> Choice:
    """A plan with the plan of a part of it (`problem`) in its place."""
    seats = {seat: row for seat, row in whole.seats.items() if seat not in problem.asked} | piece.seats
    starts = {name: at for name, at in whole.starts.items() if name not in problem.sessions} | piece.starts
    return Choice(dict(sorted(seats.items())), dict(sorted(starts.items())))
