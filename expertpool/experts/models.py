"""Tables of the registry."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from expertpool.experts.rules import AppointmentFacts, ExpertFacts, ExpertState, FacetFacts, FacetKind
from expertpool.infra.db import Base, key, one_of
from expertpool.ministries.models import Ministry, Region


class FacetTerm(Base):
    """One code of one facet kind, in both languages; loaded from the package's reference files."""

    __tablename__ = "facet_term"

    kind: Mapped[FacetKind] = mapped_column(one_of(FacetKind, "kind"), primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    name_ko: Mapped[str] = mapped_column(sa.String(120))
    name_en: Mapped[str] = mapped_column(sa.String(160))
    ordinal: Mapped[int]
    valid_from: Mapped[dt.date]
    valid_until: Mapped[dt.date | None]


class Expert(Base):
    """A member of the pool, owned by one ministry and shared with the others."""

    __tablename__ = "expert"

    id: Mapped[uuid.UUID] = key()
    ministry_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("ministry.id"), index=True)
    name_ko: Mapped[str] = mapped_column(sa.String(80))
    name_en: Mapped[str] = mapped_column(sa.String(120))
    alias: Mapped[str | None] = mapped_column(sa.String(40))
    birth_year: Mapped[int | None]
    email: Mapped[str] = mapped_column(sa.String(255), unique=True)
    phone: Mapped[str | None] = mapped_column(sa.String(40))
    region_code: Mapped[str] = mapped_column(sa.ForeignKey("region.code"), index=True)
    timezone: Mapped[str] = mapped_column(sa.String(64), default="Asia/Seoul")
    language: Mapped[str] = mapped_column(sa.String(2), default="ko")
    state: Mapped[ExpertState] = mapped_column(one_of(ExpertState, "state"))
    weekly_capacity_minutes: Mapped[int]
    max_open_engagements: Mapped[int]
    minimum_notice_minutes: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[dt.datetime]
    version: Mapped[int] = mapped_column(default=1)
    # Raised by every change of free time; a plan made from an older number is stale.
    calendar_version: Mapped[int] = mapped_column(default=1)

    ministry: Mapped[Ministry] = relationship(lazy="joined")
    region: Mapped[Region] = relationship(lazy="joined")
    facets: Mapped[list["ExpertFacet"]] = relationship(
        lazy="selectin",
        cascade="all, delete-orphan",
        order_by="(ExpertFacet.kind, ExpertFacet.code, ExpertFacet.valid_from)",
    )
    appointments: Mapped[list["Appointment"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="Appointment.starts_on"
    )

    @property
    def facts(self) -> ExpertFacts:
        """What the entry says, as whoever keeps it may say it again with a change."""
        return ExpertFacts(
            ministry_id=self.ministry_id,
            name_ko=self.name_ko,
            name_en=self.name_en,
            alias=self.alias,
            birth_year=self.birth_year,
            email=self.email,
            phone=self.phone,
            region_code=self.region_code,
            timezone=self.timezone,
            language=self.language,
            weekly_capacity_minutes=self.weekly_capacity_minutes,
            max_open_engagements=self.max_open_engagements,
            minimum_notice_minutes=self.minimum_notice_minutes,
            facets=tuple(row.facts for row in self.facets),
            appointments=tuple(
                AppointmentFacts(row.starts_on, row.ends_on, row.basis) for row in self.appointments
            ),
        )

    # Counted up by an expression; the number it came to is handed back with the change.
    __mapper_args__ = {"version_id_col": version, "eager_defaults": True}  # noqa: RUF012 - read by SQLAlchemy
    __table_args__ = (
        sa.CheckConstraint("weekly_capacity_minutes BETWEEN 0 AND 10080", name="capacity_fits_a_week"),
        sa.CheckConstraint("max_open_engagements BETWEEN 0 AND 50", name="open_engagements"),
        sa.CheckConstraint("minimum_notice_minutes BETWEEN 0 AND 43200", name="notice"),
        sa.CheckConstraint("birth_year BETWEEN 1900 AND 2100", name="birth_year"),
    )


class ExpertFacet(Base):
    """Something an expert can do, at a level (1 assists, 2 alone, 3 leads, 4 advises), on evidence."""

    __tablename__ = "expert_facet"

    id: Mapped[uuid.UUID] = key()
    expert_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("expert.id", ondelete="CASCADE"), index=True)
    kind: Mapped[FacetKind] = mapped_column(one_of(FacetKind, "kind"))
    code: Mapped[str] = mapped_column(sa.String(24))
    level: Mapped[int]
    evidence: Mapped[str] = mapped_column(sa.String(400), default="")
    verified_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    valid_from: Mapped[dt.date]
    valid_until: Mapped[dt.date | None]

    @property
    def facts(self) -> FacetFacts:
        """What the row says."""
        return FacetFacts(self.kind, self.code, self.level, self.valid_from, self.valid_until, self.evidence)

    __table_args__ = (
        sa.ForeignKeyConstraint(["kind", "code"], ["facet_term.kind", "facet_term.code"]),
        sa.UniqueConstraint("expert_id", "kind", "code", "valid_from"),
        sa.Index("ix_expert_facet_kind_code", "kind", "code", "level"),
        sa.CheckConstraint("level BETWEEN 1 AND 4", name="level"),
        sa.CheckConstraint("valid_until IS NULL OR valid_until > valid_from", name="ends_after_start"),
    )


class Appointment(Base):
    """A term of membership in the pool; `ends_on` is the first day after it."""

    __tablename__ = "appointment"

    id: Mapped[uuid.UUID] = key()
    expert_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("expert.id", ondelete="CASCADE"), index=True)
    starts_on: Mapped[dt.date]
    ends_on: Mapped[dt.date]
    basis: Mapped[str] = mapped_column(sa.String(200), default="")

    __table_args__ = (sa.CheckConstraint("ends_on > starts_on", name="ends_after_start"),)
