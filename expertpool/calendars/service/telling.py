"""Bringing an expert's calendar up to date: compare what was told with what is, and queue what differs."""

import datetime as dt
import uuid
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.accounts.models import Account
from expertpool.availability.models import Hold
from expertpool.availability.rules import Span
from expertpool.calendars.models import CounterProposal, OutboxMail
from expertpool.calendars.models import SeatEvent as EventRow
from expertpool.calendars.rules import (
    STATUS_OF,
    EventStatus,
    Mailbox,
    Partstat,
    ProposalState,
    Revised,
    SeatEvent,
    bump,
    may_have_arrived,
    with_answer,
)
from expertpool.calendars.service.queueing import SEND, Desk, Writer, queue_invitation, role_of, supersede
from expertpool.engagements.models import Engagement, span_of
from expertpool.experts.rules import shown_name
from expertpool.infra import jobs
from expertpool.infra.i18n import say_in
from expertpool.infra.identity import new_id
from expertpool.ministries.models import Region
from expertpool.refusals import Invalid
from expertpool.words import words

_DUE = dt.timedelta(minutes=30)  # how long the entry is that marks when work outside sessions is due
_LOOK_BACK = dt.timedelta(days=30)


@dataclass(frozen=True, slots=True)
class _Place:
    """A session of the engagement as it stands. `session_id` is None for work outside sessions."""

    session_id: uuid.UUID | None
    span: Span
    region_code: str | None


def tell(session: Session, engagement_id: uuid.UUID, *, desk: Desk, write: Writer, now: dt.datetime) -> int:
    """Write what changed for the expert since it was last told, and queue a mail for each change.

    Runs as the system. Doing it again changes nothing. Says how many mails were queued.
    Source: RFC 5546 sections 3.2.2 and 3.2.5.
    """
    engagement = _locked(session, engagement_id)
    status = STATUS_OF[engagement.state] if engagement is not None else None
    if engagement is None or status is None:
        return 0
    rows = _standing(session, engagement_id)
    if status is EventStatus.CANCELLED:
        count = sum(_cancel(session, engagement, row, desk, write, now) for row in rows.values())
    else:
        count = _bring_up_to_date(session, engagement, rows, status, desk, write, now)
    if count:
        jobs.defer(session, SEND, once_as=SEND)
    return count


def untold(session: Session, *, now: dt.datetime) -> list[uuid.UUID]:
    """Engagements of late whose calendar does not say what they are: what a lost job would leave behind."""
    standing = sa.select(EventRow.engagement_id, EventRow.status).where(EventRow.cancelled_at.is_(None))
    told = standing.subquery()
    wrong = [
        sa.and_(Engagement.state == state, told.c.status.is_distinct_from(status))
        if status is not EventStatus.CANCELLED
        else sa.and_(Engagement.state == state, told.c.status.is_not(None))
        for state, status in STATUS_OF.items()
        if status is not None
    ]
    query = (
        sa.select(Engagement.id)
        .outerjoin(told, told.c.engagement_id == Engagement.id)
        .where(Engagement.proposed_at > now - _LOOK_BACK, sa.or_(*wrong))
        .distinct()
    )
    return [*session.scalars(query), *session.scalars(_moved())]


def _moved() -> sa.Select[uuid.UUID]:
    """Engagements whose calendar shows another time than the one that is held."""
    return (
        sa.select(EventRow.engagement_id)
        .join(
            Hold,
            sa.and_(Hold.engagement_id == EventRow.engagement_id, Hold.session_id == EventRow.session_id),
        )
        .where(EventRow.cancelled_at.is_(None), Hold.live, sa.func.lower(Hold.during) != EventRow.starts_at)
        .distinct()
    )


def _locked(session: Session, engagement_id: uuid.UUID) -> Engagement | None:
    """The engagement, locked: two jobs that tell of it take turns."""
    query = sa.select(Engagement).where(Engagement.id == engagement_id)
    return session.scalar(
        query.with_for_update(key_share=True, of=Engagement).execution_options(populate_existing=True)
    )


def _standing(session: Session, engagement_id: uuid.UUID) -> dict[uuid.UUID | None, EventRow]:
    query = sa.select(EventRow).where(
        EventRow.engagement_id == engagement_id, EventRow.cancelled_at.is_(None)
    )
    locked = session.scalars(
        query.order_by(EventRow.id).with_for_update(key_share=True).execution_options(populate_existing=True)
    )
    return {row.session_id: row for row in locked}


def _bring_up_to_date(
    session: Session,
    engagement: Engagement,
    rows: dict[uuid.UUID | None, EventRow],
    status: EventStatus,
    desk: Desk,
    write: Writer,
    now: dt.datetime,
) -> int:
    count = 0
    for place in _places(engagement):
        row = rows.pop(place.session_id, None)
        if row is not None and row.attendee != engagement.expert.email:
            count += _cancel(session, engagement, row, desk, write, now)  # another address is another event
            row = None
        if row is None:
            event = _new_event(session, engagement, place, status, desk, now)
            row = EventRow(
                engagement_id=engagement.id, session_id=place.session_id, expert_id=engagement.expert_id
            )
            row.write_down(event)
            session.add(row)
            session.flush()
            queue_invitation(session, engagement, row, event, desk, write, again=False, now=now)
            count += 1
        else:
            old = with_answer(row.event, engagement.state)
            new = _event(session, engagement, place, status, old, desk)
            count += _revise(session, engagement, row, bump(old, new, now=now), desk, write, now)
    return count + sum(_cancel(session, engagement, row, desk, write, now) for row in rows.values())


