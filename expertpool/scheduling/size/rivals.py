"""Which two columns of one expert can never be taken together."""

from itertools import islice, product

import numpy as np

from expertpool.scheduling.board import clash
from expertpool.scheduling.candidates import SeatCandidates
from expertpool.scheduling.problem import Asked, Problem
from expertpool.scheduling.roster import Ints
from expertpool.scheduling.size.pairs import SeatPairs
from expertpool.scheduling.snapshot import Session

Timetable = tuple[tuple[Session, int], ...]
MOST_TIMETABLES = 64  # of one column; with more, two columns count as fitting together

Column = tuple[int, int, int]  # seat, place among its pairs, option


class Rivals:
    """Answers for pairs of columns, and remembers."""

    def __init__(self, problem: Problem, found: dict[str, SeatCandidates], seats: list[SeatPairs]) -> None:
        self.problem, self.found, self.seats = problem, found, seats
        self._known: dict[tuple[Column, Column], bool] = {}
        self._timetables: dict[Column, list[Timetable] | None] = {}

    def apart(self, one: Column, other: Column) -> bool:
        """Whether two columns of one expert exclude each other."""
        key = (one, other) if one < other else (other, one)
        if key not in self._known:
            self._known[key] = self._exclude(*key)
        return self._known[key]

    def _exclude(self, one: Column, other: Column) -> bool:
        first, second = self.seats[one[0]].asked, self.seats[other[0]].asked
        if first.need.id == second.need.id:
            return True
        same_incident = first.need.incident == second.need.incident
        if same_incident and first.seat.role_class is not second.seat.role_class:
            return True
        ours, theirs = self._of(one), self._of(other)
        if ours is None or theirs is None:
            return False
        room = self.problem.roster.room[self.seats[one[0]].rows[one[1]]]
        tight = first.minutes + second.minutes > int(room.min())
        return not any(
            self._fit(mine, yours) and not (tight and self._overfull(room, (first, mine), (second, yours)))
            for mine in ours
            for yours in theirs
        )

    def _overfull(self, room: Ints, *held: tuple[Asked, Timetable]) -> bool:
        """CAP-01: whether seats with their sessions at these times exceed an expert's room in some week."""
        used = np.zeros_like(room)
        for asked, timetable in held:
            if asked.seat.effort_minutes:
                used[self.problem.work_week(asked)] += asked.seat.effort_minutes
            for session, at in timetable:
                used[self.problem.week(at)] += session.length_minutes
        return bool((used > room).any())

    def _fit(self, one: Timetable, other: Timetable) -> bool:
        buffer = self.problem.snapshot.policy.travel_buffer_minutes
        return not any(clash(buffer, session, at, held, then) for session, at in one for held, then in other)

    def _of(self, column: Column) -> list[Timetable] | None:
        """The ways a column's sessions can be timed; None if they are too many."""
        if column not in self._timetables:
            self._timetables[column] = self._listed(column)
        return self._timetables[column]

    def _listed(self, column: Column) -> list[Timetable] | None:
        pairs = self.seats[column[0]]
        found = self.found[pairs.asked.seat.id]
        place = int(found.rows.searchsorted(pairs.rows[column[1]]))
        sessions = [s for s in pairs.asked.sessions if len(s.seats) == 1 or self._is_main(pairs, s)]
        choices: list[list[int]] = []
        for session in sessions:
            fit: Ints = found.fits[session.id][place].nonzero()[0]
            if self._is_main(pairs, session) and pairs.meeting is not None:
                group = set(pairs.meeting.options[column[2]].tolist())
                fit = fit[[at in group for at in fit.tolist()]]
            choices.append(self.problem.starts[session.id][fit].tolist())
        ways = [
            timetable
            for starts in islice(product(*choices), MOST_TIMETABLES + 1)
            if self._possible(timetable := tuple(zip(sessions, starts, strict=True)))
        ]
        size = 1
        for choice in choices:
            size *= len(choice)
        return None if size > MOST_TIMETABLES else ways

    @staticmethod
    def _is_main(pairs: SeatPairs, session: Session) -> bool:
        return pairs.meeting is not None and session is pairs.meeting.session

    def _possible(self, timetable: Timetable) -> bool:
        """Whether the sessions of one column are out of each other's way."""
        return all(
            self._fit((one,), (other,)) for place, one in enumerate(timetable) for other in timetable[:place]
        )
