"""Tables of engagements and of the time they hold."""

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from psycopg.types.range import Range
from sqlalchemy.dialects.postgresql import TSTZRANGE, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from expertpool.engagements.rules import LIVE, CardAnswer, DeclineReason, EngagementState
from expertpool.experts.models import Expert
from expertpool.incidents.models import Need, NeedSession, Seat
from expertpool.infra.db import Base, key, one_of
from expertpool.ministries.models import Ministry

_LIVE_SQL = f"state IN ({', '.join(repr(str(state)) for state in sorted(LIVE))})"


class Engagement(Base):
    """One expert on one seat. At most one live engagement per seat, kept by a partial unique index."""

    __tablename__ = "engagement"

    id: Mapped[uuid.UUID] = key()
    incident_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("incident.id"), index=True)
    need_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("need.id"), index=True)
    seat_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("seat.id"), index=True)
    expert_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("expert.id"), index=True)
    plan_run_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("plan_run.id"), index=True)
    lender_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("ministry.id"), index=True)
    borrower_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("ministry.id"), index=True)
    agreement_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("lending_agreement.id"), index=True)
    role_kind: Mapped[str] = mapped_column(sa.String(24))
    role_class: Mapped[str] = mapped_column(sa.String(3))
    compartmented: Mapped[bool] = mapped_column(default=False)
    state: Mapped[EngagementState] = mapped_column(one_of(EngagementState, "state"))
    proposed_at: Mapped[dt.datetime]
    offered_at: Mapped[dt.datetime | None]
    answer_by: Mapped[dt.datetime | None]
    answered_at: Mapped[dt.datetime | None]
    confirmed_at: Mapped[dt.datetime | None]
    delivered_at: Mapped[dt.datetime | None]
    ended_at: Mapped[dt.datetime | None]
    decline_reason: Mapped[DeclineReason | None] = mapped_column(one_of(DeclineReason, "decline_reason"))
    decline_note: Mapped[str] = mapped_column(sa.String(400), default="")
    busy_until: Mapped[dt.date | None]
    effort_minutes: Mapped[int]
    worked_minutes: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=1)

    need: Mapped[Need] = relationship(lazy="select")
    seat: Mapped[Seat] = relationship(lazy="joined")
    expert: Mapped[Expert] = relationship(lazy="joined")
    lender: Mapped[Ministry] = relationship(foreign_keys=lender_id, lazy="joined")
    borrower: Mapped[Ministry] = relationship(foreign_keys=borrower_id, lazy="joined")
    holds: Mapped[list["Hold"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="Hold.during"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads this class attribute
    __table_args__ = (
        sa.Index("uq_engagement_live_seat", "seat_id", unique=True, postgresql_where=sa.text(_LIVE_SQL)),
        sa.CheckConstraint("worked_minutes >= 0", name="worked"),
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

    session: Mapped[NeedSession] = relationship(lazy="joined")

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


class Declaration(Base):
    """The expert's answer to the conflict card of one offer. Never changed; a new answer is a new row."""

    __tablename__ = "declaration"

    id: Mapped[uuid.UUID] = key()
    engagement_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("engagement.id"), index=True)
    answer: Mapped[CardAnswer] = mapped_column(one_of(CardAnswer, "answer"))
    category: Mapped[str] = mapped_column(sa.String(40), default="")
    pledged: Mapped[bool]
    answered_at: Mapped[dt.datetime]
    screening: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)
