"""The version of the conflict rules a case keeps: who would stand otherwise under another, and the move."""

import uuid

from flask import redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from expertpool.conflicts.packs import shipped_packs
from expertpool.conflicts.queries import expert_shown
from expertpool.conflicts.rules.labels import TIERS
from expertpool.conflicts.rules.telling import tier_tone
from expertpool.engagements import service
from expertpool.engagements.web.blueprint import blp, said
from expertpool.incidents import queries as incidents
from expertpool.incidents import service as cases
from expertpool.incidents.rules import ROLE_CLASS_WORDS
from expertpool.infra import clock
from expertpool.infra.db import db
from expertpool.infra.gate import current_actor, open_to
from expertpool.infra.identity import Role


@blp.get("/incidents/<uuid:incident_id>/rules")
@open_to(Role.CONFLICT_OFFICER)
def rule_pack(incident_id: uuid.UUID) -> str:
    """The rules of the case; with `pack`, what another version would change."""
    session, actor = db.session(), current_actor()
    row = incidents.incident_row(session, incident_id, actor=actor)
    asked = request.args.get("pack", "")
    changes = service.preview_pack(
        session, incident_id, pack=asked or row.rule_pack, actor=actor, now=clock.now()
    )
    return render_template(
        "engagements/rule_pack.html",
        row=row,
        packs=shipped_packs(),
        asked=asked,
        draft=any(pack.draft for pack in shipped_packs() if pack.version == asked),
        changes=[
            {"change": each, "expert": expert_shown(session, each.expert_id, viewer=actor)}
            for each in changes
        ],
        tiers=TIERS,
        tone=tier_tone,
        roles=ROLE_CLASS_WORDS,
    )


@blp.post("/incidents/<uuid:incident_id>/rules")
@open_to(Role.CONFLICT_OFFICER)
def move_rule_pack(incident_id: uuid.UUID) -> Response:
    """Move the case to the version that was looked at."""
    actor, now = current_actor(), clock.now()
    pack, version = request.form.get("pack", "")[:20], request.form.get("version", 0, type=int)
    said(
        lambda session: cases.move_rule_pack(
            session, incident_id, pack=pack, version=version, actor=actor, now=now
        ),
        gettext("The case is judged by these rules now. Everybody at work on it was screened again."),
    )
    return redirect(url_for("engagements.rule_pack", incident_id=incident_id))
