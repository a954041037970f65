"""Finding experts by everything the list shows."""

import datetime as dt
import enum
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from expertpool.experts.data import load_desks
from expertpool.experts.models import Appointment, Expert, ExpertFacet, FacetTerm
from expertpool.experts.queries.views import ExpertView, facet_terms, view_of
from expertpool.experts.rules import ExpertState, FacetKind
from expertpool.infra.identity import Actor, Role
from expertpool.ministries.models import Ministry, Region


class Column(enum.StrEnum):
    """What the list can be sorted by: each of its columns."""

    NAME = "name"
    MINISTRY = "ministry"
    REGION = "region"
    ROLE = "role"
    LEVEL = "level"
    TECHNOLOGY = "technology"
    SKILL = "skill"
    LANGUAGE = "language"
    LICENCE = "licence"
    CLEARANCE = "clearance"
    STATE = "state"
    APPOINTED = "appointed"
    CAPACITY = "capacity"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpertFilters:
    """What the list is narrowed to; empty means all. Codes throughout; `technology` also takes a desk.

    `level` is the least level in whichever of role, technology and skill are chosen, or else in any role.
    `clearance` is the least one. `appointed_on` is a day inside a term. Units: minutes.
    """

    text: str = ""
    ministry: str = ""
    region: str = ""
    role: str = ""
    technology: str = ""
    skill: str = ""
    proceeding: str = ""
    language: str = ""
    licence: str = ""
    clearance: str = ""
    level: int = 1
    state: ExpertState | None = None
    appointed_on: dt.date | None = None
    capacity_minutes: int = 0


@dataclass(frozen=True, slots=True)
class Order:
    """How the list is sorted; names are sorted as read in `language`."""

    by: Column = Column.NAME
    descending: bool = False
    language: str = "ko"


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of the list is wanted. Shape: number from 1."""

    number: int = 1
    size: int = 25


@dataclass(frozen=True, slots=True)
class Found:
    """One page of experts, and how many there are on all pages."""

    experts: list[ExpertView] = field(default_factory=list)
    total: int = 0


def find_experts(
    session: Session,
    filters: ExpertFilters,
    page: Page,
    *,
    viewer: Actor,
    today: dt.date,
    order: Order = Order(),
) -> Found:
    """Experts as `viewer` may see them. A hidden name is neither matched, nor sorted by, nor shown."""
    wanted = (
        *_plain_conditions(filters, viewer),
        *_facet_conditions(filters, on=filters.appointed_on or today),
    )
    total = session.scalar(
        sa.select(sa.func.count()).select_from(Expert).join(Expert.ministry).where(*wanted)
    )
    if not total:
        return Found()
    query = (
        sa.select(Expert)
        .join(Expert.ministry)
        .join(Expert.region)
        .options(contains_eager(Expert.ministry), contains_eager(Expert.region))
        .where(*wanted)
    )
    part = _sorted(query, order, viewer, today).offset((page.number - 1) * page.size).limit(page.size)
    terms = facet_terms(session)
    rows = session.scalars(part).all()
    return Found([view_of(row, viewer, terms=terms, today=today) for row in rows], total)


def experts_with_role(session: Session, role_kinds: Collection[str]) -> list[Expert]:
    """Everybody of the pool who has, had or will have one of the roles, with facets and terms loaded in bulk.

    Includes the paused and the lapsed, so that whoever plans can say why somebody was left out.
    """
    has_role = sa.exists().where(
        ExpertFacet.expert_id == Expert.id,
        ExpertFacet.kind == FacetKind.ROLE_KIND,
        ExpertFacet.code.in_(role_kinds),
    )
    in_pool = Expert.state.in_([ExpertState.VERIFIED, ExpertState.ACTIVE, ExpertState.PAUSED])
    return list(session.scalars(sa.select(Expert).where(in_pool, has_role).order_by(Expert.id)))


def offered_by_ministry(
    session: Session, ministry_ids: Collection[uuid.UUID], *, today: dt.date
) -> dict[uuid.UUID, int]:
    """Minutes a week that the active, appointed experts of ministries offer; who has none is left out."""
    appointed = sa.exists().where(
        Appointment.expert_id == Expert.id, Appointment.starts_on <= today, Appointment.ends_on > today
    )
    rows = session.execute(
        sa.select(Expert.ministry_id, sa.func.sum(Expert.weekly_capacity_minutes))
        .where(Expert.ministry_id.in_(ministry_ids), Expert.state == ExpertState.ACTIVE, appointed)
        .group_by(Expert.ministry_id)
    )
    return {ministry_id: int(minutes) for ministry_id, minutes in rows}


def technology_fields(code: str) -> tuple[str, ...]:
    """The technology fields behind a desk's code; any other code stands for itself."""
    return next((desk.fields for desk in load_desks() if desk.code == code), (code,))


def _plain_conditions(filters: ExpertFilters, viewer: Actor) -> Iterable[sa.ColumnElement[bool]]:
    if filters.text:
        names = (_shown(viewer, Expert.name_ko), _shown(viewer, Expert.name_en))
        yield sa.or_(*(name.icontains(filters.text, autoescape=True) for name in names))
    if filters.ministry:
        yield Ministry.code == filters.ministry
    if filters.region:
        yield Expert.region_code == filters.region
    if filters.state is not None:
        yield Expert.state == filters.state
    if filters.capacity_minutes:
        yield Expert.weekly_capacity_minutes >= filters.capacity_minutes
    if filters.appointed_on is not None:
        yield sa.exists().where(
            Appointment.expert_id == Expert.id,
            Appointment.starts_on <= filters.appointed_on,
            Appointment.ends_on > filters.appointed_on,
        )


