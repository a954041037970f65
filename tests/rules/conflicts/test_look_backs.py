"""Rules that count back from the screening day: the last day inside, the first outside, the lighter group.

The screening day is 1 September 2026.
"""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from expertpool.conflicts.rules.facts import Case, Ownership, Ref, Technology
from expertpool.conflicts.rules.vocabulary import NodeKind, RelationType, RoleClass, Tier
from tests.rules.conflicts.table import (
    AGENCY,
    GROUP,
    INVENTOR,
    OFFICER_IN_CHARGE,
    OUR_LAW_FIRM,
    OWN_FIRM,
    THEIR_LAW_FIRM,
    case,
    cells,
    firm_tie,
    rules,
    weighed,
)
from tests.rules.conflicts.world import (
    ACCUSED_FIRM,
    HOLDING,
    SISTER,
    STRANGER,
    SUSPECT,
    VICTIM,
    only,
    owns,
    tie,
)

R = RelationType
AT_ISSUE = (Ref(NodeKind.TECHNOLOGY, 1), "셀", "Cell")


@pytest.mark.parametrize(
    ("rule", "kind", "target", "until", "expected", "more"),
    [
        ("R10", R.ADVISER, VICTIM, "2024-09-01", "B/W/W", {}),
        ("R10", R.COUNSEL, ACCUSED_FIRM, "2024-08-31", "W/D/D", {}),
        ("R10", R.COUNSEL, ACCUSED_FIRM, "2023-09-01", "W/D/D", {}),
        (None, R.COUNSEL, ACCUSED_FIRM, "2023-08-31", "C/C/C", {}),
        (None, R.COUNSEL, STRANGER, "2026-08-31", "C/C/C", {}),
        ("R14", R.CO_AUTHOR, SUSPECT, "2023-09-01", "W/W/D", {"group_size": 20}),
        ("R14", R.CO_AUTHOR, SUSPECT, "2023-09-01", "D/D/D", {"group_size": 21}),
        ("R14", R.JOINT_RESEARCH, INVENTOR, "2023-08-31", "D/D/D", {}),
        ("R14", R.JOINT_RESEARCH, INVENTOR, "2021-09-01", "D/D/D", {}),
        (None, R.JOINT_RESEARCH, INVENTOR, "2021-08-31", "C/C/C", {}),
        (None, R.JOINT_RESEARCH, OFFICER_IN_CHARGE, "2026-08-31", "C/C/C", {}),
        ("R19", R.PUBLIC_STANCE, VICTIM, "2025-09-01", "W/D/C", {}),
        (None, R.PUBLIC_STANCE, VICTIM, "2025-08-31", "C/C/C", {}),
        (None, R.PUBLIC_STANCE, STRANGER, "2026-08-31", "C/C/C", {}),
        ("R20", R.LITIGATION, ACCUSED_FIRM, "2026-09-01", "B/B/W", {}),
        ("R20", R.LITIGATION, ACCUSED_FIRM, "2023-09-01", "W/W/D", {}),
        (None, R.LITIGATION, ACCUSED_FIRM, "2023-08-31", "C/C/C", {}),
        (None, R.LITIGATION, INVENTOR, "2026-09-01", "C/C/C", {}),
        ("R21", R.LOAN, VICTIM, "2024-09-01", "W/W/D", {}),
        ("R21", R.DEAL, SUSPECT, "2024-09-01", "W/W/D", {}),
        (None, R.LOAN, VICTIM, "2024-08-31", "C/C/C", {}),
        (None, R.LOAN, STRANGER, "2026-08-31", "C/C/C", {}),
        ("R22", R.SUPERIOR, OFFICER_IN_CHARGE, "2024-09-01", "W/W/D", {}),
        (None, R.SUPERIOR, OFFICER_IN_CHARGE, "2024-08-31", "C/C/C", {}),
        (None, R.SUPERIOR, SUSPECT, "2026-08-31", "C/C/C", {}),
        ("R24", R.GIFT, THEIR_LAW_FIRM, "2025-09-01", "W/W/W", {"amount_krw": 50_001}),
        (None, R.GIFT, THEIR_LAW_FIRM, "2025-08-31", "C/C/C", {"amount_krw": 50_001}),
        (None, R.GIFT, VICTIM, "2026-08-31", "C/C/C", {"amount_krw": 50_000}),
        ("R26", R.PROGRAMME_JUDGE, VICTIM, "2023-09-01", "D/D/C", {}),
        (None, R.PROGRAMME_JUDGE, VICTIM, "2023-08-31", "C/C/C", {}),
        (None, R.PROGRAMME_JUDGE, STRANGER, "2026-08-31", "C/C/C", {}),
    ],
)
def test_a_tie_weighs_by_the_day_it_ended(
    rule: str | None, kind: RelationType, target: Ref, until: str, expected: str, more: dict[str, Any]
) -> None:
    facts = case(tie(target, kind, until=until, **more))

    assert cells(facts) == expected
    assert rules(facts) == ({rule} if rule else set())


