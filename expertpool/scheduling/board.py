"""A plan in the making: who sits where and when, what that uses up, and what speaks against one more seat.

The rules here look at several engagements together. Each can only be broken by adding, never by taking
away, so any part of a legal plan is legal. What is fixed in the snapshot is taken as it is: a limit it
already exceeds is not blamed on the plan, but the plan adds nothing on top.
"""

from collections import Counter
from itertools import combinations

import numpy as np

from expertpool.scheduling.preferences import Choice
from expertpool.scheduling.problem import Asked, Problem
from expertpool.scheduling.roster import Ints
from expertpool.scheduling.snapshot import Need, Session, TeamRule
from expertpool.scheduling.vocabulary import Rule, TeamRuleKind


def clash(buffer: int, one: Session, at: int, other: Session, then: int) -> Rule | None:
    """Why one person cannot attend two sessions at these starts; None if they can.

    TIME-02: they overlap. TIME-03: they are at different places and the way between takes longer.
    """
    gap = max(at - then - other.length_minutes, then - at - one.length_minutes)
    if gap < 0:
        return Rule.ELSEWHERE
    apart = one.place is not None and other.place is not None and one.place != other.place
    return Rule.TRAVEL_BUFFER if apart and gap < buffer else None


def clashes(problem: Problem, choice: Choice) -> set[tuple[str, str]]:
    """Pairs of sessions of different needs that one expert of a choice cannot both attend."""
    buffer = problem.snapshot.policy.travel_buffer_minutes
    attended: dict[int, list[Session]] = {}
    for seat, row in choice.seats.items():
        attended.setdefault(row, []).extend(problem.asked[seat].sessions)
    return {
        (one.id, other.id)
        for sessions in attended.values()
        for one, other in combinations(sorted(sessions, key=lambda session: session.id), 2)
        if clash(buffer, one, choice.starts[one.id], other, choice.starts[other.id])
    }


