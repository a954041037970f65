"""From the tables to findings: the facts of a case, and experts screened against it.

Run it on the system's authority: row policies hide ties from everybody else, and a tie not seen is a
conflict not found.
"""

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.conflicts.models import Organisation, OrganisationAlias, Ownership, Person, Tie
from expertpool.conflicts.packs import pack_in_force
from expertpool.conflicts.queries.process import rulings_on, waived
from expertpool.conflicts.queries.reach import among, reached_organisations, reached_people
from expertpool.conflicts.rules import facts
from expertpool.conflicts.rules.findings import Screening
from expertpool.conflicts.rules.identities import EMPLOYMENT
from expertpool.conflicts.rules.packs import RulePack
from expertpool.conflicts.rules.rows import (
    alias_fact,
    employer_fact,
    expert_fact,
    key_of,
    keys_of,
    organisation_fact,
    ownership_fact,
    person_fact,
    tie_fact,
)
from expertpool.conflicts.rules.screening import screen_many
from expertpool.conflicts.rules.vocabulary import Kinship, NodeKind, RelationType, RoleClass
from expertpool.conflicts.rules.waivers import GrantedWaiver
from expertpool.experts.models import Expert

_TIE = tuple(Tie.__table__.c)


def screen_experts(
    session: Session,
    *,
    incident_id: uuid.UUID | None,
    parties: Sequence[facts.CaseParty],
    role_class: RoleClass,
    on: dt.date,
    expert_ids: Sequence[uuid.UUID] | None,
    technologies: Sequence[facts.Technology] = (),
    agencies: Sequence[facts.Ref] = (),
    waivers: Sequence[GrantedWaiver] = (),
) -> dict[uuid.UUID, Screening]:
    """What speaks against each of these experts (None: everybody in the registry) in one role on a day.

    Experts who are not on record are left out. The number of queries does not depend on how many are asked.
    `incident_id` is None for parties that are no case yet; `waivers` are those that hold for the work.
    Raises: LookupError when no rule pack is in force on the day.
    """
    pack = pack_in_force(on)
    case = _case(incident_id, technologies, agencies)
    people = _people(session, parties, expert_ids)
    known = _facts(session, case, parties, people, expert_ids, pack=pack)
    # Most experts have nothing to do with the case: laying them out would cost more than all the rest.
    known = replace(known, rulings=(*known.rulings, *waived(waivers)))
    involved = people.reached | {tie.holder for tie in known.relations}
    involved |= {ruling.expert for ruling in known.rulings}
    asked = {one.ref for one in known.experts}
    if expert_ids is not None:
        asked &= {facts.expert(one.int) for one in expert_ids}
    screened = screen_many(
        replace(known, experts=tuple(one for one in known.experts if one.ref in involved)),
        role_class=role_class,
        on=on,
        pack=pack,
        expert_ids=[ref.id for ref in asked & involved],
    )
    found = {facts.expert(one.expert_id): one for one in screened}
    clear = Screening(0, role_class, on, pack.version, findings=())
    return {key_of(ref): found.get(ref) or replace(clear, expert_id=ref.id) for ref in sorted(asked)}


def facts_for(
    session: Session,
    *,
    incident_id: uuid.UUID | None,
    parties: Sequence[facts.CaseParty],
    on: dt.date,
    expert_ids: Sequence[uuid.UUID] | None,
    technologies: Sequence[facts.Technology] = (),
    agencies: Sequence[facts.Ref] = (),
) -> facts.CaseFacts:
    """Everything on record that can tie these experts to these parties, in at most nine queries.

    `experts` holds the asked ones and, where a person stands in the case, those declared to be a person.
    """
    case = _case(incident_id, technologies, agencies)
    people = _people(session, parties, expert_ids)
    return _facts(session, case, parties, people, expert_ids, pack=pack_in_force(on))


def _case(
    incident_id: uuid.UUID | None, technologies: Sequence[facts.Technology], agencies: Sequence[facts.Ref]
) -> facts.Case:
    return facts.Case(
        id=incident_id.int if incident_id else 0,
        reference="",
        agencies=tuple(agencies),
        technologies=tuple(technologies),
    )


def _facts(
    session: Session,
    case: facts.Case,
    parties: Sequence[facts.CaseParty],
    people: "_People",
    expert_ids: Sequence[uuid.UUID] | None,
    *,
    pack: RulePack,
) -> facts.CaseFacts:
    organisations = _organisations(session, parties, people, pack=pack)
    targets = [each.ref for each in organisations.organisations]
    return facts.CaseFacts(
        case=case,
        parties=tuple(parties),
        experts=people.experts,
        persons=people.persons,
        organisations=organisations.organisations,
        aliases=organisations.aliases,
        ownerships=organisations.ownerships,
        relations=_relations(session, expert_ids, people, targets),
        rulings=rulings_on(session, uuid.UUID(int=case.id) if case.id else None, expert_ids),
    )


