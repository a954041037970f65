"""Seats filled one by one on a large board: the cheapest expert who can come, with times of their own.

Sessions that several seats attend get their time for the need as a whole; a session of one seat gets its time
together with its expert.
"""

from collections.abc import Iterator
from itertools import islice

import numpy as np

from expertpool.scheduling.board import Board, clash
from expertpool.scheduling.candidates import SeatCandidates
from expertpool.scheduling.carried import Carried
from expertpool.scheduling.greedy import Team
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
from expertpool.scheduling.vocabulary import Rule

TIMETABLES = 12  # times of an expert's own sessions looked at before they count as unable to come
OF_SOME_TIMES = {Rule.ELSEWHERE, Rule.TRAVEL_BUFFER, Rule.WEEKLY_CAPACITY, Rule.QUOTA_SPENT}
CHAINED = 40  # candidates of an empty seat asked to leave another seat for it


class Seating:
    """A board with the price of every candidate kept up to date."""

    def __init__(self, problem: Problem, found: dict[str, SeatCandidates]) -> None:
        self.problem, self.found = problem, found
        self.board = Board(problem)
        self.costs: dict[str, Ints] = {}
        self.units: dict[str, int] = {}
        self.empty: dict[str, int] = {}
        for seat, candidates in found.items():
            asked = candidates.asked
            self.costs[seat] = (seat_costs(problem, asked) + stability_cost(problem, asked))[candidates.rows]
            self.units[seat] = load_units(problem, asked)
            self.empty[seat] = empty_cost(problem, asked)
        self.load = problem.roster.load_units.copy()
        for seat, row in self.board.seats.items():
            self.load[row] += self.units[seat]
        self.carried = Carried(problem, self.board.seats)

    def take(self, seat: str, row: int) -> None:
        """Put an expert on an empty seat, unasked."""
        self.board.take(seat, row)
        self.load[row] += self.units[seat]
        self.carried.take(row, self.units[seat])

    def leave(self, seat: str) -> int:
        """Empty a seat; gives back who sat there."""
        row = self.board.leave(seat)
        self.load[row] -= self.units[seat]
        self.carried.take(row, -self.units[seat])
        return row

    def prices(self, seat: str) -> Ints:
        """What each candidate of an empty seat would cost now."""
        before = self.load[self.found[seat].rows]
        prices: Ints = self.costs[seat] + self.problem.snapshot.policy.weights.fairness * load_cost(
            before, self.units[seat]
        )
        return prices + self.carried.prices(self.found[seat].rows, self.units[seat])

    def simple_floor(self) -> int:
        """What every plan costs at least: each seat at its cheapest, as if nobody sat anywhere else."""
        floor = 0
        for seat in self.found:
            if seat not in self.problem.fixed_seats:
                floor += min(self.empty[seat], int(self.prices(seat).min(initial=self.empty[seat])))
        return floor

    def open_seats(self, need: Need) -> list[str]:
        """The need's seats that may be filled and are not."""
        return [seat.id for seat in need.seats if seat.id not in self.board.seats]

    def empty_seats(self) -> list[str]:
        """All seats nobody holds, the most urgent first."""
        asked = self.problem.asked
        empty = [seat for seat in asked if seat not in self.board.seats]
        return sorted(empty, key=lambda seat: (-asked[seat].need.urgency, seat))

    def load_choice(self, choice: Choice) -> None:
        """Take over as much of a plan as is legal, the dearest empty seats first."""
        self.board.starts.update(choice.starts)
        for seat in sorted(choice.seats, key=lambda seat: (-self.empty[seat], seat)):
            row = choice.seats[seat]
            if seat not in self.board.seats and self.comes(seat, row) and not self.board.against(seat, row):
                self.take(seat, row)

    def comes(self, seat: str, row: int) -> bool:
        """Whether an expert is a candidate of a seat and, alone, can come to its sessions as timed now."""
        found, starts = self.found[seat], self.board.starts
        place = int(np.searchsorted(found.rows, row))
        if place == len(found.rows) or found.rows[place] != row:
            return False
        return all(
            session.id in starts and found.fits[session.id][place, self._at(session, starts[session.id])]
            for session in found.asked.sessions
        )

    def seated(self, seat: str, barred: int = -1) -> int | None:
        """Put the cheapest able expert on an empty seat; its price, or None if nobody can come.

        Times of shared sessions stand. barred: the row of an expert not to be asked.
        """
        found, prices = self.found[seat], self.prices(seat)
        places = np.flatnonzero(self.able(seat))
        for place in places[np.argsort(prices[places], kind="stable")].tolist():
            row = int(found.rows[place])
            if row != barred and self.sits(seat, place):
                return int(prices[place])
        return None

    def sits(self, seat: str, place: int) -> bool:
        """Put a candidate on an empty seat with times of their own, if any rule allows it."""
        row = int(self.found[seat].rows[place])
        for starts in islice(self._own_times(seat, place), TIMETABLES):
            self.board.starts.update(starts)
            against = self.board.against(seat, row)
            if not against:
                self.take(seat, row)
                return True
            if not OF_SOME_TIMES.issuperset(against):
                return False
        return False

    def able(self, seat: str) -> Bools:
        """The candidates who could come to the shared sessions as they are timed now."""
        found = self.found[seat]
        able = np.ones(len(found.rows), dtype=bool)
        for session in self.shared(seat):
            if session.id not in self.board.starts:
                return np.zeros(len(found.rows), dtype=bool)
            able &= found.fits[session.id][:, self._at(session, self.board.starts[session.id])]
        lendable = self.board.left(found.asked.need) >= found.asked.minutes
        able &= lendable[self.problem.roster.ministry_code[found.rows]]
        return able

    def shared(self, seat: str) -> list[Session]:
        """Sessions of a seat whose time is not the seat's alone to choose."""
        fixed = self.problem.fixed_starts
        return [s for s in self.problem.asked[seat].sessions if len(s.seats) > 1 or s.id in fixed]

    def _at(self, session: Session, start: int) -> int:
        return int(np.searchsorted(self.problem.starts[session.id], start))

    def _own_times(self, seat: str, place: int) -> Iterator[dict[str, int]]:
        """Starts for the sessions only this seat attends, beside all the expert attends; earliest first."""
        asked, found = self.problem.asked[seat], self.found[seat]
        shared = self.shared(seat)
        own = [session for session in asked.sessions if session not in shared]
        if not own:
            yield {}
            return
        met = [(session, self.board.starts[session.id]) for session in shared]
        for held in self.board.held_by.get(int(found.rows[place]), ()):
            met += [(s, self.board.starts[s.id]) for s in self.problem.asked[held].sessions]
        options = [self.problem.starts[s.id][found.fits[s.id][place]].tolist() for s in own]
        yield from self._beside(own, options, met)

    def _beside(
        self, own: list[Session], options: list[list[int]], met: list[tuple[Session, int]]
    ) -> Iterator[dict[str, int]]:
        buffer = self.problem.snapshot.policy.travel_buffer_minutes
        session = own[0]
        for start in options[0]:
            if any(clash(buffer, session, start, other, then) for other, then in met):
                continue
            if len(own) == 1:
                yield {session.id: start}
                continue
            for rest in self._beside(own[1:], options[1:], [*met, (session, start)]):
                yield {session.id: start, **rest}


