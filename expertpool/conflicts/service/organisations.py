"""Keeping organisations, their names, who owns them, and persons of cases."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.audit import service as audit
from expertpool.conflicts import access
from expertpool.conflicts.models import Organisation, OrganisationAlias, OtherTie, Ownership, Person
from expertpool.conflicts.rules.matching import organisation_key
from expertpool.conflicts.rules.records import (
    OrganisationFacts,
    PersonFacts,
    organisation_faults,
    person_faults,
    script_of,
)
from expertpool.conflicts.rules.rows import GOES_ON
from expertpool.conflicts.rules.vocabulary import RelationType, Source
from expertpool.conflicts.service.relatives import name_hashes
from expertpool.infra.consequences import follow
from expertpool.infra.identity import Actor
from expertpool.ministries.models import Ministry
from expertpool.refusals import Invalid, NotFound, Stale
from expertpool.words import Words, words

NOT_KEPT = words("The organisation cannot be kept like this.")
MOST_ALIASES = 50


def add_organisation(
    session: Session, *, facts: OrganisationFacts, actor: Actor, now: dt.datetime
) -> Organisation:
    """Put an organisation on record.

    Raises: Forbidden; Invalid for a number that is wrong or taken, or without any name.
    """
    access.check_keeps_organisations(actor)
    organisation = Organisation()
    _take(session, organisation, facts.cleaned)
    session.add(organisation)
    session.flush()
    _note(session, "organisation.add", organisation.id, actor=actor, now=now)
    return organisation


def change_organisation(
    session: Session,
    organisation_id: uuid.UUID,
    *,
    facts: OrganisationFacts,
    version: int,
    actor: Actor,
    now: dt.datetime,
) -> Organisation:
    """Correct what is on record. A new name keeps the old one as another name: it was in use.

    Raises: NotFound; Forbidden; Stale; Invalid.
    """
    access.check_keeps_organisations(actor)
    organisation = _organisation(session, organisation_id)
    if organisation.version != version:
        raise Stale(words("Somebody changed this organisation after you opened it. Reload and try again."))
    clean = facts.cleaned
    before = {organisation.name_ko, organisation.name_en} - {"", clean.name_ko, clean.name_en}
    _take(session, organisation, clean)
    for name in sorted(before):
        _alias(organisation, name, None, None)
    session.flush()
    _note(session, "organisation.change", organisation.id, actor=actor, now=now)
    follow(session, "conflicts.register_changed", organisation_ids=[organisation.id], now=now)
    return organisation


def add_alias(
    session: Session,
    organisation_id: uuid.UUID,
    *,
    name: str,
    valid_from: dt.date | None = None,
    valid_until: dt.date | None = None,
    actor: Actor,
    now: dt.datetime,
) -> OrganisationAlias:
    """Record another name, in use in `[valid_from, valid_until)`.

    Raises: NotFound; Forbidden; Invalid.
    """
    access.check_keeps_organisations(actor)
    organisation = _organisation(session, organisation_id)
    if not organisation_key(name):
        _refuse("name", words("Write the other name."))
    if valid_from and valid_until and valid_until <= valid_from:
        _refuse("valid_until", words("The end lies before the beginning."))
    if len(organisation.aliases) >= MOST_ALIASES:
        _refuse("name", words("An organisation has at most %(most)s other names.", most=MOST_ALIASES))
    alias = _alias(organisation, name.strip(), valid_from, valid_until)
    session.flush()
    _note(session, "organisation.add_alias", organisation.id, actor=actor, now=now, alias=str(alias.id))
    follow(session, "conflicts.register_changed", organisation_ids=[organisation.id], now=now)
    return alias


def remove_alias(
    session: Session, organisation_id: uuid.UUID, alias_id: uuid.UUID, *, actor: Actor, now: dt.datetime
) -> None:
    """Take away a name that was entered by mistake. Raises: NotFound; Forbidden."""
    access.check_keeps_organisations(actor)
    organisation = _organisation(session, organisation_id)
    alias = next((each for each in organisation.aliases if each.id == alias_id), None)
    if alias is None:
        raise NotFound(access.NOTHING_HERE)
    organisation.aliases.remove(alias)
    session.flush()
    _note(session, "organisation.remove_alias", organisation.id, actor=actor, now=now, alias=str(alias_id))
    follow(session, "conflicts.register_changed", organisation_ids=[organisation.id], now=now)


def add_ownership(
    session: Session,
    *,
    parent_id: uuid.UUID,
    child_id: uuid.UUID,
    share_basis_points: int,
    declared_control: bool,
    valid_from: dt.date,
    valid_until: dt.date | None = None,
    actor: Actor,
    now: dt.datetime,
) -> Ownership:
    """Record that one organisation holds a share of another, or is declared to control it.

    Raises: NotFound; Forbidden; Invalid when it owns itself or the same holding is on record for these days.
    """
    access.check_keeps_organisations(actor)
    _organisation(session, parent_id)
    _organisation(session, child_id)
    if parent_id == child_id:
        _refuse("parent", words("An organisation does not own itself."))
    if not 0 <= share_basis_points <= 10_000:
        _refuse("share", words("Write a share between 0 and 100 percent."))
    if valid_until is not None and valid_until <= valid_from:
        _refuse("valid_until", words("The end lies before the beginning."))
    if _is_held(session, parent_id, child_id, valid_from, valid_until):
        _refuse("parent", words("This holding is on record for these days. End it first."))
    held = Ownership(
        parent_id=parent_id,
        child_id=child_id,
        share_basis_points=share_basis_points,
        declared_control=declared_control,
        valid_from=valid_from,
        valid_until=valid_until,
    )
    session.add(held)
    session.flush()
    _note(session, "organisation.add_ownership", child_id, actor=actor, now=now, ownership=str(held.id))
    follow(session, "conflicts.register_changed", organisation_ids=[child_id], now=now)
    return held


def _is_held(
    session: Session,
    parent_id: uuid.UUID,
    child_id: uuid.UUID,
    valid_from: dt.date,
    valid_until: dt.date | None,
) -> bool:
    """Whether a holding between the two is on record for any of these days."""
    overlaps = sa.exists().where(
        Ownership.parent_id == parent_id,
        Ownership.child_id == child_id,
        Ownership.valid_from < (valid_until or dt.date.max),
        sa.or_(Ownership.valid_until.is_(None), Ownership.valid_until > valid_from),
    )
    return bool(session.scalar(sa.select(overlaps)))


def end_ownership(
    session: Session, ownership_id: uuid.UUID, *, valid_until: dt.date, actor: Actor, now: dt.datetime
) -> Ownership:
    """Say from which day on a holding is no more. Raises: NotFound; Forbidden; Invalid."""
    access.check_keeps_organisations(actor)
    held = session.get(Ownership, ownership_id)
    if held is None:
        raise NotFound(access.NOTHING_HERE)
    if valid_until <= held.valid_from:
        _refuse("valid_until", words("The end lies before the beginning."))
    held.valid_until = valid_until
    session.flush()
    _note(session, "organisation.end_ownership", held.child_id, actor=actor, now=now, ownership=str(held.id))
    follow(session, "conflicts.register_changed", organisation_ids=[held.child_id], now=now)
    return held


def add_person(
    session: Session,
    *,
    facts: PersonFacts,
    employer_id: uuid.UUID | None = None,
    secret: str,
    actor: Actor,
    now: dt.datetime,
) -> Person:
    """Put a person of a case on record; relatives are met by hashes made with `secret`.

    Raises: Forbidden; NotFound for the employer; Invalid.
    """
    access.check_keeps_organisations(actor)
    faults = person_faults(facts)
    if faults:
        raise Invalid(words("The person cannot be kept like this."), fields=faults)
    if employer_id is not None:
        _organisation(session, employer_id)
    person = Person(
        name_ko=facts.name_ko.strip(),
        name_en=facts.name_en.strip(),
        other_names=list(facts.other_names),
        name_hashes=name_hashes(facts.name_ko, facts.name_en, secret=secret),
        birth_year=facts.birth_year,
        email_domain=facts.email_domain.strip().casefold() or None,
    )
    session.add(person)
    session.flush()
    if employer_id is not None:
        session.add(_post(person.id, employer_id, now=now))
        session.flush()
    audit.record(session, actor=actor, verb="person.add", kind="person", thing=person.id, now=now)
    return person


def _post(person_id: uuid.UUID, employer_id: uuid.UUID, *, now: dt.datetime) -> OtherTie:
    """Where a person works, as far as it is known: a second factor beside the name."""
    return OtherTie(
        holder_person_id=person_id,
        organisation_id=employer_id,
        type=RelationType.EMPLOYEE,
        source=Source.THIRD_PARTY,
        recorded_at=now,
        starts_precision="unknown",
        ends_precision=GOES_ON,
    )


def _organisation(session: Session, organisation_id: uuid.UUID) -> Organisation:
    organisation = session.get(Organisation, organisation_id)
    if organisation is None:
        raise NotFound(access.NOTHING_HERE)
    return organisation


def _take(session: Session, organisation: Organisation, facts: OrganisationFacts) -> None:
    faults = organisation_faults(facts)
    taken = sa.exists().where(Organisation.biz_no == facts.biz_no, Organisation.id != organisation.id)
    if organisation.id is None:
        taken = sa.exists().where(Organisation.biz_no == facts.biz_no)
    if facts.biz_no and not faults and session.scalar(sa.select(taken)):
        faults["biz_no"] = words("Another organisation on record has this number. Look for it in the list.")
    if facts.ministry_id is not None and session.get(Ministry, facts.ministry_id) is None:
        faults["ministry"] = words("Choose one from the list.")
    if faults:
        raise Invalid(NOT_KEPT, fields=faults)
    organisation.name_ko, organisation.name_en = facts.name_ko, facts.name_en
    organisation.kind, organisation.country = facts.kind, facts.country
    organisation.biz_no, organisation.corp_no = facts.biz_no or None, facts.corp_no or None
    organisation.foreign_id, organisation.listed = facts.foreign_id or None, facts.listed
    organisation.ministry_id = facts.ministry_id


def _alias(
    organisation: Organisation, name: str, valid_from: dt.date | None, valid_until: dt.date | None
) -> OrganisationAlias:
    alias = OrganisationAlias(
        name=name, script=script_of(name), valid_from=valid_from, valid_until=valid_until
    )
    organisation.aliases.append(alias)
    return alias


def _refuse(field: str, sentence: Words) -> None:
    raise Invalid(sentence, fields={field: sentence})


def _note(
    session: Session, verb: str, thing: uuid.UUID, *, actor: Actor, now: dt.datetime, **detail: str
) -> None:
    audit.record(session, actor=actor, verb=verb, kind="organisation", thing=thing, now=now, **detail)
