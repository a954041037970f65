"""The proof a waiver needs: a search without the expert, in a process of its own, weighed and kept."""

import uuid
from functools import partial

import structlog

from expertpool.config import settings_of_app
from expertpool.conflicts import service as conflicts
from expertpool.infra import clock
from expertpool.infra.db import retrying, unit_of_work
from expertpool.infra.identity import SYSTEM
from expertpool.planning.jobs.solver import Answer, SolverFailed, searching
from expertpool.planning.queries import look_once, snapshot_without
from expertpool.planning.rules import LIMITS, RunKind
from expertpool.refusals import Invalid

log = structlog.get_logger(__name__)


def prove(waiver_id: uuid.UUID) -> None:
    """Search for a team without the expert of a waiver and keep what came of it, or that nothing did."""
    try:
        snapshot = retrying(partial(_look, waiver_id))()
        plan = _search(snapshot) if snapshot else ""
    except (Invalid, SolverFailed) as failure:
        log.warning("no proof for a waiver", waiver=str(waiver_id), because=str(failure))
        snapshot = plan = ""
    if snapshot is not None:
        retrying(partial(_record, waiver_id, snapshot, plan))()


def _look(waiver_id: uuid.UUID) -> str | None:
    with unit_of_work(SYSTEM) as session:
        look_once(session)
        return snapshot_without(session, waiver_id, now=clock.now())


def _search(snapshot: str) -> str:
    memory, task = settings_of_app().solver_memory_bytes, {"what": RunKind.SOLVE.value}
    with searching(snapshot, task=task, limits=LIMITS, memory_bytes=memory) as search:
        for heard in search.listen():
            if isinstance(heard, Answer):
                return heard.plan
    return ""


def _record(waiver_id: uuid.UUID, snapshot: str, plan: str) -> None:
    with unit_of_work(SYSTEM) as session:
        if not plan:
            conflicts.give_up_proof(session, waiver_id, now=clock.now())
        else:
            conflicts.record_proof(session, waiver_id, snapshot=snapshot, plan=plan, now=clock.now())
