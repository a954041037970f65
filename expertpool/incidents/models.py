"""Tables of incidents and needs. Row policies show a row only to those the incident was opened to."""

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from expertpool.conflicts.rules.vocabulary import PanelAct, Side
from expertpool.experts.rules import FacetKind
from expertpool.incidents.rules import (
    IncidentState,
    MinistryPart,
    NeedState,
    PartyKind,
    PartySide,
    TeamRuleKind,
)
from expertpool.infra.db import Base, key, one_of
from expertpool.ministries.models import Ministry, Region


class Incident(Base):
    """A suspected theft of technology, as one ministry received it.

    `rule_pack` is the version of the conflict rules the case keeps, `panel_act` the act its panel sits under,
    `helped_side` whom supporting experts help.
    """

    __tablename__ = "incident"

    id: Mapped[uuid.UUID] = key()
    receipt_no: Mapped[str] = mapped_column(sa.String(24), unique=True)
    title: Mapped[str] = mapped_column(sa.String(200))
    summary: Mapped[str] = mapped_column(sa.Text)
    type_code: Mapped[str] = mapped_column(sa.String(24))
    state: Mapped[IncidentState] = mapped_column(one_of(IncidentState, "state"))
    urgency: Mapped[int]
    evidence_at_risk: Mapped[bool] = mapped_column(default=False)
    core_technology: Mapped[bool] = mapped_column(default=False)
    compartmented: Mapped[bool] = mapped_column(default=False)
    region_code: Mapped[str] = mapped_column(sa.ForeignKey("region.code"), index=True)
    lead_ministry_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("ministry.id"), index=True)
    recorded_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    recorded_at: Mapped[dt.datetime]
    received_at: Mapped[dt.datetime | None]
    closed_at: Mapped[dt.datetime | None]
    rule_pack: Mapped[str] = mapped_column(sa.String(20))
    panel_act: Mapped[PanelAct | None] = mapped_column(one_of(PanelAct, "panel_act"))
    helped_side: Mapped[Side] = mapped_column(one_of(Side, "helped_side"), default=Side.COMPLAINANT)
    version: Mapped[int] = mapped_column(default=1)

    region: Mapped[Region] = relationship(lazy="joined")
    lead_ministry: Mapped[Ministry] = relationship(lazy="joined")
    ministries: Mapped[list["IncidentMinistry"]] = relationship(lazy="selectin", cascade="all, delete-orphan")
    technologies: Mapped[list["IncidentTechnology"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan"
    )
    parties: Mapped[list["Party"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="Party.added_at"
    )
    triggers: Mapped[list["IncidentTrigger"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="IncidentTrigger.happened_at"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads this class attribute
    __table_args__ = (sa.CheckConstraint("urgency IN (1, 2, 4, 8)", name="urgency"),)


class IncidentMinistry(Base):
    """A ministry's part in an incident: the lead, or support with a task of its own."""

    __tablename__ = "incident_ministry"

    incident_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("incident.id", ondelete="CASCADE"), primary_key=True
    )
    ministry_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("ministry.id"), primary_key=True, index=True)
    part: Mapped[MinistryPart] = mapped_column(one_of(MinistryPart, "part"))
    task: Mapped[str] = mapped_column(sa.String(200), default="")

    ministry: Mapped[Ministry] = relationship(lazy="joined")


class IncidentTechnology(Base):
    """A technology field (WIPO 35) the incident is about."""

    __tablename__ = "incident_technology"

    incident_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("incident.id", ondelete="CASCADE"), primary_key=True
    )
    code: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    kind: Mapped[FacetKind] = mapped_column(one_of(FacetKind, "kind"), default=FacetKind.TECHNOLOGY)

    __table_args__ = (
        sa.ForeignKeyConstraint(["kind", "code"], ["facet_term.kind", "facet_term.code"]),
        sa.Index("ix_incident_technology_kind_code", "kind", "code"),
        sa.CheckConstraint("kind = 'technology'", name="only_technology"),
    )


class TechnologyAtIssue(Base):
    """A technology or right the case is about; `side` is whose it is, None where that is disputed."""

    __tablename__ = "technology_at_issue"

    incident_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("incident.id", ondelete="CASCADE"), primary_key=True
    )
    technology_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("technology.id"), primary_key=True, index=True
    )
    side: Mapped[PartySide | None] = mapped_column(one_of(PartySide, "side"))


class IncidentLink(Base):
    """Two incidents that share parties or technology: who works on both is judged. The lower id is first."""

    __tablename__ = "incident_link"

    one_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("incident.id", ondelete="CASCADE"), primary_key=True
    )
    other_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("incident.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    linked_at: Mapped[dt.datetime]

    __table_args__ = (sa.CheckConstraint("one_id < other_id", name="in_order"),)


class IncidentTrigger(Base):
    """When something happened that sets off a clock: theft known, mediation applied for."""

    __tablename__ = "incident_trigger"

    incident_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("incident.id", ondelete="CASCADE"), primary_key=True
    )
    trigger: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    happened_at: Mapped[dt.datetime]


class Party(Base):
    """An organisation or person on a side of the case: what conflicts are judged against."""

    __tablename__ = "party"

    id: Mapped[uuid.UUID] = key()
    incident_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("incident.id", ondelete="CASCADE"), index=True
    )
    side: Mapped[PartySide] = mapped_column(one_of(PartySide, "side"))
    kind: Mapped[PartyKind] = mapped_column(one_of(PartyKind, "kind"))
    organisation_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    person_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    added_at: Mapped[dt.datetime]

    __table_args__ = (sa.CheckConstraint("num_nonnulls(organisation_id, person_id) = 1", name="one_of_two"),)


