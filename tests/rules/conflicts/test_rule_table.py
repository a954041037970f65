"""Rules about what holds now, or held at any time: the tiers of each role class, and what must not fire."""

from dataclasses import replace
from typing import Any

import pytest

from expertpool.conflicts.packs import pack_in_force
from expertpool.conflicts.rules.codec import facts_from_plain, facts_to_plain, fingerprint
from expertpool.conflicts.rules.facts import (
    Case,
    CaseFacts,
    CaseParty,
    LinkedCase,
    LinkedRole,
    Ref,
    SecrecyDuty,
    Technology,
)
from expertpool.conflicts.rules.findings import Node
from expertpool.conflicts.rules.packs import RULE_IDS
from expertpool.conflicts.rules.telling import tell
from expertpool.conflicts.rules.vocabulary import (
    Confidence,
    Kinship,
    NodeKind,
    PanelAct,
    PartyKind,
    RelationType,
    RoleClass,
    Side,
)
from tests.rules.conflicts.table import (
    AGENCY,
    COLLEGE,
    GROUP,
    INVENTOR,
    OFFICER_IN_CHARGE,
    OUR_LAW_FIRM,
    OWN_FIRM,
    RIVAL,
    THEIR_COUNSEL,
    THEIR_LAW_FIRM,
    case,
    cells,
    firm_tie,
    listed,
    rules,
    weighed,
)
from tests.rules.conflicts.world import (
    ACCUSED_FIRM,
    EXPERT,
    ON,
    SISTER,
    STRANGER,
    SUSPECT,
    VICTIM,
    day,
    only,
    tie,
)

R = RelationType
TECHNOLOGY = Ref(NodeKind.TECHNOLOGY, 1)
YESTERDAY = "2026-08-31"


