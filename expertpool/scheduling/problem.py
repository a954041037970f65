"""A snapshot made ready for solving: look-ups, possible starts, and what each seat asks."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np

from expertpool.scheduling.roster import Bools, Ints, Roster
from expertpool.scheduling.snapshot import (
    Agreement,
    Conflict,
    FarSpan,
    Need,
    RequiredFacet,
    Seat,
    Session,
    Snapshot,
    Start,
)
from expertpool.scheduling.vocabulary import Part, RoleClass, Tier

NO_TARGET = -(2**40)  # units short of a share that nobody set: never reached
Key = TypeVar("Key")

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Asked:
    """One seat within its need.

    work: the time of the seat's work outside sessions, None if it has none; period: from the first to the
    last minute that may matter for the need; qualifications that must hold throughout are read over it;
    minutes: all the work of the seat.
    """

    need: Need
    seat: Seat
    sessions: tuple[Session, ...]
    work: FarSpan | None
    period: FarSpan
    minutes: int


class Attendance:
    """Which seats take part in which sessions, by place instead of by name.

    Shape: `effort`, `work_week`: one entry a seat; `seat`, `session`: one a pair; `length`, `where`: one a
    session.
    """

    def __init__(self, problem: "Problem") -> None:
        asked, sessions = list(problem.asked.values()), list(problem.sessions.values())
        self.seat_place = {name: place for place, name in enumerate(problem.asked)}
        self.session_place = {name: place for place, name in enumerate(problem.sessions)}
        self.effort = np.array([one.seat.effort_minutes for one in asked], dtype=np.int64)
        self.work_week = np.array([problem.work_week(one) for one in asked], dtype=np.int64)
        pairs = [(place, self.session_place[s.id]) for place, one in enumerate(asked) for s in one.sessions]
        self.seat, self.session = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
        self.length = np.array([session.length_minutes for session in sessions], dtype=np.int64)
        self.places = sorted({session.place for session in sessions if session.place is not None})
        self.where = np.array([self.place_code(session.place) for session in sessions], dtype=np.int64)

    def place_code(self, place: str | None) -> int:
        """A number for each place where there is a session; -1 for remote ones, which have none."""
        return -1 if place is None else self.places.index(place)


class Problem:
    """The snapshot with everything a rule, a cost or a search asks of it again and again."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.now = snapshot.now
        self.roster = Roster(snapshot)
        self.asked = {seat.id: self._asked(need, seat) for need in snapshot.needs for seat in need.seats}
        self.sessions = {session.id: session for need in snapshot.needs for session in need.sessions}
        self.agreements = {(a.lender, a.borrower): a for a in snapshot.agreements}
        self.fixed_seats = {p.seat: self.roster.row[p.expert] for p in snapshot.fixed.engagements}
        self.fixed_starts = started(snapshot.fixed.starts)
        self.pins = {p.seat: self.roster.row[p.expert] for p in snapshot.pins}
        self.seat_bans = _listed((ban.seat, self.roster.row[ban.expert]) for ban in snapshot.seat_bans)
        self.need_bans = _listed((ban.need, self.roster.row[ban.expert]) for ban in snapshot.need_bans)
        self._conflicts = _listed(
            ((c.incident, c.role_class, c.tier, c.waived), self.roster.row[c.expert])
            for c in snapshot.conflicts
        )
        self.previous_seats = {p.seat: self.roster.row[p.expert] for p in snapshot.previous.engagements}
        self.previous_starts = started(snapshot.previous.starts)
        self.pairs = len(self.asked) * self.roster.size  # of the whole board, also in parts of it
        self.seat_amounts: dict[str, dict[Part, Ints]] = {}  # remembered by `preferences`
        self.pair_amounts: dict[tuple[str, int], tuple[tuple[Part, int], ...]] = {}  # and these
        self.beyond = self._beyond()
        self._remaining: dict[tuple[str, str], list[int]] = {}
        self._lenders: dict[str, list[tuple[int, Agreement]]] = {}
        self._week_ends = [week.end for week in snapshot.weeks]
        self._month_ends = [month.end for month in snapshot.months]
        self.starts = {
            session.id: self._starts(need, session) for need in snapshot.needs for session in need.sessions
        }

    def _beyond(self) -> Ints:
        """Units by which each ministry, by its code, is beyond its share before any plan; below zero what is
        left of it."""
        unit, codes = self.snapshot.policy.fairness_unit_minutes, self.roster.ministries
        beyond = np.full(len(codes), NO_TARGET)
        for share in self.snapshot.shares:
            if share.ministry in codes:
                place = codes.index(share.ministry)
                beyond[place] = share.carried_minutes // unit - share.target_minutes // unit
        return beyond

    def _asked(self, need: Need, seat: Seat) -> Asked:
        sessions = tuple(session for session in need.sessions if seat.id in session.seats)
        first = max(self.now, need.not_before)
        work = FarSpan(first, max(need.deadline, first + 1))
        last = max([work.end, *(window.end for session in need.sessions for window in session.windows)])
        has_work = seat.effort_minutes > 0 or not sessions
        minutes = seat.effort_minutes + sum(session.length_minutes for session in sessions)
        return Asked(need, seat, sessions, work if has_work else None, FarSpan(first, last), minutes)

    def _starts(self, need: Need, session: Session) -> Ints:
        """Where the session may start (TIME-04): fixed, or on the grid inside its windows."""
        if session.id in self.fixed_starts:
            return np.array([self.fixed_starts[session.id]], dtype=np.int64)
        cell, earliest = self.snapshot.cell_minutes, max(self.now, need.not_before)
        found = [
            np.arange(-(-max(window.start, earliest) // cell) * cell, last + 1, cell, dtype=np.int64)
            for window in session.windows
            if (last := window.end - session.length_minutes) >= 0
        ]
        return np.concatenate([np.zeros(0, dtype=np.int64), *found])

    def weeks(self, minutes: Ints) -> Ints:
        """The place of the week each minute lies in."""
        return np.searchsorted(self._week_ends, minutes, side="right")

    def months(self, minutes: Ints) -> Ints:
        """The place of the month each minute lies in."""
        return np.searchsorted(self._month_ends, minutes, side="right")

    def week(self, minute: int) -> int:
        """The place of the week a minute lies in."""
        return bisect_right(self._week_ends, minute)

    def month(self, minute: int) -> int:
        """The place of the month a minute lies in."""
        return bisect_right(self._month_ends, minute)

    def work_week(self, asked: Asked) -> int:
        """The week that carries a seat's work outside sessions: the one its need's deadline falls in."""
        return self.week(asked.need.deadline - 1)

    def work_month(self, asked: Asked) -> int:
        """The month that carries a seat's work outside sessions: the one its need's deadline falls in."""
        return self.month(asked.need.deadline - 1)

    def remaining(self, agreement: Agreement) -> list[int]:
        """Minutes left under an agreement, month by month."""
        key = agreement.lender, agreement.borrower
        if key not in self._remaining:
            months = self.snapshot.months
            self._remaining[key] = [agreement.remaining_minutes[month.label] for month in months]
        return self._remaining[key]

    def lenders(self, borrower: str) -> list[tuple[int, Agreement]]:
        """Agreements that lend to a ministry, by the code of the lender; lenders without experts left out."""
        if borrower not in self._lenders:
            codes = enumerate(self.roster.ministries)
            pairs = ((code, self.agreements.get((lender, borrower))) for code, lender in codes)
            self._lenders[borrower] = [(code, found) for code, found in pairs if found is not None]
        return self._lenders[borrower]

    def agreement_for(self, row: int, need: Need) -> Agreement | None:
        """The agreement under which an expert is lent to a need; None for its own ministry's experts."""
        return self.agreements.get((self.roster.ministry[row], need.ministry))

    @cached_property
    def attendance(self) -> Attendance:
        """Seats and sessions as arrays."""
        return Attendance(self)

    @cached_property
    def of_incident(self) -> dict[str, list[Asked]]:
        """Seats by incident."""
        return _listed((asked.need.incident, asked) for asked in self.asked.values())

    @cached_property
    def conflicts(self) -> dict[tuple[str, RoleClass], list[Conflict]]:
        """Findings by incident and role class."""
        return _listed(((c.incident, c.role_class), c) for c in self.snapshot.conflicts)

    def forget(self) -> None:
        """Forget what was remembered of the agreements, which a copy of the problem has changed."""
        self._remaining, self._lenders = {}, {}

    def conflict_rows(self, asked: Asked, tier: Tier, *, waived: bool) -> list[int]:
        """Experts with such a conflict in the seat's incident and role class."""
        return self._conflicts.get((asked.need.incident, asked.seat.role_class, tier, waived), [])

    @cached_property
    def qualified(self) -> dict[tuple[str, str], Bools]:
        """For each team rule (need id, rule id): who holds one of its facets throughout the need."""
        return {
            (need.id, rule.id): self.holds_one_of(rule.facets, self.asked[rule.seats[0]].period)
            for need in self.snapshot.needs
            for rule in need.team_rules
        }

    def holds_one_of(self, facets: tuple[RequiredFacet, ...], period: FarSpan) -> Bools:
        """Experts who hold at least one of the facets, at its level, during all of the period."""
        held = np.zeros(self.roster.size, dtype=bool)
        for facet in facets:
            held |= self.roster.level_throughout(facet.kind, facet.code, period) >= facet.min_level
        return held


def _listed(pairs: Iterable[tuple[Key, Item]]) -> dict[Key, list[Item]]:
    """Items by key, in their order."""
    found: dict[Key, list[Item]] = {}
    for key, item in pairs:
        found.setdefault(key, []).append(item)
    return found


def started(starts: tuple[Start, ...]) -> dict[str, int]:
    """Start by session id."""
    return {start.session: start.start for start in starts}