class IncidentAccess(Base):
    """Who may read an incident: a ministry's staff, or an expert whose conflict card was clear.

    Rows are granted and revoked, never changed otherwise; the row policies of every case table read them.
    """

    __tablename__ = "incident_access"

    id: Mapped[uuid.UUID] = key()
    incident_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("incident.id", ondelete="CASCADE"), index=True
    )
    ministry_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("ministry.id"), index=True)
    expert_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("expert.id"), index=True)
    granted_at: Mapped[dt.datetime]
    revoked_at: Mapped[dt.datetime | None]

    __table_args__ = (sa.CheckConstraint("num_nonnulls(ministry_id, expert_id) = 1", name="one_of_two"),)


class Need(Base):
    """What experts are asked for, by when, and by which rules the team must stand."""

    __tablename__ = "need"

    id: Mapped[uuid.UUID] = key()
    incident_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("incident.id"), index=True)
    ministry_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("ministry.id"), index=True)
    template_code: Mapped[str | None] = mapped_column(sa.String(24))
    purpose: Mapped[str] = mapped_column(sa.String(200))
    state: Mapped[NeedState] = mapped_column(one_of(NeedState, "state"))
    urgency: Mapped[int]
    not_before: Mapped[dt.datetime]
    deadline: Mapped[dt.datetime]
    requested_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    created_at: Mapped[dt.datetime]
    submitted_at: Mapped[dt.datetime | None]
    filled_at: Mapped[dt.datetime | None]
    completed_at: Mapped[dt.datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    incident: Mapped[Incident] = relationship(lazy="joined")
    ministry: Mapped[Ministry] = relationship(lazy="joined")
    seats: Mapped[list["Seat"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="Seat.ordinal"
    )
    sessions: Mapped[list["NeedSession"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="NeedSession.ordinal"
    )
    team_rules: Mapped[list["TeamRule"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="TeamRule.ordinal"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads this class attribute
    __table_args__ = (
        sa.CheckConstraint("urgency IN (1, 2, 4, 8)", name="urgency"),
        sa.CheckConstraint("deadline > not_before", name="ends_after_start"),
    )


class Seat(Base):
    """One place in a team, for one expert of one role kind."""

    __tablename__ = "seat"

    id: Mapped[uuid.UUID] = key()
    need_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("need.id", ondelete="CASCADE"), index=True)
    ordinal: Mapped[int]
    role_kind: Mapped[str] = mapped_column(sa.String(24))
    role_class: Mapped[str] = mapped_column(sa.String(3))
    effort_minutes: Mapped[int] = mapped_column(default=0)
    preferred_level: Mapped[int | None]

    facets: Mapped[list["SeatFacet"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="(SeatFacet.kind, SeatFacet.code)"
    )

    __table_args__ = (
        sa.UniqueConstraint("need_id", "ordinal"),
        sa.CheckConstraint("role_class IN ('ADJ', 'INV', 'SUP')", name="role_class"),
        sa.CheckConstraint("effort_minutes BETWEEN 0 AND 60000", name="effort"),
        sa.CheckConstraint("preferred_level BETWEEN 1 AND 4", name="preferred_level"),
    )


class SeatFacet(Base):
    """What a seat requires (with a lowest level) or prefers (with a weight)."""

    __tablename__ = "seat_facet"

    seat_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("seat.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[FacetKind] = mapped_column(one_of(FacetKind, "kind"), primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    required: Mapped[bool]
    minimum_level: Mapped[int] = mapped_column(default=1)
    weight: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        sa.ForeignKeyConstraint(["kind", "code"], ["facet_term.kind", "facet_term.code"]),
        sa.Index("ix_seat_facet_kind_code", "kind", "code"),
        sa.CheckConstraint("minimum_level BETWEEN 1 AND 4", name="minimum_level"),
        sa.CheckConstraint("weight BETWEEN 1 AND 10", name="weight"),
    )


class NeedSession(Base):
    """One timed piece of work of a need: several seats come together, or one seat works alone."""

    __tablename__ = "need_session"

    id: Mapped[uuid.UUID] = key()
    need_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("need.id", ondelete="CASCADE"), index=True)
    ordinal: Mapped[int]
    kind: Mapped[str] = mapped_column(sa.String(24))
    length_minutes: Mapped[int]
    earliest: Mapped[dt.datetime]
    latest: Mapped[dt.datetime]
    region_code: Mapped[str | None] = mapped_column(sa.ForeignKey("region.code"), index=True)

    seats: Mapped[list[Seat]] = relationship(
        secondary="session_seat", lazy="selectin", order_by="Seat.ordinal"
    )

    __table_args__ = (
        sa.UniqueConstraint("need_id", "ordinal"),
        sa.CheckConstraint(
            "length_minutes BETWEEN 30 AND 720 AND mod(length_minutes, 30) = 0", name="length"
        ),
        sa.CheckConstraint(
            "latest >= earliest + make_interval(mins => length_minutes)", name="fits_its_window"
        ),
    )


class SessionSeat(Base):
    """A seat that takes part in a session."""

    __tablename__ = "session_seat"

    session_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("need_session.id", ondelete="CASCADE"), primary_key=True
    )
    seat_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("seat.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class TeamRule(Base):
    """A rule the team of a need must satisfy as a whole."""

    __tablename__ = "team_rule"

    id: Mapped[uuid.UUID] = key()
    need_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("need.id", ondelete="CASCADE"), index=True)
    ordinal: Mapped[int]
    kind: Mapped[TeamRuleKind] = mapped_column(one_of(TeamRuleKind, "kind"))
    params: Mapped[dict[str, Any]] = mapped_column(JSONB)

    __table_args__ = (sa.UniqueConstraint("need_id", "ordinal"),)
