"""Edges of single rules that the tables do not reach: what is shown, and who counts as whom."""

import datetime as dt
from dataclasses import replace

import pytest

from expertpool.conflicts.rules.dates import first_day_outside, within_years, years_before
from expertpool.conflicts.rules.facts import (
    Case,
    CaseParty,
    Declaration,
    LinkedCase,
    LinkedRole,
    Organisation,
    Person,
    Recusal,
    Ref,
    Relation,
    Technology,
    expert,
    organisation,
    person,
    technology,
)
from expertpool.conflicts.rules.findings import Finding, Link, Node
from expertpool.conflicts.rules.firms import SAME_INSTITUTION, SAME_UNIT
from expertpool.conflicts.rules.labels import BASES, HAS_ROLE_LINKED_TO, RULED_ON, SAME_IDENTITY, SAME_NUMBER
from expertpool.conflicts.rules.matching import identify_organisations
from expertpool.conflicts.rules.packs import parse_pack
from expertpool.conflicts.rules.vocabulary import (
    Answer,
    Confidence,
    FactKind,
    FindingStatus,
    Identity,
    NodeKind,
    PartyKind,
    RelationType,
    RoleClass,
    Side,
    Tier,
)
from expertpool.conflicts.rules.weighing import END_UNKNOWN, NAME_ONLY
from expertpool.words import Words
from tests.rules.conflicts.table import (
    AGENCY,
    COLLEGE,
    GROUP,
    INVENTOR,
    OFFICER_IN_CHARGE,
    OUR_LAW_FIRM,
    OWN_FIRM,
    case,
    cells,
    firm_tie,
    rules,
    weighed,
)
from tests.rules.conflicts.test_packs import TEXT
from tests.rules.conflicts.test_rulings import DOUBT, edited
from tests.rules.conflicts.world import (
    EXPERT,
    ON,
    SISTER,
    SUSPECT,
    VICTIM,
    day,
    only,
    owns,
    screened,
    tie,
    world,
)

R = RelationType
NUMBER = "1101110062432"


def links(finding: Finding) -> list[Link]:
    return [step for step in finding.path if isinstance(step, Link)]


def stops(finding: Finding) -> list[str]:
    return [step.name_ko for step in finding.path if isinstance(step, Node)]


@pytest.mark.parametrize(
    ("until", "left", "expected"),
    [
        ("2024-09-01", None, "W/D/D"),
        ("2024-08-31", None, "D/D/C"),
        ("2024-09-01", "2026-09-01", "W/D/D"),
        ("2024-09-01", "2026-08-31", "C/C/C"),
    ],
)
def test_who_joined_the_firm_after_its_mandate_answers_from_the_end_of_the_mandate_until_leaving(
    until: str, left: str | None, expected: str
) -> None:
    mandate = firm_tie(OWN_FIRM, R.ADVISER, VICTIM, until=until)

    assert cells(case(tie(OWN_FIRM, since="2025-01-01", until=left), mandate)) == expected


@pytest.mark.parametrize(("unit", "said"), [("Cell lab", SAME_UNIT), ("Motor lab", SAME_INSTITUTION)])
def test_colleagues_are_told_whether_they_share_the_unit_or_the_place(unit: str, said: Words) -> None:
    colleague = firm_tie(INVENTOR, R.EMPLOYEE, COLLEGE, unit=unit)

    assert only(weighed(case(tie(COLLEGE, unit="Cell lab"), colleague))).reckoning == said


def test_a_firm_that_represents_a_party_is_no_colleague() -> None:
    assert rules(case(tie(OWN_FIRM), firm_tie(OWN_FIRM, R.REPRESENTATIVE, VICTIM))) == {"R08"}


def test_a_superior_at_a_firm_of_the_official_was_not_the_officials() -> None:
    owned = (owns(1, OFFICER_IN_CHARGE, SISTER, 6000),)

    assert rules(case(tie(SISTER, R.SUPERIOR), ownerships=owned)) == set()