@pytest.mark.parametrize(
    ("rule", "kind", "target", "expected", "more"),
    [
        ("R04b", R.OFFICER, VICTIM, "B/W/W", {"kinship": Kinship.SPOUSE}),
        ("R04b", R.AUDITOR, VICTIM, "B/W/W", {"kinship": Kinship.FORMER_SPOUSE}),
        ("R04b", R.OUTSIDE_DIRECTOR, VICTIM, "B/W/W", {"kinship": Kinship.LINEAL}),
        ("R04b", R.OFFICER, ACCUSED_FIRM, "B/W/W", {"kinship": Kinship.SIBLING}),
        ("R04b", R.OFFICER, ACCUSED_FIRM, "B/W/W", {"kinship": Kinship.HOUSEHOLD}),
        (None, R.OFFICER, ACCUSED_FIRM, "C/C/C", {"kinship": Kinship.RELATIVE}),
        (None, R.OFFICER, RIVAL, "C/C/C", {"kinship": Kinship.SPOUSE}),
        ("R05", R.EMPLOYEE, VICTIM, "W/W/D", {"kinship": Kinship.HOUSEHOLD}),
        ("R05", R.EMPLOYEE, VICTIM, "W/W/D", {"kinship": Kinship.SPOUSE}),
        (None, R.EMPLOYEE, VICTIM, "C/C/C", {"kinship": Kinship.FORMER_SPOUSE}),
        (None, R.EMPLOYEE, VICTIM, "C/C/C", {"kinship": Kinship.SIBLING}),
        (None, R.EMPLOYEE, STRANGER, "C/C/C", {"kinship": Kinship.HOUSEHOLD}),
        ("R12", R.LICENSEE, ACCUSED_FIRM, "B/B/B", {}),
        ("R12", R.LICENSEE, VICTIM, "B/B/D", {}),
        (None, R.LICENSEE, VICTIM, "C/C/C", {"case_id": 2}),
        (None, R.LICENSEE, STRANGER, "C/C/C", {}),
        ("R13", R.EMPLOYEE, RIVAL, "W/B/W", {}),
        ("R13", R.ADVISER, RIVAL, "W/B/W", {}),
        ("R13", R.SHAREHOLDER, RIVAL, "W/B/W", {"share_bp": 500}),
        (None, R.SHAREHOLDER, RIVAL, "C/C/C", {"share_bp": 499}),
        (None, R.EMPLOYEE, RIVAL, "C/C/C", {"kinship": Kinship.HOUSEHOLD}),
        ("R17", R.MEMBER_OF_FIRM, THEIR_LAW_FIRM, "B/W/B", {}),
        ("R17", R.EMPLOYEE, OUR_LAW_FIRM, "B/W/C", {}),
        (None, R.MEMBER_OF_FIRM, OWN_FIRM, "C/C/C", {}),
        ("R23", R.BOARD, INVENTOR, "D/D/C", {"group_size": 10}),
        (None, R.BOARD, INVENTOR, "C/C/C", {"group_size": 11}),
        (None, R.SCHOOL, SUSPECT, "C/C/C", {}),
        (None, R.REGION, SUSPECT, "C/C/C", {}),
        (None, R.ASSOCIATION, SUSPECT, "C/C/C", {}),
        ("R25", R.NEGOTIATION, VICTIM, "B/B/B", {}),
        (None, R.NEGOTIATION, STRANGER, "C/C/C", {}),
        ("R27", R.DEPENDS_ON, VICTIM, "W/W/W", {"share_bp": 1000}),
        (None, R.DEPENDS_ON, VICTIM, "C/C/C", {"share_bp": 999}),
        ("R07", R.SHAREHOLDER, VICTIM, "W/W/D", {"share_bp": 1}),
        (None, R.FUND_HOLDER, VICTIM, "C/C/C", {"share_bp": 9000}),
        ("R06", R.SHAREHOLDER, VICTIM, "B/B/B", {"share_bp": 3000}),
        ("R06", R.SHAREHOLDER, VICTIM, "B/B/B", {"capital_bp": 5000}),
        ("R07", R.SHAREHOLDER, VICTIM, "W/W/D", {"share_bp": 2999, "capital_bp": 4999}),
        ("R06", R.OUTCOME_INTEREST, ACCUSED_FIRM, "B/B/B", {"amount_krw": 50_000_000}),
        (None, R.OUTCOME_INTEREST, ACCUSED_FIRM, "C/C/C", {"amount_krw": 49_999_999}),
        ("R06", R.OUTCOME_INTEREST, SUSPECT, "B/B/B", {"amount_krw": 50_000_000}),
        ("R28", R.OUTCOME_INTEREST, ACCUSED_FIRM, "RV/RV/RV", {"amount_krw": None}),
        (None, R.SHAREHOLDER, STRANGER, "C/C/C", {"share_bp": 9000}),
    ],
)
def test_what_holds_today_weighs_and_what_ended_yesterday_does_not(
    rule: str | None, kind: RelationType, target: Ref, expected: str, more: dict[str, Any]
) -> None:
    today = case(tie(target, kind, until=ON.isoformat(), **more))
    over = case(tie(target, kind, until=YESTERDAY, **more))

    assert cells(today) == expected
    assert rules(today) == ({rule} if rule else set())
    assert rule not in rules(over)


@pytest.mark.parametrize(
    ("amount", "expected"), [(10_000_000, "W/W/D"), (9_999_999, "D/D/D"), (None, "RV/RV/D")]
)
def test_a_listed_share_weighs_by_what_it_is_worth(amount: int | None, expected: str) -> None:
    assert cells(listed(case(tie(VICTIM, R.SHAREHOLDER, share_bp=1, amount_krw=amount)))) == expected


def test_own_and_family_holdings_are_added_up() -> None:
    own = tie(VICTIM, R.SHAREHOLDER, share_bp=1600)
    hers = tie(VICTIM, R.SHAREHOLDER, share_bp=1400, kinship=Kinship.SPOUSE, number=2)

    assert cells(case(own, hers)) == "B/B/B"
    assert cells(case(own, replace(hers, share_bp=1399))) == "W/W/D"
    assert cells(case(own, replace(hers, target=ACCUSED_FIRM))) == "W/W/D"


