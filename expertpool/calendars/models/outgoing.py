"""Tables of invitations: the event as last told, and the outbox."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from expertpool.calendars import rules
from expertpool.calendars.rules import Channel, EventStatus, Mailbox, OutboxState, Partstat
from expertpool.infra.db import Base, key, one_of


class SeatEvent(Base):
    """One VEVENT and one UID per engagement and session, in the words in which it was last told.

    A substitute gets a new one, and so does an expert who is reached at another address.
    """

    __tablename__ = "seat_event"

    id: Mapped[uuid.UUID] = key()
    engagement_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("engagement.id"), index=True)
    # None: no session, but work outside of sessions, told by the time at which it is due.
    session_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("need_session.id"), index=True)
    expert_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("expert.id"), index=True)
    uid: Mapped[str] = mapped_column(sa.String(120), unique=True)
    sequence: Mapped[int]
    revision: Mapped[int]
    status: Mapped[EventStatus] = mapped_column(one_of(EventStatus, "status"))
    partstat: Mapped[Partstat] = mapped_column(one_of(Partstat, "partstat"))
    starts_at: Mapped[dt.datetime]
    ends_at: Mapped[dt.datetime]
    timezone: Mapped[str] = mapped_column(sa.String(64))
    summary: Mapped[str] = mapped_column(sa.String(300))
    location: Mapped[str] = mapped_column(sa.String(120))
    url: Mapped[str] = mapped_column(sa.String(300))
    organizer: Mapped[str] = mapped_column(sa.String(255))
    organizer_name: Mapped[str] = mapped_column(sa.String(120))
    sent_by: Mapped[str] = mapped_column(sa.String(255), default="")
    attendee: Mapped[str] = mapped_column(sa.String(255))
    attendee_name: Mapped[str] = mapped_column(sa.String(120))
    changed_at: Mapped[dt.datetime]
    # Answers to versions before this one no longer count.
    reset_sequence: Mapped[int] = mapped_column(default=0)
    answered_at: Mapped[dt.datetime | None]
    answered_via: Mapped[Channel | None] = mapped_column(one_of(Channel, "answered_via"))
    cancelled_at: Mapped[dt.datetime | None]

    __table_args__ = (
        sa.Index(
            "uq_seat_event_standing",
            "engagement_id",
            "session_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=sa.text("cancelled_at IS NULL"),
        ),
        sa.CheckConstraint("(status = 'cancelled') = (cancelled_at IS NOT NULL)", name="cancelled"),
        sa.CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        sa.CheckConstraint("sequence >= 0 AND revision >= 0", name="not_negative"),
    )

    @property
    def event(self) -> rules.SeatEvent:
        """The event as it was last told. The row holds all of it, so that nothing is told from memory."""
        return rules.SeatEvent(
            uid=self.uid,
            sequence=self.sequence,
            revision=self.revision,
            changed_at=self.changed_at.astimezone(dt.UTC),
            start=self.starts_at.astimezone(dt.UTC),
            end=self.ends_at.astimezone(dt.UTC),
            tzid=self.timezone,
            status=self.status,
            organizer=Mailbox(self.organizer, self.organizer_name),
            attendee=Mailbox(self.attendee, self.attendee_name),
            partstat=self.partstat,
            summary=self.summary,
            location=self.location,
            url=self.url,
            sent_by=self.sent_by,
        )

    def write_down(self, event: rules.SeatEvent) -> None:
        """Make the row say what the event says."""
        self.uid, self.sequence, self.revision = event.uid, event.sequence, event.revision
        self.status, self.partstat, self.changed_at = event.status, event.partstat, event.changed_at
        self.starts_at, self.ends_at, self.timezone = event.start, event.end, event.tzid
        self.organizer, self.organizer_name = event.organizer.address, event.organizer.name
        self.attendee, self.attendee_name = event.attendee.address, event.attendee.name
        self.sent_by = event.sent_by
        self.summary, self.location, self.url = event.summary, event.location, event.url
        self.cancelled_at = event.changed_at if event.status is EventStatus.CANCELLED else None


class OutboxMail(Base):
    """A finished message, written in the transaction of the change it tells of."""

    __tablename__ = "outbox_mail"

    id: Mapped[uuid.UUID] = key()
    event_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("seat_event.id"), index=True)
    recipient: Mapped[str] = mapped_column(sa.String(255))
    method: Mapped[str] = mapped_column(sa.String(16))
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
