"""A whole plan from a fractional one: what the program is sure of first, the rest seated beside it."""

import numpy as np

from expertpool.scheduling.candidates import SeatCandidates
from expertpool.scheduling.linear import Floats, Point
from expertpool.scheduling.preferences import Choice
from expertpool.scheduling.problem import Problem
from expertpool.scheduling.size.pairs import Meeting
from expertpool.scheduling.size.program import Program
from expertpool.scheduling.size.seating import Seating, Teams

SURE = 0.5  # of a column, to be taken over


def rounded(
    problem: Problem, found: dict[str, SeatCandidates], program: Program, point: Point, best: Choice
) -> Choice:
    """A legal plan near an optimum of the program. Times the program says nothing of come from `best`."""
    seating = Seating(problem, found)
    values = point.columns[np.array([i for i in program.ids if i < len(point.columns)], dtype=np.int64)]
    wanted = {
        program.seats[s].asked.seat.id: int(program.seats[s].rows[place])
        for (s, place, _), value in zip(program.columns, values.tolist(), strict=False)  # newer ones are 0
        if value > SURE
    }
    seating.board.starts.update({name: at for name, at in best.starts.items() if name in problem.sessions})
    for need, meeting in program.meetings.items():
        weights = point.columns[program.options[need]]
        if weights.max() > 0:
            start = _start(problem, found, meeting, weights, wanted)
            seating.board.starts[meeting.session.id] = start
    seating.board.starts.update(problem.fixed_starts)
    _seat(seating, wanted)
    return seating.board.choice()


def _start(
    problem: Problem,
    found: dict[str, SeatCandidates],
    meeting: Meeting,
    weights: Floats,
    wanted: dict[str, int],
) -> int:
    """The start of the heaviest option that most of those wanted can come to."""
    session, option = meeting.session, meeting.options[int(weights.argmax())]
    coming = np.zeros(len(option), dtype=np.int64)
    for seat in session.seats:
        if seat in wanted:
            place = int(np.searchsorted(found[seat].rows, wanted[seat]))
            coming += found[seat].fits[session.id][place, option]
    return int(problem.starts[session.id][option[int(coming.argmax())]])


def _seat(seating: Seating, wanted: dict[str, int]) -> None:
    """Seat those wanted where they can sit, the urgent first, then fill what is empty."""
    teams = Teams(seating)
    for seat in seating.empty_seats():
        if seat in wanted:
            place = int(np.searchsorted(seating.found[seat].rows, wanted[seat]))
            if seating.able(seat)[place]:
                seating.sits(seat, place)
    for seat in seating.empty_seats():
        if seating.seated(seat) is None:
            teams.chained(seat)
    lacking = {seating.problem.asked[seat].need.id for seat in seating.empty_seats()}
    teams.improve([need for need in seating.problem.snapshot.needs if need.id in lacking], len(lacking))
