"""A party's challenge of an expert: everything stands still until the officer has decided."""

import datetime as dt
import uuid

from sqlalchemy.orm import Session

from expertpool.engagements import access
from expertpool.engagements.models import Challenge, Engagement
from expertpool.engagements.rules import (
    CHALLENGEABLE,
    ChallengeState,
    EngagementState,
    check_grounds,
)
from expertpool.engagements.service.steps import is_challenged, leave, lock_engagement, note, pause, resume
from expertpool.incidents.rules import PartySide
from expertpool.infra.identity import Actor
from expertpool.refusals import NotFound, WrongState
from expertpool.words import words


def enter_challenge(
    session: Session,
    engagement_id: uuid.UUID,
    *,
    side: PartySide,
    grounds: str,
    actor: Actor,
    now: dt.datetime,
) -> Challenge:
    """Record that a party challenges an expert who was asked: the case is shut to the expert at once, and
    the engagement takes no step but the ways out until the officer has decided.

    Raises: NotFound; Forbidden; Invalid without grounds; WrongState if nobody can be challenged here now.
    """
    engagement = lock_engagement(session, engagement_id, actor=actor)
    access.check_enters_challenges(actor, engagement)
    assert actor.user_id is not None  # only people sign in as staff
    said = check_grounds(grounds)
    if engagement.state not in CHALLENGEABLE:
        raise WrongState(words("Nobody can be challenged here now. Reload the page."))
    if is_challenged(session, engagement):
        raise WrongState(words("A challenge of this expert is open already."))
    challenge = Challenge(
        incident_id=engagement.incident_id,
        engagement_id=engagement.id,
        side=side,
        grounds=said,
        entered_by=actor.user_id,
        entered_at=now,
        state=ChallengeState.OPEN,
    )
    session.add(challenge)
    pause(session, engagement, now=now)
    note(session, engagement, "challenge", actor=actor, now=now, side=side.value)
    return challenge


def decide_challenge(
    session: Session, challenge_id: uuid.UUID, *, upheld: bool, grounds: str, actor: Actor, now: dt.datetime
) -> Challenge:
    """Decide about a challenge: upheld takes the expert off and fills the seat again, rejected goes on.

    Raises: NotFound; Forbidden; Invalid without grounds; WrongState once decided.
    """
    challenge = session.get(Challenge, challenge_id, populate_existing=True)
    if challenge is None:
        raise NotFound(access.NOTHING_HERE)
    engagement = lock_engagement(session, challenge.engagement_id, actor=actor)
    access.check_rules_cards(actor, engagement)
    session.refresh(challenge)
    said = check_grounds(grounds)
    if challenge.state is not ChallengeState.OPEN:
        raise WrongState(words("This challenge is decided already. Reload the page."))
    challenge.state = ChallengeState.UPHELD if upheld else ChallengeState.REJECTED
    challenge.decided_by, challenge.decided_at, challenge.decision = actor.user_id, now, said
    session.flush()
    if upheld:
        leave(session, engagement, EngagementState.RECUSED, verb="uphold_challenge", actor=actor, now=now)
    else:
        _resume(session, engagement, actor=actor, now=now)
    return challenge


def _resume(session: Session, engagement: Engagement, *, actor: Actor, now: dt.datetime) -> None:
    """Go on where the challenge stopped it; the time it took is added to the expert's time to answer."""
    assert engagement.paused_at is not None  # a challenge that is open pauses
    if engagement.answer_by is not None and engagement.state is EngagementState.OFFERED:
        later = engagement.answer_by + (now - engagement.paused_at)
        engagement.answer_by = min(later, engagement.begins or later)
    note(session, engagement, "reject_challenge", actor=actor, now=now)
    resume(session, engagement, now=now)
