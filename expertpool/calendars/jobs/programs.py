"""Calendars that programs write: their times worked out ahead, and what is long gone forgotten."""

import uuid

import structlog

from expertpool.availability.queries import expert_seen
from expertpool.calendars.models import DavObject
from expertpool.calendars.rules.dav import Unfit, read_entry
from expertpool.calendars.service import dav as service
from expertpool.config import settings_of_app
from expertpool.infra import clock
from expertpool.infra.db import retrying, unit_of_work
from expertpool.infra.identity import SYSTEM
from expertpool.infra.jobs import job
from expertpool.infra.sealing import sealer_of_app

log = structlog.get_logger(__name__)


@job("calendars.work_out_ahead", every="20 3 * * *")
def work_out_ahead() -> None:
    """Let what repeats take time a year ahead, each night for those that come short; forget what is gone."""
    with unit_of_work(SYSTEM) as session:
        due = service.to_work_out_again(session, now=clock.now())
        service.forget_gone(session, now=clock.now())
    for object_id in due:
        _work_out(object_id)


def _work_out(object_id: uuid.UUID) -> None:
    """Read, work out without a transaction, write down. An event that became too much keeps its times."""
    now = clock.now()
    with unit_of_work(SYSTEM) as session:
        text = service.text_of(session, object_id, sealer=sealer_of_app(service.SEALED_FOR))
        row = session.get(DavObject, object_id)
        tz = expert_seen(session, row.expert_id).timezone if row is not None else ""
    if text is None or not tz:
        return
    try:
        written = service.work_out(
            text, read_entry(text, tz=tz), tz=tz, own_domain=settings_of_app().desk_domain, now=now
        )
    except Unfit as unfit:
        log.warning("event not worked out", object=str(object_id), condition=unfit.condition.name)
        return
    retrying(_note)(object_id, written)


def _note(object_id: uuid.UUID, written: service.Written) -> None:
    with unit_of_work(SYSTEM) as session:
        service.note_worked_out(session, object_id, written, now=clock.now())
