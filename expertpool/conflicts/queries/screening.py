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

from expertpool.conflicts.models import (
    Organisation,
    OrganisationAlias,
    OtherTie,
    Ownership,
    Person,
    SecrecyDuty,
    Tie,
)
from expertpool.conflicts.packs import pack_in_force
from expertpool.conflicts.queries.process import rulings_on, waived
from expertpool.conflicts.queries.reach import among, reached_organisations, reached_people
from expertpool.conflicts.rules import facts
from expertpool.conflicts.rules.codec import fingerprint
from expertpool.conflicts.rules.findings import Screening
from expertpool.conflicts.rules.identities import EMPLOYMENT
from expertpool.conflicts.rules.packs import RulePack
from expertpool.conflicts.rules.rows import (
    alias_fact,
    expert_fact,
    key_of,
    keys_of,
    organisation_fact,
    other_tie_fact,
    ownership_fact,
    person_fact,
    secrecy_fact,
    tie_fact,
)
from expertpool.conflicts.rules.screening import screen_many
from expertpool.conflicts.rules.vocabulary import Kinship, NodeKind, PanelAct, RelationType, RoleClass, Side
from expertpool.conflicts.rules.waivers import GrantedWaiver
from expertpool.experts.models import Expert

_TIE = tuple(Tie.__table__.c)
_OTHER_TIE = tuple(OtherTie.__table__.c)


@dataclass(frozen=True, slots=True)
class AboutCase:
    """What is known of a case besides its parties; higher features hand it over.

    `pack`: the rules the case keeps, None for those in force on the day of the screening.
    """

    panel_act: PanelAct | None = None
    helped_side: Side = Side.COMPLAINANT
    agencies: tuple[facts.Ref, ...] = ()
    technologies: tuple[facts.Technology, ...] = ()
    linked: tuple[facts.LinkedCase, ...] = ()
    recusals: tuple[facts.Recusal, ...] = ()
    pack: RulePack | None = None


def screen_experts(
    session: Session,
    *,
    incident_id: uuid.UUID | None,
    parties: Sequence[facts.CaseParty],
    role_class: RoleClass,
    on: dt.date,
    expert_ids: Sequence[uuid.UUID] | None,
    about: AboutCase = AboutCase(),
    waivers: Sequence[GrantedWaiver] = (),
    to_keep: bool = False,
) -> dict[uuid.UUID, Screening]:
    """What speaks against each of these experts (None: everybody in the registry) in one role on a day.

    Experts who are not on record are left out. The number of queries does not depend on how many are asked.
    `incident_id` is None for parties that are no case yet; `waivers` are those that hold for the work. What
    is `to_keep` says what it was found in (`Screening.facts_digest`), which takes longer.
    Raises: LookupError when no rule pack is in force on the day.
    """
    pack = about.pack or pack_in_force(on)
    people = _people(session, parties, expert_ids)
    known = _facts(session, incident_id, parties, people, expert_ids, pack=pack, about=about)
    known = replace(known, rulings=(*known.rulings, *waived(waivers)))
    digest = fingerprint(known) if to_keep else ""
    involved = _involved(known, people.reached)
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
    found = {facts.expert(one.expert_id): replace(one, facts_digest=digest) for one in screened}
    clear = Screening(0, role_class, on, pack.version, findings=(), facts_digest=digest)
    return {key_of(ref): found.get(ref) or replace(clear, expert_id=ref.id) for ref in sorted(asked)}


def _involved(known: facts.CaseFacts, reached: Collection[facts.Ref]) -> set[facts.Ref]:
    """Most experts have nothing to do with the case: laying them out would cost more than all the rest."""
    said: tuple[facts.SecrecyDuty | facts.Recusal | facts.Ruling, ...]
    said = (*known.secrecies, *known.recusals, *known.rulings)
    named = {tie.holder for tie in known.relations} | {one.expert for one in said}
    return {*reached, *named, *(role.expert for case in known.linked for role in case.roles)}


