"""Free and blocked time, weekly hours, single days, leave and busy times for programs."""

# mypy: disable-error-code="untyped-decorator"
# flask-smorest is untyped.

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from expertpool.availability import access, queries, schemas, service
from expertpool.availability.api.blueprint import KEEPERS, blp
from expertpool.availability.rules import (
    DayException,
    Leave,
    Span,
    WeeklyPattern,
    blocked,
    check_window,
    free,
    hours_version,
    told_to_others,
)
from expertpool.infra import clock
from expertpool.infra.db import db, unit_of_work
from expertpool.infra.gate import STAFF, current_actor, open_to
from expertpool.infra.i18n import say
from expertpool.infra.identity import Role
from expertpool.refusals import Invalid
from expertpool.words import words


@blp.get("/availability")
@open_to(*STAFF, Role.EXPERT)
@blp.arguments(schemas.WindowIn, location="query")
@blp.response(200, schemas.AvailabilityOut)
@blp.alt_response(404, description="No such expert, or not for you.")
def get_availability(window: dict[str, dt.datetime], expert_id: uuid.UUID) -> dict[str, Any]:
    """Free and blocked spans of a period of at most 400 days; together they are exactly the period."""
    span = _span(window)
    queries.expert_seen(db.session(), expert_id)
    calendar = queries.calendars_of(db.session(), [expert_id], window=span)[expert_id]
    now, own = clock.now(), access.is_own(current_actor(), expert_id)
    return {
        "expert_id": expert_id,
        "free": free(span, calendar, now=now),
        "blocked": [
            {
                "start": block.span.start,
                "end": block.span.end,
                "kind": block.kind,
                "reason": say(block.reason if own else told_to_others(block)),
            }
            for block in blocked(span, calendar, now=now)
        ],
    }


def _span(window: Mapping[str, dt.datetime]) -> Span:
    start, end = (window[side].astimezone(dt.UTC) for side in ("start", "end"))
    if end <= start:
        fault = words("Choose an end after the start.")
        raise Invalid(words("This period cannot be planned."), fields={"end": fault})
    span = Span(start, end)
    check_window(span)
    return span


@blp.get("/availability/patterns")
@open_to(*KEEPERS)
@blp.etag
@blp.response(200, schemas.PatternsSchema)
@blp.alt_response(403, description="Only the expert and the expert's own ministry read the entries.")
def get_patterns(expert_id: uuid.UUID) -> dict[str, Sequence[WeeklyPattern]]:
    """All weekly hours. The ETag has to be sent back to replace them."""
    access.check_may_keep(current_actor(), queries.expert_seen(db.session(), expert_id))
    patterns = queries.own_patterns(db.session(), expert_id)
    blp.set_etag(_facts(patterns))
    return {"patterns": patterns}


@blp.put("/availability/patterns")
@open_to(*KEEPERS)
@blp.etag
@blp.arguments(schemas.PatternsSchema)
@blp.response(200, schemas.PatternsSchema)
@blp.alt_response(412, description="Somebody changed the hours after you read them.")
def put_patterns(body: dict[str, list[dict[str, Any]]], expert_id: uuid.UUID) -> dict[str, Any]:
    """Replace all weekly hours."""
    with unit_of_work() as session:
        access.check_may_keep(current_actor(), queries.expert_seen(session, expert_id))
        kept = queries.own_patterns(session, expert_id)
        blp.check_etag(_facts(kept))
        wanted = service.change_patterns(
            session,
            expert_id,
            patterns=[WeeklyPattern(**each) for each in body["patterns"]],
            seen=hours_version(kept),
            actor=current_actor(),
            now=clock.now(),
        )
    blp.set_etag(_facts(wanted))
    return {"patterns": wanted}


def _facts(patterns: Sequence[WeeklyPattern]) -> dict[str, str]:
    return {"version": hours_version(patterns)}


@blp.put("/availability/notice")
@open_to(*KEEPERS)
@blp.arguments(schemas.NoticeSchema)
@blp.response(200, schemas.NoticeSchema)
def put_notice(body: dict[str, int], expert_id: uuid.UUID) -> dict[str, int]:
    """Say how long before the start somebody must ask."""
    with unit_of_work() as session:
        minutes = body["notice_minutes"]
        service.change_notice(session, expert_id, minutes=minutes, actor=current_actor(), now=clock.now())
    return body


@blp.post("/availability/exceptions")
@open_to(*KEEPERS)
@blp.arguments(schemas.ExceptionIn)
@blp.response(201, schemas.MadeOut)
def post_exception(body: dict[str, Any], expert_id: uuid.UUID) -> object:
    """Add hours on one day, or take hours out of it."""
    with unit_of_work() as session:
        change = DayException(**body)
        return service.add_exception(
            session, expert_id, change=change, actor=current_actor(), now=clock.now()
        )


@blp.post("/availability/leaves")
@open_to(*KEEPERS)
@blp.arguments(schemas.LeaveIn)
@blp.response(201, schemas.MadeOut)
def post_leave(body: dict[str, Any], expert_id: uuid.UUID) -> object:
    """Note days away."""
    with unit_of_work() as session:
        leave = Leave(**body)
        return service.add_leave(session, expert_id, leave=leave, actor=current_actor(), now=clock.now())


@blp.post("/availability/busy")
@open_to(*KEEPERS)
@blp.arguments(schemas.BusyIn)
@blp.response(201, schemas.MadeOut)
def post_busy(body: dict[str, Any], expert_id: uuid.UUID) -> object:
    """Note time taken elsewhere."""
    with unit_of_work() as session:
        return service.add_busy(session, expert_id, **body, actor=current_actor(), now=clock.now())


@blp.delete("/availability/exceptions/<uuid:entry_id>")
@open_to(*KEEPERS)
@blp.response(204)
def delete_exception(expert_id: uuid.UUID, entry_id: uuid.UUID) -> None:
    """Let the weekly hours hold on that day again."""
    with unit_of_work() as session:
        service.remove_exception(session, expert_id, entry_id, actor=current_actor(), now=clock.now())


@blp.delete("/availability/leaves/<uuid:entry_id>")
@open_to(*KEEPERS)
@blp.response(204)
def delete_leave(expert_id: uuid.UUID, entry_id: uuid.UUID) -> None:
    """Take leave back."""
    with unit_of_work() as session:
        service.remove_leave(session, expert_id, entry_id, actor=current_actor(), now=clock.now())


@blp.delete("/availability/busy/<uuid:entry_id>")
@open_to(*KEEPERS)
@blp.response(204)
def delete_busy(expert_id: uuid.UUID, entry_id: uuid.UUID) -> None:
    """Give the time back."""
    with unit_of_work() as session:
        service.remove_busy(session, expert_id, entry_id, actor=current_actor(), now=clock.now())
