"""Incidents, parties, and needs with seats, sessions and team rules."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "incident",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("receipt_no", sa.String(length=24), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("type_code", sa.String(length=24), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "received",
                "triaged",
                "active",
                "closed",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("urgency", sa.Integer(), nullable=False),
        sa.Column("evidence_at_risk", sa.Boolean(), nullable=False),
        sa.Column("core_technology", sa.Boolean(), nullable=False),
        sa.Column("compartmented", sa.Boolean(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("lead_ministry_id", sa.UUID(), nullable=False),
        sa.Column("recorded_by", sa.UUID(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("urgency IN (1, 2, 4, 8)", name=op.f("ck_incident_urgency")),
        sa.ForeignKeyConstraint(
            ["lead_ministry_id"], ["ministry.id"], name=op.f("fk_incident_lead_ministry_id")
        ),
        sa.ForeignKeyConstraint(["recorded_by"], ["account.id"], name=op.f("fk_incident_recorded_by")),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_incident_region_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
        sa.UniqueConstraint("receipt_no", name=op.f("uq_incident_receipt_no")),
    )
    op.create_index(op.f("ix_incident_lead_ministry_id"), "incident", ["lead_ministry_id"], unique=False)
    op.create_index(op.f("ix_incident_recorded_by"), "incident", ["recorded_by"], unique=False)
    op.create_index(op.f("ix_incident_region_code"), "incident", ["region_code"], unique=False)
    op.create_table(
        "incident_ministry",
        sa.Column("incident_id", sa.UUID(), nullable=False),
        sa.Column("ministry_id", sa.UUID(), nullable=False),
        sa.Column(
            "part",
            sa.Enum("lead", "supporting", name="part", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("task", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"],
            ["incident.id"],
            name=op.f("fk_incident_ministry_incident_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["ministry_id"], ["ministry.id"], name=op.f("fk_incident_ministry_ministry_id")
        ),
        sa.PrimaryKeyConstraint("incident_id", "ministry_id", name=op.f("pk_incident_ministry")),
    )
    op.create_index(
        op.f("ix_incident_ministry_ministry_id"), "incident_ministry", ["ministry_id"], unique=False
    )
    op.create_table(
        "incident_technology",
        sa.Column("incident_id", sa.UUID(), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "role_kind",
                "technology",
                "skill",
                "proceeding",
                "language",
                "region",
                "clearance",
                "licence",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.CheckConstraint("kind = 'technology'", name=op.f("ck_incident_technology_only_technology")),
        sa.ForeignKeyConstraint(
            ["incident_id"],
            ["incident.id"],
            name=op.f("fk_incident_technology_incident_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["kind", "code"],
            ["facet_term.kind", "facet_term.code"],
            name=op.f("fk_incident_technology_kind_code"),
        ),
        sa.PrimaryKeyConstraint("incident_id", "code", name=op.f("pk_incident_technology")),
    )
    op.create_index("ix_incident_technology_kind_code", "incident_technology", ["kind", "code"], unique=False)
    op.create_table(
        "incident_trigger",
        sa.Column("incident_id", sa.UUID(), nullable=False),
        sa.Column("trigger", sa.String(length=40), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"],
            ["incident.id"],
            name=op.f("fk_incident_trigger_incident_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("incident_id", "trigger", name=op.f("pk_incident_trigger")),
    )
    op.create_table(
        "party",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("incident_id", sa.UUID(), nullable=False),
        sa.Column(
            "side",
            sa.Enum(
                "complainant",
                "respondent",
                "other",
                name="side",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "party",
                "representative",
                "counsel",
                "law_firm",
                "accused",
                "inventor",
                "competitor",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("organisation_id", sa.UUID(), nullable=True),
        sa.Column("person_id", sa.UUID(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("num_nonnulls(organisation_id, person_id) = 1", name=op.f("ck_party_one_of_two")),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name=op.f("fk_party_incident_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_party_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_party_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party")),
    )
    op.create_index(op.f("ix_party_incident_id"), "party", ["incident_id"], unique=False)
    op.create_index(op.f("ix_party_organisation_id"), "party", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_party_person_id"), "party", ["person_id"], unique=False)
    op.create_table(
        "incident_access",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("incident_id", sa.UUID(), nullable=False),
        sa.Column("ministry_id", sa.UUID(), nullable=True),
        sa.Column("expert_id", sa.UUID(), nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "num_nonnulls(ministry_id, expert_id) = 1", name=op.f("ck_incident_access_one_of_two")
        ),
        sa.ForeignKeyConstraint(["expert_id"], ["expert.id"], name=op.f("fk_incident_access_expert_id")),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name=op.f("fk_incident_access_incident_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["ministry_id"], ["ministry.id"], name=op.f("fk_incident_access_ministry_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_access")),
    )
    op.create_index(op.f("ix_incident_access_expert_id"), "incident_access", ["expert_id"], unique=False)
    op.create_index(op.f("ix_incident_access_incident_id"), "incident_access", ["incident_id"], unique=False)
    op.create_index(op.f("ix_incident_access_ministry_id"), "incident_access", ["ministry_id"], unique=False)
    op.create_table(
        "need",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("incident_id", sa.UUID(), nullable=False),
        sa.Column("ministry_id", sa.UUID(), nullable=False),
        sa.Column("template_code", sa.String(length=24), nullable=True),
        sa.Column("purpose", sa.String(length=200), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "proposed",
                "approved",
                "filled",
                "completed",
                "cancelled",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("urgency", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requested_by", sa.UUID(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("filled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("deadline > not_before", name=op.f("ck_need_ends_after_start")),
        sa.CheckConstraint("urgency IN (1, 2, 4, 8)", name=op.f("ck_need_urgency")),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_need_incident_id")),
        sa.ForeignKeyConstraint(["ministry_id"], ["ministry.id"], name=op.f("fk_need_ministry_id")),
        sa.ForeignKeyConstraint(["requested_by"], ["account.id"], name=op.f("fk_need_requested_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need")),
    )
    op.create_index(op.f("ix_need_incident_id"), "need", ["incident_id"], unique=False)
    op.create_index(op.f("ix_need_ministry_id"), "need", ["ministry_id"], unique=False)
    op.create_index(op.f("ix_need_requested_by"), "need", ["requested_by"], unique=False)
    op.create_table(
        "seat",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("need_id", sa.UUID(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("role_kind", sa.String(length=24), nullable=False),
        sa.Column("role_class", sa.String(length=3), nullable=False),
        sa.Column("effort_minutes", sa.Integer(), nullable=False),
        sa.Column("preferred_level", sa.Integer(), nullable=True),
        sa.CheckConstraint("role_class IN ('ADJ', 'INV', 'SUP')", name=op.f("ck_seat_role_class")),
        sa.CheckConstraint("effort_minutes BETWEEN 0 AND 60000", name=op.f("ck_seat_effort")),
        sa.CheckConstraint("preferred_level BETWEEN 1 AND 4", name=op.f("ck_seat_preferred_level")),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_seat_need_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat")),
        sa.UniqueConstraint("need_id", "ordinal", name=op.f("uq_seat_need_id_ordinal")),
    )
    op.create_index(op.f("ix_seat_need_id"), "seat", ["need_id"], unique=False)
    op.create_table(
        "seat_facet",
        sa.Column("seat_id", sa.UUID(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "role_kind",
                "technology",
                "skill",
                "proceeding",
                "language",
                "region",
                "clearance",
                "licence",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("minimum_level", sa.Integer(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.CheckConstraint("minimum_level BETWEEN 1 AND 4", name=op.f("ck_seat_facet_minimum_level")),
        sa.CheckConstraint("weight BETWEEN 1 AND 10", name=op.f("ck_seat_facet_weight")),
        sa.ForeignKeyConstraint(
            ["kind", "code"], ["facet_term.kind", "facet_term.code"], name=op.f("fk_seat_facet_kind_code")
        ),
        sa.ForeignKeyConstraint(
            ["seat_id"], ["seat.id"], name=op.f("fk_seat_facet_seat_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("seat_id", "kind", "code", name=op.f("pk_seat_facet")),
    )
    op.create_index("ix_seat_facet_kind_code", "seat_facet", ["kind", "code"], unique=False)
    op.create_table(
        "need_session",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("need_id", sa.UUID(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("length_minutes", sa.Integer(), nullable=False),
        sa.Column("earliest", sa.DateTime(timezone=True), nullable=False),
        sa.Column("latest", sa.DateTime(timezone=True), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=True),
        sa.CheckConstraint(
            "latest >= earliest + make_interval(mins => length_minutes)",
            name=op.f("ck_need_session_fits_its_window"),
        ),
        sa.CheckConstraint(
            "length_minutes BETWEEN 30 AND 720 AND mod(length_minutes, 30) = 0",
            name=op.f("ck_need_session_length"),
        ),
        sa.ForeignKeyConstraint(
            ["need_id"], ["need.id"], name=op.f("fk_need_session_need_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_need_session_region_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need_session")),
        sa.UniqueConstraint("need_id", "ordinal", name=op.f("uq_need_session_need_id_ordinal")),
    )
    op.create_index(op.f("ix_need_session_need_id"), "need_session", ["need_id"], unique=False)
    op.create_index(op.f("ix_need_session_region_code"), "need_session", ["region_code"], unique=False)
    op.create_table(
        "session_seat",
        sa.Column("session_id", sa.UUID(), nullable=False),
        sa.Column("seat_id", sa.UUID(), nullable=False),
        sa.ForeignKeyConstraint(
            ["seat_id"], ["seat.id"], name=op.f("fk_session_seat_seat_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["need_session.id"], name=op.f("fk_session_seat_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("session_id", "seat_id", name=op.f("pk_session_seat")),
    )
    op.create_index(op.f("ix_session_seat_seat_id"), "session_seat", ["seat_id"], unique=False)
    op.create_table(
        "team_rule",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("need_id", sa.UUID(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "chair_licence",
                "at_least",
                "no_two_of_one_firm",
                "ministry_mix",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("params", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["need_id"], ["need.id"], name=op.f("fk_team_rule_need_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_rule")),
        sa.UniqueConstraint("need_id", "ordinal", name=op.f("uq_team_rule_need_id_ordinal")),
    )
    op.create_index(op.f("ix_team_rule_need_id"), "team_rule", ["need_id"], unique=False)


def downgrade() -> None:
    """Drop them, children first."""
    op.drop_table("team_rule")
    op.drop_table("session_seat")
    op.drop_table("need_session")
    op.drop_table("seat_facet")
    op.drop_table("seat")
    op.drop_table("need")
    op.drop_table("incident_access")
    op.drop_table("party")
    op.drop_table("incident_trigger")
    op.drop_table("incident_technology")
    op.drop_table("incident_ministry")
    op.drop_table("incident")
