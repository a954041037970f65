"""What came up about experts who are at work: found again, and not heavy enough to take them off."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from expertpool.conflicts.models import Waiver
from expertpool.conflicts.queries import QueueLine
from expertpool.conflicts.rules.waivers import WaiverState
from expertpool.engagements.models import WITHOUT_PROFILE, Engagement, EngagementScreening
from expertpool.engagements.rules import LIVE
from expertpool.experts.rules import shown_name
from expertpool.infra.identity import Actor
from expertpool.scheduling.vocabulary import Tier
from expertpool.words import words

_IN_QUESTION = (Tier.REVIEW, Tier.WAIVABLE)


def found_at_work(session: Session, *, actor: Actor) -> list[QueueLine]:
    """The live engagements of the actor's ministry whose last screening left a doubt, or a need for a waiver
    that nobody has granted."""
    latest = (
        sa.select(EngagementScreening)
        .ext(distinct_on(EngagementScreening.engagement_id))
        .order_by(EngagementScreening.engagement_id, EngagementScreening.screened_at.desc())
        .subquery()
    )
    waived = sa.exists().where(
        Waiver.seat_id == Engagement.seat_id,
        Waiver.expert_id == Engagement.expert_id,
        Waiver.state == WaiverState.GRANTED,
    )
    rows = session.execute(
        sa.select(Engagement, latest.c.screened_at)
        .join(latest, latest.c.engagement_id == Engagement.id)
        .where(
            Engagement.borrower_id == actor.ministry_id,
            Engagement.state.in_(LIVE),
            Engagement.conflict_found_at.is_(None),
            latest.c.tier.in_(_IN_QUESTION),
            sa.or_(latest.c.tier == Tier.REVIEW, ~waived),
        )
        .options(WITHOUT_PROFILE)
        .order_by(latest.c.screened_at, Engagement.id)
        .limit(200)
    )
    return [_line(engagement, screened_at, actor) for engagement, screened_at in rows]


def _line(engagement: Engagement, screened_at: dt.datetime, actor: Actor) -> QueueLine:
    shown = shown_name(engagement.expert, actor.ministry_id)
    return QueueLine(
        words("Found in mid-case"),
        shown.name_ko,
        shown.name_en,
        words("The expert goes on working until you decide."),
        screened_at,
        "engagements.findings_page",
        {
            "incident_id": engagement.incident_id,
            "expert_id": engagement.expert_id,
            "role": engagement.role_class,
        },
    )
