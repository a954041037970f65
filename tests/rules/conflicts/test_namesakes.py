"""Many records of one name: doubted or found out, with work that grows no faster than their number."""

from collections import Counter
from typing import Any

import pytest

from expertpool.conflicts.rules import identities
from expertpool.conflicts.rules.facts import Organisation, Person, Relation, organisation, person
from expertpool.conflicts.rules.matching import identify_organisations, identify_persons
from expertpool.conflicts.rules.vocabulary import RelationType, RoleClass, Tier
from tests.rules.conflicts.world import ACCUSED_FIRM, EXPERT, NAMES, SUSPECT, day, screened, tie, world

MANY = 300
COMPARISONS = 7 * MANY


@pytest.fixture
def comparisons(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often two records are compared."""
    done: Counter[str] = Counter()

    def counted(which: Any) -> Any:
        def compare(*given: Any, **named: Any) -> Any:
            done["all"] += 1
            return which(*given, **named)

        return compare

    monkeypatch.setattr(identities, "identify_persons", counted(identify_persons))
    monkeypatch.setattr(identities, "identify_organisations", counted(identify_organisations))
    return done


def test_hundreds_of_namesakes_of_the_accused_are_each_reviewed_and_compared_a_few_times(
    comparisons: Counter[str],
) -> None:
    suspects = tuple(Person(SUSPECT._replace(id=number), "차별하") for number in range(1, MANY + 1))
    ties = tuple(tie(each.ref, RelationType.CO_AUTHOR, since="2025", number=each.ref.id) for each in suspects)

    found = screened(world(persons=suspects, relations=ties), RoleClass.ADJ)

    tiers = Counter(each.tier for each in found.findings)
    assert tiers == {Tier.WAIVABLE: 1, Tier.REVIEW: MANY - 1}
    assert comparisons["all"] <= COMPARISONS


def test_hundreds_of_firms_of_one_name_are_each_reviewed_and_compared_a_few_times(
    comparisons: Counter[str],
) -> None:
    firms = tuple(Organisation(organisation(number), *NAMES[ACCUSED_FIRM]) for number in range(2, MANY + 2))
    ties = tuple(tie(each.ref, number=each.ref.id) for each in firms)

    found = screened(world(organisations=firms, relations=ties), RoleClass.ADJ)

    tiers = Counter(each.tier for each in found.findings)
    assert tiers == {Tier.BAR: 1, Tier.REVIEW: MANY - 1}
    assert comparisons["all"] <= COMPARISONS


def test_hundreds_of_records_of_one_person_are_compared_a_few_times(comparisons: Counter[str]) -> None:
    known = tuple(
        Person(SUSPECT._replace(id=number), "차별하", birth_year=1980) for number in range(1, MANY + 1)
    )
    last = tie(known[-1].ref, RelationType.TEACHER, since="2000")

    found = screened(world(persons=known, relations=(last,)), RoleClass.ADJ)

    assert [each.rule for each in found.findings] == ["R15"]
    assert comparisons["all"] <= COMPARISONS


def test_experts_of_one_name_are_never_compared(comparisons: Counter[str]) -> None:
    experts = tuple(Person(EXPERT._replace(id=number), "나루온") for number in range(1, MANY + 1))

    screened(world(experts=experts), RoleClass.ADJ)

    assert comparisons["all"] == 0


def test_namesakes_who_work_for_each_other_come_to_an_end() -> None:
    employer = person(2)
    people = (Person(SUSPECT, "차별하"), Person(employer, "차별하"))
    works = Relation(1, SUSPECT, RelationType.EMPLOYEE, employer, since=day("2020"))
    hires = Relation(2, employer, RelationType.EMPLOYEE, SUSPECT, since=day("2020"))
    taught = tie(employer, RelationType.TEACHER, number=3)

    found = screened(world(persons=people, relations=(works, hires, taught)), RoleClass.ADJ)

    assert [(each.rule, each.behind) for each in found.findings] == [("R28", "R15")]
