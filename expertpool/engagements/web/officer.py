"""The conflict officer's queue of cards."""

import uuid

from flask import redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from expertpool.engagements import queries, service
from expertpool.engagements.web.blueprint import blp, said
from expertpool.infra import clock
from expertpool.infra.db import unit_of_work
from expertpool.infra.gate import current_actor, open_to
from expertpool.infra.identity import Role


@blp.get("/conflicts/cards")
@open_to(Role.CONFLICT_OFFICER)
def card_queue() -> str:
    """The cards that name a tie or a doubt, oldest first."""
    with unit_of_work() as session:
        cards = queries.card_queue(session, actor=current_actor())
    return render_template("engagements/card_queue.html", cards=cards)


@blp.post("/engagements/<uuid:engagement_id>/ruling")
@open_to(Role.CONFLICT_OFFICER)
def rule_on_card(engagement_id: uuid.UUID) -> Response:
    """Decide about a card."""
    actor, now, cleared = current_actor(), clock.now(), request.form.get("cleared") == "yes"

    def decide(session: Session) -> None:
        service.rule_on_card(session, engagement_id, cleared=cleared, actor=actor, now=now)

    said(
        decide,
        gettext("The card is clear. The case is open to the expert.")
        if cleared
        else gettext("The expert is off. The coordinator looks for somebody else."),
    )
    return redirect(url_for("engagements.card_queue"))
