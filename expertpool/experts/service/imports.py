"""Importing a table of experts: first what it would do, row by row; then all of it, or nothing."""

import datetime as dt
import enum
import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.audit import service as audit
from expertpool.experts import access
from expertpool.experts.models import Expert
from expertpool.experts.rules import (
    ExpertFacts,
    ExpertState,
    FacetKind,
    Vocabulary,
    faults_of,
    way_to,
    why_not,
)
from expertpool.experts.rules.table import Reading, Row, Wording, cells_of, column_of, read_row, reading_of
from expertpool.experts.service.registry import (
    ADDRESS_TAKEN,
    RETIRED,
    amend,
    flush_entries,
    lock_entries,
    new_expert,
    step,
    vocabulary_of,
)
from expertpool.experts.service.sheets import Table
from expertpool.infra.clock import seoul_date
from expertpool.infra.consequences import follow
from expertpool.infra.identity import Actor
from expertpool.ministries.models import Ministry
from expertpool.refusals import Invalid, NotFound, Stale
from expertpool.words import Words, words


class Effect(enum.StrEnum):
    """What a row would do."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class CellChange:
    """One cell before and after."""

    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class CellFault:
    """What cannot be used, with its place: row as the file numbers them, column by its code."""

    row: int
    column: str
    words: Words


@dataclass(frozen=True, slots=True)
class RowPlan:
    """What one row would do to which expert."""

    row: int
    effect: Effect
    expert_id: uuid.UUID | None
    version: int | None
    facts: ExpertFacts
    steps: tuple[ExpertState, ...]
    changes: tuple[CellChange, ...]


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What a table would do. Nothing is done as long as there is a fault."""

    ministry_id: uuid.UUID
    rows: tuple[RowPlan, ...]
    faults: tuple[CellFault, ...]

    def count(self, effect: Effect) -> int:
        """How many rows have this effect."""
        return sum(row.effect is effect for row in self.rows)

    @property
    def digest(self) -> str:
        """Tells whether the same table would still do the same."""
        said = [
            (row.row, row.effect, str(row.version), [(c.column, c.before, c.after) for c in row.changes])
            for row in self.rows
        ]
        return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def plan_import(
    session: Session,
    table: Table,
    *,
    actor: Actor,
    ministry_id: uuid.UUID,
    wordings: Mapping[str, Wording],
    shown_in: str,
    now: dt.datetime,
) -> ImportPlan:
    """What importing `table` as experts of the ministry would do; changes are told in language `shown_in`.

    Raises: Forbidden outside the actor's ministry; NotFound for a ghost; Invalid for unusable headings.
    """
    access.check_may_edit(actor, ministry_id)
    ministry = session.get(Ministry, ministry_id)
    if ministry is None:
        raise NotFound(words("There is no such ministry."))
    reading = reading_of(wordings.values())
    columns = _columns(table.headings, reading)
    known = {expert.email: expert for expert in session.scalars(sa.select(Expert))}
    planner = _Planner(ministry, known, reading, vocabulary_of(session), wordings[shown_in], seoul_date(now))
    for number, cells in table.rows:
        planner.take(number, columns, cells)
    return ImportPlan(ministry_id, tuple(planner.rows), tuple(planner.faults))


def apply_import(session: Session, plan: ImportPlan, *, actor: Actor, now: dt.datetime) -> None:
    """Do everything the plan says, in the caller's transaction.

    Raises: Forbidden; Invalid if the plan has faults; Stale if one of the experts changed meanwhile.
    """
    access.check_may_edit(actor, plan.ministry_id)
    if plan.faults:
        raise Invalid(words("The table has faults. Correct them and check it again."))
    locked = lock_entries(
        session, [row.expert_id for row in plan.rows if row.effect is Effect.CHANGED and row.expert_id]
    )
    done: list[tuple[Expert, RowPlan]] = []
    for row in plan.rows:
        if row.effect is Effect.SAME:
            continue
        if row.expert_id is None:
            expert = new_expert(row.facts, now=now)
            session.add(expert)
        else:
            expert = locked[row.expert_id]
            if expert.version != row.version:
                raise Stale(words("The pool changed after the table was checked. Check the table again."))
            amend(expert, row.facts)
        for state in row.steps:
            step(expert, state, today=seoul_date(now))
        done.append((expert, row))
    flush_entries(session)
    for expert, row in done:
        verb = "expert.register" if row.effect is Effect.NEW else "expert.change"
        audit.record(
            session,
            actor=actor,
            verb=verb,
            kind="expert",
            thing=expert.id,
            now=now,
            by="import",
            state=expert.state.value,
        )
    follow(session, "experts.entries_changed", expert_ids=list(locked), now=now)


