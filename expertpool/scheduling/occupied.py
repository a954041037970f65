"""What everybody already does on a board, as arrays: how many seats they hold, when and at which places."""

from collections.abc import Iterator

import numpy as np

from expertpool.scheduling.board import Board
from expertpool.scheduling.problem import Asked
from expertpool.scheduling.roster import Bools, Spans
from expertpool.scheduling.vocabulary import Rule


class Occupied:
    """The experts of a board.

    Shape: `count`, seats held by each; `room`, [experts, weeks] minutes left of each week; `busy` and
    `place`, an entry for each session that somebody attends: when and by whom, and the code of the place.
    """

    def __init__(self, board: Board) -> None:
        self.board, self.roster = board, board.problem.roster
        table, weeks = board.problem.attendance, board.problem.weeks
        sits = np.full(len(table.effort), -1)
        sits[[table.seat_place[seat] for seat in board.seats]] = list(board.seats.values())
        starts = np.zeros(len(table.length), dtype=np.int64)
        starts[[table.session_place[name] for name in board.starts]] = list(board.starts.values())
        taken, met = sits >= 0, sits[table.seat] >= 0
        row, session = sits[table.seat[met]], table.session[met]
        start, length = starts[session], table.length[session]
        self.busy, self.place = Spans(row, start, start + length), table.where[session]
        self.count = np.bincount(sits[taken], minlength=self.roster.size)
        worked = np.zeros(self.roster.used.shape, dtype=np.int64)
        np.add.at(worked, (sits[taken], table.work_week[taken]), table.effort[taken])
        np.add.at(worked, (row, weeks(start)), length)
        self.room = self.roster.room - worked

    def refused(self, asked: Asked) -> Iterator[tuple[Rule, Bools]]:
        """TEAM-06, CONF-04, CAP-02: whom the seats they hold keep off one more. Shape: a mask of the pool."""
        need, side = asked.need, asked.seat.role_class
        team, serving = np.zeros((2, self.roster.size), dtype=bool)
        for other in self.board.problem.of_incident[need.incident]:
            row = self.board.seats.get(other.seat.id)
            if row is not None:
                team[row] |= other.need.id == need.id
                serving[row] |= other.seat.role_class is not side
        yield Rule.SEATED_IN_NEED, team
        yield Rule.TWO_ROLE_CLASSES, serving
        yield Rule.OPEN_ENGAGEMENTS, self.roster.open + self.count + 1 > self.roster.most_open

    def apart(self, place: str | None) -> Bools:
        """Which of the sessions attended are at another place than this. Remote ones are nowhere."""
        code = self.board.problem.attendance.place_code(place)
        found: Bools = (self.place >= 0) & (self.place != code) & (code >= 0)
        return found
