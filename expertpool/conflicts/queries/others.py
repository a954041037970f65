"""Ties that are not an expert's: of an organisation, and of a person in a case."""

import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from expertpool.conflicts.models import Organisation, OtherTie, Person
from expertpool.conflicts.rules.labels import relation_words
from expertpool.conflicts.rules.rows import imprecise, until_of
from expertpool.conflicts.rules.telling import period
from expertpool.conflicts.rules.vocabulary import Kinship
from expertpool.refusals import NotFound
from expertpool.words import Words, words


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherTieView:
    """A tie in words, seen from one end; the names are those of the other end. Units: basis points."""

    id: uuid.UUID
    version: int
    label: Words
    other: uuid.UUID
    is_person: bool
    name_ko: str
    name_en: str
    unit: str
    share_basis_points: int | None
    dates: Words
    goes_on: bool


def ties_held_by(session: Session, holder_id: uuid.UUID) -> tuple[OtherTieView, ...]:
    """Whom an organisation acts for and on whom it depends, or where a person works; what goes on first."""
    return _views(
        session,
        sa.or_(OtherTie.holder_organisation_id == holder_id, OtherTie.holder_person_id == holder_id),
        OtherTie.organisation_id,
        OtherTie.person_id,
    )


def ties_held_towards(session: Session, target_id: uuid.UUID) -> tuple[OtherTieView, ...]:
    """Who acts for an organisation or a person, depends on it or works there."""
    return _views(
        session,
        sa.or_(OtherTie.organisation_id == target_id, OtherTie.person_id == target_id),
        OtherTie.holder_organisation_id,
        OtherTie.holder_person_id,
    )


def person_seen(session: Session, person_id: uuid.UUID) -> Person:
    """A person of a case. Raises: NotFound, also for relatives, of whom nobody reads a name."""
    found = session.get(Person, person_id)
    if found is None or not (found.name_ko or found.name_en):
        raise NotFound(words("There is nothing here that you can see. Check the address."))
    return found


_Key = sa.orm.InstrumentedAttribute[uuid.UUID | None]


def _views(
    session: Session, which: sa.ColumnElement[bool], organisation: _Key, person: _Key
) -> tuple[OtherTieView, ...]:
    firm, somebody = aliased(Organisation), aliased(Person)
    rows = session.execute(
        sa.select(
            OtherTie,
            sa.func.coalesce(firm.id, somebody.id).label("other"),
            somebody.id.is_not(None).label("is_person"),
            sa.func.coalesce(firm.name_ko, somebody.name_ko).label("name_ko"),
            sa.func.coalesce(firm.name_en, somebody.name_en).label("name_en"),
        )
        .outerjoin(firm, firm.id == organisation)
        .outerjoin(somebody, somebody.id == person)
        .where(which)
        .order_by((OtherTie.ends_precision == "open").desc(), OtherTie.recorded_at, OtherTie.id)
    )
    return tuple(
        OtherTieView(
            id=tie.id,
            version=tie.version,
            label=relation_words(tie.type, Kinship.SELF),
            other=other,
            is_person=is_person,
            name_ko=name_ko or name_en,
            name_en=name_en or name_ko,
            unit=tie.unit,
            share_basis_points=tie.share_basis_points,
            dates=period(
                imprecise(tie.starts_on, tie.starts_precision), until_of(tie.ends_on, tie.ends_precision)
            ),
            goes_on=tie.ends_precision == "open",
        )
        for tie, other, is_person, name_ko, name_en in rows
    )
