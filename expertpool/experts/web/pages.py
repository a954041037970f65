"""One expert: what is known, what follows, and moving them along."""

import uuid

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from expertpool.audit import service as audit
from expertpool.experts import queries, service
from expertpool.experts.rules import (
    KIND_WORDS,
    LEVEL_WORDS,
    MOVE_WORDS,
    STATE_WORDS,
    TRANSITIONS,
    ExpertState,
    FacetKind,
)
from expertpool.experts.web.blueprint import KEEPERS, STATE_TONES, blp, today
from expertpool.experts.web.panels import panels_for
from expertpool.infra import clock
from expertpool.infra.db import unit_of_work
from expertpool.infra.gate import STAFF, current_actor, open_to
from expertpool.infra.i18n import say
from expertpool.refusals import Stale
from expertpool.words import Words, words


@blp.get("/experts/<uuid:expert_id>")
@open_to(*STAFF)
def expert_page(expert_id: uuid.UUID) -> str:
    """Everything the reader may know of one expert. Looking is recorded: it is somebody's personal data."""
    now, viewer = clock.now(), current_actor()
    with unit_of_work() as session:
        expert = queries.expert_seen_by(session, viewer, expert_id, today=today())
        panels = panels_for(session, viewer, expert, now)
        audit.record(session, actor=viewer, verb="expert.view", kind="expert", thing=expert_id, now=now)
    return render_template(
        "experts/page.html",
        expert=expert,
        panels=panels,
        kinds=[(kind, KIND_WORDS[kind]) for kind in FacetKind],
        level_words=LEVEL_WORDS,
        state_word=STATE_WORDS[expert.state],
        state_tone=STATE_TONES[expert.state],
        moves=[(state, MOVE_WORDS[state]) for state in ExpertState if state in TRANSITIONS[expert.state]],
        today=today(),
    )


@blp.post("/experts/<uuid:expert_id>/state")
@open_to(*KEEPERS)
def move(expert_id: uuid.UUID) -> Response:
    """Move the expert to the state of the button that was pressed."""
    wanted = request.form.get("state", "")
    if wanted not in set(ExpertState):
        raise Stale(words("This step does not exist. Reload the page to see what is possible."))
    with unit_of_work() as session:
        expert = service.move_expert(
            session,
            expert_id,
            ExpertState(wanted),
            actor=current_actor(),
            now=clock.now(),
            version=_version(),
        )
        state = STATE_WORDS[expert.state]
    return back_to(expert_id, words("The expert is now: %(state)s.", state=state))


@blp.post("/experts/<uuid:expert_id>/facets/<uuid:facet_id>/verify")
@open_to(*KEEPERS)
def verify(expert_id: uuid.UUID, facet_id: uuid.UUID) -> Response:
    """Note that the reader checked the evidence."""
    with unit_of_work() as session:
        service.verify_facet(
            session, expert_id, facet_id, actor=current_actor(), now=clock.now(), version=_version()
        )
    return back_to(expert_id, words("The evidence is noted as verified by you."))


def back_to(expert_id: uuid.UUID, done: Words) -> Response:
    """The expert's page, saying what was done."""
    flash(say(done), "success")
    return redirect(url_for("experts.expert_page", expert_id=expert_id))


def _version() -> int:
    return request.form.get("version", 0, type=int)
