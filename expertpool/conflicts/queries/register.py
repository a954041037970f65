"""The register of ties: one expert's, and those an officer has to look at."""

import datetime as dt
import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.conflicts.models import InterestStatement, Organisation, Person, Tie
from expertpool.conflicts.rules.dates import ImpreciseDate
from expertpool.conflicts.rules.labels import relation_words
from expertpool.conflicts.rules.records import confirmation_due
from expertpool.conflicts.rules.rows import GOES_ON, imprecise, until_of
from expertpool.conflicts.rules.telling import period
from expertpool.conflicts.rules.vocabulary import Confidence, Source
from expertpool.experts.models import Expert
from expertpool.infra.clock import seoul_date
from expertpool.words import Words, words

_REASONS = {
    "name": words("Only the name agrees with the record"),
    "number": words("The organisation has no registration number"),
    "dates": words("Dates are not known"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TieView:
    """A tie in words. `open_questions` says why an officer has to look; `until` None: it goes on."""

    id: uuid.UUID
    expert_id: uuid.UUID
    expert_ko: str
    expert_en: str
    version: int
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
    open_questions: tuple[Words, ...]

    @property
    def goes_on(self) -> bool:
        return self.until is None


def ties_of(session: Session, expert_id: uuid.UUID) -> tuple[TieView, ...]:
    """An expert's register: what goes on first, then what ended last. Row policies hide it from others."""
    order = ((Tie.ends_precision == GOES_ON).desc(), Tie.ends_on.desc().nulls_first(), Tie.id)
    return _views(session, _rows().where(Tie.expert_id == expert_id).order_by(*order))


def tie_view(session: Session, tie_id: uuid.UUID) -> TieView | None:
    """One tie in words, if the viewer may know of it."""
    return next(iter(_views(session, _rows().where(Tie.id == tie_id))), None)


def ties_to_review(session: Session, *, page: int, size: int) -> tuple[tuple[TieView, ...], int]:
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
    return _views(session, rows), count


def stated_at(session: Session, expert_id: uuid.UUID) -> dt.datetime | None:
    """When the expert last said that the register is complete."""
    newest = sa.func.max(InterestStatement.stated_at)
    return session.scalar(sa.select(newest).where(InterestStatement.expert_id == expert_id))


def is_confirmation_due(session: Session, expert_id: uuid.UUID, *, now: dt.datetime) -> bool:
    """Whether the expert has to confirm the register again."""
    stated = stated_at(session, expert_id)
    return confirmation_due(seoul_date(stated) if stated else None, today=seoul_date(now))


def experts_called(session: Session, text: str) -> list[Expert]:
    """Experts by a part of their name; a few, for choosing."""
    sought = text.strip()
    if not sought:
        return []
    named = sa.or_(
        Expert.name_ko.icontains(sought, autoescape=True), Expert.name_en.icontains(sought, autoescape=True)
    )
    return list(session.scalars(sa.select(Expert).where(named).order_by(Expert.name_ko, Expert.id).limit(12)))


def _rows() -> sa.Select[Tie]:
    return (
        sa.select(
            *Tie.__table__.c,
            Expert.name_ko.label("expert_ko"),
            Expert.name_en.label("expert_en"),
            sa.func.coalesce(Organisation.name_ko, Person.name_ko).label("name_ko"),
            sa.func.coalesce(Organisation.name_en, Person.name_en).label("name_en"),
            sa.func.num_nonnulls(
                Organisation.biz_no, Organisation.corp_no, Organisation.foreign_id, Tie.person_id
            ).label("numbers"),
        )
        .join(Expert, Expert.id == Tie.expert_id)
        .outerjoin(Organisation, Organisation.id == Tie.organisation_id)
        .outerjoin(Person, Person.id == Tie.person_id)
    )


def _views(session: Session, rows: sa.Select[Tie]) -> tuple[TieView, ...]:
    return tuple(_view(row) for row in session.execute(rows))


def _view(row: sa.Row[Tie]) -> TieView:
    since, until = imprecise(row.starts_on, row.starts_precision), until_of(row.ends_on, row.ends_precision)
    return TieView(
        id=row.id,
        expert_id=row.expert_id,
        expert_ko=row.expert_ko,
        expert_en=row.expert_en,
        version=row.version,
        label=relation_words(row.type, row.kinship),
        organisation_id=row.organisation_id,
        person_id=row.person_id,
        name_ko=row.name_ko or row.name_en,
        name_en=row.name_en or row.name_ko,
        rank=row.rank,
        dates=period(since, until),
        since=since,
        until=until,
        source=row.source,
        confidence=row.confidence,
        evidence=row.evidence,
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
