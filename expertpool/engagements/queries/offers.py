"""An expert's inbox and offers. Field, place and time are read on the system's authority; the case is not."""

import datetime as dt
import uuid
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.engagements import access
from expertpool.engagements.models import WITHOUT_PROFILE, Declaration, Engagement
from expertpool.engagements.queries.names import (
    card_owed_until,
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
from expertpool.engagements.queries.views import (
    CardPage,
    CaseView,
    Inbox,
    Named,
    OfferLine,
    OfferPage,
    TaskView,
)
from expertpool.engagements.rules import (
    OWING,
    CardStanding,
    EngagementState,
    TieCategory,
    Work,
    may_declare_later,
    task_is_open,
)
from expertpool.engagements.screening import urgent_call
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
    owed = sorted(
        (line for line in lines if line.declare_by), key=lambda line: (line.declare_by, str(line.id))
    )
    return Inbox(tuple(owed), tuple(waiting), tuple(upcoming), tuple(over[:_MOST_PAST]))


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
            declare_by=card_owed_until(cards.get(row.id, [])) if row.state in OWING else None,
            worked_minutes=row.worked_minutes,
            paused=row.paused_at is not None,
        )
        for row in rows
    ]


def offer_page(session: Session, engagement_id: uuid.UUID, *, actor: Actor, now: dt.datetime) -> OfferPage:
    """One offer, for the expert who was asked. Raises: NotFound, Forbidden."""
    engagement = access.visible(session, engagement_id, actor=actor)
    access.check_own(actor, engagement)
    with acting_as(session, SYSTEM):
        line = _lines(session, [engagement])[0]
        fields = field_names(session, engagement.incident_id)
        card = _card(session, engagement)
        task = _task(session, engagement, now=now)
    asked = line.state is EngagementState.OFFERED and line.card is CardStanding.UNANSWERED
    return OfferPage(
        line=line,
        version=engagement.version,
        fields=fields,
        card=card,
        case=_case(session, engagement),
        may_declare_later=asked and may_declare_later(urgent_call(session, engagement)),
        task=task,
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
    due_at = card_owed_until(rows) if engagement.state in OWING else None
    # The names are for answering; once that is done the case itself says them, or nobody does.
    asked = engagement.state is EngagementState.OFFERED or due_at is not None
    shown = asked and not engagement.compartmented
    names = party_names(session, [engagement.incident_id]) if shown else {}
    return CardPage(
        standing=card_says(rows),
        compartmented=engagement.compartmented,
        parties=names.get(engagement.incident_id, ()),
        answer=own.answer if own else None,
        category=TieCategory(own.category) if own and own.category else None,
        due_at=due_at,
    )


def _task(session: Session, engagement: Engagement, *, now: dt.datetime) -> TaskView | None:
    """What the pledge of an urgent night shows; the case itself stays shut until the card is clear."""
    rows = declarations_of(session, [engagement.id]).get(engagement.id, [])
    paused = engagement.paused_at is not None
    if not task_is_open(engagement.state, owed_until=card_owed_until(rows), paused=paused, now=now):
        return None
    receipt_no, purpose = session.execute(
        sa.select(Incident.receipt_no, Need.purpose)
        .join(Need, Need.incident_id == Incident.id)
        .where(Need.id == engagement.need_id)
    ).one()
    parties = party_names(session, [engagement.incident_id]).get(engagement.incident_id, ())
    return TaskView(receipt_no, purpose, parties)


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