@pytest.mark.parametrize(
    ("rule", "kind", "until", "lapses"),
    [
        ("R10", R.ADVISER, "2024-09-01", dt.date(2026, 9, 2)),
        ("R19", R.PUBLIC_STANCE, "2026-02-28", dt.date(2027, 3, 1)),
        ("R20", R.LITIGATION, "2025-05-31", dt.date(2028, 6, 1)),
        ("R21", R.LOAN, "2026-02-28", dt.date(2028, 3, 1)),
        ("R26", R.PROGRAMME_JUDGE, "2025-02-28", dt.date(2028, 3, 1)),
    ],
)
def test_the_day_that_brings_a_change_is_the_first_on_which_it_weighs_less(
    rule: str, kind: RelationType, until: str, lapses: dt.date
) -> None:
    facts = case(tie(VICTIM, kind, until=until))

    finding = only(weighed(facts))

    assert (finding.rule, finding.lapses_on) == (rule, lapses)
    before = {one.tier for one in weighed(facts, on=lapses - dt.timedelta(days=1)).findings}
    assert before == {finding.tier}
    assert finding.tier not in {one.tier for one in weighed(facts, on=lapses).findings}


@pytest.mark.parametrize(("until", "expected"), [("2027-02-28", "W/D/C"), ("2027-02-27", "C/C/C")])
def test_a_look_back_from_a_leap_day_begins_on_the_last_of_february(until: str, expected: str) -> None:
    facts = case(tie(VICTIM, R.PUBLIC_STANCE, until=until))

    assert cells(facts, dt.date(2028, 2, 29)) == expected


@pytest.mark.parametrize(
    ("kind", "until", "expected"),
    [
        (R.ADVISER, "2024-09-01", "W/D/D"),
        (R.ADVISER, "2024-08-31", "D/D/D"),
        (R.ADVISER, "2023-08-31", "C/C/C"),
        (R.LITIGATION, None, "B/B/W"),
        (R.LITIGATION, "2023-09-01", "D/D/D"),
        (R.LOAN, "2024-09-01", "D/D/D"),
        (R.LOAN, None, "W/W/D"),
        (R.PROGRAMME_JUDGE, None, "D/D/C"),
        (R.GIFT, "2025-09-01", "W/W/W"),
        (R.GIFT, "2025-08-31", "C/C/C"),
        (R.NEGOTIATION, "2026-09-01", "B/B/B"),
        (R.NEGOTIATION, "2026-08-31", "C/C/C"),
        (R.PUBLIC_STANCE, "2026-08-31", "C/C/C"),
    ],
)
def test_towards_an_affiliate_what_is_past_is_one_tier_lighter_and_what_holds_is_not(
    kind: RelationType, until: str | None, expected: str
) -> None:
    facts = case(tie(SISTER, kind, until=until, amount_krw=90_000), ownerships=GROUP)

    assert cells(facts) == expected


@pytest.mark.parametrize(
    ("holding", "expected"),
    [
        (owns(1, HOLDING, SISTER, 6000, until="2024-09-01"), "D/D/D"),
        (owns(1, HOLDING, SISTER, 6000, until="2024-08-31"), "C/C/C"),
        (owns(1, HOLDING, SISTER, 3000), "C/C/C"),
    ],
)
def test_a_loan_that_goes_on_counts_from_the_day_its_firm_left_the_group_and_not_over_a_minority(
    holding: Ownership, expected: str
) -> None:
    assert cells(case(tie(SISTER, R.LOAN), ownerships=(holding, GROUP[1]))) == expected


@pytest.mark.parametrize(("since", "expected"), [("2026-09-01", "W/W/D"), ("2026-09-02", "C/C/C")])
def test_what_counts_for_ever_counts_from_the_day_it_begins(since: str, expected: str) -> None:
    assert cells(case(tie(SUSPECT, R.TEACHER, since=since))) == expected


def test_a_day_after_which_a_tie_weighs_the_same_brings_no_change() -> None:
    office = case(tie(VICTIM, R.OFFICER, until="2024-03-31"))

    finding = only(weighed(office, RoleClass.INV))

    assert (finding.tier, finding.lapses_on) == (Tier.DISCLOSE, None)


