"""Making a plan real: one transaction in which everybody is reserved, or nobody is."""

import datetime as dt
import uuid
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.availability.rules import Span
from expertpool.engagements import service as engagements
from expertpool.engagements.models import Engagement
from expertpool.engagements.rules import EngagementState
from expertpool.experts.models import Expert
from expertpool.incidents.models import Need
from expertpool.infra.identity import SYSTEM
from expertpool.planning.models import PlanRun
from expertpool.planning.rules import MOST_WAITING, QuestionKind, RunCause, RunState, Taken
from expertpool.planning.service.questions import put
from expertpool.planning.service.rechecks import mend
from expertpool.planning.service.runs import PLANNABLE, end_run, lock_need, note, settle_need
from expertpool.planning.service.work import Claim, claimed_run
from expertpool.refusals import Stale, WrongState
from expertpool.scheduling.plan import Engagement as Placed
from expertpool.scheduling.plan import Plan
from expertpool.words import words

Experts = dict[uuid.UUID, Expert]


def commit_plan(
    session: Session,
    claim: Claim,
    *,
    taken: Taken,
    plan: Plan,
    plan_text: str,
    plan_digest: str,
    reasons: str,
    now: dt.datetime,
) -> PlanRun:
    """Reserve everybody a verified plan names, and let the run wait for a decision.

    Only what the plan uses has to be as it was: the experts it names and the need. Weeks, quotas and times
    are guarded again while they are taken.

    Raises: Fenced; Stale if an expert or the need changed since the snapshot; Conflicting if a week, a quota
    or a time is taken; WrongState if the need takes no plan any more. Then nothing may be committed.
    """
    run = claimed_run(session, claim)
    _reserve(session, run, taken, plan, now=now)
    run.plan, run.plan_digest, run.reasons = plan_text, plan_digest, reasons
    run.best, run.bound = plan.objective.total, plan.objective.bound
    run.unfilled, run.stage = len(plan.unfilled), ""
    run.troubles = _known_troubles(session, run)
    end_run(run, RunState.PROPOSED, now=now)
    session.flush()
    settle_need(session, run.need_id, now=now)
    note(session, run, "propose", actor=SYSTEM, now=now)
    for empty in plan.unfilled[:MOST_WAITING]:
        put(session, run, QuestionKind.RELAX, uuid.UUID(empty.seat), None, actor=SYSTEM, now=now)
    return run


def _reserve(session: Session, run: PlanRun, taken: Taken, plan: Plan, *, now: dt.datetime) -> None:
    """Put the plan's proposals in the place of those nobody was asked about."""
    earlier = _earlier(session, run)
    wanted = _additions(taken, plan)
    replaced, yielding = _replaced(session, run), _unasked(session, taken)
    experts = _lock(session, taken, plan, wanted, [*replaced, *yielding])
    yielding = _unasked(session, taken)  # whoever was asked before their lock was ours stays
    need = lock_need(session, run.need_id)
    _check_unchanged(need, experts, taken, plan)
    for engagement in [*replaced, *yielding]:
        engagements.cancel_engagement(session, engagement.id, actor=SYSTEM, now=now)
    for placed in wanted:
        _propose(session, run, need, placed, experts, taken, now=now)
    _supersede(session, earlier, now=now)
    for need_id in sorted({engagement.need_id for engagement in yielding}):
        mend(session, lock_need(session, need_id), RunCause.ARRIVED, now=now)


def _unasked(session: Session, taken: Taken) -> Sequence[Engagement]:
    """The proposals of less urgent needs that give way, as long as nobody was asked about them."""
    query = sa.select(Engagement).where(
        Engagement.id.in_([engagement_id for engagement_id, _ in taken.yields]),
        Engagement.state == EngagementState.PROPOSED,
    )
    query = query.order_by(Engagement.need_id, Engagement.seat_id)
    return session.scalars(query.execution_options(populate_existing=True)).all()


