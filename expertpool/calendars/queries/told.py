"""Reading what experts were told, and how it was delivered."""

import datetime as dt
import enum
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.availability.models import Hold
from expertpool.calendars.models import OutboxMail
from expertpool.calendars.models import SeatEvent as EventRow
from expertpool.calendars.rules import Channel, EventStatus, OutboxState, Partstat
from expertpool.engagements.models import Engagement
from expertpool.experts.models import FacetTerm
from expertpool.experts.rules import FacetKind
from expertpool.incidents.models import Seat
from expertpool.ministries.models import Region
from expertpool.words import Words, words


class Delivery(enum.StrEnum):
    """How far the newest mail of an event came."""

    NONE = "none"
    WAITING = "waiting"
    RETRYING = "retrying"
    SENT = "sent"
    FAILED = "failed"


DELIVERY_WORDS: Mapping[Delivery, Words] = MappingProxyType(
    {
        Delivery.NONE: words("No mail needed"),
        Delivery.WAITING: words("On its way"),
        Delivery.RETRYING: words("Being tried again"),
        Delivery.SENT: words("Delivered to the mail server"),
        Delivery.FAILED: words("Could not be delivered"),
    }
)
STATUS_WORDS: Mapping[EventStatus, Words] = MappingProxyType(
    {
        EventStatus.TENTATIVE: words("Asked"),
        EventStatus.CONFIRMED: words("Agreed"),
        EventStatus.CANCELLED: words("Cancelled"),
    }
)


_Told = sa.Select[EventRow, OutboxMail | None, int | None, FacetTerm | None, Region | None]


@dataclass(frozen=True, slots=True)
class Named:
    """What something is called."""

    name_ko: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Told:
    """An event as it was last told, and what became of the mail.

    `summary` and `location` are the words of the mail, in the expert's language; `role` and `place` (None:
    remote) are for pages in any language.
    """

    id: uuid.UUID
    engagement_id: uuid.UUID
    session_id: uuid.UUID | None
    seat: int | None
    uid: str
    sequence: int
    status: EventStatus
    partstat: Partstat
    answered_via: Channel | None
    answered_at: dt.datetime | None
    starts_at: dt.datetime
    ends_at: dt.datetime
    summary: str
    location: str
    role: Named | None
    place: Named | None
    changed_at: dt.datetime
    delivery: Delivery
    mail_id: uuid.UUID | None
    attempts: int
    trouble: str
    tried_again_at: dt.datetime | None


def own_events(session: Session, expert_id: uuid.UUID, *, since: dt.datetime) -> Sequence[Told]:
    """The events of one expert that are not over before `since`, soonest first; the cancelled ones last."""
    mine = _told().where(EventRow.expert_id == expert_id, EventRow.ends_at > since)
    order = (EventRow.cancelled_at.is_not(None), EventRow.starts_at, EventRow.id)
    return _read(session, mine.order_by(*order))


def own_events_page(
    session: Session, expert_id: uuid.UUID, *, first: int, size: int
) -> tuple[Sequence[Told], int]:
    """A page of all events of one expert, newest change first, and how many there are."""
    mine = EventRow.expert_id == expert_id
    count = session.scalar(sa.select(sa.func.count()).select_from(EventRow).where(mine)) or 0
    query = _told().where(mine).order_by(EventRow.changed_at.desc(), EventRow.id)
    return _read(session, query.limit(size).offset(first)), count


def told_of_need(session: Session, need_id: uuid.UUID) -> Sequence[Told]:
    """What the experts of a need were told, by seat."""
    query = _told().where(Engagement.need_id == need_id)
    return _read(session, query.order_by(Seat.ordinal, EventRow.starts_at, EventRow.id))


def _told() -> _Told:
    """Events with the mail of their newest revision; an event whose end nobody had to be told of has none.

    The seat is part of the case, and hidden from an expert who has not answered the card.
    """
    return (
        sa.select(EventRow, OutboxMail, Seat.ordinal, FacetTerm, Region)
        .join(Engagement, Engagement.id == EventRow.engagement_id)
        .outerjoin(Seat, Seat.id == Engagement.seat_id)
        .outerjoin(
            FacetTerm,
            sa.and_(FacetTerm.kind == FacetKind.ROLE_KIND, FacetTerm.code == Engagement.role_kind),
        )
        .outerjoin(
            Hold,
            sa.and_(Hold.engagement_id == EventRow.engagement_id, Hold.session_id == EventRow.session_id),
        )
        .outerjoin(Region, Region.code == Hold.region_code)
        .outerjoin(
            OutboxMail,
            sa.and_(OutboxMail.event_id == EventRow.id, OutboxMail.revision == EventRow.revision),
        )
    )


def _read(session: Session, query: _Told) -> list[Told]:
    return [
        _view(row, mail, seat, _named(role), _named(place))
        for row, mail, seat, role, place in session.execute(query)
    ]


def _named(thing: FacetTerm | Region | None) -> Named | None:
    return None if thing is None else Named(thing.name_ko, thing.name_en)


def _view(
    row: EventRow, mail: OutboxMail | None, seat: int | None, role: Named | None, place: Named | None
) -> Told:
    delivery = _delivery(mail)
    return Told(
        id=row.id,
        engagement_id=row.engagement_id,
        session_id=row.session_id,
        seat=seat,
        uid=row.uid,
        sequence=row.sequence,
        status=row.status,
        partstat=row.partstat,
        answered_via=row.answered_via,
        answered_at=row.answered_at,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        summary=row.summary,
        location=row.location,
        role=role,
        place=place,
        changed_at=row.changed_at,
        delivery=delivery,
        mail_id=mail.id if mail is not None else None,
        attempts=mail.attempts if mail is not None else 0,
        trouble=mail.trouble if mail is not None else "",
        tried_again_at=mail.not_before if mail is not None and delivery is Delivery.RETRYING else None,
    )


def _delivery(mail: OutboxMail | None) -> Delivery:
    if mail is None or mail.state is OutboxState.SUPERSEDED:
        return Delivery.NONE
    if mail.state is OutboxState.QUEUED:
        return Delivery.RETRYING if mail.trouble else Delivery.WAITING
    return Delivery.SENT if mail.state is OutboxState.SENT else Delivery.FAILED
