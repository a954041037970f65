"""Entering, changing, verifying and moving experts, and who may."""

import dataclasses
import datetime as dt
import uuid
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.audit.models import AuditEntry
from expertpool.experts import service
from expertpool.experts.models import Expert
from expertpool.experts.rules import (
    AppointmentFacts,
    ContactFacts,
    ExpertFacts,
    ExpertState,
    FacetFacts,
    FacetKind,
    way_to,
)
from expertpool.infra.identity import SYSTEM, Actor, Role
from expertpool.refusals import Forbidden, Invalid, NotFound, Stale, WrongState
from tests.fixtures.accounts import an_actor, ministry_id
from tests.fixtures.experts import SINCE, an_expert, expert_facts

GHOST = uuid.UUID(int=0)


def said_of(expert: Expert, **change: Any) -> ExpertFacts:
    """What the row says now, with `change`."""
    return dataclasses.replace(expert.facts, **change)


@pytest.fixture
def coordinator(session: Session) -> Actor:
    return an_actor(session, Role.COORDINATOR, ministry="MSS")


def test_a_coordinator_enters_an_expert_of_the_own_ministry(
    session: Session, coordinator: Actor, now: dt.datetime
) -> None:
    expert = service.register_expert(session, actor=coordinator, now=now, facts=expert_facts(session))

    assert expert.state is ExpertState.APPLIED
    assert (expert.version, expert.ministry.code, expert.region.name_en) == (1, "MSS", "Seoul")


def test_an_expert_is_entered_with_the_steps_taken_at_once(
    session: Session, coordinator: Actor, now: dt.datetime
) -> None:
    steps = way_to(ExpertState.APPLIED, ExpertState.ACTIVE) or ()

    expert = service.register_expert(
        session, actor=coordinator, now=now, facts=expert_facts(session), steps=steps
    )

    assert (expert.state, expert.calendar_version) == (ExpertState.ACTIVE, 1)


@pytest.mark.parametrize("role", [Role.MINISTRY_VIEWER, Role.CONFLICT_OFFICER, Role.AUDITOR])
def test_other_roles_enter_nobody(session: Session, role: Role, now: dt.datetime) -> None:
    actor = an_actor(session, role, ministry="MSS")

    with pytest.raises(Forbidden):
        service.register_expert(session, actor=actor, now=now, facts=expert_facts(session))


def test_a_coordinator_enters_nobody_for_another_ministry(
    session: Session, coordinator: Actor, now: dt.datetime
) -> None:
    with pytest.raises(Forbidden):
        service.register_expert(
            session, actor=coordinator, now=now, facts=expert_facts(session, ministry="KFTC")
        )


def test_an_address_belongs_to_one_expert(session: Session, now: dt.datetime) -> None:
    an_expert(session, email="same@expert.example")

    with pytest.raises(Invalid) as refused:
        service.register_expert(
            session, actor=SYSTEM, now=now, facts=expert_facts(session, email="same@expert.example")
        )

    assert set(refused.value.fields) == {"email"}


