"""Ties from a table: choose it, look at what it would do, then do all of it.

Nothing is kept on the server in between: the page that shows the check carries the table, signed.
"""

from dataclasses import dataclass
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy.orm import Session

from expertpool.config import settings_of_app
from expertpool.conflicts import access, service
from expertpool.conflicts.forms import TieImportForm
from expertpool.conflicts.rules.labels import relation_words
from expertpool.conflicts.rules.telling import period
from expertpool.conflicts.service import TieImport
from expertpool.conflicts.web.blueprint import blp
from expertpool.conflicts.web.organisations import Answer
from expertpool.experts.service import Table, read_table
from expertpool.infra import clock
from expertpool.infra.db import db, unit_of_work
from expertpool.infra.gate import current_actor, open_to
from expertpool.infra.i18n import say
from expertpool.infra.identity import Role
from expertpool.refusals import Invalid
from expertpool.words import Words, words

MOST_SHOWN = 200
CHECK_LASTS_SECONDS = 3600
IMPORTERS = (Role.CONFLICT_OFFICER, Role.ADMIN)


@dataclass(frozen=True, slots=True)
class NewTie:
    """A row of the table in words; the names are the organisation's."""

    row: int
    expert: str
    name_ko: str
    name_en: str
    label: Words
    dates: Words


@blp.url_value_preprocessor
def _allow_the_table(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """The table comes back in a form field; runs before anything reads the form, CSRF protection included."""
    if endpoint == "conflicts.confirm_tie_import":
        request.max_form_memory_size = settings_of_app().max_upload_bytes


@blp.get("/conflicts/import")
@open_to(*IMPORTERS)
def import_ties() -> str:
    """Where a table is chosen."""
    return _choose(TieImportForm(formdata=None))


@blp.post("/conflicts/import")
@open_to(*IMPORTERS)
def check_tie_import() -> Answer:
    """Show what the table would do. Nothing changes yet."""
    form = TieImportForm()
    if form.validate():
        try:
            content = request.files["file"].stream.read()
            table = read_table(content, most_bytes=settings_of_app().max_upload_bytes)
            return _preview(table, _plan(db.session(), table))
        except Invalid as refusal:
            form.file.errors = [say(refusal.words)]
    return _choose(form), 422


@blp.post("/conflicts/import/confirm")
@open_to(*IMPORTERS)
def confirm_tie_import() -> Answer:
    """Do what was shown; if that is no longer what would happen, show it again."""
    try:
        sent = _signer().loads(request.form.get("table", ""), max_age=CHECK_LASTS_SECONDS)
    except BadData:
        form = TieImportForm(formdata=None)
        form.form_errors.append(say(words("The check is too old. Choose the file again.")))
        return _choose(form), 422
    table = Table(tuple(sent["headings"]), tuple((number, tuple(cells)) for number, cells in sent["rows"]))
    with unit_of_work() as session:
        plan = _plan(session, table)
        if plan.digest != request.form.get("digest") or plan.faults:
            return _preview(table, plan, changed=True), 412
        count = service.apply_tie_import(session, plan, actor=current_actor(), now=clock.now())
    flash(say(words("Imported: %(count)s new ties.", count=count)), "success")
    officer = access.sees_path(current_actor())
    return redirect(url_for("conflicts.officer_desk" if officer else "conflicts.import_ties"))


def _plan(session: Session, table: Table) -> TieImport:
    return service.plan_tie_import(session, table, actor=current_actor(), now=clock.now())


def _signer() -> URLSafeTimedSerializer:
    # Signed with the person in the salt: nobody confirms a table that another person checked.
    salt = f"conflicts.import.{current_actor().user_id}"
    return URLSafeTimedSerializer(current_app.secret_key or "", salt=salt)


def _choose(form: TieImportForm) -> str:
    return render_template("conflicts/import.html", form=form, columns=service.COLUMNS)


def _preview(table: Table, plan: TieImport, *, changed: bool = False) -> str:
    rows = [
        NewTie(
            row=row.row,
            expert=row.expert,
            name_ko=row.organisation_ko,
            name_en=row.organisation_en,
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
        signed="" if plan.faults else _signer().dumps({"headings": table.headings, "rows": table.rows}),
    )
