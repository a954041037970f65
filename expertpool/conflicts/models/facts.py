"""Tables of the facts conflicts are judged by: organisations, who owned whom when, and experts' ties.

Names are also kept in the form they are compared in (`rules.matching`), so the database can find who
bears the same one.
"""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from expertpool.conflicts.rules.matching import organisation_key, organisation_sound
from expertpool.conflicts.rules.vocabulary import (
    Confidence,
    Kinship,
    OrganisationKind,
    RelationType,
    Script,
    Source,
)
from expertpool.infra.db import Base, key, one_of


class Organisation(Base):
    """A firm, institute or authority, told apart by registration numbers.

    `ministry_id` says which ministry of the service it is, or is an office of.
    """

    __tablename__ = "organisation"

    id: Mapped[uuid.UUID] = key()
    name_ko: Mapped[str] = mapped_column(sa.String(160))
    name_en: Mapped[str] = mapped_column(sa.String(200))
    key_ko: Mapped[str] = mapped_column(sa.String(160), index=True)
    key_en: Mapped[str] = mapped_column(sa.String(200), index=True)
    sound_ko: Mapped[str] = mapped_column(sa.String(200), index=True)
    sound_en: Mapped[str] = mapped_column(sa.String(200), index=True)
    kind: Mapped[OrganisationKind] = mapped_column(one_of(OrganisationKind, "kind"))
    country: Mapped[str] = mapped_column(sa.String(2), default="KR")
    biz_no: Mapped[str | None] = mapped_column(sa.String(10), unique=True)
    corp_no: Mapped[str | None] = mapped_column(sa.String(13), index=True)
    foreign_id: Mapped[str | None] = mapped_column(sa.String(60), index=True)
    listed: Mapped[bool] = mapped_column(default=False)
    ministry_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("ministry.id"), index=True)
    version: Mapped[int] = mapped_column(default=1)

    aliases: Mapped[list["OrganisationAlias"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="OrganisationAlias.name"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads this class attribute
    __table_args__ = (
        sa.CheckConstraint("biz_no ~ '^[0-9]{10}$'", name="biz_no"),
        sa.CheckConstraint("corp_no ~ '^[0-9]{13}$'", name="corp_no"),
        sa.CheckConstraint("country ~ '^[A-Z]{2}$'", name="country"),
        sa.CheckConstraint("name_ko <> '' OR name_en <> ''", name="named"),
    )

    @validates("name_ko", "name_en")
    def _keep_keys(self, column: str, name: str) -> str:
        script = column.removeprefix("name_")
        setattr(self, f"key_{script}", organisation_key(name))
        setattr(self, f"sound_{script}", organisation_sound(name))
        return name


class OrganisationAlias(Base):
    """Another name of an organisation, in `[valid_from, valid_until)`; None is not known, or still used."""

    __tablename__ = "organisation_alias"

    id: Mapped[uuid.UUID] = key()
    organisation_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(sa.String(200))
    normalised: Mapped[str] = mapped_column(sa.String(200), index=True)
    sound: Mapped[str] = mapped_column(sa.String(200), index=True)
    script: Mapped[Script] = mapped_column(one_of(Script, "script"))
    valid_from: Mapped[dt.date | None]
    valid_until: Mapped[dt.date | None]

    __table_args__ = (sa.CheckConstraint("valid_until > valid_from", name="ends_after_start"),)

    @validates("name")
    def _keep_key(self, _column: str, name: str) -> str:
        self.normalised, self.sound = organisation_key(name), organisation_sound(name)
        return name


class Ownership(Base):
    """One organisation's share in, or declared control over, another, in `[valid_from, valid_until)`."""

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
    """A natural person in a case or a tie who is not an expert of the pool. No resident numbers, ever.

    A relative of an expert has no name in clear, only `name_hashes`: made with the installation's
    key, one of them equals one of a person in a case who bears the same name.
    """

    __tablename__ = "person"

    id: Mapped[uuid.UUID] = key()
    name_ko: Mapped[str] = mapped_column(sa.String(80), default="")
    name_en: Mapped[str] = mapped_column(sa.String(120), default="")
    other_names: Mapped[list[str]] = mapped_column(ARRAY(sa.String(120)), default=list)
    name_hashes: Mapped[list[str]] = mapped_column(ARRAY(sa.String(64)), default=list)
    birth_year: Mapped[int | None]
    email_domain: Mapped[str | None] = mapped_column(sa.String(120))

    __table_args__ = (
        sa.CheckConstraint("birth_year BETWEEN 1900 AND 2100", name="birth_year"),
        sa.CheckConstraint("name_ko <> '' OR name_en <> '' OR name_hashes <> '{}'", name="named"),
    )


class Technology(Base):
    """A technology or right that a case can be about: a patent, a process, a programme."""

    __tablename__ = "technology"

    id: Mapped[uuid.UUID] = key()
    name_ko: Mapped[str] = mapped_column(sa.String(160), default="")
    name_en: Mapped[str] = mapped_column(sa.String(200), default="")
    number: Mapped[str | None] = mapped_column(sa.String(60), unique=True)

    __table_args__ = (sa.CheckConstraint("name_ko <> '' OR name_en <> ''", name="named"),)


class Dated:
    """From when to when, as precisely as it is known.

    `…_precision` says day, month, year or unknown, and of an end also `open`: it goes on. `starts_on` is the
    first day the beginning can mean, `ends_on` the last day the end can mean, itself included.
    """

    starts_on: Mapped[dt.date | None]
    starts_precision: Mapped[str] = mapped_column(sa.String(8))
    ends_on: Mapped[dt.date | None]
    ends_precision: Mapped[str] = mapped_column(sa.String(8))


def _checks_of_dates() -> tuple[sa.CheckConstraint, ...]:
    return (
        sa.CheckConstraint(
            "starts_precision IN ('day', 'month', 'year', 'unknown')"
            " AND ends_precision IN ('day', 'month', 'year', 'unknown', 'open')",
            name="precision",
        ),
        sa.CheckConstraint(
            "(starts_on IS NULL) = (starts_precision = 'unknown')"
            " AND (ends_on IS NULL) = (ends_precision IN ('unknown', 'open'))",
            name="dated_as_known",
        ),
        sa.CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
    )


class Tie(Dated, Base):
    """A dated relation of an expert (or of a relative, by kinship only) to an organisation or person.

    `technology_id` is what a judged programme was about; without organisation and person the tie leads to
    the technology itself. `incident_id` is set where the tie is about one case; incidents stand above this
    feature, so it is no foreign key. `sealed_name` is a relative's name, readable to the expert alone.
    With `taken_back_at` it was entered by mistake: kept, and counted by nothing.
    """

    __tablename__ = "tie"

    id: Mapped[uuid.UUID] = key()
    expert_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("expert.id", ondelete="CASCADE"), index=True)
    kinship: Mapped[Kinship] = mapped_column(one_of(Kinship, "kinship"), default=Kinship.SELF)
    organisation_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    person_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    technology_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("technology.id"), index=True)
    type: Mapped[RelationType] = mapped_column(one_of(RelationType, "type"))
    rank: Mapped[str] = mapped_column(sa.String(60), default="")
    unit: Mapped[str] = mapped_column(sa.String(120), default="")
    amount_won: Mapped[int | None] = mapped_column(sa.BigInteger)
    share_basis_points: Mapped[int | None]
    capital_basis_points: Mapped[int | None]
    group_size: Mapped[int | None]
    incident_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    source: Mapped[Source] = mapped_column(one_of(Source, "source"))
    confidence: Mapped[Confidence] = mapped_column(
        one_of(Confidence, "confidence"), default=Confidence.MATCHED
    )
    evidence: Mapped[str] = mapped_column(sa.String(400), default="")
    sealed_name: Mapped[str] = mapped_column(sa.Text, default="")
    recorded_at: Mapped[dt.datetime]
    taken_back_at: Mapped[dt.datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    organisation: Mapped[Organisation | None] = relationship(lazy="raise")
    person: Mapped[Person | None] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads this class attribute
    __table_args__ = (
        sa.CheckConstraint(
            "num_nonnulls(organisation_id, person_id) <= 1"
            " AND num_nonnulls(organisation_id, person_id, technology_id) >= 1",
            name="leads_somewhere",
        ),
        *_checks_of_dates(),
        sa.CheckConstraint("amount_won >= 0", name="amount"),
        sa.CheckConstraint("share_basis_points BETWEEN 0 AND 10000", name="share"),
        sa.CheckConstraint("capital_basis_points BETWEEN 0 AND 10000", name="capital"),
        sa.CheckConstraint("group_size > 0", name="group_size"),
        sa.Index("ix_tie_same_person", "expert_id", postgresql_where=sa.text("type = 'same_person'")),
        sa.Index("ix_tie_taken_back", "taken_back_at", postgresql_where=sa.text("taken_back_at IS NOT NULL")),
    )


class OtherTie(Dated, Base):
    """A dated relation that is not an expert's: whom a firm acts for, on whom an employer depends, where a
    person of a case works. It leads from one organisation or person to another.
    """

    __tablename__ = "other_tie"

    id: Mapped[uuid.UUID] = key()
    holder_organisation_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("organisation.id"), index=True
    )
    holder_person_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    organisation_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    person_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    type: Mapped[RelationType] = mapped_column(one_of(RelationType, "type"))
    unit: Mapped[str] = mapped_column(sa.String(120), default="")
    share_basis_points: Mapped[int | None]
    source: Mapped[Source] = mapped_column(one_of(Source, "source"))
    evidence: Mapped[str] = mapped_column(sa.String(400), default="")
    recorded_at: Mapped[dt.datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads this class attribute
    __table_args__ = (
        sa.CheckConstraint("num_nonnulls(holder_organisation_id, holder_person_id) = 1", name="one_holder"),
        sa.CheckConstraint("num_nonnulls(organisation_id, person_id) = 1", name="one_target"),
        sa.CheckConstraint("share_basis_points BETWEEN 0 AND 10000", name="share"),
        *_checks_of_dates(),
    )


class SecrecyDuty(Dated, Base):
    """A duty of secrecy on record that keeps an expert from telling ties that bear on one case."""

    __tablename__ = "secrecy_duty"

    id: Mapped[uuid.UUID] = key()
    expert_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("expert.id", ondelete="CASCADE"), index=True)
    incident_id: Mapped[uuid.UUID] = mapped_column(index=True)
    recorded_at: Mapped[dt.datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads this class attribute
    __table_args__ = _checks_of_dates()


class InterestStatement(Base):
    """An expert's word that the register of ties is complete and right; asked for once a year."""

    __tablename__ = "interest_statement"

    id: Mapped[uuid.UUID] = key()
    expert_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("expert.id", ondelete="CASCADE"), index=True)
    stated_at: Mapped[dt.datetime]
