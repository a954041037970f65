"""R18, R31: appointments by one hand that pile up, and roles already held in linked cases."""

import datetime as dt
from collections.abc import Iterator

from expertpool.conflicts.rules.dates import (
    UNKNOWN_DAY,
    DaySpan,
    first_day_outside,
    longest,
    shortest,
    years_before,
)
from expertpool.conflicts.rules.facts import CaseParty, LinkedCase, LinkedRole, Ref, Relation
from expertpool.conflicts.rules.findings import Finding, Link
from expertpool.conflicts.rules.groups import Reach
from expertpool.conflicts.rules.labels import HAS_ROLE_LINKED_TO
from expertpool.conflicts.rules.paths import path_by, path_of
from expertpool.conflicts.rules.situations import ADVOCATES, PRINCIPALS, Chain, Judgement
from expertpool.conflicts.rules.vocabulary import (
    Confidence,
    FactKind,
    Kinship,
    RelationType,
    RoleClass,
    Tier,
)
from expertpool.conflicts.rules.weighing import Candidate, own_and_family_ties
from expertpool.words import words

_Made = tuple[Relation, Reach]


def appointed_often(candidate: Candidate) -> Iterator[Finding]:
    """R18: appointed several times by the same party, or by the same counsel, in the look-back."""
    index = candidate.index
    terms = index.pack.rules["R18"]
    band = terms.band("often")
    years, least = band.within_years or 0, terms.thresholds["least"]
    tier = band.tiers[candidate.role_class]
    for party, made in own_and_family_ties(candidate, PRINCIPALS | ADVOCATES, _is_own_appointment):
        spans = [(longest(tie.since, tie.until), tie, reach) for tie, reach in made]
        maybe = sorted((span.last, tie.id) for span, tie, _ in spans if _inside(span, years, index.on))
        sure = [one for one in made if _surely(one, years, index.on)]
        if len(maybe) < least or tier is Tier.CLEAR:
            continue
        latest, latest_reach = max(
            made, key=lambda one: (longest(one[0].since, one[0].until).last, -one[0].id)
        )
        ends = maybe[-least][0]
        said = words(
            "%(count)s appointments on or after %(start)s; from %(least)s on they count.",
            count=len(maybe),
            start=years_before(index.on, years),
            least=least,
        )
        found = Judgement(
            rule="R18",
            tier=tier,
            reach=latest_reach,
            party=party,
            reckoning=said,
            lapses_on=first_day_outside(ends, years) if ends < index.on else None,
        )
        path = path_of(index, Chain(latest), latest_reach)
        if len(sure) >= least:
            yield candidate.judged(found, path=path)
        else:
            yield candidate.doubt(behind=found, party=party, path=path, reckoning=said)


def _is_own_appointment(tie: Relation) -> bool:
    return tie.type is RelationType.APPOINTED_BY and tie.kinship is Kinship.SELF


def _inside(span: DaySpan, years: int, on: dt.date) -> bool:
    return span.first <= on and span.last >= years_before(on, years)


def _surely(one: _Made, years: int, on: dt.date) -> bool:
    tie, reach = one
    known = tie.confidence is Confidence.MATCHED and not reach.unresolved and tie.until != UNKNOWN_DAY
    return known and _inside(shortest(tie.since, tie.until, on=on), years, on)


def double_hat(candidate: Candidate) -> Iterator[Finding]:
    """R31: a role in a linked case that does not go with this one."""
    index = candidate.index
    terms = index.pack.rules["R31"]
    for linked in sorted(index.facts.linked, key=lambda one: one.id):
        bands = {
            band
            for role in linked.roles
            if role.expert == candidate.expert and (band := _band(candidate, linked, role))
        }
        for name in sorted(bands):
            tier = terms.band(name).tiers[candidate.role_class]
            if tier is not Tier.CLEAR:
                link = Link(HAS_ROLE_LINKED_TO, fact_kind=FactKind.LINKED_CASE, fact_id=linked.id)
                yield candidate.finding(
                    "R31",
                    path=path_by(index, candidate.expert, link),
                    reckoning=words("Counts as long as both cases are open."),
                    party=None,
                    tier=tier,
                )


def _band(candidate: Candidate, linked: LinkedCase, role: LinkedRole) -> str | None:
    """Helping a side goes with no neutral role; two neutral roles of one kind are told."""
    if (role.role_class is RoleClass.SUP) is not (candidate.role_class is RoleClass.SUP):
        return "two_hats"
    if role.role_class is not candidate.role_class:
        return None
    adjudged = role.role_class is RoleClass.ADJ
    if adjudged and not _principals(linked.parties) & _principals(candidate.index.facts.parties):
        return None
    return "same_hat"


def _principals(parties: tuple[CaseParty, ...]) -> set[Ref]:
    return {party.subject for party in parties if party.kind in PRINCIPALS}
