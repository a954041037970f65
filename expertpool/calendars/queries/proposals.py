"""Reading the other times that were proposed for a session, with what stands against each."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.availability.models import ExpertWeek
from expertpool.availability.queries import calendars_of
from expertpool.availability.rules import ExpertCalendar, Span
from expertpool.calendars.models import CounterProposal
from expertpool.calendars.models import SeatEvent as EventRow
from expertpool.calendars.queries.told import Named
from expertpool.calendars.rules import (
    Attendant,
    Meeting,
    ProposalState,
    common_starts,
    hindrances,
    timing,
)
from expertpool.engagements import access
from expertpool.engagements.models import Engagement, span_of
from expertpool.engagements.rules import seoul_week
from expertpool.engagements.service import attendants_of
from expertpool.experts.rules import shown_name
from expertpool.incidents.models import Need, NeedSession
from expertpool.infra.db import acting_as
from expertpool.infra.identity import SYSTEM, Actor
from expertpool.ministries.models import LendingAgreement
from expertpool.refusals import NotFound
from expertpool.words import Words

_COMMON_STARTS = 3
_LOOK_BACK, _LOOK_AHEAD = dt.timedelta(days=7), dt.timedelta(days=800)  # as far as proposals may lie


@dataclass(frozen=True, slots=True)
class Proposed:
    """One expert's wish for a time."""

    id: uuid.UUID
    by: Named
    comment: str
    proposed_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Option:
    """A time for the session: who proposed it, and what stands against it, in general and by person."""

    start: dt.datetime
    end: dt.datetime
    proposed: tuple[Proposed, ...]
    against: tuple[Words, ...]
    hindered: tuple[tuple[Named, tuple[Words, ...]], ...]

    @property
    def possible(self) -> bool:
        """Whether everybody can come then."""
        return not self.against and not self.hindered


@dataclass(frozen=True, slots=True)
class ProposalsPage:
    """A session, who is on it, and every open proposal checked with everybody concerned."""

    session_id: uuid.UUID
    need_id: uuid.UUID
    start: dt.datetime
    end: dt.datetime
    people: tuple[Named, ...]
    options: tuple[Option, ...]
    common: tuple[Option, ...]


def proposals_page(
    session: Session, session_id: uuid.UUID, *, actor: Actor, now: dt.datetime
) -> ProposalsPage:
    """What was proposed for a session, and the nearest times at which everybody could come.

    Raises: NotFound, also while nobody is on the session; Forbidden.
    """
    place = session.get(NeedSession, session_id)
    need = session.get(Need, place.need_id) if place is not None else None
    if place is None or need is None:
        raise NotFound(access.NOTHING_HERE)
    with acting_as(session, SYSTEM):
        everybody = attendants_of(session, session_id)
        if not everybody:
            raise NotFound(access.NOTHING_HERE)
        access.check_uses(actor, everybody[0])
        proposals = _open(session, [engagement.id for engagement in everybody], session_id)
        meeting = Meeting(_held(everybody[0], session_id), place.earliest, place.latest, need.deadline)
        attendants = _attendants(session, everybody, session_id, now)
    names = {each.id: _name(each, actor) for each in everybody}
    spans: dict[Span, list[Proposed]] = defaultdict(list)
    for proposal, engagement_id in proposals:
        span = Span(proposal.starts_at.astimezone(dt.UTC), proposal.ends_at.astimezone(dt.UTC))
        spans[span].append(
            Proposed(proposal.id, names[engagement_id], proposal.comment, proposal.proposed_at)
        )
    checked = [_option(span, who, meeting, attendants, names, now) for span, who in sorted(spans.items())]
    starts = common_starts(meeting, attendants.values(), now=now, most=_COMMON_STARTS)
    common = [Span(start, start + meeting.now_at.length) for start in starts]
    return ProposalsPage(
        session_id=session_id,
        need_id=need.id,
        start=meeting.now_at.start,
        end=meeting.now_at.end,
        people=tuple(names.values()),
        options=tuple(checked),
        common=tuple(
            _option(span, [], meeting, attendants, names, now) for span in common if span not in spans
        ),
    )


def open_proposals(session: Session, need_id: uuid.UUID) -> dict[uuid.UUID, int]:
    """How many proposals wait, by session of a need."""
    rows = session.execute(
        sa.select(EventRow.session_id, sa.func.count())
        .join(CounterProposal, CounterProposal.event_id == EventRow.id)
        .join(Engagement, Engagement.id == EventRow.engagement_id)
        .where(
            Engagement.need_id == need_id,
            CounterProposal.state == ProposalState.OPEN,
            EventRow.session_id.is_not(None),
        )
        .group_by(EventRow.session_id)
    )
    return {session_id: count for session_id, count in rows if session_id is not None}


