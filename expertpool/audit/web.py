"""The audit record as pages, for auditors."""

import uuid
from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from expertpool.audit import queries
from expertpool.audit.rules import ACT_WORDS
from expertpool.infra.db import db
from expertpool.infra.gate import open_to
from expertpool.infra.identity import Role
from expertpool.words import Words, words

blp = Blueprint("audit", __name__)
PAGE_SIZE = 50
THINGS: Mapping[str, Words] = {
    "account": words("Account"),
    "api_token": words("API token"),
    "app_password": words("Password for calendars"),
    "attendee_alias": words("Address to answer from"),
    "engagement": words("Engagement"),
    "expert": words("Expert"),
    "feed_token": words("Feed"),
    "imip_inbox": words("Mail that came in"),
    "incident": words("Incident"),
    "lending_agreement": words("Lending agreement"),
    "need": words("Need"),
    "organisation": words("Organisation"),
    "other_tie": words("Tie of an organisation or person"),
    "person": words("Person"),
    "plan_run": words("Search for a team"),
    "report": words("Report"),
    "screening": words("Screening"),
    "seat": words("Seat"),
    "technology": words("Technology or right"),
    "tie": words("Tie of an expert"),
    "waiver": words("Waiver"),
}
# Kind of thing -> its page, where auditors have one, and what the address calls it.
PAGES: Mapping[str, tuple[str, str]] = {
    "expert": ("experts.expert_page", "expert_id"),
    "incident": ("incidents.incident_page", "incident_id"),
    "lending_agreement": ("ministries.agreement_page", "agreement_id"),
    "need": ("incidents.need_page", "need_id"),
    "organisation": ("conflicts.organisation_page", "organisation_id"),
    "plan_run": ("planning.run_page", "run_id"),
}


@blp.get("/audit")
@open_to(Role.AUDITOR)
def entry_list() -> str:
    """Who did what, newest first; with `thing` all that was done on one thing."""
    page = max(request.args.get("page", 1, type=int), 1)
    verb, thing = request.args.get("verb", "")[:60], request.args.get("thing", type=uuid.UUID)
    entries, count = queries.entries(db.session(), verb=verb, thing=thing, page=page, size=PAGE_SIZE)
    last = max((count + PAGE_SIZE - 1) // PAGE_SIZE, 1)
    return render_template(
        "audit/entries.html",
        entries=entries,
        count=f"{count:,}",
        verb=verb,
        thing=thing,
        page=page,
        last=last,
        acts=ACT_WORDS,
        things=THINGS,
        pages=PAGES,
    )


@blp.post("/audit/verify")
@open_to(Role.AUDITOR)
def verify() -> Response:
    """Recompute every chain and say whether it holds."""
    faults = queries.broken_chains(db.session())
    for fault in faults:
        stream = fault.stream[:8]
        sentence = gettext("The chain %(stream)s breaks at entry %(no)s.", stream=stream, no=fault.no)
        flash(sentence, "error")
    if not faults:
        flash(gettext("Every chain holds: no entry was changed or removed."), "success")
    return redirect(url_for("audit.entry_list"))
