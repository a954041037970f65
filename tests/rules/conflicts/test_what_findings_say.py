"""What findings show beside their tier: the records they are drawn by, the party, what was counted."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from expertpool.conflicts.rules.dates import DaySpan, ImpreciseDate, first_day_outside
from expertpool.conflicts.rules.facts import (
    CaseFacts,
    CaseParty,
    Declaration,
    LinkedCase,
    LinkedRole,
    Organisation,
    Relation,
    SecrecyDuty,
    organisation,
)
from expertpool.conflicts.rules.findings import Finding, Link
from expertpool.conflicts.rules.vocabulary import (
    Answer,
    Confidence,
    Kinship,
    PartyKind,
    RelationType,
    RoleClass,
    Side,
    Tier,
)
from tests.rules.conflicts.table import (
    COLLEGE,
    GROUP,
    OUR_LAW_FIRM,
    OWN_FIRM,
    THEIR_COUNSEL,
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
    HOLDING,
    ON,
    SISTER,
    SUSPECT,
    VICTIM,
    day,
    only,
    owns,
    tie,
    world,
)

R = RelationType
OPEN = "Dates, identities or amounts of the holdings leave it open."


def drawn(finding: Finding) -> str:
    """The path as text: names, and between them what joins them, by which record."""
    return " ".join(
        f"[{step.label} {step.fact_kind}:{step.fact_id} {step.since}..{step.until}]"
        if isinstance(step, Link)
        else step.name_en
        for step in finding.path
    )


def appointed(*until: str | None, by: object = VICTIM, **more: object) -> tuple[Relation, ...]:
    return tuple(
        tie(by, R.APPOINTED_BY, since="2024-02-01", until=last, number=place, **more)  # type: ignore[arg-type]
        for place, last in enumerate(until, 1)
    )


def found(facts: CaseFacts, rule: str, role: RoleClass = RoleClass.ADJ) -> Finding:
    (one,) = [each for each in weighed(facts, role).findings if each.rule == rule]
    return one


THRICE = ("2024-09-01", "2025-09-01", "2025-09-01")


def test_appointments_are_drawn_by_the_latest_and_lapse_with_the_third_last() -> None:
    finding = found(case(*appointed(*THRICE)), "R18")

    assert drawn(finding) == "Na Ruon [Appointed by relation:2 2024-02-01..2025-09-01] Dodam Precision"
    assert (finding.party_id, finding.lapses_on) == (1, dt.date(2027, 9, 2))
    assert str(finding.reckoning) == "3 appointments on or after 2023-09-01; from 3 on they count.", (
        finding.reckoning
    )


@pytest.mark.parametrize(
    ("until", "lapses"),
    [
        ((None, None, None), None),
        (("2026-09-01", "2026-09-01", None), None),
        (("2026-08-31", None, None), dt.date(2029, 9, 1)),
    ],
)
def test_appointments_that_hold_today_lapse_on_no_day(
    until: tuple[str | None, ...], lapses: dt.date | None
) -> None:
    assert found(case(*appointed(*until)), "R18").lapses_on == lapses


@pytest.mark.parametrize(
    "doubtful",
    [
        tie(VICTIM, R.APPOINTED_BY, until="unknown", number=3),
        tie(VICTIM, R.APPOINTED_BY, until="2025", number=3, confidence=Confidence.NAME_ONLY),
        tie(VICTIM, R.APPOINTED_BY, until="2023", number=3),
    ],
)
def test_a_third_appointment_in_doubt_leaves_it_open(doubtful: Relation) -> None:
    finding = found(case(*appointed("2025-01-01", "2025-06-01"), doubtful), "R28")

    assert (finding.behind, finding.worst_tier, finding.party_id) == ("R18", Tier.WAIVABLE, 1)
    assert drawn(finding).startswith("Na Ruon [Appointed by relation:")
    assert "from 3 on they count" in str(finding.reckoning)


@pytest.mark.parametrize(
    ("third", "counts"),
    [
        (tie(VICTIM, R.EMPLOYEE, until="2019-01-01", number=3), False),
        (tie(VICTIM, R.APPOINTED_BY, number=3, kinship=Kinship.SPOUSE), False),
        (tie(VICTIM, R.APPOINTED_BY, number=3, since="2026-09-01"), True),
        (tie(VICTIM, R.APPOINTED_BY, number=3, since="2026"), True),
        (tie(VICTIM, R.APPOINTED_BY, number=3, since="2026-09-02"), False),
    ],
)
def test_own_appointments_that_have_begun_count_and_nothing_else(third: Relation, counts: bool) -> None:
    assert ("R18" in rules(case(*appointed("2025-01-01", "2025-06-01"), third))) is counts


def test_too_few_appointments_by_one_party_do_not_hide_those_by_another() -> None:
    few = tie(VICTIM, R.APPOINTED_BY, number=9)

    assert found(case(few, *appointed(*THRICE, by=ACCUSED_FIRM)), "R18").party_id == 2


@pytest.mark.parametrize(
    ("one", "other", "by"),
    [
        ({"share_bp": 100}, {"share_bp": 200}, 2),
        ({"share_bp": 200}, {"share_bp": 100}, 1),
        ({}, {"share_bp": 1}, 2),
        ({"amount_krw": 5}, {"amount_krw": 9}, 2),
        ({}, {"amount_krw": 1}, 2),
        ({}, {}, 1),
    ],
)
def test_holdings_are_drawn_by_the_largest(one: dict[str, Any], other: dict[str, Any], by: int) -> None:
    held = (tie(VICTIM, R.SHAREHOLDER, number=1, **one), tie(VICTIM, R.SHAREHOLDER, number=2, **other))
    finding = only(weighed(case(*held)))

    assert (finding.rule, finding.party_id, finding.path[1].fact_id) == ("R07", 1, by)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("kind", "one", "other", "expected"),
    [
        (R.SHAREHOLDER, {"share_bp": 2_999}, {}, "R07"),
        (R.SHAREHOLDER, {"share_bp": 2_999}, {"share_bp": 1}, "R06"),
        (R.SHAREHOLDER, {"capital_bp": 4_999}, {}, "R07"),
        (R.SHAREHOLDER, {"capital_bp": 4_999}, {"capital_bp": 1}, "R06"),
        (R.OUTCOME_INTEREST, {"amount_krw": 49_999_999}, {"amount_krw": 0}, None),
        (R.OUTCOME_INTEREST, {"amount_krw": 49_999_999}, {"amount_krw": 1}, "R06"),
    ],
)
def test_holdings_are_added_up_to_the_last_won(
    kind: RelationType, one: dict[str, Any], other: dict[str, Any], expected: str | None
) -> None:
    held = (tie(VICTIM, kind, number=1, **one), tie(VICTIM, kind, number=2, **other))

    assert rules(case(*held)) == ({expected} if expected else set())


@pytest.mark.parametrize(("more", "expected"), [(0, Tier.DISCLOSE), (1, Tier.WAIVABLE)])
def test_listed_shares_are_added_up_to_the_last_won(more: int, expected: Tier) -> None:
    held = (
        tie(VICTIM, R.SHAREHOLDER, number=1, amount_krw=9_999_999),
        tie(VICTIM, R.SHAREHOLDER, number=2, amount_krw=more),
    )

    assert only(weighed(listed(case(*held)))).tier is expected


def test_a_large_holding_says_what_was_added_up() -> None:
    held = tie(VICTIM, R.SHAREHOLDER, share_bp=3_000, capital_bp=1_000)

    assert str(only(weighed(case(held))).reckoning) == (
        "Own and family holdings together: 30% of the shares, 10% of the capital,"
        " 0 won at stake in the outcome."
    )


def test_an_unknown_amount_leaves_a_listed_holding_open() -> None:
    finding = only(weighed(listed(case(tie(VICTIM, R.SHAREHOLDER)))))

    assert (finding.rule, finding.behind, finding.party_id) == ("R28", "R07", 1)
    assert (drawn(finding), str(finding.reckoning)) == (
        "Na Ruon [Holds shares relation:1 2010-03-01..None] Dodam Precision",
        OPEN,
    )


def test_a_stake_too_small_in_one_party_does_not_hide_shares_in_another() -> None:
    small = tie(VICTIM, R.OUTCOME_INTEREST, amount_krw=1)

    assert only(weighed(case(small, tie(ACCUSED_FIRM, R.SHAREHOLDER, number=2)))).party_id == 2


@pytest.mark.parametrize(("until", "held"), [("2026-08-31", False), ("2026-09-01", True)])
def test_shares_sold_before_the_day_are_none(until: str, held: bool) -> None:
    assert bool(rules(case(tie(VICTIM, R.SHAREHOLDER, until=until)))) is held


def test_who_stands_in_the_case_is_told_in_words_and_by_the_party() -> None:
    facts = replace(world(), parties=(CaseParty(9, EXPERT, Side.OTHER, PartyKind.PARTY, ON),))
    finding = only(weighed(facts))

    assert (str(finding.reckoning), finding.party_id) == ("The expert is named in the case.", 9)


def test_a_duty_of_secrecy_is_drawn_with_its_days() -> None:
    duty = SecrecyDuty(4, EXPERT, day("2020-01-01"), day("2026-09-01"))
    finding = only(weighed(world(secrecies=(duty,))))

    assert drawn(finding).endswith("secrecy:4 2020-01-01..2026-09-01] 2026-0001")
    assert (finding.rule, str(finding.reckoning)) == ("R29", "Never counted against the expert.")


@pytest.mark.parametrize(
    ("answer", "on", "off"),
    [
        (Answer.CANNOT_SAY, ON, True),
        (Answer.CANNOT_SAY, ON + dt.timedelta(days=1), False),
        (Answer.NONE, ON, False),
    ],
)
def test_only_an_answer_given_by_the_day_that_one_may_not_say_steps_down(
    answer: Answer, on: dt.date, off: bool
) -> None:
    facts = world(declarations=(Declaration(1, EXPERT, answer, on),))

    assert bool(weighed(facts).findings) is off


def test_a_role_in_a_linked_case_is_drawn_by_that_case() -> None:
    linked = LinkedCase(8, roles=(LinkedRole(EXPERT, RoleClass.SUP),))

    assert " linked_case:8 " in drawn(only(weighed(world(linked=(linked,)))))


@pytest.mark.parametrize(("side", "expected"), [(Side.COMPLAINANT, "C"), (Side.RESPONDENT, "B")])
def test_a_colleague_of_counsel_weighs_for_supporters_by_the_side(side: Side, expected: str) -> None:
    facts = case(tie(COLLEGE), firm_tie(THEIR_COUNSEL, R.EMPLOYEE, COLLEGE))
    parties = tuple(replace(one, side=side) if one.id == 9 else one for one in facts.parties)

    assert cells(replace(facts, parties=parties)).split("/")[2] == expected


@pytest.mark.parametrize(
    ("post", "mandate", "expected"),
    [
        ({"until": "2026-08-31"}, {"until": "2026-08-31"}, "W/D/D"),
        ({"until": "2024-09-01"}, {}, "W/D/D"),
        ({"until": "2024-08-31"}, {}, "D/D/C"),
        ({"since": "2026-09-02"}, {"until": "2026-01-01"}, "C/C/C"),
        ({"since": "2026-09-01"}, {"until": "2026-01-01"}, "W/D/D"),
        ({"until": "2009-01-01", "since": "2005-01-01"}, {}, "C/C/C"),
        ({"until": "2026-09-01"}, {"until": "2024-08-31"}, "D/D/C"),
    ],
)
def test_what_a_former_firm_did_counts_for_the_days_shared_with_it(
    post: dict[str, Any], mandate: dict[str, Any], expected: str
) -> None:
    facts = case(tie(OWN_FIRM, **post), firm_tie(OWN_FIRM, R.ADVISER, VICTIM, **mandate))

    assert cells(facts) == expected


@pytest.mark.parametrize(("number", "expected"), [("1101110062432", "B/W/C"), ("1101110062433", "C/C/C")])
def test_what_a_firm_does_is_found_under_every_record_of_it(number: str, expected: str) -> None:
    again = organisation(31)
    facts = case(tie(OWN_FIRM), firm_tie(again, R.COUNSEL, VICTIM))
    numbered = tuple(
        replace(one, corp_no="1101110062432") if one.ref == OWN_FIRM else one for one in facts.organisations
    )
    other = Organisation(again, "새봄 본사", "Saebom Head Office", corp_no=number)

    assert cells(replace(facts, organisations=(*numbered, other))) == expected


MINORITY = (owns(1, HOLDING, SISTER, 3_000), owns(2, HOLDING, ACCUSED_FIRM, 5_500))


@pytest.mark.parametrize(
    ("until", "left", "spoke"),
    [(None, None, {"R32"}), ("2026-08-31", None, set()), (None, "2026-08-31", set())],
)
def test_a_post_at_a_minority_affiliate_counts_while_both_hold(
    until: str | None, left: str | None, spoke: set[str]
) -> None:
    holdings = (replace(MINORITY[0], until=day(left) if left else None), MINORITY[1])

    assert rules(case(tie(SISTER, until=until), ownerships=holdings)) == spoke


SOLD = tuple(replace(one, until=day("2025-01-01")) for one in GROUP)


@pytest.mark.parametrize(
    ("kind", "more", "holdings", "expected"),
    [
        (R.LITIGATION, {}, GROUP, "B/B/W"),
        (R.LITIGATION, {}, SOLD, "D/D/D"),
        (R.LITIGATION, {}, MINORITY, "C/C/C"),
        (R.NEGOTIATION, {}, GROUP, "B/B/B"),
        (R.NEGOTIATION, {}, SOLD, "C/C/C"),
        (R.NEGOTIATION, {}, MINORITY, "C/C/C"),
        (R.GIFT, {"amount_krw": 10_000_000}, GROUP, "W/W/W"),
        (R.GIFT, {"amount_krw": 10_000_000}, SOLD, "C/C/C"),
        (R.GIFT, {"amount_krw": 10_000_000}, MINORITY, "C/C/C"),
        (R.DEPENDS_ON, {"share_bp": 5_000}, GROUP, "C/C/C"),
    ],
)
def test_dealings_with_a_firm_that_left_the_group_are_not_dealings_with_the_group_now(
    kind: RelationType, more: dict[str, Any], holdings: tuple[Any, ...], expected: str
) -> None:
    assert cells(case(tie(SISTER, kind, **more), ownerships=holdings)) == expected


def test_a_gift_from_the_group_is_drawn_over_the_group() -> None:
    facts = case(tie(SISTER, R.GIFT, amount_krw=10_000_000), ownerships=GROUP)

    assert [step.name_en for step in found(facts, "R24").path if not isinstance(step, Link)] == [
        "Na Ruon",
        "Mireon Semi",
        "Garam Holdings",
        "Handeul Cell",
    ]


def test_kin_of_the_accused_is_about_the_accused() -> None:
    spouse = tie(SUSPECT, R.SAME_PERSON, kinship=Kinship.SPOUSE)

    assert found(case(spouse), "R04a").party_id == 3


def test_a_colleague_in_a_law_firm_of_the_helped_side_is_clear_for_supporters() -> None:
    assert cells(case(tie(OUR_LAW_FIRM, R.MEMBER_OF_FIRM))).split("/")[2] == "C"


@pytest.mark.parametrize(
    ("outer", "inner", "expected"),
    [
        ((1, 9), (1, 9), True),
        ((1, 9), (2, 8), True),
        ((2, 9), (1, 9), False),
        ((1, 8), (1, 9), False),
    ],
)
def test_a_span_covers_what_lies_in_it_ends_included(
    outer: tuple[int, int], inner: tuple[int, int], expected: bool
) -> None:
    wide, narrow = (DaySpan(*(dt.date(2026, 9, day) for day in ends)) for ends in (outer, inner))

    assert wide.covers(narrow) is expected
    assert wide.first in wide
    assert wide.last in wide


def test_a_day_is_kept_to_the_day() -> None:
    assert ImpreciseDate.of(ON) == ImpreciseDate(2026, 9, 1)
    with pytest.raises(ValueError, match=r"^a day needs its month and a month its year$"):
        ImpreciseDate(None, 9)


@pytest.mark.parametrize(
    ("last", "years", "expected"),
    [
        (dt.date(2024, 2, 28), 1, dt.date(2025, 3, 1)),
        (dt.date(2024, 2, 28), 4, dt.date(2028, 2, 29)),
        (dt.date(2023, 2, 28), 1, dt.date(2024, 3, 1)),
    ],
)
def test_the_first_day_outside_a_look_back_minds_leap_years(
    last: dt.date, years: int, expected: dt.date
) -> None:
    assert first_day_outside(last, years) == expected
