"""R11, R12, R19, R22: ties to the matter itself: work on it, its technology, a word on it, who handles it."""

from collections.abc import Callable, Iterator

from expertpool.conflicts.rules.dates import (
    ALWAYS,
    UNKNOWN_DAY,
    DaySpan,
    first_day_outside,
    longest,
    shortest,
    within_years,
)
from expertpool.conflicts.rules.earlier import HEARD
from expertpool.conflicts.rules.facts import Relation
from expertpool.conflicts.rules.findings import Finding
from expertpool.conflicts.rules.groups import Reach, surest
from expertpool.conflicts.rules.labels import AT_ISSUE_IN, CONCERNS, HANDLES
from expertpool.conflicts.rules.lookbacks import ended_words
from expertpool.conflicts.rules.paths import path_to_case
from expertpool.conflicts.rules.posts import EMPLOYED
from expertpool.conflicts.rules.situations import PRINCIPALS, Judgement
from expertpool.conflicts.rules.vocabulary import Kinship, RelationType, Tier
from expertpool.conflicts.rules.weighing import END_UNKNOWN, Candidate, dates_doubted
from expertpool.words import Words, words

PARTS = HEARD | {RelationType.INVESTIGATOR, RelationType.OFFICIAL_IN_CHARGE}
STAKES = frozenset({RelationType.INVENTOR, RelationType.LICENSEE, RelationType.RIGHT_HOLDER})
SPOKEN = frozenset({RelationType.PUBLIC_STANCE})


def tied_to_matter(candidate: Candidate) -> Iterator[Finding]:
    """Every finding from a tie that leads to the case, not to somebody in it."""
    for tie in candidate.index.ties.get(candidate.expert, ()):
        if tie.kinship is not Kinship.SELF:
            continue
        if tie.type in PARTS:
            yield from _worked_on_it(candidate, tie)
        elif tie.type in STAKES:
            yield from _owns_technology(candidate, tie)
        elif tie.type in SPOKEN:
            yield from _spoke_about_it(candidate, tie)
        elif tie.type in EMPLOYED and tie.target in candidate.index.case.agencies:
            yield from _left_agency(candidate, tie)


def _worked_on_it(candidate: Candidate, tie: Relation) -> Iterator[Finding]:
    """R11: heard or investigated in this matter. R22: handled it as an official.

    Who was heard for a party is found over that party (`earlier`).
    """
    index = candidate.index
    for_party = tie.type in HEARD and tie.target in index.longest
    if tie.case_id != index.case.id or for_party:
        return
    rule, band = {
        RelationType.OFFICIAL_IN_CHARGE: ("R22", "handled"),
        RelationType.INVESTIGATOR: ("R11", "agency"),
    }.get(tie.type, ("R11", "other_side"))
    yield candidate.finding(
        rule,
        path=path_to_case(index, tie, CONCERNS),
        reckoning=words("Counts without a time limit."),
        party=None,
        tier=_tier(candidate, rule, band),
    )


def _owns_technology(candidate: Candidate, tie: Relation) -> Iterator[Finding]:
    """R12: inventor or applicant at any time, licensee or owner now, of the technology at issue."""
    index = candidate.index
    meant = (tie.target, tie.technology)
    technology = next((one for one in index.case.technologies if one.ref in meant), None)
    if technology is None:
        return
    helped = technology.side is not None and technology.side is index.case.helped_side
    tier = _tier(candidate, "R12", "own_side" if helped else "other_side")
    inventor = tie.type is RelationType.INVENTOR

    def judge(span: DaySpan) -> Judgement | None:
        if not inventor and index.on not in span:
            return None
        said = words("Counts without a time limit.") if inventor else words("Holds on %(on)s.", on=index.on)
        return Judgement("R12", tier, Reach(tie.target, ALWAYS), None, said, timeless=inventor)

    yield from _read_twice(candidate, tie, judge, AT_ISSUE_IN)


def _spoke_about_it(candidate: Candidate, tie: Relation) -> Iterator[Finding]:
    """R19: a public stance on this very case; one on a party in it is found over that party (`dealings`)."""
    index = candidate.index
    if tie.case_id != index.case.id or _is_about_party(candidate, tie):
        return
    band = index.pack.rules["R19"].band("recent")
    years = band.within_years or 0

    def judge(span: DaySpan) -> Judgement | None:
        if span.first > index.on or not within_years(span.last, years, on=index.on):
            return None
        over = span.last < index.on
        return Judgement(
            rule="R19",
            tier=band.tiers[candidate.role_class],
            reach=Reach(tie.target, ALWAYS),
            party=None,
            reckoning=ended_words((band,), span.last, on=index.on)
            if over
            else words("Holds on %(on)s.", on=index.on),
            lapses_on=first_day_outside(span.last, years) if over else None,
        )

    yield from _read_twice(candidate, tie, judge, CONCERNS)


def _is_about_party(candidate: Candidate, tie: Relation) -> bool:
    over = candidate.index.longest.get(tie.target, ())
    itself = (surest(reaches) for party, reaches in over if party.kind in PRINCIPALS)
    return any(reach is not None and not reach.unresolved for reach in itself)


def _left_agency(candidate: Candidate, tie: Relation) -> Iterator[Finding]:
    """R22: counsel who left the agency that handles the case a short while ago."""
    index = candidate.index
    if not _is_counsel(candidate):
        return
    band = index.pack.rules["R22"].band("left_agency")
    years = band.within_years or 0
    tier = band.tiers[candidate.role_class]

    def judge(span: DaySpan) -> Judgement | None:
        if span.last >= index.on or not within_years(span.last, years, on=index.on) or tier is Tier.CLEAR:
            return None
        return Judgement(
            rule="R22",
            tier=tier,
            reach=Reach(tie.target, ALWAYS),
            party=None,
            reckoning=ended_words((band,), span.last, on=index.on),
            lapses_on=first_day_outside(span.last, years),
        )

    yield from _read_twice(candidate, tie, judge, HANDLES)


def _is_counsel(candidate: Candidate) -> bool:
    """Whether the expert is with a law or patent firm today."""
    return any(
        tie.type is RelationType.MEMBER_OF_FIRM and candidate.index.on in longest(tie.since, tie.until)
        for tie in candidate.index.ties.get(candidate.expert, ())
    )


def _read_twice(
    candidate: Candidate, tie: Relation, judge: Callable[[DaySpan], Judgement | None], label: Words
) -> Iterator[Finding]:
    """Certain when both readings of the dates agree, else a doubt that shows the worse."""
    index = candidate.index
    readings = (longest(tie.since, tie.until), shortest(tie.since, tie.until, on=index.on))
    judged = [judge(span) for span in readings]
    found = [one for one in judged if one and one.tier is not Tier.CLEAR]
    if not found:
        return
    path = path_to_case(index, tie, label)
    if len(found) == len(readings) and (found[0].timeless or tie.until != UNKNOWN_DAY):
        yield candidate.judged(found[0], path=path)
        return
    unknown = tie.until == UNKNOWN_DAY
    reckoning = END_UNKNOWN if unknown else dates_doubted(found[0], Tier.CLEAR)
    yield candidate.doubt(behind=found[0], party=None, path=path, reckoning=reckoning)


def _tier(candidate: Candidate, rule: str, band: str) -> Tier:
    return candidate.index.pack.rules[rule].band(band).tiers[candidate.role_class]
