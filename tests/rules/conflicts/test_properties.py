"""What holds for every world: sides are alike, order does not matter, more facts never make it lighter."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from expertpool.conflicts.rules.codec import facts_from_plain, facts_to_plain, fingerprint
from expertpool.conflicts.rules.dates import ImpreciseDate
from expertpool.conflicts.rules.facts import CaseFacts, Ownership, Recusal, Ref, Relation, organisation
from expertpool.conflicts.rules.findings import Finding, Link
from expertpool.conflicts.rules.screening import screen_many
from expertpool.conflicts.rules.vocabulary import (
    Confidence,
    FindingStatus,
    RelationType,
    RoleClass,
    Side,
    Tier,
    severity,
)
from tests.rules.conflicts.world import EXPERT, ON, PACK, SUSPECT, screened, world

CHECKED = settings(deadline=None, max_examples=50)
IDS = st.integers(1, 10_000)
ORGANISATIONS = st.sampled_from([organisation(n) for n in range(1, 6)])
DATES = st.one_of(
    st.dates(min_value=ON.replace(year=2021), max_value=ON.replace(year=2027)).map(ImpreciseDate.of),
    st.builds(ImpreciseDate, st.integers(2021, 2027), st.integers(1, 12)),
    st.builds(ImpreciseDate, st.integers(2021, 2027)),
    st.just(ImpreciseDate()),
)
KINDS = st.sampled_from(
    [
        RelationType.EMPLOYEE,
        RelationType.OFFICER,
        RelationType.ADVISER,
        RelationType.RIGHT_HOLDER,
        RelationType.SCHOOL,
    ]
)


def _in_order(since: ImpreciseDate, until: ImpreciseDate | None) -> bool:
    return until is None or not until.known or since.earliest <= until.latest


@st.composite
def relations(draw: st.DrawFn) -> Relation:
    target: Ref = draw(st.one_of(ORGANISATIONS, st.just(SUSPECT)))
    since, until = draw(DATES), draw(st.none() | DATES)
    return Relation(
        draw(IDS),
        EXPERT,
        draw(KINDS),
        target,
        since=since,
        until=until if _in_order(since, until) else None,
        confidence=draw(st.sampled_from(Confidence)),
    )


@st.composite
def ownerships(draw: st.DrawFn) -> Ownership:
    parent, child = draw(st.lists(ORGANISATIONS, min_size=2, max_size=2, unique=True))
    since, until = draw(DATES), draw(st.none() | DATES)
    share_bp = draw(st.sampled_from([1000, 2000, 4999, 5000, 10_000]))
    last = until if _in_order(since, until) else None
    return Ownership(draw(IDS), parent, child, share_bp, draw(st.booleans()), since, last)


@st.composite
def worlds(draw: st.DrawFn) -> CaseFacts:
    return world(
        relations=tuple(draw(st.lists(relations(), max_size=4, unique_by=lambda one: one.id))),
        ownerships=tuple(draw(st.lists(ownerships(), max_size=6, unique_by=lambda one: one.id))),
    )


ROLES = st.sampled_from(RoleClass)


@CHECKED
@given(worlds(), ROLES)
def test_the_complainant_counts_exactly_like_the_respondent(facts: CaseFacts, role: RoleClass) -> None:
    swap = {Side.COMPLAINANT: Side.RESPONDENT, Side.RESPONDENT: Side.COMPLAINANT}
    turned = tuple(replace(party, side=swap[party.side]) for party in facts.parties)

    assert screened(facts, role) == screened(replace(facts, parties=turned), role)


@CHECKED
@given(worlds(), ROLES)
def test_the_order_of_the_facts_does_not_matter(facts: CaseFacts, role: RoleClass) -> None:
    shuffled = replace(
        facts,
        relations=facts.relations[::-1],
        ownerships=facts.ownerships[::-1],
        organisations=facts.organisations[::-1],
        parties=facts.parties[::-1],
    )

    assert screened(facts, role) == screened(shuffled, role)
    assert fingerprint(facts) == fingerprint(shuffled)


@CHECKED
@given(worlds(), ROLES)
def test_a_screening_replayed_from_plain_values_is_the_same(facts: CaseFacts, role: RoleClass) -> None:
    replayed = facts_from_plain(facts_to_plain(facts))

    assert replayed == facts
    assert screened(replayed, role) == screened(facts, role)


@CHECKED
@given(worlds(), st.one_of(relations(), ownerships()), ROLES)
def test_one_more_fact_never_lightens_the_tier_unless_it_settles_a_doubt(
    facts: CaseFacts, more: Relation | Ownership, role: RoleClass
) -> None:
    before = screened(facts, role)

    after = screened(_with(facts, more), role)

    settled = any(finding.tier is Tier.REVIEW for finding in before.findings)
    assert severity(after.tier) >= severity(before.tier) or settled


def _with(facts: CaseFacts, more: Relation | Ownership) -> CaseFacts:
    if isinstance(more, Relation):
        return replace(facts, relations=(*facts.relations, replace(more, id=10_001)))
    return replace(facts, ownerships=(*facts.ownerships, replace(more, id=10_001)))


@CHECKED
@given(worlds(), ROLES)
def test_a_doubt_never_weighs_more_than_its_worst_reading_would(facts: CaseFacts, role: RoleClass) -> None:
    for finding in screened(facts, role).findings:
        assert finding.tier in (Tier.REVIEW, finding.worst_tier)
        assert finding.status is FindingStatus.OPEN


@CHECKED
@given(worlds(), ROLES)
def test_a_recusal_bars_whatever_else_is_known(facts: CaseFacts, role: RoleClass) -> None:
    recused = replace(facts, recusals=(Recusal(1, EXPERT, ON),))

    assert screened(recused, role).tier is Tier.BAR


@CHECKED
@given(worlds(), ROLES)
def test_the_day_a_finding_lapses_is_the_first_on_which_it_is_lighter(
    facts: CaseFacts, role: RoleClass
) -> None:
    for finding in screened(facts, role).findings:
        if finding.lapses_on and finding.rule == "R09":
            alone = _with_only(facts, finding)
            later = screened(alone, role, finding.lapses_on).findings
            weights = [severity(one.tier) for one in later if one.party_id == finding.party_id]
            assert max(weights, default=0) < severity(finding.tier)


def _with_only(facts: CaseFacts, finding: Finding) -> CaseFacts:
    """The facts with no other tie than the one the finding begins with."""
    first = finding.path[1]
    assert isinstance(first, Link)
    return replace(facts, relations=tuple(one for one in facts.relations if one.id == first.fact_id))


@CHECKED
@given(worlds(), ROLES)
def test_screening_many_says_what_screening_one_says(facts: CaseFacts, role: RoleClass) -> None:
    (one,) = screen_many(facts, role_class=role, on=ON, pack=PACK)

    assert one == screened(facts, role)
