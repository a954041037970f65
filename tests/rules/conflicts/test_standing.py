"""R01, R02, R30 and what an officer decided about a finding."""

import datetime as dt
from dataclasses import replace

import pytest

from expertpool.conflicts.rules.facts import (
    Case,
    CaseFacts,
    CaseParty,
    Declaration,
    Organisation,
    Person,
    Recusal,
    Relation,
    Ruling,
    organisation,
    person,
)
from expertpool.conflicts.rules.vocabulary import (
    Answer,
    Confidence,
    FindingStatus,
    Kinship,
    PanelAct,
    PartyKind,
    RelationType,
    RoleClass,
    Side,
    Tier,
)
from tests.rules.conflicts.world import (
    ACCUSED_FIRM,
    EXPERT,
    HOLDING,
    ON,
    SISTER,
    STRANGER,
    SUSPECT,
    VICTIM,
    only,
    owns,
    screened,
    tie,
    tiers,
    world,
)


def _as(kind: PartyKind, **more: object) -> CaseFacts:
    named = CaseParty(9, EXPERT, Side.RESPONDENT, kind, ON)
    return replace(world(**more), parties=(*world().parties, named))


@pytest.mark.parametrize("kind", [PartyKind.PARTY, PartyKind.ACCUSED, PartyKind.REPRESENTATIVE])
def test_an_expert_who_stands_in_the_case_is_barred(kind: PartyKind) -> None:
    facts = _as(kind)

    assert only(screened(facts)).rule == "R01"
    assert tiers(facts) == "B/B/B"


@pytest.mark.parametrize("kind", [RelationType.REPRESENTATIVE, RelationType.RIGHT_HOLDER])
def test_an_expert_who_acts_or_shares_a_right_with_a_party_is_barred(kind: RelationType) -> None:
    assert only(screened(world(relations=(tie(VICTIM, kind),)))).rule == "R01"


def test_a_former_representative_counts_as_a_former_officer() -> None:
    past = tie(VICTIM, RelationType.REPRESENTATIVE, until="2020-01-01")

    assert tiers(world(relations=(past,))) == "D/D/C"


@pytest.mark.parametrize(
    ("act", "basis"),
    [
        (PanelAct.SME_PROTECTION, "SME Technology Protection Support Act, article 24"),
        (PanelAct.WIN_WIN, "Win-Win Growth Act, article 28-8"),
        (PanelAct.SUBCONTRACTING, "Fair Transactions in Subcontracting Act, article 24-2"),
    ],
)
def test_on_a_panel_the_exclusion_of_a_party_rests_on_the_panels_act(act: PanelAct, basis: str) -> None:
    finding = only(screened(_as(PartyKind.PARTY, case=Case(1, "2026-0001", panel_act=act))))

    assert finding.statutory
    assert str(finding.basis) == basis


@pytest.mark.parametrize(
    ("role", "case_id", "statutory"),
    [(RoleClass.ADJ, 1, True), (RoleClass.ADJ, None, False), (RoleClass.INV, 1, False)],
)
def test_a_post_at_a_party_is_a_statutory_exclusion_only_for_acting_in_this_case(
    role: RoleClass, case_id: int | None, statutory: bool
) -> None:
    case = Case(1, "2026-0001", panel_act=PanelAct.SME_PROTECTION)
    facts = world(case=case, relations=(tie(VICTIM, RelationType.COUNSEL, case_id=case_id),))

    finding = only(screened(facts, role))

    assert (finding.rule, finding.statutory) == ("R02", statutory)


def test_sharing_the_right_at_issue_is_a_statutory_exclusion_on_a_panel() -> None:
    case = Case(1, "2026-0001", panel_act=PanelAct.SME_PROTECTION)

    finding = only(screened(world(case=case, relations=(tie(VICTIM, RelationType.RIGHT_HOLDER),))))

    assert (finding.rule, finding.statutory) == ("R01", True)


def test_counsel_in_this_case_is_barred_by_r02() -> None:
    assert only(screened(_as(PartyKind.COUNSEL))).rule == "R02"


def test_a_namesake_of_the_expert_in_the_case_is_a_review() -> None:
    accused = Person(SUSPECT, "나루온")

    finding = only(screened(world(persons=(accused,))))

    assert (finding.rule, finding.behind, finding.worst_tier) == ("R28", "R01", Tier.BAR)


def test_the_expert_with_the_birth_year_of_the_accused_is_the_accused() -> None:
    accused = Person(SUSPECT, "나루온", birth_year=1975)

    assert only(screened(world(persons=(accused,)))).rule == "R01"


def test_a_recorded_identity_makes_the_expert_the_accused() -> None:
    same = tie(SUSPECT, RelationType.SAME_PERSON)

    assert only(screened(world(relations=(same,)))).rule == "R01"


def test_a_record_of_the_respondent_under_another_branch_number_is_the_respondent() -> None:
    corp_no = "1101110062432"
    branch = Organisation(organisation(9), "한들셀 대전지점", "Handeul Cell Daejeon", corp_no=corp_no)
    firm = Organisation(ACCUSED_FIRM, "한들셀", "Handeul Cell", corp_no=corp_no)

    finding = only(screened(world(organisations=(branch, firm), relations=(tie(branch.ref),))))

    assert finding.rule == "R02"


def test_an_employer_that_shares_only_the_name_of_the_respondent_is_a_review() -> None:
    firm = Organisation(organisation(9), "(주)한들셀", "")
    facts = world(organisations=(*world().organisations, firm), relations=(tie(firm.ref),))

    finding = only(screened(facts))

    assert (finding.rule, finding.behind) == ("R28", "R02")


