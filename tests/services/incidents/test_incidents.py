"""Incidents through their use cases: steps, refusals, ministries, parties."""

import datetime as dt
import uuid

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.audit.models import AuditEntry
from expertpool.incidents import queries, service
from expertpool.incidents.models import Incident, IncidentAccess
from expertpool.incidents.rules import (
    IncidentState,
    MinistryPart,
    NeedState,
    PartyKind,
    PartySide,
)
from expertpool.infra.db import act_as
from expertpool.infra.identity import SYSTEM, Role
from expertpool.refusals import Forbidden, Invalid, NotFound, Stale, WrongState
from tests.fixtures.accounts import an_actor, ministry_id
from tests.fixtures.conflicts import an_organisation
from tests.fixtures.incidents import a_need, an_incident, incident_facts


def test_recording_makes_a_draft_of_the_coordinators_ministry(session: Session, now: dt.datetime) -> None:
    coordinator = an_actor(session, Role.COORDINATOR, ministry="MOIP")
    act_as(session, coordinator)

    incident = service.record_incident(session, actor=coordinator, now=now, facts=incident_facts())

    assert incident.state is IncidentState.DRAFT
    assert incident.lead_ministry_id == coordinator.ministry_id
    assert [(row.ministry_id, row.part) for row in incident.ministries] == [
        (coordinator.ministry_id, MinistryPart.LEAD)
    ]


@pytest.mark.parametrize("role", [Role.CONFLICT_OFFICER, Role.AUDITOR, Role.MINISTRY_VIEWER, Role.ADMIN])
def test_only_coordinators_record(session: Session, now: dt.datetime, role: Role) -> None:
    actor = an_actor(session, role)

    with pytest.raises(Forbidden):
        service.record_incident(session, actor=actor, now=now, facts=incident_facts())


def test_somebody_of_no_ministry_has_to_name_the_lead(session: Session, now: dt.datetime) -> None:
    with pytest.raises(Invalid) as refusal:
        service.record_incident(session, actor=SYSTEM, now=now, facts=incident_facts())

    assert set(refusal.value.fields) == {"lead_ministry"}


def test_receipt_numbers_differ_and_follow_no_sequence(session: Session, now: dt.datetime) -> None:
    numbers = [an_incident(session, state=IncidentState.DRAFT).receipt_no for _ in range(5)]

    assert len(set(numbers)) == 5
    assert all(number.startswith("EP-2026-") and len(number) == 14 for number in numbers)


def test_receiving_evidence_at_risk_sets_off_the_urgent_clocks(session: Session, now: dt.datetime) -> None:
    incident = an_incident(session, state=IncidentState.RECEIVED, evidence_at_risk=True)

    page = queries.incident_page(session, incident.id, actor=SYSTEM, now=now)

    due = {clock.code: clock.due.at for clock in page.clocks if clock.due}
    assert due == {"U01": now + dt.timedelta(hours=2), "U02": now + dt.timedelta(hours=24)}


def test_the_way_of_an_incident_is_dated_and_on_record(session: Session, now: dt.datetime) -> None:
    incident = an_incident(session, state=IncidentState.CLOSED)
    session.commit()

    verbs = session.scalars(
        sa.select(AuditEntry.verb).where(AuditEntry.thing_id == incident.id).order_by(AuditEntry.no)
    ).all()

    assert (incident.received_at, incident.closed_at) == (now, now)
    assert [verb.partition(".")[2] for verb in verbs if "party" not in verb] == [
        "record",
        "receive",
        "triage",
        "activate",
        "close",
    ]


def test_a_closed_incident_is_reopened_into_work(session: Session, now: dt.datetime) -> None:
    incident = an_incident(session, state=IncidentState.CLOSED)

    service.reopen_incident(session, incident.id, actor=SYSTEM, now=now)

    assert (incident.state, incident.closed_at) == (IncidentState.ACTIVE, None)


def test_what_is_not_closed_cannot_be_reopened(session: Session, now: dt.datetime) -> None:
    incident = an_incident(session, state=IncidentState.TRIAGED)

    with pytest.raises(WrongState):
        service.reopen_incident(session, incident.id, actor=SYSTEM, now=now)