def test_a_holding_whose_end_is_unknown_leaves_the_sum_open() -> None:
    own = tie(VICTIM, R.SHAREHOLDER, share_bp=1600)
    hers = tie(VICTIM, R.SHAREHOLDER, share_bp=1400, kinship=Kinship.SPOUSE, until="unknown", number=2)

    finding = only(weighed(case(own, hers)))

    assert (finding.rule, finding.behind) == ("R28", "R06")


@pytest.mark.parametrize(
    ("client", "expected", "rule"),
    [(ACCUSED_FIRM, "B/W/W", {"R08"}), (VICTIM, "B/W/C", {"R08"}), (STRANGER, "C/C/C", set())],
)
def test_a_firm_that_acts_for_a_party_binds_those_who_work_there(
    client: Ref, expected: str, rule: set[str]
) -> None:
    facts = case(tie(OWN_FIRM, R.MEMBER_OF_FIRM), firm_tie(OWN_FIRM, R.COUNSEL, client))

    assert cells(facts) == expected
    assert rules(facts) == rule


@pytest.mark.parametrize("act", list(PanelAct))
def test_a_mandate_of_the_firm_is_statutory_on_two_kinds_of_panel(act: PanelAct) -> None:
    ties = (tie(OWN_FIRM, R.MEMBER_OF_FIRM), firm_tie(OWN_FIRM, R.COUNSEL, ACCUSED_FIRM))

    finding = only(weighed(case(*ties, case=Case(1, "2026-0001", panel_act=act))))

    assert finding.statutory is (act is not PanelAct.SME_PROTECTION)
    assert [step.ref for step in finding.path if isinstance(step, Node)] == [EXPERT, OWN_FIRM, ACCUSED_FIRM]


def test_a_firm_the_expert_may_have_left_is_a_review() -> None:
    facts = case(tie(OWN_FIRM, until="unknown"), firm_tie(OWN_FIRM, R.COUNSEL, ACCUSED_FIRM))

    finding = only(weighed(facts))

    assert (finding.rule, finding.behind) == ("R28", "R08")


@pytest.mark.parametrize(
    ("kind", "case_id", "target", "expected"),
    [
        (R.WITNESS, 1, ACCUSED_FIRM, "B/B/B"),
        (R.APPRAISER, 1, VICTIM, "B/B/C"),
        (R.APPRAISER, 1, AGENCY, "B/B/B"),
        (R.INVESTIGATOR, 1, AGENCY, "B/D/B"),
        (R.APPRAISER, 2, ACCUSED_FIRM, "C/C/C"),
        (R.APPRAISER, None, ACCUSED_FIRM, "C/C/C"),
        (R.INVESTIGATOR, 2, AGENCY, "C/C/C"),
    ],
)
def test_an_earlier_part_in_the_same_matter_weighs_however_long_ago(
    kind: RelationType, case_id: int | None, target: Ref, expected: str
) -> None:
    facts = case(tie(target, kind, since="1999-01-01", until="1999-02-01", case_id=case_id))

    assert cells(facts) == expected
    assert rules(facts) == (set() if expected == "C/C/C" else {"R11"})


@pytest.mark.parametrize(("target", "expected"), [(ACCUSED_FIRM, "B/B/B"), (VICTIM, "B/B/C")])
def test_who_advised_a_party_in_this_matter_long_ago_is_barred(target: Ref, expected: str) -> None:
    past = tie(target, R.COUNSEL, since="2001-01-01", until="2005-01-01", case_id=1)

    assert cells(case(past)) == expected
    assert cells(case(replace(past, case_id=2))) == "C/C/C"


@pytest.mark.parametrize(("case_id", "expected", "rule"), [(1, "B/B/B", {"R22"}), (2, "C/C/C", set())])
def test_the_official_who_handled_the_matter_is_barred(case_id: int, expected: str, rule: set[str]) -> None:
    facts = case(tie(AGENCY, R.OFFICIAL_IN_CHARGE, until="1999-01-01", since="1998", case_id=case_id))

    assert cells(facts) == expected
    assert rules(facts) == rule


