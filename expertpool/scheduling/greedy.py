"""A first plan in no time: needs by urgency, times where most seats can be filled, scarce seats first.

It is what a user sees at once, the solver's hint, and the plan that stands if the solver finds no better.
"""

import numpy as np

from expertpool.scheduling.board import Board, clash
from expertpool.scheduling.candidates import SeatCandidates
from expertpool.scheduling.preferences import Choice, load_cost, load_units, seat_costs, start_cost
from expertpool.scheduling.problem import Problem
from expertpool.scheduling.roster import Bools, Ints
from expertpool.scheduling.snapshot import Need, Session

TRIED = 6  # first-session starts tried per need; more rarely helps and the solver follows anyway


def greedy(problem: Problem, found: dict[str, SeatCandidates]) -> Choice:
    """A legal plan, good but not best."""
    filling = _Filling(problem, found)
    for need in sorted(problem.snapshot.needs, key=lambda need: (-need.urgency, need.deadline, need.id)):
        filling.fill(need)
    return filling.board.choice()


class _Filling:
    def __init__(self, problem: Problem, found: dict[str, SeatCandidates]) -> None:
        self.problem, self.found = problem, found
        self.board = Board(problem)
        self.costs = {seat: self._costs(seat) for seat in found}

    def _costs(self, seat: str) -> Ints:
        """What each candidate of a seat would cost on an empty board."""
        asked, rows = self.problem.asked[seat], self.found[seat].rows
        weights = self.problem.snapshot.policy.weights
        units = load_units(self.problem, asked)
        cost = seat_costs(self.problem, asked)[rows]
        for place, row in enumerate(rows):
            cost[place] += weights.fairness * load_cost(int(self.problem.roster.load_units[row]), units)
            cost[place] -= weights.stability * (self.problem.previous_seats.get(seat) == row)
        return cost

    def fill(self, need: Need) -> None:
        """Take the best of a few timetables for one need."""
        sessions = sorted(need.sessions, key=lambda s: (-len(s.seats), len(self.problem.starts[s.id]), s.id))
        best: tuple[int, dict[str, int], dict[str, int]] | None = None
        for tried in range(TRIED if sessions else 1):
            starts = self._timetable(need, sessions, tried)
            if starts is None:
                break
            cost, taken = self._seated(need, starts)
            if best is None or cost < best[0]:
                best = cost, starts, taken
        if best is not None:
            self.board.starts.update(best[1])
            for seat, row in best[2].items():
                self.board.take(seat, row)

    def _timetable(self, need: Need, sessions: list[Session], tried: int) -> dict[str, int] | None:
        """Starts for a need's sessions, one after the other; the first takes its `tried`-th best."""
        able = {seat.id: np.ones(len(self.found[seat.id].rows), dtype=bool) for seat in need.seats}
        starts: dict[str, int] = {}
        for session in sessions:
            worth = self._worth(need, session, able) + self._clashes(need, session, starts)
            rank = tried if session is sessions[0] else 0
            if rank >= len(worth):
                if rank:
                    return None
                continue
            chosen = int(np.argsort(worth, kind="stable")[rank])
            starts[session.id] = int(self.problem.starts[session.id][chosen])
            for seat in session.seats:
                able[seat] &= self.found[seat].fits[session.id][:, chosen]
        return starts

    def _worth(self, need: Need, session: Session, able: dict[str, Bools]) -> Ints:
        """The least cost each start of a session could lead to."""
        starts = self.problem.starts[session.id]
        empty = self.problem.snapshot.policy.weights.unfilled * need.urgency
        worth = np.array([start_cost(self.problem, session, int(s)) for s in starts], dtype=np.int64)
        for seat in session.seats:
            open_to = self.found[seat].fits[session.id] & able[seat][:, None]
            cost = np.where(open_to, self.costs[seat][:, None], empty)
            worth += np.minimum(empty, cost.min(axis=0, initial=empty))
        return worth

    def _clashes(self, need: Need, session: Session, starts: dict[str, int]) -> Ints:
        """What each start of a session loses because some of its seats are elsewhere then."""
        buffer = self.problem.snapshot.policy.travel_buffer_minutes
        empty = self.problem.snapshot.policy.weights.unfilled * need.urgency
        own = self.problem.starts[session.id]
        lost = np.zeros(len(own), dtype=np.int64)
        for name, start in starts.items():
            other = self.problem.sessions[name]
            shared = len(set(other.seats) & set(session.seats))
            if shared:
                met = [clash(buffer, session, int(at), other, start) is not None for at in own]
                lost += empty * shared * np.array(met, dtype=np.int64)
        return lost

    def _seated(self, need: Need, starts: dict[str, int]) -> tuple[int, dict[str, int]]:
        """Fill the seats at given starts on a trial basis: cost and who sits where."""
        self.board.starts.update(starts)
        weights = self.problem.snapshot.policy.weights
        taken: dict[str, int] = {}
        cost = sum(start_cost(self.problem, self.problem.sessions[s], at) for s, at in starts.items())
        able = {
            seat.id: self._able(seat.id, starts) for seat in need.seats if seat.id not in self.board.seats
        }
        for seat in sorted(able, key=lambda seat: (len(able[seat]), seat)):
            for place in able[seat]:
                row = int(self.found[seat].rows[place])
                if not self.board.against(seat, row):
                    self.board.take(seat, row)
                    taken[seat] = row
                    cost += int(self.costs[seat][place])
                    break
            else:
                cost += weights.unfilled * need.urgency
        for seat in taken:
            self.board.leave(seat)
        for session in starts:
            if session not in self.problem.fixed_starts:
                del self.board.starts[session]
        return cost, taken

    def _able(self, seat: str, starts: dict[str, int]) -> list[int]:
        """The candidates of a seat who can come at these starts, cheapest first."""
        found = self.found[seat]
        able = np.ones(len(found.rows), dtype=bool)
        for session in found.asked.sessions:
            if session.id not in starts:
                return []
            at = int(np.searchsorted(self.problem.starts[session.id], starts[session.id]))
            able &= found.fits[session.id][:, at]
        places = np.flatnonzero(able)
        return [int(place) for place in places[np.argsort(self.costs[seat][places], kind="stable")]]