def test_an_address_taken_after_the_check_is_refused_as_well(
    session: Session, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_expert(session, email="same@expert.example")
    facts = expert_facts(session, email="same@expert.example")
    monkeypatch.setattr("expertpool.experts.service.registry._address_fault", lambda *_, **__: {})

    with pytest.raises(Invalid) as refused:
        service.register_expert(session, actor=SYSTEM, now=now, facts=facts)

    assert set(refused.value.fields) == {"email"}


def test_an_expert_of_a_ministry_that_shows_aliases_needs_one(session: Session, now: dt.datetime) -> None:
    with pytest.raises(Invalid) as refused:
        service.register_expert(
            session, actor=SYSTEM, now=now, facts=expert_facts(session, ministry="NIS", alias=None)
        )

    assert set(refused.value.fields) == {"alias"}


def test_a_change_raises_both_versions(session: Session, coordinator: Actor, now: dt.datetime) -> None:
    expert = an_expert(session)
    version, calendar_version = expert.version, expert.calendar_version

    facts = said_of(expert, weekly_capacity_minutes=60)
    service.change_expert(session, expert.id, actor=coordinator, now=now, version=expert.version, facts=facts)

    assert (expert.version, expert.calendar_version) == (version + 1, calendar_version + 1)
    assert expert.weekly_capacity_minutes == 60


def test_a_change_of_facets_alone_makes_older_versions_stale(
    session: Session, coordinator: Actor, now: dt.datetime
) -> None:
    expert = an_expert(session)
    seen = expert.version
    facts = said_of(expert, facets=(FacetFacts(FacetKind.ROLE_KIND, "SIM", 2, SINCE),))
    service.change_expert(session, expert.id, actor=coordinator, now=now, version=seen, facts=facts)

    with pytest.raises(Stale):
        service.change_expert(session, expert.id, actor=coordinator, now=now, version=seen, facts=facts)


def test_an_expert_stays_with_their_ministry(session: Session, now: dt.datetime) -> None:
    expert = an_expert(session)

    with pytest.raises(Invalid) as refused:
        service.change_expert(
            session,
            expert.id,
            actor=SYSTEM,
            now=now,
            version=expert.version,
            facts=said_of(expert, ministry_id=ministry_id(session, "NPA")),
        )

    assert set(refused.value.fields) == {"ministry"}


def test_a_retired_expert_is_not_changed(session: Session, now: dt.datetime) -> None:
    expert = an_expert(session, state=ExpertState.RETIRED)

    with pytest.raises(WrongState):
        service.change_expert(
            session, expert.id, actor=SYSTEM, now=now, version=expert.version, facts=said_of(expert)
        )


def test_a_ghost_cannot_be_changed(session: Session, now: dt.datetime) -> None:
    with pytest.raises(NotFound):
        service.move_expert(session, GHOST, ExpertState.PAUSED, actor=SYSTEM, now=now)


def test_verifying_a_facet_remembers_who_looked(
    session: Session, coordinator: Actor, now: dt.datetime
) -> None:
    expert = an_expert(session)

    service.verify_facet(
        session, expert.id, expert.facets[0].id, actor=coordinator, now=now, version=expert.version
    )

    assert expert.facets[0].verified_by == coordinator.user_id


def test_a_facet_without_evidence_cannot_be_verified(
    session: Session, coordinator: Actor, now: dt.datetime
) -> None:
    expert = an_expert(session, facets=(FacetFacts(FacetKind.ROLE_KIND, "DFE", 3, SINCE),))

    with pytest.raises(WrongState):
        service.verify_facet(
            session, expert.id, expert.facets[0].id, actor=coordinator, now=now, version=expert.version
        )


def test_a_facet_whose_level_changed_has_to_be_verified_again(
    session: Session, coordinator: Actor, now: dt.datetime
) -> None:
    expert = an_expert(session, roles={"DFE": 2, "SEC": 2})
    for facet in list(expert.facets):
        service.verify_facet(session, expert.id, facet.id, actor=coordinator, now=now, version=expert.version)
    first, second = said_of(expert).facets

    facts = said_of(expert, facets=(dataclasses.replace(first, level=4), second))
    service.change_expert(session, expert.id, actor=coordinator, now=now, version=expert.version, facts=facts)

    assert [facet.verified_by is None for facet in expert.facets] == [True, False]


@pytest.mark.parametrize("state", [ExpertState.PAUSED, ExpertState.RETIRED])
def test_an_active_expert_can_be_moved_and_the_move_is_recorded(
    session: Session, coordinator: Actor, now: dt.datetime, state: ExpertState
) -> None:
    expert = an_expert(session)

    service.move_expert(session, expert.id, state, actor=coordinator, now=now, version=expert.version)
    session.commit()

    assert expert.state is state
    moved = sa.select(AuditEntry).where(
        AuditEntry.verb == "expert.move", AuditEntry.user_id == coordinator.user_id
    )
    entry = session.scalars(moved).one()
    assert (entry.thing_id, entry.detail) == (expert.id, {"state": state.value})


def test_a_step_outside_the_table_is_refused(session: Session, now: dt.datetime) -> None:
    expert = an_expert(session, state=ExpertState.APPLIED)

    with pytest.raises(WrongState):
        service.move_expert(session, expert.id, ExpertState.ACTIVE, actor=SYSTEM, now=now)


def test_nobody_is_activated_after_their_term(session: Session, now: dt.datetime) -> None:
    over = (AppointmentFacts(dt.date(2024, 1, 1), dt.date(2026, 11, 23)),)
    expert = an_expert(session, state=ExpertState.VERIFIED, appointments=over)

    with pytest.raises(WrongState):
        service.move_expert(session, expert.id, ExpertState.ACTIVE, actor=SYSTEM, now=now)


def test_touching_the_calendar_leaves_the_entry_as_it_was(session: Session, now: dt.datetime) -> None:
    expert = an_expert(session)
    version, calendar_version = expert.version, expert.calendar_version

    service.touch_calendar(session, expert.id)

    assert (expert.version, expert.calendar_version) == (version, calendar_version + 1)


def test_locked_experts_are_those_asked_for(session: Session, now: dt.datetime) -> None:
    one, other = an_expert(session), an_expert(session)
    an_expert(session)

    locked = service.lock_experts(session, [one.id, other.id, GHOST])

    assert set(locked) == {one.id, other.id}


def contact_of(expert: Expert, **change: object) -> ContactFacts:
    names = [field.name for field in dataclasses.fields(ContactFacts)]
    return ContactFacts(**({name: getattr(expert, name) for name in names} | change))


def test_experts_keep_their_own_contact_and_languages(session: Session, now: dt.datetime) -> None:
    expert = an_expert(session, languages={"ja": 2})
    own = Actor(roles=frozenset({Role.EXPERT}), expert_id=expert.id)

    service.change_own_profile(
        session,
        expert.id,
        actor=own,
        now=now,
        version=expert.version,
        contact=contact_of(expert, phone="010-1111-2222"),
        languages=(FacetFacts(FacetKind.LANGUAGE, "de", 3, SINCE),),
    )

    assert expert.phone == "010-1111-2222"
    assert [(row.kind, row.code) for row in expert.facets if row.kind is FacetKind.LANGUAGE] == [
        (FacetKind.LANGUAGE, "de")
    ]
    assert any(row.kind is FacetKind.ROLE_KIND for row in expert.facets)


def test_experts_cannot_give_themselves_a_role(session: Session, now: dt.datetime) -> None:
    expert = an_expert(session)
    own = Actor(roles=frozenset({Role.EXPERT}), expert_id=expert.id)

    service.change_own_profile(
        session,
        expert.id,
        actor=own,
        now=now,
        version=expert.version,
        contact=contact_of(expert),
        languages=(FacetFacts(FacetKind.ROLE_KIND, "CHR", 4, SINCE),),
    )

    assert [row.code for row in expert.facets] == ["DFE"]


def test_experts_cannot_change_somebody_else(session: Session, now: dt.datetime) -> None:
    expert, other = an_expert(session), an_expert(session)
    own = Actor(roles=frozenset({Role.EXPERT}), expert_id=other.id)

    with pytest.raises(Forbidden):
        service.change_own_profile(
            session,
            expert.id,
            actor=own,
            now=now,
            version=expert.version,
            contact=contact_of(expert),
            languages=(),
        )
