"""One incident or need by key, seen through the reader's rights, and as one line of a list."""

import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.incidents import access
from expertpool.incidents.models import Incident, Need
from expertpool.incidents.queries.names import ministry_name, region_name, type_name
from expertpool.incidents.queries.views import IncidentRow, NeedRow
from expertpool.incidents.rules import Urgency
from expertpool.infra.identity import Actor
from expertpool.refusals import NotFound


def row_of(incident: Incident) -> IncidentRow:
    """The incident as one line of a list."""
    return IncidentRow(
        id=incident.id,
        receipt_no=incident.receipt_no,
        title=incident.title,
        type=type_name(incident.type_code),
        state=incident.state,
        urgency=Urgency(incident.urgency),
        evidence_at_risk=incident.evidence_at_risk,
        core_technology=incident.core_technology,
        compartmented=incident.compartmented,
        region=region_name(incident.region),
        lead=ministry_name(incident.lead_ministry),
        lead_id=incident.lead_ministry_id,
        recorded_at=incident.recorded_at,
        received_at=incident.received_at,
        closed_at=incident.closed_at,
        rule_pack=incident.rule_pack,
        version=incident.version,
    )


def visible_incident(session: Session, incident_id: uuid.UUID, *, actor: Actor) -> Incident:
    """The incident's row. Raises: NotFound, in the same words whether it is hidden or never was."""
    wanted = sa.select(Incident).where(Incident.id == incident_id, access.visible_to(actor))
    incident = session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    if incident is None:
        raise NotFound(access.NOTHING_HERE)
    return incident


def visible_need(session: Session, need_id: uuid.UUID, *, actor: Actor) -> Need:
    """The need's row. Raises: NotFound, also for those who read the case but not its needs."""
    wanted = sa.select(Need).join(Need.incident).where(Need.id == need_id, access.visible_to(actor))
    need = session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    if need is None or not access.reading_of(actor).needs:
        raise NotFound(access.NOTHING_HERE)
    return need


def need_row(need: Need) -> NeedRow:
    """The need as one line of a list."""
    return NeedRow(
        id=need.id,
        incident_id=need.incident_id,
        receipt_no=need.incident.receipt_no,
        purpose=need.purpose,
        state=need.state,
        urgency=Urgency(need.urgency),
        not_before=need.not_before,
        deadline=need.deadline,
        ministry=ministry_name(need.ministry),
        ministry_id=need.ministry_id,
        seat_count=len(need.seats),
        session_count=len(need.sessions),
        version=need.version,
    )
