"""Tables of an expert's time. Local times keep their zone; instants are UTC; spans are half-open."""

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from psycopg.types.range import Range
from sqlalchemy.dialects.postgresql import JSONB, TSTZRANGE, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from expertpool.availability import rules
from expertpool.availability.rules import ExceptionKind, clock_time
from expertpool.availability.rules.calendar import MAX_SOURCE_CHARACTERS
from expertpool.availability.rules.ics import WholeDays
from expertpool.availability.rules.remote import PAUSED_AFTER, CalendarState, Trouble, Way
from expertpool.infra.db import Base, key, one_of


class WeeklyPattern(Base):
    """A recurring local time on one weekday (0 = Monday) while the pattern is valid."""

    __tablename__ = "weekly_pattern"

    id: Mapped[uuid.UUID] = key()
    expert_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("expert.id", ondelete="CASCADE"), index=True)
    weekday: Mapped[int]
    starts_minute: Mapped[int]
    ends_minute: Mapped[int]
    timezone: Mapped[str] = mapped_column(sa.String(64))
    valid_from: Mapped[dt.date]
    valid_until: Mapped[dt.date | None]

    __table_args__ = (
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        sa.CheckConstraint(
            "0 <= starts_minute AND starts_minute < ends_minute AND ends_minute <= 1440", name="within_a_day"
        ),
        sa.CheckConstraint("valid_until IS NULL OR valid_until > valid_from", name="ends_after_start"),
    )

    @property
    def hours(self) -> rules.WeeklyPattern:
        """The weekly hours the row stands for."""
        start, end = clock_time(self.starts_minute), clock_time(self.ends_minute)
        return rules.WeeklyPattern(self.weekday, start, end, self.valid_from, self.valid_until, self.timezone)


class AvailabilityException(Base):
    """One date on which local time is added to the pattern or taken from it."""

    __tablename__ = "availability_exception"

    id: Mapped[uuid.UUID] = key()
    expert_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("expert.id", ondelete="CASCADE"), index=True)
    on: Mapped[dt.date]
    starts_minute: Mapped[int]
    ends_minute: Mapped[int]
    timezone: Mapped[str] = mapped_column(sa.String(64))
    adds: Mapped[bool]

    __table_args__ = (
        sa.CheckConstraint(
            "0 <= starts_minute AND starts_minute < ends_minute AND ends_minute <= 1440", name="within_a_day"
        ),
    )

    @property
    def change(self) -> rules.DayException:
        """The changed day the row stands for."""
        kind = ExceptionKind.ADD if self.adds else ExceptionKind.REMOVE
        start, end = clock_time(self.starts_minute), clock_time(self.ends_minute)
        return rules.DayException(self.on, kind, start, end, self.timezone)


class Leave(Base):
    """Days away; `ends_on` is the first day back. The note is the expert's own and shown to nobody else."""

    __tablename__ = "leave"

    id: Mapped[uuid.UUID] = key()
    expert_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("expert.id", ondelete="CASCADE"), index=True)
    starts_on: Mapped[dt.date]
    ends_on: Mapped[dt.date]
    note: Mapped[str] = mapped_column(sa.String(200), default="")

    __table_args__ = (sa.CheckConstraint("ends_on > starts_on", name="ends_after_start"),)


class BusyTime(Base):
    """Time taken elsewhere, opaque: only when, and from which source it was told.

    `calendar_id` is none for times typed in; the others are replaced whenever their calendar is read.
    `origin_id` names the event of the expert's calendar program they were worked out from, if there is one:
    whoever keeps that event replaces them (`keep_times_of`).
    """

    __tablename__ = "busy_time"

    id: Mapped[uuid.UUID] = key()
    expert_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("expert.id", ondelete="CASCADE"))
    starts_at: Mapped[dt.datetime]
    ends_at: Mapped[dt.datetime]
    source: Mapped[str] = mapped_column(sa.String(40))
    calendar_id: Mapped[uuid.UUID | None]
    origin_id: Mapped[uuid.UUID | None] = mapped_column(index=True)

    __table_args__ = (
        sa.Index("ix_busy_time_expert_id_starts_at", "expert_id", "starts_at"),
        sa.Index("ix_busy_time_calendar_id_expert_id", "calendar_id", "expert_id"),
        sa.ForeignKeyConstraint(
            ["calendar_id", "expert_id"],
            ["external_calendar.id", "external_calendar.expert_id"],
            ondelete="CASCADE",
        ),
        sa.CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        sa.CheckConstraint("calendar_id IS NULL OR origin_id IS NULL", name="one_source"),
    )


