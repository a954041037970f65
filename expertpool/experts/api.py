"""The registry for programs."""

# mypy: disable-error-code="untyped-decorator"
# flask-smorest is untyped.

import datetime as dt
import uuid
from typing import Any

from flask_smorest import Blueprint
from flask_smorest.pagination import PaginationParameters
from sqlalchemy.orm import Session

from expertpool.experts import queries, schemas, service
from expertpool.experts.models import Expert
from expertpool.experts.queries import Column, ExpertView, Order, Page
from expertpool.experts.rules import ExpertFacts, ExpertState, FacetKind
from expertpool.infra import clock
from expertpool.infra.db import db, unit_of_work
from expertpool.infra.gate import STAFF, current_actor, open_to
from expertpool.infra.i18n import language
from expertpool.infra.identity import Role

blp = Blueprint(
    "experts_api", __name__, url_prefix="/api/v1", description="Who is in the pool and what they can do."
)

KEEPERS = (Role.COORDINATOR, Role.ADMIN)


@blp.get("/experts")
@open_to(*STAFF)
@blp.arguments(schemas.ExpertsIn, location="query")
@blp.response(200, schemas.ExpertOut(many=True))
@blp.paginate()
def list_experts(asked: dict[str, Any], pagination_parameters: PaginationParameters) -> list[ExpertView]:
    """Experts by filter and sorting. A hidden name is neither matched, nor sorted by, nor shown."""
    sort: str = asked["sort"]
    found = queries.find_experts(
        db.session(),
        asked["filters"],
        Page(pagination_parameters.page, pagination_parameters.page_size),
        viewer=current_actor(),
        today=_today(),
        order=Order(Column(sort.removeprefix("-")), sort.startswith("-"), language()),
    )
    pagination_parameters.item_count = found.total
    return found.experts


@blp.post("/experts")
@open_to(*KEEPERS)
@blp.etag
@blp.arguments(schemas.ExpertIn)
@blp.response(201, schemas.ExpertOut)
@blp.alt_response(403, description="Not an expert of your ministry.")
@blp.alt_response(422, description="A field cannot be used.")
def register_expert(facts: ExpertFacts) -> ExpertView:
    """Enter an expert of the own ministry, who has then applied."""
    with unit_of_work() as session:
        expert = service.register_expert(session, actor=current_actor(), now=clock.now(), facts=facts)
        return _told(session, expert)


@blp.get("/experts/<uuid:expert_id>")
@open_to(*STAFF, Role.EXPERT)
@blp.etag
@blp.response(200, schemas.ExpertOut)
@blp.alt_response(404, description="No such expert, or not for you.")
def get_expert(expert_id: uuid.UUID) -> ExpertView:
    """One expert. The ETag has to be sent back to change them."""
    view = queries.expert_seen_by(db.session(), current_actor(), expert_id, today=_today())
    blp.set_etag({"version": view.version})
    return view


@blp.put("/experts/<uuid:expert_id>")
@open_to(*KEEPERS)
@blp.etag
@blp.arguments(schemas.ExpertIn)
@blp.response(200, schemas.ExpertOut)
@blp.alt_response(412, description="Somebody changed the expert after you read them.")
def put_expert(facts: ExpertFacts, expert_id: uuid.UUID) -> ExpertView:
    """Replace everything that is said about an expert."""
    with unit_of_work() as session:
        expert = service.change_expert(
            session,
            expert_id,
            actor=current_actor(),
            now=clock.now(),
            version=_checked_version(session, expert_id),
            facts=facts,
        )
        return _told(session, expert)


@blp.put("/experts/<uuid:expert_id>/state")
@open_to(*KEEPERS)
@blp.etag
@blp.arguments(schemas.StateSchema)
@blp.response(200, schemas.ExpertOut)
@blp.alt_response(409, description="The state cannot be reached from here.")
@blp.alt_response(412, description="Somebody changed the expert after you read them.")
def put_state(body: dict[str, ExpertState], expert_id: uuid.UUID) -> ExpertView:
    """Move an expert one step along: applied, verified, active, paused, retired."""
    with unit_of_work() as session:
        expert = service.move_expert(
            session,
            expert_id,
            body["state"],
            actor=current_actor(),
            now=clock.now(),
            version=_checked_version(session, expert_id),
        )
        return _told(session, expert)


@blp.get("/facets")
@open_to(*STAFF, Role.EXPERT)
@blp.arguments(schemas.FacetTermsIn, location="query")
@blp.response(200, schemas.FacetTermOut(many=True))
def list_facets(asked: dict[str, FacetKind]) -> list[dict[str, Any]]:
    """The codes of all facet kinds or of one, in the order of their lists."""
    terms = queries.facet_terms(db.session())
    return [
        {"kind": kind, "code": name.code, "name_ko": name.name_ko, "name_en": name.name_en}
        for (kind, _), name in terms.items()
        if asked.get("kind") in (None, kind)
    ]


@blp.get("/facets/desks")
@open_to(*STAFF, Role.EXPERT)
@blp.response(200, schemas.DeskOut(many=True))
def list_desks() -> list[dict[str, Any]]:
    """The fourteen desks people choose from, and the technology fields behind each."""
    return [
        {
            "code": desk.code,
            "name_ko": desk.name_ko,
            "name_en": desk.name_en,
            "fields_of_technology": list(queries.technology_fields(desk.code)),
        }
        for desk in queries.desks()
    ]


def _today() -> dt.date:
    return clock.seoul_date(clock.now())


def _checked_version(session: Session, expert_id: uuid.UUID) -> int:
    """The version the caller's If-Match names; the service checks it again under its lock."""
    version = queries.expert_seen_by(session, current_actor(), expert_id, today=_today()).version
    blp.check_etag({"version": version})
    return version


def _told(session: Session, expert: Expert) -> ExpertView:
    view = queries.view_of(expert, current_actor(), terms=queries.facet_terms(session), today=_today())
    blp.set_etag({"version": view.version})
    return view
