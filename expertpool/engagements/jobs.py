"""What the passing of time, a cancelled need and an expert who leaves do to engagements."""

import uuid

import structlog

from expertpool.config import settings_of_app
from expertpool.engagements import queries, service
from expertpool.engagements.rules import REMINDED_BEFORE, ScreenedBecause
from expertpool.infra import clock
from expertpool.infra.db import retrying, unit_of_work
from expertpool.infra.identity import SYSTEM
from expertpool.infra.jobs import job
from expertpool.infra.mail import Transport, transport
from expertpool.infra.notes import hand_over, note, page_url

log = structlog.get_logger(__name__)


@job("engagements.lapse", every="* * * * *")
def lapse() -> None:
    """End offers nobody answered, confirm what lenders let pass, shut cases to who did not declare in time.

    Doing it again finds nothing to do.
    """
    retrying(_lapse)()


def _lapse() -> None:
    with unit_of_work(SYSTEM) as session:
        service.lapse_unanswered(session, now=clock.now())
    with unit_of_work(SYSTEM) as session:
        service.apply_silent_consent(session, now=clock.now())
    with unit_of_work(SYSTEM) as session:
        service.suspend_undeclared(session, now=clock.now())


@job("engagements.remind")
def remind(engagement_id: str) -> None:
    """Remind an expert of the declaration owed after an urgent night; told twice, it is the same mail."""
    send_reminder(uuid.UUID(engagement_id), transport(settings_of_app()))


def send_reminder(engagement_id: uuid.UUID, server: Transport) -> None:
    """Hand the mail over. A server that cannot take it now is asked again by the queue."""
    with unit_of_work(SYSTEM) as session:
        owed = queries.owed_declaration(session, engagement_id)
    if owed is None:
        return
    mail = note(  # nothing of the case: mail passes many hands
        "declaration_due",
        language=owed.language,
        name=owed.name,
        address=owed.address,
        date=owed.due_at - REMINDED_BEFORE,
        key=f"declaration-{engagement_id}",
        url=page_url("engagements.offer_page", engagement_id=engagement_id),
        due_at=owed.due_at,
    )
    hand_over(
        mail,
        server,
        recipient=owed.address,
        untold="declaration not reminded of",
        engagement=str(engagement_id),
    )


@job("engagements.stand_down")
def stand_down(need_id: str) -> None:
    """Give up the seats of a cancelled need. Doing it again finds nothing to do."""
    retrying(_stand_down)(uuid.UUID(need_id))


def _stand_down(need_id: uuid.UUID) -> None:
    with unit_of_work(SYSTEM) as session:
        service.stand_down(session, need_id, now=clock.now())


@job("engagements.relieve")
def relieve(expert_id: str) -> None:
    """Take an expert who left off their engagements. Doing it again finds nothing to do."""
    retrying(_relieve)(uuid.UUID(expert_id))


@job("engagements.waiver_ended")
def waiver_ended(waiver_id: str) -> None:
    """Take whoever serves under an ended waiver off. Doing it again finds nothing to do."""
    retrying(_waiver_ended)(uuid.UUID(waiver_id))


def _waiver_ended(waiver_id: uuid.UUID) -> None:
    with unit_of_work(SYSTEM) as session:
        service.end_work_under(session, waiver_id, now=clock.now())


def _relieve(expert_id: uuid.UUID) -> None:
    with unit_of_work(SYSTEM) as session:
        service.relieve(session, expert_id, now=clock.now())


@job("engagements.rescreen", every="0 20 * * *")
def rescreen() -> None:
    """Screen everybody at work again, one case after the other: look-backs end, holdings begin.

    At five in the morning in Seoul. Doing it again finds nothing new.
    """
    with unit_of_work(SYSTEM) as session:
        incident_ids = service.cases_at_work(session)
    for incident_id in incident_ids:
        retrying(_rescreen)(incident_id)


def _rescreen(incident_id: uuid.UUID) -> None:
    with unit_of_work(SYSTEM) as session:
        service.rescreen_case(session, incident_id, because=ScreenedBecause.SCHEDULE, now=clock.now())
