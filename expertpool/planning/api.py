"""Planning runs and wishes as programs use them."""

# mypy: disable-error-code="untyped-decorator"
# flask-smorest is untyped.

import dataclasses
import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from flask import make_response, request
from flask_smorest import Blueprint
from flask_smorest.pagination import PaginationParameters
from werkzeug.wrappers import Response

from expertpool.config import settings_of_app
from expertpool.incidents.queries import need_page
from expertpool.infra import clock
from expertpool.infra.db import unit_of_work
from expertpool.infra.gate import current_actor, open_to
from expertpool.infra.identity import Role
from expertpool.planning import queries, schemas, service
from expertpool.planning.rules import RunState, Wish

blp = Blueprint(
    "planning_api",
    __name__,
    url_prefix="/api/v1",
    description="Searches for teams: their progress, proposals and reasons, and the wishes they keep to.",
)

WORKERS = (Role.COORDINATOR,)
READERS = (Role.COORDINATOR, Role.CONFLICT_OFFICER, Role.AUDITOR)

NOT_YOURS = "You may see it, but not do this."
NOTHING = "No such thing, or not for you."
NOT_NOW = "The state of the thing does not allow this step."
CHANGED = "Somebody changed it after you read it."
FAULTY = "Some fields cannot be used; `errors` names them."


@blp.get("/plan-runs")
@open_to(*READERS)
@blp.arguments(schemas.RunQuery, location="query")
@blp.response(200, schemas.PlanRunRowOut(many=True))
@blp.paginate()
@blp.alt_response(404, description=NOTHING)
def list_runs(
    query: dict[str, uuid.UUID], pagination_parameters: PaginationParameters
) -> Sequence[queries.RunRow]:
    """The searches of one need, the newest first."""
    with unit_of_work() as session:
        rows = queries.runs_of(session, query["need_id"], actor=current_actor())
    pagination_parameters.item_count = len(rows)
    return rows[pagination_parameters.first_item : pagination_parameters.last_item + 1]


@blp.post("/plan-runs")
@open_to(*WORKERS)
@blp.arguments(schemas.RunIn)
@blp.response(202, schemas.PlanRunRowOut)
@blp.alt_response(403, description=NOT_YOURS)
@blp.alt_response(404, description=NOTHING)
@blp.alt_response(409, description=NOT_NOW)
@blp.alt_response(422, description=FAULTY)
def request_run(body: dict[str, Any]) -> queries.RunRow:
    """Ask for a team. The search goes on by itself; read the run to see how far it is."""
    with unit_of_work() as session:
        run = service.request_run(
            session, need_id=body["need_id"], actor=current_actor(), now=clock.now(), seed=body["seed"]
        )
        return queries.run_row(session, run.id, actor=current_actor())


@blp.get("/plan-runs/<uuid:run_id>")
@open_to(*READERS)
@blp.etag
@blp.response(200, schemas.PlanRunOut)
@blp.alt_response(404, description=NOTHING)
def get_run(run_id: uuid.UUID) -> dict[str, Any]:
    """One run: its progress, then its team with reasons and what changed since the proposal before."""
    return _body(run_id)


def _body(run_id: uuid.UUID) -> dict[str, Any]:
    with unit_of_work() as session:
        page = queries.run_page(session, run_id, actor=current_actor())
    blp.set_etag(_standing(page.row))
    shown = {each.name: getattr(page.row, each.name) for each in dataclasses.fields(page.row)}
    return shown | {
        "seats": page.seats,
        "sessions": page.meetings,
        "differences": page.differences,
        "changed": page.changed,
        "troubles": page.troubles,
        "mended_by": page.mended_by.id if page.mended_by else None,
        "proven": page.proven,
    }


def _standing(row: queries.RunRow) -> dict[str, Any]:
    """What a reader of a run may have seen of it: its version, and its progress while it is at work."""
    return {"version": row.version, "seen": [row.stage, row.best, row.bound, row.unfilled]}


