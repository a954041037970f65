"""One seat is open and everybody else stays: every way to fill it is looked at, without a solver.

It is what a decline leaves behind, and the solver takes longer to load than this takes.
"""

from dataclasses import dataclass, field
from itertools import product
from math import prod

import numpy as np

from expertpool.scheduling.board import Board
from expertpool.scheduling.candidates import SeatCandidates
from expertpool.scheduling.preferences import Choice, alone_costs, rank, start_cost
from expertpool.scheduling.problem import Asked, Problem

MOST_WAYS = 2_000  # an expert and a timetable each; where there are more, the solver is quicker


@dataclass(frozen=True, slots=True)
class Settled:
    """The best plan of all, proven by having looked at every other."""

    best: Choice
    rank: tuple[int, int, int]
    size: tuple[int, int] = field(default=(0, 0))
    ties_settled: bool = field(default=True)

    @property
    def bound(self) -> int:
        """Nothing costs less."""
        return self.rank[0]


def settled(problem: Problem, found: dict[str, SeatCandidates], known: Choice) -> Settled | None:
    """The best plan where one seat is open; None if more are, or if there are too many ways to fill it.

    `known` is a legal plan: what certainly costs more than it is not looked at.
    """
    seats = [seat for seat in problem.asked if seat not in problem.fixed_seats]
    if len(seats) != 1:
        return None
    asked, board = problem.asked[seats[0]], Board(problem)
    ways = _ways(problem, found[asked.seat.id], rank(problem, known)[0] - _others(problem, found, asked))
    if sum(prod(map(len, able)) for _, able in ways) > MOST_WAYS:
        return None
    choices = [known, board.choice()]
    for row, able in ways:
        for table in product(*able):
            board.starts.update(zip((session.id for session in asked.sessions), table, strict=True))
            if not board.against(asked.seat.id, row):
                board.take(asked.seat.id, row)
                choices.append(board.choice())
                board.leave(asked.seat.id)
    best = min(choices, key=lambda choice: rank(problem, choice))
    return Settled(best, rank(problem, best))


def _others(problem: Problem, found: dict[str, SeatCandidates], asked: Asked) -> int:
    """The least that everything but the open seat costs."""
    fixed = [found[seat] for seat in problem.fixed_seats]
    seats = sum(int(alone_costs(problem, one.asked, one.rows)[0]) for one in fixed)
    open_sessions = {session.id for session in asked.sessions}
    held = {session.id: session for one in fixed for session in one.asked.sessions}
    return seats + sum(
        start_cost(problem, session, problem.fixed_starts[name])
        for name, session in held.items()
        if name not in open_sessions
    )


def _ways(problem: Problem, open_seat: SeatCandidates, most: int) -> list[tuple[int, list[list[int]]]]:
    """Every expert who could come, with the starts of each session, that need not cost more than `most`."""
    sessions = open_seat.asked.sessions
    ways = []
    costs = alone_costs(problem, open_seat.asked, open_seat.rows)
    for place in np.flatnonzero(costs <= most).tolist():
        left = most - int(costs[place])
        able = [
            [
                start
                for start in problem.starts[session.id][open_seat.fits[session.id][place]].tolist()
                if start_cost(problem, session, start) <= left
            ]
            for session in sessions
        ]
        ways.append((int(open_seat.rows[place]), able))
    return ways
