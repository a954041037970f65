"""The examples the rule table is explained by, each with the days around its boundary."""

import datetime as dt
from dataclasses import replace

import pytest

from expertpool.conflicts.rules.facts import Person, expert, person
from expertpool.conflicts.rules.findings import Link, Node
from expertpool.conflicts.rules.vocabulary import RelationType, RoleClass, Tier
from tests.rules.conflicts.world import (
    ACCUSED_FIRM,
    EXPERT,
    HOLDING,
    ON,
    SISTER,
    SUSPECT,
    VICTIM,
    only,
    owns,
    screened,
    tie,
    tiers,
    world,
)

OFFICER, EMPLOYEE = RelationType.OFFICER, RelationType.EMPLOYEE


def test_a_current_outside_director_of_the_respondent_is_barred_in_every_role() -> None:
    facts = world(relations=(tie(ACCUSED_FIRM, RelationType.OUTSIDE_DIRECTOR, since="2024"),))

    finding = only(screened(facts))

    assert tiers(facts) == "B/B/B"
    assert finding.rule == "R02"
    assert [step.ref for step in finding.path if isinstance(step, Node)] == [EXPERT, ACCUSED_FIRM]


@pytest.mark.parametrize(
    ("share_bp", "declared", "expected", "rule"),
    [
        (5500, False, "B/B/B", "R03"),
        (5000, False, "B/B/B", "R03"),
        (4999, False, "W/W/D", "R32"),
        (4900, True, "B/B/B", "R03"),
        (2000, False, "W/W/D", "R32"),
    ],
)
def test_the_share_in_the_respondent_decides_what_a_post_at_its_sister_weighs(
    share_bp: int, declared: bool, expected: str, rule: str
) -> None:
    chain = (
        owns(1, HOLDING, SISTER, 6000),
        owns(2, HOLDING, ACCUSED_FIRM, share_bp, declared_control=declared),
    )

    facts = world(relations=(tie(SISTER),), ownerships=chain)

    assert tiers(facts) == expected
    assert only(screened(facts)).rule == rule


def test_below_a_fifth_a_sister_is_a_stranger() -> None:
    chain = (owns(1, HOLDING, SISTER, 6000), owns(2, HOLDING, ACCUSED_FIRM, 1999))

    facts = world(relations=(tie(SISTER),), ownerships=chain)

    assert tiers(facts) == "C/C/C"


def test_the_path_through_a_group_shows_four_names_and_both_shares() -> None:
    chain = (owns(1, HOLDING, SISTER, 6000), owns(2, HOLDING, ACCUSED_FIRM, 5500))

    path = only(screened(world(relations=(tie(SISTER),), ownerships=chain))).path

    assert [step.name_en for step in path if isinstance(step, Node)] == [
        "Na Ruon",
        "Mireon Semi",
        "Garam Holdings",
        "Handeul Cell",
    ]
    assert [step.share_bp for step in path if isinstance(step, Link)] == [None, 6000, 5500]
    assert [str(step.label) for step in path if isinstance(step, Link)] == [
        "Employee",
        "60% held by",
        "Holds 55% of",
    ]


@pytest.mark.parametrize(
    ("kind", "until", "expected"),
    [
        (EMPLOYEE, "2026-09-01", "B/B/B"),
        (EMPLOYEE, "2026-08-31", "B/W/W"),
        (EMPLOYEE, "2024-09-01", "B/W/W"),
        (EMPLOYEE, "2024-08-31", "W/D/D"),
        (EMPLOYEE, "2023-09-01", "W/D/D"),
        (EMPLOYEE, "2023-08-31", "C/C/C"),
        (OFFICER, "2023-09-01", "W/D/D"),
        (OFFICER, "2023-08-31", "D/D/C"),
        (OFFICER, "1990", "D/D/C"),
    ],
)
def test_a_past_post_at_the_complainant_weighs_by_the_day_it_ended(
    kind: RelationType, until: str, expected: str
) -> None:
    facts = world(relations=(tie(VICTIM, kind, since="1980-01-01", until=until),))

    assert tiers(facts) == expected


def test_a_month_whose_two_readings_agree_needs_no_review() -> None:
    facts = world(relations=(tie(VICTIM, until="2024-08"),))

    assert tiers(facts) == "W/D/D"


def test_a_year_whose_two_readings_differ_goes_to_review_and_shows_the_worst() -> None:
    facts = world(relations=(tie(VICTIM, until="2024"),))

    finding = only(screened(facts))

    assert tiers(facts) == "RV/RV/RV"
    assert (finding.rule, finding.behind, finding.worst_tier) == ("R28", "R09", Tier.BAR)