def _technology(kind: RelationType, side: Side | None, **more: Any) -> CaseFacts:
    at_issue = Technology(TECHNOLOGY, "셀 적층", "Cell stacking", side)
    held = tie(TECHNOLOGY, kind, **more)
    return case(held, case=Case(1, "2026-0001", technologies=(at_issue,)))


@pytest.mark.parametrize(
    ("kind", "side", "until", "expected"),
    [
        (R.INVENTOR, Side.RESPONDENT, "1999-01-01", "B/B/B"),
        (R.INVENTOR, Side.COMPLAINANT, None, "B/B/D"),
        (R.INVENTOR, None, None, "B/B/B"),
        (R.LICENSEE, Side.COMPLAINANT, "2026-09-01", "B/B/D"),
        (R.LICENSEE, Side.COMPLAINANT, YESTERDAY, "C/C/C"),
        (R.RIGHT_HOLDER, Side.RESPONDENT, None, "B/B/B"),
        (R.LICENSEE, None, "unknown", "RV/RV/RV"),
    ],
)
def test_a_stake_in_the_technology_at_issue_weighs_by_whose_it_is(
    kind: RelationType, side: Side | None, until: str | None, expected: str
) -> None:
    assert cells(_technology(kind, side, since="1998", until=until)) == expected


def test_an_inventor_of_another_technology_is_free() -> None:
    other = tie(Ref(NodeKind.TECHNOLOGY, 2), R.INVENTOR)

    assert cells(case(other)) == "C/C/C"


@pytest.mark.parametrize("kind", [R.TEACHER, R.STUDENT])
@pytest.mark.parametrize(
    ("target", "until", "expected"),
    [
        (SUSPECT, "1990-01-01", "W/W/D"),
        (THEIR_COUNSEL, "unknown", "W/W/D"),
        (OFFICER_IN_CHARGE, None, "C/C/C"),
    ],
)
def test_teaching_counts_at_any_time(
    kind: RelationType, target: Ref, until: str | None, expected: str
) -> None:
    facts = case(tie(target, kind, since="1985", until=until))

    assert cells(facts) == expected
    assert rules(facts) == (set() if expected == "C/C/C" else {"R15"})


@pytest.mark.parametrize(
    ("own", "theirs", "until", "expected"),
    [
        ("Cell lab", "cell lab ", None, "B/W/D"),
        ("Cell lab", "Motor lab", None, "D/D/C"),
        ("", "", None, "D/D/C"),
        ("Cell lab", "Cell lab", ON.isoformat(), "B/W/D"),
        ("Cell lab", "Cell lab", YESTERDAY, "C/C/C"),
    ],
)
def test_the_same_unit_weighs_more_than_the_same_institution(
    own: str, theirs: str, until: str | None, expected: str
) -> None:
    colleague = firm_tie(INVENTOR, R.EMPLOYEE, COLLEGE, until=until, unit=theirs)

    facts = case(tie(COLLEGE, unit=own), colleague)

    assert cells(facts) == expected
    assert rules(facts) == (set() if expected == "C/C/C" else {"R16"})


def test_counsel_named_as_a_person_brings_the_own_firm_in() -> None:
    counsel = firm_tie(THEIR_COUNSEL, R.MEMBER_OF_FIRM, OWN_FIRM)

    facts = case(tie(OWN_FIRM, R.MEMBER_OF_FIRM), counsel)

    assert cells(facts) == "B/W/B"
    assert rules(facts) == {"R16", "R17"}


@pytest.mark.parametrize(("share_bp", "expected"), [(1000, "W/W/W"), (999, "C/C/C"), (None, "RV/RV/RV")])
def test_an_employer_that_lives_on_a_party_is_a_conflict(share_bp: int | None, expected: str) -> None:
    facts = case(tie(OWN_FIRM), firm_tie(OWN_FIRM, R.DEPENDS_ON, VICTIM, share_bp=share_bp))

    assert cells(facts) == expected


