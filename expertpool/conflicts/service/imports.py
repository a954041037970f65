"""Ties from a table: read it, say what it would do and what is wrong with which row, then do all of it."""

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.conflicts import access
from expertpool.conflicts.models import Tie
from expertpool.conflicts.rules.dates import UNKNOWN_DAY, ImpreciseDate
from expertpool.conflicts.rules.matching import digits, organisation_key
from expertpool.conflicts.rules.records import TieFacts, tie_faults
from expertpool.conflicts.rules.vocabulary import Confidence, Kinship, RelationType, Source
from expertpool.conflicts.service.matching import match_organisation
from expertpool.conflicts.service.ties import NewTie, record_ties
from expertpool.conflicts.service.told import organisation_told
from expertpool.experts.models import Expert
from expertpool.experts.service import Table
from expertpool.infra.clock import seoul_date
from expertpool.infra.db import acting_as
from expertpool.infra.identity import SYSTEM, Actor
from expertpool.refusals import Forbidden, Invalid
from expertpool.words import Words, words

T = TypeVar("T", RelationType, Kinship)
COLUMNS = ("expert_email", "organisation", "type", "kinship", "since", "until", "rank", "evidence")
OWN_COLUMNS = COLUMNS[1:]
_NEEDED = frozenset({"expert_email", "organisation", "type"})
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

    `organisation_id` is None for one that experts name and nobody has on record yet.
    """

    row: int
    expert_id: uuid.UUID
    expert: str
    organisation_id: uuid.UUID | None
    organisation_ko: str
    organisation_en: str
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
            [str(row.expert_id), str(row.organisation_id), row.organisation_ko, str(row.facts), row.known]
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
    _check_shape(table, OWN_COLUMNS if own else COLUMNS)
    with acting_as(session, SYSTEM):
        reading = _Reading(session, table, today=seoul_date(now), expert_id=expert_id)
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
    key = row.organisation_id
    if key is None:
        known = match_organisation(session, row.organisation_ko).only  # a row above may have named it
        key = (known or organisation_told(session, row.organisation_ko)).id
    return NewTie(expert_id=row.expert_id, facts=row.facts, organisation_id=key, source=row.source)


def _check_shape(table: Table, columns: tuple[str, ...]) -> None:
    headings, needed = set(table.headings), _NEEDED & set(columns)
    if headings - set(columns) or not needed <= headings or len(headings) != len(table.headings):
        sentence = words("The first row names these columns: %(columns)s.", columns=", ".join(columns))
        raise Invalid(sentence, fields={"file": sentence})
    if len(table.rows) > MOST_ROWS:
        sentence = words(
            "The file has more than %(most)s rows. Split it and import the parts.", most=MOST_ROWS
        )
        raise Invalid(sentence, fields={"file": sentence})


class _Reading:
    """Reads rows one after another; keeps what is wrong with them."""

    def __init__(
        self, session: Session, table: Table, *, today: dt.date, expert_id: uuid.UUID | None
    ) -> None:
        self._session = session
        self._headings = table.headings
        self._today = today
        self._own = session.get_one(Expert, expert_id).email if expert_id else None
        emails = {self._own} if self._own else _emails(table)
        rows = session.execute(sa.select(Expert.email, Expert.id).where(Expert.email.in_(emails)))
        self._experts = {row.email: row.id for row in rows}
        self._organisations: dict[str, _Found | Words] = {}
        known = sa.select(Tie.expert_id, Tie.organisation_id, Tie.type, Tie.kinship, Tie.starts_on)
        held = session.execute(known.where(Tie.expert_id.in_(self._experts.values())))
        self._known: set[tuple[object, ...]] = {tuple(row) for row in held}
        self.faults: list[RowFault] = []

    def take(self, number: int, cells: tuple[str, ...]) -> PlannedTie | None:
        """What one row asks for, or None when something in it is wrong."""
        row = dict(zip(self._headings, cells, strict=False))
        faults: dict[str, Words] = {}
        email = self._own or row.get("expert_email", "").casefold()
        if email not in self._experts:
            faults["expert_email"] = words("No expert has this address.")
        organisation = self._organisation(row.get("organisation", ""))
        if isinstance(organisation, Words):
            faults["organisation"] = organisation
        facts = _facts(row, faults)
        if facts is not None:
            faults |= tie_faults(facts, today=self._today)
        self.faults += [RowFault(number, column, fault) for column, fault in faults.items()]
        if faults or facts is None or isinstance(organisation, Words):
            return None
        if self._own and organisation.by_name:
            facts = replace(facts, confidence=Confidence.NAME_ONLY)
        first = facts.since.earliest if facts.since.known else None
        told = organisation.id or organisation.name_ko
        identity = (self._experts[email], told, facts.type, facts.kinship, first)
        known = identity in self._known
        self._known.add(identity)
        return PlannedTie(
            row=number,
            expert_id=self._experts[email],
            expert=email,
            organisation_id=organisation.id,
            organisation_ko=organisation.name_ko,
            organisation_en=organisation.name_en,
            facts=facts,
            known=known,
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


def _emails(table: Table) -> set[str]:
    place = table.headings.index("expert_email")
    return {cells[place].casefold() for _, cells in table.rows if len(cells) > place}


def _one_organisation(session: Session, text: str, *, told: bool) -> _Found | Words:
    match = match_organisation(session, text)
    if match.only is not None:
        return _Found(match.only.id, match.only.name_ko, match.only.name_en, by_name=not match.by_number)
    if match.found:
        return words("Several organisations bear this name. Write the registration number.")
    if told and organisation_key(text) and digits(text) != text:
        return _Found(None, text.strip(), text.strip(), by_name=False)
    return words("No organisation on record has this name or number. Record it first.")


def _facts(row: Mapping[str, str], faults: dict[str, Words]) -> TieFacts | None:
    kind = _one_of(RelationType, row, "type", faults)
    kinship = _one_of(Kinship, row, "kinship", faults, default=Kinship.SELF)
    since = _date(row.get("since", "") or "unknown", "since", faults)
    written = row.get("until", "")
    until = _date(written, "until", faults) if written else None
    if kind is None or kinship is None:
        return None
    return TieFacts(
        type=kind,
        kinship=kinship,
        since=since,
        until=until,
        rank=row.get("rank", "")[:60],
        evidence=row.get("evidence", "")[:400],
    )


def _date(text: str, column: str, faults: dict[str, Words]) -> ImpreciseDate:
    try:
        return ImpreciseDate.parse(text)
    except (ValueError, TypeError):
        faults[column] = words("Write the date as 2024-08-31, 2024-08, 2024 or unknown.")
        return UNKNOWN_DAY


def _one_of(
    kind: type[T], row: Mapping[str, str], column: str, faults: dict[str, Words], default: T | None = None
) -> T | None:
    written = row.get(column, "")
    if not written and default is not None:
        return default
    try:
        return kind(written)
    except ValueError:
        faults[column] = words("Write one of: %(known)s.", known=", ".join(kind))
        return None
