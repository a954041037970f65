"""Runs as coordinators handle them: ask, watch, decide."""

import datetime as dt
import uuid

from flask import Response as Page
from flask import make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from expertpool.config import settings_of_app
from expertpool.engagements.rules import UrgentCall, may_declare_later
from expertpool.incidents.queries import NeedPage
from expertpool.incidents.web.changes import said
from expertpool.infra import clock
from expertpool.infra.db import unit_of_work
from expertpool.infra.gate import current_actor, open_to
from expertpool.planning import queries, service
from expertpool.planning.web.blueprint import PLANNERS, READERS, blp


def asks_for_a_part() -> bool:
    """Whether htmx asks: then only the part it swaps is answered."""
    return request.headers.get("HX-Request") == "true"


@blp.post("/needs/<uuid:need_id>/plan")
@open_to(*PLANNERS)
def request_run(need_id: uuid.UUID) -> Response:
    """Ask the planner for a team."""
    actor, now = current_actor(), clock.now()
    said(
        lambda session: service.request_run(session, need_id=need_id, actor=actor, now=now),
        gettext("The search has begun. You may leave this page; it goes on."),
    )
    return redirect(url_for("incidents.need_page", need_id=need_id))


@blp.get("/plans/runs/<uuid:run_id>")
@open_to(*READERS)
def run_page(run_id: uuid.UUID) -> Page:
    """One run: its progress while it is at work, then the team with reasons."""
    actor = current_actor()
    with unit_of_work() as session:
        if asks_for_a_part():
            return _progress(queries.run_row(session, run_id, actor=actor))
        page = queries.run_page(session, run_id, actor=actor)
        earlier = queries.runs_of(session, page.row.need_id, actor=actor)
    return make_response(
        render_template("planning/run.html", page=page, earlier=earlier, page_now=clock.now())
    )


def _progress(row: queries.RunRow) -> Page:
    """The part of the page that asks again each second; the whole page once the run has ended."""
    answer = make_response(
        render_template("planning/_progress.html", row=row, now=clock.now(), may_plan=_plans())
    )
    if not row.unfinished:
        answer.headers["HX-Refresh"] = "true"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _plans() -> bool:
    return current_actor().is_a(*PLANNERS)


@blp.post("/plans/runs/<uuid:run_id>/stop")
@open_to(*PLANNERS)
def stop_run(run_id: uuid.UUID) -> Response:
    """End the search and use the best team found so far."""
    actor, now = current_actor(), clock.now()
    said(
        lambda session: service.stop_run(session, run_id, actor=actor, now=now),
        gettext("The search ends. The best team found so far is shown in a moment."),
    )
    return redirect(url_for("planning.run_page", run_id=run_id))


@blp.get("/plans/runs/<uuid:run_id>/approve")
@open_to(*PLANNERS)
def approve_page(run_id: uuid.UUID) -> str:
    """What approving does, before it is done: whom it asks, when, on whose loan, and by when they answer."""
    with unit_of_work() as session:
        page = queries.run_page(session, run_id, actor=current_actor())
    pledges = _may_begin_on_a_pledge(page.need)
    return render_template(
        "planning/approve.html", page=page, answer_by=_answer_by(clock.now()), pledges=pledges
    )


def _may_begin_on_a_pledge(need: NeedPage) -> bool:
    """Whether anybody who is asked may answer the conflict card after the work began (NIGHT-01)."""
    return any(
        may_declare_later(
            UrgentCall(
                urgency=need.row.urgency,
                session_kinds=frozenset(
                    each.kind for each in need.sessions if seat.number in each.seat_numbers
                ),
                effort_minutes=seat.effort_minutes,
                compartmented=need.incident.compartmented,
            )
        )
        for seat in need.seats
    )


def _answer_by(now: dt.datetime) -> dt.datetime:
    return now + dt.timedelta(hours=settings_of_app().answer_hours)


@blp.post("/plans/runs/<uuid:run_id>/approve")
@open_to(*PLANNERS)
def approve_run(run_id: uuid.UUID) -> Response:
    """Send the offers; the answers come in on the page of the need."""
    actor, now, version = current_actor(), clock.now(), seen_version()
    said(
        lambda session: service.approve_run(
            session, run_id, answer_by=_answer_by(now), actor=actor, now=now, version=version
        ),
        gettext("The team is approved. The experts have been asked."),
    )
    return _to_the_need(run_id)


def _to_the_need(run_id: uuid.UUID) -> Response:
    """Back to where everything else about the need is done."""
    with unit_of_work() as session:
        need_id = queries.run_row(session, run_id, actor=current_actor()).need_id
    return redirect(url_for("incidents.need_page", need_id=need_id))


@blp.post("/plans/runs/<uuid:run_id>/discard")
@open_to(*PLANNERS)
def discard_run(run_id: uuid.UUID) -> Response:
    """Drop the proposal."""
    actor, now, version = current_actor(), clock.now(), seen_version()
    said(
        lambda session: service.discard_run(session, run_id, actor=actor, now=now, version=version),
        gettext("The proposal is discarded. Everybody it reserved is free again."),
    )
    return _to_the_need(run_id)


def seen_version() -> int | None:
    """The version of the run the reader saw, from the form."""
    return request.form.get("version", type=int)
