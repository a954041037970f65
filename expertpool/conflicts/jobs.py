"""What the passing of time does: waivers end, lists screened in silence are forgotten."""

from expertpool.conflicts import service
from expertpool.infra import clock
from expertpool.infra.db import retrying, unit_of_work
from expertpool.infra.identity import SYSTEM
from expertpool.infra.jobs import job


@job("conflicts.lapse", every="5 * * * *")
def lapse() -> None:
    """End waivers past their last day and delete expired lists. Doing it again finds nothing to do."""
    retrying(_lapse)()


def _lapse() -> None:
    with unit_of_work(SYSTEM) as session:
        service.expire_waivers(session, now=clock.now())
        service.forget_screenings(session, now=clock.now())
