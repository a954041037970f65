"""A plan kept in view, so that a change of it is checked by looking at what it touches and nothing else.

The same functions judge as for a whole plan. What no changed seat shares an expert, a need or an agreement
with cannot be broken by the change and is not looked at again.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from expertpool.scheduling.plan import Engagement, Plan
from expertpool.scheduling.snapshot import Session, Snapshot
from expertpool.scheduling.verify.book import Book, Entry, Facts, Violation
from expertpool.scheduling.verify.cost import amounts_apart, carried_units, share_points
from expertpool.scheduling.verify.lending import lending_faults, quota_faults
from expertpool.scheduling.verify.people import people_faults
from expertpool.scheduling.verify.shape import holds_its_sessions, one_time_each
from expertpool.scheduling.verify.teams import team_faults
from expertpool.scheduling.verify.times import time_faults
from expertpool.scheduling.vocabulary import Part, Rule

Change = Mapping[str, Engagement | None]
"""What becomes of seats: another engagement, or none."""


class Watch:
    """A plan that was verified as a whole, ready for changes, to each of which it is the plan before."""

    def __init__(self, snapshot: Snapshot, plan: Plan) -> None:
        self.facts = Facts(snapshot)
        self.facts.previous = {e.seat: e.expert for e in plan.engagements}
        self.facts.previous_starts = {h.session: h.start for e in plan.engagements for h in e.sessions}
        self._sessions: dict[str, list[Session]] = {}
        for session in self.facts.sessions.values():
            for seat in session.seats:
                self._sessions.setdefault(seat, []).append(session)
        self._entries = {e.seat: self.facts.entry(e) for e in plan.engagements}
        self._carried = carried_units(Book(self.facts, (), self._entries.values()))
        self._by_expert: dict[str, set[str]] = {}
        self._by_pair: dict[tuple[str, str], set[str]] = {}
        for seat, entry in self._entries.items():
            self._by_expert.setdefault(entry.expert.id, set()).add(seat)
            self._by_pair.setdefault(_pair(entry), set()).add(seat)

    def ban(self, need: str, expert: str) -> None:
        """From now on the expert must not serve the need."""
        self.facts.need_bans.add((need, expert))

    def lift_ban(self, need: str, expert: str) -> None:
        """The expert may serve the need again."""
        self.facts.need_bans.discard((need, expert))

    def judged(self, change: Change) -> tuple[list[Violation], int]:
        """The rules that a change would break, and what it would add to the plan's cost."""
        misfits = list(self._misfits(change))
        if misfits:
            return misfits, 0
        new = {seat: self.facts.entry(e) for seat, e in change.items() if e is not None}
        touched = [*new.values(), *(self._entries[seat] for seat in change if seat in self._entries)]
        seats = {seat for entry in touched for seat in self._near(entry)} | set(change)
        needs = {self.facts.seats[seat][0].id: self.facts.seats[seat][0] for seat in change}
        before = [self._entries[seat] for seat in sorted(seats) if seat in self._entries]
        kept = [entry for entry in before if entry.seat.id not in change]
        book = Book(self.facts, needs.values(), [*kept, *new.values()])
        found = [*people_faults(book), *time_faults(book), *lending_faults(book), *team_faults(book)]
        for pair in {_pair(entry) for entry in new.values()} & self.facts.agreements.keys():
            lent = [self._entries[s] for s in sorted(self._by_pair.get(pair, ())) if s not in change]
            lent += [entry for entry in new.values() if _pair(entry) == pair]
            found += quota_faults(book, self.facts.agreements[pair], lent)
        return found, self._extra(Book(self.facts, needs.values(), before), book)

    def carry_out(self, change: Change) -> None:
        """The change is part of the plan now, and of the arrangement before any other."""
        new = [self.facts.entry(engagement) for engagement in change.values() if engagement is not None]
        old_ones = [self._entries[seat] for seat in change if seat in self._entries]
        self._carried += self._given(new)
        self._carried -= self._given(old_ones)
        for seat, engagement in change.items():
            old = self._entries.pop(seat, None)
            self.facts.previous.pop(seat, None)
            if old is not None:
                self._by_expert[old.expert.id].discard(seat)
                self._by_pair[_pair(old)].discard(seat)
            if engagement is not None:
                entry = self._entries[seat] = self.facts.entry(engagement)
                self._by_expert.setdefault(entry.expert.id, set()).add(seat)
                self._by_pair.setdefault(_pair(entry), set()).add(seat)
                self.facts.previous[seat] = engagement.expert
                self.facts.previous_starts |= {held.session: held.start for held in engagement.sessions}

    def _misfits(self, change: Change) -> Iterable[Violation]:
        """PLAN-01, TIME-05, FIX-01 and FIX-02 for what is changed."""
        horizon = self.facts.snapshot.horizon_minutes
        for seat, engagement in change.items():
            fixed = self.facts.fixed.get(seat)
            if fixed is not None and (engagement is None or engagement.expert != fixed):
                yield Violation(Rule.FIXED_OTHER, seat)
            if engagement is None:
                continue
            known = engagement.seat == seat and engagement.expert in self.facts.experts
            if not known or not holds_its_sessions(self._sessions, horizon, engagement):
                yield Violation(Rule.PLAN_SHAPE, seat, engagement.expert)
            for held in engagement.sessions:
                if self.facts.fixed_starts.get(held.session, held.start) != held.start:
                    yield Violation(Rule.FIXED_START, session=held.session)
        needs = {self.facts.seats[seat][0].id: self.facts.seats[seat][0] for seat in change}
        beside = [
            Engagement(seat.id, self._entries[seat.id].expert.id, self._entries[seat.id].held)
            for need in needs.values()
            for seat in need.seats
            if seat.id in self._entries and seat.id not in change
        ]
        yield from one_time_each([*beside, *(e for e in change.values() if e is not None)])

    def _near(self, entry: Entry) -> set[str]:
        """Seats of the same expert or need."""
        return self._by_expert.get(entry.expert.id, set()) | {seat.id for seat in entry.need.seats}

    def _given(self, entries: Iterable[Entry]) -> Counter[str]:
        """Units of load that some entries give each ministry."""
        return carried_units(Book(self.facts, (), entries))

    def _extra(self, before: Book, after: Book) -> int:
        """What the plan costs more if the entries of one book take the place of those of another."""
        weights = self.facts.snapshot.policy.weights
        amount = amounts_apart(after)
        amount.subtract(amounts_apart(before))
        if weights.share is not None:
            then = self._carried + carried_units(after) - carried_units(before)
            amount[Part.SHARE] = share_points(self.facts, then) - share_points(self.facts, self._carried)
        return sum(getattr(weights, part.value) * change for part, change in amount.items())


def _pair(entry: Entry) -> tuple[str, str]:
    """Lender and borrower; a ministry's own people count as lent to itself."""
    return entry.expert.ministry, entry.need.ministry