def test_an_open_need_keeps_its_incident_open(session: Session, now: dt.datetime) -> None:
    need = a_need(session, state=NeedState.DRAFT)

    with pytest.raises(WrongState):
        service.close_incident(session, need.incident_id, actor=SYSTEM, now=now)


def test_a_closed_incident_takes_no_changes(session: Session, now: dt.datetime) -> None:
    incident = an_incident(session, state=IncidentState.CLOSED)
    firm = an_organisation(session)

    with pytest.raises(WrongState):
        service.add_party(
            session,
            incident.id,
            side=PartySide.OTHER,
            kind=PartyKind.COMPETITOR,
            organisation_id=firm.id,
            actor=SYSTEM,
            now=now,
        )


def test_a_change_of_an_old_version_is_refused(session: Session, now: dt.datetime) -> None:
    incident = an_incident(session)
    old = incident.version
    service.change_incident(
        session, incident.id, facts=incident_facts(title="고침"), version=old, actor=SYSTEM, now=now
    )

    with pytest.raises(Stale):
        service.change_incident(
            session, incident.id, facts=incident_facts(), version=old, actor=SYSTEM, now=now
        )


def test_a_change_below_the_incident_raises_its_version(session: Session, now: dt.datetime) -> None:
    incident = an_incident(session, with_parties=False)
    before = incident.version

    service.add_party(
        session,
        incident.id,
        side=PartySide.RESPONDENT,
        kind=PartyKind.PARTY,
        organisation_id=an_organisation(session).id,
        actor=SYSTEM,
        now=now,
    )

    assert incident.version == before + 1


@pytest.mark.parametrize("both", [True, False])
def test_a_party_is_one_organisation_or_one_person(session: Session, now: dt.datetime, both: bool) -> None:
    incident = an_incident(session)
    keys = {"organisation_id": uuid.uuid4(), "person_id": uuid.uuid4()} if both else {}

    with pytest.raises(Invalid):
        service.add_party(
            session,
            incident.id,
            side=PartySide.OTHER,
            kind=PartyKind.PARTY,
            actor=SYSTEM,
            now=now,
            **keys,
        )


def test_an_unknown_organisation_is_no_party(session: Session, now: dt.datetime) -> None:
    incident = an_incident(session)

    with pytest.raises(Invalid) as refusal:
        service.add_party(
            session,
            incident.id,
            side=PartySide.OTHER,
            kind=PartyKind.PARTY,
            organisation_id=uuid.uuid4(),
            actor=SYSTEM,
            now=now,
        )

    assert set(refusal.value.fields) == {"organisation"}


def test_parties_reach_the_conflict_rules_by_key(session: Session, now: dt.datetime) -> None:
    incident = an_incident(session, compartmented=True)

    parties = queries.case_parties(session, incident.id)

    keys = {row.organisation_id.int for row in incident.parties if row.organisation_id}
    assert {party.subject.id for party in parties} == keys
    assert {party.side.value for party in parties} == {"complainant", "respondent"}
    assert all(party.compartmented for party in parties)


def test_handing_over_the_lead_makes_the_old_lead_support(session: Session, now: dt.datetime) -> None:
    incident = an_incident(session)

    service.involve_ministry(
        session,
        incident.id,
        ministry_id=ministry_id(session, "KFTC"),
        part=MinistryPart.LEAD,
        actor=SYSTEM,
        now=now,
    )

    parts = {row.ministry.code: row.part for row in incident.ministries}
    assert parts == {"MSS": MinistryPart.SUPPORTING, "KFTC": MinistryPart.LEAD}
    assert incident.lead_ministry_id == ministry_id(session, "KFTC")


def test_the_lead_cannot_step_down_without_a_successor(session: Session, now: dt.datetime) -> None:
    incident = an_incident(session)

    with pytest.raises(Invalid):
        service.involve_ministry(
            session,
            incident.id,
            ministry_id=incident.lead_ministry_id,
            part=MinistryPart.SUPPORTING,
            actor=SYSTEM,
            now=now,
        )
    with pytest.raises(WrongState):
        service.release_ministry(
            session, incident.id, ministry_id=incident.lead_ministry_id, actor=SYSTEM, now=now
        )


