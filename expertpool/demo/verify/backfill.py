"""Whether the sixth story really ran: from the new holding to the search for somebody else."""

import datetime as dt
import uuid
from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.availability.models import Hold
from expertpool.demo.verify.rows import Claim
from expertpool.engagements.models import Engagement, EngagementScreening
from expertpool.engagements.rules import LIVE, EngagementState, ScreenedBecause
from expertpool.incidents.models import IncidentAccess
from expertpool.scheduling.vocabulary import Tier

REPAIR = sa.text(
    "SELECT count(*) FROM procrastinate_jobs"
    " WHERE task_name = 'planning.repair_seat' AND args ->> 'seat_id' = :seat"
)


def check_backfill(
    session: Session, *, need_id: uuid.UUID, expert_id: uuid.UUID, at: dt.datetime
) -> Iterator[Claim]:
    """The engagement ended at the moment the holding came to light, and everything that follows from it."""
    left = session.scalars(
        sa.select(Engagement).where(Engagement.need_id == need_id, Engagement.expert_id == expert_id)
    ).one()
    ended = (left.state, left.ended_at, left.conflict_found_at)
    yield Claim(
        "S6: the serving assessor is taken off, and earlier work marked",
        f"{left.state.value}, marked {left.conflict_found_at is not None}",
        holds=left.confirmed_at is not None and ended == (EngagementState.CANCELLED, at, at),
    )
    screened = sa.select(EngagementScreening).where(EngagementScreening.engagement_id == left.id)
    said = [
        (row.tier, row.because, sorted({rule for rule, *_ in row.findings}))
        for row in session.scalars(screened)
    ]
    holds = any(tier is Tier.BAR and because is ScreenedBecause.REGISTER for tier, because, _ in said)
    yield Claim("S6: screening again says why", "; ".join(str(rules) for *_, rules in said), holds)
    live = sa.select(sa.func.count()).where(Hold.engagement_id == left.id, Hold.live)
    opened = sa.select(sa.func.count()).where(
        IncidentAccess.incident_id == left.incident_id,
        IncidentAccess.expert_id == expert_id,
        IncidentAccess.revoked_at.is_(None),
    )
    kept = (session.scalar(live), session.scalar(opened))
    yield Claim("S6: the time is free and the case shut", f"{kept[0]} held, {kept[1]} open", kept == (0, 0))
    others = sa.select(sa.func.count()).where(Engagement.seat_id == left.seat_id, Engagement.state.in_(LIVE))
    found = session.scalar(others) or 0
    asked = session.execute(REPAIR, {"seat": str(left.seat_id)}).scalar_one()
    told = f"{asked} searches asked for, {found} found"
    yield Claim("S6: somebody else is sought", told, holds=asked + found > 0)