class ExternalCalendar(Base):
    """A calendar the expert keeps elsewhere: where it is, how reading it went, and what was understood.

    `sealed_key` is none for a file that was handed in once. Nothing of the entries is kept but their times
    (`BusyTime`) and counts (`understood`).
    """

    __tablename__ = "external_calendar"

    id: Mapped[uuid.UUID] = key()
    expert_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("expert.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(sa.String(MAX_SOURCE_CHARACTERS))
    way: Mapped[Way] = mapped_column(one_of(Way, "way"))
    sealed_key: Mapped[bytes | None] = mapped_column(sa.LargeBinary, deferred=True)
    host: Mapped[str] = mapped_column(sa.String(253), default="")
    whole_days: Mapped[WholeDays] = mapped_column(one_of(WholeDays, "whole_days"))
    state: Mapped[CalendarState] = mapped_column(one_of(CalendarState, "state"), default=CalendarState.ACTIVE)
    failures: Mapped[int] = mapped_column(default=0)
    trouble: Mapped[Trouble | None] = mapped_column(one_of(Trouble, "trouble"))
    etag: Mapped[str] = mapped_column(sa.String(200), default="")
    last_modified: Mapped[str] = mapped_column(sa.String(60), default="")
    next_at: Mapped[dt.datetime | None]
    asked_at: Mapped[dt.datetime | None]
    read_at: Mapped[dt.datetime | None]
    read_until: Mapped[dt.datetime | None]
    understood: Mapped[dict[str, Any] | None] = mapped_column(JSONB)

    __table_args__ = (
        sa.UniqueConstraint("id", "expert_id"),
        sa.UniqueConstraint("expert_id", "name"),
        sa.Index("ix_external_calendar_due", "next_at", postgresql_where=sa.text("state = 'active'")),
        sa.CheckConstraint("(sealed_key IS NULL) = (next_at IS NULL)", name="asked_if_elsewhere"),
        sa.CheckConstraint("(way = 'file') = (sealed_key IS NULL)", name="opened_by_a_key"),
        sa.CheckConstraint(f"failures BETWEEN 0 AND {PAUSED_AFTER}", name="failures"),
        sa.CheckConstraint("state = 'active' OR trouble IS NOT NULL", name="paused_for_a_reason"),
        sa.CheckConstraint(
            "(read_at IS NULL) = (read_until IS NULL) AND (read_at IS NULL) = (understood IS NULL)",
            name="read_or_not",
        ),
    )


class Hold(Base):
    """A span of an expert's time bound to an engagement; while live, nothing else may touch it."""

    __tablename__ = "hold"

    id: Mapped[uuid.UUID] = key()
    engagement_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("engagement.id"), index=True)
    expert_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("expert.id"), index=True)
    session_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("need_session.id"), index=True)
    during: Mapped[Range[dt.datetime]] = mapped_column(TSTZRANGE)
    region_code: Mapped[str | None] = mapped_column(sa.ForeignKey("region.code"), index=True)
    live: Mapped[bool] = mapped_column(default=True)

    __table_args__ = (
        ExcludeConstraint(
            ("expert_id", "="),
            ("during", "&&"),
            name="ex_hold_expert_id_during",
            using="gist",
            where=sa.text("live"),
        ),
        sa.CheckConstraint(
            "NOT isempty(during) AND lower_inc(during) AND NOT upper_inc(during)", name="span"
        ),
    )


class ExpertWeek(Base):
    """Minutes an expert has given in one Seoul week (named by its Monday): a guarded counter."""

    __tablename__ = "expert_week"

    expert_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("expert.id"), primary_key=True)
    week: Mapped[dt.date] = mapped_column(primary_key=True)
    used_minutes: Mapped[int]
    capacity_minutes: Mapped[int]

    __table_args__ = (
        sa.CheckConstraint("used_minutes >= 0 AND used_minutes <= capacity_minutes", name="within_capacity"),
        sa.CheckConstraint("extract(isodow FROM week) = 1", name="monday"),
    )