def facts_for(
    session: Session,
    *,
    incident_id: uuid.UUID | None,
    parties: Sequence[facts.CaseParty],
    on: dt.date,
    expert_ids: Sequence[uuid.UUID] | None,
    about: AboutCase = AboutCase(),
) -> facts.CaseFacts:
    """Everything on record that can tie these experts to these parties, in a fixed number of queries.

    `experts` holds the asked ones and, where a person stands in the case, those declared to be a person.
    """
    pack = about.pack or pack_in_force(on)
    people = _people(session, parties, expert_ids)
    return _facts(session, incident_id, parties, people, expert_ids, pack=pack, about=about)


def _facts(
    session: Session,
    incident_id: uuid.UUID | None,
    parties: Sequence[facts.CaseParty],
    people: "_People",
    expert_ids: Sequence[uuid.UUID] | None,
    *,
    pack: RulePack,
    about: AboutCase,
) -> facts.CaseFacts:
    organisations = _organisations(session, parties, people, about.agencies, pack=pack)
    targets = [each.ref for each in organisations.organisations]
    case = facts.Case(
        id=incident_id.int if incident_id else 0,
        reference="",
        panel_act=about.panel_act,
        helped_side=about.helped_side,
        agencies=about.agencies,
        technologies=about.technologies,
    )
    held = _ties_leading_to(session, case, expert_ids, people, targets)
    every = {tie.id: tie for tie in (*people.relations, *organisations.relations, *held)}
    ends = {tie.target for tie in held} - {one.ref for one in people.persons} - set(targets)
    return facts.CaseFacts(
        case=case,
        parties=tuple(parties),
        experts=people.experts,
        persons=(*people.persons, *_persons(session, keys_of(ends, NodeKind.PERSON))),
        organisations=(
            *organisations.organisations,
            *_named_organisations(session, keys_of(ends, NodeKind.ORGANISATION)),
        ),
        aliases=organisations.aliases,
        ownerships=organisations.ownerships,
        relations=tuple(every.values()),
        linked=about.linked,
        recusals=about.recusals,
        secrecies=_secrecies(session, incident_id),
        rulings=rulings_on(session, incident_id, expert_ids),
    )


@dataclass(frozen=True, slots=True)
class _People:
    """Experts and persons of a case; `relations` tells who is whom, who works where, who acts for them.

    `reached`: who is, or bears a name of, somebody in the case.
    """

    experts: tuple[facts.Person, ...]
    persons: tuple[facts.Person, ...] = ()
    relations: tuple[facts.Relation, ...] = ()
    reached: frozenset[facts.Ref] = frozenset()


@dataclass(frozen=True, slots=True)
class _Organisations:
    """`relations` are those the organisations hold: for whom they act, on whom they depend."""

    organisations: tuple[facts.Organisation, ...] = ()
    aliases: tuple[facts.OrganisationAlias, ...] = ()
    ownerships: tuple[facts.Ownership, ...] = ()
    relations: tuple[facts.Relation, ...] = ()


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
    others = _other_ties(
        session,
        sa.or_(
            among(OtherTie.holder_person_id, [row.id for row in persons]),
            among(OtherTie.person_id, [row.id for row in persons]),
        ),
    )
    return _People(
        experts=experts,
        persons=tuple(map(person_fact, persons)),
        relations=(*(tie for tie in same if tie.target in reached), *jobs, *others),
        reached=frozenset(reached),
    )


def _experts(session: Session, keys: Collection[uuid.UUID] | None) -> tuple[facts.Person, ...]:
    found = sa.select(Expert.id, Expert.name_ko, Expert.name_en, Expert.birth_year, Expert.email)
    if keys is not None:
        found = found.where(among(Expert.id, keys))
    return tuple(map(expert_fact, session.execute(found.order_by(Expert.id))))


