"""What the rest of a plan has against many experts on one seat, asked of all of them at once.

It answers as `Board.against` does for each. Shape: every mask has one entry per expert in `rows`.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator
from functools import partial
from itertools import combinations

import numpy as np

from expertpool.scheduling.board import Board, clash
from expertpool.scheduling.occupied import Occupied
from expertpool.scheduling.problem import Asked
from expertpool.scheduling.roster import Bools, Ints
from expertpool.scheduling.snapshot import Session
from expertpool.scheduling.vocabulary import Rule, TeamRuleKind

# Rules that are the same for all experts of one ministry and firm with the same licences.
OF_A_KIND = frozenset(
    {
        Rule.QUOTA_SPENT,
        Rule.CHAIR_LICENCE,
        Rule.TEAM_LACKS,
        Rule.SAME_FIRM,
        Rule.MINISTRY_MOST,
        Rule.MINISTRY_LEAST,
    }
)
Masks = dict[Rule, Bools]


class Beside:
    """One seat, empty on a board, and the experts who might take it.

    held: starts of the seat's sessions that are settled.
    """

    def __init__(
        self, board: Board, asked: Asked, rows: Ints, held: dict[str, int], occupied: Occupied
    ) -> None:
        self.board, self.asked, self.rows, self.held = board, asked, rows, held
        self.problem = board.problem
        self.constant = {rule: mask[rows] for rule, mask in occupied.refused(asked) if mask[rows].any()}
        self.room = occupied.room[rows]
        place = np.full(self.problem.roster.size, -1)
        place[rows] = np.arange(len(rows))
        who = place[occupied.busy.row]
        self._who, self._busy = who[who >= 0], occupied.busy.some(who >= 0)
        self._apart = {s.id: occupied.apart(s.place)[who >= 0] for s in asked.sessions}
        self._kinds = self._grouped()
        self._known: dict[tuple[Hashable, ...], Masks] = {}

    def refused(self, starts: dict[str, Ints], size: int) -> Masks:
        """Who is refused by which rule at some timetables: so many starts of each session that is open.

        Shape: masks broadcast to [timetables, experts].
        """
        at = {name: np.full(size, start) for name, start in self.held.items()} | starts
        found = dict(self.constant)
        for part in (
            *self._meetings(at),
            *self._among_own(at),
            self._worked(at, size),
            self._by_kind(at, size),
        ):
            for rule, mask in part.items():
                found[rule] = found[rule] | mask if rule in found else mask
        return found

    def _each(self, about: Hashable, keys: Iterable[tuple[int, ...]], ask: Callable[[int], Masks]) -> Masks:
        """What is the same for all timetables with one key, asked once of the first of them, by its place."""
        places: dict[tuple[int, ...], int] = {}
        which = [places.setdefault(key, len(places)) for key in keys]
        found: Masks = {}
        for key, own in places.items():
            if (about, key) not in self._known:
                self._known[about, key] = ask(which.index(own))
            for rule, mask in self._known[about, key].items():
                found.setdefault(rule, np.zeros((len(places), len(self.rows)), dtype=bool))[own] = mask
        return {rule: mask[which] for rule, mask in found.items()}

    def _meetings(self, at: dict[str, Ints]) -> Iterator[Masks]:
        """TIME-02, TIME-03: who attends something at this time, or too near to it at another place."""
        for session in self.asked.sessions:
            starts = at[session.id].tolist()
            meeting = partial(self._meeting, session, starts)
            yield self._each(session.id, ((start,) for start in starts), meeting)

    def _meeting(self, session: Session, starts: list[int], place: int) -> Masks:
        start = starts[place]
        gap = np.maximum(start - self._busy.end, self._busy.start - start - session.length_minutes)
        overlap = gap < 0
        buffer = self.problem.snapshot.policy.travel_buffer_minutes
        near = self._apart[session.id] & ~overlap & (gap < buffer)
        return self._spread({Rule.ELSEWHERE: overlap, Rule.TRAVEL_BUFFER: near})

    def _spread(self, hits: dict[Rule, Bools]) -> Masks:
        """From what experts attend to the experts themselves."""
        found: Masks = {}
        for rule, hit in hits.items():
            if hit.any():
                found[rule] = np.zeros(len(self.rows), dtype=bool)
                found[rule][self._who[hit]] = True
        return found

    def _among_own(self, at: dict[str, Ints]) -> Iterator[Masks]:
        """TIME-02, TIME-03 among the seat's own sessions: nobody could attend both."""
        buffer = self.problem.snapshot.policy.travel_buffer_minutes
        for one, other in combinations(self.asked.sessions, 2):
            met = zip(at[one.id].tolist(), at[other.id].tolist(), strict=True)
            whys = [clash(buffer, one, start, other, then) for start, then in met]
            yield {why: np.array([[each is why] for each in whys]) for why in set(whys) if why is not None}

    def _worked(self, at: dict[str, Ints], size: int) -> Masks:
        """CAP-01."""
        weeks = self._periods(self.problem.weeks, at, size)
        return self._each(Rule.WEEKLY_CAPACITY, weeks, lambda place: self._overworked(weeks[place]))

    def _overworked(self, weeks: tuple[int, ...]) -> Masks:
        """Who has no room in the weeks that the seat's sessions start in."""
        added: dict[int, int] = {}
        if self.asked.seat.effort_minutes:
            added[self.problem.work_week(self.asked)] = self.asked.seat.effort_minutes
        for week, session in zip(weeks, self.asked.sessions, strict=True):
            added[week] = added.get(week, 0) + session.length_minutes
        over = np.zeros(len(self.rows), dtype=bool)
        for week, minutes in added.items():
            over |= self.room[:, week] < minutes
        return {Rule.WEEKLY_CAPACITY: over} if over.any() else {}

    def _periods(
        self, placed: Callable[[Ints], Ints], at: dict[str, Ints], size: int
    ) -> list[tuple[int, ...]]:
        """The weeks or months that the seat's sessions start in, timetable by timetable."""
        lists = [placed(at[session.id]).tolist() for session in self.asked.sessions]
        return list(zip(*lists, strict=True)) if lists else [()] * size

    def _grouped(self) -> list[Ints]:
        """The places of experts who are alike to the rules of a kind."""
        board, roster, seat = self.board, self.problem.roster, self.asked.seat.id
        rules = [rule for rule in self.asked.need.team_rules if seat in rule.seats]
        team = [board.seats[s] for rule in rules for s in rule.seats if s in board.seats]
        firm = roster.firm_code[self.rows]
        met = np.isin(firm, roster.firm_code[team])
        code = roster.ministry_code[self.rows] * (roster.size + 1) + np.where(met, firm + 1, 0)
        for rule in rules:
            if rule.kind in (TeamRuleKind.CHAIR, TeamRuleKind.AT_LEAST):
                code = code * 2 + self.problem.qualified[self.asked.need.id, rule.id][self.rows]
        _, alike = np.unique(code, return_inverse=True)
        order = np.argsort(alike, kind="stable")
        return np.split(order, np.flatnonzero(np.diff(alike[order])) + 1) if len(order) else []

    def _by_kind(self, at: dict[str, Ints], size: int) -> Masks:
        """LEND-02 and the team rules, asked once for experts who are alike. Times matter by month only."""

        def ask(place: int) -> Masks:
            before = dict(self.board.starts)
            self.board.starts |= {name: int(starts[place]) for name, starts in at.items()}
            found: Masks = {}
            for places in self._kinds:
                against = self.board.against(self.asked.seat.id, int(self.rows[places[0]]))
                for rule in OF_A_KIND.intersection(against):
                    mask = found.setdefault(rule, np.zeros(len(self.rows), dtype=bool))
                    mask[places] = True
            self.board.starts = before
            return found

        return self._each("kind", self._periods(self.problem.months, at, size), ask)
