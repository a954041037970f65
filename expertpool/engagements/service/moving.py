"""Moving a session: the same people at another time, all of them or nobody."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.availability.models import Hold
from expertpool.availability.rules import Span
from expertpool.availability.service import give_back_week, move_time, use_week
from expertpool.engagements import access
from expertpool.engagements.models import WITHOUT_PROFILE, Engagement
from expertpool.engagements.rules import LIVE, OPEN, EngagementState, Work, check_lending
from expertpool.engagements.service.steps import leave, lock_all, lock_need, note, tell, work_of
from expertpool.incidents.models import Need, NeedSession
from expertpool.infra.db import acting_as
from expertpool.infra.identity import SYSTEM, Actor
from expertpool.ministries.models import LendingAgreement
from expertpool.ministries.service import give_back_quota, take_quota
from expertpool.refusals import Conflicting, Invalid, NotFound, Stale, WrongState
from expertpool.words import words


def move_session(
    session: Session, session_id: uuid.UUID, *, start: dt.datetime, actor: Actor, now: dt.datetime
) -> Sequence[Engagement]:
    """Let a session begin at another time. Everybody on it is told and asked again; seats stay taken.

    Hours, quota and time move with it, and are guarded as when they were taken.
    Raises: NotFound; Forbidden; Invalid outside the session's window; WrongState if nobody is on it or the
    work was done; Conflicting if somebody's time, hours or lending terms stand against it.
    """
    place = session.get(NeedSession, session_id)
    if place is None:
        raise NotFound(access.NOTHING_HERE)
    span = _new_span(place, start, now)
    with acting_as(session, SYSTEM):
        everybody = attendants_of(session, session_id)
    if not everybody:
        raise WrongState(words("Nobody is on this session yet."))
    for engagement in everybody:
        access.check_uses(actor, engagement)
    lock_all(session, everybody)
    with acting_as(session, SYSTEM):
        need = lock_need(session, place.need_id)
        for engagement in everybody:
            _move(session, engagement, need, session_id, span, now=now)
    for engagement in everybody:
        note(session, engagement, "move", actor=actor, now=now, state=engagement.state.value)
        if engagement.state is not EngagementState.PROPOSED:
            tell(session, engagement, actor=actor)
    return everybody


def move_due(session: Session, need_id: uuid.UUID, *, due: dt.datetime, now: dt.datetime) -> None:
    """Count the hours outside sessions where another deadline will fall, before the need is given it.

    Whoever was proposed and has no hours or quota left there is taken off; somebody who was asked is not.
    Runs as the system; the caller has checked who may.
    Raises: Conflicting if somebody who was asked has none left; Stale if somebody came onto the need
    meanwhile.
    """
    everybody = _on_need(session, need_id)
    lock_all(session, everybody)
    need = lock_need(session, need_id)
    if [each.id for each in _on_need(session, need_id)] != [each.id for each in everybody]:
        raise Stale(words("Somebody changed this after you opened it. Reload and try again."))
    for engagement in everybody:
        before, after = work_of(engagement, need), replace(work_of(engagement, need), deadline=due)
        try:
            with session.begin_nested():
                _recount(session, engagement, before, after)
        except Conflicting:
            if engagement.state is not EngagementState.PROPOSED:
                raise
            leave(session, engagement, EngagementState.CANCELLED, verb="cancel", actor=SYSTEM, now=now)
        else:
            if engagement.state in OPEN - {EngagementState.PROPOSED}:
                tell(session, engagement, actor=SYSTEM)


def _on_need(session: Session, need_id: uuid.UUID) -> Sequence[Engagement]:
    """Whoever is live on a need, in the order of their keys."""
    live = sa.select(Engagement).where(Engagement.need_id == need_id, Engagement.state.in_(LIVE))
    query = live.options(WITHOUT_PROFILE).order_by(Engagement.id)
    return session.scalars(query.execution_options(populate_existing=True)).unique().all()


def attendants_of(session: Session, session_id: uuid.UUID) -> Sequence[Engagement]:
    """The live engagements that hold time for a session, in the order of their keys."""
    held = sa.exists().where(Hold.engagement_id == Engagement.id, Hold.session_id == session_id, Hold.live)
    query = sa.select(Engagement).where(held).options(WITHOUT_PROFILE).order_by(Engagement.id)
    return session.scalars(query.execution_options(populate_existing=True)).unique().all()


def _new_span(place: NeedSession, start: dt.datetime, now: dt.datetime) -> Span:
    start = start.astimezone(dt.UTC)
    span = Span(start, start + dt.timedelta(minutes=place.length_minutes))
    if span.start <= now:
        passed = words("The time has passed.")
        raise Invalid(passed, fields={"start": passed})
    if span.start < place.earliest or span.end > place.latest:
        outside = words(
            "The session has to lie between %(earliest)s and %(latest)s.",
            earliest=place.earliest,
            latest=place.latest,
        )
        raise Invalid(outside, fields={"start": outside}, rule="TIME-04")
    return span


def _move(
    session: Session,
    engagement: Engagement,
    need: Need,
    session_id: uuid.UUID,
    span: Span,
    *,
    now: dt.datetime,
) -> None:
    if engagement.state not in OPEN:
        raise WrongState(words("Work on this session was handed in already, so it cannot be moved."))
    if span.end > need.deadline:
        raise Conflicting(words("The work is due before, at %(deadline)s.", deadline=need.deadline))
    _check_terms(session, engagement, span, now=now)
    before = work_of(engagement, need)
    move_time(
        session,
        expert_id=engagement.expert_id,
        engagement_id=engagement.id,
        session_id=session_id,
        to=span,
    )
    session.refresh(engagement, ["holds"])
    _recount(session, engagement, before, work_of(engagement, need))
    if engagement.state is EngagementState.OFFERED and engagement.answer_by is not None:
        engagement.answer_by = min(engagement.answer_by, span.start)


def _check_terms(session: Session, engagement: Engagement, span: Span, *, now: dt.datetime) -> None:
    if engagement.agreement_id is None:
        return
    agreement = session.get_one(LendingAgreement, engagement.agreement_id)
    check_lending(
        [span],
        now=now,
        notice=dt.timedelta(minutes=agreement.notice_minutes),
        blackouts=[Span(each.starts_at, each.ends_at) for each in agreement.blackouts],
    )


def _recount(session: Session, engagement: Engagement, before: Work, after: Work) -> None:
    """Give everything back and take it again: what stays in its week or month comes out even."""
    if engagement.agreement_id is not None:
        for month, minutes in before.minutes_by_month.items():
            give_back_quota(session, engagement.agreement_id, month=month, minutes=minutes)
        for month, minutes in after.minutes_by_month.items():
            take_quota(session, engagement.agreement_id, month=month, minutes=minutes)
    expert_id = engagement.expert_id
    give_back_week(session, expert_id=expert_id, minutes_by_week=before.minutes_by_week)
    use_week(
        session,
        expert_id=expert_id,
        minutes_by_week=after.minutes_by_week,
        capacity_minutes=engagement.expert.weekly_capacity_minutes,
    )
