"""Which records a case takes for one, asked of the case as a whole."""

from dataclasses import replace
from typing import Any

import pytest

from expertpool.conflicts.rules.facts import (
    CaseFacts,
    Organisation,
    OrganisationAlias,
    Person,
    Ref,
    Relation,
    expert,
    organisation,
    person,
)
from expertpool.conflicts.rules.identities import Identities
from expertpool.conflicts.rules.vocabulary import Confidence, Identity, Kinship, RelationType
from tests.rules.conflicts.world import EXPERT, ON, PACK, SUSPECT, day, screened, world

R = RelationType
ONE, TWO, THREE = (organisation(number) for number in (21, 22, 23))
WHO, OTHER = person(21), person(22)
CORP, CORP_TOO = "1101110062432", "1101110062440"
BIZ, BIZ_TOO = "0001234560", "1234567891"


def known(facts: CaseFacts) -> Identities:
    return Identities(facts, on=ON, pack=PACK)


def firms(*each: dict[str, Any], aliases: tuple[OrganisationAlias, ...] = ()) -> CaseFacts:
    made = (
        Organisation(ref, **({"name_ko": f"이름{ref.id}", "name_en": ""} | told))
        for ref, told in zip((ONE, TWO, THREE), each, strict=False)
    )
    return world(organisations=tuple(made), aliases=aliases)


def people(*each: Person, ties: tuple[Relation, ...] = ()) -> CaseFacts:
    return world(persons=each, relations=ties)


def same(holder: Ref, target: Ref, confidence: Confidence = Confidence.MATCHED, **more: Any) -> Relation:
    return Relation(more.pop("number", 1), holder, R.SAME_PERSON, target, confidence=confidence, **more)


SAME, OPEN, APART = Identity.SAME, Identity.UNRESOLVED, None


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({"corp_no": CORP}, {"corp_no": CORP}, SAME),
        ({"corp_no": CORP}, {"corp_no": CORP_TOO}, APART),
        ({"biz_no": BIZ}, {"biz_no": BIZ}, SAME),
        ({"foreign_no": "7", "country": "DE"}, {"foreign_no": "7", "country": "DE"}, SAME),
        ({"foreign_no": "7", "country": "DE"}, {"foreign_no": "7", "country": "US"}, APART),
        ({"name_ko": "한들셀"}, {"name_ko": "㈜한들셀"}, OPEN),
        ({"name_ko": "한들셀"}, {"name_ko": "한들셀", "country": "DE"}, APART),
        ({"name_ko": "한들셀", "biz_no": BIZ}, {"name_ko": "한들셀", "biz_no": BIZ_TOO}, OPEN),
        ({"name_ko": "한들셀"}, {"name_ko": "", "name_en": "Handeul Cell"}, OPEN),
        ({"name_ko": "", "name_en": "Handeul Cell"}, {"name_ko": "한들셀"}, OPEN),
        ({"name_ko": "한들셀"}, {"name_ko": "한들쎌"}, APART),
        ({"name_ko": "", "name_en": "Handeul Cell"}, {"name_ko": "", "name_en": "Handul Sel"}, APART),
        ({"name_en": "Handeul"}, {"name_en": "HANDEUL"}, OPEN),
        ({}, {}, APART),
        ({"name_ko": ""}, {"name_ko": ""}, APART),
    ],
)
def test_organisations_are_the_same_by_number_and_may_be_by_name(
    one: dict[str, str], other: dict[str, str], expected: Identity | None
) -> None:
    found = known(firms(one, other)).same_as(ONE, but=set())

    assert found == ([(TWO, expected)] if expected else [])


@pytest.mark.parametrize(
    ("until", "since", "expected"), [("2012", "2012", [(TWO, OPEN)]), ("2012", "2013", [])]
)
def test_a_name_is_shared_only_by_those_who_bore_it_on_one_day(
    until: str, since: str, expected: list[tuple[Ref, Identity]]
) -> None:
    aliases = (
        OrganisationAlias(ONE, "온누리", until=day(until)),
        OrganisationAlias(TWO, "온누리", since=day(since)),
    )

    assert known(firms({}, {}, aliases=aliases)).same_as(ONE, but=set()) == expected


