"""Reading the calendars that experts keep elsewhere. Every job may run twice, also at the same time."""

import datetime as dt
import uuid

import structlog

from expertpool.availability import service
from expertpool.availability.rules.remote import Trouble, wait_from, window_at
from expertpool.availability.service.caldav import read_caldav
from expertpool.availability.service.fetching import Fetched, Fetcher
from expertpool.availability.service.importing import import_busy
from expertpool.availability.service.wire import Failed
from expertpool.config import settings_of_app
from expertpool.infra import clock, jobs
from expertpool.infra.db import retrying, unit_of_work
from expertpool.infra.identity import SYSTEM
from expertpool.infra.jobs import job
from expertpool.infra.mail import Transport, transport
from expertpool.infra.notes import hand_over, note, page_url
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
        fetched = _fetch(claimed, fetcher)
        read = None if fetched.files is None else _read(claimed, fetched.files)
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


def _fetch(claimed: service.Claimed, fetcher: Fetcher) -> Fetched:
    """Raises: Failed."""
    key = claimed.key
    if key is None:
        raise Failed(Trouble.ADDRESS_LOST)
    if key.login is None:
        return fetcher.fetch(key.url, claimed.seen)
    return read_caldav(fetcher, key.url, key.login, claimed.seen, window_at(claimed.asked_at))


def _read(claimed: service.Claimed, files: tuple[bytes, ...]) -> service.Imported:
    """Raises: Failed."""
    try:
        return import_busy(
            *files,
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


@job("availability.tell_paused")
def tell_paused(calendar_id: str, asked_at: str) -> None:
    """Tell an expert that a calendar is not read any more; told twice, it is the same mail."""
    settings = settings_of_app()
    send_paused(uuid.UUID(calendar_id), dt.datetime.fromisoformat(asked_at), transport(settings))


def send_paused(calendar_id: uuid.UUID, asked_at: dt.datetime, server: Transport) -> None:
    """Hand the mail over. A server that cannot take it now is asked again by the queue."""
    with unit_of_work(SYSTEM) as session:
        found = service.paused(session, calendar_id, asked_at=asked_at)
    if found is None:
        return
    mail = note(  # neither the calendar's name nor where it is: mail passes many hands
        "calendar_paused",
        language=found.language,
        name=found.name,
        address=found.address,
        date=asked_at,
        key=found.key,
        url=page_url("availability.external_calendars"),
    )
    hand_over(mail, server, recipient=found.address, untold="pause not told", calendar=str(calendar_id))
