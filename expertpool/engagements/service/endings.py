"""The ways out before the work is done: the time runs out, the expert steps back, the ministry cancels."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.engagements import access
from expertpool.engagements.models import WITHOUT_PROFILE, Engagement
from expertpool.engagements.rules import OPEN, RELIEVED, CardStanding, EngagementState
from expertpool.engagements.service.steps import card_standing, leave, lock_all, lock_engagement
from expertpool.experts.models import Expert
from expertpool.infra.identity import SYSTEM, Actor


def lapse_unanswered(session: Session, *, now: dt.datetime) -> int:
    """End the offers nobody answered in time; says how many. Runs as the system.

    A card that waits for the officer stops the clock, at the latest until the work would begin.
    """
    overdue = session.scalars(
        sa.select(Engagement)
        .where(Engagement.state == EngagementState.OFFERED, Engagement.answer_by <= now)
        .options(WITHOUT_PROFILE)
        .order_by(Engagement.need_id, Engagement.id)
    ).all()
    lock_all(session, overdue)
    ended = [engagement for engagement in overdue if _ran_out(session, engagement, now=now)]
    for engagement in ended:
        leave(session, engagement, EngagementState.LAPSED, verb="lapse", actor=SYSTEM, now=now)
    return len(ended)


def _ran_out(session: Session, engagement: Engagement, *, now: dt.datetime) -> bool:
    if engagement.state is not EngagementState.OFFERED or (engagement.answer_by or now) > now:
        return False
    if engagement.paused_at is not None:
        return False  # the officer's decision adds the time it takes
    if engagement.begins is not None and engagement.begins <= now:
        return True
    return card_standing(session, engagement.id) is not CardStanding.WITH_OFFICER


def withdraw(
    session: Session, engagement_id: uuid.UUID, *, note: str, actor: Actor, now: dt.datetime
) -> Engagement:
    """Take back a yes: the expert cannot come after all, said by the expert or told to the coordinator.

    Raises: NotFound, Forbidden, WrongState.
    """
    engagement = lock_engagement(session, engagement_id, actor=actor)
    access.check_own_or_uses(actor, engagement)
    engagement.decline_note = note
    leave(session, engagement, EngagementState.WITHDRAWN, verb="withdraw", actor=actor, now=now)
    return engagement


def recuse(session: Session, engagement_id: uuid.UUID, *, actor: Actor, now: dt.datetime) -> Engagement:
    """Let the expert step down because of a tie; no reason is asked and none is kept.

    Raises: NotFound, Forbidden, WrongState.
    """
    engagement = lock_engagement(session, engagement_id, actor=actor)
    access.check_own(actor, engagement)
    leave(session, engagement, EngagementState.RECUSED, verb="recuse", actor=actor, now=now)
    return engagement


def cancel_engagement(
    session: Session, engagement_id: uuid.UUID, *, actor: Actor, now: dt.datetime
) -> Engagement:
    """Take an expert off a seat again. The seat is filled anew while the need asks for it.

    Raises: NotFound, Forbidden, WrongState.
    """
    engagement = lock_engagement(session, engagement_id, actor=actor)
    access.check_uses(actor, engagement)
    leave(session, engagement, EngagementState.CANCELLED, verb="cancel", actor=actor, now=now)
    return engagement


def stand_down(session: Session, need_id: uuid.UUID, *, now: dt.datetime) -> int:
    """Cancel what is open of a need that was cancelled; says how many. Runs as the system."""
    return _cancel_all(session, Engagement.need_id == need_id, OPEN, now=now)


def relieve(session: Session, expert_id: uuid.UUID, *, now: dt.datetime) -> int:
    """Take an expert who paused or retired off what they cannot do any more; says how much it was.

    Runs as the system. The seats are filled anew where a need still asks for them.
    """
    state = session.scalar(sa.select(Expert.state).where(Expert.id == expert_id))
    states = RELIEVED.get(state, frozenset()) if state else frozenset()
    return _cancel_all(session, Engagement.expert_id == expert_id, states, now=now)


def _cancel_all(
    session: Session,
    which: sa.ColumnElement[bool],
    states: frozenset[EngagementState],
    *,
    now: dt.datetime,
) -> int:
    found = session.scalars(
        sa.select(Engagement)
        .where(which, Engagement.state.in_(states))
        .options(WITHOUT_PROFILE)
        .order_by(Engagement.need_id, Engagement.id)
    ).all()
    lock_all(session, found)
    ended = [engagement for engagement in found if engagement.state in states]
    for engagement in ended:
        leave(session, engagement, EngagementState.CANCELLED, verb="cancel", actor=SYSTEM, now=now)
    return len(ended)