def test_an_observer_that_has_not_joined_cannot_be_involved(session: Session, now: dt.datetime) -> None:
    incident = an_incident(session)

    with pytest.raises(Invalid):
        service.involve_ministry(
            session,
            incident.id,
            ministry_id=ministry_id(session, "MSIT"),
            part=MinistryPart.SUPPORTING,
            actor=SYSTEM,
            now=now,
        )


def test_a_ministry_with_an_open_need_is_not_released(session: Session, now: dt.datetime) -> None:
    incident = an_incident(session, supporting=("MOIP",))
    a_need(session, incident, ministry="MOIP")

    with pytest.raises(WrongState):
        service.release_ministry(
            session, incident.id, ministry_id=ministry_id(session, "MOIP"), actor=SYSTEM, now=now
        )


def test_making_it_compartmented_leaves_the_lead_alone(session: Session, now: dt.datetime) -> None:
    incident = an_incident(session, supporting=("MOIP", "NPA"))

    service.change_incident(
        session,
        incident.id,
        facts=incident_facts(compartmented=True),
        version=incident.version,
        actor=SYSTEM,
        now=now,
    )

    live = session.scalars(
        sa.select(IncidentAccess.ministry_id).where(
            IncidentAccess.incident_id == incident.id, IncidentAccess.revoked_at.is_(None)
        )
    ).all()
    assert live == [incident.lead_ministry_id]


def test_only_the_lead_ministry_compartments(session: Session, now: dt.datetime) -> None:
    incident = an_incident(session, supporting=("MOIP",))
    helper = an_actor(session, Role.COORDINATOR, ministry="MOIP")
    act_as(session, helper)

    with pytest.raises(Forbidden):
        service.change_incident(
            session,
            incident.id,
            facts=incident_facts(compartmented=True),
            version=incident.version,
            actor=helper,
            now=now,
        )


def test_a_date_noted_again_is_corrected(session: Session, now: dt.datetime) -> None:
    incident = an_incident(session)
    for moment in (now, now + dt.timedelta(days=1)):
        service.note_trigger(
            session, incident.id, trigger="theft_known", happened_at=moment, actor=SYSTEM, now=now
        )

    assert [(row.trigger, row.happened_at) for row in incident.triggers] == [
        ("theft_known", now + dt.timedelta(days=1))
    ]


def test_an_unknown_trigger_is_refused(session: Session, now: dt.datetime) -> None:
    incident = an_incident(session)

    with pytest.raises(Invalid):
        service.note_trigger(
            session, incident.id, trigger="full_moon", happened_at=now, actor=SYSTEM, now=now
        )


def test_nothing_is_found_that_never_was(session: Session, now: dt.datetime) -> None:
    with pytest.raises(NotFound):
        service.receive_incident(session, uuid.uuid4(), actor=SYSTEM, now=now)


@pytest.mark.parametrize(
    ("filters", "titles"),
    [
        ({"states": (IncidentState.DRAFT,)}, ["나"]),
        ({"type_code": "hacking"}, ["나"]),
        ({"region_code": "KR-26"}, ["다"]),
        ({"ministry_code": "NPA"}, ["다"]),
        ({"text": "가"}, ["가"]),
        ({"text": "%"}, []),
        ({"sort": "title"}, ["가", "나", "다"]),
        ({"sort": "-title"}, ["다", "나", "가"]),
    ],
)
def test_the_list_is_filtered_and_sorted(
    session: Session, now: dt.datetime, filters: dict[str, object], titles: list[str]
) -> None:
    an_incident(session, title="가")
    an_incident(session, title="나", type_code="hacking", state=IncidentState.DRAFT)
    an_incident(session, title="다", region_code="KR-26", supporting=("NPA",))

    rows, count = queries.find_incidents(
        session,
        queries.IncidentFilters(**filters),  # type: ignore[arg-type] # facts in a dict
        actor=SYSTEM,
        page=1,
        size=10,
    )

    assert ([row.title for row in rows], count) == (titles, len(titles))


def test_incidents_stand_on_pages(session: Session, now: dt.datetime) -> None:
    for _ in range(3):
        an_incident(session)

    rows, count = queries.find_incidents(session, queries.IncidentFilters(), actor=SYSTEM, page=2, size=2)

    assert (len(rows), count) == (1, 3)
    assert session.scalar(sa.select(sa.func.count()).select_from(Incident)) == 3
