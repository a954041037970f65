"""Recording, ending, settling and confirming ties."""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NoReturn, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.audit import service as audit
from expertpool.conflicts import access
from expertpool.conflicts.models import InterestStatement, Organisation, Person, Technology, Tie
from expertpool.conflicts.rules.dates import ImpreciseDate
from expertpool.conflicts.rules.records import TieFacts, tie_faults
from expertpool.conflicts.rules.rows import GOES_ON, precision_of, tie_fact
from expertpool.conflicts.rules.vocabulary import Source
from expertpool.experts.models import Expert
from expertpool.infra.clock import seoul_date
from expertpool.infra.consequences import follow
from expertpool.infra.db import acting_as
from expertpool.infra.identity import SYSTEM, Actor
from expertpool.refusals import Invalid, NotFound, Stale
from expertpool.words import Words, words

MOST_TIES = 500
Keys = Sequence[uuid.UUID | None]
Target = TypeVar("Target", Expert, Organisation, Person, Technology)
_NOT_KEPT = words("The tie cannot be kept like this.")


def record_tie(
    session: Session,
    expert_id: uuid.UUID,
    *,
    facts: TieFacts,
    organisation_id: uuid.UUID | None = None,
    person_id: uuid.UUID | None = None,
    technology_id: uuid.UUID | None = None,
    incident_id: uuid.UUID | None = None,
    source: Source,
    actor: Actor,
    now: dt.datetime,
) -> Tie:
    """Record a tie of an expert to one organisation or person on record, or to a technology alone.

    With both, the technology is what the tie is about. Live engagements of the expert are screened again.
    Raises: NotFound for the expert or the target; Forbidden; Invalid by field.
    """
    wanted = NewTie(
        expert_id=expert_id,
        facts=facts,
        organisation_id=organisation_id,
        person_id=person_id,
        technology_id=technology_id,
        incident_id=incident_id,
        source=source,
    )
    return record_ties(session, [wanted], actor=actor, now=now)[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTie:
    """A tie to be recorded: whose, what it is, where it leads to, and where it is known from."""

    expert_id: uuid.UUID
    facts: TieFacts
    organisation_id: uuid.UUID | None = None
    person_id: uuid.UUID | None = None
    technology_id: uuid.UUID | None = None
    incident_id: uuid.UUID | None = None
    source: Source


def record_ties(session: Session, wanted: Sequence[NewTie], *, actor: Actor, now: dt.datetime) -> list[Tie]:
    """Record many ties, all or none, with as many statements as one takes.

    Live engagements of the experts are screened again, once. Raises: as `record_tie`.
    """
    for each in wanted:
        access.check_records_ties(actor, each.expert_id)
        check_tie(each.facts, today=seoul_date(now))
    with acting_as(session, SYSTEM):  # administrators record ties they may not read
        _check_all_there(session, wanted)
        _check_room(session, wanted)
        ties = [_row(each, now=now) for each in wanted]
        session.add_all(ties)
    for tie in ties:
        owner, source = str(tie.expert_id), tie.source.value
        _note(session, "tie.record", tie.id, actor=actor, now=now, expert=owner, source=source)
    experts = sorted({each.expert_id for each in wanted})
    follow(session, "conflicts.register_changed", expert_ids=experts, now=now)
    return ties


def _row(wanted: NewTie, *, now: dt.datetime) -> Tie:
    return Tie(
        expert_id=wanted.expert_id,
        organisation_id=wanted.organisation_id,
        person_id=wanted.person_id,
        technology_id=wanted.technology_id,
        incident_id=wanted.incident_id,
        source=wanted.source,
        recorded_at=now,
        **_columns(wanted.facts),
    )


def _check_room(session: Session, wanted: Sequence[NewTie]) -> None:
    more = Counter(each.expert_id for each in wanted)
    held = sa.select(Tie.expert_id, sa.func.count()).where(Tie.expert_id.in_(more)).group_by(Tie.expert_id)
    on_record = dict(session.execute(held).all())
    if any(on_record.get(expert, 0) + count > MOST_TIES for expert, count in more.items()):
        raise Invalid(words("An expert has at most %(most)s ties on record.", most=MOST_TIES))


def end_tie(
    session: Session, tie_id: uuid.UUID, *, until: ImpreciseDate, version: int, actor: Actor, now: dt.datetime
) -> Tie:
    """Say when a tie ended; the day named is the last one.

    Raises: NotFound; Stale; Invalid.
    """
    tie = tie_seen(session, tie_id, actor=actor, version=version)
    ended = replace(facts_of(tie), until=until)
    check_tie(ended, today=seoul_date(now))
    _take(tie, ended)
    session.flush()
    _note(session, "tie.end", tie.id, actor=actor, now=now)
    follow(session, "conflicts.register_changed", expert_ids=[tie.expert_id], now=now)
    return tie


def settle_tie(
    session: Session,
    tie_id: uuid.UUID,
    *,
    facts: TieFacts,
    organisation_id: uuid.UUID | None,
    person_id: uuid.UUID | None,
    version: int,
    actor: Actor,
    now: dt.datetime,
) -> Tie:
    """A conflict officer decides what a tie leads to, what it is, and its dates.

    Raises: Forbidden; NotFound; Stale; Invalid.
    """
    access.check_settles_ties(actor)
    tie = tie_seen(session, tie_id, actor=actor, version=version)
    check_tie(facts, today=seoul_date(now))
    _check_one_end(organisation_id, person_id, tie.technology_id)
    _check_ends(session, [organisation_id], [person_id], [])
    _take(tie, facts)
    tie.organisation_id, tie.person_id = organisation_id, person_id
    session.flush()
    _note(session, "tie.settle", tie.id, actor=actor, now=now, confidence=tie.confidence.value)
    follow(session, "conflicts.register_changed", expert_ids=[tie.expert_id], now=now)
    return tie


def confirm_ties(
    session: Session, expert_id: uuid.UUID, *, actor: Actor, now: dt.datetime
) -> InterestStatement:
    """Take the expert's word that the register is complete and right; asked for once a year.

    Raises: NotFound to everybody but the expert.
    """
    if actor.expert_id != expert_id:
        raise NotFound(access.NOTHING_HERE)
    stated = InterestStatement(expert_id=expert_id, stated_at=now)
    session.add(stated)
    session.flush()
    audit.record(session, actor=actor, verb="interests.confirm", kind="expert", thing=expert_id, now=now)
    return stated


def tie_seen(session: Session, tie_id: uuid.UUID, *, actor: Actor, version: int | None = None) -> Tie:
    """A tie the actor may know of. Raises: NotFound; Stale when it is no longer at `version`."""
    tie = session.get(Tie, tie_id, populate_existing=True)
    if tie is None or tie.taken_back_at or not access.sees_ties(actor, tie.expert_id):
        raise NotFound(access.NOTHING_HERE)
    if version is not None and tie.version != version:
        raise Stale(words("Somebody changed this tie after you opened it. Reload and try again."))
    return tie


def check_tie(facts: TieFacts, *, today: dt.date) -> None:
    """Raises: Invalid by field."""
    faults = tie_faults(facts, today=today)
    if faults:
        raise Invalid(_NOT_KEPT, fields=faults)


def _check_all_there(session: Session, wanted: Sequence[NewTie]) -> None:
    if not _on_record(session, Expert, [each.expert_id for each in wanted]):
        raise NotFound(access.NOTHING_HERE)
    for each in wanted:
        _check_one_end(each.organisation_id, each.person_id, each.technology_id)
    _check_ends(
        session,
        [each.organisation_id for each in wanted],
        [each.person_id for each in wanted],
        [each.technology_id for each in wanted],
    )


def _check_one_end(
    organisation_id: uuid.UUID | None, person_id: uuid.UUID | None, technology_id: uuid.UUID | None
) -> None:
    ends = sum(key is not None for key in (organisation_id, person_id))
    if ends > 1 or (ends == 0 and technology_id is None):
        refuse("organisation", words("Choose one organisation or one person."))


def _check_ends(session: Session, organisations: Keys, persons: Keys, technologies: Keys) -> None:
    if not _on_record(session, Technology, technologies):
        refuse("technology", words("Choose a technology that is on record, or record it first."))
    if not _on_record(session, Organisation, organisations):
        refuse("organisation", words("Choose an organisation that is on record, or record it first."))
    if not _on_record(session, Person, persons):
        refuse("person", words("Choose a person who is on record, or record the person first."))


def _on_record(session: Session, table: type[Target], keys: Keys) -> bool:
    """Whether there is a row for each of the keys; None stands for no key."""
    wanted = {key for key in keys if key is not None}
    if not wanted:
        return True
    found = sa.select(sa.func.count()).select_from(table).where(table.id.in_(wanted))
    return session.scalar(found) == len(wanted)


def facts_of(tie: Tie) -> TieFacts:
    """A tie as it could be entered."""
    known = tie_fact(tie)
    return TieFacts(
        type=tie.type,
        kinship=tie.kinship,
        since=known.since,
        until=known.until,
        rank=tie.rank,
        unit=tie.unit,
        amount_won=tie.amount_won,
        share_basis_points=tie.share_basis_points,
        capital_basis_points=tie.capital_basis_points,
        group_size=tie.group_size,
        confidence=tie.confidence,
        evidence=tie.evidence,
    )


def _take(tie: Tie, facts: TieFacts) -> None:
    for name, value in _columns(facts).items():
        setattr(tie, name, value)


def _columns(facts: TieFacts) -> dict[str, object]:
    return {
        "type": facts.type,
        "kinship": facts.kinship,
        "rank": facts.rank.strip(),
        "unit": facts.unit.strip(),
        "amount_won": facts.amount_won,
        "share_basis_points": facts.share_basis_points,
        "capital_basis_points": facts.capital_basis_points,
        "group_size": facts.group_size,
        "confidence": facts.confidence,
        "evidence": facts.evidence.strip(),
        **columns_of_dates(facts.since, facts.until),
    }


def columns_of_dates(since: ImpreciseDate, until: ImpreciseDate | None) -> dict[str, object]:
    """A beginning and an end as the tables of ties keep them."""
    return {
        "starts_on": since.earliest if since.known else None,
        "starts_precision": precision_of(since),
        "ends_on": until.latest if until is not None and until.known else None,
        "ends_precision": GOES_ON if until is None else precision_of(until),
    }


def record_technology(
    session: Session, *, name: str, number: str = "", actor: Actor, now: dt.datetime
) -> Technology:
    """The technology or right with this number, put on record unless it is there already.

    Done on the system's authority: whoever names a number need not be one who may see which case it is in.
    Raises: Invalid without a name where nothing has the number.
    """
    number = " ".join(number.split())
    with acting_as(session, SYSTEM):
        if number:
            known = session.scalars(sa.select(Technology).where(Technology.number == number)).one_or_none()
            if known is not None:
                return known
        if not name.strip():
            refuse("technology", words("Write the name of the technology or right."))
        made = Technology(name_ko=name.strip(), name_en=name.strip(), number=number or None)
        session.add(made)
    audit.record(session, actor=actor, verb="technology.record", kind="technology", thing=made.id, now=now)
    return made


def refuse(field: str, sentence: Words) -> NoReturn:
    """Raises: Invalid, about one field."""
    raise Invalid(sentence, fields={field: sentence})


def _note(
    session: Session, verb: str, thing: uuid.UUID, *, actor: Actor, now: dt.datetime, **detail: str
) -> None:
    audit.record(session, actor=actor, verb=verb, kind="tie", thing=thing, now=now, **detail)
