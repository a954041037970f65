"""Organisations to read: the list, one page, and the group it belongs to on a day."""

import datetime as dt
import uuid
from collections import defaultdict
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from expertpool.conflicts.models import Organisation, Ownership
from expertpool.conflicts.packs import pack_to_begin_with
from expertpool.conflicts.queries.matching import contains
from expertpool.conflicts.queries.reach import among
from expertpool.conflicts.rules.vocabulary import OrganisationKind
from expertpool.refusals import NotFound
from expertpool.words import words

_MOST_LEVELS = 20


@dataclass(frozen=True, slots=True)
class Found:
    """One page of organisations and how many there are in all."""

    organisations: tuple[Organisation, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Holding:
    """A holding seen from one end: the organisation at the other end, the share, and the days.

    Units: basis points; `[valid_from, valid_until)`.
    """

    id: uuid.UUID
    other: uuid.UUID
    name_ko: str
    name_en: str
    share_basis_points: int
    declared_control: bool
    valid_from: dt.date
    valid_until: dt.date | None


@dataclass(frozen=True, slots=True)
class GroupLine:
    """One organisation of a group, by what it hangs on the one above, and those below it."""

    id: uuid.UUID
    name_ko: str
    name_en: str
    share_basis_points: int | None
    declared_control: bool
    is_asked: bool
    below: tuple["GroupLine", ...]


def find_organisations(
    session: Session, *, text: str = "", kind: OrganisationKind | None = None, page: int, size: int
) -> Found:
    """Organisations by a part of a name or a number, in the order of their Korean names."""
    which = [contains(text.strip())] if text.strip() else []
    if kind is not None:
        which.append(Organisation.kind == kind)
    count = session.scalar(sa.select(sa.func.count()).select_from(Organisation).where(*which)) or 0
    rows = sa.select(Organisation).where(*which).order_by(Organisation.name_ko, Organisation.id)
    return Found(tuple(session.scalars(rows.limit(size).offset((page - 1) * size))), count)


def organisation_seen(session: Session, organisation_id: uuid.UUID) -> Organisation:
    """One organisation with its other names. Raises NotFound."""
    found = session.get(Organisation, organisation_id, populate_existing=True)
    if found is None:
        raise NotFound(words("There is nothing here that you can see. Check the address."))
    return found


def owners_of(session: Session, organisation_id: uuid.UUID) -> tuple[Holding, ...]:
    """Who holds or held a share of it, latest first."""
    return _holdings(session, Ownership.parent_id, Ownership.child_id == organisation_id)


def owned_by(session: Session, organisation_id: uuid.UUID) -> tuple[Holding, ...]:
    """What it holds or held a share of, latest first."""
    return _holdings(session, Ownership.child_id, Ownership.parent_id == organisation_id)


def _holdings(
    session: Session, end: sa.orm.InstrumentedAttribute[uuid.UUID], which: sa.ColumnElement[bool]
) -> tuple[Holding, ...]:
    other = aliased(Organisation)
    rows = session.execute(
        sa.select(Ownership, other.id, other.name_ko, other.name_en)
        .join(other, other.id == end)
        .where(which)
        .order_by(Ownership.valid_until.desc().nulls_first(), Ownership.valid_from.desc(), other.name_ko)
    )
    return tuple(
        Holding(
            id=held.id,
            other=other_id,
            name_ko=name_ko,
            name_en=name_en,
            share_basis_points=held.share_basis_points,
            declared_control=held.declared_control,
            valid_from=held.valid_from,
            valid_until=held.valid_until,
        )
        for held, other_id, name_ko, name_en in rows
    )


def group_on(session: Session, organisation_id: uuid.UUID, on: dt.date) -> tuple[GroupLine, ...]:
    """The group of an organisation on a day: its owners, and all that they and itself hold, topmost first.

    The holdings are those that count for conflicts: declared control, or a fifth and more. Somebody held by
    two owners stands below each; a ring of holdings ends where it closes.
    """
    held = _group_holdings(session, organisation_id, on)
    below: defaultdict[uuid.UUID, list[Ownership]] = defaultdict(list)
    for edge in held:
        below[edge.parent_id].append(edge)
    keys = {organisation_id, *(end for edge in held for end in (edge.parent_id, edge.child_id))}
    rows = session.execute(
        sa.select(Organisation.id, Organisation.name_ko, Organisation.name_en).where(
            among(Organisation.id, keys)
        )
    )
    names = {key: (ko, en) for key, ko, en in rows}
    tops = sorted(keys - {edge.child_id for edge in held}, key=lambda one: names[one]) or [organisation_id]
    return tuple(_line(top, None, (), names=names, below=below, asked=organisation_id) for top in tops)


def _line(
    key: uuid.UUID,
    edge: Ownership | None,
    way: tuple[uuid.UUID, ...],
    *,
    names: dict[uuid.UUID, tuple[str, str]],
    below: dict[uuid.UUID, list[Ownership]],
    asked: uuid.UUID,
) -> GroupLine:
    """One organisation with all that hangs below it, largest share first."""
    way = (*way, key)
    held = sorted(below.get(key, ()), key=lambda each: (-each.share_basis_points, names[each.child_id]))
    deeper = held if len(way) <= _MOST_LEVELS else []
    return GroupLine(
        id=key,
        name_ko=names[key][0],
        name_en=names[key][1],
        share_basis_points=edge.share_basis_points if edge else None,
        declared_control=bool(edge and edge.declared_control),
        is_asked=key == asked,
        below=tuple(
            _line(each.child_id, each, way, names=names, below=below, asked=asked)
            for each in deeper
            if each.child_id not in way
        ),
    )


def _group_holdings(session: Session, start: uuid.UUID, on: dt.date) -> list[Ownership]:
    """The holdings on the way up from an organisation, and down from everybody found there."""
    pack = pack_to_begin_with(on)  # drawn for the reader, also for days before the first rules
    counts = sa.and_(
        sa.or_(
            Ownership.declared_control,
            Ownership.share_basis_points >= pack.rules["R32"].thresholds["minority_bp"],
        ),
        Ownership.valid_from <= on,
        sa.or_(Ownership.valid_until.is_(None), Ownership.valid_until > on),
    )
    first = sa.select(sa.literal(start, Ownership.id.type).label("id"))
    above = first.cte("above", recursive=True)
    up = sa.select(Ownership.parent_id).join(above, Ownership.child_id == above.c.id).where(counts)
    above = above.union(up)
    group = sa.select(above.c.id).cte("held", recursive=True)
    down = sa.select(Ownership.child_id).join(group, Ownership.parent_id == group.c.id).where(counts)
    group = group.union(down)
    edges = sa.select(Ownership).where(Ownership.parent_id.in_(sa.select(group.c.id)), counts)
    return list(session.scalars(edges))
