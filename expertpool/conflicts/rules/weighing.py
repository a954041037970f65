"""From judgements to findings: both readings of imprecise facts, and what stays in doubt as R28."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from expertpool.conflicts.rules.dates import UNKNOWN_DAY, DaySpan, longest, shortest
from expertpool.conflicts.rules.facts import CaseParty, Ref, Relation
from expertpool.conflicts.rules.families import TIE_RULES, VIA_RULES, Family
from expertpool.conflicts.rules.findings import Finding, Path
from expertpool.conflicts.rules.groups import Reach
from expertpool.conflicts.rules.index import CaseIndex
from expertpool.conflicts.rules.labels import BASES, TIERS
from expertpool.conflicts.rules.paths import path_of
from expertpool.conflicts.rules.situations import Chain, Judgement, Rule, Situation
from expertpool.conflicts.rules.vocabulary import (
    Confidence,
    NodeKind,
    PartyKind,
    RelationType,
    RoleClass,
    Tier,
    severity,
)
from expertpool.words import Words, words

NAME_ONLY = words(
    "Only the name agrees. A registration number, or for a person a birth year, an e-mail domain or an"
    " employer in the same years, would settle it."
)
END_UNKNOWN = words("The last day is unknown, so the tie is read as current.")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One expert weighed for one role class in an indexed case."""

    index: CaseIndex
    expert: Ref
    role_class: RoleClass

    def finding(
        self,
        rule: str,
        *,
        path: Path,
        reckoning: Words,
        party: CaseParty | None,
        lapses_on: dt.date | None = None,
        tier: Tier,
        in_this_case: bool = True,
    ) -> Finding:
        """A certain finding, with the basis the panel's act gives it."""
        terms = self.index.pack.rules[rule]
        act = self.index.case.panel_act
        statutory_basis = terms.statutory.get(act) if act else None
        statutory = bool(statutory_basis) and in_this_case and self.role_class is RoleClass.ADJ
        return Finding(
            rule=rule,
            tier=tier,
            worst_tier=tier,
            behind=None,
            statutory=statutory,
            basis=BASES[statutory_basis if statutory and statutory_basis else terms.basis],
            path=path,
            reckoning=reckoning,
            role_class=self.role_class,
            party_id=party.id if party else None,
            lapses_on=lapses_on,
        )

    def judged(self, judgement: Judgement, *, path: Path) -> Finding:
        """The certain finding a judgement comes to."""
        return self.finding(
            judgement.rule,
            path=path,
            reckoning=judgement.reckoning,
            party=judgement.party,
            lapses_on=judgement.lapses_on,
            tier=judgement.tier,
            in_this_case=judgement.in_this_case,
        )

    def doubt(
        self,
        *,
        behind: Judgement | None,
        party: CaseParty | None,
        path: Path,
        reckoning: Words,
    ) -> Finding:
        """R28: what cannot be settled; shows the worst tier and the rule that would bring it."""
        terms = self.index.pack.rules["R28"]
        tier = terms.band("unresolved").tiers[self.role_class]
        return Finding(
            rule="R28",
            tier=tier,
            worst_tier=behind.tier if behind else tier,
            behind=behind.rule if behind else None,
            statutory=False,
            basis=BASES[terms.basis],
            path=path,
            reckoning=reckoning,
            role_class=self.role_class,
            party_id=party.id if party else None,
            lapses_on=behind.lapses_on if behind else None,
        )


def weigh_chain(candidate: Candidate, chain: Chain) -> Iterator[Finding]:
    """Every finding one chain of ties gives rise to, party by party."""
    reached = candidate.index.longest.get(chain.end)
    if not reached:
        return
    parties = {party.id: party for party, _reach in reached}
    families = VIA_RULES if chain.second else _families_of(chain.own.type)
    kinship, spans = chain.own.kinship, None
    for _id, party in sorted(parties.items()):
        found: list[Finding] = []
        for family in families:
            if family.looks_at(kinship, party.kind):
                spans = spans or Spans.of(chain, on=candidate.index.on)
                found += _weigh_to(candidate, chain, party, family.rules, spans)
        yield from found or _homonym_doubt(candidate, chain, party)


@cache
def _families_of(kind: RelationType) -> tuple[Family, ...]:
    """The families that look at this type of tie."""
    return tuple(one for one in TIE_RULES if kind in one.types)


@dataclass(frozen=True, slots=True)
class Spans:
    """The days of each tie of a chain, read as long and as short as they can be."""

    long: tuple[DaySpan, ...]
    short: tuple[DaySpan, ...]

    @classmethod
    def of(cls, chain: Chain, *, on: dt.date) -> "Spans":
        return cls(
            tuple(longest(tie.since, tie.until) for tie in chain.ties),
            tuple(shortest(tie.since, tie.until, on=on) for tie in chain.ties),
        )


def _weigh_to(
    candidate: Candidate, chain: Chain, party: CaseParty, rules: tuple[Rule, ...], spans: Spans
) -> Iterator[Finding]:
    long, end = candidate.index.longest, chain.end
    reaches = [reach for stands, reach in long[end] if stands.id == party.id]
    gravest = _heaviest(candidate, chain, party, rules, spans.long, reaches)
    if gravest is None:
        return
    open_question = _open_question(chain, gravest)
    if open_question:
        yield _doubt_about(candidate, chain, gravest, open_question)
        return
    settled = [reach for reach in reaches if not reach.unresolved]
    sure = gravest
    if len(settled) < len(reaches):
        heaviest = _heaviest(candidate, chain, party, rules, spans.long, settled)
        if heaviest is None:
            yield _doubt_about(candidate, chain, gravest, NAME_ONLY)
            return
        sure = heaviest
    yield _sure_or_dates_doubted(candidate, chain, party, sure, rules, spans, settled)
    if severity(gravest.tier) > severity(sure.tier):
        yield _doubt_about(candidate, chain, gravest, NAME_ONLY)


