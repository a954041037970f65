"""Incidents, parties, ministries and clocks."""

# mypy: disable-error-code="untyped-decorator"
# flask-smorest is untyped.

import dataclasses
import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
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
from expertpool.incidents.queries import ClockDate, IncidentFilters, IncidentRow, PartyView
from expertpool.incidents.rules import IncidentFacts
from expertpool.infra import clock
from expertpool.infra.db import unit_of_work
from expertpool.infra.gate import current_actor, open_to
from expertpool.infra.identity import Role
from expertpool.ministries.queries import ministry_by_code


def _body(session: Session, incident_id: uuid.UUID) -> dict[str, Any]:
    """The incident as `IncidentOut` shows it; its ETag is set on the way."""
    page = queries.incident_page(session, incident_id, actor=current_actor(), now=clock.now())
    blp.set_etag({"version": page.row.version})
    row = {each.name: getattr(page.row, each.name) for each in dataclasses.fields(page.row)}
    return row | {name: getattr(page, name) for name in ("summary", "technologies", "ministries", "parties")}


def _check_etag(session: Session, incident_id: uuid.UUID) -> int:
    """The version the caller read; anything else is refused as changed since."""
    row = queries.incident_row(session, incident_id, actor=current_actor())
    blp.check_etag({"version": row.version})
    return row.version


def _ministry(session: Session, code: str) -> uuid.UUID:
    """The ministry with this code. Raises: NotFound, also for what could not be a code."""
    return ministry_by_code(session, code if code.isalnum() else "").id


@blp.get("/incidents")
@open_to(*READERS)
@blp.arguments(schemas.IncidentQuery, location="query")
@blp.response(200, schemas.IncidentRowOut(many=True))
@blp.paginate()
def list_incidents(
    query: dict[str, Any], pagination_parameters: PaginationParameters
) -> Sequence[IncidentRow]:
    """The incidents you may know of, filtered and sorted."""
    filters = IncidentFilters(
        states=tuple(query["state"]),
        type_code=query["type_code"],
        urgency=query["urgency"],
        region_code=query["region_code"],
        ministry_code=query["ministry"],
        text=query["text"],
        sort=query["sort"],
    )
    page, size = pagination_parameters.page, pagination_parameters.page_size
    with unit_of_work() as session:
        rows, count = queries.find_incidents(session, filters, actor=current_actor(), page=page, size=size)
    pagination_parameters.item_count = count
    return rows


@blp.post("/incidents")
@open_to(*WORKERS)
@blp.etag
@blp.arguments(schemas.IncidentIn)
@blp.response(201, schemas.IncidentOut)
@blp.alt_response(422, description=FAULTY)
def record_incident(facts: IncidentFacts) -> dict[str, Any]:
    """Record an incident as a draft of your ministry; it gets its receipt number at once."""
    with unit_of_work() as session:
        incident = service.record_incident(session, actor=current_actor(), now=clock.now(), facts=facts)
        return _body(session, incident.id)


@blp.get("/incidents/<uuid:incident_id>")
@open_to(*READERS, Role.EXPERT)
@blp.etag
@blp.response(200, schemas.IncidentOut)
@blp.alt_response(404, description=NOTHING)
def get_incident(incident_id: uuid.UUID) -> dict[str, Any]:
    """One incident, as much of it as you may see."""
    with unit_of_work() as session:
        return _body(session, incident_id)


@blp.put("/incidents/<uuid:incident_id>")
@open_to(*WORKERS)
@blp.etag
@blp.arguments(schemas.IncidentIn)
@blp.response(200, schemas.IncidentOut)
@blp.alt_response(403, description=NOT_YOURS)
@blp.alt_response(404, description=NOTHING)
@blp.alt_response(409, description=NOT_NOW)
@blp.alt_response(412, description=CHANGED)
@blp.alt_response(422, description=FAULTY)
def change_incident(facts: IncidentFacts, incident_id: uuid.UUID) -> dict[str, Any]:
    """Correct the facts."""
    with unit_of_work() as session:
        version = _check_etag(session, incident_id)
        service.change_incident(
            session, incident_id, facts=facts, version=version, actor=current_actor(), now=clock.now()
        )
        return _body(session, incident_id)


@blp.put("/incidents/<uuid:incident_id>/state")
@open_to(*WORKERS)
@blp.etag
@blp.arguments(schemas.IncidentStateIn)
@blp.response(200, schemas.IncidentOut)
@blp.alt_response(403, description=NOT_YOURS)
@blp.alt_response(404, description=NOTHING)
@blp.alt_response(409, description=NOT_NOW)
@blp.alt_response(412, description=CHANGED)
def move_incident(body: dict[str, Any], incident_id: uuid.UUID) -> dict[str, Any]:
    """Receive, triage, activate, close or reopen an incident by naming its next state."""
    with unit_of_work() as session:
        _check_etag(session, incident_id)
        service.move_incident(session, incident_id, body["state"], actor=current_actor(), now=clock.now())
        return _body(session, incident_id)


