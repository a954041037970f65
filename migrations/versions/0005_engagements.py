"""Planning runs, engagements with their holds, invitations and their outbox."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "plan_run",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("incident_id", sa.UUID(), nullable=False),
        sa.Column("need_id", sa.UUID(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("solve", "repair", name="kind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("seat_id", sa.UUID(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "solving",
                "proposed",
                "approved",
                "discarded",
                "stopped",
                "rejected",
                "failed",
                "lost",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("requested_by", sa.UUID(), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stop_requested", sa.Boolean(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("best", sa.BigInteger(), nullable=True),
        sa.Column("bound", sa.BigInteger(), nullable=True),
        sa.Column("unfilled", sa.Integer(), nullable=True),
        sa.Column("snapshot", sa.Text(), nullable=True),
        sa.Column("snapshot_digest", sa.String(length=64), nullable=True),
        sa.Column("plan", sa.Text(), nullable=True),
        sa.Column("plan_digest", sa.String(length=64), nullable=True),
        sa.Column("reasons", sa.Text(), nullable=True),
        sa.Column("trouble", sa.String(length=400), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_plan_run_incident_id")),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_plan_run_need_id")),
        sa.ForeignKeyConstraint(["requested_by"], ["account.id"], name=op.f("fk_plan_run_requested_by")),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_plan_run_seat_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_run")),
    )
    op.create_index(op.f("ix_plan_run_incident_id"), "plan_run", ["incident_id"], unique=False)
    op.create_index(op.f("ix_plan_run_need_id"), "plan_run", ["need_id"], unique=False)
    op.create_index(op.f("ix_plan_run_requested_by"), "plan_run", ["requested_by"], unique=False)
    op.create_index(op.f("ix_plan_run_seat_id"), "plan_run", ["seat_id"], unique=False)
    op.create_table(
        "plan_wish",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("incident_id", sa.UUID(), nullable=False),
        sa.Column("need_id", sa.UUID(), nullable=False),
        sa.Column("seat_id", sa.UUID(), nullable=False),
        sa.Column("expert_id", sa.UUID(), nullable=False),
        sa.Column(
            "wish",
            sa.Enum("pin", "ban", name="wish", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("wished_by", sa.UUID(), nullable=True),
        sa.Column("wished_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["expert_id"], ["expert.id"], name=op.f("fk_plan_wish_expert_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_plan_wish_incident_id")),
        sa.ForeignKeyConstraint(
            ["need_id"], ["need.id"], name=op.f("fk_plan_wish_need_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["seat_id"], ["seat.id"], name=op.f("fk_plan_wish_seat_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["wished_by"], ["account.id"], name=op.f("fk_plan_wish_wished_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_wish")),
        sa.UniqueConstraint("seat_id", "expert_id", name=op.f("uq_plan_wish_seat_id_expert_id")),
    )
    op.create_index(op.f("ix_plan_wish_expert_id"), "plan_wish", ["expert_id"], unique=False)
    op.create_index(op.f("ix_plan_wish_incident_id"), "plan_wish", ["incident_id"], unique=False)
    op.create_index(op.f("ix_plan_wish_need_id"), "plan_wish", ["need_id"], unique=False)
    op.create_index(op.f("ix_plan_wish_wished_by"), "plan_wish", ["wished_by"], unique=False)
    op.create_index(
        "uq_plan_wish_one_pin",
        "plan_wish",
        ["seat_id"],
        unique=True,
        postgresql_where=sa.text("wish = 'pin'"),
    )
    op.create_table(
        "engagement",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("incident_id", sa.UUID(), nullable=False),
        sa.Column("need_id", sa.UUID(), nullable=False),
        sa.Column("seat_id", sa.UUID(), nullable=False),
        sa.Column("expert_id", sa.UUID(), nullable=False),
        sa.Column("plan_run_id", sa.UUID(), nullable=True),
        sa.Column("lender_id", sa.UUID(), nullable=False),
        sa.Column("borrower_id", sa.UUID(), nullable=False),
        sa.Column("agreement_id", sa.UUID(), nullable=True),
        sa.Column("role_kind", sa.String(length=24), nullable=False),
        sa.Column("role_class", sa.String(length=3), nullable=False),
        sa.Column("compartmented", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "offered",
                "accepted",
                "confirmed",
                "delivered",
                "closed",
                "declined",
                "lapsed",
                "recused",
                "withdrawn",
                "cancelled",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "decline_reason",
            sa.Enum(
                "busy",
                "not_my_field",
                "terms",
                "other",
                name="decline_reason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("decline_note", sa.String(length=400), nullable=False),
        sa.Column("busy_until", sa.Date(), nullable=True),
        sa.Column("effort_minutes", sa.Integer(), nullable=False),
        sa.Column("worked_minutes", sa.Integer(), nullable=True),
        sa.Column("delivery_note", sa.String(length=400), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("worked_minutes >= 0", name=op.f("ck_engagement_worked")),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["lending_agreement.id"], name=op.f("fk_engagement_agreement_id")
        ),
        sa.ForeignKeyConstraint(["borrower_id"], ["ministry.id"], name=op.f("fk_engagement_borrower_id")),
        sa.ForeignKeyConstraint(["expert_id"], ["expert.id"], name=op.f("fk_engagement_expert_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_engagement_incident_id")),
        sa.ForeignKeyConstraint(["lender_id"], ["ministry.id"], name=op.f("fk_engagement_lender_id")),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_engagement_need_id")),
        sa.ForeignKeyConstraint(["plan_run_id"], ["plan_run.id"], name=op.f("fk_engagement_plan_run_id")),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_engagement_seat_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_engagement")),
    )
    op.create_index(op.f("ix_engagement_agreement_id"), "engagement", ["agreement_id"], unique=False)
    op.create_index(op.f("ix_engagement_borrower_id"), "engagement", ["borrower_id"], unique=False)
    op.create_index(op.f("ix_engagement_expert_id"), "engagement", ["expert_id"], unique=False)
    op.create_index(op.f("ix_engagement_incident_id"), "engagement", ["incident_id"], unique=False)
    op.create_index(op.f("ix_engagement_lender_id"), "engagement", ["lender_id"], unique=False)
    op.create_index(op.f("ix_engagement_need_id"), "engagement", ["need_id"], unique=False)
    op.create_index(op.f("ix_engagement_plan_run_id"), "engagement", ["plan_run_id"], unique=False)
    op.create_index(op.f("ix_engagement_seat_id"), "engagement", ["seat_id"], unique=False)
    op.create_index(
        "uq_engagement_live_seat",
        "engagement",
        ["seat_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('accepted', 'confirmed', 'delivered', 'offered', 'proposed')"),
    )
    op.create_table(
        "hold",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("engagement_id", sa.UUID(), nullable=False),
        sa.Column("expert_id", sa.UUID(), nullable=False),
        sa.Column("session_id", sa.UUID(), nullable=False),
        sa.Column("during", postgresql.TSTZRANGE(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=True),
        sa.Column("live", sa.Boolean(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("expert_id"), "="),
            (sa.column("during"), "&&"),
            where=sa.text("live"),
            using="gist",
            name="ex_hold_expert_id_during",
        ),
        sa.CheckConstraint(
            "NOT isempty(during) AND lower_inc(during) AND NOT upper_inc(during)", name=op.f("ck_hold_span")
        ),
        sa.ForeignKeyConstraint(["engagement_id"], ["engagement.id"], name=op.f("fk_hold_engagement_id")),
        sa.ForeignKeyConstraint(["expert_id"], ["expert.id"], name=op.f("fk_hold_expert_id")),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_hold_region_code")),
        sa.ForeignKeyConstraint(["session_id"], ["need_session.id"], name=op.f("fk_hold_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold")),
    )
    op.create_index(op.f("ix_hold_engagement_id"), "hold", ["engagement_id"], unique=False)
    op.create_index(op.f("ix_hold_expert_id"), "hold", ["expert_id"], unique=False)
    op.create_index(op.f("ix_hold_region_code"), "hold", ["region_code"], unique=False)
    op.create_index(op.f("ix_hold_session_id"), "hold", ["session_id"], unique=False)
    op.create_table(
        "declaration",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("engagement_id", sa.UUID(), nullable=False),
        sa.Column(
            "answer",
            sa.Enum(
                "none",
                "yes",
                "uncertain",
                "cannot_say",
                name="answer",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("pledged", sa.Boolean(), nullable=False),
        sa.Column("ruled_by", sa.UUID(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("screening", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["engagement_id"], ["engagement.id"], name=op.f("fk_declaration_engagement_id")
        ),
        sa.ForeignKeyConstraint(["ruled_by"], ["account.id"], name=op.f("fk_declaration_ruled_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declaration")),
    )
    op.create_index(op.f("ix_declaration_engagement_id"), "declaration", ["engagement_id"], unique=False)
    op.create_index(op.f("ix_declaration_ruled_by"), "declaration", ["ruled_by"], unique=False)
    op.create_table(
        "seat_event",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("engagement_id", sa.UUID(), nullable=False),
        sa.Column("session_id", sa.UUID(), nullable=True),
        sa.Column("expert_id", sa.UUID(), nullable=False),
        sa.Column("uid", sa.String(length=120), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "tentative",
                "confirmed",
                "cancelled",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "partstat",
            sa.Enum(
                "needs-action",
                "accepted",
                "declined",
                "tentative",
                name="partstat",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("summary", sa.String(length=300), nullable=False),
        sa.Column("location", sa.String(length=120), nullable=False),
        sa.Column("url", sa.String(length=300), nullable=False),
        sa.Column("organizer", sa.String(length=255), nullable=False),
        sa.Column("organizer_name", sa.String(length=120), nullable=False),
        sa.Column("attendee", sa.String(length=255), nullable=False),
        sa.Column("attendee_name", sa.String(length=120), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_seat_event_ends_after_start")),
        sa.CheckConstraint(
            "(status = 'cancelled') = (cancelled_at IS NOT NULL)", name=op.f("ck_seat_event_cancelled")
        ),
        sa.CheckConstraint("sequence >= 0 AND revision >= 0", name=op.f("ck_seat_event_not_negative")),
        sa.ForeignKeyConstraint(
            ["engagement_id"], ["engagement.id"], name=op.f("fk_seat_event_engagement_id")
        ),
        sa.ForeignKeyConstraint(["expert_id"], ["expert.id"], name=op.f("fk_seat_event_expert_id")),
        sa.ForeignKeyConstraint(["session_id"], ["need_session.id"], name=op.f("fk_seat_event_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_event")),
        sa.UniqueConstraint("uid", name=op.f("uq_seat_event_uid")),
    )
    op.create_index(op.f("ix_seat_event_engagement_id"), "seat_event", ["engagement_id"], unique=False)
    op.create_index(op.f("ix_seat_event_expert_id"), "seat_event", ["expert_id"], unique=False)
    op.create_index(
        "uq_seat_event_standing",
        "seat_event",
        ["engagement_id", "session_id"],
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("cancelled_at IS NULL"),
    )
    op.create_index(op.f("ix_seat_event_session_id"), "seat_event", ["session_id"], unique=False)
    op.create_table(
        "outbox_mail",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("event_id", sa.UUID(), nullable=False),
        sa.Column("recipient", sa.String(length=255), nullable=False),
        sa.Column("method", sa.String(length=12), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column("message", sa.LargeBinary(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "sent",
                "superseded",
                "failed",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_token", sa.UUID(), nullable=True),
        sa.Column("trouble", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["seat_event.id"], name=op.f("fk_outbox_mail_event_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_mail")),
        sa.UniqueConstraint(
            "event_id",
            "recipient",
            "method",
            "sequence",
            "revision",
            name=op.f("uq_outbox_mail_event_id_recipient_method_sequence_revision"),
        ),
        sa.UniqueConstraint("message_id", name=op.f("uq_outbox_mail_message_id")),
    )
    op.create_index(
        "ix_outbox_mail_due",
        "outbox_mail",
        ["not_before"],
        unique=False,
        postgresql_where=sa.text("state = 'queued'"),
    )
    op.create_index(op.f("ix_outbox_mail_event_id"), "outbox_mail", ["event_id"], unique=False)


def downgrade() -> None:
    """Drop them, children first."""
    op.drop_table("outbox_mail")
    op.drop_table("seat_event")
    op.drop_table("declaration")
    op.drop_table("hold")
    op.drop_table("engagement")
    op.drop_table("plan_wish")
    op.drop_table("plan_run")
