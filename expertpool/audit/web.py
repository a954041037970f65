"""The audit record as pages, for auditors."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from expertpool.audit import queries
from expertpool.infra.db import db
from expertpool.infra.gate import open_to
from expertpool.infra.identity import Role

blp = Blueprint("audit", __name__)
PAGE_SIZE = 50


@blp.get("/audit")
@open_to(Role.AUDITOR)
def entry_list() -> str:
    """Who did what, newest first."""
    page = max(request.args.get("page", 1, type=int), 1)
    verb = request.args.get("verb", "")[:60]
    entries, count = queries.entries(db.session(), verb=verb, page=page, size=PAGE_SIZE)
    last = max((count + PAGE_SIZE - 1) // PAGE_SIZE, 1)
    return render_template(
        "audit/entries.html", entries=entries, count=count, verb=verb, page=page, last=last
    )


@blp.post("/audit/verify")
@open_to(Role.AUDITOR)
def verify() -> Response:
    """Recompute every chain and say whether it holds."""
    faults = queries.broken_chains(db.session())
    for fault in faults:
        sentence = gettext("The chain %(stream)s breaks at entry %(no)s.", stream=fault.stream, no=fault.no)
        flash(sentence, "error")
    if not faults:
        flash(gettext("Every chain holds: no entry was changed or removed."), "success")
    return redirect(url_for("audit.entry_list"))
