"""Tables of the audit record: one head row per stream, entries chained by hash."""

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from expertpool.infra.db import Base


class AuditStream(Base):
    """The head of one chain. Locked while an entry is appended, so a chain never forks."""

    __tablename__ = "audit_stream"

    stream: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    head_no: Mapped[int] = mapped_column(sa.BigInteger)
    head_hash: Mapped[bytes]


class AuditEntry(Base):
    """Who did what to which thing, and the hash that ties it to the entry before."""

    __tablename__ = "audit_entry"

    stream: Mapped[str] = mapped_column(sa.ForeignKey("audit_stream.stream"), primary_key=True)
    no: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[dt.datetime]
    user_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    role: Mapped[str] = mapped_column(sa.String(120))
    verb: Mapped[str] = mapped_column(sa.String(60))
    thing_kind: Mapped[str] = mapped_column(sa.String(40))
    thing_id: Mapped[uuid.UUID | None]
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB)
    previous_hash: Mapped[bytes]
    hash: Mapped[bytes]

    __table_args__ = (sa.Index("ix_audit_entry_thing", "thing_kind", "thing_id"),)