def test_a_colleague_who_owns_a_party_is_not_the_party() -> None:
    owner = Person(person(41), "온가람")
    facts = case(tie(COLLEGE), firm_tie(owner.ref, R.EMPLOYEE, COLLEGE))
    facts = replace(facts, persons=(*facts.persons, owner), ownerships=(owns(1, owner.ref, VICTIM, 6000),))

    assert rules(facts) == set()


def test_counsel_who_left_the_handling_agency_are_told_the_first_day_without_it() -> None:
    here = tie(OUR_LAW_FIRM, R.MEMBER_OF_FIRM, since="2025-09-01", number=2)
    found = weighed(case(tie(AGENCY, until="2025-09-01"), here), RoleClass.SUP)
    (left,) = [one for one in found.findings if one.rule == "R22"]

    assert left.lapses_on == ON + dt.timedelta(days=1)
    assert [str(link.label) for link in links(left)] == ["Employee", "Handles"]


def test_an_unknown_end_at_the_handling_agency_is_said_to_be_unknown() -> None:
    here = tie(OUR_LAW_FIRM, R.MEMBER_OF_FIRM, since="2025-09-01", number=2)
    vague = tie(AGENCY, R.OFFICIAL_IN_CHARGE, until="unknown", confidence=Confidence.MATCHED)
    found = [one for one in weighed(case(vague, here), RoleClass.SUP).findings if one.rule == "R28"]

    assert all(one.reckoning == END_UNKNOWN for one in found)


def test_a_tie_to_the_technology_at_issue_is_drawn_over_it() -> None:
    at_issue = Technology(Ref(NodeKind.TECHNOLOGY, 7), "셀 적층", "Cell stacking", None)
    held = Relation(1, EXPERT, R.INVENTOR, at_issue.ref, since=day("1998"), until=None)
    facts = case(held, case=Case(1, "2026-0001", technologies=(at_issue,)))

    finding = only(weighed(facts))

    assert stops(finding) == ["나루온", "셀 적층", "2026-0001"]


def test_one_named_in_the_case_is_drawn_by_the_partys_record() -> None:
    expert = CaseParty(9, EXPERT, Side.OTHER, PartyKind.COUNSEL, ON)
    facts = world()
    finding = only(screened(replace(facts, parties=(*facts.parties, expert))))

    assert [(link.fact_kind, link.fact_id) for link in links(finding)] == [(FactKind.PARTY, 9)]


def test_a_namesake_of_a_party_is_a_doubt_about_that_party_at_its_tier() -> None:
    facts = world()
    namesake = replace(facts.experts[0], name_ko="차별하", name_en="", birth_year=None)
    finding = only(screened(replace(facts, experts=(namesake,)), RoleClass.INV))

    assert (finding.rule, finding.behind, finding.worst_tier, finding.party_id) == ("R28", "R01", Tier.BAR, 3)


@pytest.mark.parametrize(
    ("changes", "kind", "number"),
    [
        ({"recusals": (Recusal(5, EXPERT, ON),)}, FactKind.RECUSAL, 5),
        ({"declarations": (Declaration(6, EXPERT, Answer.CANNOT_SAY, ON),)}, FactKind.DECLARATION, 6),
    ],
)
def test_stepping_down_is_drawn_by_its_own_record(
    changes: dict[str, object], kind: FactKind, number: int
) -> None:
    finding = only(screened(world(**changes)))

    assert [(link.fact_kind, link.fact_id) for link in links(finding)] == [(kind, number)]


def test_a_ruling_the_facts_no_longer_show_says_what_it_is() -> None:
    kept = only(screened(edited(DOUBT, (), FindingStatus.CONFIRMED), RoleClass.INV))

    assert (kept.statutory, kept.basis, links(kept)[0].label) == (False, BASES["policy"], RULED_ON)


def test_a_dismissed_doubt_that_weighs_the_same_under_another_rule_stays_dismissed() -> None:
    adviser = tie(VICTIM, R.ADVISER, until="2023")
    employee = replace(adviser, type=R.EMPLOYEE)

    before, after = (only(screened(world(relations=(one,)), RoleClass.INV)) for one in (adviser, employee))
    found = screened(edited(adviser, (employee,), FindingStatus.DISMISSED), RoleClass.INV)

    assert before.behind != after.behind
    assert before.worst_tier is after.worst_tier is Tier.DISCLOSE
    assert found.tier is Tier.CLEAR