@blp.get("/incidents/<uuid:incident_id>/parties")
@open_to(*READERS, Role.EXPERT)
@blp.response(200, schemas.IncidentPartyOut(many=True))
@blp.alt_response(404, description=NOTHING)
def list_parties(incident_id: uuid.UUID) -> Sequence[PartyView]:
    """Everybody who stands in the case."""
    with unit_of_work() as session:
        page = queries.incident_page(session, incident_id, actor=current_actor(), now=clock.now())
    return list(page.parties)


@blp.post("/incidents/<uuid:incident_id>/parties")
@open_to(*WORKERS)
@blp.arguments(schemas.IncidentPartyIn)
@blp.response(201, schemas.IncidentPartyOut)
@blp.alt_response(403, description=NOT_YOURS)
@blp.alt_response(404, description=NOTHING)
@blp.alt_response(409, description=NOT_NOW)
@blp.alt_response(422, description=FAULTY)
def add_party(body: dict[str, Any], incident_id: uuid.UUID) -> PartyView:
    """Add an organisation or a person on record to the case."""
    with unit_of_work() as session:
        party = service.add_party(session, incident_id, actor=current_actor(), now=clock.now(), **body)
        page = queries.incident_page(session, incident_id, actor=current_actor(), now=clock.now())
        return next(view for view in page.parties if view.id == party.id)


@blp.delete("/incidents/<uuid:incident_id>/parties/<uuid:party_id>")
@open_to(*WORKERS)
@blp.response(204)
@blp.alt_response(403, description=NOT_YOURS)
@blp.alt_response(404, description=NOTHING)
@blp.alt_response(409, description=NOT_NOW)
def remove_party(incident_id: uuid.UUID, party_id: uuid.UUID) -> None:
    """Take out a party that was added by mistake."""
    with unit_of_work() as session:
        service.remove_party(session, incident_id, party_id, actor=current_actor(), now=clock.now())


@blp.put("/incidents/<uuid:incident_id>/ministries/<string:code>")
@open_to(*WORKERS)
@blp.arguments(schemas.IncidentMinistryIn)
@blp.response(200, schemas.IncidentMinistryOut(many=True))
@blp.alt_response(403, description=NOT_YOURS)
@blp.alt_response(404, description=NOTHING)
@blp.alt_response(409, description=NOT_NOW)
@blp.alt_response(422, description=FAULTY)
def involve_ministry(body: dict[str, Any], incident_id: uuid.UUID, code: str) -> Sequence[Any]:
    """Give a ministry its part; `lead` hands the lead over. Answers with all parts you may still see."""
    with unit_of_work() as session:
        incident = service.involve_ministry(
            session,
            incident_id,
            ministry_id=_ministry(session, code),
            actor=current_actor(),
            now=clock.now(),
            **body,
        )
        return [
            {"ministry": {"code": row.ministry.code}, "part": row.part, "task": row.task}
            for row in incident.ministries
        ]


@blp.delete("/incidents/<uuid:incident_id>/ministries/<string:code>")
@open_to(*WORKERS)
@blp.response(204)
@blp.alt_response(403, description=NOT_YOURS)
@blp.alt_response(404, description=NOTHING)
@blp.alt_response(409, description=NOT_NOW)
def release_ministry(incident_id: uuid.UUID, code: str) -> None:
    """End a supporting ministry's part, and with it its sight of the case."""
    with unit_of_work() as session:
        service.release_ministry(
            session,
            incident_id,
            ministry_id=_ministry(session, code),
            actor=current_actor(),
            now=clock.now(),
        )


@blp.get("/incidents/<uuid:incident_id>/clocks")
@open_to(*READERS)
@blp.response(200, schemas.ClockOut(many=True))
@blp.alt_response(404, description=NOTHING)
def list_clocks(incident_id: uuid.UUID) -> Sequence[ClockDate]:
    """The clocks of the case as dates, the nearest first."""
    with unit_of_work() as session:
        page = queries.incident_page(session, incident_id, actor=current_actor(), now=clock.now())
    return list(page.clocks)


@blp.put("/incidents/<uuid:incident_id>/triggers/<string:trigger>")
@open_to(*WORKERS)
@blp.arguments(schemas.TriggerIn)
@blp.response(200, schemas.ClockOut(many=True))
@blp.alt_response(403, description=NOT_YOURS)
@blp.alt_response(404, description=NOTHING)
@blp.alt_response(409, description=NOT_NOW)
@blp.alt_response(422, description=FAULTY)
def note_trigger(
    body: Mapping[str, dt.datetime], incident_id: uuid.UUID, trigger: str
) -> Sequence[ClockDate]:
    """Note when something happened, or will happen, that sets off a clock."""
    actor, now = current_actor(), clock.now()
    with unit_of_work() as session:
        happened_at = body["happened_at"].astimezone(dt.UTC)
        service.note_trigger(
            session, incident_id, trigger=trigger, happened_at=happened_at, actor=actor, now=now
        )
        return list(queries.incident_page(session, incident_id, actor=actor, now=now).clocks)