@dataclass(frozen=True, slots=True)
class _People:
    """Experts and persons of a case; `relations` tells who is whom and who works where.

    `reached`: who is, or bears a name of, somebody in the case.
    """

    experts: tuple[facts.Person, ...]
    persons: tuple[facts.Person, ...] = ()
    relations: tuple[facts.Relation, ...] = ()
    reached: frozenset[facts.Ref] = frozenset()


@dataclass(frozen=True, slots=True)
class _Organisations:
    organisations: tuple[facts.Organisation, ...] = ()
    aliases: tuple[facts.OrganisationAlias, ...] = ()
    ownerships: tuple[facts.Ownership, ...] = ()


def _people(
    session: Session, parties: Sequence[facts.CaseParty], expert_ids: Sequence[uuid.UUID] | None
) -> _People:
    named = {party.subject for party in parties if party.subject.kind is NodeKind.PERSON}
    if not named:
        return _People(_experts(session, expert_ids))
    same = _ties(session, Tie.type == RelationType.SAME_PERSON, Tie.kinship == Kinship.SELF)
    asked = None if expert_ids is None else {*expert_ids, *(key_of(tie.holder) for tie in same)}
    experts = _experts(session, asked)
    rows = session.execute(sa.select(*Person.__table__.c)).all()
    reached = reached_people(named, (*experts, *map(person_fact, rows)), same)
    persons = [row for row in rows if facts.person(row.id.int) in reached]
    jobs = _jobs(session, keys_of(reached, NodeKind.EXPERT))
    employers = [employer_fact(row.id, row.employer_id) for row in persons if row.employer_id]
    return _People(
        experts=experts,
        persons=tuple(map(person_fact, persons)),
        relations=(*(tie for tie in same if tie.target in reached), *jobs, *employers),
        reached=frozenset(reached),
    )


def _experts(session: Session, keys: Collection[uuid.UUID] | None) -> tuple[facts.Person, ...]:
    found = sa.select(Expert.id, Expert.name_ko, Expert.name_en, Expert.birth_year, Expert.email)
    if keys is not None:
        found = found.where(among(Expert.id, keys))
    return tuple(map(expert_fact, session.execute(found.order_by(Expert.id))))


def _jobs(session: Session, expert_ids: list[uuid.UUID]) -> tuple[facts.Relation, ...]:
    """Where experts who bear the name of somebody in the case work or worked."""
    if not expert_ids:
        return ()
    return _ties(
        session, among(Tie.expert_id, expert_ids), Tie.type.in_(EMPLOYMENT), Tie.kinship == Kinship.SELF
    )


def _organisations(
    session: Session, parties: Sequence[facts.CaseParty], people: _People, *, pack: RulePack
) -> _Organisations:
    named = {party.subject for party in parties}
    jobs = {tie.target for tie in people.relations}
    keys = reached_organisations(
        session,
        parties=keys_of(named, NodeKind.ORGANISATION),
        employers=keys_of(jobs, NodeKind.ORGANISATION),
        minority_bp=pack.rules["R32"].thresholds["minority_bp"],
    )
    found = session.execute(sa.select(*Organisation.__table__.c).where(among(Organisation.id, keys)))
    names = sa.select(*OrganisationAlias.__table__.c).where(among(OrganisationAlias.organisation_id, keys))
    held = sa.select(*Ownership.__table__.c).where(
        among(Ownership.parent_id, keys), among(Ownership.child_id, keys)
    )
    return _Organisations(
        organisations=tuple(map(organisation_fact, found)),
        aliases=tuple(map(alias_fact, session.execute(names))),
        ownerships=tuple(map(ownership_fact, session.execute(held))),
    )


def _relations(
    session: Session,
    expert_ids: Sequence[uuid.UUID] | None,
    people: _People,
    organisations: Collection[facts.Ref],
) -> tuple[facts.Relation, ...]:
    """The ties of the asked experts to anybody the case leads to, and what tells who is whom."""
    leads = sa.or_(
        among(Tie.organisation_id, [key_of(ref) for ref in organisations]),
        among(Tie.person_id, [key_of(person.ref) for person in people.persons]),
    )
    asked = [] if expert_ids is None else [among(Tie.expert_id, expert_ids)]
    every = {tie.id: tie for tie in (*people.relations, *_ties(session, leads, *asked))}
    return tuple(every.values())


def _ties(session: Session, *which: sa.ColumnElement[bool]) -> tuple[facts.Relation, ...]:
    return tuple(map(tie_fact, session.execute(sa.select(*_TIE).where(*which))))
