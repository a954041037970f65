"""A running plan kept warm: a decline is answered in milliseconds, with as few other seats touched as pay.

Everybody who need not move stays, and so do the times of sessions that others attend. First somebody else is
put on the seat; then chains are tried, in which an expert comes from another seat and that seat is filled in
turn. A chain is followed only while it could still cost less than the best way known, so what remains is the
best of all chains up to its length.
"""

from dataclasses import dataclass
from enum import StrEnum
from itertools import islice, product

import numpy as np

from expertpool.refusals import NotFound, WrongState
from expertpool.scheduling.board import Board, clash
from expertpool.scheduling.candidates import SeatCandidates, candidates
from expertpool.scheduling.carried import Carried
from expertpool.scheduling.explain import opened
from expertpool.scheduling.plan import Engagement, HeldSession, Plan
from expertpool.scheduling.preferences import load_cost, load_units, seat_costs, start_cost
from expertpool.scheduling.repair import SeatChange
from expertpool.scheduling.roster import Ints
from expertpool.scheduling.snapshot import Session, Snapshot
from expertpool.scheduling.verify.book import Violation
from expertpool.scheduling.verify.watch import Watch
from expertpool.scheduling.vocabulary import Rule
from expertpool.words import words

LONGEST_CHAIN = 2  # seats besides the empty one that may change hands
MOST_LOOKED_AT = 300  # experts tried on seats in one repair
TIMETABLES = 40  # of a seat's own sessions, tried for one expert
OF_SOME_PERIODS = frozenset({Rule.WEEKLY_CAPACITY, Rule.QUOTA_SPENT})
OF_SOME_TIMETABLES = OF_SOME_PERIODS | {Rule.ELSEWHERE, Rule.TRAVEL_BUFFER}


class Way(StrEnum):
    """How a seat was filled again: by somebody free, by a chain of moves, or not at all."""

    DIRECT = "direct"
    CHAIN = "chain"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Mended:
    """A repair: what changes hands, what the plan costs more, and what the verifier says against it.

    extra: in the plan's weights; a seat that changes hands costs stability, as in every plan.
    """

    way: Way
    changes: tuple[SeatChange, ...]
    engagements: dict[str, Engagement | None]
    extra: int
    violations: tuple[Violation, ...]


@dataclass(slots=True)
class _Found:
    """Moves that fill a seat, the last expert of a chain first, and what they cost together."""

    cost: int
    moves: tuple[tuple[str, int | None, dict[str, int]], ...]