def _facet_conditions(filters: ExpertFilters, *, on: dt.date) -> Iterable[sa.ColumnElement[bool]]:
    chosen = (
        (FacetKind.ROLE_KIND, (filters.role,), filters.level),
        (FacetKind.TECHNOLOGY, technology_fields(filters.technology), filters.level),
        (FacetKind.SKILL, (filters.skill,), filters.level),
        (FacetKind.PROCEEDING, (filters.proceeding,), 1),
        (FacetKind.LANGUAGE, (filters.language,), 1),
        (FacetKind.LICENCE, (filters.licence,), 1),
    )
    for kind, codes, level in chosen:
        if any(codes):
            yield _holds(kind, on, ExpertFacet.code.in_(codes), ExpertFacet.level >= level)
    if filters.level > 1 and not (filters.role or filters.technology or filters.skill):
        yield _holds(FacetKind.ROLE_KIND, on, ExpertFacet.level >= filters.level)
    if filters.clearance:
        least = sa.select(FacetTerm.ordinal).where(
            FacetTerm.kind == FacetKind.CLEARANCE, FacetTerm.code == filters.clearance
        )
        enough = sa.select(FacetTerm.code).where(
            FacetTerm.kind == FacetKind.CLEARANCE, FacetTerm.ordinal >= least.scalar_subquery()
        )
        yield _holds(FacetKind.CLEARANCE, on, ExpertFacet.code.in_(enough))


def _holds(kind: FacetKind, on: dt.date, *more: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Membership in an uncorrelated set: one pass over the facets instead of one probe an expert."""
    return Expert.id.in_(sa.select(ExpertFacet.expert_id).where(*_in_force(kind, on), *more))


def _in_force(kind: FacetKind, on: dt.date) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        ExpertFacet.kind == kind,
        ExpertFacet.valid_from <= on,
        sa.or_(ExpertFacet.valid_until.is_(None), ExpertFacet.valid_until > on),
    )


def _shown(viewer: Actor, column: sa.orm.InstrumentedAttribute[str]) -> sa.ColumnElement[str]:
    """The name as `rules.shown_name` gives it, for the database to match and to sort by."""
    if viewer.is_a(Role.SYSTEM):
        return sa.type_coerce(column, sa.String)
    hidden = sa.and_(
        Ministry.shows_aliases_only,
        Expert.ministry_id.is_distinct_from(viewer.ministry_id),
        Expert.id.is_distinct_from(viewer.expert_id),
    )
    part_of_id = Ministry.code + "-" + sa.func.left(sa.cast(Expert.id, sa.String), 6)
    return sa.case((hidden, sa.func.coalesce(sa.func.nullif(Expert.alias, ""), part_of_id)), else_=column)


_FACET_COLUMNS: dict[Column, FacetKind] = {
    Column.ROLE: FacetKind.ROLE_KIND,
    Column.TECHNOLOGY: FacetKind.TECHNOLOGY,
    Column.SKILL: FacetKind.SKILL,
    Column.LANGUAGE: FacetKind.LANGUAGE,
    Column.LICENCE: FacetKind.LICENCE,
    Column.CLEARANCE: FacetKind.CLEARANCE,
}

Experts = sa.Select[Expert]


def _sorted(query: Experts, order: Order, viewer: Actor, today: dt.date) -> Experts:
    """The query in order; who lacks what it is sorted by comes last, names decide between equals."""
    korean = order.language == "ko"
    name = _shown(viewer, Expert.name_ko if korean else Expert.name_en)
    plain: dict[Column, Any] = {
        Column.NAME: name,
        Column.MINISTRY: Ministry.name_ko if korean else Ministry.name_en,
        Column.REGION: Region.name_ko if korean else Region.name_en,
        Column.STATE: sa.case(
            {state: number for number, state in enumerate(ExpertState)}, value=Expert.state
        ),
        Column.CAPACITY: Expert.weekly_capacity_minutes,
    }
    if order.by in plain:
        key = plain[order.by]
    else:
        # Grouped once and joined: asked for each expert apart, it takes ten times as long.
        grouped = _grouped(order.by, today).subquery()
        query = query.outerjoin(grouped, grouped.c.expert_id == Expert.id)
        key = grouped.c.place
    direction = key.desc() if order.descending else key.asc()
    return query.order_by(direction.nulls_last(), name, Expert.id)


def _grouped(column: Column, today: dt.date) -> sa.Select[uuid.UUID, Any]:
    """By expert, what a column of several entries is sorted by: the first in its list, or the highest."""
    if column is Column.APPOINTED:
        last = sa.func.max(Appointment.ends_on).label("place")
        return sa.select(Appointment.expert_id, last).group_by(Appointment.expert_id)
    if column is Column.LEVEL:
        highest = sa.func.max(ExpertFacet.level).label("place")
        levels = sa.select(ExpertFacet.expert_id, highest).where(*_in_force(FacetKind.ROLE_KIND, today))
        return levels.group_by(ExpertFacet.expert_id)
    best = sa.func.max if column is Column.CLEARANCE else sa.func.min
    return (
        sa.select(ExpertFacet.expert_id, best(FacetTerm.ordinal).label("place"))
        .join(FacetTerm, sa.and_(ExpertFacet.kind == FacetTerm.kind, ExpertFacet.code == FacetTerm.code))
        .where(*_in_force(_FACET_COLUMNS[column], today))
        .group_by(ExpertFacet.expert_id)
    )
