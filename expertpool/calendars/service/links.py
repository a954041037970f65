"""Answering without signing in, by the link in the mail: whoever read the invitation may answer it."""

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.calendars.models import EventToken
from expertpool.calendars.models import SeatEvent as EventRow
from expertpool.calendars.rules import Channel, Partstat, Why, token_digest
from expertpool.calendars.service.answers import lock_seat, respond
from expertpool.calendars.service.proposals import propose_start
from expertpool.engagements.rules import DeclineReason
from expertpool.infra.db import acting_as
from expertpool.infra.identity import SYSTEM
from expertpool.refusals import NotFound
from expertpool.words import words

_NOTHING = words("There is nothing here that you can see. Check the address.")


def answer_by_link(
    session: Session,
    token: str,
    answer: Partstat,
    *,
    now: dt.datetime,
    reason: DeclineReason = DeclineReason.OTHER,
    note: str = "",
) -> Why:
    """Answer for the whole seat the link belongs to. Says why it counts, or why it does not.

    Raises: NotFound for a link that was never given out.
    """
    with acting_as(session, SYSTEM):
        row = _event_behind(session, token)
        standing = _standing(session, row)
        if not standing:
            return Why.CALLED_OFF
        return respond(
            session, standing, answer, via=Channel.LINK, deliberate=True, reason=reason, note=note, now=now
        )


def propose_by_link(session: Session, token: str, *, start: dt.datetime, note: str, now: dt.datetime) -> Why:
    """Propose another start for the session the link belongs to; it takes as long as it was told.

    Raises: NotFound for a link that was never given out; Invalid for a start that has passed or is the same.
    """
    with acting_as(session, SYSTEM):
        row = _event_behind(session, token)
        return propose_start(session, row, start=start, note=note, now=now)


def _event_behind(session: Session, token: str) -> EventRow:
    given = sa.select(EventToken.event_id).where(
        EventToken.token_hash == token_digest(token), EventToken.purpose == "page"
    )
    row = session.scalar(sa.select(EventRow).where(EventRow.id.in_(given)))
    if row is None:
        raise NotFound(_NOTHING)
    lock_seat(session, row)
    return row


def _standing(session: Session, row: EventRow) -> Sequence[EventRow]:
    query = sa.select(EventRow).where(
        EventRow.engagement_id == row.engagement_id, EventRow.cancelled_at.is_(None)
    )
    ordered = query.order_by(EventRow.starts_at, EventRow.id).with_for_update(key_share=True)
    return session.scalars(ordered.execution_options(populate_existing=True)).all()