def _jobs(session: Session, expert_ids: Collection[uuid.UUID]) -> tuple[facts.Relation, ...]:
    """Where experts work or worked."""
    if not expert_ids:
        return ()
    return _ties(
        session, among(Tie.expert_id, expert_ids), Tie.type.in_(EMPLOYMENT), Tie.kinship == Kinship.SELF
    )


def _organisations(
    session: Session,
    parties: Sequence[facts.CaseParty],
    people: _People,
    agencies: Sequence[facts.Ref],
    *,
    pack: RulePack,
) -> _Organisations:
    named = {party.subject for party in parties}
    beside = {end for tie in people.relations for end in (tie.holder, tie.target)} | set(agencies)
    keys = reached_organisations(
        session,
        parties=keys_of(named, NodeKind.ORGANISATION),
        others=keys_of(beside, NodeKind.ORGANISATION),
        minority_bp=pack.rules["R32"].thresholds["minority_bp"],
    )
    names = sa.select(*OrganisationAlias.__table__.c).where(among(OrganisationAlias.organisation_id, keys))
    held = sa.select(*Ownership.__table__.c).where(
        among(Ownership.parent_id, keys), among(Ownership.child_id, keys)
    )
    return _Organisations(
        organisations=_named_organisations(session, keys),
        aliases=tuple(map(alias_fact, session.execute(names))),
        ownerships=tuple(map(ownership_fact, session.execute(held))),
        relations=_other_ties(
            session, among(OtherTie.holder_organisation_id, keys), among(OtherTie.organisation_id, keys)
        ),
    )


def _named_organisations(session: Session, keys: Collection[uuid.UUID]) -> tuple[facts.Organisation, ...]:
    if not keys:
        return ()
    rows = sa.select(*Organisation.__table__.c).where(among(Organisation.id, keys))
    return tuple(map(organisation_fact, session.execute(rows)))


def _persons(session: Session, keys: Collection[uuid.UUID]) -> tuple[facts.Person, ...]:
    if not keys:
        return ()
    rows = sa.select(*Person.__table__.c).where(among(Person.id, keys))
    return tuple(map(person_fact, session.execute(rows)))


def _ties_leading_to(
    session: Session,
    case: facts.Case,
    expert_ids: Sequence[uuid.UUID] | None,
    people: _People,
    organisations: Collection[facts.Ref],
) -> tuple[facts.Relation, ...]:
    """The ties of the asked experts to the case, and to anybody or anything it leads to."""
    leads = [
        among(Tie.organisation_id, [key_of(ref) for ref in organisations]),
        among(Tie.person_id, [key_of(person.ref) for person in people.persons]),
        among(Tie.technology_id, [key_of(each.ref) for each in case.technologies]),
    ]
    if case.id:
        leads.append(Tie.incident_id == uuid.UUID(int=case.id))
    asked = [] if expert_ids is None else [among(Tie.expert_id, expert_ids)]
    found = _ties(session, sa.or_(*leads), *asked)
    # R22 asks of those who left an agency whether they are counsel now, wherever that is.
    former = {key_of(tie.holder) for tie in found if tie.target in case.agencies}
    return (*found, *_jobs(session, former))


def _secrecies(session: Session, incident_id: uuid.UUID | None) -> tuple[facts.SecrecyDuty, ...]:
    if incident_id is None:
        return ()
    rows = sa.select(*SecrecyDuty.__table__.c).where(SecrecyDuty.incident_id == incident_id)
    return tuple(map(secrecy_fact, session.execute(rows)))


def _ties(session: Session, *which: sa.ColumnElement[bool]) -> tuple[facts.Relation, ...]:
    return tuple(map(tie_fact, session.execute(sa.select(*_TIE).where(Tie.taken_back_at.is_(None), *which))))


def _other_ties(session: Session, *which: sa.ColumnElement[bool]) -> tuple[facts.Relation, ...]:
    return tuple(map(other_tie_fact, session.execute(sa.select(*_OTHER_TIE).where(*which))))
