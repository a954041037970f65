"""Tables of invitations: the event as last told, the outbox, and the feed tokens."""

import datetime as dt
import enum
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from expertpool.infra.db import Base, key, one_of


class EventStatus(enum.StrEnum):
    """STATUS of a VEVENT. Source: RFC 5545 section 3.8.1.11."""

    TENTATIVE = "tentative"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


class SeatEvent(Base):
    """One VEVENT and one UID per engagement and session; a substitute gets a new one."""

    __tablename__ = "seat_event"

    id: Mapped[uuid.UUID] = key()
    engagement_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("engagement.id"), index=True)
    session_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("need_session.id"), index=True)
    expert_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("expert.id"), index=True)
    uid: Mapped[str] = mapped_column(sa.String(120), unique=True)
    sequence: Mapped[int]
    revision: Mapped[int]
    status: Mapped[EventStatus] = mapped_column(one_of(EventStatus, "status"))
    partstat: Mapped[str] = mapped_column(sa.String(20))
    starts_at: Mapped[dt.datetime]
    ends_at: Mapped[dt.datetime]
    timezone: Mapped[str] = mapped_column(sa.String(64))
    place_code: Mapped[str | None] = mapped_column(sa.ForeignKey("region.code"), index=True)
    attendee: Mapped[str] = mapped_column(sa.String(255))
    changed_at: Mapped[dt.datetime]
    cancelled_at: Mapped[dt.datetime | None]

    __table_args__ = (
        sa.UniqueConstraint("engagement_id", "session_id"),
        sa.CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        sa.CheckConstraint("sequence >= 0 AND revision >= 0", name="not_negative"),
    )


class OutboxState(enum.StrEnum):
    """Where an outgoing mail stands."""

    QUEUED = "queued"
    SENT = "sent"
    SUPERSEDED = "superseded"
    FAILED = "failed"


class OutboxMail(Base):
    """A finished message, written in the transaction of the change it tells of."""

    __tablename__ = "outbox_mail"

    id: Mapped[uuid.UUID] = key()
    event_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("seat_event.id"), index=True)
    recipient: Mapped[str] = mapped_column(sa.String(255))
    method: Mapped[str] = mapped_column(sa.String(12))
    sequence: Mapped[int]
    revision: Mapped[int]
    message_id: Mapped[str] = mapped_column(sa.String(200), unique=True)
    message: Mapped[bytes]
    state: Mapped[OutboxState] = mapped_column(one_of(OutboxState, "state"))
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[dt.datetime]
    lease_until: Mapped[dt.datetime | None]
    lease_token: Mapped[uuid.UUID | None]
    trouble: Mapped[str] = mapped_column(sa.String(200), default="")
    created_at: Mapped[dt.datetime]
    sent_at: Mapped[dt.datetime | None]

    __table_args__ = (
        sa.UniqueConstraint("event_id", "recipient", "method", "sequence", "revision"),
        sa.Index("ix_outbox_mail_due", "not_before", postgresql_where=sa.text("state = 'queued'")),
    )


class FeedToken(Base):
    """The key to an expert's private feed; only its hash is kept."""

    __tablename__ = "feed_token"

    id: Mapped[uuid.UUID] = key()
    expert_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("expert.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    created_at: Mapped[dt.datetime]
    revoked_at: Mapped[dt.datetime | None]
    last_used_at: Mapped[dt.datetime | None]
