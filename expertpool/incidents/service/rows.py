"""Rows the use cases work on, locked until the transaction ends, and who may read them."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, lazyload
from sqlalchemy.orm.attributes import flag_modified

from expertpool.experts.models import FacetTerm
from expertpool.incidents import access
from expertpool.incidents.models import Incident, IncidentAccess, Need
from expertpool.incidents.rules import IncidentState, TermKey
from expertpool.infra.clock import seoul_date
from expertpool.infra.db import acting_as
from expertpool.infra.identity import SYSTEM, Actor
from expertpool.refusals import NotFound, Stale, WrongState
from expertpool.words import words

# A need and its incident without what hangs on them: that is read when it is asked for.
LIGHT = (
    lazyload(Need.seats),
    lazyload(Need.sessions),
    lazyload(Need.team_rules),
    joinedload(Need.incident).options(
        lazyload(Incident.technologies), lazyload(Incident.parties), lazyload(Incident.triggers)
    ),
)


def incident_to_change(session: Session, incident_id: uuid.UUID, *, actor: Actor) -> Incident:
    """The incident, locked against others who change it. Raises: NotFound."""
    wanted = (
        sa.select(Incident)
        .options(lazyload(Incident.technologies), lazyload(Incident.parties), lazyload(Incident.triggers))
        .where(Incident.id == incident_id, access.visible_to(actor))
        .with_for_update(of=Incident, key_share=True)
        .execution_options(populate_existing=True)
    )
    incident = session.scalars(wanted).one_or_none()
    if incident is None:
        raise NotFound(access.NOTHING_HERE)
    return incident


def need_to_change(session: Session, need_id: uuid.UUID, *, actor: Actor) -> Need:
    """The need, locked against others who change it. Raises: NotFound."""
    wanted = (
        sa.select(Need)
        .options(*LIGHT)
        .join(Need.incident)
        .where(Need.id == need_id, access.visible_to(actor))
        .with_for_update(of=Need, key_share=True)
        .execution_options(populate_existing=True)
    )
    need = session.scalars(wanted).one_or_none()
    if need is None:
        raise NotFound(access.NOTHING_HERE)
    return need


def demand_version(row: Incident | Need, version: int) -> None:
    """Raises: Stale, if somebody changed `row` since `version` was read."""
    if row.version != version:
        raise Stale(words("Somebody changed this after you opened it. Reload and try again."))


def demand_open(incident: Incident) -> None:
    """Raises: WrongState, if the incident is closed."""
    if incident.state is IncidentState.CLOSED:
        raise WrongState(words("The incident is closed. Reopen it before you change it."))


def touch(incident: Incident) -> None:
    """Raise the version though only rows below the incident changed: readers hold the whole."""
    flag_modified(incident, "title")


def known_terms(session: Session, *, now: dt.datetime) -> frozenset[TermKey]:
    """The facet codes that hold today."""
    today = seoul_date(now)
    rows = session.execute(
        sa.select(FacetTerm.kind, FacetTerm.code).where(
            FacetTerm.valid_from <= today,
            sa.or_(FacetTerm.valid_until.is_(None), FacetTerm.valid_until > today),
        )
    )
    return frozenset((kind, code) for kind, code in rows)


def align_access(session: Session, incident: Incident, *, now: dt.datetime) -> None:
    """Open the incident to its ministries: all that are involved, or the lead alone if compartmented.

    Done on the system's authority: a ministry cannot see, and so not end, what was granted to another.
    """
    wanted = {incident.lead_ministry_id}
    if not incident.compartmented:
        wanted |= {row.ministry_id for row in incident.ministries}
    with acting_as(session, SYSTEM):
        granted = session.scalars(
            sa.select(IncidentAccess).where(
                IncidentAccess.incident_id == incident.id,
                IncidentAccess.ministry_id.is_not(None),
                IncidentAccess.revoked_at.is_(None),
            )
        ).all()
        for row in granted:
            if row.ministry_id not in wanted:
                row.revoked_at = now
        missing = wanted - {row.ministry_id for row in granted}
        session.add_all(
            IncidentAccess(incident_id=incident.id, ministry_id=ministry_id, granted_at=now)
            for ministry_id in sorted(missing)
        )
