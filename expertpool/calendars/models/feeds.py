"""Tables of feeds: the keys to them, and when each was used."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from expertpool.calendars.rules import FeedScope
from expertpool.infra.db import Base, key, one_of


class FeedToken(Base):
    """The key to a private feed; only its hash is kept.

    The feed is about an expert, or, for a desk, about the ministry its official works for at the time of
    reading.
    """

    __tablename__ = "feed_token"

    id: Mapped[uuid.UUID] = key()
    scope: Mapped[FeedScope] = mapped_column(one_of(FeedScope, "scope"))
    expert_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("expert.id", ondelete="CASCADE"), index=True
    )
    account_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    created_at: Mapped[dt.datetime]
    revoked_at: Mapped[dt.datetime | None]

    __table_args__ = (
        sa.Index(
            "uq_feed_token_live",
            "scope",
            "expert_id",
            "account_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=sa.text("revoked_at IS NULL"),
        ),
        sa.CheckConstraint(
            "(scope = 'desk') = (account_id IS NOT NULL) AND (scope = 'desk') = (expert_id IS NULL)",
            name="whose",
        ),
    )


class FeedRead(Base):
    """That a key was used, and when. Nothing of who asked: a calendar provider reads for many."""

    __tablename__ = "feed_read"

    id: Mapped[uuid.UUID] = key()
    token_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("feed_token.id", ondelete="CASCADE"))
    read_at: Mapped[dt.datetime]

    __table_args__ = (sa.Index("ix_feed_read_token_id_read_at", "token_id", "read_at"),)
