"""Rulings, waivers, challenges and lists screened in silence, and who may know of them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"

_SYSTEM = "(SELECT viewer_is('system'))"
_OFFICER = "(SELECT viewer_is('conflict_officer'))"
_STAFF_OF_CASE = f"((SELECT viewer_is('coordinator')) OR {_OFFICER})"
_BY_INCIDENT = "EXISTS (SELECT 1 FROM incident i WHERE i.id = incident_id)"

# The second approval comes from a ministry that need not know the case: its officers see the waiver's row
# once the using ministry has endorsed it, unless the case is compartmented.
_READS = {
    "finding_ruling": f"{_SYSTEM} OR ({_OFFICER} AND {_BY_INCIDENT})",
    "waiver": f"{_SYSTEM} OR ({_STAFF_OF_CASE} AND {_BY_INCIDENT})"
    f" OR ({_OFFICER} AND NOT compartmented AND endorsed_by IS NOT NULL)",
    "challenge": f"{_SYSTEM} OR ({_STAFF_OF_CASE} AND {_BY_INCIDENT})",
    "silent_screening": f"{_SYSTEM} OR ({_OFFICER} AND asked_by = (SELECT viewer_user()))",
}
_WITHHELD = {
    "finding_ruling": "UPDATE, DELETE, TRUNCATE",
    "waiver": "DELETE, TRUNCATE",
    "challenge": "DELETE, TRUNCATE",
    "silent_screening": "UPDATE, TRUNCATE",
}


def upgrade() -> None:
    """Make the tables, then hide their rows."""
    _tables()
    _columns()
    for table, reads in _READS.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY viewer ON {table} USING ({reads}) WITH CHECK ({reads})")
    for table, rights in _WITHHELD.items():
        op.execute(f"REVOKE {rights} ON {table} FROM expertpool_app")


def _tables() -> None:
    op.create_table(
        "silent_screening",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("asked_by", sa.UUID(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column(
            "role_class",
            sa.Enum(
                "ADJ", "INV", "SUP", name="role_class", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("screened_on", sa.Date(), nullable=False),
        sa.Column("pack_version", sa.String(length=20), nullable=False),
        sa.Column("parties", sa.Integer(), nullable=False),
        sa.Column("results", postgresql.JSONB(), nullable=False),
        sa.CheckConstraint("expires_at > asked_at", name=op.f("ck_silent_screening_expires")),
        sa.ForeignKeyConstraint(["asked_by"], ["account.id"], name=op.f("fk_silent_screening_asked_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_silent_screening")),
    )
    op.create_index(op.f("ix_silent_screening_asked_by"), "silent_screening", ["asked_by"], unique=False)
    op.create_index(op.f("ix_silent_screening_expires_at"), "silent_screening", ["expires_at"], unique=False)
    op.create_table(
        "finding_ruling",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("incident_id", sa.UUID(), nullable=False),
        sa.Column("expert_id", sa.UUID(), nullable=False),
        sa.Column(
            "role_class",
            sa.Enum(
                "ADJ", "INV", "SUP", name="role_class", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("finding_key", sa.String(length=20), nullable=False),
        sa.Column("trace", sa.String(length=20), nullable=False),
        sa.Column("rule", sa.String(length=4), nullable=False),
        sa.Column(
            "tier",
            sa.Enum(
                "bar",
                "review",
                "waivable",
                "disclose",
                "clear",
                name="tier",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "open",
                "confirmed",
                "dismissed",
                "waived",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("grounds", sa.String(length=400), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("ruled_by", sa.UUID(), nullable=False),
        sa.Column("ruled_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("grounds <> ''", name=op.f("ck_finding_ruling_has_grounds")),
        sa.CheckConstraint(
            "status <> 'dismissed' OR rule <> 'R30'", name=op.f("ck_finding_ruling_recusal_stands")
        ),
        sa.CheckConstraint("status <> 'waived'", name=op.f("ck_finding_ruling_not_waived_here")),
        sa.ForeignKeyConstraint(["expert_id"], ["expert.id"], name=op.f("fk_finding_ruling_expert_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_finding_ruling_incident_id")),
        sa.ForeignKeyConstraint(["ruled_by"], ["account.id"], name=op.f("fk_finding_ruling_ruled_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_ruling")),
    )
    op.create_index(op.f("ix_finding_ruling_expert_id"), "finding_ruling", ["expert_id"], unique=False)
    op.create_index(op.f("ix_finding_ruling_incident_id"), "finding_ruling", ["incident_id"], unique=False)
    op.create_index(op.f("ix_finding_ruling_ruled_by"), "finding_ruling", ["ruled_by"], unique=False)
    op.create_table(
        "waiver",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("incident_id", sa.UUID(), nullable=False),
        sa.Column("need_id", sa.UUID(), nullable=False),
        sa.Column("seat_id", sa.UUID(), nullable=False),
        sa.Column("expert_id", sa.UUID(), nullable=False),
        sa.Column("using_ministry_id", sa.UUID(), nullable=False),
        sa.Column("compartmented", sa.Boolean(), nullable=False),
        sa.Column(
            "role_class",
            sa.Enum(
                "ADJ", "INV", "SUP", name="role_class", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column(
            "tier",
            sa.Enum(
                "bar",
                "review",
                "waivable",
                "disclose",
                "clear",
                name="tier",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("statutory", sa.Boolean(), nullable=False),
        sa.Column("rules", postgresql.ARRAY(sa.String(length=4)), nullable=False),
        sa.Column("finding_keys", postgresql.ARRAY(sa.String(length=20)), nullable=False),
        sa.Column(
            "ground",
            sa.Enum(
                "irreplaceable",
                "security",
                "public_interest",
                name="ground",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("monitor_id", sa.UUID(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("complainant_consent", sa.String(length=120), nullable=False),
        sa.Column("respondent_consent", sa.String(length=120), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "requested",
                "endorsed",
                "granted",
                "refused",
                "withdrawn",
                "revoked",
                "expired",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("requested_by", sa.UUID(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("endorsed_by", sa.UUID(), nullable=True),
        sa.Column("endorsing_ministry_id", sa.UUID(), nullable=True),
        sa.Column("endorsed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("granted_by", sa.UUID(), nullable=True),
        sa.Column("granting_ministry_id", sa.UUID(), nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.UUID(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column(
            "proof",
            sa.Enum(
                "asked",
                "stands",
                "team_found",
                "undecided",
                name="proof",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("proof_snapshot", sa.Text(), nullable=True),
        sa.Column("proof_snapshot_digest", sa.String(length=64), nullable=True),
        sa.Column("proof_plan", sa.Text(), nullable=True),
        sa.Column("proof_plan_digest", sa.String(length=64), nullable=True),
        sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "proof NOT IN ('stands', 'team_found') OR (proof_snapshot_digest IS NOT NULL"
            " AND proof_plan_digest IS NOT NULL AND proved_at IS NOT NULL)",
            name=op.f("ck_waiver_proof_kept"),
        ),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_waiver_has_reason")),
        sa.CheckConstraint(
            "state <> 'granted' OR (endorsed_by IS NOT NULL AND granted_by IS NOT NULL"
            " AND granted_at IS NOT NULL AND proof = 'stands')",
            name=op.f("ck_waiver_granted_by_two"),
        ),
        sa.CheckConstraint(
            "state <> 'granted' OR role_class <> 'ADJ' OR (complainant_consent <> ''"
            " AND respondent_consent <> '')",
            name=op.f("ck_waiver_both_sides_consent"),
        ),
        sa.CheckConstraint("tier = 'waivable' AND NOT statutory", name=op.f("ck_waiver_only_waivable")),
        sa.CheckConstraint(
            "(endorsed_by IS NULL) = (endorsing_ministry_id IS NULL)"
            " AND (granted_by IS NULL) = (granting_ministry_id IS NULL)",
            name=op.f("ck_waiver_approvers_named"),
        ),
        sa.CheckConstraint(
            "cardinality(finding_keys) > 0 AND cardinality(rules) > 0", name=op.f("ck_waiver_names_findings")
        ),
        sa.CheckConstraint(
            "endorsed_by <> requested_by AND granted_by <> requested_by AND granted_by <> endorsed_by",
            name=op.f("ck_waiver_three_people"),
        ),
        sa.CheckConstraint(
            "endorsing_ministry_id = using_ministry_id AND granting_ministry_id <> using_ministry_id",
            name=op.f("ck_waiver_two_ministries"),
        ),
        sa.ForeignKeyConstraint(["ended_by"], ["account.id"], name=op.f("fk_waiver_ended_by")),
        sa.ForeignKeyConstraint(["endorsed_by"], ["account.id"], name=op.f("fk_waiver_endorsed_by")),
        sa.ForeignKeyConstraint(
            ["endorsing_ministry_id"], ["ministry.id"], name=op.f("fk_waiver_endorsing_ministry_id")
        ),
        sa.ForeignKeyConstraint(["expert_id"], ["expert.id"], name=op.f("fk_waiver_expert_id")),
        sa.ForeignKeyConstraint(["granted_by"], ["account.id"], name=op.f("fk_waiver_granted_by")),
        sa.ForeignKeyConstraint(
            ["granting_ministry_id"], ["ministry.id"], name=op.f("fk_waiver_granting_ministry_id")
        ),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_waiver_incident_id")),
        sa.ForeignKeyConstraint(["monitor_id"], ["account.id"], name=op.f("fk_waiver_monitor_id")),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_waiver_need_id")),
        sa.ForeignKeyConstraint(["requested_by"], ["account.id"], name=op.f("fk_waiver_requested_by")),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_waiver_seat_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["using_ministry_id"], ["ministry.id"], name=op.f("fk_waiver_using_ministry_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiver")),
    )
    op.create_index(op.f("ix_waiver_ended_by"), "waiver", ["ended_by"], unique=False)
    op.create_index(op.f("ix_waiver_endorsed_by"), "waiver", ["endorsed_by"], unique=False)
    op.create_index(
        op.f("ix_waiver_endorsing_ministry_id"), "waiver", ["endorsing_ministry_id"], unique=False
    )
    op.create_index(op.f("ix_waiver_expert_id"), "waiver", ["expert_id"], unique=False)
    op.create_index(op.f("ix_waiver_granted_by"), "waiver", ["granted_by"], unique=False)
    op.create_index(op.f("ix_waiver_granting_ministry_id"), "waiver", ["granting_ministry_id"], unique=False)
    op.create_index(op.f("ix_waiver_incident_id"), "waiver", ["incident_id"], unique=False)
    op.create_index(op.f("ix_waiver_monitor_id"), "waiver", ["monitor_id"], unique=False)
    op.create_index(op.f("ix_waiver_need_id"), "waiver", ["need_id"], unique=False)
    op.create_index(op.f("ix_waiver_requested_by"), "waiver", ["requested_by"], unique=False)
    op.create_index(op.f("ix_waiver_seat_id"), "waiver", ["seat_id"], unique=False)
    op.create_index(op.f("ix_waiver_using_ministry_id"), "waiver", ["using_ministry_id"], unique=False)
    op.create_index(
        "uq_waiver_live",
        "waiver",
        ["seat_id", "expert_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('endorsed', 'granted', 'requested')"),
    )
    op.create_table(
        "challenge",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("incident_id", sa.UUID(), nullable=False),
        sa.Column("engagement_id", sa.UUID(), nullable=False),
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
        sa.Column("grounds", sa.String(length=400), nullable=False),
        sa.Column("entered_by", sa.UUID(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "upheld",
                "rejected",
                "lapsed",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("decided_by", sa.UUID(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision", sa.String(length=400), nullable=False),
        sa.CheckConstraint("grounds <> ''", name=op.f("ck_challenge_has_grounds")),
        sa.CheckConstraint(
            "state = 'lapsed' OR (state = 'open') = (decided_by IS NULL)", name=op.f("ck_challenge_decided")
        ),
        sa.CheckConstraint(
            "state NOT IN ('upheld', 'rejected') OR decision <> ''",
            name=op.f("ck_challenge_decided_with_grounds"),
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_challenge_decided_by")),
        sa.ForeignKeyConstraint(
            ["engagement_id"], ["engagement.id"], name=op.f("fk_challenge_engagement_id")
        ),
        sa.ForeignKeyConstraint(["entered_by"], ["account.id"], name=op.f("fk_challenge_entered_by")),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_challenge_incident_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_challenge")),
    )
    op.create_index(op.f("ix_challenge_decided_by"), "challenge", ["decided_by"], unique=False)
    op.create_index(op.f("ix_challenge_engagement_id"), "challenge", ["engagement_id"], unique=False)
    op.create_index(op.f("ix_challenge_entered_by"), "challenge", ["entered_by"], unique=False)
    op.create_index(op.f("ix_challenge_incident_id"), "challenge", ["incident_id"], unique=False)
    op.create_index(
        "uq_challenge_open",
        "challenge",
        ["engagement_id"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )


def _columns() -> None:
    op.add_column(
        "declaration", sa.Column("grounds", sa.String(length=400), server_default="", nullable=False)
    )
    op.add_column("engagement", sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Drop them; their policies go with them."""
    op.drop_column("engagement", "paused_at")
    op.drop_column("declaration", "grounds")
    for table in ("challenge", "waiver", "finding_ruling", "silent_screening"):
        op.drop_table(table)
