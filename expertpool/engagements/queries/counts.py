"""What the planner asks about experts. Counted over everything: hidden cases weigh, too."""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from expertpool.availability.models import Hold
from expertpool.engagements.models import Engagement
from expertpool.engagements.rules import LIVE, OPEN, EngagementState
from expertpool.infra.db import acting_as
from expertpool.infra.identity import SYSTEM


def open_counts(session: Session, expert_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, int]:
    """How many engagements experts have open; who has none is left out."""
    with acting_as(session, SYSTEM):
        rows = session.execute(
            sa.select(Engagement.expert_id, sa.func.count())
            .where(Engagement.expert_id.in_(list(expert_ids)), Engagement.state.in_(OPEN))
            .group_by(Engagement.expert_id)
        )
        return dict(rows.all())


def load_minutes(
    session: Session, expert_ids: Iterable[uuid.UUID], since: dt.datetime
) -> dict[uuid.UUID, int]:
    """Minutes of work experts were given since `since`: what they worked, or what was planned until then."""
    return _given(session, Engagement.expert_id, expert_ids, since)


def carried_minutes(
    session: Session, ministry_ids: Iterable[uuid.UUID], since: dt.datetime
) -> dict[uuid.UUID, int]:
    """The same by the ministries whose experts they were, for whomever they worked."""
    return _given(session, Engagement.lender_id, ministry_ids, since)


def _given(
    session: Session, owner: InstrumentedAttribute[uuid.UUID], ids: Iterable[uuid.UUID], since: dt.datetime
) -> dict[uuid.UUID, int]:
    kept = (
        owner.in_(list(ids)),
        Engagement.proposed_at >= since,
        Engagement.state.in_(LIVE | {EngagementState.CLOSED}),
    )
    length = sa.func.upper(Hold.during) - sa.func.lower(Hold.during)
    minutes = sa.cast(sa.func.extract("epoch", length), sa.Integer) / 60
    held = (
        sa.select(sa.func.coalesce(sa.func.sum(minutes), 0))
        .where(Hold.engagement_id == Engagement.id, Hold.live)
        .scalar_subquery()
    )
    counted = sa.func.coalesce(Engagement.worked_minutes, Engagement.effort_minutes + held)
    load: Counter[uuid.UUID] = Counter()
    with acting_as(session, SYSTEM):
        for owner_id, given in session.execute(sa.select(owner, counted).where(*kept)):
            load[owner_id] += int(given)
    return dict(load)


def not_before(session: Session, expert_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, dt.date]:
    """Until which day experts said they are busy; who never said so is left out."""
    with acting_as(session, SYSTEM):
        rows = session.execute(
            sa.select(Engagement.expert_id, sa.func.max(Engagement.busy_until))
            .where(Engagement.expert_id.in_(list(expert_ids)), Engagement.busy_until.is_not(None))
            .group_by(Engagement.expert_id)
        )
        return {expert_id: until for expert_id, until in rows if until is not None}
