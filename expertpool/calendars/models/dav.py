"""Tables of what calendar programs read and write: two calendars of each expert, and the events in them."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from expertpool.calendars.rules.dav import Kind
from expertpool.infra.db import Base, key, one_of


class DavCalendar(Base):
    """How often a calendar changed. Programs that know less than `forgotten` have to read all of it anew."""

    __tablename__ = "dav_calendar"

    expert_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("expert.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[Kind] = mapped_column(one_of(Kind, "kind"), primary_key=True)
    revision: Mapped[int]
    forgotten: Mapped[int]

    __table_args__ = (sa.CheckConstraint("0 <= forgotten AND forgotten <= revision", name="forgotten"),)


class DavObject(Base):
    """One event of a calendar, or that it was there: what is `gone` is remembered for those who had it.

    Busy times keep the text of the program, sealed, for it has to come back as it was; `extent_end` is none
    if it repeats, and `worked_until` is how far its times are known. Assignments are told anew from their
    event each time; `told` says which state of it the validator stands for, `dismissed` that the expert took
    it out of the calendar.
    """

    __tablename__ = "dav_object"

    id: Mapped[uuid.UUID] = key()
    expert_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("expert.id", ondelete="CASCADE"))
    kind: Mapped[Kind] = mapped_column(one_of(Kind, "kind"))
    name: Mapped[str] = mapped_column(sa.String(255))
    uid: Mapped[str] = mapped_column(sa.String(255))
    etag: Mapped[str] = mapped_column(sa.String(40))
    octets: Mapped[int]
    revision: Mapped[int]
    gone: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[dt.datetime]
    extent_start: Mapped[dt.datetime]
    extent_end: Mapped[dt.datetime | None]
    worked_until: Mapped[dt.datetime | None] = mapped_column(index=True)
    sealed: Mapped[bytes | None] = mapped_column(sa.LargeBinary, deferred=True)
    event_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("seat_event.id", ondelete="CASCADE"), unique=True
    )
    told: Mapped[str] = mapped_column(sa.String(60), default="")
    dismissed: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        sa.UniqueConstraint("expert_id", "kind", "name"),
        sa.Index("ix_dav_object_expert_id_kind_revision", "expert_id", "kind", "revision"),
        sa.Index(
            "uq_dav_object_uid",
            "expert_id",
            "kind",
            "uid",
            unique=True,
            postgresql_where=sa.text("NOT gone"),
        ),
        sa.CheckConstraint("(kind = 'assignments') = (event_id IS NOT NULL)", name="told_from_event"),
        sa.CheckConstraint("(kind = 'busy' AND NOT gone) = (sealed IS NOT NULL)", name="text_while_there"),
        sa.CheckConstraint("NOT dismissed OR gone", name="dismissed_is_gone"),
    )
