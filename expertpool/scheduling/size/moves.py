"""What was made better in a copy of a plan, made in the plan as it is by now."""

from collections.abc import Iterable
from dataclasses import dataclass

from expertpool.scheduling.board import Board
from expertpool.scheduling.preferences import Choice, rank
from expertpool.scheduling.problem import Problem


@dataclass(frozen=True, slots=True)
class Move:
    """Seats that were looked at together, and what a better plan says of them."""

    seats: tuple[str, ...]
    piece: Choice


@dataclass(frozen=True, slots=True)
class Round:
    """Moves in the order in which they were found, each on top of those before.

    tried: neighbourhoods looked at. work: deterministic seconds.
    """

    moves: tuple[Move, ...] = ()
    tried: int = 0
    work: float = 0.0


def moved(problem: Problem, best: Choice, moves: Iterable[Move]) -> Choice:
    """A plan with all the moves made that are still legal in it, and still make it better."""
    board, least = Board.of(problem, best), rank(problem, best)
    for move in moves:
        legal = _made(board, move)
        found = board.choice()
        now = rank(problem, found) if legal else least
        if now < least:
            best, least = found, now
        else:
            board = Board.of(problem, best)
    return best


def _made(board: Board, move: Move) -> bool:
    """Whether a move's seats could be taken as it says."""
    fixed = board.problem.fixed_seats
    for seat in move.seats:
        if seat in board.seats and seat not in fixed:
            board.leave(seat)
    board.starts.update(move.piece.starts)
    for seat, row in move.piece.seats.items():
        if seat in fixed:
            continue
        if board.against(seat, row):
            return False
        board.take(seat, row)
    return True