def _places(engagement: Engagement) -> list[_Place]:
    held = [hold for hold in engagement.holds if hold.live]
    if held:
        return [_Place(hold.session_id, span_of(hold), hold.region_code) for hold in held]
    due = engagement.need.deadline.astimezone(dt.UTC)
    return [_Place(None, Span(due - _DUE, due), None)]


def _new_event(
    session: Session, engagement: Engagement, place: _Place, status: EventStatus, desk: Desk, now: dt.datetime
) -> SeatEvent:
    expert = engagement.expert
    lang = expert.language
    known_as = shown_name(expert, None)  # a calendar is copied to providers: aliases stay aliases
    name = known_as.name_ko if lang == "ko" else known_as.name_en
    blank = SeatEvent(
        uid=f"{new_id().hex}@{desk.address.partition('@')[2]}",
        sequence=0,
        revision=0,
        changed_at=now.replace(microsecond=0),
        start=place.span.start,
        end=place.span.end,
        tzid=expert.timezone,
        status=status,
        organizer=Mailbox(desk.address, say_in(lang, words("Expert Pool"))),
        attendee=Mailbox(expert.email, name),
        partstat=Partstat.NEEDS_ACTION,
        summary="",
        location="",
        url=desk.page(engagement.id),
    )
    event = _event(session, engagement, place, status, blank, desk)
    return event if status is EventStatus.TENTATIVE else replace(event, partstat=Partstat.ACCEPTED)


def _event(
    session: Session,
    engagement: Engagement,
    place: _Place,
    status: EventStatus,
    old: SeatEvent,
    desk: Desk,
) -> SeatEvent:
    """The event as it should be now; what makes it this event stays."""
    lang = engagement.expert.language
    role = role_of(session, engagement)
    title = words("Expert Pool: %(role)s", role=role)
    if place.session_id is None:
        title = words("Expert Pool: %(role)s, work due", role=role)
    return replace(
        old,
        start=place.span.start,
        end=place.span.end,
        tzid=engagement.expert.timezone,
        status=status,
        summary=say_in(lang, title),
        location=_location(session, place.region_code, lang),
        sent_by=_official(session, desk),
    )


def _official(session: Session, desk: Desk) -> str:
    """The address of the official who acts for the desk, if a calendar can hold it."""
    account = session.get(Account, desk.acted_by) if desk.acted_by else None
    try:
        return Mailbox(account.email, "").address if account is not None else ""
    except Invalid:
        return ""


def _location(session: Session, region_code: str | None, lang: str) -> str:
    region = session.get(Region, region_code) if region_code else None
    if region is None:
        return say_in(lang, words("Remote"))
    return region.name_ko if lang == "ko" else region.name_en


def _cancel(
    session: Session, engagement: Engagement, row: EventRow, desk: Desk, write: Writer, now: dt.datetime
) -> int:
    old = with_answer(row.event, engagement.state)
    off = replace(old, status=EventStatus.CANCELLED, sent_by=_official(session, desk))
    return _revise(session, engagement, row, bump(old, off, now=now), desk, write, now)


def _revise(
    session: Session,
    engagement: Engagement,
    row: EventRow,
    revised: Revised,
    desk: Desk,
    write: Writer,
    now: dt.datetime,
) -> int:
    """Write the revision down and queue its mail, if there is one and somebody to tell."""
    row.write_down(revised.event)
    if revised.asks_again:
        row.reset_sequence = revised.event.sequence
        row.answered_at = row.answered_via = None
    session.flush()
    if revised.method is None:
        return 0
    if revised.asks_again or revised.event.status is EventStatus.CANCELLED:
        _drop_proposals(session, row, now)
    query = sa.select(OutboxMail).where(OutboxMail.event_id == row.id)
    earlier = session.scalars(query.execution_options(populate_existing=True)).all()
    arrived = may_have_arrived(earlier)
    supersede(earlier)
    if revised.event.status is EventStatus.CANCELLED and not arrived:
        session.flush()
        return 0  # who never heard of it is not told that it is off
    queue_invitation(session, engagement, row, revised.event, desk, write, again=arrived, now=now)
    return 1


def _drop_proposals(session: Session, row: EventRow, now: dt.datetime) -> None:
    """A proposal of another time than one that no longer stands is nobody's to decide."""
    session.execute(
        sa.update(CounterProposal)
        .where(CounterProposal.event_id == row.id, CounterProposal.state == ProposalState.OPEN)
        .values(state=ProposalState.SUPERSEDED, decided_at=now)
        .execution_options(synchronize_session="fetch")
    )
