"""Which rows of a case file hang together, and what is said of those that do not."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from expertpool.conflicts.rules.case_checks import check_day, check_facts, check_pack
from expertpool.conflicts.rules.dates import UNKNOWN_DAY
from expertpool.conflicts.rules.facts import (
    Case,
    CaseParty,
    Declaration,
    LinkedCase,
    Organisation,
    OrganisationAlias,
    Ownership,
    Person,
    Pin,
    Recusal,
    Ruling,
    SecrecyDuty,
    Technology,
    expert,
    organisation,
    person,
    technology,
)
from expertpool.conflicts.rules.vocabulary import (
    Answer,
    FindingStatus,
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
    PACK,
    SISTER,
    STRANGER,
    SUSPECT,
    VICTIM,
    day,
    owns,
    tie,
    world,
)

R = RelationType
NOBODY, NO_FIRM, NO_EXPERT = person(99), organisation(99), expert(99)
CELL = Technology(technology(7), "셀 적층", "Cell stacking")
WHOLE_CASE = Case(1, "2026-0001", agencies=(STRANGER,), technologies=(CELL,))
MARCH, MAY = day("2020-03-31"), day("2020-05")


def party(subject: Any, number: int = 9) -> CaseParty:
    return CaseParty(number, subject, Side.OTHER, PartyKind.PARTY, ON)


def fault_of(changes: dict[str, Any]) -> str:
    with pytest.raises(ValueError, match=r".") as refused:
        check_facts(world(**changes))
    return str(refused.value)


def pinned(rule: str) -> Ruling:
    pin = Pin("trace", RoleClass.ADJ, rule, Tier.BAR)
    return Ruling(EXPERT, "key", FindingStatus.CONFIRMED, pin=pin)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {
            "case": WHOLE_CASE,
            "aliases": (OrganisationAlias(HOLDING, "가람", since=MAY, until=day("2020-05-01")),),
            "ownerships": (owns(1, HOLDING, SISTER, 6000), Ownership(2, SUSPECT, VICTIM, 100)),
            "relations": (
                tie(CELL.ref, R.INVENTOR, since="2020-05", until="2020-05-01"),
                tie(VICTIM, number=2, until="unknown", amount_krw=0, share_bp=0, capital_bp=0, group_size=0),
            ),
            "linked": (LinkedCase(2, parties=(party(NO_FIRM),)),),
            "declarations": (Declaration(1, EXPERT, Answer.NONE, ON),),
            "recusals": (Recusal(1, EXPERT, ON),),
            "secrecies": (SecrecyDuty(1, EXPERT, since=MAY, until=UNKNOWN_DAY),),
            "rulings": (pinned("R09"), Ruling(EXPERT, "other", FindingStatus.DISMISSED)),
        },
        {"parties": tuple(party(one, n) for n, one in enumerate((EXPERT, SUSPECT, VICTIM)))},
    ],
    ids=["little", "everything", "every kind of party"],
)
def test_rows_that_hang_together_are_taken(changes: dict[str, Any]) -> None:
    check_facts(world(**changes))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"case": replace(WHOLE_CASE, agencies=(NO_FIRM,))}, "case.agencies: {lacks} organisation:99"),
        ({"parties": (party(NOBODY),)}, "parties: {lacks} person:99"),
        ({"aliases": (OrganisationAlias(NO_FIRM, "도담"),)}, "aliases: {lacks} organisation:99"),
        ({"ownerships": (owns(1, NOBODY, VICTIM, 100),)}, "ownerships: {lacks} person:99"),
        ({"ownerships": (owns(1, VICTIM, NO_FIRM, 100),)}, "ownerships: {lacks} organisation:99"),
        ({"relations": (replace(tie(VICTIM), holder=NO_EXPERT),)}, "relations: {lacks} expert:99"),
        ({"relations": (tie(NO_FIRM),)}, "relations: {lacks} organisation:99"),
        (
            {"declarations": (Declaration(1, NO_EXPERT, Answer.NONE, ON),)},
            "declarations: {lacks} expert:99",
        ),
        ({"recusals": (Recusal(1, NO_EXPERT, ON),)}, "recusals: {lacks} expert:99"),
        ({"secrecies": (SecrecyDuty(1, NO_EXPERT),)}, "secrecies: {lacks} expert:99"),
        ({"rulings": (replace(pinned("R09"), expert=NO_EXPERT),)}, "rulings: {lacks} expert:99"),
    ],
)
def test_a_reference_without_its_row_is_named_where_it_stands(changes: dict[str, Any], said: str) -> None:
    assert fault_of(changes) == said.format(lacks="there is no row for")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"parties": (party(VICTIM), party(SISTER))}, "parties: two rows have one id"),
        (
            {"ownerships": (owns(1, HOLDING, SISTER, 100), owns(1, HOLDING, VICTIM, 100))},
            "ownerships: two rows have one id",
        ),
        ({"relations": (tie(VICTIM), tie(SISTER))}, "relations: two rows have one id"),
        ({"experts": (Person(EXPERT), Person(EXPERT))}, "experts: two rows for expert:1"),
        ({"persons": (Person(SUSPECT), Person(SUSPECT))}, "persons: two rows for person:1"),
        (
            {"organisations": (Organisation(VICTIM, "도담", ""), Organisation(VICTIM, "도담", ""))},
            "organisations: two rows for organisation:1",
        ),
        (
            {"case": replace(WHOLE_CASE, technologies=(CELL, CELL))},
            "case.technologies: two rows for technology:7",
        ),
        ({"experts": (Person(SUSPECT),)}, "experts: person:1 is no expert"),
        ({"persons": (Person(EXPERT),)}, "persons: expert:1 is no person"),
        ({"organisations": (Organisation(EXPERT, "", ""),)}, "organisations: expert:1 is no organisation"),
        (
            {"case": replace(WHOLE_CASE, technologies=(replace(CELL, ref=VICTIM),))},
            "case.technologies: organisation:1 is no technology",
        ),
    ],
)
def test_each_row_is_of_its_kind_and_there_once(changes: dict[str, Any], said: str) -> None:
    assert fault_of(changes) == said


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"parties": (party(CELL.ref),)}, "parties: a party is an expert, a person or an organisation"),
        (
            {"linked": (LinkedCase(2, parties=(party(CELL.ref),)),)},
            "parties: a party is an expert, a person or an organisation",
        ),
        (
            {"ownerships": (owns(1, EXPERT, VICTIM, 100),)},
            "ownerships: an owner is a person or an organisation; experts hold by a relation",
        ),
        (
            {"recusals": (Recusal(1, SUSPECT, ON),)},
            "declarations, recusals, secrecies and rulings are about experts",
        ),
        ({"rulings": (pinned("R99"),)}, "rulings: a pin names a rule there is"),
    ],
)
def test_a_row_is_about_those_it_can_be_about(changes: dict[str, Any], said: str) -> None:
    assert fault_of(changes) == said


@pytest.mark.parametrize(
    "changes",
    [
        {"relations": (tie(VICTIM, since="2020-05", until="2020-03-31"),)},
        {"ownerships": (owns(1, HOLDING, ACCUSED_FIRM, 100, since="2020-05", until="2020-03-31"),)},
        {"secrecies": (SecrecyDuty(1, EXPERT, since=MAY, until=MARCH),)},
        {"aliases": (OrganisationAlias(VICTIM, "도담", since=MAY, until=MARCH),)},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_an_end_before_the_beginning_is_refused(changes: dict[str, Any]) -> None:
    assert fault_of(changes) == "until 2020-03-31 lies before since 2020-05"


@pytest.mark.parametrize(
    "amount", [{"amount_krw": -1}, {"share_bp": -1}, {"capital_bp": -1}, {"group_size": -1}], ids=str
)
def test_no_amount_is_less_than_nothing(amount: dict[str, Any]) -> None:
    assert fault_of({"relations": (tie(VICTIM, **amount),)}) == "relations: an amount is nothing or more"


def test_a_day_leaves_room_for_every_look_back() -> None:
    for on in (dt.date(1900, 1, 1), dt.date(2999, 12, 31)):
        check_day(on)

    for on in (dt.date(1899, 12, 31), dt.date(3000, 1, 1)):
        with pytest.raises(ValueError, match=r"^the day lies between 1900-01-01 and 2999-12-31$"):
            check_day(on)


def test_a_pack_from_outside_has_each_band_and_threshold_of_ours() -> None:
    held, shares = PACK.rules["R09"], PACK.rules["R32"]
    fewer = replace(held, bands=held.bands[1:]), replace(shares, thresholds={})

    check_pack(PACK, PACK)
    check_pack(replace(PACK, rules={**PACK.rules, "R09": replace(held, thresholds={"own": 1})}), PACK)
    for lacking, names in zip(fewer, ([held.bands[0].name], sorted(shares.thresholds)), strict=True):
        ours = replace(PACK, rules={**PACK.rules, lacking.rule: lacking})
        with pytest.raises(ValueError, match=rf"^{lacking.rule} lacks {', '.join(names)}$"):
            check_pack(ours, PACK)
    several = replace(PACK, rules={**PACK.rules, "R09": replace(held, bands=())})
    with pytest.raises(ValueError, match=rf"^R09 lacks {', '.join(sorted(b.name for b in held.bands))}$"):
        check_pack(several, PACK)
