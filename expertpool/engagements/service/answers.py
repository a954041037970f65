"""What the expert answers to the offer, once the conflict card is clear."""

import datetime as dt
import uuid

from sqlalchemy.orm import Session

from expertpool.engagements import access
from expertpool.engagements.models import Engagement
from expertpool.engagements.rules import (
    AGREED,
    CardStanding,
    DeclineReason,
    EngagementState,
    check_decline,
)
from expertpool.engagements.service.steps import (
    card_standing,
    check_waits_for_answer,
    leave,
    lock_engagement,
    lock_need,
    move,
    move_need_when_all,
)
from expertpool.engagements.service.work import confirm_unless_lender_decides
from expertpool.incidents.rules import NeedState
from expertpool.infra.clock import seoul_date
from expertpool.infra.consequences import follow
from expertpool.infra.db import acting_as
from expertpool.infra.identity import SYSTEM, Actor
from expertpool.refusals import WrongState
from expertpool.words import Words, words

_CARD_FIRST: dict[CardStanding, Words] = {
    CardStanding.UNANSWERED: words("Answer the conflict card first. Then you can accept."),
    CardStanding.WITH_OFFICER: words(
        "The conflict-of-interest officer has not decided about your card yet. You can accept after that."
    ),
    CardStanding.CONFLICTED: words("The card names a conflict of interest, so this cannot be accepted."),
}


def answer_offer(
    session: Session,
    engagement_id: uuid.UUID,
    *,
    accept: bool,
    reason: DeclineReason | None,
    note: str,
    busy_until: dt.date | None,
    actor: Actor,
    now: dt.datetime,
) -> Engagement:
    """Record an expert's yes or no to an offer, and let the consequences follow.

    A yes keeps the time and waits for the lender's consent, if one is due; the last yes fills the need. A no
    gives everything back and asks for another expert. The same answer again changes nothing.

    Raises: NotFound, Forbidden, Invalid, WrongState (also for a yes without a clear card).
    Source: RFC 5546 section 3.2.3 (REPLY).
    """
    engagement = lock_engagement(session, engagement_id, actor=actor)
    access.check_own(actor, engagement)
    if _answered_alike(engagement, accept, reason):
        return engagement
    if not accept:
        check_decline(reason, busy_until=busy_until, today=seoul_date(now))
    check_waits_for_answer(engagement, now=now)
    engagement.answered_at = now
    if accept:
        _accept(session, engagement, actor=actor, now=now)
    else:
        engagement.decline_reason = reason
        engagement.decline_note = note
        engagement.busy_until = busy_until
        leave(session, engagement, EngagementState.DECLINED, verb="decline", actor=actor, now=now)
    return engagement


def answer_signed_in(
    session: Session,
    engagement_id: uuid.UUID,
    *,
    accept: bool,
    reason: DeclineReason | None,
    note: str,
    busy_until: dt.date | None,
    by_program: bool,
    actor: Actor,
    now: dt.datetime,
) -> Engagement:
    """The answer of an expert who signed in, on our page or `by_program`; the invitation learns of it.

    Raises: as `answer_offer`.
    """
    engagement = answer_offer(
        session,
        engagement_id,
        accept=accept,
        reason=reason,
        note=note,
        busy_until=busy_until,
        actor=actor,
        now=now,
    )
    if engagement.answered_at == now:  # the same answer again says nothing of what was moved meanwhile
        follow(
            session,
            "engagements.answered_signed_in",
            engagement_id=engagement.id,
            accept=accept,
            by_program=by_program,
            now=now,
        )
    return engagement


def _answered_alike(engagement: Engagement, accept: bool, reason: DeclineReason | None) -> bool:
    if accept:
        return engagement.state in AGREED
    return engagement.state is EngagementState.DECLINED and engagement.decline_reason is reason


def _accept(session: Session, engagement: Engagement, *, actor: Actor, now: dt.datetime) -> None:
    says = card_standing(session, engagement.id)
    if says is not CardStanding.CLEAR:
        raise WrongState(_CARD_FIRST[says])
    agree(session, engagement, actor=actor, now=now)


def agree(session: Session, engagement: Engagement, *, actor: Actor, now: dt.datetime) -> None:
    """Take the yes. The caller holds the locks and has checked what must come before it.

    Raises: WrongState once nobody is needed any more.
    """
    with acting_as(session, SYSTEM):
        if lock_need(session, engagement.need_id).state is not NeedState.APPROVED:
            raise WrongState(words("The experts are not needed any more. The coordinator will tell you why."))
    move(session, engagement, EngagementState.ACCEPTED, verb="accept", actor=actor, now=now)
    move_need_when_all(session, engagement, AGREED, NeedState.FILLED, now=now)
    confirm_unless_lender_decides(session, engagement, now=now)
