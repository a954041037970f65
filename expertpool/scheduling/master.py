"""The planning problem as a linear model: people on seats and starts of sessions in one.

Columns: an expert on a seat; a session at a start; two sessions in each other's way; an expert's share in a
week; points of fairness. Whether two sessions are in each other's way does not depend on who attends, so the
geometry of time is modelled once per pair of sessions and not once per expert; pairs of sessions of
different needs are left out until a search asks for them by `keep_apart`.
"""

from collections import defaultdict
from itertools import combinations

import numpy as np

from expertpool.scheduling import shares, together
from expertpool.scheduling.candidates import SeatCandidates
from expertpool.scheduling.lots import lot
from expertpool.scheduling.model import Model, Objective
from expertpool.scheduling.preferences import Choice, seat_costs, start_cost
from expertpool.scheduling.problem import Problem
from expertpool.scheduling.roster import Ints
from expertpool.scheduling.snapshot import Session


class Master:
    """The model of a problem over given candidates, with the columns by what they mean.

    seat_columns: column by seat and expert row. start_columns: column by session and start.
    cost: the plan's total. earliness, lots: the ties, see `lots`.
    """

    def __init__(self, problem: Problem, found: dict[str, SeatCandidates]) -> None:
        self.problem, self.found = problem, found
        self.model = Model()
        self.cost, self.earliness, self.lots = Objective(), Objective(), Objective()
        self.seat_columns: dict[str, dict[int, int]] = {}
        self.start_columns: dict[str, dict[int, int]] = {}
        self.seats_of: dict[int, list[str]] = defaultdict(list)
        self.periods: dict[tuple[str, str], dict[int, list[int]]] = {}  # remembered by `shares`
        for seat, candidates in found.items():
            self._add_seat(seat, candidates)
        for session in problem.sessions.values():
            self._add_session(session)
        for candidates in found.values():
            self._attend(candidates)
        self.attendees = {
            session.id: {row for seat in session.seats for row in self.seat_columns[seat]}
            for session in problem.sessions.values()
        }
        together.add_rules(self)
        shares.add_rules(self)

    def keep_apart(self, one: str, other: str) -> None:
        """Let no expert attend two sessions, of different needs, that are in each other's way."""
        together.keep_apart(self, self.problem.sessions[one], self.problem.sessions[other])

    def rivals(self) -> list[tuple[str, str]]:
        """Pairs of sessions of different needs that some expert might have to attend both."""
        need_of = {s.id: need.id for need in self.problem.snapshot.needs for s in need.sessions}
        return [
            (one, other)
            for one, other in combinations(sorted(need_of), 2)
            if need_of[one] != need_of[other] and self.attendees[one] & self.attendees[other]
        ]

    def choice(self, values: list[int]) -> Choice:
        """The plan that the columns' values mean; sessions nobody attends are not held."""
        seats = {
            seat: row
            for seat, columns in self.seat_columns.items()
            for row, column in columns.items()
            if values[column]
        }
        attended = {session.id for seat in seats for session in self.problem.asked[seat].sessions}
        starts = {
            session: start
            for session, columns in self.start_columns.items()
            for start, column in columns.items()
            if values[column] and session in attended
        }
        return Choice(seats, starts)

    def hint(self, choice: Choice) -> dict[int, int]:
        """Values of the seat and start columns that stand for a plan."""
        hint: dict[int, int] = {}
        for seat, columns in self.seat_columns.items():
            hint |= {column: int(choice.seats.get(seat) == row) for row, column in columns.items()}
        for session, starts in self.start_columns.items():
            hint |= {column: int(choice.starts.get(session) == start) for start, column in starts.items()}
        return hint

    def is_fixed(self, seat: str) -> bool:
        """Whether the seat's expert is given by the snapshot."""
        return seat in self.problem.fixed_seats

    def attending(self, session: Session, row: int) -> list[int]:
        """Columns by which an expert would attend a session: one per seat that takes part in it."""
        columns = (self.seat_columns[seat].get(row) for seat in session.seats)
        return [column for column in columns if column is not None]

    def starts_of(self, session: Session) -> tuple[Ints, Ints]:
        """A session's usable starts and their columns."""
        columns = self.start_columns[session.id]
        return np.array(list(columns), dtype=np.int64), np.array(list(columns.values()), dtype=np.int64)

    def _add_seat(self, seat: str, candidates: SeatCandidates) -> None:
        problem, asked = self.problem, candidates.asked
        weights = problem.snapshot.policy.weights
        empty = weights.unfilled * asked.need.urgency
        stays = weights.stability * (seat in problem.previous_seats)
        self.cost.constant += empty + stays
        cost = seat_costs(problem, asked)
        columns = {}
        for row in candidates.rows.tolist():
            column = columns[row] = self.model.column(low=int(self.is_fixed(seat)))
            kept = stays if problem.previous_seats.get(seat) == row else 0
            self.cost.add(column, int(cost[row]) - empty - kept)
            self.lots.add(column, lot(problem.snapshot.seed, seat, problem.roster.ids[row]))
            self.seats_of[row].append(seat)
        self.seat_columns[seat] = columns
        self.model.one_of(columns.values())

    def _add_session(self, session: Session) -> None:
        """Columns for the starts that at least one candidate could come to."""
        starts = self.problem.starts[session.id]
        usable = np.zeros(len(starts), dtype=bool)
        for seat in session.seats:
            usable |= self.found[seat].fits[session.id].any(axis=0)
        columns = {}
        for place in np.flatnonzero(usable).tolist():
            start = int(starts[place])
            column = columns[start] = self.model.column()
            self.cost.add(column, start_cost(self.problem, session, start))
            self.earliness.add(column, place + 1)
            self.lots.add(column, lot(self.problem.snapshot.seed, session.id, str(start)))
        self.start_columns[session.id] = columns
        self.model.one_of(columns.values())

    def _attend(self, candidates: SeatCandidates) -> None:
        """TIME-05: whoever takes a seat can come to all its sessions at the starts chosen.

        Said twice, which makes the relaxation tight: an expert needs one of their starts, and a start
        excludes those of the seat who cannot come.
        """
        columns = self.seat_columns[candidates.asked.seat.id]
        if not columns:
            return
        of_row = np.array([columns[row] for row in candidates.rows.tolist()])
        for session in candidates.asked.sessions:
            starts, of_start = self.starts_of(session)
            places = np.searchsorted(self.problem.starts[session.id], starts)
            fit = candidates.fits[session.id][:, places]
            whole = [(column, -1) for column in of_row.tolist()]
            self.model.row([*whole, *((column, 1) for column in of_start.tolist())], low=0)
            for place in np.flatnonzero(~fit.all(axis=1)).tolist():
                open_to = ((column, 1) for column in of_start[fit[place]].tolist())
                self.model.row([(int(of_row[place]), -1), *open_to], low=0)
            for place in np.flatnonzero(~fit.all(axis=0)).tolist():
                self.model.one_of([int(of_start[place]), *of_row[~fit[:, place]].tolist()])
