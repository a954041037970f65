"""What the expert answers, to the conflict card first and then to the offer, and what the officer rules."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.conflicts.rules.process import AFTER_ANSWER, AfterDeclaration
from expertpool.conflicts.rules.vocabulary import Answer
from expertpool.engagements import access
from expertpool.engagements.models import Declaration, Engagement
from expertpool.engagements.rules import (
    AGREED,
    CardAnswer,
    CardStanding,
    DeclineReason,
    EngagementState,
    check_card,
    check_decline,
    check_grounds,
    check_step,
    standing,
)
from expertpool.engagements.service.endings import recuse
from expertpool.engagements.service.steps import (
    entry,
    leave,
    lock_engagement,
    lock_need,
    move,
    move_need_when_all,
    note,
    open_case,
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


def _entries(session: Session, engagement: Engagement) -> list[Declaration]:
    rows = sa.select(Declaration).where(Declaration.engagement_id == engagement.id)
    return list(session.scalars(rows))


def answer_card(
    session: Session,
    engagement_id: uuid.UUID,
    *,
    answer: CardAnswer,
    category: str,
    pledged: bool,
    actor: Actor,
    now: dt.datetime,
) -> Engagement:
    """Record what the expert says about ties to the parties, before any fact of the case is shown.

    No tie and a pledge of secrecy open the case; a tie or a doubt goes to the conflict officer; who may not
    say is taken off. The same answer again changes nothing.
    Raises: NotFound, Forbidden, Invalid, WrongState.
    """
    engagement = lock_engagement(session, engagement_id, actor=actor)
    access.check_own(actor, engagement)
    own = next((row for row in _entries(session, engagement) if row.ruled_by is None), None)
    if own is not None:
        if (own.answer, own.category) != (answer, category):
            raise WrongState(
                words("You answered this card already. Step down if a tie came to your mind since.")
            )
        return engagement
    check_card(answer, category=category, pledged=pledged)
    _check_waits_for_answer(engagement, now=now)
    _declare(session, engagement, answer, category, pledged, ruled_by=None, now=now)
    note(session, engagement, "answer_card", actor=actor, now=now, answer=answer.value)
    after = AFTER_ANSWER[Answer(answer.value)]
    if after is AfterDeclaration.DETAILS_OPEN:
        open_case(session, engagement, now=now)
    elif after is AfterDeclaration.RECUSED:
        recuse(session, engagement.id, actor=actor, now=now)
    return engagement


def _declare(
    session: Session,
    engagement: Engagement,
    answer: CardAnswer,
    category: str,
    pledged: bool,
    *,
    ruled_by: uuid.UUID | None,
    grounds: str = "",
    now: dt.datetime,
) -> None:
    session.add(
        Declaration(
            engagement_id=engagement.id,
            answer=answer,
            category=category,
            pledged=pledged,
            ruled_by=ruled_by,
            grounds=grounds,
            answered_at=now,
        )
    )
    session.flush()


def _check_waits_for_answer(engagement: Engagement, *, now: dt.datetime) -> None:
    check_step(engagement.state, EngagementState.ACCEPTED)
    if engagement.answer_by is not None and engagement.answer_by <= now:
        raise WrongState(words("The time to answer ended at %(answer_by)s.", answer_by=engagement.answer_by))


def rule_on_card(
    session: Session,
    engagement_id: uuid.UUID,
    *,
    cleared: bool,
    grounds: str,
    actor: Actor,
    now: dt.datetime,
) -> Engagement:
    """Decide about a declared or doubtful tie: cleared opens the case, anything else takes the expert off.

    The time the officer took is added to the expert's time to answer. The same ruling again changes nothing.
    Raises: NotFound, Forbidden, Invalid without grounds, WrongState.
    """
    engagement = lock_engagement(session, engagement_id, actor=actor)
    access.check_rules_cards(actor, engagement)
    said = check_grounds(grounds)
    rows = _entries(session, engagement)
    says = standing(entry(row) for row in rows)
    ruled = any(row.ruled_by is not None for row in rows)
    if ruled and (says is CardStanding.CLEAR) == cleared:
        return engagement
    if ruled or says is not CardStanding.WITH_OFFICER:
        raise WrongState(words("This card waits for no ruling any more. Reload the page."))
    check_step(engagement.state, EngagementState.ACCEPTED)
    own, by = rows[0], actor.user_id
    ruling = CardAnswer.NONE if cleared else CardAnswer.YES
    _declare(session, engagement, ruling, own.category, own.pledged, ruled_by=by, grounds=said, now=now)
    note(session, engagement, "rule_on_card", actor=actor, now=now, cleared=cleared)
    if cleared:
        _give_officers_time_back(engagement, own.answered_at, now=now)
        open_case(session, engagement, now=now)
    else:
        leave(session, engagement, EngagementState.RECUSED, verb="recuse", actor=actor, now=now)
    return engagement


def _give_officers_time_back(engagement: Engagement, asked_at: dt.datetime, *, now: dt.datetime) -> None:
    if engagement.answer_by is not None:
        later = engagement.answer_by + (now - asked_at)
        engagement.answer_by = min(later, engagement.begins or later)


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
    _check_waits_for_answer(engagement, now=now)
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
    says = standing(entry(row) for row in _entries(session, engagement))
    if says is not CardStanding.CLEAR:
        raise WrongState(_CARD_FIRST[says])
    with acting_as(session, SYSTEM):
        if lock_need(session, engagement.need_id).state is not NeedState.APPROVED:
            raise WrongState(words("The experts are not needed any more. The coordinator will tell you why."))
    move(session, engagement, EngagementState.ACCEPTED, verb="accept", actor=actor, now=now)
    move_need_when_all(session, engagement, AGREED, NeedState.FILLED, now=now)
    confirm_unless_lender_decides(session, engagement, now=now)