def test_a_tie_known_by_name_only_is_a_review() -> None:
    vague = tie(VICTIM, confidence=Confidence.NAME_ONLY)

    assert only(screened(world(relations=(vague,)))).rule == "R28"


def test_a_relatives_post_is_not_the_experts_own() -> None:
    hers = tie(VICTIM, kinship=Kinship.SIBLING)

    assert tiers(world(relations=(hers,))) == "C/C/C"


@pytest.mark.parametrize("until", [None, "1999", "unknown"])
@pytest.mark.parametrize("kinship", [one for one in Kinship if one is not Kinship.SELF])
def test_kin_of_the_accused_is_barred_whenever_it_was(kinship: Kinship, until: str | None) -> None:
    kin = tie(SUSPECT, RelationType.SAME_PERSON, since="1990", kinship=kinship, until=until)

    assert only(screened(world(relations=(kin,)))).rule == "R04a"
    assert tiers(world(relations=(kin,))) == "B/B/B"


def test_kin_that_only_shares_the_name_of_the_accused_is_a_review() -> None:
    namesake = Person(person(9), name_ko="차별하")
    kin = tie(namesake.ref, RelationType.SAME_PERSON, kinship=Kinship.SPOUSE)
    facts = world(relations=(kin,))

    finding = only(screened(replace(facts, persons=(*facts.persons, namesake))))

    assert (finding.rule, finding.behind) == ("R28", "R04a")


def test_two_owners_of_a_joint_venture_are_not_affiliates_of_one_another() -> None:
    halves = (owns(1, STRANGER, HOLDING, 5000), owns(2, ACCUSED_FIRM, HOLDING, 5000))

    assert tiers(world(relations=(tie(STRANGER),), ownerships=halves)) == "C/C/C"
    assert tiers(world(relations=(tie(HOLDING),), ownerships=halves)) == "B/B/B"


def test_firms_controlled_by_one_person_are_affiliates() -> None:
    owner = Person(person(5), "온가람")
    chain = (owns(1, owner.ref, SISTER, 5100), owns(2, owner.ref, ACCUSED_FIRM, 5100))
    facts = world(relations=(tie(SISTER),), ownerships=chain)

    assert only(screened(replace(facts, persons=(*facts.persons, owner)))).rule == "R03"


def test_circular_holdings_come_to_an_end() -> None:
    ring = (
        owns(1, HOLDING, SISTER, 6000),
        owns(2, SISTER, ACCUSED_FIRM, 6000),
        owns(3, ACCUSED_FIRM, HOLDING, 6000),
    )

    assert tiers(world(relations=(tie(HOLDING),), ownerships=ring)) == "B/B/B"


def test_a_vague_date_of_purchase_can_leave_the_group_in_doubt() -> None:
    bought = owns(1, ACCUSED_FIRM, SISTER, 10_000, since="2025")
    job = tie(SISTER, until="2025-06-30")

    finding = only(screened(world(relations=(job,), ownerships=(bought,))))

    assert (finding.rule, finding.worst_tier) == ("R28", Tier.WAIVABLE)


def test_an_expert_who_steps_down_is_barred_and_nothing_else_is_said() -> None:
    finding = only(screened(world(recusals=(Recusal(1, EXPERT, ON),))))

    assert (finding.rule, finding.tier, finding.statutory) == ("R30", Tier.BAR, False)


def test_an_expert_bound_to_secrecy_is_treated_as_stepping_down() -> None:
    silent = Declaration(1, EXPERT, Answer.CANNOT_SAY, ON)

    assert only(screened(world(declarations=(silent,)))).rule == "R30"


def _ruled(tie_: Relation, status: FindingStatus, until: dt.date | None = None) -> CaseFacts:
    facts = world(relations=(tie_,))
    key = only(screened(facts, RoleClass.INV)).key
    return replace(facts, rulings=(Ruling(EXPERT, key, status, until),))


@pytest.mark.parametrize(
    ("ended", "status", "expected"),
    [
        ("2025-01-01", FindingStatus.WAIVED, Tier.DISCLOSE),
        ("2025-01-01", FindingStatus.CONFIRMED, Tier.WAIVABLE),
        ("2025-01-01", FindingStatus.DISMISSED, Tier.CLEAR),
        ("unknown", FindingStatus.CONFIRMED, Tier.BAR),
        ("unknown", FindingStatus.DISMISSED, Tier.CLEAR),
        (None, FindingStatus.WAIVED, Tier.BAR),
        (None, FindingStatus.DISMISSED, Tier.BAR),
    ],
)
def test_an_officers_ruling_changes_what_a_finding_counts_as(
    ended: str | None, status: FindingStatus, expected: Tier
) -> None:
    assert screened(_ruled(tie(VICTIM, until=ended), status), RoleClass.INV).tier is expected


def test_a_ruling_past_its_last_day_no_longer_counts() -> None:
    yesterday = ON - dt.timedelta(days=1)
    facts = _ruled(tie(VICTIM, until="2025-01-01"), FindingStatus.WAIVED, yesterday)

    assert screened(facts, RoleClass.INV).tier is Tier.WAIVABLE


def test_a_ruling_for_one_role_does_not_speak_for_another() -> None:
    facts = _ruled(tie(VICTIM, until="2025-01-01"), FindingStatus.WAIVED)

    assert screened(facts, RoleClass.SUP).tier is Tier.WAIVABLE