def test_a_doubt_or_a_number_is_found_under_any_of_several_names() -> None:
    aliases = (OrganisationAlias(ONE, "온누리", until=day("2012")), OrganisationAlias(TWO, "한들셀"))
    facts = firms(
        {"name_ko": "한들셀"}, {"name_ko": "온누리", "biz_no": BIZ}, {"biz_no": BIZ}, aliases=aliases
    )

    assert known(facts).same_as(ONE, but=set()) == [(TWO, OPEN)]
    assert known(facts).same_as(TWO, but=set()) == [(ONE, OPEN), (THREE, SAME)]
    assert known(facts).same_as(TWO, but={THREE}) == [(ONE, OPEN)]
    assert known(facts).same_as(TWO, but={ONE}) == [(THREE, SAME)]


def test_the_same_organisation_is_found_over_records_between() -> None:
    numbers: tuple[dict[str, Any], ...] = (
        {"biz_no": BIZ, "foreign_no": "7"},
        {"biz_no": BIZ, "corp_no": CORP},
        {"foreign_no": "7", "corp_no": CORP_TOO},
        {"corp_no": CORP},
        {"corp_no": CORP_TOO},
    )
    refs = [organisation(number) for number in range(21, 26)]
    made = (Organisation(ref, f"이름{ref.id}", "", **told) for ref, told in zip(refs, numbers, strict=True))
    found = known(world(organisations=tuple(made)))

    assert [found.surely(ref) for ref in refs] == [set(refs)] * 5


def test_no_name_and_no_number_of_somebody_else_makes_an_organisation_surely_the_same() -> None:
    facts = firms(
        {"name_ko": "한들셀", "biz_no": BIZ, "corp_no": CORP},
        {"name_ko": "한들셀"},
        {"biz_no": BIZ, "corp_no": CORP_TOO},
    )

    assert known(facts).surely(ONE) == {ONE}


BORN = {"name_ko": "차별하", "birth_year": 1980}


@pytest.mark.parametrize(
    ("ties", "expected"),
    [
        ((same(WHO, OTHER),), SAME),
        ((same(OTHER, WHO),), SAME),
        ((same(WHO, OTHER, Confidence.NAME_ONLY),), OPEN),
        ((same(WHO, OTHER), same(OTHER, WHO, Confidence.NAME_ONLY, number=2)), SAME),
        ((same(WHO, OTHER, Confidence.NAME_ONLY), same(OTHER, WHO, number=2)), SAME),
        ((same(WHO, OTHER, kinship=Kinship.SIBLING),), APART),
        ((replace(same(WHO, OTHER), type=R.TEACHER),), APART),
        ((), APART),
    ],
)
def test_somebody_said_to_be_another_is(ties: tuple[Relation, ...], expected: Identity | None) -> None:
    facts = people(Person(WHO, "차별하"), Person(OTHER, "도하늘"), ties=ties)

    for one, other in ((WHO, OTHER), (OTHER, WHO)):
        assert known(facts).same_as(one, but=set()) == ([(other, expected)] if expected else [])
        assert known(facts).same_as(one, but={other}) == []
        assert known(facts).surely(one) == ({one, other} if expected is SAME else {one})


def test_what_is_said_and_what_is_found_are_told_in_order_and_the_surer_counts() -> None:
    facts = people(
        Person(WHO, **BORN),  # type: ignore[arg-type]
        Person(OTHER, **BORN),  # type: ignore[arg-type]
        Person(person(20), "차별하"),
        Person(person(19), "차별하"),
        ties=(same(WHO, OTHER, Confidence.NAME_ONLY), same(WHO, person(20), number=2)),
    )

    found = known(facts).same_as(WHO, but=set())

    assert found == [(person(19), OPEN), (person(20), SAME), (OTHER, SAME)]


