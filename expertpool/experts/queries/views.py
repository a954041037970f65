"""Experts as a viewer may see them: frozen, masked, with every code named in both languages."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.experts import access
from expertpool.experts.data import load_desks
from expertpool.experts.models import Expert, FacetTerm
from expertpool.experts.rules import UNLEVELLED, ExpertState, FacetKind, shown_name
from expertpool.infra.identity import Actor

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Name:
    """A code and what it is called."""

    code: str
    name_ko: str
    name_en: str


@dataclass(frozen=True, slots=True)
class FacetView:
    """One facet of an expert. `evidence` is empty where the viewer may not know who the expert is."""

    id: uuid.UUID
    kind: FacetKind
    term: Name
    level: int
    evidence: str
    verified: bool
    valid_from: dt.date
    valid_until: dt.date | None
    in_force: bool

    @property
    def levelled(self) -> bool:
        """Whether the level says anything."""
        return self.kind not in UNLEVELLED

    @property
    def valid_through(self) -> dt.date | None:
        """The last day on which it is in force."""
        return self.valid_until - _DAY if self.valid_until else None


@dataclass(frozen=True, slots=True)
class TermView:
    """A term of appointment, `[starts_on, ends_on)`."""

    starts_on: dt.date
    ends_on: dt.date
    basis: str

    @property
    def through(self) -> dt.date:
        """The last day of the term."""
        return self.ends_on - _DAY


@dataclass(frozen=True, slots=True)
class Contact:
    """What only the expert's own ministry knows."""

    email: str
    phone: str | None
    birth_year: int | None
    alias: str | None
    timezone: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpertView:
    """An expert as one viewer may see them. Units: minutes. `contact` is None outside the own ministry."""

    id: uuid.UUID
    version: int
    name_ko: str
    name_en: str
    is_alias: bool
    ministry_id: uuid.UUID
    ministry: Name
    region: Name
    state: ExpertState
    weekly_capacity_minutes: int
    max_open_engagements: int
    minimum_notice_minutes: int
    facets: tuple[FacetView, ...]
    appointments: tuple[TermView, ...]
    contact: Contact | None
    editable: bool

    def of(self, kind: FacetKind) -> list[FacetView]:
        """The facets of one kind that are in force, best first."""
        found = [facet for facet in self.facets if facet.kind is kind and facet.in_force]
        return sorted(found, key=lambda facet: (-facet.level, facet.term.code))

    @property
    def level(self) -> int | None:
        """The highest level in any role kind."""
        return max((facet.level for facet in self.of(FacetKind.ROLE_KIND)), default=None)

    @property
    def appointed_through(self) -> dt.date | None:
        """The last day of the last term."""
        return max((term.through for term in self.appointments), default=None)


Terms = Mapping[tuple[FacetKind, str], Name]


def facet_terms(session: Session) -> dict[tuple[FacetKind, str], Name]:
    """Every facet code with its names, in the order of the lists."""
    rows = session.execute(
        sa.select(FacetTerm.kind, FacetTerm.code, FacetTerm.name_ko, FacetTerm.name_en).order_by(
            FacetTerm.kind, FacetTerm.ordinal
        )
    )
    return {(kind, code): Name(code, name_ko, name_en) for kind, code, name_ko, name_en in rows}


def terms_of(terms: Terms, kind: FacetKind) -> list[Name]:
    """The names of one kind, in the order of its list."""
    return [name for (each, _), name in terms.items() if each is kind]


def desks() -> list[Name]:
    """The fourteen desks people choose from when they name a technology."""
    return [Name(desk.code, desk.name_ko, desk.name_en) for desk in load_desks()]


def view_of(expert: Expert, viewer: Actor, *, terms: Terms, today: dt.date) -> ExpertView:
    """`expert` as `viewer` may see them on `today`."""
    name = shown_name(expert, access.name_ministry(viewer, expert))
    return ExpertView(
        id=expert.id,
        version=expert.version,
        name_ko=name.name_ko,
        name_en=name.name_en,
        is_alias=name.is_alias,
        ministry_id=expert.ministry_id,
        ministry=Name(expert.ministry.code, expert.ministry.name_ko, expert.ministry.name_en),
        region=Name(expert.region_code, expert.region.name_ko, expert.region.name_en),
        state=expert.state,
        weekly_capacity_minutes=expert.weekly_capacity_minutes,
        max_open_engagements=expert.max_open_engagements,
        minimum_notice_minutes=expert.minimum_notice_minutes,
        facets=_facets(expert, terms=terms, today=today, masked=name.is_alias),
        appointments=tuple(
            TermView(row.starts_on, row.ends_on, "" if name.is_alias else row.basis)
            for row in expert.appointments
        ),
        contact=_contact(expert) if access.sees_contact(viewer, expert) else None,
        editable=access.may_edit(viewer, expert.ministry_id),
    )


def _contact(expert: Expert) -> Contact:
    return Contact(
        expert.email, expert.phone, expert.birth_year, expert.alias, expert.timezone, expert.language
    )


def _facets(expert: Expert, *, terms: Terms, today: dt.date, masked: bool) -> tuple[FacetView, ...]:
    return tuple(
        FacetView(
            id=row.id,
            kind=row.kind,
            term=terms[row.kind, row.code],
            level=row.level,
            evidence="" if masked else row.evidence,
            verified=row.verified_by is not None,
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            in_force=row.facts.holds_on(today),
        )
        for row in expert.facets
    )
