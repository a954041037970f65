"""Importing a table: check it, look at what it would do, then do all of it."""

import uuid

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from expertpool.experts import service
from expertpool.experts.forms import ImportForm
from expertpool.experts.queries.tables import wordings
from expertpool.experts.rules.table import COLUMNS
from expertpool.experts.service import Effect, ImportPlan, Table
from expertpool.experts.web.blueprint import KEEPERS, blp
from expertpool.experts.web.editor import Answer
from expertpool.experts.web.tables import let_tables_through, signed_table, table_sent_back, uploaded_table
from expertpool.infra import clock
from expertpool.infra.db import db, unit_of_work
from expertpool.infra.gate import current_actor, open_to
from expertpool.infra.i18n import language, say
from expertpool.refusals import Forbidden, Invalid
from expertpool.words import words

MOST_SHOWN = 200
PURPOSE = "experts.import"


let_tables_through(blp, "confirm_import")


@blp.get("/experts/import")
@open_to(*KEEPERS)
def import_experts() -> str:
    """Where a table is chosen."""
    _own_ministry_id()
    return _choose(ImportForm(formdata=None))


@blp.post("/experts/import")
@open_to(*KEEPERS)
def check_import() -> Answer:
    """Show what the table would do. Nothing changes yet."""
    form = ImportForm()
    if form.validate():
        try:
            table = uploaded_table()
            return _preview(table, _plan(db.session(), table))
        except Invalid as refusal:
            form.file.errors = [say(refusal.words)]
    return _choose(form), 422


@blp.post("/experts/import/confirm")
@open_to(*KEEPERS)
def confirm_import() -> Answer:
    """Do what was shown; if that is no longer what would happen, show it again."""
    try:
        table = table_sent_back(PURPOSE)
    except Invalid as refusal:
        form = ImportForm(formdata=None)
        form.form_errors.append(say(refusal.words))
        return _choose(form), 422
    with unit_of_work() as session:
        plan = _plan(session, table)
        if plan.digest != request.form.get("digest") or plan.faults:
            return _preview(table, plan, changed=True), 412
        service.apply_import(session, plan, actor=current_actor(), now=clock.now())
    done = words(
        "Imported: %(new)s new, %(changed)s changed.",
        new=plan.count(Effect.NEW),
        changed=plan.count(Effect.CHANGED),
    )
    flash(say(done), "success")
    return redirect(url_for("experts.expert_list"))


def _plan(session: Session, table: Table) -> ImportPlan:
    return service.plan_import(
        session,
        table,
        actor=current_actor(),
        ministry_id=_own_ministry_id(),
        wordings=wordings(session),
        shown_in=language(),
        now=clock.now(),
    )


def _own_ministry_id() -> uuid.UUID:
    mine = current_actor().ministry_id
    if mine is None:
        raise Forbidden(words("Your account belongs to no ministry, so it cannot enter experts."))
    return mine


def _choose(form: ImportForm) -> str:
    return render_template("experts/import.html", form=form, columns=COLUMNS, most_rows=service.MOST_ROWS)


def _preview(table: Table, plan: ImportPlan, *, changed: bool = False) -> str:
    telling = [row for row in plan.rows if row.effect is not Effect.SAME]
    return render_template(
        "experts/import_preview.html",
        plan=plan,
        counts={effect.value: plan.count(effect) for effect in Effect},
        faults=plan.faults[:MOST_SHOWN],
        rows=telling[:MOST_SHOWN],
        telling=len(telling),
        most_shown=MOST_SHOWN,
        columns=COLUMNS,
        changed=changed,
        signed="" if plan.faults else signed_table(table, PURPOSE),
    )
