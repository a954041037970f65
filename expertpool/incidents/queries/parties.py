"""Parties of a case, by name for people and by key for the conflict rules."""

import datetime as dt
import uuid
from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.conflicts.models import Organisation, Person, Technology
from expertpool.conflicts.packs import pack_named
from expertpool.conflicts.queries import AboutCase
from expertpool.conflicts.rules import facts
from expertpool.conflicts.rules import vocabulary as conflicts
from expertpool.incidents import access
from expertpool.incidents.models import (
    Incident,
    IncidentLink,
    IncidentMinistry,
    Party,
    TechnologyAtIssue,
)
from expertpool.incidents.queries.rows import visible_incident
from expertpool.incidents.queries.views import PartyView
from expertpool.incidents.rules import AtIssue, ConflictFacts, IncidentState, PartySide
from expertpool.infra.clock import seoul_date
from expertpool.infra.identity import Actor


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
    return _parties_of(session, [incident_id]).get(incident_id, ())


def _parties_of(
    session: Session, incident_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, tuple[facts.CaseParty, ...]]:
    rows = session.execute(
        sa.select(Party, Incident.compartmented)
        .join(Incident, Incident.id == Party.incident_id)
        .where(Party.incident_id.in_(incident_ids))
        .order_by(Party.added_at, Party.id)
    )
    found: dict[uuid.UUID, tuple[facts.CaseParty, ...]] = {}
    for party, compartmented in rows:
        one = facts.CaseParty(
            id=party.id.int,
            subject=_subject(party),
            side=conflicts.Side(party.side.value),
            kind=conflicts.PartyKind(party.kind.value),
            added_on=seoul_date(party.added_at),
            compartmented=compartmented,
        )
        found[party.incident_id] = (*found.get(party.incident_id, ()), one)
    return found


def about_case(session: Session, incident_id: uuid.UUID) -> AboutCase:
    """What the conflict rules look at beside the parties; of linked cases only those that are open.

    Who works on a linked case is for higher features to add.
    """
    case = session.execute(
        sa.select(Incident.rule_pack, Incident.panel_act, Incident.helped_side).where(
            Incident.id == incident_id
        )
    ).one()
    linked = linked_ids(session, incident_id)
    parties = _parties_of(session, linked)
    return AboutCase(
        panel_act=case.panel_act,
        helped_side=case.helped_side,
        agencies=_agencies(session, incident_id),
        technologies=_technologies(session, incident_id),
        linked=tuple(facts.LinkedCase(each.int, parties.get(each, ())) for each in linked),
        pack=pack_named(case.rule_pack),
    )


def conflict_facts(session: Session, incident_id: uuid.UUID, *, actor: Actor) -> ConflictFacts:
    """What is stated, to read and to change it. Raises: NotFound; Forbidden to who may not state it."""
    incident = visible_incident(session, incident_id, actor=actor)
    access.demand(access.conflict_facts_refused(actor, incident))
    sides = {side.value: side for side in PartySide}
    numbers = dict(
        session.execute(
            sa.select(Technology.id, Technology.number)
            .join(TechnologyAtIssue, TechnologyAtIssue.technology_id == Technology.id)
            .where(TechnologyAtIssue.incident_id == incident_id)
        ).all()
    )
    receipts = sa.select(Incident.receipt_no).where(Incident.id.in_(linked_ids(session, incident_id)))
    return ConflictFacts(
        panel_act=incident.panel_act,
        helped_side=incident.helped_side,
        technologies=tuple(
            AtIssue(
                each.name_ko or each.name_en,
                numbers[uuid.UUID(int=each.ref.id)] or "",
                sides[each.side.value] if each.side else None,
            )
            for each in _technologies(session, incident_id)
        ),
        linked=tuple(session.scalars(receipts.order_by(Incident.receipt_no))),
    )


def linked_ids(session: Session, incident_id: uuid.UUID) -> list[uuid.UUID]:
    """The open incidents linked to this one."""
    other = sa.case((IncidentLink.one_id == incident_id, IncidentLink.other_id), else_=IncidentLink.one_id)
    ends = sa.or_(IncidentLink.one_id == incident_id, IncidentLink.other_id == incident_id)
    return list(
        session.scalars(
            sa.select(Incident.id)
            .join(IncidentLink, sa.and_(ends, Incident.id == other))
            .where(Incident.state != IncidentState.CLOSED)
            .order_by(Incident.id)
        )
    )


def _agencies(session: Session, incident_id: uuid.UUID) -> tuple[facts.Ref, ...]:
    """The records of the ministries that handle the case."""
    rows = session.scalars(
        sa.select(Organisation.id)
        .join(IncidentMinistry, IncidentMinistry.ministry_id == Organisation.ministry_id)
        .where(IncidentMinistry.incident_id == incident_id)
        .order_by(Organisation.id)
    )
    return tuple(facts.organisation(key.int) for key in rows)


def _technologies(session: Session, incident_id: uuid.UUID) -> tuple[facts.Technology, ...]:
    rows = session.execute(
        sa.select(Technology.id, Technology.name_ko, Technology.name_en, TechnologyAtIssue.side)
        .join(TechnologyAtIssue, TechnologyAtIssue.technology_id == Technology.id)
        .where(TechnologyAtIssue.incident_id == incident_id)
        .order_by(Technology.id)
    )
    return tuple(
        facts.Technology(
            facts.technology(row.id.int),
            row.name_ko,
            row.name_en,
            conflicts.Side(row.side.value) if row.side else None,
        )
        for row in rows
    )


def last_day_of(deadline: dt.datetime) -> dt.date:
    """The last day in Seoul on which work with this deadline can go on."""
    return seoul_date(deadline - dt.timedelta(minutes=1))


def _subject(party: Party) -> facts.Ref:
    if party.organisation_id is not None:
        return facts.organisation(party.organisation_id.int)
    assert party.person_id is not None  # the database keeps exactly one of the two
    return facts.person(party.person_id.int)
