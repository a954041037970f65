"""What coordinators, lenders and conflict officers find on their desks."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.engagements.models import WITHOUT_PROFILE, Declaration, Engagement
from expertpool.engagements.queries.names import (
    card_owed_until,
    card_says,
    certificates_of,
    declarations_of,
    own_entry,
    party_names,
    region_names,
    role_names,
    sessions_of,
)
from expertpool.engagements.queries.views import ConsentLine, HandedIn, Named, QueuedCard, SeatLine, TakenSeat
from expertpool.engagements.rules import (
    LIVE,
    OWING,
    CardStanding,
    CertificateAnswer,
    EngagementState,
    TieCategory,
    Work,
)
from expertpool.experts.models import Expert
from expertpool.experts.rules import shown_name
from expertpool.incidents.models import Incident, Need, Seat
from expertpool.infra.db import acting_as
from expertpool.infra.identity import SYSTEM, Actor
from expertpool.ministries.models import LendingAgreement

_LENT = (
    EngagementState.OFFERED,
    EngagementState.ACCEPTED,
    EngagementState.CONFIRMED,
    EngagementState.DELIVERED,
)


def consents_of(session: Session, *, actor: Actor) -> list[ConsentLine]:
    """The experts of the actor's ministry that others ask for: those that wait for its word first.

    Who, for whom, how much in which month: nothing that says what for.
    """
    rows = session.execute(
        sa.select(Engagement, LendingAgreement.silent_consent_minutes)
        .join(LendingAgreement, LendingAgreement.id == Engagement.agreement_id)
        .where(Engagement.lender_id == actor.ministry_id, Engagement.state.in_(_LENT))
        .options(WITHOUT_PROFILE)
        .order_by((Engagement.state != EngagementState.ACCEPTED), Engagement.offered_at, Engagement.id)
    )
    found = [(row, silence) for row, silence in rows]
    with acting_as(session, SYSTEM):
        due = sa.select(Need.id, Need.deadline).where(Need.id.in_([row.need_id for row, _ in found]))
        deadlines = dict(session.execute(due).all())
    return [_consent(row, silence, deadlines[row.need_id]) for row, silence in found]


def _consent(row: Engagement, silence: int, deadline: dt.datetime) -> ConsentLine:
    waits = row.state is EngagementState.ACCEPTED and row.answered_at is not None
    work = Work(row.sessions, row.effort_minutes, deadline)
    return ConsentLine(
        id=row.id,
        version=row.version,
        expert=Named(row.expert.name_ko, row.expert.name_en),
        borrower=Named(row.borrower.name_ko, row.borrower.name_en),
        state=row.state,
        minutes_by_month=tuple(work.minutes_by_month.items()),
        silent_from=(row.answered_at + dt.timedelta(minutes=silence)) if waits and row.answered_at else None,
    )


def card_queue(session: Session, *, actor: Actor, now: dt.datetime) -> list[QueuedCard]:
    """The cards of the actor's ministry that wait for the conflict officer, what waits longest first.

    Declared ties and doubts, and what was not declared in time after an urgent night.
    """
    pledged = sa.exists().where(Declaration.engagement_id == Engagement.id, Declaration.due_at.is_not(None))
    rows = session.execute(
        sa.select(Engagement, Incident.receipt_no)
        .join(Incident, Incident.id == Engagement.incident_id)
        .where(Engagement.borrower_id == actor.ministry_id)
        .where(
            sa.or_(
                sa.and_(
                    Engagement.state == EngagementState.OFFERED,
                    sa.exists().where(Declaration.engagement_id == Engagement.id),
                ),
                sa.and_(Engagement.state.in_(OWING), pledged),
            )
        )
        .options(WITHOUT_PROFILE)
    )
    asked = [(row, number) for row, number in rows]
    cards = declarations_of(session, [row.id for row, _ in asked])
    waiting = [(r, no) for r, no in asked if _waits(cards[r.id], now)]
    roles = role_names(session)
    parties = party_names(session, {row.incident_id for row, _ in waiting})
    queue = [_queued(row, number, cards[row.id], roles, parties, actor) for row, number in waiting]
    return sorted(queue, key=lambda card: (card.since, str(card.id)))


def _waits(card: Sequence[Declaration], now: dt.datetime) -> bool:
    due_at = card_owed_until(card)
    return card_says(card) is CardStanding.WITH_OFFICER or (due_at is not None and due_at < now)


def _queued(
    row: Engagement,
    receipt_no: str,
    card: Sequence[Declaration],
    roles: dict[str, Named],
    parties: dict[uuid.UUID, tuple[Named, ...]],
    actor: Actor,
) -> QueuedCard:
    own = own_entry(card)
    due_at = next((each.due_at for each in card if each.due_at), None)
    since = own.answered_at if own else due_at
    assert since is not None  # a card waits because of what was answered, or was not by then
    return QueuedCard(
        id=row.id,
        version=row.version,
        expert_id=row.expert_id,
        expert=_name(row.expert, actor),
        role=roles[row.role_kind],
        answer=own.answer if own else None,
        category=TieCategory(own.category) if own and own.category else None,
        since=since,
        due_at=due_at,
        begins=row.begins,
        incident_id=row.incident_id,
        receipt_no=receipt_no,
        parties=parties.get(row.incident_id, ()),
    )


def _name(expert: Expert, actor: Actor) -> Named:
    shown = shown_name(expert, actor.ministry_id)
    return Named(shown.name_ko, shown.name_en)


def handed_in(session: Session, *, actor: Actor) -> list[HandedIn]:
    """The work the actor's ministry has to accept, oldest first."""
    rows = session.scalars(
        sa.select(Engagement)
        .where(Engagement.borrower_id == actor.ministry_id, Engagement.state == EngagementState.DELIVERED)
        .options(WITHOUT_PROFILE)
        .order_by(Engagement.delivered_at, Engagement.id)
    )
    return [HandedIn(row.id, row.need_id, _name(row.expert, actor)) for row in rows]


