"""An incident from its first record to its closing, and the ministries that work on it."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.audit import service as audit
from expertpool.conflicts.packs import pack_to_begin_with
from expertpool.incidents import access
from expertpool.incidents.data import load_incident_types, load_triggers
from expertpool.incidents.models import (
    Incident,
    IncidentMinistry,
    IncidentTechnology,
    IncidentTrigger,
    Need,
)
from expertpool.incidents.rules import (
    OVER,
    RECEIPT_BITS,
    IncidentFacts,
    IncidentState,
    MinistryPart,
    check_incident,
    incident_step_refused,
    receipt_number,
)
from expertpool.incidents.service.rows import (
    align_access,
    demand_open,
    demand_version,
    incident_to_change,
    known_terms,
    touch,
)
from expertpool.infra.clock import seoul_date
from expertpool.infra.consequences import follow
from expertpool.infra.db import acting_as
from expertpool.infra.identity import SYSTEM, Actor, new_id
from expertpool.ministries.models import Ministry
from expertpool.refusals import Invalid, NotFound, WrongState
from expertpool.words import words


def record_incident(
    session: Session,
    *,
    actor: Actor,
    now: dt.datetime,
    facts: IncidentFacts,
    lead_ministry_id: uuid.UUID | None = None,
) -> Incident:
    """Write down a suspected theft as a draft of the actor's ministry; it gets its receipt number at once.

    `lead_ministry_id` is for those who act for no ministry; people record for their own and hand over later.

    Raises: Forbidden; Invalid, naming the faulty fields.
    """
    access.demand(access.record_refused(actor))
    lead = _lead(actor, lead_ministry_id)
    _check(session, facts, now=now)
    incident = Incident(
        id=new_id(),
        receipt_no=_unused_receipt_number(session, now=now),
        state=IncidentState.DRAFT,
        lead_ministry_id=lead,
        recorded_by=actor.user_id,
        recorded_at=now,
        rule_pack=pack_to_begin_with(seoul_date(now)).version,
        ministries=[],
        technologies=[],
        parties=[],
        triggers=[],
    )
    _write_facts(incident, facts)
    session.add(incident)
    session.flush()
    align_access(session, incident, now=now)  # only now do the row policies let rows below the incident in
    incident.ministries.append(IncidentMinistry(ministry_id=lead, part=MinistryPart.LEAD, task=""))
    _write_technologies(incident, facts.technologies)
    session.flush()
    _note(session, incident, "incident.record", actor=actor, now=now)
    return incident


def _lead(actor: Actor, named: uuid.UUID | None) -> uuid.UUID:
    lead = actor.ministry_id or named
    if lead is None:
        sentence = words("Choose the ministry that leads.")
        raise Invalid(sentence, fields={"lead_ministry": sentence})
    return lead


def change_incident(
    session: Session,
    incident_id: uuid.UUID,
    *,
    facts: IncidentFacts,
    version: int,
    actor: Actor,
    now: dt.datetime,
) -> Incident:
    """Correct what is recorded. Making it compartmented closes it to all ministries but the lead.

    Raises: NotFound; Forbidden; Stale, if it is not the version that was read; WrongState once closed;
    Invalid, naming the faulty fields.
    """
    incident = incident_to_change(session, incident_id, actor=actor)
    access.demand(access.work_refused(actor, incident))
    if facts.compartmented != incident.compartmented:
        access.demand(access.lead_refused(actor, incident))
    demand_version(incident, version)
    demand_open(incident)
    _check(session, facts, now=now)
    _write_facts(incident, facts)
    _write_technologies(incident, facts.technologies)
    touch(incident)
    session.flush()
    align_access(session, incident, now=now)
    _note(session, incident, "incident.change", actor=actor, now=now)
    return incident


def _check(session: Session, facts: IncidentFacts, *, now: dt.datetime) -> None:
    types = {row.code for row in load_incident_types() if row.valid_on(seoul_date(now))}
    check_incident(facts, terms=known_terms(session, now=now), type_codes=types)


def _write_facts(incident: Incident, facts: IncidentFacts) -> None:
    incident.title = facts.title.strip()
    incident.summary = facts.summary.strip()
    incident.type_code = facts.type_code
    incident.urgency = facts.urgency
    incident.region_code = facts.region_code
    incident.evidence_at_risk = facts.evidence_at_risk
    incident.core_technology = facts.core_technology
    incident.compartmented = facts.compartmented


def _write_technologies(incident: Incident, codes: tuple[str, ...]) -> None:
    kept = {row.code: row for row in incident.technologies}
    incident.technologies = [kept.get(code) or IncidentTechnology(code=code) for code in dict.fromkeys(codes)]


def _unused_receipt_number(session: Session, *, now: dt.datetime) -> str:
    year = seoul_date(now).year
    with acting_as(session, SYSTEM):  # numbers of hidden cases are taken, too
        while True:
            number = receipt_number(year, new_id().int & (1 << RECEIPT_BITS) - 1)
            if not session.scalar(sa.select(sa.exists().where(Incident.receipt_no == number))):
                return number


def receive_incident(session: Session, incident_id: uuid.UUID, *, actor: Actor, now: dt.datetime) -> Incident:
    """Take a draft in. Evidence at risk sets off the urgent clocks here and now.

    Raises: NotFound; Forbidden; WrongState.
    """
    incident = _step(session, incident_id, IncidentState.RECEIVED, "incident.receive", actor=actor, now=now)
    incident.received_at = now
    if incident.evidence_at_risk and not any(row.trigger == "urgent_call" for row in incident.triggers):
        incident.triggers.append(IncidentTrigger(trigger="urgent_call", happened_at=now))
    session.flush()
    return incident


def triage_incident(session: Session, incident_id: uuid.UUID, *, actor: Actor, now: dt.datetime) -> Incident:
    """Settle that type, urgency and ministries are right. Raises: NotFound; Forbidden; WrongState."""
    return _step(session, incident_id, IncidentState.TRIAGED, "incident.triage", actor=actor, now=now)


def activate_incident(
    session: Session, incident_id: uuid.UUID, *, actor: Actor, now: dt.datetime
) -> Incident:
    """Begin the response. Raises: NotFound; Forbidden; WrongState."""
    return _step(session, incident_id, IncidentState.ACTIVE, "incident.activate", actor=actor, now=now)


def close_incident(session: Session, incident_id: uuid.UUID, *, actor: Actor, now: dt.datetime) -> Incident:
    """End the response. Raises: NotFound; Forbidden; WrongState, also while a need is open."""
    incident = _step(session, incident_id, IncidentState.CLOSED, "incident.close", actor=actor, now=now)
    open_need = sa.exists().where(Need.incident_id == incident_id, Need.state.not_in(OVER))
    if session.scalar(sa.select(open_need)):
        raise WrongState(
            words("A need is still open. Complete or cancel every need, then close the incident.")
        )
    incident.closed_at = now
    session.flush()
    return incident


def reopen_incident(session: Session, incident_id: uuid.UUID, *, actor: Actor, now: dt.datetime) -> Incident:
    """Take a closed incident back into work. Raises: NotFound; Forbidden; WrongState."""
    incident = incident_to_change(session, incident_id, actor=actor)
    if incident.state is not IncidentState.CLOSED:
        raise WrongState(words("The incident is not closed."))
    incident = _step(session, incident_id, IncidentState.ACTIVE, "incident.reopen", actor=actor, now=now)
    incident.closed_at = None
    session.flush()
    follow(session, "incidents.reopened", incident_id=incident.id, now=now)
    return incident


def move_incident(
    session: Session, incident_id: uuid.UUID, to: IncidentState, *, actor: Actor, now: dt.datetime
) -> Incident:
    """Bring an incident to the state `to` by the use case that does it.

    Raises: NotFound; Forbidden; WrongState.
    """
    steps = {
        IncidentState.RECEIVED: receive_incident,
        IncidentState.TRIAGED: triage_incident,
        IncidentState.ACTIVE: activate_incident,
        IncidentState.CLOSED: close_incident,
    }
    if to not in steps:
        raise WrongState(words("An incident never becomes a draft again."))
    if to is IncidentState.ACTIVE:
        state = incident_to_change(session, incident_id, actor=actor).state
        steps[to] = reopen_incident if state is IncidentState.CLOSED else activate_incident
    return steps[to](session, incident_id, actor=actor, now=now)


# Beginning and ending a response is the lead ministry's to decide.
_LEAD_DECIDES = frozenset({"incident.close", "incident.reopen"})


def _step(
    session: Session,
    incident_id: uuid.UUID,
    wanted: IncidentState,
    verb: str,
    *,
    actor: Actor,
    now: dt.datetime,
) -> Incident:
    incident = incident_to_change(session, incident_id, actor=actor)
    ask = access.lead_refused if verb in _LEAD_DECIDES else access.work_refused
    access.demand(ask(actor, incident))
    refusal = incident_step_refused(incident.state, wanted)
    if refusal is not None:
        raise WrongState(refusal)
    incident.state = wanted
    session.flush()
    _note(session, incident, verb, actor=actor, now=now)
    return incident


def involve_ministry(
    session: Session,
    incident_id: uuid.UUID,
    *,
    ministry_id: uuid.UUID,
    part: MinistryPart,
    task: str = "",
    actor: Actor,
    now: dt.datetime,
) -> Incident:
    """Give a ministry its part: support with a task, or the lead, which the present lead hands over.

    Raises: NotFound; Forbidden; WrongState once closed; Invalid for an unknown ministry, or a lead that
    would be left without a successor.
    """
    incident = incident_to_change(session, incident_id, actor=actor)
    access.demand(access.lead_refused(actor, incident))
    demand_open(incident)
    _demand_active(session, ministry_id)
    if ministry_id == incident.lead_ministry_id and part is not MinistryPart.LEAD:
        sentence = words("Hand the lead to another ministry instead.")
        raise Invalid(sentence, fields={"part": sentence})
    _give_part(incident, ministry_id, part, task)
    touch(incident)
    session.flush()
    align_access(session, incident, now=now)
    audit.record(
        session,
        actor=actor,
        verb="incident.involve_ministry",
        kind="incident",
        thing=incident.id,
        now=now,
        ministry=str(ministry_id),
        part=part.value,
    )
    follow(session, "incidents.case_changed", incident_ids=[incident.id], now=now)
    return incident


def _give_part(incident: Incident, ministry_id: uuid.UUID, part: MinistryPart, task: str) -> None:
    rows = {row.ministry_id: row for row in incident.ministries}
    row = rows.get(ministry_id)
    if row is None:
        row = IncidentMinistry(ministry_id=ministry_id, part=part)
        incident.ministries.append(row)
    row.part, row.task = part, task.strip().replace("\x00", "")
    if part is MinistryPart.LEAD and ministry_id != incident.lead_ministry_id:
        rows[incident.lead_ministry_id].part = MinistryPart.SUPPORTING
        incident.lead_ministry_id = ministry_id


def _demand_active(session: Session, ministry_id: uuid.UUID) -> None:
    ministry = session.get(Ministry, ministry_id)
    if ministry is None or not ministry.active:
        sentence = words("Choose a ministry of the list.")
        raise Invalid(sentence, fields={"ministry": sentence})


def release_ministry(
    session: Session, incident_id: uuid.UUID, *, ministry_id: uuid.UUID, actor: Actor, now: dt.datetime
) -> Incident:
    """End a supporting ministry's part, and with it its sight of the case.

    Raises: NotFound; Forbidden; WrongState for the lead, or while the ministry has an open need.
    """
    incident = incident_to_change(session, incident_id, actor=actor)
    access.demand(access.lead_refused(actor, incident))
    demand_open(incident)
    row = next((row for row in incident.ministries if row.ministry_id == ministry_id), None)
    if row is None:
        raise NotFound(access.NOTHING_HERE)
    if row.part is MinistryPart.LEAD:
        raise WrongState(words("Hand the lead to another ministry first."))
    asks = sa.exists().where(
        Need.incident_id == incident_id, Need.ministry_id == ministry_id, Need.state.not_in(OVER)
    )
    if session.scalar(sa.select(asks)):
        raise WrongState(words("This ministry has an open need here. Complete or cancel it first."))
    incident.ministries.remove(row)
    touch(incident)
    session.flush()
    align_access(session, incident, now=now)
    _note(session, incident, "incident.release_ministry", actor=actor, now=now)
    follow(session, "incidents.case_changed", incident_ids=[incident.id], now=now)
    return incident


def note_trigger(
    session: Session,
    incident_id: uuid.UUID,
    *,
    trigger: str,
    happened_at: dt.datetime,
    actor: Actor,
    now: dt.datetime,
) -> Incident:
    """Note when something happened, or will happen, that sets off a clock; noting it again corrects it.

    Raises: NotFound; Forbidden; WrongState once closed; Invalid for an unknown trigger.
    """
    incident = incident_to_change(session, incident_id, actor=actor)
    access.demand(access.work_refused(actor, incident))
    demand_open(incident)
    if trigger not in {row.code for row in load_triggers()}:
        sentence = words("Choose an entry of the list.")
        raise Invalid(sentence, fields={"trigger": sentence})
    row = next((row for row in incident.triggers if row.trigger == trigger), None)
    if row is None:
        row = IncidentTrigger(trigger=trigger)
        incident.triggers.append(row)
    row.happened_at = happened_at
    touch(incident)
    session.flush()
    _note(session, incident, "incident.note_trigger", actor=actor, now=now)
    return incident


def _note(session: Session, incident: Incident, verb: str, *, actor: Actor, now: dt.datetime) -> None:
    audit.record(
        session,
        actor=actor,
        verb=verb,
        kind="incident",
        thing=incident.id,
        now=now,
        state=incident.state.value,
    )