def test_an_unknown_last_day_is_read_as_current_and_goes_to_review() -> None:
    facts = world(relations=(tie(VICTIM, since="2015", until="unknown"),))

    finding = only(screened(facts, RoleClass.INV))

    assert (finding.rule, finding.tier) == ("R28", Tier.REVIEW)
    assert (finding.behind, finding.worst_tier) == ("R02", Tier.BAR)


@pytest.mark.parametrize(
    ("group_since", "group_until", "expected"),
    [
        ("2000-01-01", None, "W/D/D"),
        ("2000-01-01", "2015-02-28", "C/C/C"),
        ("2000-01-01", "2015-03-01", "C/C/C"),
        ("2000-01-01", "2024-12-31", "W/D/D"),
        ("2025-07-01", None, "D/D/D"),
        ("2025-07-01", "2026-08-31", "C/C/C"),
    ],
)
def test_a_past_job_at_a_sister_firm_is_one_tier_lighter_while_it_was_in_the_group(
    group_since: str, group_until: str | None, expected: str
) -> None:
    chain = (
        owns(1, HOLDING, SISTER, 6000, since=group_since, until=group_until),
        owns(2, HOLDING, ACCUSED_FIRM, 5500),
    )

    facts = world(relations=(tie(SISTER, since="2015-03-01", until="2025-06-30"),), ownerships=chain)

    assert tiers(facts) == expected


@pytest.mark.parametrize(
    ("ended", "expected"),
    [("2024-08-31", "D/D/D"), ("2023-09-01", "D/D/D"), ("2023-08-31", "C/C/C")],
)
def test_a_sister_job_is_disclosed_for_three_years_whether_the_firm_joined_before_or_after(
    ended: str, expected: str
) -> None:
    job = tie(SISTER, until=ended)
    later = dt.date.fromisoformat(ended) + dt.timedelta(days=1)

    for since in ("2000-01-01", later.isoformat()):
        chain = (owns(1, HOLDING, SISTER, 6000, since=since), owns(2, HOLDING, ACCUSED_FIRM, 5500))
        assert tiers(world(relations=(job,), ownerships=chain)) == expected


@pytest.mark.parametrize("kind", list(RelationType))
def test_a_tie_to_somebody_with_the_name_of_the_accused_is_a_review_never_a_bar(kind: RelationType) -> None:
    namesake = Person(person(9), "차별하")
    facts = world(relations=(tie(namesake.ref, kind),))
    facts = replace(facts, persons=(*facts.persons, namesake))

    finding = only(screened(facts))

    assert (finding.rule, finding.tier) == ("R28", Tier.REVIEW)
    assert [step.ref for step in finding.path if isinstance(step, Node)][:3] == [
        EXPERT,
        namesake.ref,
        SUSPECT,
    ]


def test_the_same_birth_year_and_employer_in_the_same_years_make_the_namesake_the_accused() -> None:
    namesake = Person(person(9), "차별하", birth_year=1980)
    jobs = (
        replace(tie(SISTER, since="2018", until="2020", number=2), holder=namesake.ref),
        replace(tie(SISTER, since="2017", until="2021", number=3), holder=SUSPECT),
    )
    facts = world(relations=(tie(namesake.ref), *jobs))
    facts = replace(facts, persons=(*facts.persons, namesake))

    finding = only(screened(facts))

    assert (finding.rule, finding.tier) == ("R02", Tier.BAR)


def test_two_findings_are_both_listed_with_the_day_each_would_lapse_and_the_worst_decides() -> None:
    ties = (
        tie(VICTIM, OFFICER, until="2020-05-31"),
        tie(ACCUSED_FIRM, until="2024-01-31", number=2),
    )

    screening = screened(world(relations=ties))

    assert screening.tier is Tier.WAIVABLE
    assert [(one.tier, one.lapses_on) for one in screening.findings] == [
        (Tier.WAIVABLE, dt.date(2027, 2, 1)),
        (Tier.DISCLOSE, None),
    ]


def test_nobody_without_ties_is_held_back() -> None:
    assert tiers(world()) == "C/C/C"


def test_an_expert_the_facts_do_not_know_cannot_be_screened() -> None:
    unknown = world(experts=(Person(expert(2), "하다온"),))

    with pytest.raises(LookupError):
        screened(unknown, on=ON)
