"""What a party reaches: itself under other records, and its corporate group, dated.

Two organisations are affiliates when one controller stands above both (or one is the controller of the
other). A company held by two owners in equal parts is an affiliate of each, but does not make the two
owners affiliates of one another; therefore a search from the party goes up first and only then down.
"""

import datetime as dt
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from expertpool.conflicts.rules.dates import ALWAYS, DaySpan, longest, shortest
from expertpool.conflicts.rules.facts import Ownership, Ref
from expertpool.conflicts.rules.findings import Link
from expertpool.conflicts.rules.identities import Identities
from expertpool.conflicts.rules.labels import SAME_IDENTITY, SAME_NAME, SAME_NUMBER, holding_words
from expertpool.conflicts.rules.packs import RulePack
from expertpool.conflicts.rules.vocabulary import FactKind, Identity, NodeKind


@dataclass(frozen=True, slots=True)
class Reach:
    """How `ref` hangs together with a party, on which days.

    `way` leads from `ref` to the party: a link, the reference behind it, the next link. `affiliate` is
    False for the party itself under another record; `minority` marks one link of 20 to 50 percent;
    `unresolved` an identity that rests on a name only.
    """

    ref: Ref
    span: DaySpan
    way: tuple[tuple[Link, Ref], ...] = ()
    affiliate: bool = False
    minority: bool = False
    unresolved: bool = False

    def makes_needless(self, other: "Reach") -> bool:
        """Whether nothing can be concluded from `other` that does not follow from this one."""
        return (
            self.span.covers(other.span)
            and self.affiliate <= other.affiliate
            and self.minority <= other.minority
            and self.unresolved <= other.unresolved
        )


def surest(reaches: Iterable[Reach]) -> Reach | None:
    """The first way to the party itself that rests on no doubt, else the first at all."""
    direct = [one for one in reaches if not one.affiliate]
    settled = (one for one in direct if not one.unresolved)
    return next(settled, direct[0]) if direct else None


@dataclass(frozen=True, slots=True)
class _Holding:
    owned: Ownership
    span: DaySpan
    control: bool

    def link(self, *, from_parent: bool) -> Link:
        return Link(
            label=holding_words(
                self.owned.share_bp, declared_control=self.owned.declared_control, from_parent=from_parent
            ),
            fact_kind=FactKind.OWNERSHIP,
            fact_id=self.owned.id,
            since=self.owned.since,
            until=self.owned.until,
            share_bp=self.owned.share_bp,
        )


class _Met:
    """Whom a search came by where nothing but the record differs: each once surely, and once in doubt.

    Without it each of a thousand namesakes would be compared with all the others.
    """

    def __init__(self) -> None:
        self.surely: set[Ref] = set()
        self.at_all: set[Ref] = set()

    def note(self, ref: Ref, *, unresolved: bool) -> bool:
        """Whether that is news."""
        known = self.at_all if unresolved else self.surely
        if ref in known:
            return False
        self.at_all.add(ref)
        if not unresolved:
            self.surely.add(ref)
        return True


class Groups:
    """The dated holdings of a case under one reading of their dates: the longest or the shortest."""

    def __init__(
        self,
        ownerships: Iterable[Ownership],
        identities: Identities,
        *,
        on: dt.date,
        pack: RulePack,
        as_long_as_possible: bool,
    ) -> None:
        self._identities = identities
        self._above: defaultdict[Ref, list[_Holding]] = defaultdict(list)
        self._below: defaultdict[Ref, list[_Holding]] = defaultdict(list)
        minority_bp = pack.rules["R32"].thresholds["minority_bp"]
        for owned in sorted(ownerships, key=lambda one: one.id):
            control = owned.declared_control or owned.share_bp >= pack.majority_bp
            if not control and owned.share_bp < minority_bp:
                continue
            dates = (owned.since, owned.until)
            span = longest(*dates) if as_long_as_possible else shortest(*dates, on=on)
            holding = _Holding(owned, span, control)
            self._above[owned.child].append(holding)
            self._below[owned.parent].append(holding)

    def reached_from(self, party: Ref) -> dict[Ref, list[Reach]]:
        """Everything the party reaches, by reference; shortest ways first. Cycles end by themselves."""
        found: defaultdict[tuple[Ref, bool], list[Reach]] = defaultdict(list)
        met: defaultdict[tuple[object, ...], _Met] = defaultdict(_Met)
        queue = deque([(Reach(party, ALWAYS), True)])
        while queue:
            reach, climbing = queue.popleft()
            known = [*found[reach.ref, True], *found[reach.ref, climbing]]
            if any(one.makes_needless(reach) for one in known):
                continue
            found[reach.ref, climbing].append(reach)
            manner = (reach.span, reach.affiliate, reach.minority, climbing)
            queue.extend((one, climbing) for one in self._same(reach, met[manner]))
            queue.extend(self._steps(reach, climbing))
        reached: defaultdict[Ref, list[Reach]] = defaultdict(list)
        for (ref, _climbing), reaches in found.items():
            reached[ref].extend(reaches)
        return reached

    def _same(self, reach: Reach, met: _Met) -> Iterator[Reach]:
        """The same organisation or person under other records, but for those met before."""
        but = met.at_all if reach.unresolved else met.surely
        for other, verdict in self._identities.same_as(reach.ref, but=but):
            doubt = reach.unresolved or verdict is Identity.UNRESOLVED
            if met.note(other, unresolved=doubt):
                way = ((_identity_link(other, verdict), reach.ref), *reach.way)
                yield replace(reach, ref=other, way=way, unresolved=doubt)

    def _steps(self, reach: Reach, climbing: bool) -> Iterator[tuple[Reach, bool]]:
        if climbing:
            for holding in self._above.get(reach.ref, ()):
                yield from self._held(reach, holding, holding.owned.parent, climbing=True)
        for holding in self._below.get(reach.ref, ()):
            yield from self._held(reach, holding, holding.owned.child, climbing=False)

    def _held(
        self, reach: Reach, holding: _Holding, other: Ref, *, climbing: bool
    ) -> Iterator[tuple[Reach, bool]]:
        span = reach.span.shared(holding.span)
        if span is None or (reach.minority and not holding.control):
            return
        yield (
            Reach(
                ref=other,
                span=span,
                way=((holding.link(from_parent=climbing), reach.ref), *reach.way),
                affiliate=True,
                minority=reach.minority or not holding.control,
                unresolved=reach.unresolved,
            ),
            climbing,
        )


def _identity_link(other: Ref, verdict: Identity) -> Link:
    if verdict is Identity.UNRESOLVED:
        return Link(SAME_NAME)
    return Link(SAME_NUMBER if other.kind is NodeKind.ORGANISATION else SAME_IDENTITY)
