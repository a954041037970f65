"""Reading what feeds hold, and which feeds somebody has."""

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.availability.queries import calendars_of
from expertpool.availability.rules import Span, Spans, merge
from expertpool.calendars.models import FeedRead, FeedToken
from expertpool.calendars.models import SeatEvent as EventRow
from expertpool.calendars.rules import (
    CANCELLED_SHOWN,
    MOST_EVENTS,
    PAST,
    DeskEvent,
    FeedScope,
    SeatEvent,
    SeatTold,
    desk_events,
)
from expertpool.engagements.models import Engagement
from expertpool.experts.models import FacetTerm
from expertpool.experts.rules import FacetKind
from expertpool.incidents.models import Need, NeedSession, Seat, SessionSeat
from expertpool.infra.i18n import say_in
from expertpool.infra.identity import Actor
from expertpool.ministries.models import Region
from expertpool.words import words


@dataclass(frozen=True, slots=True)
class FeedState:
    """That a feed exists, since when, and when it was last read. The address itself is not kept."""

    scope: FeedScope
    created_at: dt.datetime
    last_used_at: dt.datetime | None


def feeds_of(session: Session, actor: Actor) -> Mapping[FeedScope, FeedState]:
    """The actor's own feeds."""
    own = []
    if actor.expert_id is not None:
        own.append(FeedToken.expert_id == actor.expert_id)
    if actor.user_id is not None:
        own.append(FeedToken.account_id == actor.user_id)
    last = sa.select(sa.func.max(FeedRead.read_at)).where(FeedRead.token_id == FeedToken.id).scalar_subquery()
    live = sa.select(FeedToken, last).where(sa.or_(sa.false(), *own), FeedToken.revoked_at.is_(None))
    return {
        token.scope: FeedState(token.scope, token.created_at, read_at)
        for token, read_at in session.execute(live)
    }


def feed_events(session: Session, expert_id: uuid.UUID, *, now: dt.datetime) -> list[SeatEvent]:
    """What the feed of one expert holds: three months back, and cancelled events for 30 days.

    Shape: at most `MOST_EVENTS`; the earliest are left out first.
    """
    query = sa.select(EventRow).where(
        EventRow.expert_id == expert_id,
        EventRow.ends_at > now - PAST,
        sa.or_(EventRow.cancelled_at.is_(None), EventRow.cancelled_at > now - CANCELLED_SHOWN),
    )
    latest = query.order_by(EventRow.starts_at.desc(), EventRow.id).limit(MOST_EVENTS)
    return [row.event for row in session.scalars(latest)]


def busy_of(session: Session, expert_id: uuid.UUID, window: Span) -> Spans:
    """When an expert is busy within `window`, here or elsewhere; which of the two, nobody is told."""
    calendar = calendars_of(session, [expert_id], window=window)[expert_id]
    taken = [*calendar.holds, *(busy.span for busy in calendar.busy)]
    return merge(Span(max(span.start, window.start), min(span.end, window.end)) for span in taken)


def desk_feed(
    session: Session,
    ministry_id: uuid.UUID,
    *,
    lang: str,
    domain: str,
    page: Callable[[uuid.UUID], str],
    now: dt.datetime,
) -> list[DeskEvent]:
    """The sessions a ministry asked for, as the viewer may know of them.

    `page` is the address of a need's page. Shape: at most `MOST_EVENTS`, of the needs due last.
    """
    needs = sa.select(Need.id).where(Need.ministry_id == ministry_id, Need.deadline > now - PAST)
    latest = needs.order_by(Need.deadline.desc(), Need.id).limit(MOST_EVENTS)
    remote = say_in(lang, words("Remote"))
    told = (
        _seat(row, need_id, seats, role, place or remote, page(need_id))
        for row, need_id, seats, role, place in session.execute(
            _seats_told(lang).where(Engagement.need_id.in_(latest))
        )
    )
    return [replace(each, summary=_title(each, lang)) for each in desk_events(told, domain=domain, now=now)]


def _seats_told(lang: str) -> sa.Select[EventRow, uuid.UUID, int, str, str | None]:
    """Each event with its need, the seats of its session or else of its need, and kind and place by name."""
    in_session = sa.select(sa.func.count()).where(SessionSeat.session_id == EventRow.session_id)
    in_need = sa.select(sa.func.count()).where(Seat.need_id == Engagement.need_id)
    return (
        sa.select(
            EventRow,
            Engagement.need_id,
            sa.case(
                (EventRow.session_id.is_(None), in_need.correlate(Engagement).scalar_subquery()),
                else_=in_session.correlate(EventRow).scalar_subquery(),
            ),
            FacetTerm.name_ko if lang == "ko" else FacetTerm.name_en,
            Region.name_ko if lang == "ko" else Region.name_en,
        )
        .join(Engagement, Engagement.id == EventRow.engagement_id)
        .join(
            FacetTerm,
            sa.and_(FacetTerm.kind == FacetKind.ROLE_KIND, FacetTerm.code == Engagement.role_kind),
        )
        .outerjoin(NeedSession, NeedSession.id == EventRow.session_id)
        .outerjoin(Region, Region.code == NeedSession.region_code)
    )


def _title(event: DeskEvent, lang: str) -> str:
    return say_in(lang, words("Expert Pool: %(role)s", role=", ".join(event.roles)))


def _seat(row: EventRow, need_id: uuid.UUID, seats: int, role: str, place: str, url: str) -> SeatTold:
    return SeatTold(
        meeting=row.session_id or need_id,
        seats=seats,
        role=role,
        sequence=row.sequence,
        revision=row.revision,
        changed_at=row.changed_at.astimezone(dt.UTC),
        span=Span(row.starts_at.astimezone(dt.UTC), row.ends_at.astimezone(dt.UTC)),
        status=row.status,
        location=place,
        url=url,
    )
