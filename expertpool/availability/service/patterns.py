"""The weekly hours of an expert, and how much notice the expert asks for."""

import datetime as dt
import uuid
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.availability import models
from expertpool.availability.rules import (
    DayHours,
    WeeklyPattern,
    check_notice,
    check_patterns,
    hours_version,
    lay_week,
    minute_of_day,
)
from expertpool.availability.service.keeping import expert_to_keep, note_change
from expertpool.experts.models import Expert
from expertpool.experts.service import change_notice as keep_notice
from expertpool.infra.identity import Actor
from expertpool.refusals import Stale
from expertpool.words import words


def change_patterns(
    session: Session,
    expert_id: uuid.UUID,
    *,
    patterns: Sequence[WeeklyPattern],
    seen: str,
    actor: Actor,
    now: dt.datetime,
) -> tuple[WeeklyPattern, ...]:
    """Replace all weekly hours. `seen`: the version of the hours the actor looked at.

    Raises: NotFound, Forbidden, Invalid, Stale.
    """
    expert = expert_to_keep(session, expert_id, actor=actor)
    _refuse_stale(_kept(session, expert), seen)
    return _replace(session, expert, patterns, actor=actor, now=now)


def offer_week(
    session: Session,
    expert_id: uuid.UUID,
    *,
    hours: Sequence[DayHours],
    first: dt.date,
    until: dt.date | None,
    seen: str,
    actor: Actor,
    now: dt.datetime,
) -> tuple[WeeklyPattern, ...]:
    """Offer `hours` every week from `first` up to `until` (none: from then on); the other weeks stay.

    Raises: NotFound, Forbidden, Invalid, Stale.
    """
    expert = expert_to_keep(session, expert_id, actor=actor)
    kept = _kept(session, expert)
    _refuse_stale(kept, seen)
    # Checked alone first, so that a fault names the line that was entered and not one that was there.
    check_patterns([WeeklyPattern(h.weekday, h.start, h.end, first, until, expert.timezone) for h in hours])
    laid = lay_week(kept, hours, first=first, until=until, tz=expert.timezone)
    return _replace(session, expert, laid, actor=actor, now=now)


def change_notice(
    session: Session, expert_id: uuid.UUID, *, minutes: int, actor: Actor, now: dt.datetime
) -> None:
    """Say how long before the start somebody must ask.

    Raises: NotFound, Forbidden, Invalid.
    """
    expert = expert_to_keep(session, expert_id, actor=actor)
    keep_notice(session, expert, minutes=check_notice(minutes))
    note_change(session, expert, verb="notice", actor=actor, now=now)


def _kept(session: Session, expert: Expert) -> tuple[WeeklyPattern, ...]:
    rows = sa.select(models.WeeklyPattern).where(models.WeeklyPattern.expert_id == expert.id)
    return tuple(row.hours for row in session.scalars(rows))


def _refuse_stale(kept: Sequence[WeeklyPattern], seen: str) -> None:
    if hours_version(kept) != seen:
        raise Stale(
            words("Somebody changed these hours meanwhile. Save once more to keep what this page shows.")
        )


def _replace(
    session: Session, expert: Expert, patterns: Sequence[WeeklyPattern], *, actor: Actor, now: dt.datetime
) -> tuple[WeeklyPattern, ...]:
    wanted = check_patterns(patterns)
    gone = sa.delete(models.WeeklyPattern).where(models.WeeklyPattern.expert_id == expert.id)
    session.execute(gone.execution_options(synchronize_session="fetch"))
    session.add_all(_row(expert.id, pattern) for pattern in wanted)
    note_change(session, expert, verb="patterns", actor=actor, now=now, count=len(wanted))
    return wanted


def _row(expert_id: uuid.UUID, pattern: WeeklyPattern) -> models.WeeklyPattern:
    return models.WeeklyPattern(
        expert_id=expert_id,
        weekday=pattern.weekday,
        starts_minute=minute_of_day(pattern.start),
        ends_minute=minute_of_day(pattern.end),
        timezone=pattern.tz,
        valid_from=pattern.valid_from,
        valid_until=pattern.valid_until,
    )
