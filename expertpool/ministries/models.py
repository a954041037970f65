"""Tables of the ministries and of what they agreed to lend each other."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from expertpool.infra.db import Base, key


class Ministry(Base):
    """A member or observer of the response team. Names change by law, so rows are dated."""

    __tablename__ = "ministry"

    id: Mapped[uuid.UUID] = key()
    code: Mapped[str] = mapped_column(sa.String(12), unique=True)
    name_ko: Mapped[str] = mapped_column(sa.String(120))
    name_en: Mapped[str] = mapped_column(sa.String(160))
    abbreviation: Mapped[str] = mapped_column(sa.String(24))
    valid_from: Mapped[dt.date]
    valid_until: Mapped[dt.date | None]
    kind: Mapped[str] = mapped_column(sa.String(12))
    active: Mapped[bool]
    shows_aliases_only: Mapped[bool]


class Region(Base):
    """One of the seventeen provinces and metropolitan cities."""

    __tablename__ = "region"

    code: Mapped[str] = mapped_column(sa.String(12), primary_key=True)
    name_ko: Mapped[str] = mapped_column(sa.String(60))
    name_en: Mapped[str] = mapped_column(sa.String(60))


class LendingAgreement(Base):
    """What one ministry lends another: a monthly quota of minutes, with notice and blackouts."""

    __tablename__ = "lending_agreement"

    id: Mapped[uuid.UUID] = key()
    lender_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("ministry.id"), index=True)
    borrower_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("ministry.id"), index=True)
    valid_from: Mapped[dt.date]
    valid_until: Mapped[dt.date | None]
    monthly_quota_minutes: Mapped[int]
    notice_minutes: Mapped[int]
    silent_consent_minutes: Mapped[int]
    cost_share_percent: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)

    lender: Mapped[Ministry] = relationship(foreign_keys=lender_id, lazy="joined")
    borrower: Mapped[Ministry] = relationship(foreign_keys=borrower_id, lazy="joined")
    blackouts: Mapped[list["LendingBlackout"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="LendingBlackout.starts_at"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads this class attribute
    __table_args__ = (
        sa.UniqueConstraint("lender_id", "borrower_id", "valid_from"),
        sa.CheckConstraint("lender_id <> borrower_id", name="two_ministries"),
        sa.CheckConstraint(
            "monthly_quota_minutes >= 0 AND notice_minutes >= 0 AND silent_consent_minutes >= 0",
            name="not_negative",
        ),
        sa.CheckConstraint("cost_share_percent BETWEEN 0 AND 100", name="cost_share"),
        sa.CheckConstraint("valid_until IS NULL OR valid_until > valid_from", name="ends_after_start"),
    )


class LendingBlackout(Base):
    """A time in which the lender needs its experts itself."""

    __tablename__ = "lending_blackout"

    id: Mapped[uuid.UUID] = key()
    agreement_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("lending_agreement.id", ondelete="CASCADE"), index=True
    )
    starts_at: Mapped[dt.datetime]
    ends_at: Mapped[dt.datetime]

    __table_args__ = (sa.CheckConstraint("ends_at > starts_at", name="ends_after_start"),)


class LendingMonth(Base):
    """Minutes lent under an agreement in one Seoul month: a guarded counter, never a sum."""

    __tablename__ = "lending_month"

    agreement_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("lending_agreement.id"), primary_key=True)
    month: Mapped[dt.date] = mapped_column(primary_key=True)
    used_minutes: Mapped[int]
    quota_minutes: Mapped[int]

    __table_args__ = (
        sa.CheckConstraint("used_minutes >= 0 AND used_minutes <= quota_minutes", name="within_quota"),
        sa.CheckConstraint("extract(day FROM month) = 1", name="first_of_month"),
    )