def seats_of_need(session: Session, need_id: uuid.UUID, *, actor: Actor) -> list[SeatLine]:
    """The seats of a need the actor sees, with who is on them and who was."""
    rows = list(
        session.scalars(
            sa.select(Engagement)
            .where(Engagement.need_id == need_id)
            .options(WITHOUT_PROFILE)
            .order_by(Engagement.proposed_at.desc(), Engagement.id)
        )
    )
    regions, roles = region_names(session), role_names(session)
    cards = declarations_of(session, [row.id for row in rows])
    certified = certificates_of(session, [row.id for row in rows])
    by_seat: defaultdict[uuid.UUID, list[tuple[Engagement, TakenSeat]]] = defaultdict(list)
    for row in rows:
        taken = _taken(row, cards.get(row.id, []), certified.get(row.id), regions, actor)
        by_seat[row.seat_id].append((row, taken))
    seats = session.scalars(sa.select(Seat).where(Seat.need_id == need_id).order_by(Seat.ordinal))
    return [_seat_line(seat, by_seat[seat.id], roles) for seat in seats]


def _seat_line(
    seat: Seat, engagements: Sequence[tuple[Engagement, TakenSeat]], roles: dict[str, Named]
) -> SeatLine:
    kept = LIVE | {EngagementState.CLOSED}
    now = next((taken for row, taken in engagements if row.state in kept), None)
    return SeatLine(
        id=seat.id,
        ordinal=seat.ordinal,
        role=roles[seat.role_kind],
        now=now,
        before=tuple(taken for row, taken in engagements if row.state not in kept),
    )


def _taken(
    row: Engagement,
    card: Sequence[Declaration],
    certificate: CertificateAnswer | None,
    regions: dict[str, Named],
    actor: Actor,
) -> TakenSeat:
    return TakenSeat(
        id=row.id,
        version=row.version,
        expert_id=row.expert_id,
        expert=_name(row.expert, actor),
        lender=Named(row.lender.name_ko, row.lender.name_en),
        lent=row.lender_id != row.borrower_id,
        state=row.state,
        by_hand=row.plan_run_id is None,
        sessions=sessions_of(row, regions),
        answer_by=row.answer_by,
        card=card_says(card),
        declare_by=card_owed_until(card),
        decline_reason=row.decline_reason,
        note=row.decline_note,
        busy_until=row.busy_until,
        worked_minutes=row.worked_minutes,
        delivery_note=row.delivery_note,
        paused=row.paused_at is not None,
        conflict_found_at=row.conflict_found_at,
        certificate=certificate,
    )