class Board:
    """Seats taken (expert by row) and starts chosen. Starts as the snapshot's fixed part."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.seats: dict[str, int] = {}
        self.starts: dict[str, int] = dict(problem.fixed_starts)
        self.held_by: dict[int, list[str]] = {}
        self.lent: dict[tuple[str, str], list[int]] = {}
        self._used: dict[str, list[tuple[int, int]]] = {}
        for seat, row in problem.fixed_seats.items():
            self.take(seat, row)

    @classmethod
    def of(cls, problem: Problem, choice: Choice) -> "Board":
        """The board of a given plan."""
        board = cls(problem)
        board.starts.update(choice.starts)
        for seat, row in choice.seats.items():
            if seat not in board.seats:
                board.take(seat, row)
        return board

    def take(self, seat: str, row: int) -> None:
        """Put an expert on an empty seat, unasked."""
        self.seats[seat] = row
        self.held_by.setdefault(row, []).append(seat)
        self._lend(seat, row, 1)

    def leave(self, seat: str) -> int:
        """Empty a seat; gives back who sat there."""
        row = self.seats.pop(seat)
        self.held_by[row].remove(seat)
        self._lend(seat, row, -1)
        return row

    def _lend(self, seat: str, row: int, sign: int) -> None:
        """Book a seat's minutes, month by month, to its lender and borrower, or take them back."""
        asked = self.problem.asked[seat]
        key = self.problem.roster.ministry[row], asked.need.ministry
        if key not in self.problem.agreements:
            return
        if sign > 0:
            self._used[seat] = self.by_month(asked)
        lent = self.lent.setdefault(key, [0] * len(self.problem.snapshot.months))
        for month, minutes in self._used[seat]:
            lent[month] += sign * minutes

    def left(self, need: Need) -> Ints:
        """Minutes that each ministry, by its code, may still lend to a need in all months together."""
        roster = self.problem.roster
        left = np.full(len(roster.ministries), np.iinfo(np.int64).max)
        for code, agreement in self.problem.lenders(need.ministry):
            remaining = self.problem.remaining(agreement)
            lent = self.lent.get((agreement.lender, need.ministry), [0] * len(remaining))
            left[code] = sum(max(0, most - used) for most, used in zip(remaining, lent, strict=True))
        return left

    def choice(self) -> Choice:
        """The plan on the board; sessions nobody attends are not held."""
        attended = {s.id for seat in self.seats for s in self.problem.asked[seat].sessions}
        starts = {name: start for name, start in self.starts.items() if name in attended}
        return Choice(dict(sorted(self.seats.items())), dict(sorted(starts.items())))

    def against(self, seat: str, row: int) -> list[Rule]:
        """Every rule that an expert on an empty seat would break beside the others. All of the seat's
        sessions must have a start; rules of the expert alone are `eligibility`'s."""
        asked = self.problem.asked[seat]
        others = [self.problem.asked[held] for held in self.held_by.get(row, ())]
        found = self._beside_own(asked, others)
        found += self._out_of_time(asked, others, row)
        found += self._team(asked, row)
        if self._quota_spent(asked, row):
            found.append(Rule.QUOTA_SPENT)
        return list(dict.fromkeys(found))

    def _beside_own(self, asked: Asked, others: list[Asked]) -> list[Rule]:
        found = []
        if any(other.need.id == asked.need.id for other in others):
            found.append(Rule.SEATED_IN_NEED)
        for other in others:
            same_incident = other.need.incident == asked.need.incident
            if same_incident and other.seat.role_class is not asked.seat.role_class:
                found.append(Rule.TWO_ROLE_CLASSES)
        return found

    def _out_of_time(self, asked: Asked, others: list[Asked], row: int) -> list[Rule]:
        buffer = self.problem.snapshot.policy.travel_buffer_minutes
        found = []
        met = [session for other in others for session in other.sessions]
        for session in asked.sessions:
            for other in met:
                why = clash(buffer, session, self.starts[session.id], other, self.starts[other.id])
                if why is not None:
                    found.append(why)
            met.append(session)
        roster = self.problem.roster
        week = self._by_week([asked, *others])
        if any(week[w] + roster.used[row, w] > roster.capacity[row] for w in self._by_week([asked])):
            found.append(Rule.WEEKLY_CAPACITY)
        if roster.open[row] + len(others) + 1 > roster.most_open[row]:
            found.append(Rule.OPEN_ENGAGEMENTS)
        return found

    def _by_week(self, seats: list[Asked]) -> Counter[int]:
        week: Counter[int] = Counter()
        for asked in seats:
            if asked.seat.effort_minutes:
                week[self.problem.work_week(asked)] += asked.seat.effort_minutes
            for session in asked.sessions:
                week[self.problem.week(self.starts[session.id])] += session.length_minutes
        return week

    def by_month(self, asked: Asked) -> list[tuple[int, int]]:
        """Places of months with the minutes a seat uses of them."""
        used: dict[int, int] = {}
        if asked.seat.effort_minutes:
            used[self.problem.work_month(asked)] = asked.seat.effort_minutes
        for session in asked.sessions:
            month = self.problem.month(self.starts[session.id])
            used[month] = used.get(month, 0) + session.length_minutes
        return list(used.items())

    def _quota_spent(self, asked: Asked, row: int) -> bool:
        agreement = self.problem.agreement_for(row, asked.need)
        if agreement is None:
            return False
        remaining = self.problem.remaining(agreement)
        lent = self.lent.get((agreement.lender, agreement.borrower), [0] * len(remaining))
        return any(lent[month] + minutes > remaining[month] for month, minutes in self.by_month(asked))

    def _team(self, asked: Asked, row: int) -> list[Rule]:
        rules = (rule for rule in asked.need.team_rules if asked.seat.id in rule.seats)
        found = (self._team_rule(asked.need, rule, row) for rule in rules)
        return [rule for rule in found if rule is not None]

    def _team_rule(self, need: Need, rule: TeamRule, row: int) -> Rule | None:
        rows = [self.seats[seat] for seat in rule.seats if seat in self.seats]
        ministries = [self.problem.roster.ministry[other] for other in rows]
        own = self.problem.roster.ministry[row]
        if rule.kind in (TeamRuleKind.CHAIR, TeamRuleKind.AT_LEAST):
            qualified = self.problem.qualified[need.id, rule.id]
            lacking = int(np.count_nonzero(~qualified[rows])) + 1
            if not qualified[row] and lacking > len(rule.seats) - rule.count:
                return Rule.CHAIR_LICENCE if rule.kind is TeamRuleKind.CHAIR else Rule.TEAM_LACKS
        elif rule.kind is TeamRuleKind.ONE_PER_FIRM:
            firm = self.problem.roster.firm[row]
            if firm is not None and firm in [self.problem.roster.firm[other] for other in rows]:
                return Rule.SAME_FIRM
        elif rule.kind is TeamRuleKind.MINISTRY_MOST:
            if ministries.count(own) + 1 > rule.count:
                return Rule.MINISTRY_MOST
        elif own in ministries and len(set(ministries)) + len(rule.seats) - len(rows) - 1 < rule.count:
            return Rule.MINISTRY_LEAST
        return None
