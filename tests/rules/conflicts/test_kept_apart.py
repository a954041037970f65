"""Namesakes known to be somebody else: no finding, and a note that says why."""

from typing import Any

import pytest

from expertpool.conflicts.rules.facts import CaseFacts, Organisation, Person, person
from expertpool.conflicts.rules.telling import screening_as_text
from expertpool.conflicts.rules.vocabulary import RelationType
from tests.rules.conflicts.world import (
    NAMES,
    STRANGER,
    SUSPECT,
    VICTIM,
    screened,
    tie,
    world,
)

R = RelationType
OTHER = person(2)
BIRTH, NUMBERS = "The years of birth differ.", "The registration numbers or the countries differ."


def people(other: Person, **changes: Any) -> CaseFacts:
    suspect = Person(SUSPECT, "차별하", "Cha Byeolha", name_hashes=("a1",), birth_year=1980)
    return world(persons=(suspect, other), relations=(tie(OTHER, R.TEACHER),), **changes)


def firms(**of_stranger: Any) -> CaseFacts:
    named = {ref: Organisation(ref, *names, corp_no="1101110000010") for ref, names in NAMES.items()}
    named[STRANGER] = Organisation(STRANGER, **of_stranger)
    return world(organisations=tuple(named.values()), relations=(tie(STRANGER),))


def notes(facts: CaseFacts) -> list[tuple[str, str]]:
    found = screened(facts)
    assert found.findings == ()
    return [(one.name_ko, str(one.because)) for one in found.apart]


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (people(Person(OTHER, "차 별하", birth_year=1981)), [("차 별하", BIRTH)]),
        (people(Person(OTHER, name_en="Byeolha Cha", birth_year=1981)), [("Byeolha Cha", BIRTH)]),
        (people(Person(OTHER, "차별희", birth_year=1981)), []),
        (people(Person(OTHER, name_hashes=("a1",), birth_year=1981)), []),
        (firms(name_ko="㈜한들셀", name_en="", corp_no="1101110000028"), [("㈜한들셀", NUMBERS)]),
        (firms(name_ko="한들셀", name_en="", country="US"), [("한들셀", NUMBERS)]),
        (firms(name_ko="새한들셀", name_en="", corp_no="1101110000028"), []),
    ],
)
def test_who_a_tie_leads_to_is_told_apart_from_the_party_of_that_name(
    facts: CaseFacts, said: list[tuple[str, str]]
) -> None:
    assert notes(facts) == said


def test_an_expert_of_the_accuseds_name_born_in_another_year_is_noted() -> None:
    namesake = Person(SUSPECT, "나루온", birth_year=1960)

    assert notes(world(persons=(namesake,))) == [("나루온", BIRTH)]


def test_ties_to_others_bring_no_note() -> None:
    other = Person(OTHER, "차별하", birth_year=1981)
    facts = world(
        persons=(Person(SUSPECT, "차별하", birth_year=1980), other), relations=(tie(VICTIM, until="2001"),)
    )

    assert notes(facts) == []


def test_the_text_says_who_was_kept_apart_and_why() -> None:
    told = screening_as_text(screened(people(Person(OTHER, "차별하", birth_year=1981))), "name_ko")

    assert [str(line) for _depth, line in told[-3:]] == [
        "Bears the name of a party, and is somebody else",
        "차별하",
        BIRTH,
    ]
