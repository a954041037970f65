"""Needs, and the templates they usually begin with."""

# mypy: disable-error-code="untyped-decorator"
# flask-smorest is untyped.

import dataclasses
import uuid
from collections.abc import Sequence
from typing import Any

from flask_smorest.pagination import PaginationParameters
from sqlalchemy.orm import Session

from expertpool.incidents import queries, schemas, service
from expertpool.incidents.api.blueprint import (
    CHANGED,
    FAULTY,
    NOT_NOW,
    NOT_YOURS,
    NOTHING,
    READERS,
    WORKERS,
    blp,
)
from expertpool.incidents.data import RequestTemplate, load_request_templates
from expertpool.incidents.queries import NeedRow
from expertpool.incidents.rules import NeedDraft, NeedState
from expertpool.infra import clock
from expertpool.infra.db import unit_of_work
from expertpool.infra.gate import current_actor, open_to


def _body(session: Session, need_id: uuid.UUID) -> dict[str, Any]:
    """The need as `NeedOut` shows it; its ETag is set on the way."""
    page = queries.need_page(session, need_id, actor=current_actor())
    blp.set_etag({"version": page.row.version})
    shown = {each.name: getattr(page, each.name) for each in dataclasses.fields(page)}
    return shown | {each.name: getattr(page.row, each.name) for each in dataclasses.fields(page.row)}


def _check_etag(session: Session, need_id: uuid.UUID) -> int:
    """The version the caller read; anything else is refused as changed since."""
    row = queries.need_page(session, need_id, actor=current_actor()).row
    blp.check_etag({"version": row.version})
    return row.version


@blp.get("/needs")
@open_to(*READERS)
@blp.arguments(schemas.NeedQuery, location="query")
@blp.response(200, schemas.NeedRowOut(many=True))
@blp.paginate()
def list_needs(query: dict[str, Any], pagination_parameters: PaginationParameters) -> Sequence[NeedRow]:
    """The needs you may know of, the nearest deadline first."""
    return _found(query, pagination_parameters, None)


@blp.get("/incidents/<uuid:incident_id>/needs")
@open_to(*READERS)
@blp.arguments(schemas.NeedQuery, location="query")
@blp.response(200, schemas.NeedRowOut(many=True))
@blp.paginate()
@blp.alt_response(404, description=NOTHING)
def list_needs_of_incident(
    query: dict[str, Any], incident_id: uuid.UUID, pagination_parameters: PaginationParameters
) -> Sequence[NeedRow]:
    """The needs of one incident, the nearest deadline first."""
    with unit_of_work() as session:
        queries.incident_row(session, incident_id, actor=current_actor())
    return _found(query, pagination_parameters, incident_id)


def _found(
    query: dict[str, Any], pagination: PaginationParameters, incident_id: uuid.UUID | None
) -> Sequence[NeedRow]:
    with unit_of_work() as session:
        rows, count = queries.find_needs(
            session,
            actor=current_actor(),
            page=pagination.page,
            size=pagination.page_size,
            states=query["state"],
            incident_id=incident_id,
        )
    pagination.item_count = count
    return rows


@blp.get("/request-templates")
@open_to(*READERS)
@blp.response(200, schemas.RequestTemplateOut(many=True))
def list_templates() -> Sequence[RequestTemplate]:
    """What is usually asked for, as far as it holds today."""
    today = clock.seoul_date(clock.now())
    return [template for template in load_request_templates() if template.valid_on(today)]


@blp.get("/incidents/<uuid:incident_id>/need-draft")
@open_to(*WORKERS)
@blp.arguments(schemas.RequestTemplateQuery, location="query")
@blp.response(200, schemas.NeedDraftOut)
@blp.alt_response(403, description=NOT_YOURS)
@blp.alt_response(404, description=NOTHING)
def draft_need(query: dict[str, str], incident_id: uuid.UUID) -> NeedDraft:
    """A need of this incident as a template usually asks for it; nothing is written."""
    with unit_of_work() as session:
        return service.template_draft(
            session, incident_id, query["template"], actor=current_actor(), now=clock.now()
        )


@blp.post("/incidents/<uuid:incident_id>/needs")
@open_to(*WORKERS)
@blp.etag
@blp.arguments(schemas.NeedIn)
@blp.response(201, schemas.NeedOut)
@blp.alt_response(403, description=NOT_YOURS)
@blp.alt_response(404, description=NOTHING)
@blp.alt_response(409, description=NOT_NOW)
@blp.alt_response(422, description=FAULTY)
def add_need(draft: NeedDraft, incident_id: uuid.UUID) -> dict[str, Any]:
    """Write down what experts are asked for, as a draft of your ministry."""
    with unit_of_work() as session:
        need = service.add_need(
            session, actor=current_actor(), now=clock.now(), incident_id=incident_id, draft=draft
        )
        return _body(session, need.id)


@blp.get("/needs/<uuid:need_id>")
@open_to(*READERS)
@blp.etag
@blp.response(200, schemas.NeedOut)
@blp.alt_response(404, description=NOTHING)
def get_need(need_id: uuid.UUID) -> dict[str, Any]:
    """One need with everything in it."""
    with unit_of_work() as session:
        return _body(session, need_id)


@blp.put("/needs/<uuid:need_id>")
@open_to(*WORKERS)
@blp.etag
@blp.arguments(schemas.NeedIn)
@blp.response(200, schemas.NeedOut)
@blp.alt_response(403, description=NOT_YOURS)
@blp.alt_response(404, description=NOTHING)
@blp.alt_response(409, description=NOT_NOW)
@blp.alt_response(412, description=CHANGED)
@blp.alt_response(422, description=FAULTY)
def change_need(draft: NeedDraft, need_id: uuid.UUID) -> dict[str, Any]:
    """Reword a need no plan stands on."""
    with unit_of_work() as session:
        version = _check_etag(session, need_id)
        service.change_need(
            session, need_id, draft=draft, version=version, actor=current_actor(), now=clock.now()
        )
        return _body(session, need_id)


@blp.put("/needs/<uuid:need_id>/state")
@open_to(*WORKERS)
@blp.etag
@blp.arguments(schemas.NeedStateIn)
@blp.response(200, schemas.NeedOut)
@blp.alt_response(403, description=NOT_YOURS)
@blp.alt_response(404, description=NOTHING)
@blp.alt_response(409, description=NOT_NOW)
@blp.alt_response(412, description=CHANGED)
@blp.alt_response(422, description=FAULTY)
def move_need(body: dict[str, NeedState], need_id: uuid.UUID) -> dict[str, Any]:
    """Submit a need, or cancel it. All other states follow from plans and answers."""
    step = service.submit_need if body["state"] is NeedState.SUBMITTED else service.cancel_need
    with unit_of_work() as session:
        _check_etag(session, need_id)
        step(session, need_id, actor=current_actor(), now=clock.now())
        return _body(session, need_id)
