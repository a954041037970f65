"""What the rest of a plan has against many experts on one seat, asked of all of them at once.

It answers as `Board.against` does for each. Shape: every mask has one entry per expert in `rows`.
"""

from itertools import combinations

import numpy as np

from expertpool.scheduling.board import Board, clash
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

    def __init__(self, board: Board, asked: Asked, rows: Ints, held: dict[str, int]) -> None:
        self.board, self.asked, self.rows, self.held = board, asked, rows, held
        self.problem = board.problem
        self.constant: Masks = {}
        weeks = len(self.problem.snapshot.weeks)
        self.worked = np.zeros((len(rows), weeks), dtype=np.int64)
        self.busy_place: list[int] = []
        self.busy: list[tuple[Session, int]] = []
        count = np.zeros(len(rows), dtype=np.int64)
        for place, row in enumerate(rows.tolist()):
            for seat in board.held_by.get(row, ()):
                count[place] += 1
                self._sits(place, self.problem.asked[seat])
        roster = self.problem.roster
        self._mark(Rule.OPEN_ENGAGEMENTS, roster.open[rows] + count + 1 > roster.most_open[rows])
        self._at = np.array([at for _, at in self.busy], dtype=np.int64)
        self._until = self._at + np.array([s.length_minutes for s, _ in self.busy], dtype=np.int64)
        self._where = np.array([s.place or "" for s, _ in self.busy], dtype=object)
        self._who = np.array(self.busy_place, dtype=np.int64)
        self._kinds = self._grouped()
        self._met: dict[tuple[str, int], Masks] = {}
        self._of_kind: dict[tuple[int, ...], Masks] = {}

    def refused(self, starts: dict[str, int]) -> Masks:
        """Who is refused by which rule when the seat's open sessions start so."""
        at = self.held | starts
        found = {rule: mask.copy() for rule, mask in self.constant.items()}
        parts = [self._meeting(session, at[session.id]) for session in self.asked.sessions]
        parts += [self._among_own(at), self._worked(at), self._by_kind(at)]
        for part in parts:
            for rule, mask in part.items():
                found[rule] = found[rule] | mask if rule in found else mask
        return found

    def _sits(self, place: int, other: Asked) -> None:
        """Note one seat that an expert holds already."""
        if other.need.id == self.asked.need.id:
            self._mark_one(Rule.SEATED_IN_NEED, place)
        same_incident = other.need.incident == self.asked.need.incident
        if same_incident and other.seat.role_class is not self.asked.seat.role_class:
            self._mark_one(Rule.TWO_ROLE_CLASSES, place)
        if other.seat.effort_minutes:
            self.worked[place, self.problem.work_week(other)] += other.seat.effort_minutes
        for session in other.sessions:
            start = self.board.starts[session.id]
            self.worked[place, self.problem.week(start)] += session.length_minutes
            self.busy.append((session, start))
            self.busy_place.append(place)

    def _mark(self, rule: Rule, mask: Bools) -> None:
        if mask.any():
            self.constant[rule] = mask

    def _mark_one(self, rule: Rule, place: int) -> None:
        self.constant.setdefault(rule, np.zeros(len(self.rows), dtype=bool))[place] = True

    def _meeting(self, session: Session, start: int) -> Masks:
        """TIME-02, TIME-03: who attends something at this time, or too near to it at another place."""
        key = session.id, start
        if key not in self._met:
            gap = np.maximum(start - self._until, self._at - start - session.length_minutes)
            overlap = gap < 0
            apart = np.full(len(gap), session.place is not None)
            apart &= (self._where != "") & (self._where != (session.place or ""))
            near = apart & ~overlap & (gap < self.problem.snapshot.policy.travel_buffer_minutes)
            self._met[key] = self._spread({Rule.ELSEWHERE: overlap, Rule.TRAVEL_BUFFER: near})
        return self._met[key]

    def _spread(self, hits: dict[Rule, Bools]) -> Masks:
        """From what experts attend to the experts themselves."""
        found: Masks = {}
        for rule, hit in hits.items():
            if hit.any():
                found[rule] = np.zeros(len(self.rows), dtype=bool)
                found[rule][self._who[hit]] = True
        return found

    def _among_own(self, at: dict[str, int]) -> Masks:
        """TIME-02, TIME-03 among the seat's own sessions: nobody could attend both."""
        buffer = self.problem.snapshot.policy.travel_buffer_minutes
        found: Masks = {}
        for one, other in combinations(self.asked.sessions, 2):
            why = clash(buffer, one, at[one.id], other, at[other.id])
            if why is not None:
                found[why] = np.ones(len(self.rows), dtype=bool)
        return found

    def _worked(self, at: dict[str, int]) -> Masks:
        """CAP-01."""
        added: dict[int, int] = {}
        if self.asked.seat.effort_minutes:
            added[self.problem.work_week(self.asked)] = self.asked.seat.effort_minutes
        for session in self.asked.sessions:
            week = self.problem.week(at[session.id])
            added[week] = added.get(week, 0) + session.length_minutes
        roster, over = self.problem.roster, np.zeros(len(self.rows), dtype=bool)
        for week, minutes in added.items():
            used = roster.used[self.rows, week] + self.worked[:, week] + minutes
            over |= used > roster.capacity[self.rows]
        return {Rule.WEEKLY_CAPACITY: over} if over.any() else {}

    def _grouped(self) -> list[Ints]:
        """The places of experts who are alike to the rules of a kind."""
        board, roster, seat = self.board, self.problem.roster, self.asked.seat.id
        rules = [rule for rule in self.asked.need.team_rules if seat in rule.seats]
        firms = {roster.firm[board.seats[s]] for rule in rules for s in rule.seats if s in board.seats}
        licences = [
            self.problem.qualified[self.asked.need.id, rule.id]
            for rule in rules
            if rule.kind in (TeamRuleKind.CHAIR, TeamRuleKind.AT_LEAST)
        ]
        alike: dict[tuple[object, ...], list[int]] = {}
        for place, row in enumerate(self.rows.tolist()):
            firm = roster.firm[row] if roster.firm[row] in firms else None
            own = (roster.ministry[row], firm, *(bool(licence[row]) for licence in licences))
            alike.setdefault(own, []).append(place)
        return [np.array(places, dtype=np.int64) for places in alike.values()]

    def _by_kind(self, at: dict[str, int]) -> Masks:
        """LEND-02 and the team rules, asked once for experts who are alike. Times matter by month only."""
        months = tuple(self.problem.month(at[session.id]) for session in self.asked.sessions)
        if months not in self._of_kind:
            before = dict(self.board.starts)
            self.board.starts |= at
            found: Masks = {}
            for places in self._kinds:
                against = self.board.against(self.asked.seat.id, int(self.rows[places[0]]))
                for rule in OF_A_KIND.intersection(against):
                    mask = found.setdefault(rule, np.zeros(len(self.rows), dtype=bool))
                    mask[places] = True
            self.board.starts = before
            self._of_kind[months] = found
        return self._of_kind[months]