def _known_troubles(session: Session, run: PlanRun) -> str | None:
    """What was found against those who stay from the plan before."""
    before = sa.select(PlanRun.troubles).where(
        PlanRun.need_id == run.need_id, PlanRun.id != run.id, PlanRun.plan_digest.is_not(None)
    )
    return session.scalars(before.order_by(PlanRun.requested_at.desc(), PlanRun.id).limit(1)).one_or_none()


def _earlier(session: Session, run: PlanRun) -> Sequence[PlanRun]:
    """Earlier proposals this one replaces, locked before anything else: there is one to decide about."""
    return session.scalars(
        sa.select(PlanRun)
        .where(PlanRun.need_id == run.need_id, PlanRun.state == RunState.PROPOSED)
        .order_by(PlanRun.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def _supersede(session: Session, earlier: Sequence[PlanRun], *, now: dt.datetime) -> None:
    for each in earlier:
        end_run(each, RunState.DISCARDED, now=each.finished_at or now)
        note(session, each, "supersede", actor=SYSTEM, now=now)


def _additions(taken: Taken, plan: Plan) -> list[Placed]:
    """The placements that are not there already."""
    kept = {placed.seat for placed in taken.snapshot.fixed.engagements}
    return [placed for placed in plan.engagements if placed.seat not in kept]


def _replaced(session: Session, run: PlanRun) -> Sequence[Engagement]:
    """Proposals of earlier runs that this plan stands in for: nobody was asked about them yet."""
    return session.scalars(
        sa.select(Engagement)
        .where(
            Engagement.need_id == run.need_id,
            Engagement.state == EngagementState.PROPOSED,
            Engagement.plan_run_id.is_not(None),
        )
        .order_by(Engagement.seat_id)
    ).all()


def _lock(
    session: Session, taken: Taken, plan: Plan, wanted: Sequence[Placed], replaced: Sequence[Engagement]
) -> Experts:
    lenders = {expert.id: expert.ministry for expert in taken.snapshot.experts}
    lent = {taken.agreements.get(lenders[placed.expert]) for placed in wanted}
    lent |= {engagement.agreement_id for engagement in replaced}
    named = {uuid.UUID(placed.expert) for placed in plan.engagements}
    return engagements.lock_for_booking(
        session,
        expert_ids=named | {engagement.expert_id for engagement in replaced},
        agreement_ids={agreement for agreement in lent if agreement is not None},
    )


def _check_unchanged(need: Need, experts: Experts, taken: Taken, plan: Plan) -> None:
    if need.state not in PLANNABLE:
        raise WrongState(words("This need takes no proposal now. Reload the page to see where it is."))
    if need.version != taken.need_version:
        raise Stale(words("The need was changed while we searched. The search begins again."))
    for placed in plan.engagements:
        expert = experts.get(uuid.UUID(placed.expert))
        if expert is None or expert.calendar_version != taken.calendar_versions[expert.id]:
            raise Stale(words("An expert's calendar was changed while we searched. The search begins again."))


def _propose(
    session: Session,
    run: PlanRun,
    need: Need,
    placed: Placed,
    experts: Experts,
    taken: Taken,
    *,
    now: dt.datetime,
) -> None:
    seat = next(seat for seat in need.seats if str(seat.id) == placed.seat)
    expert = experts[uuid.UUID(placed.expert)]
    places = {each.id: each.region_code for each in need.sessions}
    at = taken.timeline.instant
    sessions = [
        (uuid.UUID(held.session), Span(at(held.start), at(held.end)), places[uuid.UUID(held.session)])
        for held in placed.sessions
    ]
    own = expert.ministry_id == need.ministry_id
    engagements.propose(
        session,
        run_id=run.id,
        need=need,
        seat=seat,
        expert=expert,
        sessions=sessions,
        agreement_id=None if own else taken.agreements.get(expert.ministry.code),
        actor=SYSTEM,
        now=now,
    )
