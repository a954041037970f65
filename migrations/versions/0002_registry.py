"""Ministries, lending, accounts, the expert registry and the audit record."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "audit_stream",
        sa.Column("stream", sa.String(length=40), nullable=False),
        sa.Column("head_no", sa.BigInteger(), nullable=False),
        sa.Column("head_hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("stream", name=op.f("pk_audit_stream")),
    )
    op.create_table(
        "audit_entry",
        sa.Column("stream", sa.String(length=40), nullable=False),
        sa.Column("no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.UUID(), nullable=True),
        sa.Column("role", sa.String(length=120), nullable=False),
        sa.Column("verb", sa.String(length=60), nullable=False),
        sa.Column("thing_kind", sa.String(length=40), nullable=False),
        sa.Column("thing_id", sa.UUID(), nullable=True),
        sa.Column("detail", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("previous_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["stream"], ["audit_stream.stream"], name=op.f("fk_audit_entry_stream")),
        sa.PrimaryKeyConstraint("stream", "no", name=op.f("pk_audit_entry")),
    )
    op.create_index("ix_audit_entry_thing", "audit_entry", ["thing_kind", "thing_id"], unique=False)
    op.create_index(op.f("ix_audit_entry_user_id"), "audit_entry", ["user_id"], unique=False)
    op.create_table(
        "ministry",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("name_ko", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=160), nullable=False),
        sa.Column("abbreviation", sa.String(length=24), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("shows_aliases_only", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ministry")),
        sa.UniqueConstraint("code", name=op.f("uq_ministry_code")),
    )
    op.create_table(
        "region",
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("name_ko", sa.String(length=60), nullable=False),
        sa.Column("name_en", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_region")),
    )
    op.create_table(
        "lending_agreement",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("lender_id", sa.UUID(), nullable=False),
        sa.Column("borrower_id", sa.UUID(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("monthly_quota_minutes", sa.Integer(), nullable=False),
        sa.Column("notice_minutes", sa.Integer(), nullable=False),
        sa.Column("silent_consent_minutes", sa.Integer(), nullable=False),
        sa.Column("cost_share_percent", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("lender_id <> borrower_id", name=op.f("ck_lending_agreement_two_ministries")),
        sa.CheckConstraint(
            "monthly_quota_minutes >= 0 AND notice_minutes >= 0 AND silent_consent_minutes >= 0",
            name=op.f("ck_lending_agreement_not_negative"),
        ),
        sa.CheckConstraint(
            "cost_share_percent BETWEEN 0 AND 100", name=op.f("ck_lending_agreement_cost_share")
        ),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until > valid_from",
            name=op.f("ck_lending_agreement_ends_after_start"),
        ),
        sa.ForeignKeyConstraint(
            ["borrower_id"], ["ministry.id"], name=op.f("fk_lending_agreement_borrower_id")
        ),
        sa.ForeignKeyConstraint(["lender_id"], ["ministry.id"], name=op.f("fk_lending_agreement_lender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lending_agreement")),
        sa.UniqueConstraint(
            "lender_id",
            "borrower_id",
            "valid_from",
            name=op.f("uq_lending_agreement_lender_id_borrower_id_valid_from"),
        ),
    )
    op.create_index(
        op.f("ix_lending_agreement_borrower_id"), "lending_agreement", ["borrower_id"], unique=False
    )
    op.create_index(op.f("ix_lending_agreement_lender_id"), "lending_agreement", ["lender_id"], unique=False)
    op.create_table(
        "lending_blackout",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("agreement_id", sa.UUID(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_lending_blackout_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["lending_agreement.id"],
            name=op.f("fk_lending_blackout_agreement_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lending_blackout")),
    )
    op.create_index(
        op.f("ix_lending_blackout_agreement_id"), "lending_blackout", ["agreement_id"], unique=False
    )
    op.create_table(
        "lending_month",
        sa.Column("agreement_id", sa.UUID(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("used_minutes", sa.Integer(), nullable=False),
        sa.Column("quota_minutes", sa.Integer(), nullable=False),
        sa.CheckConstraint("extract(day FROM month) = 1", name=op.f("ck_lending_month_first_of_month")),
        sa.CheckConstraint(
            "used_minutes >= 0 AND used_minutes <= quota_minutes", name=op.f("ck_lending_month_within_quota")
        ),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["lending_agreement.id"], name=op.f("fk_lending_month_agreement_id")
        ),
        sa.PrimaryKeyConstraint("agreement_id", "month", name=op.f("pk_lending_month")),
    )
    op.create_table(
        "facet_term",
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
        sa.Column("name_ko", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=160), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("kind", "code", name=op.f("pk_facet_term")),
    )
    op.create_table(
        "expert",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("ministry_id", sa.UUID(), nullable=False),
        sa.Column("name_ko", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("alias", sa.String(length=40), nullable=True),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "applied",
                "verified",
                "active",
                "paused",
                "retired",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("weekly_capacity_minutes", sa.Integer(), nullable=False),
        sa.Column("max_open_engagements", sa.Integer(), nullable=False),
        sa.Column("minimum_notice_minutes", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("calendar_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("birth_year BETWEEN 1900 AND 2100", name=op.f("ck_expert_birth_year")),
        sa.CheckConstraint("max_open_engagements BETWEEN 0 AND 50", name=op.f("ck_expert_open_engagements")),
        sa.CheckConstraint("minimum_notice_minutes BETWEEN 0 AND 43200", name=op.f("ck_expert_notice")),
        sa.CheckConstraint(
            "weekly_capacity_minutes BETWEEN 0 AND 10080", name=op.f("ck_expert_capacity_fits_a_week")
        ),
        sa.ForeignKeyConstraint(["ministry_id"], ["ministry.id"], name=op.f("fk_expert_ministry_id")),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_expert_region_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expert")),
        sa.UniqueConstraint("email", name=op.f("uq_expert_email")),
    )
    op.create_index(op.f("ix_expert_ministry_id"), "expert", ["ministry_id"], unique=False)
    op.create_index(op.f("ix_expert_region_code"), "expert", ["region_code"], unique=False)
    op.create_table(
        "role",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("permissions", postgresql.ARRAY(sa.String(length=80)), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role")),
        sa.UniqueConstraint("name", name=op.f("uq_role_name")),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("password", sa.String(length=255), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("name_ko", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("ministry_id", sa.UUID(), nullable=True),
        sa.Column("expert_id", sa.UUID(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.Column("tf_primary_method", sa.String(length=64), nullable=True),
        sa.Column("tf_totp_secret", sa.String(length=255), nullable=True),
        sa.Column("mf_recovery_codes", postgresql.ARRAY(sa.String(length=255)), nullable=True),
        sa.CheckConstraint("language IN ('ko', 'en')", name=op.f("ck_account_language")),
        sa.ForeignKeyConstraint(["expert_id"], ["expert.id"], name=op.f("fk_account_expert_id")),
        sa.ForeignKeyConstraint(["ministry_id"], ["ministry.id"], name=op.f("fk_account_ministry_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_account_fs_uniquifier")),
    )
    op.create_index(op.f("ix_account_expert_id"), "account", ["expert_id"], unique=True)
    op.create_index(op.f("ix_account_ministry_id"), "account", ["ministry_id"], unique=False)
    op.create_table(
        "account_role",
        sa.Column("account_id", sa.UUID(), nullable=False),
        sa.Column("role_id", sa.UUID(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_account_role_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["role_id"], ["role.id"], name=op.f("fk_account_role_role_id")),
        sa.PrimaryKeyConstraint("account_id", "role_id", name=op.f("pk_account_role")),
    )
    op.create_index(op.f("ix_account_role_role_id"), "account_role", ["role_id"], unique=False)
    op.create_table(
        "api_token",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("account_id", sa.UUID(), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("writes", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_api_token_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_token_token_hash")),
    )
    op.create_index(op.f("ix_api_token_account_id"), "api_token", ["account_id"], unique=False)
    op.create_table(
        "appointment",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("expert_id", sa.UUID(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("basis", sa.String(length=200), nullable=False),
        sa.CheckConstraint("ends_on > starts_on", name=op.f("ck_appointment_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["expert_id"], ["expert.id"], name=op.f("fk_appointment_expert_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
    )
    op.create_index(op.f("ix_appointment_expert_id"), "appointment", ["expert_id"], unique=False)
    op.create_table(
        "expert_facet",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("expert_id", sa.UUID(), nullable=False),
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
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.String(length=400), nullable=False),
        sa.Column("verified_by", sa.UUID(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.CheckConstraint("level BETWEEN 1 AND 4", name=op.f("ck_expert_facet_level")),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until > valid_from", name=op.f("ck_expert_facet_ends_after_start")
        ),
        sa.ForeignKeyConstraint(
            ["expert_id"], ["expert.id"], name=op.f("fk_expert_facet_expert_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["kind", "code"], ["facet_term.kind", "facet_term.code"], name=op.f("fk_expert_facet_kind_code")
        ),
        sa.ForeignKeyConstraint(["verified_by"], ["account.id"], name=op.f("fk_expert_facet_verified_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expert_facet")),
        sa.UniqueConstraint(
            "expert_id",
            "kind",
            "code",
            "valid_from",
            name=op.f("uq_expert_facet_expert_id_kind_code_valid_from"),
        ),
    )
    op.create_index(op.f("ix_expert_facet_expert_id"), "expert_facet", ["expert_id"], unique=False)
    op.create_index("ix_expert_facet_kind_code", "expert_facet", ["kind", "code", "level"], unique=False)
    op.create_index(op.f("ix_expert_facet_verified_by"), "expert_facet", ["verified_by"], unique=False)
    op.create_table(
        "sign_in_failure",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sign_in_failure")),
    )
    op.create_table(
        "feed_token",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("expert_id", sa.UUID(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["expert_id"], ["expert.id"], name=op.f("fk_feed_token_expert_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_feed_token_token_hash")),
    )
    op.create_index(op.f("ix_feed_token_expert_id"), "feed_token", ["expert_id"], unique=False)
    op.create_index(
        "uq_feed_token_live",
        "feed_token",
        ["expert_id"],
        unique=True,
        postgresql_where=sa.text("revoked_at IS NULL"),
    )


def downgrade() -> None:
    """Drop them, children first."""
    op.drop_table("feed_token")
    op.drop_table("sign_in_failure")
    op.drop_table("expert_facet")
    op.drop_table("appointment")
    op.drop_table("api_token")
    op.drop_table("account_role")
    op.drop_table("account")
    op.drop_table("role")
    op.drop_table("expert")
    op.drop_table("facet_term")
    op.drop_table("lending_month")
    op.drop_table("lending_blackout")
    op.drop_table("lending_agreement")
    op.drop_table("region")
    op.drop_table("ministry")
    op.drop_table("audit_entry")
    op.drop_table("audit_stream")