@blp.put("/plan-runs/<uuid:run_id>/state")
@open_to(*WORKERS)
@blp.etag
@blp.arguments(schemas.DecisionIn)
@blp.response(200, schemas.PlanRunOut)
@blp.alt_response(403, description=NOT_YOURS)
@blp.alt_response(404, description=NOTHING)
@blp.alt_response(409, description=NOT_NOW)
@blp.alt_response(412, description=CHANGED)
@blp.alt_response(422, description=FAULTY)
def decide(body: dict[str, str], run_id: uuid.UUID) -> dict[str, Any]:
    """Approve a proposal, which sends its offers, or discard it, which frees everybody."""
    actor, now = current_actor(), clock.now()
    with unit_of_work() as session:
        row = queries.run_row(session, run_id, actor=actor)
        blp.check_etag(_standing(row))
        if body["state"] == RunState.APPROVED.value:
            due = now + dt.timedelta(hours=settings_of_app().answer_hours)
            service.approve_run(session, run_id, answer_by=due, actor=actor, now=now, version=row.version)
        else:
            service.discard_run(session, run_id, actor=actor, now=now, version=row.version)
    return _body(run_id)


@blp.post("/plan-runs/<uuid:run_id>/stop")
@open_to(*WORKERS)
@blp.response(200, schemas.PlanRunRowOut)
@blp.alt_response(403, description=NOT_YOURS)
@blp.alt_response(404, description=NOTHING)
@blp.alt_response(409, description=NOT_NOW)
def stop_run(run_id: uuid.UUID) -> queries.RunRow:
    """End a search: one at work proposes the best team it has, one that waits is not begun."""
    with unit_of_work() as session:
        service.stop_run(session, run_id, actor=current_actor(), now=clock.now())
        return queries.run_row(session, run_id, actor=current_actor())


@blp.get("/plan-runs/<uuid:run_id>/seats/<uuid:seat_id>/reasons")
@open_to(*READERS)
@blp.arguments(schemas.ReasonQuery, location="query")
@blp.response(200, schemas.PlanReasonsOut)
@blp.alt_response(404, description=NOTHING)
def seat_reasons(query: dict[str, Any], run_id: uuid.UUID, seat_id: uuid.UUID) -> queries.SeatPage:
    """Why and why not: the candidates of a seat with the rules against them."""
    with unit_of_work() as session:
        return queries.seat_page(
            session, run_id, seat_id, actor=current_actor(), page=query["page"], rule=query["rule"]
        )


@blp.post("/plan-runs/<uuid:run_id>/questions")
@open_to(*WORKERS)
@blp.arguments(schemas.QuestionIn)
@blp.response(202, schemas.PlanQuestionOut)
@blp.alt_response(403, description=NOT_YOURS)
@blp.alt_response(404, description=NOTHING)
@blp.alt_response(409, description=NOT_NOW)
@blp.alt_response(422, description=FAULTY)
def ask(body: dict[str, Any], run_id: uuid.UUID) -> queries.QuestionView:
    """Ask about a plan. The answer is worked out meanwhile; read the question until it is there."""
    with unit_of_work() as session:
        asked = service.ask(session, run_id, actor=current_actor(), now=clock.now(), **body)
        return queries.question_view(session, run_id, asked.id, actor=current_actor())


@blp.get("/plan-runs/<uuid:run_id>/questions/<uuid:question_id>")
@open_to(*READERS)
@blp.response(200, schemas.PlanQuestionOut)
@blp.alt_response(404, description=NOTHING)
def get_question(run_id: uuid.UUID, question_id: uuid.UUID) -> queries.QuestionView:
    """A question about a plan, with its answer once there is one."""
    with unit_of_work() as session:
        return queries.question_view(session, run_id, question_id, actor=current_actor())