@pytest.mark.parametrize("numbers", [(NUMBER, ""), ("", NUMBER)])
def test_a_number_only_one_of_two_records_has_settles_nothing(numbers: tuple[str, str]) -> None:
    one, other = (
        Organisation(organisation(n), "도담", "", corp_no=number) for n, number in enumerate(numbers, start=1)
    )

    assert identify_organisations(one, other) is Identity.UNRESOLVED


def test_branches_of_one_corporation_count_as_one_employer_of_a_namesake() -> None:
    branches = [
        Organisation(organisation(n), f"새봄 {n}지점", "", corp_no=NUMBER, biz_no=f"00012345{n}")
        for n in (61, 62)
    ]
    works = Relation(2, SUSPECT, R.EMPLOYEE, branches[1].ref, since=day("2010-01-01"))
    facts = world(relations=(tie(branches[0].ref), works))
    twin = replace(facts.experts[0], name_ko="차별하", name_en="", birth_year=None)
    accused = Person(SUSPECT, "차별하", "Cha Byeolha")
    facts = replace(
        facts,
        experts=(twin,),
        persons=(accused,),
        organisations=(*facts.organisations, *branches),
    )

    assert "R01" in {one.rule for one in screened(facts).findings}


def test_what_joins_two_records_is_named_by_what_they_are() -> None:
    branch = Organisation(organisation(60), "도담정밀 천안", "", corp_no=NUMBER)
    facts = world(relations=(tie(branch.ref),))
    firms = tuple(replace(one, corp_no=NUMBER) if one.ref == VICTIM else one for one in facts.organisations)
    facts = replace(facts, organisations=(*firms, branch))
    finding = only(screened(facts))

    assert [link.label for link in links(finding)][1:] == [SAME_NUMBER]

    other = Person(person(2), "차별하", "", birth_year=1980)
    known = tie(other.ref, R.TEACHER)
    facts = world(relations=(known,), persons=(*world().persons, other))
    taught = only(screened(facts))

    assert [link.label for link in links(taught)][1:] == [SAME_IDENTITY]


@pytest.mark.parametrize(("sure", "rule"), [(Confidence.MATCHED, "R07"), (Confidence.NAME_ONLY, "R28")])
def test_a_holding_known_by_name_alone_is_a_doubt(sure: Confidence, rule: str) -> None:
    share = tie(VICTIM, R.SHAREHOLDER, share_bp=100, amount_krw=10**6, confidence=sure)

    assert only(screened(world(relations=(share,)), RoleClass.INV)).rule == rule


def test_a_pack_keeps_its_last_day_and_the_factors_it_needs() -> None:
    dated = TEXT.replace("effective_from =", "effective_to = 2027-12-31\neffective_from =", 1)

    assert parse_pack(dated).effective_to == dt.date(2027, 12, 31)
    assert parse_pack(TEXT).effective_to is None
    assert parse_pack(TEXT).factors_needed == 1


@pytest.mark.parametrize(
    ("last", "outside"),
    [("2024-02-28", "2025-03-01"), ("2023-02-28", "2024-03-01"), ("2024-02-29", "2025-03-01")],
)
def test_a_look_back_over_a_leap_day_ends_on_one_day_for_both_ways_of_counting(
    last: str, outside: str
) -> None:
    ended, first = dt.date.fromisoformat(last), dt.date.fromisoformat(outside)

    assert first_day_outside(ended, 1) == first
    assert not within_years(ended, 1, on=first)
    assert within_years(ended, 1, on=first - dt.timedelta(days=1))


def test_a_century_without_a_leap_day_changes_only_its_own_year() -> None:
    assert years_before(dt.date(2096, 2, 29), 4) == dt.date(2092, 2, 29)
    assert years_before(dt.date(2104, 2, 29), 4) == dt.date(2100, 2, 28)


