"""The guarded parts of an expert's time: holds that cannot overlap, hours of a week that cannot be overspent.

Callers lock the expert's row first (`experts.service.lock_experts`), then touch agreements, then come here.
Under that lock the check below decides; the exclusion constraint and the checks of the counters stand
behind it for code that forgets to lock.
"""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from psycopg.types.range import Range
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from expertpool.availability.models import ExpertWeek, Hold
from expertpool.availability.rules import Span
from expertpool.experts.service import touch_calendar
from expertpool.refusals import Conflicting
from expertpool.words import words

Placed = tuple[uuid.UUID, Span, str | None]

_TAKEN = words(
    "The expert already has another appointment at that time. Choose another time or another expert."
)


def hold_time(
    session: Session, *, expert_id: uuid.UUID, engagement_id: uuid.UUID, sessions: Sequence[Placed]
) -> list[Hold]:
    """Take an expert's time for the sessions of an engagement: all of them, or none.

    Shape: `sessions` are (session id, span, region code or None for remote work).
    Raises: Conflicting when any of the time is taken.
    """
    spans = [Range(span.start, span.end, "[)") for _, span, _ in sessions]
    if spans:
        taken = sa.exists().where(
            Hold.expert_id == expert_id, Hold.live, sa.or_(*(Hold.during.overlaps(span) for span in spans))
        )
        if session.scalar(sa.select(taken)):
            raise Conflicting(_TAKEN, rule="TIME-01")
    holds = [
        Hold(
            engagement_id=engagement_id,
            expert_id=expert_id,
            session_id=session_id,
            during=span,
            region_code=region_code,
        )
        for (session_id, _, region_code), span in zip(sessions, spans, strict=True)
    ]
    session.add_all(holds)
    session.flush()
    touch_calendar(session, expert_id)
    return holds


def move_time(
    session: Session, *, expert_id: uuid.UUID, engagement_id: uuid.UUID, session_id: uuid.UUID, to: Span
) -> None:
    """Hold another time for one session of an engagement, instead of the time held until now.

    Raises: Conflicting when the other time is taken.
    """
    span = Range(to.start, to.end, "[)")
    taken = sa.exists().where(
        Hold.expert_id == expert_id,
        Hold.live,
        Hold.during.overlaps(span),
        sa.or_(Hold.engagement_id != engagement_id, Hold.session_id != session_id),
    )
    if session.scalar(sa.select(taken)):
        raise Conflicting(_TAKEN, rule="TIME-01")
    session.execute(
        sa.update(Hold)
        .where(Hold.engagement_id == engagement_id, Hold.session_id == session_id, Hold.live)
        .values(during=span)
        .execution_options(synchronize_session="fetch")
    )
    touch_calendar(session, expert_id)


def release_time(session: Session, *, engagement_id: uuid.UUID) -> None:
    """Give the time of an engagement back. The rows stay as a record of what was asked; again is harmless."""
    freed = session.scalars(
        sa.update(Hold)
        .where(Hold.engagement_id == engagement_id, Hold.live)
        .values(live=False)
        .returning(Hold.expert_id)
        .execution_options(synchronize_session="fetch")
    )
    for expert_id in sorted(set(freed)):
        touch_calendar(session, expert_id)


def use_week(
    session: Session, *, expert_id: uuid.UUID, minutes_by_week: Mapping[dt.date, int], capacity_minutes: int
) -> None:
    """Count minutes against an expert's weeks, each named by the Monday it starts on in Seoul.

    `capacity_minutes` is what the expert gives a week now; the week's row follows it.
    Raises: Conflicting when a week has not enough left; then nothing may be committed.
    """
    for week, minutes in sorted(minutes_by_week.items()):
        row = insert(ExpertWeek).values(
            expert_id=expert_id, week=week, used_minutes=minutes, capacity_minutes=capacity_minutes
        )
        used = ExpertWeek.used_minutes + minutes
        counting = row.on_conflict_do_update(
            index_elements=[ExpertWeek.expert_id, ExpertWeek.week],
            set_={"used_minutes": used, "capacity_minutes": capacity_minutes},
            where=used <= capacity_minutes,
        ).returning(ExpertWeek.week)
        counted = None if minutes > capacity_minutes else session.execute(counting).one_or_none()
        if counted is None:
            raise Conflicting(
                words(
                    "The expert's hours for the week of %(monday)s are used up."
                    " Choose another week or another expert.",
                    monday=week,
                ),
                rule="CAP-01",
            )


def give_back_week(session: Session, *, expert_id: uuid.UUID, minutes_by_week: Mapping[dt.date, int]) -> None:
    """Take minutes off an expert's weeks again, exactly as many as were counted."""
    for week, minutes in sorted(minutes_by_week.items()):
        session.execute(
            sa.update(ExpertWeek)
            .where(ExpertWeek.expert_id == expert_id, ExpertWeek.week == week)
            .values(used_minutes=ExpertWeek.used_minutes - minutes)
            .execution_options(synchronize_session=False)
        )
