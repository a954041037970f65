"""Which records a case can lead to: the database's half of what `rules.groups` and `rules.identities` do.

It may find too much, never too little: dates are left to the rules.
"""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, UUID
from sqlalchemy.orm import QueryableAttribute, Session, aliased

from expertpool.conflicts.models import Organisation, OrganisationAlias, OtherTie, Ownership
from expertpool.conflicts.packs import shipped_packs
from expertpool.conflicts.rules.facts import Person, Ref, Relation
from expertpool.conflicts.rules.matching import person_handles

# How a record was reached, and so which way the search may go on from it.
_UP_AND_DOWN, _DOWN, _ITSELF = 2, 1, 0


def among(column: QueryableAttribute[Any], keys: Collection[uuid.UUID]) -> sa.ColumnElement[bool]:
    """`column IN keys` as one parameter, however many keys there are."""
    return column == sa.func.any(sa.cast(list(keys), ARRAY(UUID(as_uuid=True))))


def reached_organisations(
    session: Session, *, parties: Collection[uuid.UUID], others: Collection[uuid.UUID], minority_bp: int
) -> list[uuid.UUID]:
    """The parties, their owners and what those own, who acts for them or depends on them, `others`, and
    whoever may be the same as one of them.

    Holdings below `minority_bp` without declared control lead nowhere.
    """
    way = sa.case((among(Organisation.id, parties), _UP_AND_DOWN), else_=_ITSELF)
    start = sa.select(Organisation.id.label("id"), way.label("way"))
    start = start.where(among(Organisation.id, {*parties, *others}))
    reached = start.cte("reached", recursive=True)
    strong = sa.or_(Ownership.declared_control, Ownership.share_basis_points >= minority_bp)
    owners = sa.select(Ownership.parent_id.label("id"), sa.literal(_UP_AND_DOWN).label("way")).where(
        Ownership.child_id == reached.c.id, reached.c.way == _UP_AND_DOWN, strong
    )
    owned = sa.select(Ownership.child_id, sa.literal(_DOWN)).where(
        Ownership.parent_id == reached.c.id, reached.c.way != _ITSELF, strong
    )
    acting = sa.select(OtherTie.holder_organisation_id, sa.literal(_ITSELF)).where(
        OtherTie.organisation_id == reached.c.id,
        OtherTie.holder_organisation_id.is_not(None),
        reached.c.way != _ITSELF,
    )
    steps = [owners, owned, acting, *_the_same_as(reached)]
    step = sa.union_all(*(each.correlate(reached) for each in steps)).lateral("step")
    found = reached.union(sa.select(step.c.id, step.c.way).select_from(reached.join(step, sa.true())))
    return list(session.scalars(sa.select(found.c.id).distinct().order_by(found.c.id)))


def _the_same_as(reached: sa.CTE) -> Iterator[sa.Select[uuid.UUID, int]]:
    """Records that share a number or a name with a reached one. No two have the same business number."""
    for number in (Organisation.corp_no, Organisation.foreign_id):
        one, other = aliased(Organisation), aliased(Organisation)
        alike = getattr(one, number.key) == getattr(other, number.key)
        both = sa.join(one, other, alike)
        yield sa.select(other.id, reached.c.way).select_from(both).where(one.id == reached.c.id)
    mine, theirs = _names("mine"), _names("theirs")
    named = sa.join(mine, theirs, sa.and_(mine.c.name == theirs.c.name, mine.c.name != ""))
    # A name in Hangul meets one in Latin letters that sounds alike.
    heard = sa.join(mine, theirs, sa.and_(mine.c.across == theirs.c.sound, mine.c.sound != ""))
    yield sa.select(theirs.c.id, reached.c.way).select_from(heard).where(mine.c.id == reached.c.id)
    yield sa.select(theirs.c.id, reached.c.way).select_from(named).where(mine.c.id == reached.c.id)


def _names(label: str) -> sa.Subquery:
    """Every name of every organisation in the form compared, and how it sounds here and across."""
    columns = (
        (Organisation.id, Organisation.key_ko, Organisation.sound_ko),
        (Organisation.id, Organisation.key_en, Organisation.sound_en),
        (OrganisationAlias.organisation_id, OrganisationAlias.normalised, OrganisationAlias.sound),
    )
    return sa.union_all(
        *(
            sa.select(
                key.label("id"),
                name.label("name"),
                sound.label("sound"),
                _from_the_other_script(sound).label("across"),
            )
            for key, name, sound in columns
        )
    ).subquery(label)


def _from_the_other_script(sound: QueryableAttribute[str]) -> sa.ColumnElement[str]:
    """`rules.matching.across`, asked of the database."""
    return sa.func.translate(sa.func.left(sound, 2), "koen", "enko").concat(sa.func.substr(sound, 3))


@dataclass(frozen=True, slots=True)
class Touched:
    """Organisations and persons that may stand in a case a change bears on."""

    organisations: frozenset[uuid.UUID]
    persons: frozenset[uuid.UUID]


def touched_by(
    session: Session, *, organisation_ids: Collection[uuid.UUID], person_ids: Collection[uuid.UUID]
) -> Touched:
    """Everybody who hangs together with these: their groups, whom they act for, who works there.

    Hanging together goes both ways: what leads from a party to here leads from here to the party.
    """
    minority_bp = min(pack.rules["R32"].thresholds["minority_bp"] for pack in shipped_packs())
    near = reached_organisations(session, parties=organisation_ids, others=(), minority_bp=minority_bp)
    ends = session.execute(
        sa.select(OtherTie.organisation_id, OtherTie.person_id, OtherTie.holder_person_id).where(
            sa.or_(
                among(OtherTie.holder_organisation_id, near),
                among(OtherTie.organisation_id, near),
                among(OtherTie.holder_person_id, person_ids),
                among(OtherTie.person_id, person_ids),
            )
        )
    ).all()
    led_to = {row.organisation_id for row in ends if row.organisation_id}
    far = reached_organisations(session, parties=led_to, others=(), minority_bp=minority_bp)
    people = {key for row in ends for key in (row.person_id, row.holder_person_id) if key}
    return Touched(frozenset({*near, *far}), frozenset({*person_ids, *people}))


def reached_people(starts: Collection[Ref], people: Iterable[Person], same: Iterable[Relation]) -> set[Ref]:
    """`starts` and whoever bears a name of theirs, or was declared to be them, over any number of steps."""
    bearers: defaultdict[str, set[Ref]] = defaultdict(set)
    names: defaultdict[Ref, set[str]] = defaultdict(set)
    for handle, ref in person_handles(people):
        names[ref].add(handle)
        bearers[handle].add(ref)
    declared: defaultdict[Ref, set[Ref]] = defaultdict(set)
    for tie in same:
        declared[tie.holder].add(tie.target)
        declared[tie.target].add(tie.holder)
    found: set[Ref] = set()
    fresh = set(starts)
    while fresh:
        found |= fresh
        alike = {ref for one in fresh for name in names.get(one, ()) for ref in bearers[name]}
        fresh = (alike | {ref for one in fresh for ref in declared[one]}) - found
    return found