def waiting_proposals(session: Session, *, actor: Actor) -> Sequence[tuple[uuid.UUID, dt.datetime, int]]:
    """The sessions of the actor's ministry with open proposals: session, its start, and how many."""
    rows = session.execute(
        sa.select(EventRow.session_id, sa.func.min(EventRow.starts_at), sa.func.count())
        .join(CounterProposal, CounterProposal.event_id == EventRow.id)
        .join(Engagement, Engagement.id == EventRow.engagement_id)
        .where(
            Engagement.borrower_id == actor.ministry_id,
            CounterProposal.state == ProposalState.OPEN,
            EventRow.session_id.is_not(None),
        )
        .group_by(EventRow.session_id)
        .order_by(sa.func.min(EventRow.starts_at))
    )
    return [(session_id, start, count) for session_id, start, count in rows if session_id is not None]


def _open(
    session: Session, engagement_ids: list[uuid.UUID], session_id: uuid.UUID
) -> Sequence[tuple[CounterProposal, uuid.UUID]]:
    rows = session.execute(
        sa.select(CounterProposal, EventRow.engagement_id)
        .join(EventRow, EventRow.id == CounterProposal.event_id)
        .where(
            EventRow.engagement_id.in_(engagement_ids),
            EventRow.session_id == session_id,
            CounterProposal.state == ProposalState.OPEN,
        )
        .order_by(CounterProposal.proposed_at, CounterProposal.id)
    )
    return [(proposal, engagement_id) for proposal, engagement_id in rows]


def _held(engagement: Engagement, session_id: uuid.UUID) -> Span:
    return next(span_of(hold) for hold in engagement.holds if hold.live and hold.session_id == session_id)


def _attendants(
    session: Session,
    everybody: Sequence[Engagement],
    session_id: uuid.UUID,
    now: dt.datetime,
) -> dict[uuid.UUID, Attendant]:
    """Everybody on the session with what binds them, without the session itself."""
    experts = [engagement.expert_id for engagement in everybody]
    window = Span(now - _LOOK_BACK, now + _LOOK_AHEAD)
    calendars = calendars_of(session, experts, window=window)
    weeks: dict[uuid.UUID, dict[dt.date, int]] = defaultdict(dict)
    counted = session.scalars(sa.select(ExpertWeek).where(ExpertWeek.expert_id.in_(experts)))
    for row in counted:
        weeks[row.expert_id][row.week] = row.used_minutes
    return {
        engagement.id: _attendant(
            session, engagement, _held(engagement, session_id), calendars, weeks[engagement.expert_id]
        )
        for engagement in everybody
    }


def _attendant(
    session: Session,
    engagement: Engagement,
    held: Span,
    calendars: dict[uuid.UUID, ExpertCalendar],
    used: dict[dt.date, int],
) -> Attendant:
    own = calendars[engagement.expert_id]
    week, minutes = seoul_week(held.start), int(held.length.total_seconds()) // 60
    lent = engagement.agreement_id
    agreement = session.get(LendingAgreement, lent) if lent is not None else None
    return Attendant(
        calendar=replace(own, holds=tuple(hold for hold in own.holds if hold != held)),
        week_minutes=used | {week: used.get(week, 0) - minutes},
        capacity_minutes=engagement.expert.weekly_capacity_minutes,
        notice=None if agreement is None else dt.timedelta(minutes=agreement.notice_minutes),
        blackouts=()
        if agreement is None
        else tuple(Span(each.starts_at, each.ends_at) for each in agreement.blackouts),
    )


def _option(
    span: Span,
    who: Iterable[Proposed],
    meeting: Meeting,
    attendants: dict[uuid.UUID, Attendant],
    names: dict[uuid.UUID, Named],
    now: dt.datetime,
) -> Option:
    found = {key: hindrances(attendant, span, now=now) for key, attendant in attendants.items()}
    return Option(
        start=span.start,
        end=span.end,
        proposed=tuple(who),
        against=timing(meeting, span, now=now),
        hindered=tuple((names[key], against) for key, against in found.items() if against),
    )


def _name(engagement: Engagement, actor: Actor) -> Named:
    name = shown_name(engagement.expert, actor.ministry_id)
    return Named(name.name_ko, name.name_en)
