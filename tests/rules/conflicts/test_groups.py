"""What a party reaches on which days, and which of two ways to the same record a search keeps."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from expertpool.conflicts.rules.dates import ALWAYS, DaySpan
from expertpool.conflicts.rules.facts import (
    CaseFacts,
    Organisation,
    Ownership,
    Person,
    Ref,
    organisation,
    person,
)
from expertpool.conflicts.rules.findings import Link
from expertpool.conflicts.rules.groups import Groups, Reach, surest
from expertpool.conflicts.rules.identities import Identities
from expertpool.conflicts.rules.labels import (
    CONTROLLED_BY,
    CONTROLS,
    SAME_IDENTITY,
    SAME_NAME,
    SAME_NUMBER,
    holding_words,
)
from expertpool.conflicts.rules.vocabulary import FactKind
from tests.rules.conflicts.world import (
    ACCUSED_FIRM,
    HOLDING,
    ON,
    PACK,
    SISTER,
    STRANGER,
    SUSPECT,
    VICTIM,
    owns,
    world,
)

BEST = Reach(SISTER, ALWAYS)
CORP = "1101110062432"
BRANCH, NAMESAKE = organisation(31), organisation(32)


@pytest.mark.parametrize(
    "weaker",
    [{"span": DaySpan(ON, ON)}, {"affiliate": True}, {"minority": True}, {"unresolved": True}],
    ids=lambda weaker: next(iter(weaker)),
)
def test_a_way_is_needless_beside_one_that_is_weaker_in_nothing(weaker: dict[str, Any]) -> None:
    other = replace(BEST, **weaker)

    assert BEST.makes_needless(other)
    assert not other.makes_needless(BEST)
    assert other.makes_needless(other)


AFFILIATE, DOUBT = replace(BEST, affiliate=True), replace(BEST, unresolved=True)


@pytest.mark.parametrize(
    ("ways", "expected"),
    [
        ([], None),
        ([AFFILIATE], None),
        ([AFFILIATE, DOUBT], DOUBT),
        ([DOUBT, AFFILIATE, BEST], BEST),
        ([DOUBT, replace(DOUBT, minority=True)], DOUBT),
    ],
)
def test_the_surest_way_leads_to_the_party_itself(ways: list[Reach], expected: Reach | None) -> None:
    assert surest(ways) == expected


def reached(facts: CaseFacts, party: Ref = ACCUSED_FIRM, *, long: bool = True) -> dict[Ref, list[Reach]]:
    identities = Identities(facts, on=ON, pack=PACK)
    groups = Groups(facts.ownerships, identities, on=ON, pack=PACK, as_long_as_possible=long)
    return groups.reached_from(party)


def signs(reach: Reach) -> str:
    """`a`ffiliate, `m`inority, `u`nresolved."""
    named = {"a": reach.affiliate, "m": reach.minority, "u": reach.unresolved}
    return "".join(letter for letter, holds in named.items() if holds)


def told(facts: CaseFacts, party: Ref = ACCUSED_FIRM, *, long: bool = True) -> dict[Ref, list[str]]:
    found = reached(facts, party, long=long)
    return {ref: [signs(one) for one in ways] for ref, ways in found.items() if ref != party}


@pytest.mark.parametrize(
    ("ownerships", "expected"),
    [
        ([], {}),
        ([owns(1, ACCUSED_FIRM, SISTER, 1999)], {}),
        ([owns(1, ACCUSED_FIRM, STRANGER, 1), owns(2, ACCUSED_FIRM, SISTER, 2000)], {SISTER: ["am"]}),
        ([owns(1, ACCUSED_FIRM, SISTER, 4999)], {SISTER: ["am"]}),
        ([owns(1, ACCUSED_FIRM, SISTER, 5000)], {SISTER: ["a"]}),
        ([owns(1, ACCUSED_FIRM, SISTER, 0, declared_control=True)], {SISTER: ["a"]}),
        (
            [owns(1, HOLDING, ACCUSED_FIRM, 6000), owns(2, HOLDING, SISTER, 6000)],
            {HOLDING: ["a"], SISTER: ["a"]},
        ),
        ([owns(1, ACCUSED_FIRM, SISTER, 6000), owns(2, HOLDING, SISTER, 6000)], {SISTER: ["a"]}),
        (
            [owns(1, HOLDING, ACCUSED_FIRM, 3000), owns(2, HOLDING, SISTER, 6000)],
            {HOLDING: ["am"], SISTER: ["am"]},
        ),
        (
            [owns(1, HOLDING, ACCUSED_FIRM, 6000), owns(2, HOLDING, SISTER, 3000)],
            {HOLDING: ["a"], SISTER: ["am"]},
        ),
        ([owns(1, HOLDING, ACCUSED_FIRM, 3000), owns(2, HOLDING, SISTER, 3000)], {HOLDING: ["am"]}),
        (
            [owns(1, HOLDING, ACCUSED_FIRM, 6000), owns(2, STRANGER, HOLDING, 6000)],
            {HOLDING: ["a"], STRANGER: ["a"]},
        ),
        (
            [owns(1, ACCUSED_FIRM, SISTER, 6000, until="2010"), owns(2, ACCUSED_FIRM, SISTER, 3000)],
            {SISTER: ["a", "am"]},
        ),
        (
            [owns(1, ACCUSED_FIRM, SISTER, 3000, until="2010"), owns(2, ACCUSED_FIRM, SISTER, 6000)],
            {SISTER: ["am", "a"]},
        ),
        (
            [owns(1, ACCUSED_FIRM, SISTER, 6000), owns(2, ACCUSED_FIRM, SISTER, 3000, until="2010")],
            {SISTER: ["a"]},
        ),
        (
            [owns(2, ACCUSED_FIRM, SISTER, 3000), owns(1, ACCUSED_FIRM, SISTER, 6000)],
            {SISTER: ["a"]},
        ),
        (
            [
                owns(1, HOLDING, ACCUSED_FIRM, 6000, until="2010"),
                owns(2, HOLDING, SISTER, 6000, since="2011"),
            ],
            {HOLDING: ["a"]},
        ),
        ([owns(1, ACCUSED_FIRM, HOLDING, 6000), owns(2, HOLDING, ACCUSED_FIRM, 6000)], {HOLDING: ["a"]}),
    ],
)
def test_a_group_goes_up_and_then_down_by_control_and_one_minority(
    ownerships: list[Ownership], expected: dict[Ref, list[str]]
) -> None:
    assert told(world(ownerships=tuple(ownerships))) == expected


def test_the_days_of_a_way_are_those_all_its_holdings_share() -> None:
    held = owns(1, HOLDING, ACCUSED_FIRM, 6000, since="2005", until="2020-06")
    sold = owns(2, HOLDING, SISTER, 3000, since="2010-02", until="2015")
    facts = world(ownerships=(sold, held))

    (sister,) = reached(facts)[SISTER]
    (shorter,) = reached(facts, long=False)[SISTER]

    assert sister.span == DaySpan(dt.date(2010, 2, 1), dt.date(2015, 12, 31))
    assert shorter.span == DaySpan(dt.date(2010, 2, 28), dt.date(2015, 1, 1))
    first, second = (
        Link(
            holding_words(one.share_bp, declared_control=False, from_parent=from_parent),
            FactKind.OWNERSHIP,
            one.id,
            one.since,
            one.until,
            one.share_bp,
        )
        for one, from_parent in ((sold, False), (held, True))
    )
    assert sister.way == ((first, HOLDING), (second, ACCUSED_FIRM))


def test_what_began_before_today_and_goes_on_holds_today_in_the_shortest_reading() -> None:
    facts = world(ownerships=(owns(1, ACCUSED_FIRM, SISTER, 6000, since="2026"),))

    assert reached(facts, long=False)[SISTER][0].span.first == ON


def test_who_is_declared_to_control_is_told_so_from_either_end() -> None:
    held = owns(1, HOLDING, ACCUSED_FIRM, 100, declared_control=True)
    ends = (HOLDING, ACCUSED_FIRM)

    labels = [reached(world(ownerships=(held,)), party)[other][0].way for party, other in (ends, ends[::-1])]

    assert [str(way[0][0].label) for way in labels] == [str(CONTROLLED_BY), str(CONTROLS)]


def other_records(**more: Any) -> CaseFacts:
    """The accused firm with a branch, and a firm that shares its name."""
    firms = [replace(one, corp_no=CORP) if one.ref == ACCUSED_FIRM else one for one in world().organisations]
    branch = Organisation(BRANCH, "대전지점", "", corp_no=CORP)
    namesake = Organisation(NAMESAKE, "한들셀", "")
    return world(organisations=(*firms, branch, namesake), **more)


def test_a_party_is_reached_under_its_other_records_surely_or_by_name() -> None:
    facts = other_records()

    assert told(facts) == {BRANCH: [""], NAMESAKE: ["u"]}
    assert reached(facts)[ACCUSED_FIRM] == [Reach(ACCUSED_FIRM, ALWAYS)]
    assert reached(facts)[BRANCH][0].way == ((Link(SAME_NUMBER), ACCUSED_FIRM),)
    assert reached(facts)[NAMESAKE][0].way == ((Link(SAME_NAME), ACCUSED_FIRM),)
    assert told(facts, NAMESAKE) == {ACCUSED_FIRM: ["u"], BRANCH: ["u"]}


def test_a_person_is_reached_under_another_record_as_the_same_person() -> None:
    twin = Person(person(41), "차별하", birth_year=1980)
    facts = world(persons=(*world().persons, twin))

    assert reached(facts, SUSPECT)[twin.ref][0].way == ((Link(SAME_IDENTITY), SUSPECT),)


def test_other_records_go_on_with_what_led_to_them() -> None:
    ownerships = (
        owns(1, HOLDING, ACCUSED_FIRM, 3000),
        owns(2, BRANCH, SISTER, 6000),
        owns(3, NAMESAKE, STRANGER, 6000),
    )

    assert told(other_records(ownerships=ownerships)) == {
        BRANCH: [""],
        NAMESAKE: ["u"],
        HOLDING: ["am"],
        SISTER: ["a"],
        STRANGER: ["au"],
    }
    assert told(other_records(ownerships=ownerships), HOLDING) == {
        ACCUSED_FIRM: ["am"],
        BRANCH: ["am"],
        NAMESAKE: ["amu"],
        SISTER: ["am"],
        STRANGER: ["amu"],
    }


def test_a_record_in_doubt_on_one_way_and_sure_on_another_is_kept_both_times() -> None:
    ownerships = (owns(1, VICTIM, NAMESAKE, 3000), owns(2, VICTIM, BRANCH, 6000))

    found = told(other_records(ownerships=ownerships), VICTIM)

    assert found == {NAMESAKE: ["am", "au"], BRANCH: ["a"], ACCUSED_FIRM: ["amu", "a"]}


def test_a_record_met_in_doubt_is_still_met_surely_over_another() -> None:
    party, namesake, branch, between = (organisation(number) for number in (30, 31, 32, 33))
    firms = (
        Organisation(party, "한들셀", "", corp_no=CORP),
        Organisation(namesake, "한들셀", "", foreign_no="7"),
        Organisation(branch, "대전지점", "", corp_no=CORP, biz_no="0001234560"),
        Organisation(between, "사이", "", biz_no="0001234560", foreign_no="7"),
    )

    found = told(world(organisations=firms), party)

    assert found == {namesake: ["u", ""], branch: [""], between: ["u", ""]}
