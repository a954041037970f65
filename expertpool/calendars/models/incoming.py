"""Tables of what comes in: the log of mails, what was heard, tokens, other addresses, proposals."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from expertpool.calendars.rules import Answering, Authentication, ProposalState, Verdict, Why
from expertpool.infra.db import Base, key, one_of


class InboxMail(Base):
    """A mail that came, and what became of it. Written once, never changed.

    `place` names the mail in its mailbox: a mail that is found there again is not taken again. `raw` is the
    beginning of the mail as it came; `octets` says how long it was.
    """

    __tablename__ = "imip_inbox"

    id: Mapped[uuid.UUID] = key()
    place: Mapped[str] = mapped_column(sa.String(300), unique=True)
    digest: Mapped[bytes] = mapped_column(index=True)
    received_at: Mapped[dt.datetime] = mapped_column(index=True)
    sender: Mapped[str] = mapped_column(sa.String(255))
    authentication: Mapped[Authentication] = mapped_column(one_of(Authentication, "authentication"))
    message_id: Mapped[str] = mapped_column(sa.String(250))
    method: Mapped[str] = mapped_column(sa.String(16))
    uid: Mapped[str] = mapped_column(sa.String(255))
    sequence: Mapped[int | None]
    dtstamp: Mapped[dt.datetime | None]
    event_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("seat_event.id"), index=True)
    verdict: Mapped[Verdict] = mapped_column(one_of(Verdict, "verdict"))
    why: Mapped[Why] = mapped_column(one_of(Why, "why"))
    said: Mapped[str] = mapped_column(sa.String(20))
    comment: Mapped[str] = mapped_column(sa.String(500))
    octets: Mapped[int]
    raw: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)

    __table_args__ = (
        sa.Index(
            "ix_imip_inbox_needs_desk",
            "received_at",
            postgresql_where=sa.text("verdict = 'needs_desk'"),
        ),
    )


class DeskLook(Base):
    """That a person looked at a mail that needed one."""

    __tablename__ = "imip_look"

    inbox_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("imip_inbox.id"), primary_key=True)
    account_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    looked_at: Mapped[dt.datetime]


class HeardMessage(Base):
    """What was applied of an event's attendee: it orders what comes next. Written once, never changed."""

    __tablename__ = "imip_heard"

    id: Mapped[uuid.UUID] = key()
    event_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("seat_event.id"))
    inbox_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("imip_inbox.id"), index=True)
    method: Mapped[Answering] = mapped_column(one_of(Answering, "method"))
    sequence: Mapped[int]
    dtstamp: Mapped[dt.datetime]
    content: Mapped[str] = mapped_column(sa.String(120))

    __table_args__ = (sa.UniqueConstraint("event_id", "method", "sequence", "dtstamp", "content"),)


class EventToken(Base):
    """A token given out for an event, in the organizer's address or in the answering link; only its hash."""

    __tablename__ = "event_token"

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    event_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("seat_event.id"), index=True)
    purpose: Mapped[str] = mapped_column(sa.String(8))
    given_at: Mapped[dt.datetime]

    __table_args__ = (sa.CheckConstraint("purpose IN ('mail', 'page')", name="purpose"),)


class AttendeeAlias(Base):
    """Another address an expert answers from, named by the expert."""

    __tablename__ = "attendee_alias"

    id: Mapped[uuid.UUID] = key()
    expert_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("expert.id", ondelete="CASCADE"))
    address: Mapped[str] = mapped_column(sa.String(255))
    added_at: Mapped[dt.datetime]

    __table_args__ = (sa.UniqueConstraint("expert_id", "address"),)


class CounterProposal(Base):
    """Another time an expert proposed for a session. At most one of each event is open."""

    __tablename__ = "counter_proposal"

    id: Mapped[uuid.UUID] = key()
    event_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("seat_event.id"), index=True)
    starts_at: Mapped[dt.datetime]
    ends_at: Mapped[dt.datetime]
    base_sequence: Mapped[int]
    comment: Mapped[str] = mapped_column(sa.String(500))
    state: Mapped[ProposalState] = mapped_column(one_of(ProposalState, "state"))
    proposed_at: Mapped[dt.datetime]
    decided_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    decided_at: Mapped[dt.datetime | None]
    # The revision of the event with which a no was told.
    told_revision: Mapped[int | None]

    __table_args__ = (
        sa.Index(
            "uq_counter_proposal_open",
            "event_id",
            unique=True,
            postgresql_where=sa.text("state = 'open'"),
        ),
        sa.CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        sa.CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided"),
    )
