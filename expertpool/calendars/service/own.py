"""Answering the own invitations, signed in: by programs that hold the expert's token."""

import datetime as dt
import uuid
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.calendars.access import own_expert_id
from expertpool.calendars.models import SeatEvent as EventRow
from expertpool.calendars.rules import REASONS, Channel, Partstat, Verdict, Why
from expertpool.calendars.service.answers import respond
from expertpool.calendars.service.proposals import propose_start
from expertpool.engagements import access, service
from expertpool.engagements.rules import DeclineReason
from expertpool.infra.db import acting_as
from expertpool.infra.identity import SYSTEM, Actor
from expertpool.refusals import NotFound, WrongState


def lock_own(session: Session, engagement_id: uuid.UUID, *, actor: Actor) -> Sequence[EventRow]:
    """The standing events of an invitation to the actor, their seat locked, soonest first.

    Raises: NotFound, also for the invitations of others and for one that was called off.
    """
    expert_id = own_expert_id(actor)
    mine = sa.select(EventRow).where(
        EventRow.engagement_id == engagement_id,
        EventRow.expert_id == expert_id,
        EventRow.cancelled_at.is_(None),
    )
    with acting_as(session, SYSTEM):
        if session.scalars(mine).first() is None:
            raise NotFound(access.NOTHING_HERE)
        service.lock_engagement(session, engagement_id, actor=SYSTEM)
        ordered = mine.order_by(EventRow.starts_at, EventRow.id).with_for_update(key_share=True)
        return session.scalars(ordered.execution_options(populate_existing=True)).all()


def answer_own(
    session: Session,
    standing: Sequence[EventRow],
    answer: Partstat,
    *,
    now: dt.datetime,
    reason: DeclineReason = DeclineReason.OTHER,
    note: str = "",
) -> Why:
    """Answer for the whole seat; `standing` as `lock_own` gave it. Says whether the card has to come first.

    Raises: WrongState if nothing can be answered any more.
    """
    with acting_as(session, SYSTEM):
        why = respond(
            session, standing, answer, via=Channel.API, deliberate=True, reason=reason, note=note, now=now
        )
    return _counting(why)


def propose_own(
    session: Session,
    standing: Sequence[EventRow],
    event_id: uuid.UUID,
    *,
    start: dt.datetime,
    note: str,
    now: dt.datetime,
) -> Why:
    """Propose another start for one of the sessions; `standing` as `lock_own` gave it.

    Raises: NotFound for a session of another invitation; Invalid; WrongState if it cannot be moved any more.
    """
    row = next((each for each in standing if each.id == event_id), None)
    if row is None:
        raise NotFound(access.NOTHING_HERE)
    with acting_as(session, SYSTEM):
        return _counting(propose_start(session, row, start=start, note=note, now=now))


def _counting(why: Why) -> Why:
    verdict, sentence = REASONS[why]
    if verdict is not Verdict.APPLIED and why is not Why.CARD_FIRST:
        raise WrongState(sentence)
    return why