@pytest.mark.parametrize(
    ("until", "expected"), [(None, "B/B/B"), (ON.isoformat(), "B/B/B"), (YESTERDAY, "C/C/C")]
)
def test_a_duty_of_secrecy_bars_as_long_as_it_lasts(until: str | None, expected: str) -> None:
    duty = SecrecyDuty(1, EXPERT, day("2020"), day(until) if until else None)

    facts = case(secrecies=(duty,))

    assert cells(facts) == expected
    assert rules(facts) == (set() if expected == "C/C/C" else {"R29"})


@pytest.mark.parametrize(
    ("role", "shared", "expected"),
    [
        (RoleClass.SUP, False, "B/B/C"),
        (RoleClass.INV, False, "C/D/B"),
        (RoleClass.ADJ, True, "D/C/B"),
        (RoleClass.ADJ, False, "C/C/B"),
    ],
)
def test_two_hats_in_linked_cases(role: RoleClass, shared: bool, expected: str) -> None:
    party = CaseParty(1, VICTIM if shared else STRANGER, Side.COMPLAINANT, PartyKind.PARTY, ON)
    linked = LinkedCase(2, (party,), (LinkedRole(EXPERT, role, Side.COMPLAINANT),))

    assert cells(case(linked=(linked,))) == expected


def test_the_role_of_somebody_else_in_a_linked_case_is_not_the_experts() -> None:
    other = LinkedRole(Ref(NodeKind.EXPERT, 2), RoleClass.SUP)

    assert cells(case(linked=(LinkedCase(2, roles=(other,)),))) == "C/C/C"


def test_the_complainants_affiliate_counts_like_the_respondents() -> None:
    turned = {Side.COMPLAINANT: Side.RESPONDENT, Side.RESPONDENT: Side.COMPLAINANT}
    facts = case(tie(SISTER, R.ADVISER, until="2025-01-01"), ownerships=GROUP)
    parties = tuple(replace(one, side=turned.get(one.side, one.side)) for one in facts.parties)

    assert cells(facts) == cells(replace(facts, parties=parties)) == "W/D/D"


def test_new_facts_survive_the_file() -> None:
    facts = case(
        tie(VICTIM, R.PROGRAMME_JUDGE, until="2025", technology=TECHNOLOGY),
        tie(VICTIM, R.SHAREHOLDER, capital_bp=4000, number=2),
        secrecies=(SecrecyDuty(1, EXPERT),),
        linked=(LinkedCase(2, roles=(LinkedRole(EXPERT, RoleClass.SUP, Side.OTHER),)),),
        case=Case(1, "2026-0001", technologies=(Technology(TECHNOLOGY, "셀", "Cell", Side.RESPONDENT),)),
    )

    read = facts_from_plain(facts_to_plain(facts))

    assert read == facts
    assert fingerprint(read) == fingerprint(facts)


def test_every_finding_says_what_was_counted_and_what_would_change_it() -> None:
    screening = weighed(case(tie(VICTIM, R.LOAN, until="2025-08-31")))

    (told,) = tell(screening, with_path=True)

    assert str(told.reckoning) == ("Ended on 2025-08-31, inside the 2 years from 2024-09-01 to 2026-09-01.")
    assert str(told.changes) == "From 2027-09-01 it is lighter or gone, if nothing else changes."


def test_files_and_tables_are_screened_by_every_rule() -> None:
    assert set(pack_in_force(ON).rules) == set(RULE_IDS)


def test_a_name_alone_never_bars_over_a_firm() -> None:
    vague = replace(tie(OWN_FIRM), confidence=Confidence.NAME_ONLY)

    finding = only(weighed(case(vague, firm_tie(OWN_FIRM, R.COUNSEL, ACCUSED_FIRM))))

    assert finding.rule == "R28"
