"""An expert's inbox and offers. Field, place and time are read on the system's authority; the case is not."""

import uuid
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.engagements import access
from expertpool.engagements.models import WITHOUT_PROFILE, Declaration, Engagement
from expertpool.engagements.queries.names import (
    card_says,
    certificates_of,
    declarations_of,
    field_names,
    own_entry,
    party_names,
    region_names,
    role_names,
    sessions_of,
)
from expertpool.engagements.queries.views import CardPage, CaseView, Inbox, Named, OfferLine, OfferPage
from expertpool.engagements.rules import CardStanding, EngagementState, TieCategory, Work
from expertpool.incidents.models import Incident, Need
from expertpool.infra.db import acting_as
from expertpool.infra.identity import SYSTEM, Actor

_AGREED = frozenset({EngagementState.ACCEPTED, EngagementState.CONFIRMED})
_MOST_PAST = 50


def inbox_of(session: Session, expert_id: uuid.UUID) -> Inbox:
    """All the expert was ever asked, each part in its order: by due time, by start, newest first."""
    with acting_as(session, SYSTEM):
        rows = session.scalars(
            sa.select(Engagement)
            .where(Engagement.expert_id == expert_id, Engagement.state != EngagementState.PROPOSED)
            .options(WITHOUT_PROFILE)
            .order_by(Engagement.offered_at.desc(), Engagement.id)
        )
        lines = _lines(session, list(rows))
    waiting = sorted(
        (line for line in lines if line.state is EngagementState.OFFERED),
        key=lambda line: (line.answer_by or line.deadline, line.begins or line.deadline, str(line.id)),
    )
    upcoming = sorted(
        (line for line in lines if line.state in _AGREED),
        key=lambda line: (line.begins or line.deadline, str(line.id)),
    )
    over = [line for line in lines if line.state not in _AGREED | {EngagementState.OFFERED}]
    return Inbox(tuple(waiting), tuple(upcoming), tuple(over[:_MOST_PAST]))


def _lines(session: Session, rows: Sequence[Engagement]) -> list[OfferLine]:
    roles, regions = role_names(session), region_names(session)
    cards = declarations_of(session, [row.id for row in rows])
    due = sa.select(Need.id, Need.deadline).where(Need.id.in_([row.need_id for row in rows]))
    deadlines = dict(session.execute(due).all())
    return [
        OfferLine(
            id=row.id,
            state=row.state,
            role=roles.get(row.role_kind, Named(row.role_kind, row.role_kind)),
            ministry=Named(row.borrower.name_ko, row.borrower.name_en),
            sessions=sessions_of(row, regions),
            effort_minutes=row.effort_minutes,
            minutes=Work(row.sessions, row.effort_minutes, deadlines[row.need_id]).minutes,
            deadline=deadlines[row.need_id],
            answer_by=row.answer_by,
            card=card_says(cards.get(row.id, [])),
            worked_minutes=row.worked_minutes,
            paused=row.paused_at is not None,
        )
        for row in rows
    ]


def offer_page(session: Session, engagement_id: uuid.UUID, *, actor: Actor) -> OfferPage:
    """One offer, for the expert who was asked. Raises: NotFound, Forbidden."""
    engagement = access.visible(session, engagement_id, actor=actor)
    access.check_own(actor, engagement)
    with acting_as(session, SYSTEM):
        line = _lines(session, [engagement])[0]
        fields = field_names(session, engagement.incident_id)
        card = _card(session, engagement)
    return OfferPage(
        line=line,
        version=engagement.version,
        fields=fields,
        card=card,
        case=_case(session, engagement),
        decline_reason=engagement.decline_reason,
        busy_until=engagement.busy_until,
        delivery_note=engagement.delivery_note,
        certificate=certificates_of(session, [engagement.id]).get(engagement.id),
    )


def conflict_card(session: Session, engagement_id: uuid.UUID, *, actor: Actor) -> CardPage:
    """The conflict card of an offer, for the expert who was asked. Raises: NotFound, Forbidden."""
    engagement = access.visible(session, engagement_id, actor=actor)
    access.check_own(actor, engagement)
    with acting_as(session, SYSTEM):
        return _card(session, engagement)


def _card(session: Session, engagement: Engagement) -> CardPage:
    rows: list[Declaration] = declarations_of(session, [engagement.id]).get(engagement.id, [])
    own = own_entry(rows)
    # The names are for answering; once that is done the case itself says them, or nobody does.
    shown = engagement.state is EngagementState.OFFERED and not engagement.compartmented
    names = party_names(session, [engagement.incident_id]) if shown else {}
    return CardPage(
        standing=card_says(rows),
        compartmented=engagement.compartmented,
        parties=names.get(engagement.incident_id, ()),
        answer=own.answer if own else None,
        category=TieCategory(own.category) if own and own.category else None,
    )


def _case(session: Session, engagement: Engagement) -> CaseView | None:
    """What the expert may read of the case: asked on the expert's own authority, so the card decides."""
    if card_says(declarations_of(session, [engagement.id]).get(engagement.id, [])) is not CardStanding.CLEAR:
        return None
    row = session.execute(
        sa.select(Incident.receipt_no, Incident.title, Incident.summary, Need.purpose)
        .join(Need, Need.incident_id == Incident.id)
        .where(Need.id == engagement.need_id)
    ).one_or_none()
    if row is None:
        return None
    receipt_no, title, summary, purpose = row
    parties = party_names(session, [engagement.incident_id]).get(engagement.incident_id, ())
    return CaseView(receipt_no, title, summary, purpose, parties)