class Standing:
    """A plan with everything at hand that a repair asks for."""

    def __init__(self, snapshot: Snapshot, plan: Plan) -> None:
        """Raises: Invalid if the plan is not of this snapshot."""
        self.problem, choice = opened(snapshot, plan)
        self.board = Board.of(self.problem, choice)
        self.watch = Watch(self.problem.snapshot, plan)
        self.weights = self.problem.snapshot.policy.weights
        self.holder = dict(self.board.seats)
        self.added = np.zeros(self.problem.roster.size, dtype=np.int64)
        for seat, row in self.board.seats.items():
            self.added[row] += load_units(self.problem, self.problem.asked[seat])
        self.carried = Carried(self.problem, self.board.seats)
        self.declined: dict[str, set[int]] = {}
        self._found: dict[str, SeatCandidates] = {}
        self._alone: dict[str, Ints] = {}
        self._costs: dict[str, dict[int, int]] = {}
        self._left = 0

    def warm(self) -> None:
        """Look up the candidates of every seat now instead of when first asked for."""
        for seat in self.problem.asked:
            self._candidates(seat)

    def decline(self, seat: str) -> Mended:
        """Who takes a seat whose expert is leaving; nothing is carried out yet.

        Raises: NotFound if nobody holds the seat; WrongState if its expert is fixed in the snapshot.
        """
        if seat not in self.board.seats:
            raise NotFound(words("Nobody holds this seat in the plan."))
        if seat in self.problem.fixed_seats:
            raise WrongState(words("Whoever is fixed on a seat stays there."))
        need = self.problem.asked[seat].need.id
        row = self._leave(seat)
        self.declined.setdefault(need, set()).add(row)
        self.watch.ban(need, self.problem.roster.ids[row])
        self._left = MOST_LOOKED_AT
        starts = dict(self.board.starts)
        try:
            found = self._filled(seat, LONGEST_CHAIN, self._empty_cost(seat) + 1)
        finally:
            self.board.starts = starts
            self._take(seat, row)
            self.declined[need].discard(row)
        mended = self._mended(seat, found)
        self.watch.lift_ban(need, self.problem.roster.ids[row])
        return mended

    def carry_out(self, mended: Mended) -> None:
        """Make a repair part of the running plan; who declined is not asked again for the need."""
        for seat in mended.engagements:
            row = self._leave(seat) if seat in self.board.seats else None
            if row is not None and seat == mended.changes[0].seat:
                need = self.problem.asked[seat].need.id
                self.declined.setdefault(need, set()).add(row)
                self.watch.ban(need, self.problem.roster.ids[row])
        for seat, engagement in mended.engagements.items():
            self.holder.pop(seat, None)
            if engagement is not None:
                self.board.starts |= {held.session: held.start for held in engagement.sessions}
                self.holder[seat] = self.problem.roster.row[engagement.expert]
                self._take(seat, self.holder[seat])
        self.watch.carry_out(mended.engagements)
        self._costs.clear()

    def _mended(self, seat: str, found: _Found | None) -> Mended:
        """The moves as engagements, judged by the verifier, which also says what they cost."""
        moves = found.moves if found is not None else ((seat, None, {}),)
        engagements: dict[str, Engagement | None] = {}
        for moved, row, starts in reversed(moves):
            engagements[moved] = None if row is None else self._engagement(moved, row, starts)
        changes = tuple(self._change(moved, row) for moved, row, _ in reversed(moves))
        way = Way.EMPTY if moves[-1][1] is None else Way.CHAIN if len(moves) > 1 else Way.DIRECT
        violations, extra = self.watch.judged(engagements)
        return Mended(way, changes, engagements, extra, tuple(violations))

    def _change(self, seat: str, row: int | None) -> SeatChange:
        ids, before = self.problem.roster.ids, self.holder.get(seat)
        return SeatChange(seat, None if before is None else ids[before], None if row is None else ids[row])

    def _engagement(self, seat: str, row: int, starts: dict[str, int]) -> Engagement:
        at = self.board.starts | starts
        held = (
            HeldSession(s.id, at[s.id], at[s.id] + s.length_minutes)
            for s in self.problem.asked[seat].sessions
        )
        return Engagement(seat, self.problem.roster.ids[row], tuple(held))

    def _filled(self, seat: str, longest: int, below: int) -> _Found | None:
        """The cheapest way to deal with an empty seat that costs less than `below`; it may stay empty."""
        best: _Found | None = None
        empty = self._empty_cost(seat)
        if empty < below:
            best, below = _Found(empty, ((seat, None, {}),)), empty
        busy: list[tuple[int, int]] = []
        for row, cost in self._able(seat):
            if cost >= below or self._left <= 0:
                break
            self._left -= 1
            came = self._coming(seat, row)
            if came is None:
                busy.append((row, cost))
            elif cost + came[0] < below:
                below = cost + came[0]
                best = _Found(below, ((seat, row, came[1]),))
        if longest:
            for least, row, held in self._movable(seat, busy, below):
                if least >= below or self._left <= 0:
                    break
                found = self._by_moving(seat, row, held, longest, below)
                if found is not None:
                    best, below = found, found.cost
        return best

    def _movable(self, seat: str, busy: list[tuple[int, int]], below: int) -> list[tuple[int, int, str]]:
        """Experts who could take a seat by giving up another, with the least that costs, cheapest first."""
        found = []
        for row, cost in busy:
            if cost + self.weights.stability < below:
                for held in tuple(self.board.held_by.get(row, ())):
                    if held not in self.problem.fixed_seats and self.problem.pins.get(held) != row:
                        self._leave(held)
                        least = self._moving_cost(seat, row, held) + self._least(held)
                        self._take(held, row)
                        if least < below:
                            found.append((least, row, held))
        return sorted(found)

    def _by_moving(self, seat: str, row: int, held: str, longest: int, below: int) -> _Found | None:
        """The cheapest way to free an expert for a seat by giving one of theirs to others."""
        self._leave(held)
        found = self._moved(seat, row, held, longest, below)
        self._take(held, row)
        return found

    def _moving_cost(self, seat: str, row: int, held: str) -> int:
        """What an expert costs more on a seat than on the one they have just left."""
        own = [self.problem.sessions[name] for name in self._own(held)]
        before = self._cost(held, row) + sum(self._start_cost(s, self.board.starts[s.id]) for s in own)
        return self._cost(seat, row) - before

    def _moved(self, seat: str, row: int, held: str, longest: int, below: int) -> _Found | None:
        """What it costs that an expert, who has just left another seat, takes this one; None if too much."""
        came = self._coming(seat, row)
        if came is None:
            return None
        cost = self._moving_cost(seat, row, held) + came[0]
        starts = {name: self.board.starts[name] for name in came[1] if name in self.board.starts}
        self.board.starts |= came[1]
        self._take(seat, row)
        barred = self.declined.setdefault(self.problem.asked[held].need.id, set())
        was_barred = row in barred
        barred.add(row)
        further = self._filled(held, longest - 1, below - cost)
        if not was_barred:
            barred.discard(row)
        self._leave(seat)
        self.board.starts |= starts
        if further is None:
            return None
        return _Found(cost + further.cost, (*further.moves, (seat, row, came[1])))

    def _able(self, seat: str) -> list[tuple[int, int]]:
        """Candidates who can come to what others attend too, with their costs beside their load, cheapest
        first."""
        found, problem = self._candidates(seat), self.problem
        able = np.ones(len(found.rows), dtype=bool)
        own = self._own(seat)
        for session in problem.asked[seat].sessions:
            if session.id not in own:
                at = int(np.searchsorted(problem.starts[session.id], self.board.starts[session.id]))
                able &= found.fits[session.id][:, at]
        rows, costs = found.rows[able], self._alone[seat][able]
        units = load_units(problem, problem.asked[seat])
        load = load_cost(problem.roster.load_units[rows] + self.added[rows], units)
        costs = costs + self.weights.fairness * load + self.carried.prices(rows, units)
        costs += self.weights.stability * (rows != self.holder.get(seat, -1))
        order = np.argsort(costs, kind="stable")
        barred = self.declined.get(problem.asked[seat].need.id, ())
        able_rows = zip(rows[order].tolist(), costs[order].tolist(), strict=True)
        return [(row, cost) for row, cost in able_rows if row not in barred]

    def _least(self, seat: str) -> int:
        """No way to deal with a seat costs less."""
        least = int(self._alone[seat].min(initial=self._empty_cost(seat)))
        return min(self._empty_cost(seat), least + self.weights.stability * (seat in self.holder))

    def _coming(self, seat: str, row: int) -> tuple[int, dict[str, int]] | None:
        """The cheapest starts of the seat's own sessions at which an expert can come, and their cost."""
        if not self._may_be_lent(seat, row):
            return None
        board, own = self.board, self._own(seat)
        busy = [
            (session, board.starts[session.id])
            for held in board.held_by.get(row, ())
            for session in self.problem.asked[held].sessions
        ]
        for session in self.problem.asked[seat].sessions:
            if session.id not in own:
                if self._meets(session, board.starts[session.id], busy):
                    return None
                busy.append((session, board.starts[session.id]))
        options = []
        for name in own:
            options.append(self._open_to(seat, row, self.problem.sessions[name], busy))
            if not options[-1]:
                return None
        before = {name: board.starts[name] for name in own if name in board.starts}
        found = self._first_fit(seat, row, own, options)
        board.starts |= before
        return found

    def _may_be_lent(self, seat: str, row: int) -> bool:
        """Whether the lender has the minutes that a seat takes in all months together: asked before any
        timetable, because where seats are many it is this that most often fails."""
        asked = self.problem.asked[seat]
        agreement = self.problem.agreement_for(row, asked.need)
        if agreement is None:
            return True
        remaining = self.problem.remaining(agreement)
        lent = self.board.lent.get((agreement.lender, agreement.borrower)) or [0] * len(remaining)
        return sum(max(0, m - used) for m, used in zip(remaining, lent, strict=True)) >= asked.minutes

    def _first_fit(
        self, seat: str, row: int, own: list[str], options: list[list[tuple[int, int]]]
    ) -> tuple[int, dict[str, int]] | None:
        """The cheapest of the timetables that break no rule. Leaves some of them on the board."""
        full: set[tuple[tuple[int, int], ...]] = set()
        tables = islice(product(*options), TIMETABLES)
        for chosen in sorted(tables, key=lambda table: sum(cost for cost, _ in table)):
            periods = tuple((self.problem.week(at), self.problem.month(at)) for _, at in chosen)
            if periods in full:
                continue
            starts = {name: at for name, (_, at) in zip(own, chosen, strict=True)}
            self.board.starts |= starts
            against = set(self.board.against(seat, row))
            if not against:
                return sum(cost for cost, _ in chosen), starts
            if against - OF_SOME_TIMETABLES:
                return None
            if against & OF_SOME_PERIODS:
                full.add(periods)
        return None

    def _open_to(
        self, seat: str, row: int, session: Session, busy: list[tuple[Session, int]]
    ) -> list[tuple[int, int]]:
        """Starts of a session at which an expert can come beside what they attend, cheapest first."""
        found, costs = self._candidates(seat), self._start_costs(session)
        able = found.fits[session.id][int(np.searchsorted(found.rows, row))]
        open_to = self.problem.starts[session.id][able].tolist()
        buffer = self.problem.snapshot.policy.travel_buffer_minutes
        for other, then in busy:
            apart = session.place is not None and other.place is not None and session.place != other.place
            room = buffer if apart else 0
            before, after = then - session.length_minutes - room, then + other.length_minutes + room
            open_to = [at for at in open_to if not before < at < after]
        return sorted((costs[at], at) for at in open_to)

    def _start_costs(self, session: Session) -> dict[int, int]:
        """What each start of a session costs, remembered until a repair is carried out."""
        if session.id not in self._costs:
            starts = self.problem.starts[session.id].tolist()
            self._costs[session.id] = {at: self._start_cost(session, at) for at in starts}
        return self._costs[session.id]

    def _meets(self, session: Session, at: int, busy: list[tuple[Session, int]]) -> bool:
        buffer = self.problem.snapshot.policy.travel_buffer_minutes
        return any(clash(buffer, session, at, other, then) is not None for other, then in busy)

    def _start_cost(self, session: Session, start: int) -> int:
        """What a start costs, against the times of the running plan."""
        before = self.watch.facts.previous_starts.get(session.id, start)
        late = start_cost(self.problem, session, start)
        moved_before = self.problem.previous_starts.get(session.id, start) != start
        return late + self.weights.stability * ((before != start) - moved_before)

    def _cost(self, seat: str, row: int) -> int:
        """What an expert on a seat costs beside their other load."""
        problem = self.problem
        place = int(np.searchsorted(self._candidates(seat).rows, row))
        before = int(problem.roster.load_units[row] + self.added[row])
        units = load_units(problem, problem.asked[seat])
        cost = int(self._alone[seat][place]) + self.weights.fairness * load_cost(before, units)
        cost += self.carried.price(row, units)
        return cost + self.weights.stability * (row != self.holder.get(seat, -1))

    def _empty_cost(self, seat: str) -> int:
        """What leaving a seat empty costs, which somebody holds in the running plan."""
        urgency = self.problem.asked[seat].need.urgency
        return self.weights.unfilled * urgency + self.weights.stability * (seat in self.holder)

    def _own(self, seat: str) -> list[str]:
        """Sessions of a seat whose time is nobody else's business: not fixed, attended by nobody else."""
        return [
            session.id
            for session in self.problem.asked[seat].sessions
            if session.id not in self.problem.fixed_starts
            and not any(other != seat and other in self.board.seats for other in session.seats)
        ]

    def _candidates(self, seat: str) -> SeatCandidates:
        """Who could take a seat, and remembered beside it what each costs there."""
        if seat not in self._found:
            asked = self.problem.asked[seat]
            found = self._found[seat] = candidates(self.problem, asked)
            self._alone[seat] = seat_costs(self.problem, asked)[found.rows]
        return self._found[seat]

    def _take(self, seat: str, row: int) -> None:
        self.board.take(seat, row)
        self._give(seat, row, 1)

    def _leave(self, seat: str) -> int:
        row = self.board.leave(seat)
        self._give(seat, row, -1)
        return row

    def _give(self, seat: str, row: int, sign: int) -> None:
        units = sign * load_units(self.problem, self.problem.asked[seat])
        self.added[row] += units
        self.carried.take(row, units)
