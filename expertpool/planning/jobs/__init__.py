"""Background work of planning: searches, repairs, and runs whose worker died."""

import uuid
from functools import partial

from expertpool.infra import clock
from expertpool.infra.db import retrying, unit_of_work
from expertpool.infra.identity import SYSTEM
from expertpool.infra.jobs import job
from expertpool.planning import service
from expertpool.planning.jobs.proof import prove
from expertpool.planning.jobs.questions import answer_through, recheck_plans
from expertpool.planning.jobs.run import run_through


@job("planning.solve")
def solve(run_id: str) -> None:
    """Bring a run to its end. Doing it again finds the run ended, or somebody at it."""
    run_through(uuid.UUID(run_id))


@job("planning.repair_seat")
def repair_seat(seat_id: str, engagement_id: str) -> None:
    """Search for the one seat an engagement left empty. Doing it again finds the search begun."""
    retrying(_repair_seat)(uuid.UUID(seat_id), uuid.UUID(engagement_id))


def _repair_seat(seat_id: uuid.UUID, engagement_id: uuid.UUID) -> None:
    with unit_of_work(SYSTEM) as session:
        service.request_repair(session, seat_id=seat_id, engagement_id=engagement_id, now=clock.now())


@job("planning.answer")
def answer(question_id: str) -> None:
    """Work out the answer to a question about a plan. Doing it again finds it answered."""
    answer_through(uuid.UUID(question_id))


@job("planning.recheck")
def recheck(expert_id: str) -> None:
    """Look again at the plans an expert stands in, after their time changed. Again finds the same."""
    recheck_plans(partial(service.runs_with, expert_id=uuid.UUID(expert_id)))


@job("planning.recheck_need")
def recheck_need(need_id: str) -> None:
    """Look again at the plan of a need whose times moved. Again finds the same."""
    recheck_plans(partial(service.runs_of_need, need_id=uuid.UUID(need_id)))


@job("planning.prove_waiver")
def prove_waiver(waiver_id: str) -> None:
    """Prove, or fail to, that a waiver is needed. Doing it again finds the proof kept."""
    prove(uuid.UUID(waiver_id))


@job("planning.sweep", every="* * * * * */15")
def sweep() -> None:
    """Queue runs again whose worker fell silent. Doing it again finds nothing to do."""
    retrying(_sweep)()


def _sweep() -> None:
    with unit_of_work(SYSTEM) as session:
        service.sweep(session, now=clock.now())
