"""Tables of the facts conflicts are judged by: organisations, who owned whom when, and experts' ties."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from expertpool.infra.db import Base, key


class Organisation(Base):
    """A firm, institute or authority, told apart by registration numbers."""

    __tablename__ = "organisation"

    id: Mapped[uuid.UUID] = key()
    name_ko: Mapped[str] = mapped_column(sa.String(160))
    name_en: Mapped[str] = mapped_column(sa.String(200))
    kind: Mapped[str] = mapped_column(sa.String(24))
    country: Mapped[str] = mapped_column(sa.String(2), default="KR")
    biz_no: Mapped[str | None] = mapped_column(sa.String(10), unique=True)
    corp_no: Mapped[str | None] = mapped_column(sa.String(13), index=True)
    foreign_id: Mapped[str | None] = mapped_column(sa.String(60), index=True)
    version: Mapped[int] = mapped_column(default=1)

    aliases: Mapped[list["OrganisationAlias"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="OrganisationAlias.name"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads this class attribute
    __table_args__ = (
        sa.CheckConstraint("biz_no ~ '^[0-9]{10}$'", name="biz_no"),
        sa.CheckConstraint("corp_no ~ '^[0-9]{13}$'", name="corp_no"),
    )


class OrganisationAlias(Base):
    """Another name of an organisation; `normalised` is what names are matched by."""

    __tablename__ = "organisation_alias"

    id: Mapped[uuid.UUID] = key()
    organisation_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(sa.String(200))
    normalised: Mapped[str] = mapped_column(sa.String(200), index=True)
    script: Mapped[str] = mapped_column(sa.String(12))
    valid_from: Mapped[dt.date | None]
    valid_until: Mapped[dt.date | None]


class Ownership(Base):
    """One organisation's share in, or declared control over, another, from a day until a day."""

    __tablename__ = "ownership"

    id: Mapped[uuid.UUID] = key()
    parent_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    child_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    share_basis_points: Mapped[int]
    declared_control: Mapped[bool] = mapped_column(default=False)
    valid_from: Mapped[dt.date]
    valid_until: Mapped[dt.date | None]

    __table_args__ = (
        sa.CheckConstraint("parent_id <> child_id", name="two_organisations"),
        sa.CheckConstraint("share_basis_points BETWEEN 0 AND 10000", name="share"),
        sa.CheckConstraint("valid_until IS NULL OR valid_until > valid_from", name="ends_after_start"),
    )


class Person(Base):
    """A natural person in a case who is not an expert of the pool. No resident numbers, ever."""

    __tablename__ = "person"

    id: Mapped[uuid.UUID] = key()
    name_ko: Mapped[str] = mapped_column(sa.String(80))
    name_en: Mapped[str] = mapped_column(sa.String(120))
    birth_year: Mapped[int | None]
    email_domain: Mapped[str | None] = mapped_column(sa.String(120))
    employer_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)

    __table_args__ = (sa.CheckConstraint("birth_year BETWEEN 1900 AND 2100", name="birth_year"),)


class Tie(Base):
    """A dated relation of an expert (or of a relative, by kind only) to an organisation or person.

    Dates are as precise as they are known: `…_precision` says day, month, year or unknown.
    """

    __tablename__ = "tie"

    id: Mapped[uuid.UUID] = key()
    expert_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("expert.id", ondelete="CASCADE"), index=True)
    family_kind: Mapped[str | None] = mapped_column(sa.String(24))
    organisation_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    person_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    type: Mapped[str] = mapped_column(sa.String(40))
    rank: Mapped[str] = mapped_column(sa.String(60), default="")
    amount_won: Mapped[int | None] = mapped_column(sa.BigInteger)
    starts_on: Mapped[dt.date | None]
    starts_precision: Mapped[str] = mapped_column(sa.String(8))
    ends_on: Mapped[dt.date | None]
    ends_precision: Mapped[str] = mapped_column(sa.String(8))
    source: Mapped[str] = mapped_column(sa.String(16))
    confidence: Mapped[int] = mapped_column(default=100)
    evidence: Mapped[str] = mapped_column(sa.String(400), default="")
    recorded_at: Mapped[dt.datetime]

    __table_args__ = (
        sa.CheckConstraint("num_nonnulls(organisation_id, person_id) = 1", name="one_of_two"),
        sa.CheckConstraint("confidence BETWEEN 0 AND 100", name="confidence"),
        sa.CheckConstraint(
            "starts_precision IN ('day', 'month', 'year', 'unknown')"
            " AND ends_precision IN ('day', 'month', 'year', 'unknown', 'open')",
            name="precision",
        ),
    )