def _open_question(chain: Chain, gravest: Judgement) -> Words | None:
    """What keeps the whole chain from being certain, whatever its dates."""
    if any(tie.confidence is Confidence.NAME_ONLY for tie in chain.ties):
        return NAME_ONLY
    if not gravest.timeless and any(tie.until == UNKNOWN_DAY for tie in chain.ties):
        return END_UNKNOWN
    return gravest.doubt


def _sure_or_dates_doubted(
    candidate: Candidate,
    chain: Chain,
    party: CaseParty,
    sure: Judgement,
    rules: tuple[Rule, ...],
    spans: Spans,
    settled: list[Reach],
) -> Finding:
    short = candidate.index.shortest.get(chain.end, ())
    reaches = [reach for stands, reach in short if stands.id == party.id and not reach.unresolved]
    if spans.short == spans.long and reaches == settled:  # every date is known to the day
        return candidate.judged(sure, path=path_of(candidate.index, chain, sure.reach))
    mild = _heaviest(candidate, chain, party, rules, spans.short, reaches)
    mild_tier = mild.tier if mild else Tier.CLEAR
    if mild_tier is sure.tier:
        return candidate.judged(sure, path=path_of(candidate.index, chain, sure.reach))
    return _doubt_about(candidate, chain, sure, dates_doubted(sure, mild_tier))


def dates_doubted(sure: Judgement, mild_tier: Tier) -> Words:
    """That two readings of the dates bring two tiers."""
    return words(
        "The dates can be read as %(worst)s or as %(mildest)s. %(counted)s",
        worst=TIERS[sure.tier],
        mildest=TIERS[mild_tier],
        counted=sure.reckoning,
    )


def _heaviest(
    candidate: Candidate,
    chain: Chain,
    party: CaseParty,
    rules: tuple[Rule, ...],
    spans: tuple[DaySpan, ...],
    reaches: list[Reach],
) -> Judgement | None:
    """The heaviest judgement under one reading; the shorter way and the lower rule id among equals."""
    heavy = []
    for reach in reaches:
        situation = _situation(candidate, chain, party, reach, spans)
        for rule in rules:
            judgement = rule(situation)
            if judgement is not None and judgement.tier is not Tier.CLEAR:
                heavy.append(judgement)
    return min(heavy, key=_weight) if heavy else None


def _weight(one: Judgement) -> tuple[int, bool, int, str, int]:
    latest_first = -(one.lapses_on or dt.date.max).toordinal()
    return (-severity(one.tier), one.reach.unresolved, len(one.reach.way), one.rule, latest_first)


def _situation(
    candidate: Candidate, chain: Chain, party: CaseParty, reach: Reach, spans: tuple[DaySpan, ...]
) -> Situation:
    index = candidate.index
    return Situation(
        chain=chain,
        tie=chain.ties[-1],
        span=spans[-1],
        first_span=spans[0],
        party=party,
        reach=reach,
        case=index.case,
        on=index.on,
        role_class=candidate.role_class,
        pack=index.pack,
    )


def _doubt_about(candidate: Candidate, chain: Chain, behind: Judgement, reckoning: Words) -> Finding:
    path = path_of(candidate.index, chain, behind.reach)
    return candidate.doubt(behind=behind, party=behind.party, path=path, reckoning=reckoning)


def _homonym_doubt(candidate: Candidate, chain: Chain, party: CaseParty) -> Iterator[Finding]:
    """R28: any tie to a person who shares no more than the name with somebody named in the case."""
    if chain.second:
        return
    tie = chain.own
    reaches = candidate.index.longest[tie.target]
    ways = [reach for stands, reach in reaches if stands.id == party.id and not reach.affiliate]
    unsure = tie.confidence is Confidence.NAME_ONLY or all(reach.unresolved for reach in ways)
    if ways and unsure and tie.target.kind is not NodeKind.ORGANISATION:
        path = path_of(candidate.index, chain, ways[0])
        yield candidate.doubt(behind=None, party=party, path=path, reckoning=NAME_ONLY)


def own_and_family_ties(
    candidate: Candidate, kinds: frozenset[PartyKind], counts: Callable[[Relation], bool]
) -> Iterator[tuple[CaseParty, list[tuple[Relation, Reach]]]]:
    """For each party of these kinds the ties that count and lead to itself, each by its surest reach."""
    index = candidate.index
    parties: dict[int, CaseParty] = {}
    found: defaultdict[int, dict[int, tuple[Relation, Reach]]] = defaultdict(dict)
    for tie in filter(counts, index.ties.get(candidate.expert, ())):
        for party, reach in index.longest.get(tie.target, ()):
            if party.kind not in kinds or reach.affiliate:
                continue
            parties[party.id] = party
            known = found[party.id].get(tie.id)
            if known is None or known[1].unresolved:
                found[party.id][tie.id] = (tie, reach)
    for key in sorted(found):
        yield parties[key], list(found[key].values())
