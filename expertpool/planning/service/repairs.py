"""Filling one seat again after its expert said no, while everybody else stays."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from expertpool.engagements.models import Engagement
from expertpool.engagements.rules import LIVE, EngagementState
from expertpool.incidents.models import Seat
from expertpool.infra import jobs

SETTLED = LIVE | {EngagementState.CLOSED}


def defer_repair(
    session: Session,
    seat_id: uuid.UUID,
    engagement_id: uuid.UUID,
    *,
    not_before: dt.datetime | None = None,
) -> None:
    """Queue the repair of a seat its last engagement left empty."""
    jobs.defer(
        session,
        "planning.repair_seat",
        not_before=not_before,
        seat_id=str(seat_id),
        engagement_id=str(engagement_id),
    )


def ask_for_repairs(session: Session, need_id: uuid.UUID) -> None:
    """Queue the repair of every seat of the need that somebody left meanwhile."""
    taken = sa.select(Engagement.seat_id).where(Engagement.need_id == need_id, Engagement.state.in_(SETTLED))
    left = session.execute(
        sa.select(Engagement.seat_id, Engagement.id)
        .join(Seat, Seat.id == Engagement.seat_id)
        .where(
            Engagement.need_id == need_id,
            Engagement.offered_at.is_not(None),
            Engagement.seat_id.not_in(taken),
        )
        .ext(distinct_on(Engagement.seat_id))
        .order_by(Engagement.seat_id, Engagement.ended_at.desc())
    )
    for seat_id, engagement_id in left:
        defer_repair(session, seat_id, engagement_id)
