"""Parties of a case, by name for people and by key for the conflict rules."""

import datetime as dt
import uuid
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.conflicts.models import Organisation, Person
from expertpool.conflicts.queries import screen_experts
from expertpool.conflicts.rules import facts
from expertpool.conflicts.rules import vocabulary as conflicts
from expertpool.conflicts.rules.findings import Screening
from expertpool.conflicts.rules.waivers import GrantedWaiver
from expertpool.incidents import access
from expertpool.incidents.models import Incident, Party
from expertpool.incidents.queries.views import PartyView
from expertpool.infra.clock import seoul_date
from expertpool.infra.db import acting_as
from expertpool.infra.identity import SYSTEM
from expertpool.refusals import NotFound


def party_views(session: Session, incident: Incident) -> tuple[PartyView, ...]:
    """The parties of `incident` with their names, in the order they were added."""
    names = _names(session, incident.parties)
    return tuple(
        PartyView(
            id=party.id,
            side=party.side,
            kind=party.kind,
            name_ko=names[party.organisation_id or party.person_id][0],
            name_en=names[party.organisation_id or party.person_id][1],
            organisation_id=party.organisation_id,
            person_id=party.person_id,
        )
        for party in incident.parties
    )


def _names(session: Session, parties: Sequence[Party]) -> dict[uuid.UUID | None, tuple[str, str]]:
    names: dict[uuid.UUID | None, tuple[str, str]] = {}
    for model, keys in (
        (Organisation, [party.organisation_id for party in parties if party.organisation_id]),
        (Person, [party.person_id for party in parties if party.person_id]),
    ):
        if keys:
            wanted = sa.select(model.id, model.name_ko, model.name_en).where(model.id.in_(keys))
            names |= {key: (ko or en, en or ko) for key, ko, en in session.execute(wanted)}
    return names


def case_parties(session: Session, incident_id: uuid.UUID) -> tuple[facts.CaseParty, ...]:
    """The parties as the conflict rules know them: every id is the row's UUID as a number."""
    rows = session.execute(
        sa.select(Party, Incident.compartmented)
        .join(Incident, Incident.id == Party.incident_id)
        .where(Party.incident_id == incident_id)
        .order_by(Party.added_at, Party.id)
    )
    return tuple(
        facts.CaseParty(
            id=party.id.int,
            subject=_subject(party),
            side=conflicts.Side(party.side.value),
            kind=conflicts.PartyKind(party.kind.value),
            added_on=seoul_date(party.added_at),
            compartmented=compartmented,
        )
        for party, compartmented in rows
    )


def screen_for_case(
    session: Session,
    incident_id: uuid.UUID,
    expert_id: uuid.UUID,
    *,
    role_class: conflicts.RoleClass,
    on: dt.date,
    waivers: Sequence[GrantedWaiver] = (),
) -> Screening:
    """What speaks against one expert in a case, found on the system's authority: ties are hidden from most.

    Raises: NotFound for an expert who is not on record.
    """
    with acting_as(session, SYSTEM):
        found = screen_experts(
            session,
            incident_id=incident_id,
            parties=case_parties(session, incident_id),
            role_class=role_class,
            on=on,
            expert_ids=[expert_id],
            waivers=waivers,
        )
    if expert_id not in found:
        raise NotFound(access.NOTHING_HERE)
    return found[expert_id]


def last_day_of(deadline: dt.datetime) -> dt.date:
    """The last day in Seoul on which work with this deadline can go on."""
    return seoul_date(deadline - dt.timedelta(minutes=1))


def _subject(party: Party) -> facts.Ref:
    if party.organisation_id is not None:
        return facts.organisation(party.organisation_id.int)
    assert party.person_id is not None  # the database keeps exactly one of the two
    return facts.person(party.person_id.int)
