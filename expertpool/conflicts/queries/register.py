"""The register of ties: one expert's, and those an officer has to look at."""

import datetime as dt
import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.conflicts.models import InterestStatement, Organisation, Person, SecrecyDuty, Technology, Tie
from expertpool.conflicts.queries.reach import among
from expertpool.conflicts.rules.dates import ImpreciseDate
from expertpool.conflicts.rules.labels import WITHHELD, relation_words
from expertpool.conflicts.rules.records import confirmation_due
from expertpool.conflicts.rules.rows import GOES_ON, imprecise, until_of
from expertpool.conflicts.rules.telling import period
from expertpool.conflicts.rules.vocabulary import Confidence, Kinship, RelationType, Source
from expertpool.experts import access as experts
from expertpool.experts.models import Expert
from expertpool.experts.rules import ShownName, shown_name
from expertpool.infra.clock import seoul_date
from expertpool.infra.identity import Actor
from expertpool.words import Words, words

_MOST_TAKEN_BACK = 50
_REASONS = {
    "name": words("Only the name agrees with the record"),
    "number": words("The organisation has no registration number"),
    "dates": words("Dates are not known"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TieView:
    """A tie in words. `open_questions` says why an officer has to look; `until` None: it goes on.

    `sealed_name` is there for the expert alone.
    """

    id: uuid.UUID
    expert_id: uuid.UUID
    expert: ShownName
    version: int
    type: RelationType
    kinship: Kinship
    label: Words
    organisation_id: uuid.UUID | None
    person_id: uuid.UUID | None
    name_ko: str
    name_en: str
    rank: str
    dates: Words
    since: ImpreciseDate
    until: ImpreciseDate | None
    source: Source
    confidence: Confidence
    evidence: str
    sealed_name: str
    recorded_at: dt.datetime
    taken_back_at: dt.datetime | None
    open_questions: tuple[Words, ...]

    @property
    def goes_on(self) -> bool:
        return self.until is None


def ties_of(session: Session, expert_id: uuid.UUID, *, viewer: Actor) -> tuple[TieView, ...]:
    """An expert's register: what goes on first, then what ended last. Row policies hide it from others."""
    order = ((Tie.ends_precision == GOES_ON).desc(), Tie.ends_on.desc().nulls_first(), Tie.id)
    return _views(session, _rows().where(Tie.expert_id == expert_id).order_by(*order), viewer)


def ties_taken_back(
    session: Session, *, viewer: Actor, since: dt.datetime | None = None, expert_id: uuid.UUID | None = None
) -> tuple[TieView, ...]:
    """Ties that experts entered by mistake and took back, the newest first: of one expert, or of all."""
    found = _all_rows().where(Tie.taken_back_at.is_not(None))
    if since is not None:
        found = found.where(Tie.taken_back_at >= since)
    if expert_id is not None:
        found = found.where(Tie.expert_id == expert_id)
    return _views(session, found.order_by(Tie.taken_back_at.desc(), Tie.id).limit(_MOST_TAKEN_BACK), viewer)


def tie_view(session: Session, tie_id: uuid.UUID, *, viewer: Actor) -> TieView | None:
    """One tie in words, if the viewer may know of it."""
    return next(iter(_views(session, _rows().where(Tie.id == tie_id), viewer)), None)


def ties_to_review(
    session: Session, *, viewer: Actor, page: int, size: int
) -> tuple[tuple[TieView, ...], int]:
    """Ties with an open question, oldest first, and how many there are in all."""
    nameless = sa.func.num_nonnulls(Organisation.biz_no, Organisation.corp_no, Organisation.foreign_id) == 0
    open_question = sa.or_(
        Tie.confidence == Confidence.NAME_ONLY,
        Tie.ends_precision == "unknown",
        sa.and_(Tie.source == Source.SELF, Tie.organisation_id.is_not(None), nameless),
    )
    found = _rows().where(open_question)
    count = session.scalar(sa.select(sa.func.count()).select_from(found.subquery())) or 0
    rows = found.order_by(Tie.recorded_at, Tie.id).limit(size).offset((page - 1) * size)
    return _views(session, rows, viewer), count


@dataclass(frozen=True, slots=True)
class SecrecyView:
    """A duty of secrecy that bears on a case."""

    id: uuid.UUID
    expert_id: uuid.UUID
    expert: ShownName
    dates: Words


def secrecies_of(session: Session, incident_id: uuid.UUID, *, viewer: Actor) -> tuple[SecrecyView, ...]:
    """The duties of secrecy that bear on a case. Row policies hide them from all but its officers."""
    rows = session.execute(
        sa.select(SecrecyDuty, Expert)
        .join(Expert, Expert.id == SecrecyDuty.expert_id)
        .where(SecrecyDuty.incident_id == incident_id)
        .order_by(SecrecyDuty.recorded_at, SecrecyDuty.id)
    )
    return tuple(
        SecrecyView(
            duty.id,
            duty.expert_id,
            _shown(expert, viewer),
            period(
                imprecise(duty.starts_on, duty.starts_precision), until_of(duty.ends_on, duty.ends_precision)
            ),
        )
        for duty, expert in rows.unique()
    )


def stated_at(session: Session, expert_id: uuid.UUID) -> dt.datetime | None:
    """When the expert last said that the register is complete."""
    newest = sa.func.max(InterestStatement.stated_at)
    return session.scalar(sa.select(newest).where(InterestStatement.expert_id == expert_id))


def is_confirmation_due(session: Session, expert_id: uuid.UUID, *, now: dt.datetime) -> bool:
    """Whether the expert has to confirm the register again."""
    stated = stated_at(session, expert_id)
    return confirmation_due(seoul_date(stated) if stated else None, today=seoul_date(now))


def experts_called(session: Session, text: str, *, viewer: Actor) -> list[tuple[uuid.UUID, ShownName]]:
    """Experts by a part of the name they are shown by to the viewer; a few, for choosing."""
    sought = text.strip()
    if not sought:
        return []
    named = sa.or_(
        *(
            column.icontains(sought, autoescape=True)
            for column in (Expert.name_ko, Expert.name_en, Expert.alias)
        )
    )
    rows = session.scalars(sa.select(Expert).where(named).order_by(Expert.name_ko, Expert.id).limit(100))
    shown = ((row.id, _shown(row, viewer)) for row in rows)
    fitting = [
        (key, name)
        for key, name in shown
        if sought.casefold() in f"{name.name_ko}\n{name.name_en}".casefold()
    ]
    return fitting[:12]


def expert_shown(session: Session, expert_id: uuid.UUID, *, viewer: Actor) -> ShownName | None:
    """The name an expert is shown by to the viewer; None for nobody on record."""
    expert = session.get(Expert, expert_id)
    return _shown(expert, viewer) if expert else None


def is_on_record(session: Session, *, organisation_id: uuid.UUID | None, person_id: uuid.UUID | None) -> bool:
    """Whether the organisation, or else the person, exists."""
    model, key = (Organisation, organisation_id) if organisation_id else (Person, person_id)
    return session.get(model, key) is not None


def _shown(expert: Expert, viewer: Actor) -> ShownName:
    return shown_name(expert, experts.name_ministry(viewer, expert))


def _rows() -> sa.Select[Tie]:
    return _all_rows().where(Tie.taken_back_at.is_(None))


def _all_rows() -> sa.Select[Tie]:
    return (
        sa.select(
            *Tie.__table__.c,
            sa.func.coalesce(Organisation.name_ko, Person.name_ko, Technology.name_ko).label("name_ko"),
            sa.func.coalesce(Organisation.name_en, Person.name_en, Technology.name_en).label("name_en"),
            sa.func.num_nonnulls(
                Organisation.biz_no,
                Organisation.corp_no,
                Organisation.foreign_id,
                Tie.person_id,
                Tie.technology_id,
            ).label("numbers"),
        )
        .outerjoin(Technology, Technology.id == Tie.technology_id)
        .outerjoin(Organisation, Organisation.id == Tie.organisation_id)
        .outerjoin(Person, Person.id == Tie.person_id)
    )


def _views(session: Session, rows: sa.Select[Tie], viewer: Actor) -> tuple[TieView, ...]:
    found = session.execute(rows).all()
    bound = session.scalars(sa.select(Expert).where(among(Expert.id, {row.expert_id for row in found})))
    names = {expert.id: _shown(expert, viewer) for expert in bound}
    return tuple(_view(row, names[row.expert_id], viewer) for row in found)


def _view(row: sa.Row[Tie], expert: ShownName, viewer: Actor) -> TieView:
    withheld = WITHHELD if row.person_id else ("", "")
    since, until = imprecise(row.starts_on, row.starts_precision), until_of(row.ends_on, row.ends_precision)
    return TieView(
        id=row.id,
        expert_id=row.expert_id,
        expert=expert,
        version=row.version,
        type=row.type,
        kinship=row.kinship,
        label=relation_words(row.type, row.kinship),
        organisation_id=row.organisation_id,
        person_id=row.person_id,
        name_ko=row.name_ko or row.name_en or withheld[0],
        name_en=row.name_en or row.name_ko or withheld[1],
        rank=row.rank,
        dates=period(since, until),
        since=since,
        until=until,
        source=row.source,
        confidence=row.confidence,
        evidence=row.evidence,
        sealed_name=row.sealed_name if viewer.expert_id == row.expert_id else "",
        recorded_at=row.recorded_at,
        taken_back_at=row.taken_back_at,
        open_questions=tuple(_questions(row)),
    )


def _questions(row: sa.Row[Tie]) -> list[Words]:
    asked = []
    if row.confidence is Confidence.NAME_ONLY:
        asked.append(_REASONS["name"])
    elif row.source is Source.SELF and not row.numbers:
        asked.append(_REASONS["number"])
    if row.ends_precision == "unknown":
        asked.append(_REASONS["dates"])
    return asked
