"""Ties from a table: choose it, look at what it would do, then do all of it.

Officers and administrators bring in those of many experts, experts their own.
"""

import uuid
from dataclasses import dataclass

from flask import flash, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from expertpool.conflicts import access, service
from expertpool.conflicts.forms import HOLDERS, TO_OTHERS, TieImportForm
from expertpool.conflicts.rules.labels import relation_words
from expertpool.conflicts.rules.telling import period
from expertpool.conflicts.rules.tie_table import COLUMNS
from expertpool.conflicts.service import TieImport
from expertpool.conflicts.web.blueprint import blp
from expertpool.conflicts.web.interests import me
from expertpool.conflicts.web.organisations import Answer
from expertpool.experts.service import Table, csv_bytes
from expertpool.experts.web.tables import let_tables_through, signed_table, table_sent_back, uploaded_table
from expertpool.infra import clock
from expertpool.infra.db import db, unit_of_work
from expertpool.infra.gate import current_actor, open_to
from expertpool.infra.i18n import say
from expertpool.infra.identity import Role
from expertpool.refusals import Invalid
from expertpool.words import Words, words

MOST_SHOWN = 200
IMPORTERS = (Role.CONFLICT_OFFICER, Role.ADMIN)

let_tables_through(blp, "confirm_tie_import", "confirm_own_import")


@dataclass(frozen=True, slots=True)
class NewTie:
    """A row of the table in words; the names are the organisation's or the person's."""

    row: int
    expert: str
    name_ko: str
    name_en: str
    label: Words
    dates: Words


@blp.get("/conflicts/import")
@open_to(*IMPORTERS)
def import_ties() -> str:
    """Where a table is chosen."""
    return _choose(TieImportForm(formdata=None), None)


@blp.post("/conflicts/import")
@open_to(*IMPORTERS)
def check_tie_import() -> Answer:
    """Show what the table would do. Nothing changes yet."""
    return _check(None)


@blp.post("/conflicts/import/confirm")
@open_to(*IMPORTERS)
def confirm_tie_import() -> Answer:
    """Do what was shown; if that is no longer what would happen, show it again."""
    officer = access.sees_path(current_actor())
    return _confirm(None, url_for("conflicts.officer_desk" if officer else "conflicts.import_ties"))


@blp.get("/me/interests/import")
@open_to(Role.EXPERT)
def import_own() -> str:
    """Where experts choose a table of their own ties."""
    return _choose(TieImportForm(formdata=None), me())


@blp.post("/me/interests/import")
@open_to(Role.EXPERT)
def check_own_import() -> Answer:
    """Show what the table would do. Nothing changes yet."""
    return _check(me())


@blp.post("/me/interests/import/confirm")
@open_to(Role.EXPERT)
def confirm_own_import() -> Answer:
    """Do what was shown; if that is no longer what would happen, show it again."""
    return _confirm(me(), url_for("conflicts.my_interests"))


@blp.get("/conflicts/import/template.csv")
@open_to(Role.EXPERT, *IMPORTERS)
def tie_template() -> Response:
    """An empty table with the headings."""
    own = not current_actor().is_a(*IMPORTERS)
    response = make_response(csv_bytes([_columns(own=own)]))
    response.mimetype = "text/csv"
    response.headers["Content-Disposition"] = 'attachment; filename="ties.csv"'
    return response


def _columns(*, own: bool) -> tuple[str, ...]:
    return service.OWN_COLUMNS if own else tuple(COLUMNS)


def _check(expert_id: uuid.UUID | None) -> Answer:
    form = TieImportForm()
    if form.validate():
        try:
            table = uploaded_table()
            return _preview(table, _plan(db.session(), table, expert_id), expert_id)
        except Invalid as refusal:
            form.file.errors = [say(refusal.words)]
    return _choose(form, expert_id), 422


def _confirm(expert_id: uuid.UUID | None, back: str) -> Answer:
    try:
        table = table_sent_back(_purpose(expert_id))
    except Invalid as refusal:
        form = TieImportForm(formdata=None)
        form.form_errors.append(say(refusal.words))
        return _choose(form, expert_id), 422
    with unit_of_work() as session:
        plan = _plan(session, table, expert_id)
        if plan.digest != request.form.get("digest") or plan.faults:
            return _preview(table, plan, expert_id, changed=True), 412
        count = service.apply_tie_import(session, plan, actor=current_actor(), now=clock.now())
    flash(say(words("Imported: %(count)s new ties.", count=count)), "success")
    return redirect(back)


def _plan(session: Session, table: Table, expert_id: uuid.UUID | None) -> TieImport:
    return service.plan_tie_import(
        session, table, expert_id=expert_id, actor=current_actor(), now=clock.now()
    )


def _purpose(expert_id: uuid.UUID | None) -> str:
    return "conflicts.import.own" if expert_id else "conflicts.import"


def _choose(form: TieImportForm, expert_id: uuid.UUID | None) -> str:
    columns = [(name, *COLUMNS[name]) for name in _columns(own=expert_id is not None)]
    return render_template(
        "conflicts/import.html",
        form=form,
        columns=columns,
        codes={"type": TO_OTHERS, "kinship": HOLDERS},
        own=expert_id is not None,
    )


def _preview(table: Table, plan: TieImport, expert_id: uuid.UUID | None, *, changed: bool = False) -> str:
    rows = [
        NewTie(
            row=row.row,
            expert=row.expert,
            name_ko=row.name_ko,
            name_en=row.name_en,
            label=relation_words(row.facts.type, row.facts.kinship),
            dates=period(row.facts.since, row.facts.until),
        )
        for row in plan.new[:MOST_SHOWN]
    ]
    return render_template(
        "conflicts/import_preview.html",
        plan=plan,
        rows=rows,
        faults=plan.faults[:MOST_SHOWN],
        changed=changed,
        own=expert_id is not None,
        signed="" if plan.faults else signed_table(table, _purpose(expert_id)),
    )
