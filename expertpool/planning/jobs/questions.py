"""Answers to questions about plans, worked out in the solver's process, and plans looked at again."""

import uuid
from collections.abc import Callable, Sequence

import structlog
from sqlalchemy.orm import Session

from expertpool.config import settings_of_app
from expertpool.infra import clock
from expertpool.infra.db import retrying, unit_of_work
from expertpool.infra.identity import SYSTEM
from expertpool.planning import service
from expertpool.planning.jobs.solver import Reply, SolverFailed, searching
from expertpool.planning.models import PlanRun
from expertpool.planning.queries import look_once, question_to_answer, take_standing
from expertpool.planning.queries.questions import Asked
from expertpool.planning.rules import LIMITS, QUESTION_SECONDS, Timeline, Trouble

log = structlog.get_logger(__name__)


def answer_through(question_id: uuid.UUID) -> None:
    """Bring a question to its answer; nothing happens if it has one."""
    asked = retrying(_look)(question_id)
    if asked is None:
        return
    try:
        reply = _worked_out(asked)
    except SolverFailed as failure:
        log.warning("question about a plan has no answer", question=str(question_id), trouble=failure.trouble)
        retrying(_close)(question_id, None, failure.trouble)
    else:
        retrying(_close)(question_id, reply, None)


def _look(question_id: uuid.UUID) -> Asked | None:
    with unit_of_work(SYSTEM) as session:
        look_once(session)
        return question_to_answer(session, question_id)


def _worked_out(asked: Asked) -> str:
    task = {"what": asked.kind.value, "plan": asked.plan, "seat": asked.seat, "expert": asked.expert}
    memory = settings_of_app().solver_memory_bytes
    with searching(
        asked.snapshot, task=task, limits=LIMITS, memory_bytes=memory, seconds=QUESTION_SECONDS
    ) as search:
        for heard in search.listen():
            if isinstance(heard, Reply):
                return heard.text
    raise SolverFailed(Trouble.CRASHED)


def _close(question_id: uuid.UUID, reply: str | None, trouble: Trouble | None) -> None:
    with unit_of_work(SYSTEM) as session:
        service.close(session, question_id, answer=reply, trouble=trouble, now=clock.now())


def recheck_plans(find: Callable[[Session], Sequence[PlanRun]]) -> None:
    """Look again at plans: those an expert stands in, or that of a need."""
    for run_id in retrying(_runs)(find):
        retrying(_note)(run_id, retrying(_troubles)(run_id))


def _runs(find: Callable[[Session], Sequence[PlanRun]]) -> list[uuid.UUID]:
    with unit_of_work(SYSTEM) as session:
        return [run.id for run in find(session)]


def _troubles(run_id: uuid.UUID) -> service.Troubles:
    from expertpool.scheduling.repair import troubles

    with unit_of_work(SYSTEM) as session:
        look_once(session)
        snapshot = take_standing(session, session.get_one(PlanRun, run_id, populate_existing=True))
    minute = Timeline.of(snapshot.epoch, snapshot.horizon_minutes).minute(clock.now())
    found = troubles(snapshot, since=minute)
    return {seat: (expert, tuple(rule.value for rule in rules)) for seat, (expert, rules) in found.items()}


def _note(run_id: uuid.UUID, found: service.Troubles) -> None:
    with unit_of_work(SYSTEM) as session:
        service.note_troubles(session, run_id, found, now=clock.now())
