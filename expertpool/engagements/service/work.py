"""After the yes: the lender's consent, the confirmation, the work and its end."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.engagements import access
from expertpool.engagements.models import WITHOUT_PROFILE, Engagement
from expertpool.engagements.rules import CardStanding, EngagementState
from expertpool.engagements.service.steps import (
    card_standing,
    leave,
    lock_all,
    lock_engagement,
    move,
    move_need_when_all,
    shut_case,
    tell,
)
from expertpool.incidents.rules import NeedState
from expertpool.infra.consequences import follow
from expertpool.infra.db import acting_as
from expertpool.infra.identity import SYSTEM, Actor
from expertpool.ministries.models import LendingAgreement
from expertpool.refusals import Invalid, WrongState
from expertpool.words import words

_MOST_MINUTES = 60_000


def confirm(session: Session, engagement: Engagement, *, actor: Actor, now: dt.datetime) -> None:
    """Make an accepted engagement firm. The caller holds its locks and has checked who may.

    Raises: WrongState.
    """
    engagement.confirmed_at = now
    move(session, engagement, EngagementState.CONFIRMED, verb="confirm", actor=actor, now=now)
    tell(session, engagement, actor=actor)


def confirm_unless_lender_decides(session: Session, engagement: Engagement, *, now: dt.datetime) -> None:
    """Confirm at once what no other ministry has to consent to: own experts, and lenders who never ask."""
    if engagement.agreement_id is not None:
        agreement = session.get_one(LendingAgreement, engagement.agreement_id)
        if agreement.silent_consent_minutes > 0:
            return
    confirm(session, engagement, actor=SYSTEM, now=now)


def consent(
    session: Session, engagement_id: uuid.UUID, *, given: bool, actor: Actor, now: dt.datetime
) -> Engagement:
    """Record the lender's yes or no to lending an expert who accepted. The same again changes nothing.

    Raises: NotFound, Forbidden, WrongState.
    """
    engagement = lock_engagement(session, engagement_id, actor=actor)
    access.check_lends(actor, engagement)
    if engagement.state is EngagementState.CONFIRMED and given:
        return engagement
    if engagement.state is not EngagementState.ACCEPTED:
        raise WrongState(words("This engagement waits for no consent. Reload the page."))
    if given:
        confirm(session, engagement, actor=actor, now=now)
    else:
        leave(session, engagement, EngagementState.WITHDRAWN, verb="refuse_consent", actor=actor, now=now)
    return engagement


def apply_silent_consent(session: Session, *, now: dt.datetime) -> int:
    """Confirm what the lender let pass without a word; says how many. Runs as the system."""
    silence = sa.func.make_interval(0, 0, 0, 0, 0, LendingAgreement.silent_consent_minutes)
    silent = session.scalars(
        sa.select(Engagement)
        .join(LendingAgreement, LendingAgreement.id == Engagement.agreement_id)
        .where(Engagement.state == EngagementState.ACCEPTED, Engagement.answered_at + silence <= now)
        .where(Engagement.paused_at.is_(None))
        .options(WITHOUT_PROFILE)
        .order_by(Engagement.id)
    ).all()
    lock_all(session, silent)
    due = [each for each in silent if each.state is EngagementState.ACCEPTED and each.paused_at is None]
    for engagement in due:
        confirm(session, engagement, actor=SYSTEM, now=now)
    return len(due)


def deliver(
    session: Session,
    engagement_id: uuid.UUID,
    *,
    worked_minutes: int,
    note: str,
    actor: Actor,
    now: dt.datetime,
) -> Engagement:
    """Record that the work is done, and how long it took. Its expert is screened again.

    Units: `worked_minutes` minutes, sessions included.
    Raises: NotFound, Forbidden, Invalid, WrongState.
    """
    engagement = lock_engagement(session, engagement_id, actor=actor)
    access.check_own_or_uses(actor, engagement)
    if not 0 < worked_minutes <= _MOST_MINUTES:
        hours = words("Give the time worked, between a minute and a thousand hours.")
        raise Invalid(hours, fields={"worked_minutes": hours})
    if engagement.begins is not None and engagement.begins > now:
        raise WrongState(
            words("The work begins at %(begins)s. Hand it in after that.", begins=engagement.begins)
        )
    engagement.worked_minutes = worked_minutes
    engagement.delivery_note = note
    engagement.delivered_at = now
    move(session, engagement, EngagementState.DELIVERED, verb="deliver", actor=actor, now=now)
    follow(session, "engagements.delivered", engagement_id=engagement.id, now=now)
    return engagement


def close(session: Session, engagement_id: uuid.UUID, *, actor: Actor, now: dt.datetime) -> Engagement:
    """Accept the work. Hours and quota stay used; the case closes to the expert; the last one ends the need.
    Not while the declaration is owed after an urgent night.

    Raises: NotFound, Forbidden, WrongState.
    """
    engagement = lock_engagement(session, engagement_id, actor=actor)
    access.check_uses(actor, engagement)
    if card_standing(session, engagement.id) is CardStanding.DEFERRED:
        raise WrongState(words("The expert still owes the conflict declaration. Accept the work after that."))
    move(session, engagement, EngagementState.CLOSED, verb="close", actor=actor, now=now)
    with acting_as(session, SYSTEM):
        shut_case(session, engagement, now=now)
    move_need_when_all(session, engagement, frozenset({EngagementState.CLOSED}), NeedState.COMPLETED, now=now)
    return engagement
