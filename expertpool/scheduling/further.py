"""What else speaks against experts whom a rule keeps off a seat anyway: it decides nothing any more, but
whoever asks what would have to change must hear of all of it.

Asked of the whole pool at once. Shape: every mask has one entry per expert unless it says otherwise.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import combinations, product
from math import prod

import numpy as np

from expertpool.scheduling.board import Board
from expertpool.scheduling.eligibility import Occasion
from expertpool.scheduling.occupied import Occupied
from expertpool.scheduling.problem import Asked
from expertpool.scheduling.roster import Bools, Ints
from expertpool.scheduling.snapshot import Session, TeamRule
from expertpool.scheduling.vocabulary import Rule, TeamRuleKind

Masks = dict[Rule, Bools]
Found = Iterator[tuple[Rule, Bools]]
MOST_WAYS = 64  # to lay a seat's sessions into weeks or months; where there are more, one of them suits


class Further:
    """One seat, empty on a board, and everybody who is out for it.

    held: starts of the seat's sessions that are settled.
    """

    def __init__(
        self, board: Board, asked: Asked, out: Bools, held: dict[str, int], occupied: Occupied
    ) -> None:
        self.board, self.asked, self.out, self.held = board, asked, out, held
        self.problem, self.roster, self.occupied = board.problem, board.problem.roster, occupied
        self._holders = np.flatnonzero(out & (occupied.count > 0))

    def standing(self) -> Masks:
        """The rules that refuse whatever the time."""
        found: Masks = {}
        for part in (self.occupied.refused(self.asked), self._team(), self._filled(), self._among_own()):
            for rule, mask in part:
                found[rule] = found[rule] | (mask & self.out) if rule in found else mask & self.out
        return found

    def timed(self, occasion: Occasion, masks: Masks, whole: Masks) -> Masks:
        """The rules of time that refuse every start a session still has, or some where none does alone.

        masks: what eligibility says of each start; whole: the rules of it already known to keep out.
        Shape: `masks` have a column for each start of the occasion.
        """
        session = occasion.session
        if session is None or len(occasion.starts) == 0:
            return {}
        places, found = np.arange(len(occasion.starts)), Masks()
        if session.id in self.held:
            at = int(np.searchsorted(occasion.starts, self.held[session.id]))
            news = [
                mask[:, at] & ~whole[rule] if rule in whole else mask[:, at] for rule, mask in masks.items()
            ]
            found[Rule.TEAM_TIME], places = self._any(news) & self.out, places[at : at + 1]
        known = [mask[np.ix_(self._holders, places)] for mask in masks.values()]
        beside = self._elsewhere(session.place, occasion.starts[places], occasion.length)
        return found | self._blamed(beside, known)

    def _any(self, masks: Iterable[Bools]) -> Bools:
        found = np.zeros(self.roster.size, dtype=bool)
        for mask in masks:
            found |= mask
        return found

    def _team(self) -> Found:
        """The team rules, beside who sits in the need."""
        for rule in self.asked.need.team_rules:
            if self.asked.seat.id in rule.seats:
                yield self._team_rule(
                    rule, [self.board.seats[s] for s in rule.seats if s in self.board.seats]
                )

    def _team_rule(self, rule: TeamRule, rows: list[int]) -> tuple[Rule, Bools]:
        codes, counts = np.unique(self.roster.ministry_code[rows], return_counts=True)
        if rule.kind in (TeamRuleKind.CHAIR, TeamRuleKind.AT_LEAST):
            qualified = self.problem.qualified[self.asked.need.id, rule.id]
            full = np.count_nonzero(~qualified[rows]) + 1 > len(rule.seats) - rule.count
            broken = Rule.CHAIR_LICENCE if rule.kind is TeamRuleKind.CHAIR else Rule.TEAM_LACKS
            return broken, ~qualified & full
        if rule.kind is TeamRuleKind.ONE_PER_FIRM:
            firms = self.roster.firm_code[rows]
            return Rule.SAME_FIRM, np.isin(self.roster.firm_code, firms[firms >= 0])
        if rule.kind is TeamRuleKind.MINISTRY_MOST:
            return Rule.MINISTRY_MOST, np.isin(self.roster.ministry_code, codes[counts + 1 > rule.count])
        few = len(codes) + len(rule.seats) - len(rows) - 1 < rule.count
        return Rule.MINISTRY_LEAST, np.isin(self.roster.ministry_code, codes) & few

    def _filled(self) -> Found:
        """CAP-01, LEND-02: no week, no month has room for all of the seat's work."""
        over = np.ones(self.roster.size, dtype=bool)
        weeks, months = (len(each) for each in (self.problem.snapshot.weeks, self.problem.snapshot.months))
        for week in self._ways(self.problem.weeks, self.problem.work_week(self.asked), weeks):
            over &= self._any(self.occupied.room[:, place] < week[place] for place in np.flatnonzero(week))
        yield Rule.WEEKLY_CAPACITY, over
        ways = list(self._ways(self.problem.months, self.problem.work_month(self.asked), months))
        spent = []
        for code, agreement in self.problem.lenders(self.asked.need.ministry):
            left = np.array(self.problem.remaining(agreement))
            left -= self.board.lent.get((agreement.lender, agreement.borrower), [0] * len(left))
            if not any(((left >= month) | (month == 0)).all() for month in ways):
                spent.append(code)
        yield Rule.QUOTA_SPENT, np.isin(self.roster.ministry_code, spent)

    def _ways(self, placed: Callable[[Ints], Ints], work: int, size: int) -> Iterator[Ints]:
        """The seat's minutes by week or month, for each way to lay its sessions into them. Shape: `size`."""
        options = [np.unique(placed(self._starts(session))).tolist() for session in self.asked.sessions]
        if not 0 < prod(map(len, options)) <= MOST_WAYS:
            yield np.zeros(size, dtype=np.int64)
            return
        for way in product(*options):
            added = np.zeros(size, dtype=np.int64)
            added[work] += self.asked.seat.effort_minutes
            for session, place in zip(self.asked.sessions, way, strict=True):
                added[place] += session.length_minutes
            yield added

    def _starts(self, session: Session) -> Ints:
        """The starts that a session of the seat still has."""
        settled = self.held.get(session.id)
        return self.problem.starts[session.id] if settled is None else np.array([settled])

    def _among_own(self) -> Found:
        """TIME-02, TIME-03 among the seat's own sessions, if nobody could attend both however they start."""
        buffer = self.problem.snapshot.policy.travel_buffer_minutes
        for one, other in combinations(self.asked.sessions, 2):
            at, then = self._starts(one)[:, None], self._starts(other)
            gap = np.maximum(at - then - other.length_minutes, then - at - one.length_minutes)
            apart = one.place is not None and other.place is not None and one.place != other.place
            if gap.size and gap.max() < (buffer if apart else 0):
                yield Rule.ELSEWHERE, np.full(self.roster.size, (gap < 0).any())
                yield Rule.TRAVEL_BUFFER, np.full(self.roster.size, (gap >= 0).any())

    def _elsewhere(self, place: str | None, starts: Ints, length: int) -> Masks:
        """TIME-02, TIME-03 beside the sessions of the plan. Shape: a row for each holder."""
        busy = self.occupied.busy
        taken = busy.meet(self._holders, starts, length, 0)
        if place is None:
            return {Rule.ELSEWHERE: taken}
        away = busy.some(self.occupied.apart(place))
        near = away.meet(self._holders, starts, length, self.problem.snapshot.policy.travel_buffer_minutes)
        return {Rule.ELSEWHERE: taken, Rule.TRAVEL_BUFFER: near & ~taken}

    def _blamed(self, beside: Masks, known: list[Bools]) -> Masks:
        """The rules of the plan's sessions that leave a holder no start, told of everybody.

        Shape: given a row for each holder and a column for each start.
        """
        whole = {rule: mask.all(axis=1) for rule, mask in beside.items()}
        alone = np.logical_or.reduce([*whole.values(), *(mask.all(axis=1) for mask in known)])
        stuck = np.logical_or.reduce([*beside.values(), *known]).all(axis=1) & ~alone
        found: Masks = {}
        for rule, mask in beside.items():
            found[rule] = np.zeros(self.roster.size, dtype=bool)
            found[rule][self._holders] = whole[rule] | (stuck & mask.any(axis=1))
        return found
