"""Lists of incidents, and one incident with everything its reader may see."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.incidents import access
from expertpool.incidents.models import Incident, IncidentMinistry, Need
from expertpool.incidents.queries.clocks import clocks_of
from expertpool.incidents.queries.names import activity_of, ministry_name, term_names
from expertpool.incidents.queries.parties import party_views
from expertpool.incidents.queries.rows import need_row, row_of, visible_incident
from expertpool.incidents.queries.views import IncidentPage, IncidentRow, MinistryView
from expertpool.incidents.rules import IncidentFacts, IncidentState, MinistryPart, Urgency
from expertpool.infra.identity import Actor
from expertpool.ministries.models import Ministry

FARTHEST = 1_000_000  # rows; pages beyond are empty rather than an overflow

SORTS = {
    "received": Incident.received_at,
    "recorded": Incident.recorded_at,
    "urgency": Incident.urgency,
    "title": Incident.title,
    "receipt": Incident.receipt_no,
}


@dataclass(frozen=True, slots=True)
class IncidentFilters:
    """Which incidents, in which order. Empty means all; `sort` is a key of `SORTS`, `-` for descending."""

    states: tuple[IncidentState, ...] = ()
    type_code: str = ""
    urgency: Urgency | None = None
    region_code: str = ""
    ministry_code: str = ""
    text: str = ""
    sort: str = "-recorded"


def find_incidents(
    session: Session, filters: IncidentFilters, *, actor: Actor, page: int, size: int
) -> tuple[list[IncidentRow], int]:
    """One page of the incidents `actor` may know of, and how many there are on all pages.

    `page` counts from 1. Text is looked for in titles and receipt numbers: names of parties would end up
    in addresses.
    """
    wanted = _matching(filters, actor)
    count = session.scalar(sa.select(sa.func.count()).select_from(wanted.subquery())) or 0
    column = SORTS[filters.sort.removeprefix("-")]
    order = column.desc().nulls_last() if filters.sort.startswith("-") else column.asc().nulls_last()
    rows = session.scalars(
        wanted.order_by(order, Incident.id).limit(size).offset(min((page - 1) * size, FARTHEST))
    ).all()
    return [row_of(incident) for incident in rows], count


def _matching(filters: IncidentFilters, actor: Actor) -> sa.Select[Incident]:
    wanted = sa.select(Incident).where(access.visible_to(actor))
    equal = (
        (Incident.type_code, filters.type_code),
        (Incident.region_code, filters.region_code),
        (Incident.urgency, filters.urgency),
    )
    wanted = wanted.where(*(column == value for column, value in equal if value))
    if filters.states:
        wanted = wanted.where(Incident.state.in_(filters.states))
    if filters.ministry_code:
        involved = (
            sa.exists()
            .where(IncidentMinistry.incident_id == Incident.id)
            .where(IncidentMinistry.ministry_id == Ministry.id, Ministry.code == filters.ministry_code)
        )
        wanted = wanted.where(involved)
    if filters.text.strip():
        text = filters.text.strip()
        wanted = wanted.where(
            sa.or_(
                Incident.title.icontains(text, autoescape=True),
                Incident.receipt_no.icontains(text, autoescape=True),
            )
        )
    return wanted


def open_incidents(session: Session, *, actor: Actor) -> list[IncidentRow]:
    """Every incident `actor` may know of that is not closed, the most urgent first."""
    wanted = (
        sa.select(Incident)
        .where(access.visible_to(actor), Incident.state != IncidentState.CLOSED)
        .order_by(Incident.urgency.desc(), Incident.recorded_at, Incident.id)
    )
    return [row_of(incident) for incident in session.scalars(wanted)]


def incident_row(session: Session, incident_id: uuid.UUID, *, actor: Actor) -> IncidentRow:
    """One incident as a line. Raises: NotFound."""
    return row_of(visible_incident(session, incident_id, actor=actor))


def incident_facts(session: Session, incident_id: uuid.UUID, *, actor: Actor) -> IncidentFacts:
    """What is recorded of an incident, to change it. Raises: NotFound; Forbidden."""
    incident = visible_incident(session, incident_id, actor=actor)
    access.demand(access.work_refused(actor, incident))
    return IncidentFacts(
        title=incident.title,
        summary=incident.summary,
        type_code=incident.type_code,
        urgency=Urgency(incident.urgency),
        region_code=incident.region_code,
        evidence_at_risk=incident.evidence_at_risk,
        core_technology=incident.core_technology,
        compartmented=incident.compartmented,
        technologies=tuple(row.code for row in incident.technologies),
    )


def incident_page(
    session: Session, incident_id: uuid.UUID, *, actor: Actor, now: dt.datetime
) -> IncidentPage:
    """One incident with everything `actor` may see of it. Raises: NotFound."""
    incident = visible_incident(session, incident_id, actor=actor)
    reading = access.reading_of(actor)
    needs = _needs_of(session, incident_id) if reading.needs else []
    triggers = {row.trigger: row.happened_at for row in incident.triggers}
    templates = [need.template_code for need in needs if need.template_code]
    names = term_names(session)
    return IncidentPage(
        row=row_of(incident),
        summary=incident.summary if reading.summary else None,
        technologies=tuple(names[row.kind, row.code] for row in incident.technologies),
        ministries=_ministries(incident),
        parties=party_views(session, incident),
        clocks=clocks_of(incident.type_code, templates, triggers, now=now),
        needs=tuple(need_row(need) for need in needs),
        activity=activity_of(session, [incident.id, *(n.id for n in needs)]) if reading.activity else (),
        triggers=tuple(triggers.items()),
        may_work=access.work_refused(actor, incident) is None,
        may_lead=access.lead_refused(actor, incident) is None,
        may_state_conflicts=access.conflict_facts_refused(actor, incident) is None,
        shows_needs=reading.needs,
        shows_activity=reading.activity,
    )


def _needs_of(session: Session, incident_id: uuid.UUID) -> Sequence[Need]:
    wanted = sa.select(Need).where(Need.incident_id == incident_id).order_by(Need.created_at, Need.id)
    return session.scalars(wanted.execution_options(populate_existing=True)).all()


def _ministries(incident: Incident) -> tuple[MinistryView, ...]:
    """The lead first, then by code."""
    views = [
        MinistryView(row.ministry_id, ministry_name(row.ministry), row.part, row.task)
        for row in incident.ministries
    ]
    return tuple(sorted(views, key=lambda view: (view.part is not MinistryPart.LEAD, view.ministry.code)))
