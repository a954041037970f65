"""Importing a table: check it, look at what it would do, then do all of it.

Nothing is kept on the server between the two steps: the page that shows the check carries the table,
signed, and the second step does exactly what the first one showed or shows it anew.
"""

import contextlib
import uuid
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy.orm import Session

from expertpool.config import settings_of_app
from expertpool.experts import service
from expertpool.experts.forms import ImportForm
from expertpool.experts.queries.tables import wordings
from expertpool.experts.rules.table import COLUMNS
from expertpool.experts.service import Effect, ImportPlan, Table
from expertpool.experts.web.blueprint import KEEPERS, blp
from expertpool.experts.web.editor import Answer
from expertpool.infra import clock
from expertpool.infra.db import db, unit_of_work
from expertpool.infra.gate import current_actor, open_to
from expertpool.infra.i18n import language, say
from expertpool.refusals import Forbidden, Invalid
from expertpool.words import words

MOST_SHOWN = 200
CHECK_LASTS_SECONDS = 3600


@blp.url_value_preprocessor
def _allow_the_table(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """The table comes back in a form field; runs before anything reads the form, CSRF protection included."""
    if endpoint == "experts.confirm_import":
        request.max_form_memory_size = settings_of_app().max_upload_bytes


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
            with contextlib.closing(request.files["file"]) as upload:
                content = upload.read()
            table = service.read_table(content, most_bytes=settings_of_app().max_upload_bytes)
            return _preview(table, _plan(db.session(), table))
        except Invalid as refusal:
            form.file.errors = [say(refusal.words)]
    return _choose(form), 422


@blp.post("/experts/import/confirm")
@open_to(*KEEPERS)
def confirm_import() -> Answer:
    """Do what was shown; if that is no longer what would happen, show it again."""
    try:
        sent = _signer().loads(request.form.get("table", ""), max_age=CHECK_LASTS_SECONDS)
    except BadData:
        form = ImportForm(formdata=None)
        form.form_errors.append(say(words("The check is too old. Choose the file again.")))
        return _choose(form), 422
    table = Table(tuple(sent["headings"]), tuple((number, tuple(cells)) for number, cells in sent["rows"]))
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


def _signer() -> URLSafeTimedSerializer:
    # Signed with the person in the salt: nobody confirms a table that another person checked.
    return URLSafeTimedSerializer(
        current_app.secret_key or "", salt=f"experts.import.{current_actor().user_id}"
    )


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
        signed="" if plan.faults else _signer().dumps({"headings": table.headings, "rows": table.rows}),
    )
