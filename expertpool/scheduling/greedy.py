"""A first plan in no time: needs by urgency, times where most seats can be filled, scarce seats first.

It is what a user sees at once, the solver's hint, and the plan that stands if the solver finds no better.
"""

from dataclasses import dataclass

import numpy as np

from expertpool.scheduling.board import Board, clash
from expertpool.scheduling.candidates import SeatCandidates
from expertpool.scheduling.carried import Carried
from expertpool.scheduling.preferences import (
    Choice,
    empty_cost,
    load_cost,
    load_units,
    seat_costs,
    stability_cost,
    start_cost,
)
from expertpool.scheduling.problem import Problem
from expertpool.scheduling.roster import Bools, Ints
from expertpool.scheduling.snapshot import Need, Session

TRIED = 8  # first-session starts tried per need; more rarely helps and the solver follows anyway
ROUNDS = 4  # times every need is taken out and seated anew


@dataclass(frozen=True, slots=True)
class Team:
    """One need's part of a plan, and its cost beside the rest."""

    cost: int
    starts: dict[str, int]
    seats: dict[str, int]


class Filling:
    """A board that is filled need by need."""

    def __init__(self, problem: Problem, found: dict[str, SeatCandidates]) -> None:
        self.problem, self.found = problem, found
        self.board = Board(problem)
        self.empty = {seat: empty_cost(problem, candidates.asked) for seat, candidates in found.items()}
        self.alone = {
            seat: (seat_costs(problem, c.asked) + stability_cost(problem, c.asked))[c.rows]
            for seat, c in found.items()
        }
        self.added = np.zeros(problem.roster.size, dtype=np.int64)
        for seat, row in self.board.seats.items():
            self.added[row] += load_units(problem, problem.asked[seat])
        self.carried = Carried(problem, self.board.seats)

    def first_plan(self) -> Choice:
        """A legal plan, good but not best: seat every need once, then again beside the others."""
        needs = sorted(self.problem.snapshot.needs, key=lambda need: (-need.urgency, need.deadline, need.id))
        for need in needs:
            self._put(self._best_team(need, None))
        for _ in range(ROUNDS):
            if sum(self._better(need) for need in needs) == 0:
                break
        return self.board.choice()

    def completed(self, choice: Choice) -> Choice:
        """The legal part of a choice, its open seats filled as well as its starts allow."""
        self.board.starts.update(choice.starts)
        for seat, row in choice.seats.items():
            if seat not in self.board.seats and not self.board.against(seat, row):
                self._take(seat, row)
        for need in self.problem.snapshot.needs:
            starts = {s.id: self.board.starts[s.id] for s in need.sessions if s.id in self.board.starts}
            self._put(self._seated(need, starts, self._prices(need)))
        return self.board.choice()

    def _better(self, need: Need) -> bool:
        """Seat one need anew if that costs less; True if it does."""
        starts = {s.id: self.board.starts[s.id] for s in need.sessions if s.id in self.board.starts}
        own = [seat.id for seat in need.seats if seat.id in self.board.seats]
        seats = {seat: self.board.seats[seat] for seat in own if seat not in self.problem.fixed_seats}
        for seat in seats:
            self._leave(seat)
        prices = self._prices(need)
        cost = sum(start_cost(self.problem, self.problem.sessions[s], at) for s, at in starts.items())
        for seat, price in prices.items():
            cost += int(price[self._place(seat, seats[seat])]) if seat in seats else self.empty[seat]
        before = Team(cost + self._together(seats), starts, seats)
        team = self._best_team(need, before)
        self._put(team)
        return team.cost < before.cost

    def _place(self, seat: str, row: int) -> int:
        return int(np.searchsorted(self.found[seat].rows, row))

    def _take(self, seat: str, row: int) -> None:
        self.board.take(seat, row)
        self._give(seat, row, 1)

    def _leave(self, seat: str) -> None:
        self._give(seat, self.board.leave(seat), -1)

    def _give(self, seat: str, row: int, sign: int) -> None:
        units = sign * load_units(self.problem, self.problem.asked[seat])
        self.added[row] += units
        self.carried.take(row, units)

    def _together(self, seats: dict[str, int]) -> int:
        """What a team costs more than the prices of its members say."""
        asked = self.problem.asked
        return self.carried.together((row, load_units(self.problem, asked[s])) for s, row in seats.items())

    def _put(self, team: Team) -> None:
        self.board.starts.update(team.starts)
        for seat, row in team.seats.items():
            self._take(seat, row)

    def _prices(self, need: Need) -> dict[str, Ints]:
        """What each candidate of a need's open seats costs beside those seated elsewhere."""
        weight, roster = self.problem.snapshot.policy.weights.fairness, self.problem.roster
        prices = {}
        for seat in need.seats:
            if seat.id not in self.board.seats:
                rows = self.found[seat.id].rows
                before = roster.load_units[rows] + self.added[rows]
                units = load_units(self.problem, self.problem.asked[seat.id])
                prices[seat.id] = self.alone[seat.id] + weight * load_cost(before, units)
                prices[seat.id] += self.carried.prices(rows, units)
        return prices

    def _best_team(self, need: Need, before: Team | None) -> Team:
        """The best of a few timetables and what was there before. The need's open seats must be empty."""
        sessions = sorted(need.sessions, key=lambda s: (-len(s.seats), len(self.problem.starts[s.id]), s.id))
        prices = self._prices(need)
        best = before
        for tried in range(TRIED if sessions else 1):
            starts = self._timetable(sessions, tried, prices)
            if starts is None:
                break
            team = self._seated(need, starts, prices)
            if best is None or team.cost < best.cost:
                best = team
        assert best is not None
        return best

    def _timetable(
        self, sessions: list[Session], tried: int, prices: dict[str, Ints]
    ) -> dict[str, int] | None:
        """Starts for a need's sessions, one after the other; the first takes its `tried`-th best."""
        able = {seat: np.ones(len(price), dtype=bool) for seat, price in prices.items()}
        starts: dict[str, int] = {}
        for session in sessions:
            worth = self._worth(session, able, prices) + self._clashes(session, starts)
            rank = tried if session is sessions[0] else 0
            if rank >= len(worth):
                if rank:
                    return None
                continue
            chosen = int(np.argsort(worth, kind="stable")[rank])
            starts[session.id] = int(self.problem.starts[session.id][chosen])
            for seat in prices.keys() & set(session.seats):
                able[seat] &= self.found[seat].fits[session.id][:, chosen]
        return starts

    def _worth(self, session: Session, able: dict[str, Bools], prices: dict[str, Ints]) -> Ints:
        """The least cost each start of a session could lead to."""
        starts = self.problem.starts[session.id]
        worth = np.array([start_cost(self.problem, session, int(s)) for s in starts], dtype=np.int64)
        for seat in session.seats:
            if seat in prices:
                open_to = self.found[seat].fits[session.id] & able[seat][:, None]
                cost = np.where(open_to, prices[seat][:, None], self.empty[seat])
                worth += cost.min(axis=0, initial=self.empty[seat])
        return worth

    def _clashes(self, session: Session, starts: dict[str, int]) -> Ints:
        """What each start of a session loses because some of its seats are elsewhere then."""
        buffer = self.problem.snapshot.policy.travel_buffer_minutes
        own = self.problem.starts[session.id]
        lost = np.zeros(len(own), dtype=np.int64)
        for name, start in starts.items():
            other = self.problem.sessions[name]
            shared = sum(self.empty[seat] for seat in session.seats if seat in other.seats)
            if shared:
                met = [clash(buffer, session, int(at), other, start) is not None for at in own]
                lost += shared * np.array(met, dtype=np.int64)
        return lost

    def _seated(self, need: Need, starts: dict[str, int], prices: dict[str, Ints]) -> Team:
        """The seats of a need filled at given starts, scarce ones first, without leaving them filled."""
        self.board.starts.update(starts)
        taken: dict[str, int] = {}
        cost = sum(start_cost(self.problem, self.problem.sessions[s], at) for s, at in starts.items())
        able = {seat.id: self._able(seat.id, starts, prices) for seat in need.seats if seat.id in prices}
        for seat in sorted(able, key=lambda seat: (len(able[seat]), seat)):
            for place in able[seat]:
                row = int(self.found[seat].rows[place])
                if not self.board.against(seat, row):
                    self._take(seat, row)
                    taken[seat] = row
                    cost += int(prices[seat][place])
                    break
            else:
                cost += self.empty[seat]
        for seat in taken:
            self._leave(seat)
        return Team(cost + self._together(taken), starts, taken)

    def _able(self, seat: str, starts: dict[str, int], prices: dict[str, Ints]) -> list[int]:
        """The candidates of a seat who can come at these starts, cheapest first."""
        found = self.found[seat]
        able = np.ones(len(found.rows), dtype=bool)
        for session in found.asked.sessions:
            if session.id not in starts:
                return []
            at = int(np.searchsorted(self.problem.starts[session.id], starts[session.id]))
            able &= found.fits[session.id][:, at]
        places = np.flatnonzero(able)
        return [int(place) for place in places[np.argsort(prices[seat][places], kind="stable")]]
