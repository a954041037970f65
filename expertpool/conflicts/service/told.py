"""Ties in people's own words: whom and what a name or a number means."""

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.conflicts import access
from expertpool.conflicts.models import Organisation, Person, Technology, Tie
from expertpool.conflicts.rules.matching import digits, is_biz_no
from expertpool.conflicts.rules.records import TieFacts, whom_faults
from expertpool.conflicts.rules.vocabulary import Confidence, OrganisationKind, Source
from expertpool.conflicts.service.matching import match_organisation
from expertpool.conflicts.service.ties import check_tie, record_technology, record_tie, refuse
from expertpool.infra.clock import seoul_date
from expertpool.infra.identity import Actor
from expertpool.words import words

# Cases stand above this feature; whoever asks finds those they may see.
_CASES = sa.table("incident", sa.column("id"), sa.column("receipt_no"))
UNSEEN_CASE = words("You see no case with this number. Check it, or leave it out.")


def record_tie_as_told(
    session: Session,
    expert_id: uuid.UUID,
    *,
    facts: TieFacts,
    organisation: str,
    number: str,
    technology: str = "",
    technology_number: str = "",
    person: str = "",
    person_birth_year: int | None = None,
    case_number: str = "",
    actor: Actor,
    now: dt.datetime,
) -> Tie:
    """Record a tie in people's own words: to an organisation or a person, to a technology, or over one.

    What stays open is for a conflict officer. `case_number`: the receipt number of the case it was about.
    Raises: as `record_tie`; Invalid for a wrong number, no name, or a case the actor does not see.
    """
    access.check_records_ties(actor, expert_id)
    check_tie(facts, today=seoul_date(now))
    whom = _person_told(session, person, person_birth_year, facts, organisation=organisation, number=number)
    about = _technology_told(session, technology, technology_number, actor, now)
    target = None
    if whom is None and (about is None or organisation.strip() or number.strip()):
        target, by_name = _organisation_told(session, organisation, number)
        facts = replace(facts, confidence=Confidence.NAME_ONLY) if by_name else facts
    return record_tie(
        session,
        expert_id,
        facts=facts,
        organisation_id=target.id if target else None,
        person_id=whom.id if whom else None,
        technology_id=about.id if about else None,
        incident_id=case_told(session, case_number),
        source=Source.SELF if actor.expert_id == expert_id else Source.THIRD_PARTY,
        actor=actor,
        now=now,
    )


def _technology_told(
    session: Session, name: str, number: str, actor: Actor, now: dt.datetime
) -> Technology | None:
    if not (name.strip() or number.strip()):
        return None
    return record_technology(session, name=name, number=number, actor=actor, now=now)


def case_told(session: Session, number: str) -> uuid.UUID | None:
    """The case a tie was about. Raises: Invalid for one the session's viewer does not see."""
    if not number.strip():
        return None
    found = cases_told(session, {number})
    if not found:
        refuse("case_number", UNSEEN_CASE)
    return found[number]


def cases_told(session: Session, numbers: Collection[str]) -> dict[str, uuid.UUID]:
    """The cases ties were about, by their number as written, as far as the session's viewer sees them."""
    meant = {number: number.strip().upper() for number in numbers}
    wanted = sa.select(_CASES.c.receipt_no, _CASES.c.id).where(_CASES.c.receipt_no.in_(meant.values()))
    found = dict(session.execute(wanted).all())
    return {number: found[receipt] for number, receipt in meant.items() if receipt in found}


def _person_told(
    session: Session,
    name: str,
    birth_year: int | None,
    facts: TieFacts,
    *,
    organisation: str,
    number: str,
) -> Person | None:
    """The person a tie leads to, as a record of its own; a second factor tells whether a case names the same.

    Raises: Invalid by field.
    """
    named = bool(organisation.strip() or number.strip())
    faults = whom_faults(facts, person=name.strip(), birth_year=birth_year, organisation_named=named)
    for field, sentence in faults.items():
        refuse(field, sentence)
    return person_told(session, name, birth_year) if name.strip() else None


def person_told(session: Session, name: str, birth_year: int | None) -> Person:
    """A record of its own for a person a tie leads to; never one found by name."""
    made = Person(name_ko=name.strip(), name_en=name.strip(), birth_year=birth_year)
    session.add(made)
    session.flush()
    return made


def _organisation_told(session: Session, name: str, number: str) -> tuple[Organisation, bool]:
    """The organisation meant, and whether only its name says so; a new record for one nobody knows.

    A number settles which one is meant. A name that one record bears leads there, as a name only; any other
    name gets a record of its own, without numbers.
    """
    sure = _numbered(session, number)
    if sure is not None:
        return sure, False
    if not name.strip():
        refuse("organisation", words("Write the organisation's name as it stands on its papers."))
    match = match_organisation(session, name)
    if match.only is not None:
        return match.only, not match.by_number
    return organisation_told(session, name, biz_no=digits(number) or None), False


def organisation_told(session: Session, name: str, biz_no: str | None = None) -> Organisation:
    """A record of its own for an organisation nobody has on record; a conflict officer looks at it later."""
    made = Organisation(
        name_ko=name.strip(), name_en=name.strip(), kind=OrganisationKind.COMPANY, biz_no=biz_no
    )
    session.add(made)
    session.flush()
    return made


def _numbered(session: Session, number: str) -> Organisation | None:
    """The organisation on record with this number. Raises Invalid for a number with a typing error."""
    if not number.strip():
        return None
    if len(digits(number)) == 10 and not is_biz_no(digits(number)):
        refuse("number", words("Check the business number: ten digits, of which the last is a check digit."))
    match = match_organisation(session, number)
    if match.only is None and len(digits(number)) != 10:
        refuse("number", words("No organisation on record has this number. Leave it out, or check it."))
    return match.only if match.by_number else None
