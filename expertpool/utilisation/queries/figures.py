"""The figures, counted over everybody's engagements on the system's authority and shown as aggregates only.

Minutes count in the period of a session's start; work outside sessions counts with its need's deadline.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.availability.models import Hold, Leave
from expertpool.engagements.models import Engagement
from expertpool.engagements.rules import AGREED
from expertpool.experts.models import Appointment, Expert, ExpertFacet
from expertpool.experts.rules import ExpertState, FacetKind
from expertpool.incidents.models import Incident, Need, NeedSession, Seat, SessionSeat
from expertpool.incidents.rules import NeedState
from expertpool.infra.clock import from_seoul
from expertpool.infra.db import acting_as
from expertpool.infra.identity import SYSTEM
from expertpool.utilisation.rules import (
    Period,
    Spread,
    Used,
    offered_minutes,
    overlap_days,
    shown_minutes,
    spread,
)

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Piece:
    """What one engagement took in the period."""

    expert_id: uuid.UUID
    lender_id: uuid.UUID
    borrower_id: uuid.UUID
    role_kind: str
    used: Used


@dataclass(frozen=True, slots=True)
class Offer:
    """What one expert offered in the period. Units: minutes."""

    expert_id: uuid.UUID
    ministry_id: uuid.UUID
    role_kinds: frozenset[str]
    minutes: int


def pieces(session: Session, period: Period) -> list[Piece]:
    """Every agreed engagement with the minutes it took in `period`."""
    start, end = from_seoul(period.first), from_seoul(period.until)
    minutes: dict[uuid.UUID, int] = defaultdict(int)
    length = sa.extract("epoch", sa.func.upper(Hold.during) - sa.func.lower(Hold.during)) / 60
    held = (
        sa.select(Hold.engagement_id, sa.cast(sa.func.sum(length), sa.Integer))
        .join(Engagement, Engagement.id == Hold.engagement_id)
        .where(sa.func.lower(Hold.during) >= start, sa.func.lower(Hold.during) < end)
        .where(Engagement.state.in_(AGREED))
        .group_by(Hold.engagement_id)
    )
    effort = (
        sa.select(Engagement.id, Engagement.effort_minutes)
        .join(Need, Need.id == Engagement.need_id)
        .where(Need.deadline > start, Need.deadline <= end, Engagement.state.in_(AGREED))
    )
    with acting_as(session, SYSTEM):
        for engagement_id, taken in [*session.execute(held), *session.execute(effort)]:
            minutes[engagement_id] += taken
        columns = sa.select(
            Engagement.id,
            Engagement.expert_id,
            Engagement.lender_id,
            Engagement.borrower_id,
            Engagement.role_kind,
            Engagement.compartmented,
        ).where(Engagement.id.in_(minutes))
        rows = session.execute(columns).all()
    return [
        Piece(expert, lender, borrower, role, Used(minutes[key], hidden))
        for key, expert, lender, borrower, role, hidden in rows
        if minutes[key]
    ]


def offers(session: Session, period: Period) -> list[Offer]:
    """What every active expert offered in `period`: capacity on days in the pool and not on leave."""
    people = session.execute(
        sa.select(Expert.id, Expert.ministry_id, Expert.weekly_capacity_minutes).where(
            Expert.state == ExpertState.ACTIVE
        )
    ).all()
    terms = _spans(session, Appointment.expert_id, Appointment.starts_on, Appointment.ends_on, period)
    leaves = _spans(session, Leave.expert_id, Leave.starts_on, Leave.ends_on, period)
    roles = _roles(session, period)
    found = []
    for expert_id, ministry_id, capacity in people:
        days = overlap_days(terms[expert_id], period) - overlap_days(leaves[expert_id], period)
        minutes = offered_minutes(capacity, len(days))
        found.append(Offer(expert_id, ministry_id, frozenset(roles[expert_id]), minutes))
    return found


def _spans(
    session: Session, owner: Any, start: Any, end: Any, period: Period
) -> dict[uuid.UUID, list[tuple[dt.date, dt.date]]]:
    found: dict[uuid.UUID, list[tuple[dt.date, dt.date]]] = defaultdict(list)
    rows = sa.select(owner, start, end).where(start < period.until, end > period.first)
    for expert_id, first, until in session.execute(rows):
        found[expert_id].append((first, until))
    return found


def _roles(session: Session, period: Period) -> dict[uuid.UUID, set[str]]:
    found: dict[uuid.UUID, set[str]] = defaultdict(set)
    rows = sa.select(ExpertFacet.expert_id, ExpertFacet.code).where(
        ExpertFacet.kind == FacetKind.ROLE_KIND,
        ExpertFacet.valid_from < period.until,
        sa.or_(ExpertFacet.valid_until.is_(None), ExpertFacet.valid_until > period.first),
    )
    for expert_id, code in session.execute(rows):
        found[expert_id].add(code)
    return found


def minutes_by(work: Iterable[Piece], key: Callable[[Piece], K]) -> dict[K, int]:
    """Shown minutes of each cell; UTIL-01 decides what of a cell is shown."""
    cells: dict[K, list[Used]] = defaultdict(list)
    for piece in work:
        cells[key(piece)].append(piece.used)
    return {name: shown_minutes(cell) for name, cell in cells.items()}


def time_to_fill(session: Session, period: Period) -> dict[uuid.UUID, Spread]:
    """How long needs that were filled in `period` had waited, by the ministry that asked."""
    waited: dict[uuid.UUID, list[dt.timedelta]] = defaultdict(list)
    rows = (
        sa.select(Need.ministry_id, Need.submitted_at, Need.filled_at)
        .join(Incident, Incident.id == Need.incident_id)
        .where(Need.filled_at >= from_seoul(period.first), Need.filled_at < from_seoul(period.until))
        .where(~Incident.compartmented)
    )
    with acting_as(session, SYSTEM):
        for ministry_id, submitted, filled in session.execute(rows):
            if filled and submitted:
                waited[ministry_id].append(filled - submitted)
    found = {ministry_id: spread(durations) for ministry_id, durations in waited.items()}
    return {ministry_id: figures for ministry_id, figures in found.items() if figures is not None}


@dataclass(frozen=True, slots=True)
class Unmet:
    """Seats nobody agreed to take, of needs that were due in the period, and the minutes they ask for."""

    role_kind: str
    ministry_id: uuid.UUID
    seats: int
    minutes: int


def unmet(session: Session, period: Period) -> list[Unmet]:
    """What was asked for and not met, by role kind and by the ministry that asked."""
    agreed = sa.exists().where(Engagement.seat_id == Seat.id, Engagement.state.in_(AGREED))
    in_sessions = (
        sa.select(sa.func.coalesce(sa.func.sum(NeedSession.length_minutes), 0))
        .join(SessionSeat, SessionSeat.session_id == NeedSession.id)
        .where(SessionSeat.seat_id == Seat.id)
        .scalar_subquery()
    )
    minutes = sa.func.sum(Seat.effort_minutes + in_sessions)
    rows = (
        sa.select(Seat.role_kind, Need.ministry_id, sa.func.count(), minutes)
        .join(Need, Need.id == Seat.need_id)
        .join(Incident, Incident.id == Need.incident_id)
        .where(Need.deadline >= from_seoul(period.first), Need.deadline < from_seoul(period.until))
        .where(Need.state != NeedState.DRAFT, ~agreed, ~Incident.compartmented)
        .group_by(Seat.role_kind, Need.ministry_id)
        .order_by(sa.func.count().desc(), Seat.role_kind)
    )
    with acting_as(session, SYSTEM):
        return [
            Unmet(role, ministry, seats, int(asked_for))
            for role, ministry, seats, asked_for in session.execute(rows)
        ]
