"""Who stands in the case, and which experts were let in."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.audit import service as audit
from expertpool.conflicts.models import Organisation, Person
from expertpool.incidents import access
from expertpool.incidents.models import IncidentAccess, Party
from expertpool.incidents.rules import PartyKind, PartySide
from expertpool.incidents.service.rows import demand_open, incident_to_change, touch
from expertpool.infra.consequences import follow
from expertpool.infra.db import acting_as
from expertpool.infra.identity import SYSTEM, Actor, new_id
from expertpool.refusals import Invalid, NotFound
from expertpool.words import Words, words


def add_party(
    session: Session,
    incident_id: uuid.UUID,
    *,
    side: PartySide,
    kind: PartyKind,
    organisation_id: uuid.UUID | None = None,
    person_id: uuid.UUID | None = None,
    actor: Actor,
    now: dt.datetime,
) -> Party:
    """Say that an organisation or a person stands in the case: conflicts are judged against it from now on.

    Raises: NotFound; Forbidden; WrongState once closed; Invalid unless exactly one of the two is given,
    known, and not on that side already.
    """
    incident = incident_to_change(session, incident_id, actor=actor)
    access.demand(access.work_refused(actor, incident))
    demand_open(incident)
    _demand_known(session, organisation_id, person_id)
    wanted = (side, kind, organisation_id, person_id)
    if any((p.side, p.kind, p.organisation_id, p.person_id) == wanted for p in incident.parties):
        _refuse("organisation", words("This party is in the case already."))
    party = Party(
        id=new_id(),
        side=side,
        kind=kind,
        organisation_id=organisation_id,
        person_id=person_id,
        added_at=now,
    )
    incident.parties.append(party)
    touch(incident)
    session.flush()
    _note(session, incident.id, "incident.add_party", actor=actor, now=now, party=str(party.id))
    follow(session, "incidents.case_changed", incident_ids=[incident.id], now=now)
    return party


def _demand_known(session: Session, organisation_id: uuid.UUID | None, person_id: uuid.UUID | None) -> None:
    if (organisation_id is None) == (person_id is None):
        _refuse("organisation", words("Choose one organisation or one person."))
    if organisation_id is not None and session.get(Organisation, organisation_id) is None:
        _refuse("organisation", words("Choose an organisation that is on record, or record it first."))
    if person_id is not None and session.get(Person, person_id) is None:
        _refuse("person", words("Choose a person who is on record, or record the person first."))


def _refuse(field: str, sentence: Words) -> None:
    raise Invalid(sentence, fields={field: sentence})


def remove_party(
    session: Session, incident_id: uuid.UUID, party_id: uuid.UUID, *, actor: Actor, now: dt.datetime
) -> None:
    """Take out a party that was added by mistake. Raises: NotFound; Forbidden; WrongState once closed."""
    incident = incident_to_change(session, incident_id, actor=actor)
    access.demand(access.work_refused(actor, incident))
    demand_open(incident)
    party = next((party for party in incident.parties if party.id == party_id), None)
    if party is None:
        raise NotFound(access.NOTHING_HERE)
    incident.parties.remove(party)
    touch(incident)
    session.flush()
    _note(session, incident.id, "incident.remove_party", actor=actor, now=now, party=str(party_id))
    follow(session, "incidents.case_changed", incident_ids=[incident.id], now=now)


def open_to_expert(
    session: Session, incident_id: uuid.UUID, expert_id: uuid.UUID, *, now: dt.datetime
) -> None:
    """Let an expert read the case, because the conflict card was clear. Doing it again changes nothing."""
    with acting_as(session, SYSTEM):
        if _grants(session, incident_id, expert_id):
            return
        session.add(IncidentAccess(incident_id=incident_id, expert_id=expert_id, granted_at=now))
        verb = "incident.open_to_expert"
        _note(session, incident_id, verb, actor=SYSTEM, now=now, expert=str(expert_id))


def close_to_expert(
    session: Session, incident_id: uuid.UUID, expert_id: uuid.UUID, *, now: dt.datetime
) -> None:
    """End an expert's sight of the case. Doing it again changes nothing."""
    with acting_as(session, SYSTEM):
        grants = _grants(session, incident_id, expert_id)
        for grant in grants:
            grant.revoked_at = now
        if grants:
            verb = "incident.close_to_expert"
            _note(session, incident_id, verb, actor=SYSTEM, now=now, expert=str(expert_id))


def _grants(session: Session, incident_id: uuid.UUID, expert_id: uuid.UUID) -> list[IncidentAccess]:
    live = sa.select(IncidentAccess).where(
        IncidentAccess.incident_id == incident_id,
        IncidentAccess.expert_id == expert_id,
        IncidentAccess.revoked_at.is_(None),
    )
    return list(session.scalars(live))


def _note(
    session: Session, incident_id: uuid.UUID, verb: str, *, actor: Actor, now: dt.datetime, **detail: str
) -> None:
    audit.record(session, actor=actor, verb=verb, kind="incident", thing=incident_id, now=now, **detail)