def test_two_experts_are_never_taken_for_one() -> None:
    experts = tuple(Person(expert(number), **BORN) for number in (1, 2))  # type: ignore[arg-type]
    facts = world(experts=experts, persons=(Person(WHO, **BORN),))  # type: ignore[arg-type]

    assert known(facts).same_as(EXPERT, but=set()) == [(WHO, SAME)]


def works(
    holder: Ref, number: int, *, until: str | None = None, kind: RelationType = R.EMPLOYEE, **more: Any
) -> Relation:
    last = day(until) if until else None
    return Relation(number, holder, kind, more.pop("at", ONE), since=day("2015"), until=last, **more)


@pytest.mark.parametrize(
    ("theirs", "expected"),
    [
        (works(OTHER, 2), SAME),
        (works(OTHER, 2, until="2020-05-01"), SAME),
        (works(OTHER, 2, until="2020-04-30"), OPEN),
        (works(OTHER, 2, until="2020"), OPEN),
        (works(OTHER, 2, until="unknown"), OPEN),
        (works(OTHER, 2, at=THREE), OPEN),
        (works(OTHER, 2, kinship=Kinship.SPOUSE), OPEN),
        (works(OTHER, 2, kind=R.REPRESENTATIVE), SAME),
        (works(OTHER, 2, kind=R.OFFICER), SAME),
        (works(OTHER, 2, kind=R.MEMBER_OF_FIRM), SAME),
        (works(OTHER, 2, kind=R.ADVISER), OPEN),
        (works(OTHER, 2, at=SUSPECT), OPEN),
    ],
)
def test_only_a_job_surely_held_at_one_place_at_one_time_makes_namesakes_one_person(
    theirs: Relation, expected: Identity
) -> None:
    mine = Relation(1, WHO, R.EMPLOYEE, ONE, since=day("2020-05-01"))
    facts = replace(firms({}, {}, {}), persons=(Person(WHO, "차별하"), Person(OTHER, "차별하")))

    found = known(replace(facts, relations=(mine, theirs))).same_as(WHO, but=set())

    assert found == [(OTHER, expected)]


def test_a_mail_service_open_to_all_makes_nobody_one_person() -> None:
    public = min(PACK.public_mail)
    twins = tuple(Person(ref, "차별하", email_domain=public) for ref in (WHO, OTHER))
    strict = replace(PACK, factors_needed=2)

    assert known(people(*twins)).same_as(WHO, but=set()) == [(OTHER, OPEN)]
    born = people(*(replace(one, birth_year=1980) for one in twins))
    assert known(born).same_as(WHO, but=set()) == [(OTHER, SAME)]
    assert Identities(born, on=ON, pack=strict).same_as(WHO, but=set()) == [(OTHER, OPEN)]


def test_ties_are_kept_that_tell_more_than_whom_an_expert_is_tied_to() -> None:
    twin, alone = expert(1), expert(2)
    ties = (
        works(WHO, 1),
        works(alone, 2),
        same(alone, OTHER, number=3),
        works(twin, 4),
        works(ONE, 5, kind=R.ADVISER, at=TWO),
    )
    facts = replace(
        firms({}, {}),
        experts=(Person(twin, "차별하"), Person(alone, "도하늘"), Person(expert(3), "도하늘")),
        persons=(Person(WHO, "차별하"), Person(OTHER, "노을빛")),
        relations=ties,
    )

    assert [one.id for one in known(facts).told_of] == [1, 3, 4, 5]


def test_a_post_at_a_record_two_numbers_away_from_the_mandate_is_a_conflict_of_the_firm() -> None:
    facts = firms({"biz_no": BIZ}, {"biz_no": BIZ, "corp_no": CORP}, {"corp_no": CORP})
    facts = replace(facts, organisations=(*world().organisations, *facts.organisations))
    mandate = Relation(2, THREE, R.COUNSEL, organisation(1), since=day("2020"))
    here = Relation(1, EXPERT, R.MEMBER_OF_FIRM, ONE, since=day("2020"))

    found = screened(replace(facts, relations=(here, mandate))).findings

    assert [one.rule for one in found] == ["R08"]
