"""Engagements as programs read them, and the live ones of a need."""

import uuid
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.engagements import access
from expertpool.engagements.models import WITHOUT_PROFILE, Declaration, Engagement
from expertpool.engagements.queries.names import (
    card_owed_until,
    card_says,
    declarations_of,
    region_names,
    sessions_of,
)
from expertpool.engagements.queries.views import EngagementView, Named
from expertpool.engagements.rules import LIVE, EngagementState
from expertpool.infra.identity import Actor, Role


def live_for_need(session: Session, need_id: uuid.UUID) -> list[Engagement]:
    """The engagements that take a seat of the need now."""
    query = sa.select(Engagement).where(Engagement.need_id == need_id, Engagement.state.in_(LIVE))
    query = query.options(WITHOUT_PROFILE).order_by(Engagement.proposed_at, Engagement.id)
    return list(session.scalars(query))


def find_engagements(
    session: Session,
    *,
    actor: Actor,
    states: Sequence[EngagementState],
    need_id: uuid.UUID | None,
    first: int,
    count: int,
) -> tuple[list[EngagementView], int]:
    """A stretch of the engagements the actor may know of, newest first, and how many there are.

    Shape: no `states` means all of them; `need_id` finds nothing for readers who are not on the case side.
    """
    wanted = [_scope(actor)]
    if states:
        wanted.append(Engagement.state.in_(states))
    if need_id is not None:
        wanted.append(sa.and_(Engagement.need_id == need_id, _case_side(actor)))
    total = session.scalar(sa.select(sa.func.count(Engagement.id)).where(*wanted)) or 0
    newest = sa.select(Engagement).where(*wanted).order_by(Engagement.proposed_at.desc(), Engagement.id)
    rows = list(session.scalars(newest.options(WITHOUT_PROFILE).offset(first).limit(count)))
    return views_of(session, rows, actor=actor), total


def _scope(actor: Actor) -> sa.ColumnElement[bool]:
    """What row policies leave open: an expert sees the own offers, not the team's."""
    if actor.is_a(Role.EXPERT):
        return sa.and_(Engagement.expert_id == actor.expert_id, Engagement.state != EngagementState.PROPOSED)
    return sa.true()


def _case_side(actor: Actor) -> sa.ColumnElement[bool]:
    """`access.sees_case` as a condition."""
    if actor.is_a(Role.SYSTEM, Role.AUDITOR):
        return sa.true()
    if actor.is_a(Role.COORDINATOR, Role.CONFLICT_OFFICER):
        return Engagement.borrower_id == actor.ministry_id
    return sa.false()


def engagement_view(session: Session, engagement_id: uuid.UUID, *, actor: Actor) -> EngagementView:
    """One engagement. Raises: NotFound."""
    engagement = access.visible(session, engagement_id, actor=actor)
    return views_of(session, [engagement], actor=actor)[0]


def views_of(session: Session, rows: Sequence[Engagement], *, actor: Actor) -> list[EngagementView]:
    """Rows as the actor may see them."""
    regions = region_names(session)
    cards = declarations_of(session, [row.id for row in rows])
    return [_view(row, regions, cards.get(row.id, []), actor) for row in rows]


def _view(
    row: Engagement, regions: dict[str, Named], card: Sequence[Declaration], actor: Actor
) -> EngagementView:
    on_case = access.sees_case(actor, row)
    return EngagementView(
        id=row.id,
        state=row.state,
        version=row.version,
        expert_id=row.expert_id,
        role_kind=row.role_kind,
        role_class=row.role_class,
        lender=row.lender.code,
        borrower=row.borrower.code,
        sessions=sessions_of(row, regions),
        effort_minutes=row.effort_minutes,
        proposed_at=row.proposed_at,
        offered_at=row.offered_at,
        answer_by=row.answer_by,
        answered_at=row.answered_at,
        confirmed_at=row.confirmed_at,
        delivered_at=row.delivered_at,
        ended_at=row.ended_at,
        decline_reason=row.decline_reason,
        worked_minutes=row.worked_minutes,
        need_id=row.need_id if on_case else None,
        seat_id=row.seat_id if on_case else None,
        card=card_says(card) if on_case or access.is_own(actor, row) else None,
        declare_by=card_owed_until(card) if on_case or access.is_own(actor, row) else None,
        paused_at=row.paused_at if on_case or access.is_own(actor, row) else None,
    )
