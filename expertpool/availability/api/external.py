"""The calendars an expert keeps elsewhere, for the expert's own programs."""

# mypy: disable-error-code="untyped-decorator"
# flask-smorest is untyped.

import contextlib
import uuid
from typing import Any

from expertpool.availability import access, queries, schemas, service
from expertpool.availability.api.blueprint import blp
from expertpool.availability.rules.ics import WholeDays
from expertpool.availability.rules.remote import window_at
from expertpool.config import settings_of_app
from expertpool.infra import clock
from expertpool.infra.db import db, unit_of_work
from expertpool.infra.gate import current_actor, open_to
from expertpool.infra.identity import Role
from expertpool.infra.sealing import sealer_of_app


@blp.get("/external-calendars")
@open_to(Role.EXPERT)
@blp.response(200, schemas.CalendarOut(many=True))
@blp.alt_response(404, description="Not the expert's own token.")
def get_calendars(expert_id: uuid.UUID) -> list[queries.KeptCalendar]:
    """All connected calendars, how old what is known is, and what was understood."""
    access.check_is_own(current_actor(), expert_id)
    return list(queries.own_calendars(db.session(), expert_id, now=clock.now()))


@blp.post("/external-calendars")
@open_to(Role.EXPERT)
@blp.arguments(schemas.SubscriptionIn)
@blp.response(201, schemas.MadeOut)
def post_calendar(body: dict[str, Any], expert_id: uuid.UUID) -> object:
    """Connect a calendar by its address; it is read soon, and from then on by itself."""
    with unit_of_work() as session:
        return service.subscribe(
            session,
            expert_id,
            **body,
            sealer=sealer_of_app(service.SEALED_FOR),
            actor=current_actor(),
            now=clock.now(),
        )


@blp.post("/external-calendars/files")
@open_to(Role.EXPERT)
@blp.arguments(schemas.CalendarIn, location="query")
@blp.arguments(schemas.FileIn, location="files")
@blp.response(201, schemas.MadeOut)
def post_file(said: dict[str, Any], files: dict[str, Any], expert_id: uuid.UUID) -> object:
    """Keep the busy times of a file; the file itself is not kept."""
    access.check_is_own(current_actor(), expert_id)
    read = _read(files["file"], expert_id, said["whole_days"])
    with unit_of_work() as session:
        return service.add_file(session, expert_id, **said, read=read, actor=current_actor(), now=clock.now())


@blp.put("/external-calendars/<uuid:calendar_id>/file")
@open_to(Role.EXPERT)
@blp.arguments(schemas.FileIn, location="files")
@blp.response(204)
def put_file(files: dict[str, Any], expert_id: uuid.UUID, calendar_id: uuid.UUID) -> None:
    """Replace a file by a newer one."""
    access.check_is_own(current_actor(), expert_id)
    known = queries.own_calendar(db.session(), expert_id, calendar_id, now=clock.now())
    read = _read(files["file"], expert_id, known.whole_days)
    with unit_of_work() as session:
        service.renew_file(session, expert_id, calendar_id, read=read, actor=current_actor(), now=clock.now())


@blp.post("/external-calendars/<uuid:calendar_id>/read-again")
@open_to(Role.EXPERT)
@blp.response(202)
def post_read_again(expert_id: uuid.UUID, calendar_id: uuid.UUID) -> None:
    """Read a calendar soon, also one whose reading is paused; at most once a minute."""
    with unit_of_work() as session:
        service.read_again(session, expert_id, calendar_id, actor=current_actor(), now=clock.now())


@blp.delete("/external-calendars/<uuid:calendar_id>")
@open_to(Role.EXPERT)
@blp.response(204)
def delete_calendar(expert_id: uuid.UUID, calendar_id: uuid.UUID) -> None:
    """Forget a calendar, its address and its times."""
    with unit_of_work() as session:
        service.remove_calendar(session, expert_id, calendar_id, actor=current_actor(), now=clock.now())


def _read(file: Any, expert_id: uuid.UUID, whole_days: WholeDays) -> service.Imported:
    with contextlib.closing(file) as upload:
        data = upload.read()
    return service.import_busy(
        data,
        window=window_at(clock.now()),
        tz=queries.expert_seen(db.session(), expert_id).timezone,
        whole_days=whole_days,
        own_domain=settings_of_app().desk_domain,
        limits=service.UPLOAD_LIMITS,
    )
