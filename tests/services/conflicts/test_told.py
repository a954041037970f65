"""Ties in people's own words to a person, to a unit, and about a case."""

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from expertpool.conflicts import service
from expertpool.conflicts.models import Person, Tie
from expertpool.conflicts.rules.dates import ImpreciseDate
from expertpool.conflicts.rules.records import TieFacts
from expertpool.conflicts.rules.vocabulary import Kinship, PartyKind, RelationType, RoleClass
from expertpool.engagements.screening import screen_one_for_case
from expertpool.experts.models import Expert
from expertpool.incidents.models import Incident, Party
from expertpool.incidents.rules import PartySide
from expertpool.infra.clock import seoul_date
from expertpool.infra.db import acting_as
from expertpool.infra.identity import Actor, Role
from expertpool.refusals import Invalid
from tests.fixtures.accounts import an_actor
from tests.fixtures.conflicts import a_person
from tests.fixtures.experts import an_expert
from tests.fixtures.incidents import an_incident

WITH = TieFacts(type=RelationType.CO_AUTHOR, since=ImpreciseDate(2025, 3), until=ImpreciseDate(2025, 3))
HEARD = TieFacts(type=RelationType.WITNESS, since=ImpreciseDate(2025), until=ImpreciseDate(2025))


@pytest.fixture
def incident(session: Session, now: dt.datetime) -> Incident:
    return an_incident(session, now=now)


@pytest.fixture
def expert(session: Session) -> Expert:
    return an_expert(session)


def told(
    session: Session, expert: Expert, facts: TieFacts, actor: Actor, now: dt.datetime, **more: object
) -> Tie:
    with acting_as(session, actor):
        return service.record_tie_as_told(
            session,
            expert.id,
            facts=facts,
            **({"organisation": "", "number": ""} | more),  # type: ignore[arg-type] # plain words in a dict
            actor=actor,
            now=now,
        )


def myself(expert: Expert) -> Actor:
    return Actor(roles=frozenset({Role.EXPERT}), expert_id=expert.id)


def rules_against(session: Session, incident: Incident, expert: Expert, now: dt.datetime) -> set[str]:
    found = screen_one_for_case(session, incident.id, expert.id, role_class=RoleClass.ADJ, on=seoul_date(now))
    return {one.rule for one in found.findings}


@pytest.mark.parametrize(("born", "rule"), [(1980, "R14"), (None, "R28")])
def test_a_tie_to_a_person_is_found_and_a_name_alone_is_a_question(
    session: Session, now: dt.datetime, incident: Incident, expert: Expert, born: int | None, rule: str
) -> None:
    named = a_person(session, "마루한", birth_year=1980)
    session.add(
        Party(
            incident_id=incident.id,
            person_id=named.id,
            side=PartySide.RESPONDENT,
            kind=PartyKind.ACCUSED,
            added_at=now,
        )
    )

    told(session, expert, WITH, myself(expert), now, person="마루한", person_birth_year=born)

    assert rules_against(session, incident, expert, now) == {rule}


def test_a_tie_about_a_case_is_found_under_its_number(
    session: Session, now: dt.datetime, incident: Incident, expert: Expert
) -> None:
    officer = an_actor(session, Role.CONFLICT_OFFICER, ministry="MSS")
    told(
        session, expert, HEARD, officer, now, organisation="가온연구", case_number=incident.receipt_no.lower()
    )

    assert rules_against(session, incident, expert, now) == {"R11"}


def test_who_does_not_see_a_case_cannot_find_out_that_there_is_one(
    session: Session, now: dt.datetime, incident: Incident, expert: Expert
) -> None:
    said = []
    for number in (incident.receipt_no, "EP-2026-NOSUCH"):
        with pytest.raises(Invalid) as refusal:
            told(session, expert, HEARD, myself(expert), now, organisation="가온연구", case_number=number)
        said.append(str(refusal.value.words))

    assert said[0] == said[1]


@pytest.mark.parametrize(
    ("facts", "more", "field"),
    [
        (WITH, {"organisation": "가온연구"}, "person"),
        (WITH, {"organisation": "가온연구", "person": "마루한"}, "person"),
        (replace(WITH, kinship=Kinship.SPOUSE), {"person": "마루한"}, "person"),
        (WITH, {"person": "마루한", "person_birth_year": 80}, "person_birth_year"),
    ],
)
def test_half_a_person_is_refused(
    session: Session, now: dt.datetime, expert: Expert, facts: TieFacts, more: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        told(session, expert, facts, myself(expert), now, **more)

    assert set(refusal.value.fields) == {field}
    assert session.query(Person).count() == 0
