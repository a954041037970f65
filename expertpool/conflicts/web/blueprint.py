"""The one blueprint of these pages, and how what was typed becomes an organisation, a person or an expert."""

import datetime as dt
import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from flask import Blueprint
from sqlalchemy.orm import Session

from expertpool.conflicts import queries, service
from expertpool.conflicts.models import Organisation, Person
from expertpool.infra import clock
from expertpool.infra.gate import current_actor
from expertpool.infra.identity import Role
from expertpool.words import Words, words

blp = Blueprint("conflicts", __name__)

KEEPERS = (Role.COORDINATOR, Role.CONFLICT_OFFICER, Role.ADMIN)
PAGE_SIZE = 50

_NOBODY = words("Nothing on record has this name or number. Check it, or record it first.")
_SEVERAL = words("Several have this name. Choose which one is meant.")


@dataclass(frozen=True, slots=True)
class Option:
    """Something to choose: its value, its names, and what tells it from namesakes."""

    value: str
    name_ko: str
    name_en: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Picked:
    """What was meant: exactly one, or the choice left and the sentence that asks for it."""

    chosen: Option | None
    options: tuple[Option, ...] = ()
    fault: Words | None = None

    @property
    def id(self) -> uuid.UUID | None:
        return uuid.UUID(self.chosen.value.rpartition(":")[2]) if self.chosen else None


def today() -> dt.date:
    """The day in Seoul."""
    return clock.seoul_date(clock.now())


def organisation_option(one: Organisation) -> Option:
    """An organisation as a choice; a number tells namesakes apart."""
    hint = one.biz_no or one.corp_no or one.foreign_id or one.country
    return Option(f"organisation:{one.id}", one.name_ko or one.name_en, one.name_en or one.name_ko, hint)


def person_option(one: Person) -> Option:
    """A person of a case as a choice."""
    hint = str(one.birth_year or "")
    return Option(f"person:{one.id}", one.name_ko or one.name_en, one.name_en or one.name_ko, hint)


def party_options(session: Session, text: str, *, persons: bool) -> list[Option]:
    """Organisations, and persons where asked for, whose name fits what was typed."""
    found = [organisation_option(one) for one in queries.similar_organisations(session, text)]
    return found + ([person_option(one) for one in _persons(session, text)] if persons else [])


def pick_party(session: Session, value: str, text: str, *, persons: bool) -> Picked:
    """The organisation or person meant by a chosen value, else by what was typed."""
    if value:
        return _chosen(session, value, persons=persons)
    match = service.match_organisation(session, text)
    options = [organisation_option(one) for one in match.found]
    if persons and not match.by_number:
        options += [person_option(one) for one in _persons(session, text)]
    return _the_only(options or party_options(session, text, persons=persons))


def pick_expert(session: Session, value: str, text: str) -> Picked:
    """The expert meant by a chosen value, else by what was typed."""
    viewer = current_actor()
    if value:
        key = _key(value)
        name = queries.expert_shown(session, key, viewer=viewer) if key else None
        options = [Option(value, name.name_ko, name.name_en)] if name else []
        return _the_only(options)
    return _the_only(expert_options(session, text))


def expert_options(session: Session, text: str) -> list[Option]:
    """Experts whose name fits what was typed."""
    found = queries.experts_called(session, text, viewer=current_actor())
    return [Option(str(key), name.name_ko, name.name_en) for key, name in found]


def _the_only(options: list[Option]) -> Picked:
    if len(options) == 1:
        return Picked(options[0])
    return Picked(None, tuple(options), _SEVERAL if options else _NOBODY)


def _chosen(session: Session, value: str, *, persons: bool) -> Picked:
    key = _key(value)
    if key is not None and value.startswith("organisation:"):
        organisation = session.get(Organisation, key)
        return _the_only([organisation_option(organisation)] if organisation else [])
    if key is not None and persons and value.startswith("person:"):
        person = session.get(Person, key)
        return _the_only([person_option(person)] if person else [])
    return _the_only([])


def _key(value: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(value.rpartition(":")[2])
    except ValueError:
        return None


def _persons(session: Session, text: str) -> list[Person]:
    sought = text.strip()
    if not sought:
        return []
    named = sa.or_(
        Person.name_ko.icontains(sought, autoescape=True), Person.name_en.icontains(sought, autoescape=True)
    )
    return list(session.scalars(sa.select(Person).where(named).order_by(Person.name_ko).limit(12)))
