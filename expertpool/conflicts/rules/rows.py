"""Rows as the facts the conflict rules know: every id is the row's UUID as a number."""

import datetime as dt
import uuid
from typing import Any

from expertpool.conflicts.rules import facts
from expertpool.conflicts.rules.dates import UNKNOWN_DAY, ImpreciseDate
from expertpool.conflicts.rules.vocabulary import NodeKind

_PARTS = {"day": 3, "month": 2, "year": 1, "unknown": 0}
GOES_ON = "open"


def imprecise(day: dt.date | None, precision: str) -> ImpreciseDate:
    """A day as precisely as it is known."""
    return ImpreciseDate(*(day.year, day.month, day.day)[: _PARTS[precision]]) if day else UNKNOWN_DAY


def until_of(day: dt.date | None, precision: str) -> ImpreciseDate | None:
    """The last day included, None for a tie that goes on."""
    return None if precision == GOES_ON else imprecise(day, precision)


def precision_of(date: ImpreciseDate) -> str:
    """How precisely a date is known, as the tables say it."""
    known = sum(part is not None for part in (date.year, date.month, date.day))
    return next(name for name, parts in _PARTS.items() if parts == known)


def organisation_fact(row: Any) -> facts.Organisation:
    """Shape: a row with the columns of `Organisation`."""
    return facts.Organisation(
        ref=facts.organisation(row.id.int),
        name_ko=row.name_ko,
        name_en=row.name_en,
        biz_no=row.biz_no or "",
        corp_no=row.corp_no or "",
        foreign_no=row.foreign_id or "",
        country=row.country,
        kind=row.kind,
        listed=row.listed,
    )


def alias_fact(row: Any) -> facts.OrganisationAlias:
    """Shape: a row with the columns of `OrganisationAlias`."""
    return facts.OrganisationAlias(
        organisation=facts.organisation(row.organisation_id.int),
        name=row.name,
        script=row.script,
        since=ImpreciseDate.of(row.valid_from) if row.valid_from else UNKNOWN_DAY,
        until=_last_day(row.valid_until),
    )


def ownership_fact(row: Any) -> facts.Ownership:
    """Shape: a row with the columns of `Ownership`."""
    return facts.Ownership(
        id=row.id.int,
        parent=facts.organisation(row.parent_id.int),
        child=facts.organisation(row.child_id.int),
        share_bp=row.share_basis_points,
        declared_control=row.declared_control,
        since=ImpreciseDate.of(row.valid_from),
        until=_last_day(row.valid_until),
    )


def person_fact(row: Any) -> facts.Person:
    """Shape: a row with the columns of `Person`."""
    return facts.Person(
        ref=facts.person(row.id.int),
        name_ko=row.name_ko,
        name_en=row.name_en,
        other_names=tuple(row.other_names),
        name_hashes=tuple(row.name_hashes),
        birth_year=row.birth_year,
        email_domain=row.email_domain or "",
    )


def expert_fact(row: Any) -> facts.Person:
    """Shape: a row with `id`, `name_ko`, `name_en`, `birth_year`, `email` of an expert."""
    return facts.Person(
        ref=facts.expert(row.id.int),
        name_ko=row.name_ko,
        name_en=row.name_en,
        birth_year=row.birth_year,
        email_domain=row.email.rpartition("@")[2],
    )


def tie_fact(row: Any) -> facts.Relation:
    """Shape: a row with the columns of `Tie`."""
    return facts.Relation(
        id=row.id.int,
        holder=facts.expert(row.expert_id.int),
        type=row.type,
        target=tie_target(row),
        since=imprecise(row.starts_on, row.starts_precision),
        until=until_of(row.ends_on, row.ends_precision),
        kinship=row.kinship,
        rank=row.rank,
        unit=row.unit,
        amount_krw=row.amount_won,
        share_bp=row.share_basis_points,
        group_size=row.group_size,
        case_id=row.incident_id.int if row.incident_id else None,
        source=row.source,
        confidence=row.confidence,
        evidence=(row.evidence,) if row.evidence else (),
        technology=facts.technology(row.technology_id.int) if row.technology_id else None,
        capital_bp=row.capital_basis_points,
    )


def tie_target(row: Any) -> facts.Ref:
    """The organisation, person or technology a tie leads to."""
    if row.organisation_id is None and row.person_id is None:
        return facts.technology(row.technology_id.int)
    return _either(row.organisation_id, row.person_id)


def other_tie_fact(row: Any) -> facts.Relation:
    """Shape: a row with the columns of `OtherTie`."""
    return facts.Relation(
        id=row.id.int,
        holder=_either(row.holder_organisation_id, row.holder_person_id),
        type=row.type,
        target=_either(row.organisation_id, row.person_id),
        since=imprecise(row.starts_on, row.starts_precision),
        until=until_of(row.ends_on, row.ends_precision),
        unit=row.unit,
        share_bp=row.share_basis_points,
        source=row.source,
        evidence=(row.evidence,) if row.evidence else (),
    )


def secrecy_fact(row: Any) -> facts.SecrecyDuty:
    """Shape: a row with the columns of `SecrecyDuty`."""
    return facts.SecrecyDuty(
        id=row.id.int,
        expert=facts.expert(row.expert_id.int),
        since=imprecise(row.starts_on, row.starts_precision),
        until=until_of(row.ends_on, row.ends_precision),
    )


def _either(organisation_id: uuid.UUID | None, person_id: uuid.UUID | None) -> facts.Ref:
    if organisation_id is not None:
        return facts.organisation(organisation_id.int)
    assert person_id is not None  # the database keeps exactly one of the two
    return facts.person(person_id.int)


def key_of(ref: facts.Ref) -> uuid.UUID:
    """The row behind a reference."""
    return uuid.UUID(int=ref.id)


def keys_of(refs: set[facts.Ref], kind: NodeKind) -> list[uuid.UUID]:
    """The rows of one kind behind references, in order."""
    return [key_of(ref) for ref in sorted(refs) if ref.kind is kind]


def _last_day(valid_until: dt.date | None) -> ImpreciseDate | None:
    """Tables keep the first day after; facts the last day included."""
    return ImpreciseDate.of(valid_until - dt.timedelta(days=1)) if valid_until else None
