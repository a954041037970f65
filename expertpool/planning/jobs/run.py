"""One run from beginning to end: look, search, check, explain, commit. No transaction spans the search."""

import hashlib
import time
import uuid
from collections.abc import Callable
from functools import partial
from typing import TypeVar

import structlog

from expertpool.config import settings_of_app
from expertpool.infra import clock
from expertpool.infra.db import retrying, unit_of_work
from expertpool.infra.identity import SYSTEM
from expertpool.planning import service
from expertpool.planning.jobs.solver import TICK_SECONDS, Answer, Reply, Search, SolverFailed, searching
from expertpool.planning.models import PlanRun
from expertpool.planning.queries import look_once, still_stand, take_snapshot, take_wider
from expertpool.planning.rules import LIMITS, MOST_SNAPSHOTS, RunState, Stage, Taken, Trouble, giving_way
from expertpool.planning.service import Claim, Fenced, Progress
from expertpool.refusals import Conflicting, Invalid, Stale, WrongState
from expertpool.scheduling import plan as plans
from expertpool.words import words

log = structlog.get_logger(__name__)
Result = TypeVar("Result")
Found = tuple[Taken, Answer, plans.Plan]


def run_through(run_id: uuid.UUID) -> None:
    """Take a run up and bring it to its end; nothing happens if somebody else is at it or it has ended."""
    claim = _once(partial(_take_up, run_id))
    if claim is None:
        return
    try:
        _propose(claim)
    except Fenced:
        log.warning("planning run was taken over", run=str(run_id))
    except SolverFailed as failure:
        _give_up(claim, RunState.FAILED, failure.trouble)
    except Invalid as refusal:
        log.warning("planning run has no usable snapshot", run=str(run_id), fields=sorted(refusal.fields))
        _give_up(claim, RunState.FAILED, Trouble.UNUSABLE)
    except WrongState:
        _give_up(claim, RunState.FAILED, Trouble.NEED_MOVED)


def _propose(claim: Claim) -> None:
    """Search until a plan is committed, as often as somebody changes what it was made from."""
    for _ in range(MOST_SNAPSHOTS):
        taken, answer, plan = _found(claim)
        _report(
            claim, Progress(Stage.CHECKING, plan.objective.total, plan.objective.bound, len(plan.unfilled))
        )
        if _breaks_a_rule(claim, taken, plan):
            return
        try:
            _once(partial(_commit, claim, taken, plan, answer))
        except (Stale, Conflicting) as refusal:
            log.info("planning run looks again", run=str(claim.run_id), because=str(refusal))
            _report(claim, Progress(Stage.AGAIN))
        else:
            return
    _give_up(claim, RunState.FAILED, Trouble.RESTLESS)


def _found(claim: Claim) -> Found:
    """The best plan that takes nobody from others; if seats stay empty, one to which less urgent needs yield
    whoever they have asked nobody about, provided it fills more."""
    taken = _once(partial(_look, claim))
    direct = _searched(claim, taken)
    wider = _once(partial(_look_wider, claim, direct[2])) if direct[2].unfilled else None
    if wider is None:
        return direct
    _, answer, plan = _searched(claim, wider[0])
    if len(plan.unfilled) < len(direct[2].unfilled):
        return giving_way(*wider, plan), answer, plan
    _once(partial(_keep, claim, taken))
    return direct


def _searched(claim: Claim, taken: Taken) -> Found:
    _once(partial(_keep, claim, taken))
    answer = _search(claim, taken)
    return taken, answer, plans.loads(answer.plan)


def _once(work: Callable[[], Result]) -> Result:
    """A short transaction of its own, begun anew when PostgreSQL asks for it."""
    return retrying(work)()


def _take_up(run_id: uuid.UUID) -> Claim | None:
    with unit_of_work(SYSTEM) as session:
        return service.take_up(session, run_id, now=clock.now())


def _look(claim: Claim) -> Taken:
    with unit_of_work(SYSTEM) as session:
        look_once(session)
        run = session.get_one(PlanRun, claim.run_id, populate_existing=True)
        return take_snapshot(session, run, now=clock.now())


def _look_wider(claim: Claim, found: plans.Plan) -> tuple[Taken, Taken] | None:
    with unit_of_work(SYSTEM) as session:
        look_once(session)
        run = session.get_one(PlanRun, claim.run_id, populate_existing=True)
        return take_wider(session, run, found, now=clock.now())


def _keep(claim: Claim, taken: Taken) -> None:
    with unit_of_work(SYSTEM) as session:
        service.keep_snapshot(session, claim, taken)


def _report(claim: Claim, progress: Progress) -> bool:
    with unit_of_work(SYSTEM) as session:
        return service.keep_up(session, claim, progress, now=clock.now())


def _commit(claim: Claim, taken: Taken, plan: plans.Plan, answer: Answer) -> None:
    now = clock.now()
    with unit_of_work(SYSTEM) as session:
        run = session.get_one(PlanRun, claim.run_id)
        if not still_stand(session, run, taken, plan, now=now):
            raise Stale(words("A conflict of interest changed while we searched. The search begins again."))
        service.commit_plan(
            session,
            claim,
            taken=taken,
            plan=plan,
            plan_text=answer.plan,
            plan_digest=hashlib.sha256(answer.plan.encode()).hexdigest(),
            reasons=answer.reasons,
            now=now,
        )


def _give_up(claim: Claim, state: RunState, trouble: Trouble, *, reasons: str | None = None) -> None:
    def record() -> None:
        with unit_of_work(SYSTEM) as session:
            service.give_up(session, claim, state, trouble, now=clock.now(), reasons=reasons)

    try:
        _once(record)
    except Fenced:
        log.warning("planning run was taken over", run=str(claim.run_id))


def _search(claim: Claim, taken: Taken) -> Answer:
    """Search in a process of its own; the lease is renewed and wishes to stop are heard meanwhile."""
    progress, reported = Progress(Stage.READING), 0.0
    memory, task = settings_of_app().solver_memory_bytes, {"what": claim.kind.value}
    with searching(taken.text, task=task, limits=LIMITS, memory_bytes=memory) as search:
        for heard in search.listen():
            if isinstance(heard, Answer):
                return heard
            assert not isinstance(heard, Reply)
            progress = heard or progress
            if heard is None or time.monotonic() - reported >= TICK_SECONDS:
                reported = time.monotonic()
                _hear_stop(claim, search, progress)
    raise SolverFailed(Trouble.CRASHED)


def _hear_stop(claim: Claim, search: Search, progress: Progress) -> None:
    if _report(claim, progress):
        search.stop()


def _breaks_a_rule(claim: Claim, taken: Taken, plan: plans.Plan) -> bool:
    """Check the plan with code that shares nothing with the search; a broken rule is a fault of ours."""
    from expertpool.scheduling.verify import verify

    violations = verify(taken.snapshot, plan)
    if not violations:
        return False
    log.error("plan breaks rules", run=str(claim.run_id), rules=sorted({str(v.rule) for v in violations}))
    _give_up(claim, RunState.REJECTED, Trouble.BROKEN_RULE)
    return True