def test_a_doubt_rests_on_no_statute() -> None:
    assert only(screened(world(relations=(DOUBT,)))).statutory is False


def test_a_holding_in_a_firm_that_may_be_the_party_is_a_doubt() -> None:
    namesake = Organisation(organisation(61), "도담정밀", "")
    share = tie(namesake.ref, R.SHAREHOLDER, share_bp=100, amount_krw=10**6)
    facts = world(relations=(share,))

    found = screened(replace(facts, organisations=(*facts.organisations, namesake)), RoleClass.INV)

    assert only(found).rule == "R28"


@pytest.mark.parametrize(
    ("until", "spoke", "expected"),
    [("2026-09-01", {"R03"}, "B/B/B"), ("2023-08-31", set(), "C/C/C"), ("2023-09-01", {"R09"}, "D/D/D")],
)
def test_an_office_at_an_affiliate_is_current_recent_or_over(
    until: str, spoke: set[str], expected: str
) -> None:
    facts = case(tie(SISTER, R.OFFICER, until=until), ownerships=GROUP)

    assert (rules(facts), cells(facts)) == (spoke, expected)


def test_a_former_employer_that_depends_on_a_party_is_no_conflict() -> None:
    lives_on = firm_tie(OWN_FIRM, R.DEPENDS_ON, VICTIM, share_bp=1000)

    assert "R27" in rules(case(tie(OWN_FIRM), lives_on))
    assert rules(case(tie(OWN_FIRM, until="2025-01-01"), lives_on)) == set()


@pytest.mark.parametrize("kind", [R.JOINT_RESEARCH, R.CO_AUTHOR, R.TEACHER, R.STUDENT, R.BOARD])
@pytest.mark.parametrize("until", [None, "2026-01-01"])
def test_work_and_lessons_are_shared_with_people_and_not_with_firms(
    kind: RelationType, until: str | None
) -> None:
    assert rules(case(tie(VICTIM, kind, until=until))) == set()


@pytest.mark.parametrize("share_bp", [0, 10_000])
def test_a_share_may_be_nothing_or_everything(share_bp: int) -> None:
    assert owns(1, VICTIM, SISTER, share_bp).share_bp == share_bp


@pytest.mark.parametrize("share_bp", [-1, 10_001])
def test_a_share_outside_its_range_is_refused(share_bp: int) -> None:
    with pytest.raises(ValueError, match=r"^a share is 0 to 10 000 basis points$"):
        owns(1, VICTIM, SISTER, share_bp)


def test_a_reference_names_its_kind() -> None:
    made = (expert(3), person(4), organisation(5), technology(6))

    assert [str(one.kind) for one in made] == ["expert", "person", "organisation", "technology"]
    assert [one.id for one in made] == [3, 4, 5, 6]


def test_nothing_owns_itself() -> None:
    with pytest.raises(ValueError, match=r"^nothing owns itself$"):
        owns(1, VICTIM, VICTIM, 1)


def test_roles_in_two_linked_cases_are_two_findings_in_words() -> None:
    linked = tuple(LinkedCase(number, roles=(LinkedRole(EXPERT, RoleClass.SUP),)) for number in (9, 8))
    found = weighed(case(linked=linked)).findings

    assert sorted((one.path[1].fact_id, str(one.path[1].label)) for one in found) == [  # type: ignore[union-attr]
        (8, str(HAS_ROLE_LINKED_TO)),
        (9, str(HAS_ROLE_LINKED_TO)),
    ]


def test_a_namesake_of_a_party_is_told_that_only_the_name_agrees() -> None:
    facts = world()
    namesake = replace(facts.experts[0], name_ko="차별하", name_en="", birth_year=None)

    assert only(screened(replace(facts, experts=(namesake,)))).reckoning == NAME_ONLY


def test_a_century_that_is_no_leap_year_ends_a_look_back_in_march() -> None:
    assert first_day_outside(dt.date(2096, 2, 28), 4) == dt.date(2100, 3, 1)
