"""Putting an expert on a seat: the proposal with everything it takes, and the offer."""

import datetime as dt
import uuid
from collections.abc import Sequence

import sqlalchemy as sa
from psycopg.types.range import Range
from sqlalchemy.orm import Session

from expertpool.availability.models import Hold
from expertpool.availability.rules import Span
from expertpool.availability.service import hold_time, use_week
from expertpool.engagements import access
from expertpool.engagements.models import Engagement
from expertpool.engagements.rules import LIVE, OPEN, EngagementState, Work
from expertpool.engagements.service.steps import lock_engagement, lock_need, move, note, tell
from expertpool.experts.models import Expert
from expertpool.incidents.models import Need, Seat
from expertpool.infra.consequences import follow
from expertpool.infra.db import acting_as
from expertpool.infra.identity import SYSTEM, Actor
from expertpool.ministries.service import take_quota
from expertpool.refusals import Conflicting
from expertpool.words import words

Placed = tuple[uuid.UUID, Span, str | None]


def propose(
    session: Session,
    *,
    run_id: uuid.UUID | None,
    need: Need,
    seat: Seat,
    expert: Expert,
    sessions: Sequence[Placed],
    agreement_id: uuid.UUID | None,
    actor: Actor,
    now: dt.datetime,
) -> Engagement:
    """Put an expert on a seat at these times: time, hours and quota are taken, the expert is not asked yet.

    The caller has locked the expert and the agreement with `lock_for_booking`.
    Raises: Conflicting when the seat, the time, the week or the quota is taken.
    """
    with acting_as(session, SYSTEM):
        lock_need(session, need.id)
        _check_seat_is_free(session, seat)
        _check_team_meets(session, sessions)
        _check_open_engagements(session, expert)
    if (expert.ministry_id == need.ministry_id) != (agreement_id is None):
        raise Conflicting(words("There is no lending agreement between the two ministries."), rule="LEND-01")
    engagement = _engagement(need, seat, expert)
    engagement.plan_run_id, engagement.agreement_id, engagement.proposed_at = run_id, agreement_id, now
    session.add(engagement)
    session.flush()
    hold_time(session, expert_id=expert.id, engagement_id=engagement.id, sessions=sessions)
    _take_hours(session, engagement, expert, Work(spans_of(sessions), seat.effort_minutes, need.deadline))
    session.refresh(engagement, ["holds"])
    note(session, engagement, "propose", actor=actor, now=now, state=engagement.state.value)
    follow(session, "engagements.role_taken", engagement_id=engagement.id, now=now)
    return engagement


def _engagement(need: Need, seat: Seat, expert: Expert) -> Engagement:
    """What follows from who sits where; the terms are copied, for they stay as they were when asked."""
    return Engagement(
        incident_id=need.incident_id,
        need_id=need.id,
        seat_id=seat.id,
        expert_id=expert.id,
        lender_id=expert.ministry_id,
        borrower_id=need.ministry_id,
        role_kind=seat.role_kind,
        role_class=seat.role_class,
        compartmented=need.incident.compartmented,
        state=EngagementState.PROPOSED,
        effort_minutes=seat.effort_minutes,
    )


def spans_of(sessions: Sequence[Placed]) -> tuple[Span, ...]:
    """The times alone."""
    return tuple(span for _, span, _ in sessions)


def _take_hours(session: Session, engagement: Engagement, expert: Expert, work: Work) -> None:
    if engagement.agreement_id is not None:
        for month, minutes in work.minutes_by_month.items():
            take_quota(session, engagement.agreement_id, month=month, minutes=minutes)
    use_week(
        session,
        expert_id=expert.id,
        minutes_by_week=work.minutes_by_week,
        capacity_minutes=expert.weekly_capacity_minutes,
    )


def _check_seat_is_free(session: Session, seat: Seat) -> None:
    kept = Engagement.state.in_(LIVE | {EngagementState.CLOSED})
    if session.scalar(sa.select(sa.exists().where(Engagement.seat_id == seat.id, kept))):
        raise Conflicting(
            words("Somebody is on this seat already. Reload the page to see who."), rule="FIX-01"
        )


def _check_open_engagements(session: Session, expert: Expert) -> None:
    count = sa.select(sa.func.count()).where(Engagement.expert_id == expert.id, Engagement.state.in_(OPEN))
    if (session.scalar(count) or 0) >= expert.max_open_engagements:
        raise Conflicting(
            words("The expert already has as many open engagements as agreed. Choose another expert."),
            rule="CAP-02",
        )


def _check_team_meets(session: Session, sessions: Sequence[Placed]) -> None:
    """Seats of one session meet at one time: a start that others already hold is fixed."""
    elsewhere = [
        sa.and_(Hold.session_id == session_id, Hold.during != Range(span.start, span.end, "[)"))
        for session_id, span, _ in sessions
    ]
    if not elsewhere:
        return
    fixed = session.scalars(sa.select(Hold.during).where(Hold.live, sa.or_(*elsewhere)).limit(1)).first()
    if fixed is not None:
        raise Conflicting(
            words("The team already meets at %(start)s. Choose that time.", start=fixed.lower),
            rule="FIX-02",
        )


def offer(
    session: Session,
    engagement_id: uuid.UUID,
    *,
    answer_by: dt.datetime,
    actor: Actor,
    now: dt.datetime,
) -> Engagement:
    """Ask the expert. The answer is due at `answer_by`, or when the work begins if that is sooner.

    Raises: NotFound, Forbidden, WrongState, Conflicting when the work would have begun already.
    """
    engagement = lock_engagement(session, engagement_id, actor=actor)
    access.check_uses(actor, engagement)
    ask(session, engagement, answer_by=answer_by, actor=actor, now=now)
    return engagement


def ask(
    session: Session, engagement: Engagement, *, answer_by: dt.datetime, actor: Actor, now: dt.datetime
) -> None:
    """`offer` for a caller who holds the locks and has checked who may."""
    due = min(answer_by, engagement.begins or answer_by)
    if due <= now:
        raise Conflicting(words("The time to answer would be over already. Choose a later time."))
    engagement.offered_at, engagement.answer_by = now, due
    move(session, engagement, EngagementState.OFFERED, verb="offer", actor=actor, now=now)
    tell(session, engagement, actor=actor)
