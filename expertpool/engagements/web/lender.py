"""What others ask of the experts of a ministry: who, how much, when; never what for."""

import datetime as dt
import uuid

from flask import redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from expertpool.engagements import queries, service
from expertpool.engagements.web.blueprint import blp, check_version, said
from expertpool.incidents.queries import DeskGroup, DeskItem, desk_groups
from expertpool.infra import clock
from expertpool.infra.db import unit_of_work
from expertpool.infra.gate import current_actor, open_to
from expertpool.infra.identity import Actor, Role
from expertpool.words import words


@blp.get("/lending/requests")
@open_to(Role.COORDINATOR, Role.MINISTRY_VIEWER)
def consent_list() -> str:
    """The ministry's experts others ask for."""
    actor = current_actor()
    with unit_of_work() as session:
        lines = queries.consents_of(session, actor=actor)
    return render_template("engagements/consents.html", lines=lines, may_consent=actor.is_a(Role.COORDINATOR))


@blp.post("/engagements/<uuid:engagement_id>/consent")
@open_to(Role.COORDINATOR)
def consent(engagement_id: uuid.UUID) -> Response:
    """Lend, or refuse to."""
    actor, now, given = current_actor(), clock.now(), request.form.get("given") == "yes"

    def decide(session: Session) -> None:
        check_version(service.lock_engagement(session, engagement_id, actor=actor).version)
        service.consent(session, engagement_id, given=given, actor=actor, now=now)

    said(decide, gettext("You consented.") if given else gettext("You refused. The expert is free again."))
    return redirect(url_for("engagements.consent_list"))


def _waiting_for_consent(session: Session, actor: Actor, _now: dt.datetime) -> list[DeskItem]:
    return [
        DeskItem(
            name_ko=line.expert.name_ko,
            name_en=line.expert.name_en,
            note=words("Another ministry asks for your expert. Consent or refuse."),
            endpoint="engagements.consent_list",
            due_at=line.silent_from,
        )
        for line in queries.consents_of(session, actor=actor)
        if line.waits
    ]


desk_groups.append(DeskGroup("lending", 45, words("Experts other ministries ask for"), _waiting_for_consent))
