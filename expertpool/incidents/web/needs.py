"""One need, and the steps a coordinator takes with it."""

import uuid

from flask import redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from expertpool.incidents import queries, service
from expertpool.incidents.rules import NEED_STATE_WORDS, NeedState
from expertpool.incidents.web.blueprint import READERS, WORKERS, blp, log_lines
from expertpool.incidents.web.changes import said
from expertpool.incidents.web.panels import need_panels, panels_for
from expertpool.infra import clock
from expertpool.infra.db import unit_of_work
from expertpool.infra.gate import current_actor, open_to
from expertpool.infra.i18n import say, when

_WAY = (
    NeedState.DRAFT,
    NeedState.SUBMITTED,
    NeedState.PROPOSED,
    NeedState.APPROVED,
    NeedState.FILLED,
    NeedState.COMPLETED,
)


@blp.get("/needs/<uuid:need_id>")
@open_to(*READERS)
def need_page(need_id: uuid.UUID) -> str:
    """One need: who is asked for, for what, when, by which rules."""
    now, actor = clock.now(), current_actor()
    with unit_of_work() as session:
        page = queries.need_page(session, need_id, actor=actor)
        panels = panels_for(need_panels, session, actor, page, now)
    return render_template(
        "incidents/need.html",
        page=page,
        panels=panels,
        step_list=_steps(page),
        activity=log_lines(page.activity),
    )


def _steps(page: queries.NeedPage) -> list[dict[str, str]]:
    """The way of a need; a cancelled one stands at no step."""
    here = _WAY.index(page.row.state) if page.row.state in _WAY else -1
    notes = {
        NeedState.DRAFT: page.created_at,
        NeedState.SUBMITTED: page.submitted_at,
        NeedState.FILLED: page.filled_at,
        NeedState.COMPLETED: page.completed_at,
    }
    return [
        {
            "label": say(NEED_STATE_WORDS[state]),
            "state": "current" if place == here else "done" if place < here else "todo",
            "note": when(notes.get(state)),
        }
        for place, state in enumerate(_WAY)
    ]


@blp.post("/needs/<uuid:need_id>/submit")
@open_to(*WORKERS)
def submit_need(need_id: uuid.UUID) -> Response:
    """Ask for a plan."""
    actor, now = current_actor(), clock.now()
    said(
        lambda session: service.submit_need(session, need_id, actor=actor, now=now),
        gettext("The need is submitted."),
    )
    return redirect(url_for("incidents.need_page", need_id=need_id))


@blp.post("/needs/<uuid:need_id>/cancel")
@open_to(*WORKERS)
def cancel_need(need_id: uuid.UUID) -> Response:
    """Ask for nothing any more."""
    actor, now = current_actor(), clock.now()
    said(
        lambda session: service.cancel_need(session, need_id, actor=actor, now=now),
        gettext("The need is cancelled. Experts who were asked are told."),
    )
    return redirect(url_for("incidents.need_page", need_id=need_id))
