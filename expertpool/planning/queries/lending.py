"""What other ministries lend to the one that asks, and how much of it is left."""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from expertpool.engagements.rules import Work
from expertpool.incidents.queries import NeedForPlanning
from expertpool.infra.clock import seoul_date
from expertpool.ministries.models import LendingAgreement
from expertpool.ministries.queries import agreements_on, lending_used
from expertpool.planning.queries.facts import Standing
from expertpool.planning.rules import Timeline, midnight
from expertpool.scheduling import snapshot as sn


@dataclass(frozen=True, slots=True)
class Lending:
    """The agreements of the snapshot, and their rows' ids by the lender's code."""

    agreements: tuple[sn.Agreement, ...]
    ids: Mapping[str, uuid.UUID]


def agreements_for(
    session: Session,
    need: NeedForPlanning,
    standing: Standing,
    timeline: Timeline,
    *,
    works: Mapping[uuid.UUID, Work],
    now: dt.datetime,
) -> Lending:
    """The agreements that lend to the need's ministry today; minutes this need took itself count as left."""
    rows = [row for row in agreements_on(session, seoul_date(now)) if row.borrower_id == need.ministry_id]
    months = [dt.date.fromisoformat(month.label) for month in timeline.months()]
    used = lending_used(session, [row.id for row in rows], months)
    own: Counter[tuple[uuid.UUID, dt.date]] = Counter()
    for engagement in standing.live:
        if engagement.agreement_id is not None:
            for month, minutes in works[engagement.id].minutes_by_month.items():
                own[engagement.agreement_id, month] += minutes
    return Lending(
        tuple(
            _agreement(
                row,
                {month: used.get((row.id, month), 0) - own[row.id, month] for month in months},
                timeline,
            )
            for row in rows
        ),
        {row.lender.code: row.id for row in rows},
    )


def _agreement(row: LendingAgreement, used: Mapping[dt.date, int], timeline: Timeline) -> sn.Agreement:
    closed = [timeline.span(blackout.starts_at, blackout.ends_at) for blackout in row.blackouts]
    if row.valid_until is not None and row.valid_until < timeline.day_after:
        closed.append(timeline.span(midnight(row.valid_until), timeline.instant(timeline.horizon)))
    return sn.Agreement(
        lender=row.lender.code,
        borrower=row.borrower.code,
        remaining_minutes={
            month.isoformat(): max(0, row.monthly_quota_minutes - minutes) for month, minutes in used.items()
        },
        notice_minutes=row.notice_minutes,
        blackouts=tuple(span for span in closed if span is not None),
    )
