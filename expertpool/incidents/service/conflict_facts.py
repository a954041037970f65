"""What conflicts of interest are judged by besides the parties, and the rules the case keeps."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.audit import service as audit
from expertpool.conflicts import service as conflicts
from expertpool.conflicts.models import Technology
from expertpool.conflicts.packs import pack_named
from expertpool.incidents import access
from expertpool.incidents.models import Incident, IncidentLink, TechnologyAtIssue
from expertpool.incidents.rules import AtIssue, ConflictFacts
from expertpool.incidents.service.rows import demand_open, demand_version, incident_to_change, touch
from expertpool.infra.consequences import follow
from expertpool.infra.db import acting_as
from expertpool.infra.identity import SYSTEM, Actor
from expertpool.refusals import Invalid
from expertpool.words import Words, words

MOST_TECHNOLOGIES = 8
MOST_LINKED = 8


def state_conflict_facts(
    session: Session,
    incident_id: uuid.UUID,
    *,
    facts: ConflictFacts,
    version: int,
    actor: Actor,
    now: dt.datetime,
) -> Incident:
    """Replace what is said. Who works on this case, or on one linked to it, is screened again.

    Raises: NotFound; Forbidden; Stale; WrongState once closed; Invalid, naming the faulty fields.
    """
    incident = incident_to_change(session, incident_id, actor=actor)
    access.demand(access.conflict_facts_refused(actor, incident))
    demand_version(incident, version)
    demand_open(incident)
    linked = _linked(session, incident, facts.linked, actor=actor)
    _check_number(facts)
    with acting_as(session, SYSTEM):  # officers state it too, and write nothing else of a case
        incident.panel_act, incident.helped_side = facts.panel_act, facts.helped_side
        touch(incident)
        _put_technologies(session, incident.id, facts.technologies, actor=actor, now=now)
        touched = _put_links(session, incident.id, linked, now=now)
    _note(session, incident, "incident.state_conflict_facts", actor=actor, now=now)
    follow(session, "incidents.case_changed", incident_ids=sorted({incident.id, *touched}), now=now)
    return incident


def _check_number(facts: ConflictFacts) -> None:
    if len(facts.technologies) > MOST_TECHNOLOGIES:
        _refuse("technologies", words("Name at most %(most)s technologies.", most=MOST_TECHNOLOGIES))
    if len(facts.linked) > MOST_LINKED:
        _refuse("linked", words("Link at most %(most)s incidents.", most=MOST_LINKED))


def _linked(
    session: Session, incident: Incident, receipts: tuple[str, ...], *, actor: Actor
) -> frozenset[uuid.UUID]:
    """The incidents with these receipt numbers, as far as the actor may know of them."""
    rows = sa.select(Incident.receipt_no, Incident.id).where(
        Incident.receipt_no.in_(receipts), access.visible_to(actor)
    )
    found = dict(session.execute(rows).all())
    missing = [number for number in receipts if number not in found or found[number] == incident.id]
    if missing:
        _refuse("linked", words("No other incident has the number %(number)s.", number=missing[0]))
    return frozenset(found.values())


def _put_technologies(
    session: Session,
    incident_id: uuid.UUID,
    wanted: tuple[AtIssue, ...],
    *,
    actor: Actor,
    now: dt.datetime,
) -> None:
    named = {(row.name_ko, row.number or ""): row for row in _technologies_of(session, incident_id)}
    session.execute(sa.delete(TechnologyAtIssue).where(TechnologyAtIssue.incident_id == incident_id))
    sides = {}
    for each in wanted:
        one = named.get((each.name.strip(), each.number.strip())) or conflicts.record_technology(
            session, name=each.name, number=each.number, actor=actor, now=now
        )
        sides[one.id] = each.side
    session.add_all(
        TechnologyAtIssue(incident_id=incident_id, technology_id=key, side=side)
        for key, side in sides.items()
    )
    session.flush()


def _technologies_of(session: Session, incident_id: uuid.UUID) -> list[Technology]:
    rows = sa.select(Technology).join(TechnologyAtIssue, TechnologyAtIssue.technology_id == Technology.id)
    return list(session.scalars(rows.where(TechnologyAtIssue.incident_id == incident_id)))


def _put_links(
    session: Session, incident_id: uuid.UUID, wanted: frozenset[uuid.UUID], *, now: dt.datetime
) -> frozenset[uuid.UUID]:
    """Make these the linked incidents; hands back those that are linked now or were."""
    ends = sa.or_(IncidentLink.one_id == incident_id, IncidentLink.other_id == incident_id)
    rows = session.scalars(sa.select(IncidentLink).where(ends)).all()
    known = {row.other_id if row.one_id == incident_id else row.one_id: row for row in rows}
    for key in known.keys() - wanted:
        session.delete(known[key])
    for key in wanted - known.keys():
        one, other = sorted((incident_id, key))
        session.add(IncidentLink(one_id=one, other_id=other, linked_at=now))
    session.flush()
    return frozenset(known.keys() | wanted)


def move_rule_pack(
    session: Session, incident_id: uuid.UUID, *, pack: str, version: int, actor: Actor, now: dt.datetime
) -> Incident:
    """Judge the case by another version of the rules from now on. Who works on it is screened again.

    Raises: NotFound; Forbidden to everybody but its conflict officers; Stale; WrongState once closed;
    Invalid for a version that does not exist or is a draft.
    """
    incident = incident_to_change(session, incident_id, actor=actor)
    access.demand(access.pack_refused(actor, incident))
    demand_version(incident, version)
    demand_open(incident)
    try:
        rules = pack_named(pack)
    except LookupError:
        _refuse("pack", words("Choose one from the list."))
    if rules.draft:
        _refuse("pack", words("A draft shows what would change. No case is judged by it."))
    with acting_as(session, SYSTEM):
        incident.rule_pack = pack
    _note(session, incident, "incident.move_rule_pack", actor=actor, now=now, pack=pack)
    follow(session, "incidents.case_changed", incident_ids=[incident.id], now=now)
    return incident


def _refuse(field: str, sentence: Words) -> None:
    raise Invalid(sentence, fields={field: sentence})


def _note(
    session: Session, incident: Incident, verb: str, *, actor: Actor, now: dt.datetime, **detail: str
) -> None:
    audit.record(session, actor=actor, verb=verb, kind="incident", thing=incident.id, now=now, **detail)
