"""R11, R12 and R22 over the matter itself: drawn to the case, read twice where dates are vague."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from expertpool.conflicts.rules.facts import Case, CaseFacts, CaseParty, Relation, Technology, technology
from expertpool.conflicts.rules.findings import Finding, Link
from expertpool.conflicts.rules.vocabulary import (
    Kinship,
    NodeKind,
    PartyKind,
    RelationType,
    RoleClass,
    Side,
    Tier,
)
from expertpool.conflicts.rules.weighing import END_UNKNOWN
from tests.rules.conflicts.table import AGENCY, OUR_LAW_FIRM, RIVAL, case, cells, rules, weighed
from tests.rules.conflicts.world import ACCUSED_FIRM, EXPERT, ON, STRANGER, tie

R = RelationType
CELL = Technology(technology(7), "셀 적층", "Cell stacking", Side.RESPONDENT)
AT_LAW = tie(OUR_LAW_FIRM, R.MEMBER_OF_FIRM, since="2025-09-01", number=2)


def about(*relations: Relation) -> CaseFacts:
    return case(*relations, case=Case(1, "2026-0001", agencies=(AGENCY,), technologies=(CELL,)))


def the(facts: CaseFacts, rule: str, role: RoleClass = RoleClass.ADJ) -> Finding:
    (found,) = [one for one in weighed(facts, role).findings if rule in (one.rule, one.behind)]
    return found


def way(finding: Finding) -> list[str]:
    return [str(step.label) if isinstance(step, Link) else step.name_en for step in finding.path]


def test_a_technology_is_referred_to_by_its_kind() -> None:
    assert (CELL.ref.kind, CELL.ref.id) == (NodeKind.TECHNOLOGY, 7)


@pytest.mark.parametrize(
    ("own", "rule", "expected"),
    [
        (
            tie(CELL.ref, R.INVENTOR, until="2001"),
            "R12",
            (
                ["Na Ruon", "Inventor or applicant", "Cell stacking", "At issue in", "2026-0001"],
                "Counts without a time limit.",
            ),
        ),
        (
            tie(CELL.ref, R.LICENSEE),
            "R12",
            (["Na Ruon", "Licensee", "Cell stacking", "At issue in", "2026-0001"], f"Holds on {ON}."),
        ),
        (
            tie(AGENCY, R.OFFICIAL_IN_CHARGE, until="2020", case_id=1),
            "R22",
            (
                [
                    "Na Ruon",
                    "Handled the matter as an official",
                    "Gaon Agency",
                    "In the matter of",
                    "2026-0001",
                ],
                "Counts without a time limit.",
            ),
        ),
    ],
)
def test_a_tie_to_the_matter_is_drawn_to_the_case(
    own: Relation, rule: str, expected: tuple[list[str], str]
) -> None:
    finding = the(about(own), rule)

    assert (way(finding), str(finding.reckoning)) == expected


@pytest.mark.parametrize(
    ("until", "doubted"),
    [
        ("unknown", str(END_UNKNOWN)),
        ("2026", "The dates leave two readings: “Barred” or “No conflict”. Holds on 2026-09-01."),
    ],
)
def test_a_licence_with_a_vague_end_is_a_doubt_that_says_why(until: str, doubted: str) -> None:
    finding = the(about(tie(CELL.ref, R.LICENSEE, until=until)), "R12")

    assert (finding.rule, finding.behind, finding.worst_tier) == ("R28", "R12", Tier.BAR)
    assert (str(finding.reckoning), way(finding)[2]) == (doubted, "Cell stacking")


def test_an_inventor_is_an_inventor_whatever_the_end() -> None:
    assert the(about(tie(CELL.ref, R.INVENTOR, until="unknown")), "R12").tier is Tier.BAR


def test_a_relatives_tie_does_not_hide_the_experts_own() -> None:
    of_kin = tie(CELL.ref, R.INVENTOR, kinship=Kinship.SPOUSE, number=1)

    assert rules(about(of_kin)) == set()
    assert "R12" in rules(about(of_kin, tie(CELL.ref, R.LICENSEE, number=2)))


@pytest.mark.parametrize(
    ("office", "at_law", "expected"),
    [
        ({"until": "2026-08-31"}, AT_LAW, {"R22"}),
        ({"until": "2025-09-01"}, AT_LAW, {"R22"}),
        ({"until": "2025-08-31"}, AT_LAW, set()),
        ({"until": "2026-09-01"}, AT_LAW, set()),
        ({"until": "2026-08-31"}, tie(OUR_LAW_FIRM, R.MEMBER_OF_FIRM, until="2026-08-31", number=2), set()),
        ({"until": "2026-08-31"}, tie(STRANGER, R.EMPLOYEE, number=2), set()),
        ({"until": "2026-08-31"}, tie(RIVAL, R.SHAREHOLDER, share_bp=1, number=2), set()),
        ({"until": "2026-08-31", "kind": R.ADVISER}, AT_LAW, set()),
    ],
)
def test_counsel_answer_for_a_year_after_an_office_at_the_handling_agency(
    office: dict[str, Any], at_law: Relation, expected: set[str]
) -> None:
    found = weighed(about(tie(AGENCY, **office), at_law), RoleClass.SUP).findings

    assert {one.rule for one in found if one.rule == "R22"} == expected


@pytest.mark.parametrize(
    ("kind", "side", "rule", "expected"),
    [
        (PartyKind.INVENTOR, Side.RESPONDENT, "R12", "B/B/B"),
        (PartyKind.INVENTOR, Side.COMPLAINANT, "R12", "B/B/D"),
        (PartyKind.CASE_OFFICER, Side.OTHER, "R22", "B/B/B"),
        (PartyKind.COMPETITOR, Side.OTHER, "R13", "W/B/W"),
        (PartyKind.LAW_FIRM, Side.RESPONDENT, "R02", "B/B/B"),
    ],
)
def test_whatever_an_expert_is_named_for_in_the_case_is_a_conflict(
    kind: PartyKind, side: Side, rule: str, expected: str
) -> None:
    facts = case()
    named = replace(facts, parties=(*facts.parties, CaseParty(99, EXPERT, side, kind, ON)))

    assert rules(named) == {rule}
    assert cells(named) == expected


@pytest.mark.parametrize("kind", [R.REPRESENTATIVE, R.OFFICER, R.EMPLOYEE, R.COUNSEL])
def test_who_worked_on_this_matter_for_a_party_is_barred_without_a_time_limit(kind: RelationType) -> None:
    past = tie(ACCUSED_FIRM, kind, until="2015-01-01", case_id=1)

    assert "R11" in rules(case(past))
    assert cells(case(past)) == "B/B/B"
    assert "R11" not in rules(case(replace(past, case_id=2)))


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        (tie(AGENCY, R.PUBLIC_STANCE, since="2025-09-01", until="2025-09-01", case_id=1), "W/D/C"),
        (tie(OUR_LAW_FIRM, R.PUBLIC_STANCE, since="2026-08-01", until="2026-08-01", case_id=1), "W/D/C"),
        (tie(AGENCY, R.PUBLIC_STANCE, since="2026-08-01", case_id=1), "W/D/C"),
        (tie(AGENCY, R.PUBLIC_STANCE, since="2025-08-31", until="2025-08-31", case_id=1), "C/C/C"),
        (tie(AGENCY, R.PUBLIC_STANCE, since="2026-08-01", until="2026-08-01", case_id=2), "C/C/C"),
        (tie(AGENCY, R.PUBLIC_STANCE, since="2026-08-01", until="2026-08-01"), "C/C/C"),
        (tie(AGENCY, R.PUBLIC_STANCE, since="2026-09-02", case_id=1), "C/C/C"),
    ],
)
def test_a_stance_on_this_very_case_counts_for_a_year_whoever_it_was_spoken_to(
    own: Relation, expected: str
) -> None:
    assert cells(about(own)) == expected


def test_a_stance_on_the_case_is_drawn_to_it_and_says_when_it_lapses() -> None:
    finding = the(about(tie(AGENCY, R.PUBLIC_STANCE, until="2026-03-01", case_id=1)), "R19")

    assert way(finding)[1:] == ["Took a public stance on", "Gaon Agency", "In the matter of", "2026-0001"]
    assert finding.lapses_on == dt.date(2027, 3, 2)


def test_a_stance_on_a_party_in_this_case_is_one_finding() -> None:
    facts = about(tie(ACCUSED_FIRM, R.PUBLIC_STANCE, until="2026-03-01", case_id=1))

    assert [one.rule for one in weighed(facts, RoleClass.ADJ).findings] == ["R19"]


def test_a_stance_on_the_case_in_some_month_of_the_year_before_is_a_doubt() -> None:
    finding = the(about(tie(AGENCY, R.PUBLIC_STANCE, since="2025", until="2025", case_id=1)), "R19")

    assert (finding.rule, finding.worst_tier) == ("R28", Tier.WAIVABLE)
