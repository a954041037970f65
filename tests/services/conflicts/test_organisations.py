"""Keeping organisations: numbers, names, owners; finding the one that is meant."""

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from expertpool.conflicts import service
from expertpool.conflicts.queries import group_on
from expertpool.conflicts.queries.organisations import GroupLine
from expertpool.conflicts.rules.records import OrganisationFacts, PersonFacts, organisation_doubts
from expertpool.conflicts.rules.vocabulary import Script
from expertpool.infra.identity import SYSTEM, Role
from expertpool.refusals import Forbidden, Invalid
from tests.fixtures.accounts import an_actor
from tests.fixtures.conflicts import a_group, an_organisation, an_ownership

BIZ_NO = "1010000002"


def test_an_unusual_corporation_number_is_kept_with_a_doubt(session: Session, now: dt.datetime) -> None:
    facts = OrganisationFacts(name_ko="한들셀", corp_no="110111-0000018")

    made = service.add_organisation(session, facts=facts, actor=SYSTEM, now=now)

    assert made.corp_no == "1101110000018"
    assert len(organisation_doubts(facts.cleaned)) == 1


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        (OrganisationFacts(), "name_ko"),
        (OrganisationFacts(name_ko="한들셀", biz_no="1010000001"), "biz_no"),
        (OrganisationFacts(name_ko="한들셀", corp_no="123"), "corp_no"),
        (OrganisationFacts(name_ko="한들셀", country="Korea"), "country"),
    ],
)
def test_what_cannot_be_kept_is_named(
    session: Session, now: dt.datetime, facts: OrganisationFacts, field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        service.add_organisation(session, facts=facts, actor=SYSTEM, now=now)

    assert list(refusal.value.fields) == [field]


def test_a_new_name_keeps_the_old_one_findable(session: Session, now: dt.datetime) -> None:
    firm = an_organisation(session, "새한전지", name_en="Saehan")

    service.change_organisation(
        session,
        firm.id,
        facts=OrganisationFacts(name_ko="한들셀", name_en="Handeul"),
        version=1,
        actor=SYSTEM,
        now=now,
    )

    assert {alias.name: alias.script for alias in firm.aliases} == {
        "새한전지": Script.HANGUL,
        "Saehan": Script.LATIN,
    }
    assert service.match_organisation(session, "㈜새한전지").only is firm


def test_numbers_come_before_names_and_namesakes_are_candidates(session: Session) -> None:
    numbered = an_organisation(session, "도담정밀", biz_no=BIZ_NO)
    namesake = an_organisation(session, "(주)도담정밀")

    by_number = service.match_organisation(session, "101-00-00002")
    by_name = service.match_organisation(session, "도담 정밀")

    assert (by_number.only, by_number.by_number) == (numbered, True)
    assert (by_name.only, by_name.found) == (None, (numbered, namesake))


def test_a_holding_is_recorded_once_for_the_same_days(session: Session, now: dt.datetime) -> None:
    parent, child = a_group(session, ["가람홀딩스", "한들셀"])

    with pytest.raises(Invalid):
        service.add_ownership(
            session,
            parent_id=parent.id,
            child_id=child.id,
            share_basis_points=100,
            declared_control=False,
            valid_from=dt.date(2024, 1, 1),
            actor=SYSTEM,
            now=now,
        )


def names(lines: tuple[GroupLine, ...], depth: int = 0) -> list[str]:
    return [text for line in lines for text in ("-" * depth + line.name_ko, *names(line.below, depth + 1))]


def test_a_group_is_drawn_as_it_was_on_the_day(session: Session) -> None:
    top, middle, low = a_group(session, ["가", "나", "다"])
    partner, sold = an_organisation(session, "라"), an_organisation(session, "마")
    sister, stranger = an_organisation(session, "바"), an_organisation(session, "사")
    an_ownership(session, partner, low, share_basis_points=3_000)
    an_ownership(session, top, sister, share_basis_points=5_100)
    an_ownership(session, stranger, low, share_basis_points=1_900)
    an_ownership(session, top, sold, valid_until=dt.date(2020, 1, 1))

    drawn = names(group_on(session, low.id, dt.date(2026, 1, 1)))
    assert drawn == ["가", "-나", "--다", "-바", "라", "-다"]
    assert names(group_on(session, top.id, dt.date(2019, 12, 31))) == ["가", "-나", "--다", "-마", "-바"]
    assert names(group_on(session, middle.id, dt.date(2001, 1, 1))) == ["나"]


def test_a_ring_of_holdings_is_drawn_once_around(session: Session) -> None:
    one, two = a_group(session, ["가", "나"])
    an_ownership(session, two, one)

    assert names(group_on(session, one.id, dt.date(2026, 1, 1))) == ["가", "-나"]


def test_a_relatives_hash_equals_that_of_the_person_of_the_same_name(
    session: Session, now: dt.datetime
) -> None:
    person = service.add_person(
        session, facts=PersonFacts(name_ko="마 루한"), secret="key", actor=SYSTEM, now=now
    )

    assert set(person.name_hashes) & set(service.name_hashes("Ma Ru-han", secret="key"))
    assert not set(person.name_hashes) & set(service.name_hashes("마루한", secret="another key"))


@pytest.mark.parametrize("role", [Role.MINISTRY_VIEWER, Role.AUDITOR, Role.EXPERT])
def test_readers_do_not_keep_organisations(session: Session, now: dt.datetime, role: Role) -> None:
    actor = an_actor(session, Role.AUDITOR) if role is Role.EXPERT else an_actor(session, role)

    with pytest.raises(Forbidden):
        service.add_organisation(session, facts=OrganisationFacts(name_ko="가"), actor=actor, now=now)