class Teams:
    """Whole needs seated, and seated anew where that costs less."""

    def __init__(self, seating: Seating) -> None:
        self.seating, self.problem = seating, seating.problem
        self.sessions = {need.id: self._shared(need) for need in self.problem.snapshot.needs}

    def fill(self) -> None:
        """Seat every need once: urgent ones first, among them those with few candidates a seat."""
        for need in sorted(self.problem.snapshot.needs, key=self._turn):
            self.put(self.best(need, 1, None))

    def improve(self, needs: list[Need], tried: int) -> int:
        """Seat needs anew, one after the other, where that costs less; how much it saves."""
        saved = 0
        for need in needs:
            before = self.taken_out(need)
            team = self.best(need, tried, before)
            self.put(team)
            saved += before.cost - team.cost
        return saved

    def best(self, need: Need, tried: int, before: Team | None) -> Team:
        """The best of some timetables and what was there before. The need's open seats must be empty."""
        best, sessions = before, self.sessions[need.id]
        for starts in self._timetables(need, sessions, tried):
            team = self._team(need, starts)
            if best is None or team.cost < best.cost:
                best = team
        return best or self._team(need, {})

    def put(self, team: Team) -> None:
        """Seat a team."""
        self.seating.board.starts.update(team.starts)
        for seat, row in team.seats.items():
            self.seating.take(seat, row)

    def taken_out(self, need: Need) -> Team:
        """Empty all the seats of a need that may be; gives back the team with its price."""
        seating, fixed = self.seating, self.problem.fixed_seats
        board = seating.board
        starts = {s.id: board.starts[s.id] for s in need.sessions if s.id in board.starts}
        seats = {s.id: board.seats[s.id] for s in need.seats if s.id in board.seats and s.id not in fixed}
        for seat in seats:
            seating.leave(seat)
        cost = self._starts_cost(need, seats, starts)
        for seat in seating.open_seats(need):
            if seat in seats:
                place = int(np.searchsorted(seating.found[seat].rows, seats[seat]))
                cost += int(seating.prices(seat)[place])
            else:
                cost += seating.empty[seat]
        cost += seating.carried.together((row, seating.units[seat]) for seat, row in seats.items())
        return Team(cost, starts, seats)

    def chained(self, seat: str) -> bool:
        """Fill an empty seat by asking somebody to leave another seat that others can fill.

        Source: one-step ejection chains, Glover, Discrete Applied Mathematics 65 (1996).
        """
        seating = self.seating
        found, prices = seating.found[seat], seating.prices(seat)
        places = np.flatnonzero(seating.able(seat))
        for place in places[np.argsort(prices[places], kind="stable")][:CHAINED].tolist():
            row = int(found.rows[place])
            for other in tuple(seating.board.held_by.get(row, ())):
                if other not in self.problem.fixed_seats and self._swapped(seat, place, other):
                    return True
        return False

    def _swapped(self, seat: str, place: int, other: str) -> bool:
        """Move a candidate from another seat to this one and fill the other, or leave all as it was."""
        seating = self.seating
        own = {s.id: seating.board.starts[s.id] for s in self.problem.asked[other].sessions}
        row = seating.leave(other)
        if seating.sits(seat, place):
            if seating.seated(other, barred=row) is not None:
                return True
            seating.leave(seat)
        seating.board.starts.update(own)
        seating.take(other, row)
        return False

    def _turn(self, need: Need) -> tuple[int, int, str]:
        scarce = min((len(self.seating.found[seat.id].rows) for seat in need.seats), default=0)
        return -need.urgency, scarce, need.id

    def _shared(self, need: Need) -> list[Session]:
        """Sessions that several seats attend, the largest first."""
        starts = self.problem.starts
        shared = [s for s in need.sessions if len(s.seats) > 1 and s.id not in self.problem.fixed_starts]
        return sorted(shared, key=lambda s: (-len(s.seats), len(starts[s.id]), s.id))

    def _timetables(self, need: Need, sessions: list[Session], tried: int) -> Iterator[dict[str, int]]:
        """Times of the shared sessions, the most promising first; the first session takes its n-th best."""
        prices = {seat: self.seating.prices(seat) for seat in self.seating.open_seats(need)}
        if not sessions:
            yield {}
            return
        for turn in range(tried):
            starts: dict[str, int] = {}
            able = {seat: np.ones(len(price), dtype=bool) for seat, price in prices.items()}
            for session in sessions:
                worth = self._worth(session, able, prices) + self._lost(session, starts)
                place = turn if session is sessions[0] else 0
                if place >= len(worth):
                    return
                chosen = int(np.argsort(worth, kind="stable")[place])
                starts[session.id] = int(self.problem.starts[session.id][chosen])
                for seat in prices.keys() & set(session.seats):
                    able[seat] &= self.seating.found[seat].fits[session.id][:, chosen]
            yield starts

    def _worth(self, session: Session, able: dict[str, Bools], prices: dict[str, Ints]) -> Ints:
        """The least that each start of a session could lead to."""
        starts = self.problem.starts[session.id]
        worth = np.array([start_cost(self.problem, session, at) for at in starts.tolist()], dtype=np.int64)
        for seat in session.seats:
            if seat in prices:
                empty = self.seating.empty[seat]
                open_to = self.seating.found[seat].fits[session.id] & able[seat][:, None]
                worth += np.where(open_to, prices[seat][:, None], empty).min(axis=0, initial=empty)
        return worth

    def _lost(self, session: Session, starts: dict[str, int]) -> Ints:
        """What each start of a session loses because seats it shares are elsewhere then."""
        buffer = self.problem.snapshot.policy.travel_buffer_minutes
        own = self.problem.starts[session.id].tolist()
        lost = np.zeros(len(own), dtype=np.int64)
        for name, start in starts.items():
            other = self.problem.sessions[name]
            shared = sum(self.seating.empty[seat] for seat in session.seats if seat in other.seats)
            if shared:
                lost += shared * np.array(
                    [clash(buffer, session, at, other, start) is not None for at in own]
                )
        return lost

    def _team(self, need: Need, starts: dict[str, int]) -> Team:
        """The need's open seats filled at given shared times, scarce ones first, and emptied again."""
        seating = self.seating
        seating.board.starts.update(starts)
        empty = seating.open_seats(need)
        cost, seats = 0, {}
        for seat in sorted(empty, key=lambda seat: (int(np.count_nonzero(seating.able(seat))), seat)):
            price = seating.seated(seat)
            cost += seating.empty[seat] if price is None else price
            if price is not None:
                seats[seat] = seating.board.seats[seat]
        held = seating.board.starts
        starts = {s.id: held[s.id] for s in need.sessions if s.id in held}
        for seat in seats:
            seating.leave(seat)
        return Team(cost + self._starts_cost(need, seats, starts), starts, seats)

    def _starts_cost(self, need: Need, seats: dict[str, int], starts: dict[str, int]) -> int:
        """What the times of the sessions cost that some of these seats, or fixed ones, attend."""
        taken = seats.keys() | self.seating.board.seats.keys()
        attended = [s for s in need.sessions if s.id in starts and any(seat in taken for seat in s.seats)]
        return sum(start_cost(self.problem, session, starts[session.id]) for session in attended)


def completed(problem: Problem, found: dict[str, SeatCandidates], choice: Choice) -> Choice:
    """As much of a plan as is legal, and its empty seats filled where somebody can come or move over."""
    seating = Seating(problem, found)
    seating.load_choice(choice)
    teams = Teams(seating)
    for seat in seating.empty_seats():
        if seating.seated(seat) is None:
            teams.chained(seat)
    return seating.board.choice()
