"""What was made better in a copy of a plan, made in the plan as it is by now."""

from collections.abc import Sequence
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


def moved(problem: Problem, best: Choice, moves: Sequence[Move]) -> Choice:
    """A plan with the moves made that are still legal in it: all, or those that make it better one by one."""
    least = rank(problem, best)
    for some in (moves, *((move,) for move in moves)):
        found = _with(problem, best, some)
        now = rank(problem, found)
        if now < least:
            best, least = found, now
            if some is moves:
                break
    return best


def _with(problem: Problem, best: Choice, moves: Sequence[Move]) -> Choice:
    board = Board.of(problem, best)
    for move in moves:
        before = _taken_out(board, move.seats)
        if not _put(board, move.piece):
            _taken_out(board, move.seats)
            board.starts.update(before.starts)
            for seat, row in before.seats.items():
                board.take(seat, row)
    return board.choice()


def _taken_out(board: Board, seats: tuple[str, ...]) -> Choice:
    """Empty some seats; who sat there, and when their sessions were."""
    held = [seat for seat in seats if seat in board.seats and seat not in board.problem.fixed_seats]
    sessions = {session.id for seat in held for session in board.problem.asked[seat].sessions}
    starts = {name: board.starts[name] for name in sessions}
    return Choice({seat: board.leave(seat) for seat in held}, starts)


def _put(board: Board, piece: Choice) -> bool:
    """Whether seats could be taken as a piece says."""
    board.starts.update(piece.starts)
    for seat, row in piece.seats.items():
        if seat in board.problem.fixed_seats:
            continue
        if board.against(seat, row):
            return False
        board.take(seat, row)
    return True
