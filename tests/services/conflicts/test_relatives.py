"""Relatives are met by hashes; their names are read by the expert alone."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.conflicts import queries, service
from expertpool.conflicts.models import Person, Tie
from expertpool.conflicts.rules.findings import Node
from expertpool.conflicts.rules.records import PersonFacts
from expertpool.conflicts.rules.telling import tell
from expertpool.conflicts.rules.vocabulary import Kinship, RoleClass, Tier
from expertpool.experts.models import Expert
from expertpool.infra.db import acting_as
from expertpool.infra.identity import SYSTEM, Actor, Role
from expertpool.refusals import Invalid, NotFound
from tests.fixtures.accounts import an_actor
from tests.fixtures.conflicts import a_party
from tests.fixtures.experts import an_expert

SECRET = "test-secret-test-secret-test-secret"
ON = dt.date(2026, 9, 1)


@pytest.fixture
def expert(session: Session) -> Expert:
    return an_expert(session)


def me(expert: Expert) -> Actor:
    return Actor(roles=frozenset({Role.EXPERT}), expert_id=expert.id)


def a_brother(session: Session, expert: Expert, now: dt.datetime, **facts: object) -> Tie:
    usual: dict[str, object] = {"name": "마루한", "kinship": Kinship.SIBLING, "birth_year": 1980}
    with acting_as(session, me(expert)):
        return service.record_relative(
            session,
            expert.id,
            secret=SECRET,
            actor=me(expert),
            now=now,
            **(usual | facts),  # type: ignore[arg-type] # only what matters is named
        )


def test_no_table_holds_the_name_in_clear(session: Session, now: dt.datetime, expert: Expert) -> None:
    tie = a_brother(session, expert, now)

    rows = session.execute(sa.text("SELECT person::text, tie::text FROM person, tie")).one()

    assert tie.sealed_name
    assert not any("마루한" in text or "maruhan" in text.casefold() for text in rows)


def test_only_the_expert_reads_the_name(session: Session, now: dt.datetime, expert: Expert) -> None:
    a_brother(session, expert, now)
    officer = an_actor(session, Role.CONFLICT_OFFICER)

    with acting_as(session, me(expert)):
        (mine,) = queries.ties_of(session, expert.id, viewer=me(expert))
    with acting_as(session, officer):
        (theirs,) = queries.ties_of(session, expert.id, viewer=officer)

    assert service.relatives_name(mine.sealed_name, secret=SECRET) == "마루한"
    assert service.relatives_name(mine.sealed_name, secret="another") == ""
    assert (theirs.sealed_name, theirs.name_en) == ("", "A relative, name withheld")


@pytest.mark.parametrize(
    ("name_ko", "name_en", "birth_year", "rule", "tier"),
    [
        ("마루한", "", 1980, "R04a", Tier.BAR),
        ("", "Ma Ru-han", 1980, "R04a", Tier.BAR),
        ("마루한", "", None, "R28", Tier.REVIEW),
    ],
)
def test_a_relative_who_is_a_party_is_found_and_never_named(
    session: Session,
    now: dt.datetime,
    expert: Expert,
    name_ko: str,
    name_en: str,
    birth_year: int | None,
    rule: str,
    tier: Tier,
) -> None:
    a_brother(session, expert, now)
    facts = PersonFacts(name_ko=name_ko, name_en=name_en, birth_year=birth_year)
    accused = service.add_person(session, facts=facts, secret=SECRET, actor=SYSTEM, now=now)

    (screening,) = queries.screen_experts(
        session,
        incident_id=None,
        parties=[a_party(accused)],
        role_class=RoleClass.ADJ,
        on=ON,
        expert_ids=[expert.id],
    ).values()

    assert (screening.findings[0].rule, screening.tier) == (rule, tier)
    names = [step.name_ko for step in screening.findings[0].path if isinstance(step, Node)]
    assert names[1] == "친족 (이름 비공개)"
    assert tell(screening, with_path=False)[0].steps == ()


def test_nobody_else_records_a_relative(session: Session, now: dt.datetime, expert: Expert) -> None:
    officer = an_actor(session, Role.CONFLICT_OFFICER)

    with pytest.raises(NotFound):
        service.record_relative(
            session,
            expert.id,
            name="마루한",
            kinship=Kinship.SIBLING,
            birth_year=None,
            secret=SECRET,
            actor=officer,
            now=now,
        )


@pytest.mark.parametrize("facts", [{"name": " "}, {"kinship": Kinship.SELF}, {"birth_year": 80}])
def test_a_relative_is_checked(
    session: Session, now: dt.datetime, expert: Expert, facts: dict[str, object]
) -> None:
    with pytest.raises(Invalid):
        a_brother(session, expert, now, **facts)

    assert session.scalars(sa.select(Person)).all() == []


def test_a_fault_of_the_database_does_not_log_what_was_being_written(session: Session) -> None:
    with pytest.raises(sa.exc.DBAPIError) as fault:
        session.execute(sa.text("SELECT 1 / length(left(:name, 0))"), {"name": "마루한"})

    assert "마루한" not in str(fault.value)
