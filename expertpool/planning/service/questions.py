"""Questions about a run's plan: asked by people, answered by a job in the solver's process."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session, undefer

from expertpool.audit import service as audit
from expertpool.experts.models import Expert
from expertpool.infra import jobs
from expertpool.infra.identity import Actor
from expertpool.planning import access
from expertpool.planning.models import PlanQuestion, PlanRun
from expertpool.planning.rules import MOST_WAITING, PATIENCE, QuestionKind, QuestionState, Trouble
from expertpool.refusals import Invalid, WrongState
from expertpool.scheduling import plan as plans
from expertpool.words import Words, words


def ask(
    session: Session,
    run_id: uuid.UUID,
    *,
    kind: QuestionKind,
    seat_id: uuid.UUID | None = None,
    expert_id: uuid.UUID | None = None,
    actor: Actor,
    now: dt.datetime,
) -> PlanQuestion:
    """Ask something about a run's plan. What was asked before is not worked out again, unless that failed.

    Raises: NotFound; Forbidden; Invalid if the question is not complete; WrongState if the run has no plan,
    the question does not fit it, or too many wait for their answers.
    """
    run = access.visible_run(session, run_id, actor=actor)
    access.demand_planner(actor, access.visible_need(session, run.need_id, actor=actor))
    if kind is QuestionKind.ALTERNATIVES:
        seat_id = None
    if kind is not QuestionKind.WHY_NOT:
        expert_id = None
    _check(session, run, kind, seat_id, expert_id)
    question = put(session, run, kind, seat_id, expert_id, actor=actor, now=now)
    audit.record(
        session, actor=actor, verb="plan.ask", kind="plan_run", thing=run.id, now=now, question=kind.value
    )
    return question


def put(
    session: Session,
    run: PlanRun,
    kind: QuestionKind,
    seat_id: uuid.UUID | None,
    expert_id: uuid.UUID | None,
    *,
    actor: Actor,
    now: dt.datetime,
) -> PlanQuestion:
    """Write a question that fits the run and queue its job; the same question again is the same wish."""
    question = session.scalars(
        sa.select(PlanQuestion)
        .where(
            PlanQuestion.run_id == run.id,
            PlanQuestion.kind == kind,
            PlanQuestion.seat_id.is_not_distinct_from(seat_id),
            PlanQuestion.expert_id.is_not_distinct_from(expert_id),
        )
        .with_for_update()
    ).one_or_none()
    if question is not None and not _is_open(question, now):
        return question
    if question is None:
        question = PlanQuestion(
            incident_id=run.incident_id, run_id=run.id, kind=kind, seat_id=seat_id, expert_id=expert_id
        )
        session.add(question)
    question.state, question.trouble = QuestionState.WAITING, ""
    question.asked_by, question.asked_at, question.answered_at = actor.user_id, now, None
    session.flush()
    jobs.defer(session, "planning.answer", question_id=str(question.id))
    return question


def _is_open(question: PlanQuestion, now: dt.datetime) -> bool:
    """Whether a question is to be worked out anew: that failed, or nobody took it up."""
    lost = question.state is QuestionState.WAITING and question.asked_at < now - PATIENCE
    return lost or question.state is QuestionState.FAILED


def close(
    session: Session,
    question_id: uuid.UUID,
    *,
    answer: str | None,
    trouble: Trouble | None = None,
    now: dt.datetime,
) -> None:
    """Keep the answer of a question, or why there is none. One that has its answer keeps it."""
    question = session.get(PlanQuestion, question_id, with_for_update=True)
    if question is None or question.state is QuestionState.ANSWERED:
        return
    question.state = QuestionState.ANSWERED if trouble is None else QuestionState.FAILED
    question.answer, question.trouble, question.answered_at = answer, trouble.value if trouble else "", now
    session.flush()


def _check(
    session: Session,
    run: PlanRun,
    kind: QuestionKind,
    seat_id: uuid.UUID | None,
    expert_id: uuid.UUID | None,
) -> None:
    plan = _plan_of(session, run)
    held = {each.seat: each.expert for each in plan.engagements}
    seats = held.keys() | {each.seat for each in plan.unfilled}
    fields: dict[str, Words] = {}
    if kind is not QuestionKind.ALTERNATIVES and str(seat_id) not in seats:
        fields["seat_id"] = words("Choose a seat of this need.")
    if kind is QuestionKind.WHY_NOT and (expert_id is None or session.get(Expert, expert_id) is None):
        fields["expert_id"] = words("Choose an expert of the pool.")
    if fields:
        raise Invalid(words("The question is not complete. Correct the fields named below."), fields=fields)
    if kind is QuestionKind.RELAX and str(seat_id) in held:
        raise WrongState(words("This seat is filled."))
    if kind is QuestionKind.WHY_NOT and held.get(str(seat_id)) == str(expert_id):
        raise WrongState(words("This expert holds the seat."))
    waiting = sa.select(sa.func.count()).where(
        PlanQuestion.run_id == run.id, PlanQuestion.state == QuestionState.WAITING
    )
    if (session.scalar(waiting) or 0) >= MOST_WAITING:
        raise WrongState(words("Other questions wait for their answers. Ask again in a minute."))


def _plan_of(session: Session, run: PlanRun) -> plans.Plan:
    if run.plan_digest is None:
        raise WrongState(words("This search has found no team yet. Wait for it, or search again."))
    text = session.scalars(
        sa.select(PlanRun).where(PlanRun.id == run.id).options(undefer(PlanRun.plan))
    ).one()
    assert text.plan is not None
    return plans.loads(text.plan)
