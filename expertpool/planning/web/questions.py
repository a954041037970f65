"""Questions about a plan: asked by a button, waited for, shown where they were asked."""

import uuid

from flask import make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from expertpool.incidents.web.changes import said
from expertpool.infra import clock
from expertpool.infra.db import unit_of_work
from expertpool.infra.gate import current_actor, open_to
from expertpool.planning import queries, service
from expertpool.planning.models import PlanQuestion
from expertpool.planning.rules import QuestionKind, QuestionState
from expertpool.planning.web.blueprint import PLANNERS, READERS, blp
from expertpool.planning.web.runs import asks_for_a_part
from expertpool.refusals import Invalid
from expertpool.words import words


@blp.post("/plans/runs/<uuid:run_id>/questions")
@open_to(*PLANNERS)
def ask(run_id: uuid.UUID) -> Response:
    """Ask what would fill a seat, what keeps an expert off one, or which other teams there are."""
    actor, now = current_actor(), clock.now()
    kind = next((each for each in QuestionKind if each.value == request.form.get("kind")), None)
    seat_id, expert_id = _key("seat_id"), _key("expert_id")

    def work(session: Session) -> None:
        queries.run_row(session, run_id, actor=actor)
        if kind is None:
            raise Invalid(
                words("Choose what to ask."), fields={"kind": words("Choose an entry of the list.")}
            )
        service.ask(session, run_id, kind=kind, seat_id=seat_id, expert_id=expert_id, actor=actor, now=now)

    said(work, gettext("We are working it out. The answer appears here in a few seconds."))
    if kind is QuestionKind.WHY_NOT and seat_id is not None:
        return redirect(
            url_for("planning.seat_page", run_id=run_id, seat_id=seat_id, expert=expert_id, _anchor="asked")
        )
    return redirect(url_for("planning.run_page", run_id=run_id, _anchor=_place(kind, seat_id)))


def _place(kind: QuestionKind | None, seat_id: uuid.UUID | None) -> str:
    return "teams" if kind is QuestionKind.ALTERNATIVES else f"empty-{seat_id}"


def _key(name: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.form.get(name, ""))
    except ValueError:
        return None


@blp.get("/plans/runs/<uuid:run_id>/questions/<uuid:question_id>")
@open_to(*READERS)
def question(run_id: uuid.UUID, question_id: uuid.UUID) -> Response:
    """The part of a page that waits for an answer; without htmx the page itself."""
    with unit_of_work() as session:
        found = queries.question(session, run_id, question_id, actor=current_actor())
    if not asks_for_a_part():
        return redirect(_page_of(found))
    answer = make_response(render_template("planning/_waiting.html", question=found))
    if found.state is not QuestionState.WAITING:
        answer.headers["HX-Refresh"] = "true"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _page_of(found: PlanQuestion) -> str:
    if found.kind is QuestionKind.WHY_NOT:
        return url_for(
            "planning.seat_page", run_id=found.run_id, seat_id=found.seat_id, expert=found.expert_id
        )
    return url_for("planning.run_page", run_id=found.run_id, _anchor=_place(found.kind, found.seat_id))
