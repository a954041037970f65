"""From judgements to findings: both readings of imprecise facts, and what stays in doubt as R28."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial

from expertpool.conflicts.rules.dates import UNKNOWN_DAY, DaySpan, ImpreciseDate, last_day, longest, shortest
from expertpool.conflicts.rules.facts import CaseParty, Ref, Relation
from expertpool.conflicts.rules.families import TIE_RULES, VIA_RULES, Family
from expertpool.conflicts.rules.findings import Finding, Path
from expertpool.conflicts.rules.groups import Reach, surest
from expertpool.conflicts.rules.index import CaseIndex
from expertpool.conflicts.rules.labels import BASES, TIERS
from expertpool.conflicts.rules.paths import path_of
from expertpool.conflicts.rules.situations import Chain, Judgement, Rule, Situation
from expertpool.conflicts.rules.vocabulary import (
    Confidence,
    Kinship,
    NodeKind,
    PartyKind,
    RelationType,
    RoleClass,
    Tier,
    severity,
)
from expertpool.words import Words, words

Spans = tuple[DaySpan, ...]
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
    own, second = chain
    last = last_day((second or own).until)
    for party, reaches in candidate.index.longest.get(chain.end, ()):
        found: list[Finding] = []
        for family in _families_of(own.type, own.kinship, party.kind, second is not None):
            if not _passed_over(candidate.index, family, own, last):
                found += _weigh_to(candidate, chain, party, family.rules, reaches)
        yield from found or _homonym_doubt(candidate, chain, party, reaches)


@cache
def _families_of(kind: RelationType, whose: Kinship, party: PartyKind, via: bool) -> tuple[Family, ...]:
    """The families that look at such a tie to such a party, or at what such a post leads to."""
    families = VIA_RULES if via else TIE_RULES
    return tuple(one for one in families if kind in one.types and one.looks_at(whose, party))


def _passed_over(index: CaseIndex, family: Family, own: Relation, last: dt.date) -> bool:
    """Whether the family can say nothing of a chain with this last day: most of a pool's ended long ago."""
    return last < index.oldest[family.back] or (family.in_this_case and own.case_id != index.case.id)


def _spans(chain: Chain, read: Callable[[ImpreciseDate, ImpreciseDate | None], DaySpan]) -> Spans:
    """The days of each tie of a chain, read as long or as short as they can be."""
    return tuple([read(tie.since, tie.until) for tie in chain.ties])


def _weigh_to(
    candidate: Candidate,
    chain: Chain,
    party: CaseParty,
    rules: tuple[Rule, ...],
    reaches: list[Reach],
) -> Iterator[Finding]:
    spans = _spans(chain, longest)
    gravest = _heaviest(candidate, chain, party, rules, spans, reaches)
    if gravest is None:
        return
    open_question = _open_question(chain, gravest)
    if open_question:
        yield _doubt_about(candidate, chain, gravest, open_question)
        return
    settled = [reach for reach in reaches if not reach.unresolved]
    sure = gravest
    if len(settled) < len(reaches):
        heaviest = _heaviest(candidate, chain, party, rules, spans, settled)
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
    index = candidate.index
    short = _spans(chain, partial(shortest, on=index.on))
    ways = next((ways for stands, ways in index.shortest.get(chain.end, ()) if stands is party), ())
    reaches = [reach for reach in ways if not reach.unresolved]
    if short == spans and reaches == settled:  # every date is known to the day
        return candidate.judged(sure, path=path_of(index, chain, sure.reach))
    mild = _heaviest(candidate, chain, party, rules, short, reaches)
    mild_tier = mild.tier if mild else Tier.CLEAR
    if mild_tier is sure.tier:
        return candidate.judged(sure, path=path_of(index, chain, sure.reach))
    return _doubt_about(candidate, chain, sure, dates_doubted(sure, mild_tier))


def dates_doubted(sure: Judgement, mild_tier: Tier) -> Words:
    """That two readings of the dates bring two tiers."""
    return words(
        "The dates leave two readings: “%(worst)s” or “%(mildest)s”. %(counted)s",
        worst=TIERS[sure.tier],
        mildest=TIERS[mild_tier],
        counted=sure.reckoning,
    )


def _heaviest(
    candidate: Candidate,
    chain: Chain,
    party: CaseParty,
    rules: tuple[Rule, ...],
    spans: Spans,
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
    if len(heavy) > 1:
        return min(heavy, key=_weight)
    return heavy[0] if heavy else None


def _weight(one: Judgement) -> tuple[int, bool, int, str, int]:
    latest_first = -(one.lapses_on or dt.date.max).toordinal()
    return (-severity(one.tier), one.reach.unresolved, len(one.reach.way), one.rule, latest_first)


def _situation(candidate: Candidate, chain: Chain, party: CaseParty, reach: Reach, spans: Spans) -> Situation:
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


def _homonym_doubt(
    candidate: Candidate, chain: Chain, party: CaseParty, reaches: list[Reach]
) -> Iterator[Finding]:
    """R28: any tie to a person who shares no more than the name with somebody named in the case."""
    tie = chain.own
    if chain.second or tie.target.kind is NodeKind.ORGANISATION:
        return
    ways = [reach for reach in reaches if not reach.affiliate]
    unsure = tie.confidence is Confidence.NAME_ONLY or all(reach.unresolved for reach in ways)
    if ways and unsure:
        path = path_of(candidate.index, chain, ways[0])
        yield candidate.doubt(behind=None, party=party, path=path, reckoning=NAME_ONLY)


def own_and_family_ties(
    candidate: Candidate, kinds: frozenset[PartyKind], counts: Callable[[Relation], bool]
) -> Iterator[tuple[CaseParty, list[tuple[Relation, Reach]]]]:
    """For each party of these kinds the ties that count and lead to itself, each by its surest reach."""
    index = candidate.index
    parties: dict[int, CaseParty] = {}
    found: defaultdict[int, list[tuple[Relation, Reach]]] = defaultdict(list)
    for tie in filter(counts, index.ties.get(candidate.expert, ())):
        for party, reaches in index.longest.get(tie.target, ()):
            itself = surest(reaches) if party.kind in kinds else None
            if itself is not None:
                parties[party.id] = party
                found[party.id].append((tie, itself))
    for key in sorted(found):
        yield parties[key], found[key]
