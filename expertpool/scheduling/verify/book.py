"""A plan beside its snapshot, looked up by name."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from expertpool.scheduling.plan import Engagement, HeldSession, Plan
from expertpool.scheduling.snapshot import Expert, Facet, Need, Period, Seat, Session, Snapshot
from expertpool.scheduling.vocabulary import RULE_WORDS, FacetKind, Rule
from expertpool.words import Words


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule broken, and where."""

    rule: Rule
    seat: str | None = None
    expert: str | None = None
    session: str | None = None

    @property
    def words(self) -> Words:
        """What the rule says."""
        return RULE_WORDS[self.rule]


@dataclass(frozen=True, slots=True)
class Entry:
    """One engagement with everything it refers to. Fixed ones are taken as they are."""

    need: Need
    seat: Seat
    expert: Expert
    held: tuple[HeldSession, ...]
    fixed: bool

    def broken(self, rule: Rule, session: str | None = None) -> Violation:
        """This engagement breaks a rule."""
        return Violation(rule, self.seat.id, self.expert.id, session)


class Facts:
    """A snapshot looked up by name; read once, used for every plan of it."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot, self.now = snapshot, snapshot.now
        self.sessions: dict[str, Session] = {s.id: s for need in snapshot.needs for s in need.sessions}
        self.need_of_session = {s.id: need for need in snapshot.needs for s in need.sessions}
        self.experts = {expert.id: expert for expert in snapshot.experts}
        self.seats = {seat.id: (need, seat) for need in snapshot.needs for seat in need.seats}
        self.fixed = {placed.seat: placed.expert for placed in snapshot.fixed.engagements}
        self.fixed_starts = {start.session: start.start for start in snapshot.fixed.starts}
        self.conflicts = {(c.incident, c.expert, c.role_class): c for c in snapshot.conflicts}
        self.agreements = {(a.lender, a.borrower): a for a in snapshot.agreements}
        self.pins = {pin.seat: pin.expert for pin in snapshot.pins}
        self.seat_bans = {(ban.seat, ban.expert) for ban in snapshot.seat_bans}
        self.need_bans = {(ban.need, ban.expert) for ban in snapshot.need_bans}
        self.previous = {placed.seat: placed.expert for placed in snapshot.previous.engagements}
        self.previous_starts = {start.session: start.start for start in snapshot.previous.starts}

    def entry(self, engagement: Engagement) -> "Entry":
        """An engagement with everything it refers to."""
        fixed = self.fixed.get(engagement.seat) == engagement.expert
        expert = self.experts[engagement.expert]
        return Entry(*self.seats[engagement.seat], expert, engagement.sessions, fixed)


class Book:
    """Entries of a plan beside the facts. needs: those of which every entry is here; entries: they and all
    others of the experts and agreements that are to be judged."""

    def __init__(self, facts: Facts, needs: Iterable[Need], entries: Iterable[Entry]) -> None:
        self.facts, self.needs, self.entries = facts, tuple(needs), list(entries)
        self.starts = {held.session: held.start for entry in self.entries for held in entry.held}
        self.held_by = Counter(entry.expert.id for entry in self.entries)

    @classmethod
    def of(cls, snapshot: Snapshot, plan: Plan) -> "Book":
        """The whole of a plan."""
        facts = Facts(snapshot)
        return cls(facts, snapshot.needs, map(facts.entry, plan.engagements))

    def week_of(self, minute: int) -> str:
        """Label of the week a minute lies in."""
        return _label(self.facts.snapshot.weeks, minute)

    def month_of(self, minute: int) -> str:
        """Label of the month a minute lies in."""
        return _label(self.facts.snapshot.months, minute)

    def work_window(self, need: Need) -> tuple[int, int]:
        """When work outside sessions is done."""
        start = max(self.facts.now, need.not_before)
        return start, max(need.deadline, start + 1)

    def need_period(self, need: Need) -> tuple[int, int]:
        """From the first to the last minute that may matter for a need."""
        start, end = self.work_window(need)
        ends = [window.end for session in need.sessions for window in session.windows]
        return start, max([end, *ends])


def _label(periods: Iterable[Period], minute: int) -> str:
    return next(period.label for period in periods if period.start <= minute < period.end)


def covered(spans: Iterable[tuple[int, int]], start: int, end: int) -> bool:
    """Whether the spans together leave no gap in `[start, end)`."""
    reached = start
    for first, past in sorted(spans):
        if first > reached:
            break
        reached = max(reached, past)
    return reached >= end


def holds(expert: Expert, kind: FacetKind, code: str, level: int, when: tuple[int, int]) -> bool:
    """Whether an expert has a facet at a level during all of a period."""
    entries = [f for f in expert.facets if f.kind is kind and f.code == code and f.level >= level]
    return covered((_validity(facet, when) for facet in entries), *when)


def _validity(facet: Facet, when: tuple[int, int]) -> tuple[int, int]:
    first = when[0] if facet.valid_from is None else facet.valid_from
    return first, when[1] if facet.valid_until is None else facet.valid_until
