"""Ties from a table: read it, say what it would do and what is wrong with which row, then do all of it."""

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.conflicts import access
from expertpool.conflicts.models import Person, Tie
from expertpool.conflicts.rules.matching import digits, organisation_key
from expertpool.conflicts.rules.records import TieFacts
from expertpool.conflicts.rules.tie_table import COLUMNS, NEEDED, TieRow, differing, figures, read_tie_row
from expertpool.conflicts.rules.vocabulary import Confidence, Kinship, RelationType, Source
from expertpool.conflicts.service.matching import match_organisation
from expertpool.conflicts.service.ties import NewTie, facts_of, record_ties
from expertpool.conflicts.service.told import UNSEEN_CASE, cases_told, organisation_told, person_told
from expertpool.experts.models import Expert
from expertpool.experts.service import Table
from expertpool.infra.clock import seoul_date
from expertpool.infra.db import acting_as
from expertpool.infra.identity import SYSTEM, Actor
from expertpool.refusals import Forbidden, Invalid
from expertpool.words import Words, words

OWN_COLUMNS = tuple(COLUMNS)[1:]
MOST_ROWS = 2_000


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong in one cell."""

    row: int
    column: str
    words: Words


@dataclass(frozen=True, slots=True)
class PlannedTie:
    """A tie a row asks for; `known` when the same one is on record.

    `organisation_id` is None for one that experts name and nobody has on record yet, and for a tie to a
    `person`. The names are the organisation's or the person's.
    """

    row: int
    expert_id: uuid.UUID
    expert: str
    organisation_id: uuid.UUID | None
    name_ko: str
    name_en: str
    person: str
    birth_year: int | None
    incident_id: uuid.UUID | None
    facts: TieFacts
    known: bool
    source: Source


@dataclass(frozen=True, slots=True)
class TieImport:
    """What a table would do. Nothing is done while there are faults."""

    rows: tuple[PlannedTie, ...]
    faults: tuple[RowFault, ...]

    @property
    def new(self) -> tuple[PlannedTie, ...]:
        return tuple(row for row in self.rows if not row.known)

    @property
    def digest(self) -> str:
        """Equal for equal outcomes: what was shown is what is done."""
        said = [
            [
                *map(str, (row.expert_id, row.organisation_id, row.name_ko, row.birth_year, row.incident_id)),
                str(row.facts),
                row.known,
            ]
            for row in self.rows
        ]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def plan_tie_import(
    session: Session,
    table: Table,
    *,
    expert_id: uuid.UUID | None = None,
    actor: Actor,
    now: dt.datetime,
) -> TieImport:
    """Say what a table of ties would do: of many experts, or with `expert_id` of the actor alone.

    Raises: Forbidden to everybody but conflict officers and administrators, for their own ties to everybody
    but the expert; Invalid for headings or size.
    """
    own = expert_id is not None and actor.expert_id == expert_id
    if not (own or (expert_id is None and access.imports_ties(actor))):
        raise Forbidden(words("Only conflict-of-interest officers and administrators import ties."))
    _check_shape(table, OWN_COLUMNS if own else tuple(COLUMNS))
    numbers = _cells(table, "case_number")
    cases = cases_told(session, numbers)  # by the actor's own eyes: nobody learns of cases they do not see
    with acting_as(session, SYSTEM):
        reading = _Reading(session, table, cases, today=seoul_date(now), expert_id=expert_id)
        rows = [reading.take(number, cells) for number, cells in table.rows]
        planned = tuple(row for row in rows if row is not None)
    return TieImport(planned, tuple(reading.faults))


def apply_tie_import(session: Session, plan: TieImport, *, actor: Actor, now: dt.datetime) -> int:
    """Record what was planned; how many ties are new. Raises: Invalid when the plan has faults."""
    if plan.faults:
        raise Invalid(words("Correct the rows named below, then choose the file again."))
    record_ties(session, [_new(session, row) for row in plan.new], actor=actor, now=now)
    return len(plan.new)


def _new(session: Session, row: PlannedTie) -> NewTie:
    key, whom = row.organisation_id, None
    if row.person:
        whom = person_told(session, row.person, row.birth_year).id
    elif key is None:
        known = match_organisation(session, row.name_ko).only  # a row above may have named it
        key = (known or organisation_told(session, row.name_ko)).id
    return NewTie(
        expert_id=row.expert_id,
        facts=row.facts,
        organisation_id=key,
        person_id=whom,
        incident_id=row.incident_id,
        source=row.source,
    )


def _check_shape(table: Table, columns: tuple[str, ...]) -> None:
    headings, needed = set(table.headings), NEEDED & set(columns)
    if headings - set(columns) or not needed <= headings or len(headings) != len(table.headings):
        sentence = words(
            "The first row names these columns: %(columns)s. Of them there must be: %(needed)s.",
            columns=", ".join(columns),
            needed=", ".join(name for name in columns if name in needed),
        )
        raise Invalid(sentence, fields={"file": sentence})
    if len(table.rows) > MOST_ROWS:
        sentence = words(
            "The file has more than %(most)s rows. Split it and import the parts.", most=MOST_ROWS
        )
        raise Invalid(sentence, fields={"file": sentence})


class _Reading:
    """Reads rows one after another; keeps what is wrong with them."""

    def __init__(
        self,
        session: Session,
        table: Table,
        cases: dict[str, uuid.UUID],
        *,
        today: dt.date,
        expert_id: uuid.UUID | None,
    ) -> None:
        self._session = session
        self._headings = table.headings
        self._cases = cases
        self._today = today
        self._own = session.get_one(Expert, expert_id).email if expert_id else None
        emails = {self._own} if self._own else {each.casefold() for each in _cells(table, "expert_email")}
        rows = session.execute(sa.select(Expert.email, Expert.id).where(Expert.email.in_(emails)))
        self._experts = {row.email: row.id for row in rows}
        self._emails = {key: email for email, key in self._experts.items()}
        self._organisations: dict[str, _Found | Words] = {}
        self._known = _on_record(session, list(self._experts.values()))
        self.faults: list[RowFault] = []

    def take(self, number: int, cells: tuple[str, ...]) -> PlannedTie | None:
        """What one row asks for, or None when something in it is wrong."""
        row = dict(zip(self._headings, cells, strict=False))
        read, faults = read_tie_row(row, today=self._today)
        expert_id = self._experts.get(self._own or row.get("expert_email", "").casefold())
        if expert_id is None:
            faults["expert_email"] = words("No expert has this address.")
        case_number = row.get("case_number", "")
        if case_number.strip() and case_number not in self._cases:
            faults["case_number"] = UNSEEN_CASE
        whom = self._whom(row, faults)
        planned = None
        if read is not None and whom is not None and expert_id is not None and not faults:
            planned = self._plan(number, read, whom, expert_id, self._cases.get(case_number), faults)
        self.faults += [RowFault(number, column, fault) for column, fault in faults.items()]
        return None if faults else planned

    def _whom(self, row: dict[str, str], faults: dict[str, Words]) -> "_Found | None":
        if person := row.get("person", "").strip():
            return _Found(None, person, person, by_name=False)
        if "person" in faults:
            return None
        found = self._organisation(row.get("organisation", ""))
        if isinstance(found, Words):
            faults["organisation"] = found
            return None
        return found

    def _plan(
        self,
        number: int,
        read: TieRow,
        whom: "_Found",
        expert_id: uuid.UUID,
        incident_id: uuid.UUID | None,
        faults: dict[str, Words],
    ) -> PlannedTie:
        facts = read.facts
        if self._own and whom.by_name:
            facts = replace(facts, confidence=Confidence.NAME_ONLY)
        target = whom.id or (whom.name_ko, read.birth_year)
        said = figures(facts)
        same = _Same(expert_id, target, facts.type, facts.kinship, facts.since.earliest, incident_id)
        known = self._known.get(same)
        if known is not None:
            faults |= differing(said, known)
        self._known.setdefault(same, said)
        return PlannedTie(
            row=number,
            expert_id=expert_id,
            expert=self._emails[expert_id],
            organisation_id=whom.id,
            name_ko=whom.name_ko,
            name_en=whom.name_en,
            person=read.person,
            birth_year=read.birth_year,
            incident_id=incident_id,
            facts=facts,
            known=known is not None,
            source=Source.SELF if self._own else Source.DOCUMENT,
        )

    def _organisation(self, text: str) -> "_Found | Words":
        if text not in self._organisations:
            self._organisations[text] = _one_organisation(self._session, text, told=bool(self._own))
        return self._organisations[text]


@dataclass(frozen=True, slots=True)
class _Found:
    """An organisation a row means; without `id` one that is entered as written."""

    id: uuid.UUID | None
    name_ko: str
    name_en: str
    by_name: bool


class _Same(NamedTuple):
    """What makes two rows, or a row and a tie on record, one tie.

    `target`: an organisation's key, or the name of one not on record or of a person, with the year of birth.
    """

    expert_id: uuid.UUID
    target: uuid.UUID | tuple[str, int | None]
    type: RelationType
    kinship: Kinship
    since: dt.date
    incident_id: uuid.UUID | None


def _on_record(session: Session, experts: list[uuid.UUID]) -> dict[_Same, Mapping[str, object]]:
    """What is on record about these experts, and what it says beyond whom it binds and since when."""
    held = sa.select(Tie, Person.name_ko, Person.birth_year).outerjoin(Person, Person.id == Tie.person_id)
    counts = Tie.expert_id.in_(experts) & Tie.taken_back_at.is_(None)
    known: dict[_Same, Mapping[str, object]] = {}
    for tie, name, year in session.execute(held.where(counts)):
        target = tie.organisation_id or (name or "", year)
        since = tie.starts_on or dt.date.min
        same = _Same(tie.expert_id, target, tie.type, tie.kinship, since, tie.incident_id)
        known[same] = figures(facts_of(tie))
    return known


def _cells(table: Table, column: str) -> set[str]:
    """What stands in a column, empty cells left out."""
    if column not in table.headings:
        return set()
    place = table.headings.index(column)
    return {cells[place] for _, cells in table.rows if len(cells) > place and cells[place].strip()}


def _one_organisation(session: Session, text: str, *, told: bool) -> _Found | Words:
    if not text.strip():
        return words("Write the organisation's number or whole name, or the name of a person.")
    match = match_organisation(session, text)
    if match.only is not None:
        return _Found(match.only.id, match.only.name_ko, match.only.name_en, by_name=not match.by_number)
    if match.found:
        return words("Several organisations bear this name. Write the registration number.")
    if told and organisation_key(text) and digits(text) != text:
        return _Found(None, text.strip(), text.strip(), by_name=False)
    if told:
        return words("No organisation on record has this number. Write its whole name instead.")
    return words("No organisation on record has this name or number. Record it first.")
