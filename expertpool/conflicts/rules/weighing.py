"""From judgements to findings: both readings of imprecise facts, and what stays in doubt as R28."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from expertpool.conflicts.rules.dates import UNKNOWN_DAY, DaySpan, longest, shortest
from expertpool.conflicts.rules.facts import CaseParty, Ref, Relation
from expertpool.conflicts.rules.findings import Finding, Path
from expertpool.conflicts.rules.groups import Reach
from expertpool.conflicts.rules.index import CaseIndex, Reached
from expertpool.conflicts.rules.kin import KIN_RULES
from expertpool.conflicts.rules.labels import BASES, TIERS
from expertpool.conflicts.rules.paths import path_of
from expertpool.conflicts.rules.posts import POST_RULES
from expertpool.conflicts.rules.situations import Judgement, Rule, Situation
from expertpool.conflicts.rules.vocabulary import Confidence, NodeKind, RoleClass, Tier, severity
from expertpool.words import Words, words

NAME_ONLY = words(
    "Only the name agrees. A registration number, or for a person a birth year, an e-mail domain or an"
    " employer in the same years, would settle it."
)
TIE_RULES: tuple[tuple[Rule, ...], ...] = (POST_RULES, KIN_RULES)
"""Families of rules over ties. Inside a family the heaviest judgement on a tie counts; families add up."""

_END_UNKNOWN = words("The last day is unknown, so the tie is read as current.")


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

    def doubt(
        self,
        *,
        behind: Judgement | None,
        party: CaseParty,
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
            party_id=party.id,
            lapses_on=behind.lapses_on if behind else None,
        )


def weigh_tie(candidate: Candidate, tie: Relation) -> Iterator[Finding]:
    """Every finding one tie of the expert gives rise to, party by party."""
    parties = {party.id: party for party, _reach in candidate.index.longest.get(tie.target, ())}
    for _id, party in sorted(parties.items()):
        found = [one for family in TIE_RULES for one in _weigh_tie_to(candidate, tie, party, family)]
        yield from found or _homonym_doubt(candidate, tie, party)


def _weigh_tie_to(
    candidate: Candidate, tie: Relation, party: CaseParty, rules: tuple[Rule, ...]
) -> Iterator[Finding]:
    gravest = _heaviest(candidate, tie, party, rules, long=True, names_too=True)
    if gravest is None:
        return
    if tie.confidence is Confidence.NAME_ONLY:
        yield _doubt_about(candidate, tie, gravest, NAME_ONLY)
        return
    if tie.until == UNKNOWN_DAY and not gravest.timeless:
        yield _doubt_about(candidate, tie, gravest, _END_UNKNOWN)
        return
    sure = _heaviest(candidate, tie, party, rules, long=True, names_too=False)
    if sure is not None:
        yield _sure_or_dates_doubted(candidate, tie, sure, rules)
    if sure is None or severity(gravest.tier) > severity(sure.tier):
        yield _doubt_about(candidate, tie, gravest, NAME_ONLY)


def _sure_or_dates_doubted(
    candidate: Candidate, tie: Relation, sure: Judgement, rules: tuple[Rule, ...]
) -> Finding:
    mild = _heaviest(candidate, tie, sure.party, rules, long=False, names_too=False)
    mild_tier = mild.tier if mild else Tier.CLEAR
    if mild_tier is sure.tier:
        return candidate.finding(
            sure.rule,
            path=path_of(candidate.index, tie, sure.reach),
            reckoning=sure.reckoning,
            party=sure.party,
            lapses_on=sure.lapses_on,
            tier=sure.tier,
            in_this_case=sure.in_this_case,
        )
    reckoning = words(
        "The dates can be read as %(worst)s or as %(mildest)s. %(counted)s",
        worst=TIERS[sure.tier],
        mildest=TIERS[mild_tier],
        counted=sure.reckoning,
    )
    return _doubt_about(candidate, tie, sure, reckoning)


def _heaviest(
    candidate: Candidate,
    tie: Relation,
    party: CaseParty,
    rules: tuple[Rule, ...],
    *,
    long: bool,
    names_too: bool,
) -> Judgement | None:
    """The heaviest judgement under one reading; the shorter way and the lower rule id among equals."""
    index = candidate.index
    dates = (tie.since, tie.until)
    reached: Reached = index.longest if long else index.shortest
    span = longest(*dates) if long else shortest(*dates, on=index.on)
    judgements = [
        judgement
        for stands, reach in reached.get(tie.target, ())
        if stands.id == party.id and (names_too or not reach.unresolved)
        for rule in rules
        if (judgement := rule(_situation(candidate, tie, party, reach, span)))
    ]
    heavy = [judgement for judgement in judgements if judgement.tier is not Tier.CLEAR]
    return min(heavy, key=_weight, default=None)


def _weight(one: Judgement) -> tuple[int, bool, int, str, int]:
    latest_first = -(one.lapses_on or dt.date.max).toordinal()
    return (-severity(one.tier), one.reach.unresolved, len(one.reach.way), one.rule, latest_first)


def _situation(
    candidate: Candidate, tie: Relation, party: CaseParty, reach: Reach, span: DaySpan
) -> Situation:
    index = candidate.index
    return Situation(
        tie=tie,
        span=span,
        party=party,
        reach=reach,
        case=index.case,
        on=index.on,
        role_class=candidate.role_class,
        pack=index.pack,
    )


def _doubt_about(candidate: Candidate, tie: Relation, behind: Judgement, reckoning: Words) -> Finding:
    path = path_of(candidate.index, tie, behind.reach)
    return candidate.doubt(behind=behind, party=behind.party, path=path, reckoning=reckoning)


def _homonym_doubt(candidate: Candidate, tie: Relation, party: CaseParty) -> Iterator[Finding]:
    """R28: any tie to a person who shares no more than the name with somebody named in the case."""
    reaches = candidate.index.longest[tie.target]
    ways = [reach for stands, reach in reaches if stands.id == party.id and not reach.affiliate]
    unsure = tie.confidence is Confidence.NAME_ONLY or all(reach.unresolved for reach in ways)
    if ways and unsure and tie.target.kind is not NodeKind.ORGANISATION:
        path = path_of(candidate.index, tie, ways[0])
        yield candidate.doubt(behind=None, party=party, path=path, reckoning=NAME_ONLY)
