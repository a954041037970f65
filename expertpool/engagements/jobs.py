"""What the passing of time, a cancelled need and an expert who leaves do to engagements."""

import uuid

from expertpool.engagements import service
from expertpool.engagements.rules import ScreenedBecause
from expertpool.infra import clock
from expertpool.infra.db import retrying, unit_of_work
from expertpool.infra.identity import SYSTEM
from expertpool.infra.jobs import job


@job("engagements.lapse", every="* * * * *")
def lapse() -> None:
    """End offers nobody answered and confirm what lenders let pass. Doing it again finds nothing to do."""
    retrying(_lapse)()


def _lapse() -> None:
    with unit_of_work(SYSTEM) as session:
        service.lapse_unanswered(session, now=clock.now())
    with unit_of_work(SYSTEM) as session:
        service.apply_silent_consent(session, now=clock.now())


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
