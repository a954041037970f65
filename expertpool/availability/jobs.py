"""Reading the calendars that experts keep elsewhere. Every job may run twice, also at the same time."""

import uuid

import structlog

from expertpool.availability import service
from expertpool.availability.rules.remote import Trouble, wait_from, window_at
from expertpool.availability.service.fetching import Fetcher
from expertpool.availability.service.importing import import_busy
from expertpool.availability.service.wire import Failed
from expertpool.config import settings_of_app
from expertpool.infra import clock, jobs
from expertpool.infra.db import retrying, unit_of_work
from expertpool.infra.identity import SYSTEM
from expertpool.infra.jobs import job
from expertpool.infra.sealing import sealer_of_app
from expertpool.refusals import Invalid

log = structlog.get_logger(__name__)


@job("availability.read_due_calendars", every="*/5 * * * *")
def read_due_calendars() -> None:
    """Ask for the reading of every calendar that is due: one job each, so that workers share them."""
    with unit_of_work(SYSTEM) as session:
        for calendar_id in service.due_calendars(session, now=clock.now()):
            jobs.defer(
                session,
                "availability.read_calendar",
                once_as=f"external_calendar:{calendar_id}",
                calendar_id=str(calendar_id),
            )


@job("availability.read_calendar")
def read_calendar(calendar_id: str) -> None:
    """Read one calendar if it is due."""
    read_one(uuid.UUID(calendar_id), Fetcher())


def read_one(calendar_id: uuid.UUID, fetcher: Fetcher) -> None:
    """Claim, fetch and read outside of any transaction, write down. The address is in no log."""
    claimed = retrying(_claim)(calendar_id)
    if claimed is None:
        return
    try:
        if claimed.url is None:
            raise Failed(Trouble.ADDRESS_LOST)
        fetched = fetcher.fetch(claimed.url, claimed.seen)
        read = None if fetched.data is None else _read(claimed, fetched.data)
    except Failed as failed:
        retrying(_note_failure)(claimed, failed)
        log.info("calendar not read", calendar=str(claimed.id), trouble=failed.trouble.value)
        return
    with unit_of_work(SYSTEM) as session:
        service.record_reading(session, claimed, read, fetched.seen, now=clock.now())
    log.info("calendar read", calendar=str(claimed.id), changed=read is not None)


def _claim(calendar_id: uuid.UUID) -> service.Claimed | None:
    with unit_of_work(SYSTEM) as session:
        return service.claim_reading(
            session, calendar_id, sealer=sealer_of_app(service.SEALED_FOR), now=clock.now()
        )


def _read(claimed: service.Claimed, data: bytes) -> service.Imported:
    """Raises: Failed."""
    try:
        return import_busy(
            data,
            window=window_at(claimed.asked_at),
            tz=claimed.timezone,
            whole_days=claimed.whole_days,
            own_domain=settings_of_app().desk_domain,
        )
    except Invalid:
        raise Failed(Trouble.UNREADABLE) from None


def _note_failure(claimed: service.Claimed, failed: Failed) -> None:
    now = clock.now()
    with unit_of_work(SYSTEM) as session:
        wait = wait_from(failed.retry_after, now=now)
        service.record_failure(session, claimed, failed.trouble, wait, now=now)
