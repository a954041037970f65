"""Parties of a case, by name for people and by key for the conflict rules."""

import uuid
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.conflicts.models import Organisation, Person
from expertpool.conflicts.rules import facts
from expertpool.conflicts.rules import vocabulary as conflicts
from expertpool.incidents.models import Incident, Party
from expertpool.incidents.queries.views import PartyView
from expertpool.infra.clock import seoul_date


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


def _subject(party: Party) -> facts.Ref:
    if party.organisation_id is not None:
        return facts.organisation(party.organisation_id.int)
    assert party.person_id is not None  # the database keeps exactly one of the two
    return facts.person(party.person_id.int)
