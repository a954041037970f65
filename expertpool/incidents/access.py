"""Who may see an incident, and who may work on it. Row policies keep the same lines below the code."""

import uuid
from dataclasses import dataclass

import sqlalchemy as sa

from expertpool.incidents.models import Incident, IncidentAccess, Need
from expertpool.incidents.rules import MinistryPart
from expertpool.infra.identity import Actor, Role
from expertpool.refusals import Forbidden
from expertpool.words import Words, words

# A hidden case and a case that never was get the same answer, to the letter.
NOTHING_HERE = words("There is nothing here that you can see. Check the address.")


@dataclass(frozen=True, slots=True)
class Reading:
    """Which parts of an incident a reader is shown."""

    summary: bool
    needs: bool
    activity: bool


def reading_of(actor: Actor) -> Reading:
    """What `actor` reads of an incident that is visible: experts the case, auditors all but the story."""
    if actor.is_a(Role.SYSTEM, Role.COORDINATOR, Role.CONFLICT_OFFICER):
        return Reading(summary=True, needs=True, activity=True)
    if actor.is_a(Role.AUDITOR):
        return Reading(summary=False, needs=True, activity=True)
    return Reading(summary=True, needs=False, activity=False)


def visible_to(actor: Actor) -> sa.ColumnElement[bool]:
    """The condition on `Incident` under which `actor` may know of it."""
    if actor.is_a(Role.SYSTEM):
        return sa.true()
    ways: list[sa.ColumnElement[bool]] = []
    if actor.is_a(Role.COORDINATOR, Role.CONFLICT_OFFICER):
        ways.append(_opened_to(IncidentAccess.ministry_id, actor.ministry_id))
    if actor.expert_id is not None:
        ways.append(_opened_to(IncidentAccess.expert_id, actor.expert_id))
    if actor.is_a(Role.AUDITOR):
        ways.append(~Incident.compartmented)
    return sa.or_(sa.false(), *ways)


def _opened_to(
    column: sa.orm.InstrumentedAttribute[uuid.UUID | None], key: uuid.UUID | None
) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        IncidentAccess.incident_id == Incident.id, IncidentAccess.revoked_at.is_(None), column == key
    )


def part_of(actor: Actor, incident: Incident) -> MinistryPart | None:
    """The part the actor's ministry has in `incident`."""
    parts = {row.ministry_id: row.part for row in incident.ministries}
    return parts.get(actor.ministry_id) if actor.ministry_id else None


def record_refused(actor: Actor) -> Words | None:
    """Why `actor` may not record incidents."""
    if actor.is_a(Role.SYSTEM, Role.COORDINATOR):
        return None
    return words("Only coordinators record incidents.")


def work_refused(actor: Actor, incident: Incident) -> Words | None:
    """Why `actor` may not work on `incident`: its ministries' coordinators may."""
    if actor.is_a(Role.SYSTEM):
        return None
    part = part_of(actor, incident)
    if not actor.is_a(Role.COORDINATOR) or part is None:
        return words("Only coordinators of the ministries on this incident change it.")
    if incident.compartmented and part is not MinistryPart.LEAD:
        return words("Only the lead ministry works on a compartmented incident.")
    return None


def conflict_facts_refused(actor: Actor, incident: Incident) -> Words | None:
    """Why `actor` may not say what conflicts are judged by: those who work on it and its officers may."""
    if _officer_of(actor, incident):
        return None
    return work_refused(actor, incident)


def pack_refused(actor: Actor, incident: Incident) -> Words | None:
    """Why `actor` may not move the case to other rules: a conflict officer of its ministries may."""
    if actor.is_a(Role.SYSTEM) or _officer_of(actor, incident):
        return None
    return words("Only conflict-of-interest officers of the ministries on this incident decide this.")


def _officer_of(actor: Actor, incident: Incident) -> bool:
    part = part_of(actor, incident)
    shut_out = incident.compartmented and part is not MinistryPart.LEAD
    return actor.is_a(Role.CONFLICT_OFFICER) and part is not None and not shut_out


def lead_refused(actor: Actor, incident: Incident) -> Words | None:
    """Why `actor` may not decide about the incident as a whole: the lead ministry's coordinators may."""
    if actor.is_a(Role.SYSTEM):
        return None
    if actor.is_a(Role.COORDINATOR) and actor.ministry_id == incident.lead_ministry_id:
        return None
    return words("Only the lead ministry decides this. Ask its coordinator.")


def need_refused(actor: Actor, need: Need) -> Words | None:
    """Why `actor` may not change `need`: the ministry that asks and the lead ministry may."""
    refusal = work_refused(actor, need.incident)
    if refusal is not None or actor.is_a(Role.SYSTEM):
        return refusal
    if actor.ministry_id in (need.ministry_id, need.incident.lead_ministry_id):
        return None
    return words("Only the ministry that asks and the lead ministry change this need.")


def demand(refusal: Words | None) -> None:
    """Raises: Forbidden, if there is a reason to refuse."""
    if refusal is not None:
        raise Forbidden(refusal)
