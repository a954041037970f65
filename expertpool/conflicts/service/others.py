"""Facts that are not an expert's own ties: mandates of firms, posts of persons, technologies, secrecy."""

import datetime as dt
import uuid

from sqlalchemy.orm import Session

from expertpool.audit import service as audit
from expertpool.conflicts import access
from expertpool.conflicts.models import Organisation, OtherTie, Person, SecrecyDuty
from expertpool.conflicts.rules.dates import ImpreciseDate
from expertpool.conflicts.rules.facts import Ref
from expertpool.conflicts.rules.records import TieFacts, other_tie_faults
from expertpool.conflicts.rules.rows import imprecise, key_of
from expertpool.conflicts.rules.vocabulary import NodeKind, Source
from expertpool.conflicts.service.ties import check_tie, columns_of_dates
from expertpool.experts.models import Expert
from expertpool.infra.clock import seoul_date
from expertpool.infra.consequences import follow
from expertpool.infra.identity import Actor
from expertpool.refusals import Invalid, NotFound, Stale
from expertpool.words import Words, words

_MODELS = {NodeKind.ORGANISATION: Organisation, NodeKind.PERSON: Person}


def record_other_tie(
    session: Session,
    *,
    facts: TieFacts,
    holder: Ref,
    target: Ref,
    source: Source,
    actor: Actor,
    now: dt.datetime,
) -> OtherTie:
    """Record whom a firm acts for, on whom an employer depends, or where a person of a case works.

    Live engagements it bears on are screened again.
    Raises: Forbidden; NotFound for an end that is not on record; Invalid by field.
    """
    access.check_keeps_organisations(actor)
    check_tie(facts, today=seoul_date(now))
    faults = other_tie_faults(facts, holder=holder, target=target)
    if faults:
        raise Invalid(words("The tie cannot be kept like this."), fields=faults)
    _check_ends(session, holder, target)
    tie = OtherTie(
        holder_organisation_id=_key(holder, NodeKind.ORGANISATION),
        holder_person_id=_key(holder, NodeKind.PERSON),
        organisation_id=_key(target, NodeKind.ORGANISATION),
        person_id=_key(target, NodeKind.PERSON),
        type=facts.type,
        unit=facts.unit.strip(),
        share_basis_points=facts.share_basis_points,
        source=source,
        evidence=facts.evidence.strip(),
        recorded_at=now,
        **columns_of_dates(facts.since, facts.until),
    )
    session.add(tie)
    session.flush()
    _note(session, "other_tie.record", "other_tie", tie.id, actor=actor, now=now)
    _tell(session, tie, now=now)
    return tie


def _check_ends(session: Session, *ends: Ref) -> None:
    for end in ends:
        if end.kind not in _MODELS or session.get(_MODELS[end.kind], key_of(end)) is None:
            raise NotFound(access.NOTHING_HERE)


def end_other_tie(
    session: Session, tie_id: uuid.UUID, *, until: ImpreciseDate, version: int, actor: Actor, now: dt.datetime
) -> OtherTie:
    """Say when it ended; the day named is the last one. Raises: Forbidden; NotFound; Stale; Invalid."""
    access.check_keeps_organisations(actor)
    tie = session.get(OtherTie, tie_id, populate_existing=True)
    if tie is None:
        raise NotFound(access.NOTHING_HERE)
    if tie.version != version:
        raise Stale(words("Somebody changed this tie after you opened it. Reload and try again."))
    since = imprecise(tie.starts_on, tie.starts_precision)
    check_tie(TieFacts(type=tie.type, since=since, until=until), today=seoul_date(now))
    for name, value in columns_of_dates(since, until).items():
        setattr(tie, name, value)
    session.flush()
    _note(session, "other_tie.end", "other_tie", tie.id, actor=actor, now=now)
    _tell(session, tie, now=now)
    return tie


def _key(end: Ref, kind: NodeKind) -> uuid.UUID | None:
    return key_of(end) if end.kind is kind else None


def _tell(session: Session, tie: OtherTie, *, now: dt.datetime) -> None:
    organisations = (tie.holder_organisation_id, tie.organisation_id)
    persons = (tie.holder_person_id, tie.person_id)
    follow(
        session,
        "conflicts.register_changed",
        organisation_ids=[key for key in organisations if key],
        person_ids=[key for key in persons if key],
        now=now,
    )


def record_secrecy(
    session: Session,
    expert_id: uuid.UUID,
    incident_id: uuid.UUID,
    *,
    since: ImpreciseDate,
    until: ImpreciseDate | None,
    actor: Actor,
    now: dt.datetime,
) -> SecrecyDuty:
    """Note that secrecy keeps an expert from telling ties that bear on a case (R29).

    The caller has checked that the actor may see the case; the row policies check it again.
    Raises: Forbidden to everybody but conflict officers; NotFound for the expert; Invalid.
    """
    access.check_settles_ties(actor)
    if session.get(Expert, expert_id) is None:
        raise NotFound(access.NOTHING_HERE)
    if until is not None and until.known and until.latest < since.earliest:
        _refuse("until", words("The end lies before the beginning."))
    duty = SecrecyDuty(
        expert_id=expert_id, incident_id=incident_id, recorded_at=now, **columns_of_dates(since, until)
    )
    session.add(duty)
    session.flush()
    _note(session, "secrecy.record", "expert", expert_id, actor=actor, now=now)
    follow(session, "conflicts.register_changed", expert_ids=[expert_id], now=now)
    return duty


def remove_secrecy(
    session: Session, incident_id: uuid.UUID, duty_id: uuid.UUID, *, actor: Actor, now: dt.datetime
) -> None:
    """Take away a duty that was lifted or noted by mistake. Raises: Forbidden; NotFound."""
    access.check_settles_ties(actor)
    duty = session.get(SecrecyDuty, duty_id)
    if duty is None or duty.incident_id != incident_id:
        raise NotFound(access.NOTHING_HERE)
    session.delete(duty)
    session.flush()
    _note(session, "secrecy.remove", "expert", duty.expert_id, actor=actor, now=now)


def _refuse(field: str, sentence: Words) -> None:
    raise Invalid(sentence, fields={field: sentence})


def _note(
    session: Session, verb: str, kind: str, thing: uuid.UUID, *, actor: Actor, now: dt.datetime
) -> None:
    audit.record(session, actor=actor, verb=verb, kind=kind, thing=thing, now=now)
