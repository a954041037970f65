"""What holds for every rule at once, over ties of every type, firms' mandates and colleagues."""

from dataclasses import replace
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from expertpool.conflicts.rules import weighing
from expertpool.conflicts.rules.codec import facts_from_plain, facts_to_plain
from expertpool.conflicts.rules.dates import ImpreciseDate
from expertpool.conflicts.rules.facts import CaseFacts, Ref, Relation
from expertpool.conflicts.rules.telling import tell
from expertpool.conflicts.rules.vocabulary import (
    Confidence,
    Kinship,
    RelationType,
    RoleClass,
    Side,
    Tier,
    severity,
)
from tests.rules.conflicts.table import (
    AGENCY,
    COLLEGE,
    GROUP,
    INVENTOR,
    OFFICER_IN_CHARGE,
    OWN_FIRM,
    RIVAL,
    THEIR_COUNSEL,
    THEIR_LAW_FIRM,
    case,
    weighed,
)
from tests.rules.conflicts.world import ACCUSED_FIRM, EXPERT, ON, SISTER, SUSPECT, VICTIM

CHECKED = settings(deadline=None, max_examples=60, derandomize=True)
PLACES = (VICTIM, ACCUSED_FIRM, SISTER, OWN_FIRM, THEIR_LAW_FIRM, RIVAL, AGENCY, COLLEGE)
PEOPLE = (SUSPECT, INVENTOR, OFFICER_IN_CHARGE, THEIR_COUNSEL)
DATES = st.one_of(
    st.dates(min_value=ON.replace(year=2020), max_value=ON.replace(year=2027)).map(ImpreciseDate.of),
    st.builds(ImpreciseDate, st.integers(2020, 2027), st.integers(1, 12)),
    st.builds(ImpreciseDate, st.integers(2020, 2027)),
    st.just(ImpreciseDate()),
)
HOLDERS = (EXPERT, EXPERT, EXPERT, OWN_FIRM, COLLEGE, INVENTOR, THEIR_COUNSEL)
ROLES = st.sampled_from(RoleClass)


@st.composite
def relations(draw: st.DrawFn) -> Relation:
    holder: Ref = draw(st.sampled_from(HOLDERS))
    target = draw(st.sampled_from([one for one in (*PLACES, *PEOPLE) if one != holder]))
    since, until = draw(DATES), draw(st.none() | DATES)
    in_order = until is None or not until.known or since.earliest <= until.latest
    kind = draw(st.sampled_from([one for one in RelationType if one is not RelationType.SAME_PERSON]))
    return Relation(
        draw(st.integers(1, 10_000)),
        holder,
        kind,
        target,
        since=since,
        until=until if in_order else None,
        kinship=draw(st.sampled_from(Kinship)) if holder == EXPERT else Kinship.SELF,
        unit=draw(st.sampled_from(["", "lab"])),
        amount_krw=draw(st.sampled_from([None, 10_000, 60_000_000])),
        share_bp=draw(st.sampled_from([None, 100, 1_600, 3_000])),
        group_size=draw(st.sampled_from([None, 5, 50])),
        case_id=draw(st.sampled_from([None, 1, 2])),
        confidence=draw(st.sampled_from(Confidence)),
    )


@st.composite
def cases(draw: st.DrawFn) -> CaseFacts:
    ties = draw(st.lists(relations(), max_size=5, unique_by=lambda one: one.id))
    return case(*ties, ownerships=draw(st.sampled_from([(), GROUP])))


@CHECKED
@given(cases(), relations(), ROLES)
def test_one_more_fact_never_lightens_the_worst_tier_unless_it_settles_a_doubt(
    facts: CaseFacts, more: Relation, role: RoleClass
) -> None:
    before = weighed(facts, role)
    grown = replace(facts, relations=(*facts.relations, replace(more, id=10_001)))

    after = weighed(grown, role)

    settled = any(finding.tier is Tier.REVIEW for finding in before.findings)
    assert severity(after.tier) >= severity(before.tier) or settled


@CHECKED
@given(cases(), ROLES)
def test_the_order_of_the_facts_changes_nothing(facts: CaseFacts, role: RoleClass) -> None:
    turned = replace(
        facts,
        relations=facts.relations[::-1],
        parties=facts.parties[::-1],
        organisations=facts.organisations[::-1],
        ownerships=facts.ownerships[::-1],
    )

    assert weighed(turned, role) == weighed(facts, role)


@CHECKED
@given(cases(), st.sampled_from([RoleClass.ADJ, RoleClass.INV]))
def test_for_neutral_roles_both_sides_count_alike(facts: CaseFacts, role: RoleClass) -> None:
    swap = {Side.COMPLAINANT: Side.RESPONDENT, Side.RESPONDENT: Side.COMPLAINANT}
    parties = tuple(replace(party, side=swap.get(party.side, party.side)) for party in facts.parties)

    assert weighed(replace(facts, parties=parties), role) == weighed(facts, role)


@CHECKED
@given(cases(), ROLES)
def test_every_finding_is_told_with_its_path_from_the_expert(facts: CaseFacts, role: RoleClass) -> None:
    screening = weighed(facts_from_plain(facts_to_plain(facts)), role)

    for told in tell(screening, with_path=True):
        assert told.steps[0].id == EXPERT.id
        assert str(told.reckoning)
        assert str(told.basis)
        assert str(told.changes)


@CHECKED
@given(cases(), ROLES)
def test_the_day_a_finding_lapses_lies_ahead(facts: CaseFacts, role: RoleClass) -> None:
    screening = weighed(facts, role)

    assert screening == weighed(facts, role)
    assert all(one.lapses_on is None or one.lapses_on > ON for one in screening.findings)


@settings(CHECKED, max_examples=200)
@given(cases(), ROLES)
def test_ties_passed_over_unread_would_have_said_nothing(facts: CaseFacts, role: RoleClass) -> None:
    with patch.object(weighing, "_passed_over", lambda *_: False):
        read = weighed(facts, role)

    assert weighed(facts, role) == read
