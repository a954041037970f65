"""The conflict card: what the expert answers, before the work or after an urgent night, and the rulings."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from expertpool.conflicts.rules.process import AFTER_ANSWER, AFTER_LATE_ANSWER, AfterDeclaration
from expertpool.conflicts.rules.vocabulary import Answer
from expertpool.engagements import access
from expertpool.engagements.models import Declaration, Engagement
from expertpool.engagements.rules import (
    OPEN,
    OWING,
    CardAnswer,
    CardStanding,
    EngagementState,
    check_card,
    check_grounds,
    check_step,
    owed_until,
    standing,
)
from expertpool.engagements.service.endings import recuse
from expertpool.engagements.service.rescreening import mark_earlier_work
from expertpool.engagements.service.steps import (
    check_waits_for_answer,
    entries_of,
    leave,
    lock_engagement,
    note,
    open_case,
    pause,
    resume,
)
from expertpool.infra.db import acting_as
from expertpool.infra.identity import SYSTEM, Actor
from expertpool.refusals import WrongState
from expertpool.words import words


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
    """Record what the expert says about ties to the parties, before any fact of the case is shown, or after
    an urgent night.

    No tie and a pledge of secrecy open the case; a tie or a doubt goes to the conflict officer; who may not
    say is taken off. The same answer again changes nothing.
    Raises: NotFound, Forbidden, Invalid, WrongState.
    """
    engagement = lock_engagement(session, engagement_id, actor=actor)
    access.check_own(actor, engagement)
    rows = entries_of(session, engagement.id)
    own = next((row for row in rows if row.ruled_by is None and row.due_at is None), None)
    if own is not None:
        if (own.answer, own.category) != (answer, category):
            raise WrongState(
                words("You answered this card already. Step down if a tie came to your mind since.")
            )
        return engagement
    check_card(answer, category=category, pledged=pledged)
    due_at = owed_until(row.entry for row in rows)
    began = due_at is not None and engagement.state in OWING
    if not began:
        check_waits_for_answer(engagement, now=now)
    declare(session, engagement, answer, category, pledged, ruled_by=None, now=now)
    note(session, engagement, "answer_card", actor=actor, now=now, answer=answer.value)
    table = AFTER_LATE_ANSWER if due_at is not None and now > due_at else AFTER_ANSWER
    _follow_answer(session, engagement, table[Answer(answer.value)], began=began, actor=actor, now=now)
    return engagement


def _follow_answer(
    session: Session,
    engagement: Engagement,
    after: AfterDeclaration,
    *,
    began: bool,
    actor: Actor,
    now: dt.datetime,
) -> None:
    """`began`: the work has begun on a short pledge, so a tie makes it stand still and marks it."""
    if after is AfterDeclaration.DETAILS_OPEN:
        open_case(session, engagement, now=now)
    elif after is AfterDeclaration.OFFICER_DECIDES and began:
        pause(session, engagement, now=now)
    elif after is AfterDeclaration.RECUSED and began:
        _take_off_work(session, engagement, actor=actor, now=now)
    elif after is AfterDeclaration.RECUSED:
        recuse(session, engagement.id, actor=actor, now=now)


def _take_off_work(session: Session, engagement: Engagement, *, actor: Actor, now: dt.datetime) -> None:
    """What was done so far was done before the conflict was found. What is handed in stays handed in."""
    with acting_as(session, SYSTEM):
        mark_earlier_work(session, engagement, now=now)
    if engagement.state in OPEN:
        leave(session, engagement, EngagementState.RECUSED, verb="recuse", actor=actor, now=now)
    else:
        resume(session, engagement, now=now)


def declare(
    session: Session,
    engagement: Engagement,
    answer: CardAnswer,
    category: str,
    pledged: bool,
    *,
    ruled_by: uuid.UUID | None,
    now: dt.datetime,
    grounds: str = "",
    due_at: dt.datetime | None = None,
    screening: dict[str, Any] | None = None,
) -> None:
    """Make an entry on the card. The caller has checked who may, and sees to what follows."""
    session.add(
        Declaration(
            engagement_id=engagement.id,
            answer=answer,
            category=category,
            pledged=pledged,
            ruled_by=ruled_by,
            grounds=grounds,
            answered_at=now,
            due_at=due_at,
            screening=screening,
        )
    )
    session.flush()


def rule_on_card(
    session: Session,
    engagement_id: uuid.UUID,
    *,
    cleared: bool,
    grounds: str,
    actor: Actor,
    now: dt.datetime,
) -> Engagement:
    """Decide about a declared or doubtful tie, or about a declaration that is overdue after an urgent night:
    cleared opens the case, anything else takes the expert off.

    The time the officer took is added to the expert's time to answer. The same ruling again changes nothing.
    Raises: NotFound, Forbidden, Invalid without grounds, WrongState.
    """
    engagement = lock_engagement(session, engagement_id, actor=actor)
    access.check_rules_cards(actor, engagement)
    said = check_grounds(grounds)
    rows = entries_of(session, engagement.id)
    ruled = any(row.ruled_by is not None for row in rows)
    if ruled and (standing(row.entry for row in rows) is CardStanding.CLEAR) == cleared:
        return engagement
    _check_waits_for_ruling(engagement, rows, cleared=cleared, now=now)
    own, by = rows[-1], actor.user_id
    ruling = CardAnswer.NONE if cleared else CardAnswer.YES
    declare(session, engagement, ruling, own.category, own.pledged, ruled_by=by, grounds=said, now=now)
    note(session, engagement, "rule_on_card", actor=actor, now=now, cleared=cleared)
    if engagement.state in OWING and cleared:
        resume(session, engagement, now=now)
    elif engagement.state in OWING:
        _take_off_work(session, engagement, actor=actor, now=now)
    elif cleared:
        _give_officers_time_back(engagement, own.answered_at, now=now)
        open_case(session, engagement, now=now)
    else:
        leave(session, engagement, EngagementState.RECUSED, verb="recuse", actor=actor, now=now)
    return engagement


def _check_waits_for_ruling(
    engagement: Engagement, rows: Sequence[Declaration], *, cleared: bool, now: dt.datetime
) -> None:
    """An answered card waits, and one that is overdue; but nobody declares in the expert's place."""
    due_at = owed_until(row.entry for row in rows)
    overdue = due_at is not None and due_at < now
    if standing(row.entry for row in rows) is not CardStanding.WITH_OFFICER and not overdue:
        raise WrongState(words("This card waits for no ruling any more. Reload the page."))
    if engagement.state not in OWING:
        check_step(engagement.state, EngagementState.ACCEPTED)
    if overdue and cleared:
        raise WrongState(
            words("The expert has declared nothing yet. Wait for the declaration, or take the expert off.")
        )


def _give_officers_time_back(engagement: Engagement, asked_at: dt.datetime, *, now: dt.datetime) -> None:
    if engagement.answer_by is not None:
        later = engagement.answer_by + (now - asked_at)
        engagement.answer_by = min(later, engagement.begins or later)