@blp.get("/plan-runs/<uuid:run_id>/snapshot")
@open_to(*READERS)
@blp.response(
    200, {"type": "object"}, description="The exact bytes that were searched; ETag is their SHA-256."
)
@blp.alt_response(404, description=NOTHING)
def run_snapshot(run_id: uuid.UUID) -> Response:
    """What the planner knew, to replay a decision."""
    with unit_of_work() as session:
        text, digest = queries.snapshot_of(session, run_id, actor=current_actor())
    answer = make_response(text)
    answer.content_type = "application/json"
    answer.set_etag(digest)
    return answer.make_conditional(request)


@blp.put("/needs/<uuid:need_id>/times")
@open_to(*WORKERS)
@blp.etag
@blp.arguments(schemas.TimesIn)
@blp.response(200, schemas.MovedOut)
@blp.alt_response(403, description=NOT_YOURS)
@blp.alt_response(404, description=NOTHING)
@blp.alt_response(409, description=NOT_NOW)
@blp.alt_response(412, description=CHANGED)
@blp.alt_response(422, description=FAULTY)
def move_times(body: dict[str, Any], need_id: uuid.UUID) -> dict[str, queries.RunRow | None]:
    """Move the deadline and the windows of a need while a plan stands on it; the plan is mended.

    The ETag is that of the need.
    """
    actor = current_actor()
    windows = {each["session_id"]: (each["earliest"], each["latest"]) for each in body["windows"]}
    with unit_of_work() as session:
        version = need_page(session, need_id, actor=actor).row.version
        blp.check_etag({"version": version})
        run = service.move_times(
            session,
            need_id,
            deadline=body["deadline"],
            windows=windows,
            version=version,
            actor=actor,
            now=clock.now(),
        )
        blp.set_etag({"version": need_page(session, need_id, actor=actor).row.version})
        return {"repair": queries.run_row(session, run.id, actor=actor) if run else None}


@blp.get("/needs/<uuid:need_id>/wishes")
@open_to(*READERS)
@blp.response(200, schemas.PlanWishOut(many=True))
@blp.alt_response(404, description=NOTHING)
def list_wishes(need_id: uuid.UUID) -> Sequence[queries.WishView]:
    """Whom the next search must seat, or must not."""
    with unit_of_work() as session:
        return list(queries.wishes_of(session, need_id, actor=current_actor()))


@blp.post("/needs/<uuid:need_id>/wishes")
@open_to(*WORKERS)
@blp.arguments(schemas.WishIn)
@blp.response(201, schemas.PlanWishOut)
@blp.alt_response(403, description=NOT_YOURS)
@blp.alt_response(404, description=NOTHING)
@blp.alt_response(409, description=NOT_NOW)
@blp.alt_response(422, description=FAULTY)
def add_wish(body: dict[str, Any], need_id: uuid.UUID) -> queries.WishView:
    """Pin an expert to a seat, or exclude one; an earlier wish about the same gives way."""
    actor = current_actor()
    set_wish = service.pin if body["wish"] is Wish.PIN else service.ban
    with unit_of_work() as session:
        wish = set_wish(
            session,
            need_id=need_id,
            seat_id=body["seat_id"],
            expert_id=body["expert_id"],
            reason=body["reason"],
            actor=actor,
            now=clock.now(),
        )
        return next(each for each in queries.wishes_of(session, need_id, actor=actor) if each.id == wish.id)


@blp.delete("/needs/<uuid:need_id>/wishes/<uuid:wish_id>")
@open_to(*WORKERS)
@blp.response(204)
@blp.alt_response(403, description=NOT_YOURS)
@blp.alt_response(404, description=NOTHING)
@blp.alt_response(409, description=NOT_NOW)
def remove_wish(need_id: uuid.UUID, wish_id: uuid.UUID) -> None:
    """Take a pin or exclusion back."""
    with unit_of_work() as session:
        service.unwish(session, wish_id, need_id=need_id, actor=current_actor(), now=clock.now())