def _columns(headings: tuple[str, ...], reading: Reading) -> list[str]:
    """The column codes behind `headings`. Raises Invalid for unknown, doubled or missing ones."""
    found: list[str] = []
    for heading in headings:
        column = reading.headings.get(heading.casefold())
        if column is None:
            raise _heading_fault(words("The column “%(name)s” is not known.", name=heading[:40]))
        if column in found:
            raise _heading_fault(words("The column “%(name)s” stands there twice.", name=heading[:40]))
        found.append(column)
    if "email" not in found:
        raise _heading_fault(words("The column with the e-mail address is missing: it tells who is meant."))
    return found


def _heading_fault(sentence: Words) -> Invalid:
    return Invalid(sentence, fields={"file": sentence})


class _Planner:
    """Goes through the rows once, keeping what they would do and what is wrong with them."""

    def __init__(
        self,
        ministry: Ministry,
        known: Mapping[str, Expert],
        reading: Reading,
        vocabulary: Vocabulary,
        wording: Wording,
        today: dt.date,
    ) -> None:
        self.ministry = ministry
        self.known = known
        self.reading = reading
        self.vocabulary = vocabulary
        self.wording = wording
        self.today = today
        self.seen: dict[str, int] = {}
        self.rows: list[RowPlan] = []
        self.faults: list[CellFault] = []

    def take(self, number: int, columns: list[str], cells: tuple[str, ...]) -> None:
        """Plan one row."""
        if len(cells) > len(columns):
            self._fault(number, columns[-1], words("The row has more cells than the heading."))
            return
        row_cells = dict.fromkeys(columns, "") | dict(zip(columns, cells, strict=False))
        email = row_cells["email"].lower()
        expert = self.known.get(email)
        if not self._belongs(number, row_cells, email, expert):
            return
        row = read_row(
            row_cells,
            before=expert.facts if expert else None,
            ministry_id=self.ministry.id,
            reading=self.reading,
            today=self.today,
        )
        faults = dict(row.faults) or self._fact_faults(row)
        steps, reason = self._steps(row, expert)
        if reason is not None and not faults:
            faults = {"state": reason}
        for column, sentence in faults.items():
            self._fault(number, column, sentence)
        if faults:
            return
        plan = self._plan(number, row.facts, expert, steps)
        if expert is not None and expert.state is ExpertState.RETIRED and plan.changes:
            self._fault(number, plan.changes[0].column, RETIRED)
        else:
            self.rows.append(plan)

    def _belongs(self, number: int, cells: Mapping[str, str], email: str, expert: Expert | None) -> bool:
        """Whether the row speaks of one expert of this ministry, once."""
        ministry = cells.get("ministry", "")
        if ministry and ministry.casefold() != self.ministry.code.casefold():
            self._fault(number, "ministry", words("This table is imported for another ministry."))
        elif expert is not None and expert.ministry_id != self.ministry.id:
            self._fault(number, "email", ADDRESS_TAKEN)
        elif email and email in self.seen:
            again = words("The same address stands in row %(row)s already.", row=self.seen[email])
            self._fault(number, "email", again)
        else:
            self.seen[email] = number
            return True
        return False

    def _fact_faults(self, row: Row) -> dict[str, Words]:
        needs_alias = self.ministry.shows_aliases_only
        faults = faults_of(row.facts, vocabulary=self.vocabulary, needs_alias=needs_alias)
        return {column_of(field, row.facts): sentence for field, sentence in faults.items()}

    def _steps(self, row: Row, expert: Expert | None) -> tuple[tuple[ExpertState, ...], Words | None]:
        """The moves that lead to the wanted state, and why one of them cannot be made."""
        state = expert.state if expert else ExpertState.APPLIED
        wanted = row.state or state
        steps = way_to(state, wanted)
        roles = sum(facet.kind is FacetKind.ROLE_KIND for facet in row.facts.facets)
        for to in (wanted,) if steps is None else steps:
            reason = why_not(state, to, role_kinds=roles, terms=row.facts.appointments, today=self.today)
            if reason is not None:
                return (), reason
            state = to
        return steps or (), None

    def _plan(
        self, number: int, facts: ExpertFacts, expert: Expert | None, steps: tuple[ExpertState, ...]
    ) -> RowPlan:
        after = self._cells(facts, steps[-1] if steps else expert.state if expert else ExpertState.APPLIED)
        before = self._cells(expert.facts, expert.state) if expert else dict.fromkeys(after, "")
        changes = tuple(
            CellChange(column, before[column], text)
            for column, text in after.items()
            if before[column] != text
        )
        effect = Effect.NEW if expert is None else Effect.CHANGED if changes else Effect.SAME
        return RowPlan(
            number,
            effect,
            expert.id if expert else None,
            expert.version if expert else None,
            facts,
            steps,
            changes,
        )

    def _cells(self, facts: ExpertFacts, state: ExpertState) -> dict[str, str]:
        return cells_of(facts, state, ministry=self.ministry.code, wording=self.wording, today=self.today)

    def _fault(self, number: int, column: str, sentence: Words) -> None:
        self.faults.append(CellFault(number, column, sentence))