@pytest.mark.parametrize(
    ("kind", "until"),
    [(R.ADVISER, "2024"), (R.LITIGATION, "2023"), (R.LOAN, "2024"), (R.PUBLIC_STANCE, "2025")],
)
def test_a_year_whose_readings_differ_is_a_review(kind: RelationType, until: str) -> None:
    finding = only(weighed(case(tie(VICTIM, kind, since="2010", until=until))))

    assert (finding.rule, finding.behind is not None) == ("R28", True)


def test_a_gift_of_unknown_worth_is_a_review() -> None:
    finding = only(weighed(case(tie(VICTIM, R.GIFT, until="2026-08-31"))))

    assert (finding.rule, finding.behind) == ("R28", "R24")


@pytest.mark.parametrize(("technology", "expected"), [(1, "W/W/D"), (2, "D/D/C")])
def test_judging_the_very_technology_weighs_more(technology: int, expected: str) -> None:
    about = Ref(NodeKind.TECHNOLOGY, technology)
    judged = tie(VICTIM, R.PROGRAMME_JUDGE, until="2023-09-01", technology=about)
    at_issue = Case(1, "2026-0001", technologies=(Technology(*AT_ISSUE),))

    assert cells(case(judged, case=at_issue)) == expected


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        ("2024-09-01", "W/D/D"),
        ("2024-08-31", "D/D/C"),
        ("2023-09-01", "D/D/C"),
        ("2023-08-31", "C/C/C"),
    ],
)
def test_what_only_the_firm_did_for_a_party_weighs_less_than_what_the_expert_did(
    until: str, expected: str
) -> None:
    mandate = firm_tie(OWN_FIRM, R.ADVISER, VICTIM, until=until)

    facts = case(tie(OWN_FIRM), mandate)

    assert cells(facts) == expected
    assert rules(facts) <= {"R10"}


@pytest.mark.parametrize(
    ("left", "expected"),
    [("2024-09-01", "W/D/D"), ("2024-08-31", "D/D/C"), ("2010-02-28", "C/C/C")],
)
def test_who_left_the_firm_answers_for_the_days_shared_with_its_mandate(left: str, expected: str) -> None:
    job = tie(OWN_FIRM, since="2009-01-01", until=left)

    assert cells(case(job, firm_tie(OWN_FIRM, R.COUNSEL, VICTIM))) == expected


@pytest.mark.parametrize(
    ("left", "now_at", "expected"),
    [
        ("2025-09-01", OUR_LAW_FIRM, "B"),
        ("2025-08-31", OUR_LAW_FIRM, None),
        ("2025-09-01", STRANGER, None),
        ("2025", OUR_LAW_FIRM, "RV"),
    ],
)
def test_counsel_who_left_the_handling_agency_within_a_year_helps_nobody(
    left: str, now_at: Ref, expected: str | None
) -> None:
    kind = R.MEMBER_OF_FIRM if now_at == OUR_LAW_FIRM else R.EMPLOYEE
    facts = case(tie(AGENCY, until=left), tie(now_at, kind, since="2025-09-01", number=2))

    found = {one.rule for one in weighed(facts, RoleClass.SUP).findings}
    told = {None: set(), "B": {"R22"}, "RV": {"R28"}}

    assert found - {"R17"} == told[expected]
    assert not {"R22", "R28"} & {one.rule for one in weighed(facts, RoleClass.INV).findings}


def _appointments(*ends: str, by: Ref = VICTIM) -> tuple[Any, ...]:
    return tuple(
        tie(by, R.APPOINTED_BY, until=end, number=number) for number, end in enumerate(ends, start=1)
    )


@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        (("2023-09-01", "2024-05-05", "2026-01-01"), "W/D/D"),
        (("2023-08-31", "2024-05-05", "2026-01-01"), "C/C/C"),
        (("2024-05-05", "2026-01-01"), "C/C/C"),
        (("2023", "2024-05-05", "2026-01-01"), "RV/RV/RV"),
    ],
)
def test_three_appointments_by_one_hand_in_thirty_six_months_are_many(
    ends: tuple[str, ...], expected: str
) -> None:
    assert cells(case(*_appointments(*ends))) == expected


def test_many_appointments_end_when_the_third_last_leaves_the_look_back() -> None:
    finding = only(weighed(case(*_appointments("2023-10-10", "2024-05-05", "2026-01-01"))))

    assert (finding.rule, finding.lapses_on) == ("R18", dt.date(2026, 10, 11))


def test_appointments_by_different_hands_are_not_added_up() -> None:
    two = _appointments("2026-01-01", "2026-02-01")
    third = replace(_appointments("2026-03-01", by=ACCUSED_FIRM)[0], id=9)

    assert cells(case(*two, third)) == "C/C/C"
