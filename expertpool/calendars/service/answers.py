"""An expert's answer, wherever it was given: one way in for mails, the answering page and programs."""

import datetime as dt
import uuid
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.calendars.models import SeatEvent as EventRow
from expertpool.calendars.rules import Channel, Partstat, Step, Why, step_for
from expertpool.engagements import service as engagements
from expertpool.engagements.models import Engagement
from expertpool.engagements.rules import DeclineReason
from expertpool.infra.consequences import follows
from expertpool.infra.db import acting_as
from expertpool.infra.identity import SYSTEM, Actor, Role
from expertpool.refusals import Refusal

_NOTE_CHARACTERS = 400


def respond(
    session: Session,
    answered: Sequence[EventRow],
    answer: Partstat,
    *,
    via: Channel,
    deliberate: bool,
    now: dt.datetime,
    reason: DeclineReason = DeclineReason.OTHER,
    note: str = "",
) -> Why:
    """Let the expert's answer to these events of one seat count, and let the consequences follow.

    The seat is accepted with the last yes and left with the first no, by the same service as on the page
    behind sign-in. Says why the answer was taken, or why a person has to look at it; then no seat changed.
    `deliberate`: a person said it, and no program that only tidied up.
    The caller holds the lock of the seat (`lock_seat`).
    """
    engagement = session.get_one(Engagement, answered[0].engagement_id)
    step = _step(session, engagement, answered, answer, deliberate)
    if isinstance(step, Step):
        try:
            with session.begin_nested():
                _take(session, engagement, step, reason=reason, note=note, now=now)
        except Refusal:
            return Why.NOT_OPEN
    if step not in (Why.TAKEN_BACK, Why.NOT_OPEN):
        for row in answered:
            row.partstat, row.answered_at, row.answered_via = answer, now, via
        session.flush()
    return Why.ANSWERED if isinstance(step, Step) else step


@follows("engagements.answered_signed_in")
def note_signed_in(
    session: Session, *, engagement_id: uuid.UUID, accept: bool, by_program: bool, now: dt.datetime
) -> None:
    """Write down with the events of a seat what was answered for all of it, and where."""
    answer = Partstat.ACCEPTED if accept else Partstat.DECLINED
    via = Channel.API if by_program else Channel.PAGE
    with acting_as(session, SYSTEM):
        for row in _standing(session, engagement_id):
            if row.partstat is not answer:
                row.partstat, row.answered_at, row.answered_via = answer, now, via
        session.flush()


def _step(
    session: Session,
    engagement: Engagement,
    answered: Sequence[EventRow],
    answer: Partstat,
    deliberate: bool,
) -> Step | Why:
    with acting_as(session, SYSTEM):
        standing = _standing(session, engagement.id)
        card = engagements.card_standing(session, engagement.id)
    ids = {row.id for row in answered}
    agreed = any(row.partstat is Partstat.ACCEPTED for row in answered)
    return step_for(
        answer,
        before=Partstat.ACCEPTED if agreed else Partstat.NEEDS_ACTION,
        others=[row.partstat for row in standing if row.id not in ids],
        state=engagement.state,
        card=card,
        deliberate=deliberate,
    )


def lock_seat(session: Session, row: EventRow) -> None:
    """Lock a seat with its expert, then the event: whoever books, answers and tells takes turns."""
    engagements.lock_engagement(session, row.engagement_id, actor=SYSTEM)
    session.refresh(row, with_for_update={"key_share": True})


def _standing(session: Session, engagement_id: uuid.UUID) -> Sequence[EventRow]:
    query = sa.select(EventRow).where(
        EventRow.engagement_id == engagement_id, EventRow.cancelled_at.is_(None)
    )
    return session.scalars(query).all()


def _take(
    session: Session,
    engagement: Engagement,
    step: Step,
    *,
    reason: DeclineReason,
    note: str,
    now: dt.datetime,
) -> None:
    actor = Actor(roles=frozenset({Role.EXPERT}), expert_id=engagement.expert_id)
    with acting_as(session, actor):
        if step is Step.WITHDRAW:
            engagements.withdraw(session, engagement.id, note=note[:_NOTE_CHARACTERS], actor=actor, now=now)
        elif step is not Step.NOTE:
            accept = step is Step.ACCEPT
            engagements.answer_offer(
                session,
                engagement.id,
                accept=accept,
                reason=None if accept else reason,
                note="" if accept else note[:_NOTE_CHARACTERS],
                busy_until=None,
                actor=actor,
                now=now,
            )
