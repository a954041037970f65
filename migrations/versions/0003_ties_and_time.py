"""Organisations and ties; patterns, exceptions, leave and busy times."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "organisation",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("name_ko", sa.String(length=160), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("key_ko", sa.String(length=160), nullable=False),
        sa.Column("key_en", sa.String(length=200), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "company",
                "professional_firm",
                "university",
                "research_institute",
                "public_body",
                "association",
                "fund",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("biz_no", sa.String(length=10), nullable=True),
        sa.Column("corp_no", sa.String(length=13), nullable=True),
        sa.Column("foreign_id", sa.String(length=60), nullable=True),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("biz_no ~ '^[0-9]{10}$'", name=op.f("ck_organisation_biz_no")),
        sa.CheckConstraint("corp_no ~ '^[0-9]{13}$'", name=op.f("ck_organisation_corp_no")),
        sa.CheckConstraint("country ~ '^[A-Z]{2}$'", name=op.f("ck_organisation_country")),
        sa.CheckConstraint("name_ko <> '' OR name_en <> ''", name=op.f("ck_organisation_named")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("biz_no", name=op.f("uq_organisation_biz_no")),
    )
    op.create_index(op.f("ix_organisation_corp_no"), "organisation", ["corp_no"], unique=False)
    op.create_index(op.f("ix_organisation_foreign_id"), "organisation", ["foreign_id"], unique=False)
    op.create_index(op.f("ix_organisation_key_ko"), "organisation", ["key_ko"], unique=False)
    op.create_index(op.f("ix_organisation_key_en"), "organisation", ["key_en"], unique=False)
    op.create_table(
        "organisation_alias",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("organisation_id", sa.UUID(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("normalised", sa.String(length=200), nullable=False),
        sa.Column(
            "script",
            sa.Enum(
                "hangul",
                "latin",
                "hanja",
                "other",
                name="script",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.CheckConstraint("valid_until > valid_from", name=op.f("ck_organisation_alias_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_organisation_alias_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_alias")),
    )
    op.create_index(
        op.f("ix_organisation_alias_normalised"), "organisation_alias", ["normalised"], unique=False
    )
    op.create_index(
        op.f("ix_organisation_alias_organisation_id"), "organisation_alias", ["organisation_id"], unique=False
    )
    op.create_table(
        "ownership",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("parent_id", sa.UUID(), nullable=False),
        sa.Column("child_id", sa.UUID(), nullable=False),
        sa.Column("share_basis_points", sa.Integer(), nullable=False),
        sa.Column("declared_control", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.CheckConstraint("parent_id <> child_id", name=op.f("ck_ownership_two_organisations")),
        sa.CheckConstraint("share_basis_points BETWEEN 0 AND 10000", name=op.f("ck_ownership_share")),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until > valid_from", name=op.f("ck_ownership_ends_after_start")
        ),
        sa.ForeignKeyConstraint(["child_id"], ["organisation.id"], name=op.f("fk_ownership_child_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["organisation.id"], name=op.f("fk_ownership_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ownership")),
    )
    op.create_index(op.f("ix_ownership_child_id"), "ownership", ["child_id"], unique=False)
    op.create_index(op.f("ix_ownership_parent_id"), "ownership", ["parent_id"], unique=False)
    op.create_table(
        "person",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("name_ko", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("other_names", postgresql.ARRAY(sa.String(length=120)), nullable=False),
        sa.Column("name_hash", sa.String(length=64), nullable=False),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.Column("email_domain", sa.String(length=120), nullable=True),
        sa.Column("employer_id", sa.UUID(), nullable=True),
        sa.CheckConstraint("birth_year BETWEEN 1900 AND 2100", name=op.f("ck_person_birth_year")),
        sa.CheckConstraint("name_ko <> '' OR name_en <> '' OR name_hash <> ''", name=op.f("ck_person_named")),
        sa.ForeignKeyConstraint(["employer_id"], ["organisation.id"], name=op.f("fk_person_employer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    op.create_index(op.f("ix_person_employer_id"), "person", ["employer_id"], unique=False)
    op.create_index(op.f("ix_person_name_hash"), "person", ["name_hash"], unique=False)
    op.create_table(
        "tie",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("expert_id", sa.UUID(), nullable=False),
        sa.Column(
            "kinship",
            sa.Enum(
                "self",
                "spouse",
                "former_spouse",
                "lineal",
                "sibling",
                "household",
                "relative",
                name="kinship",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("organisation_id", sa.UUID(), nullable=True),
        sa.Column("person_id", sa.UUID(), nullable=True),
        sa.Column(
            "type",
            sa.Enum(
                "same_person",
                "representative",
                "right_holder",
                "officer",
                "outside_director",
                "auditor",
                "employee",
                "adviser",
                "counsel",
                "member_of_firm",
                "shareholder",
                "fund_holder",
                "outcome_interest",
                "witness",
                "appraiser",
                "investigator",
                "official_in_charge",
                "inventor",
                "licensee",
                "co_author",
                "joint_research",
                "teacher",
                "student",
                "superior",
                "appointed_by",
                "public_stance",
                "litigation",
                "loan",
                "deal",
                "gift",
                "negotiation",
                "programme_judge",
                "depends_on",
                "school",
                "region",
                "association",
                "board",
                name="type",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("rank", sa.String(length=60), nullable=False),
        sa.Column("unit", sa.String(length=120), nullable=False),
        sa.Column("amount_won", sa.BigInteger(), nullable=True),
        sa.Column("share_basis_points", sa.Integer(), nullable=True),
        sa.Column("group_size", sa.Integer(), nullable=True),
        sa.Column("incident_id", sa.UUID(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("starts_precision", sa.String(length=8), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("ends_precision", sa.String(length=8), nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                "self",
                "document",
                "registry",
                "third_party",
                name="source",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "confidence",
            sa.Enum(
                "matched",
                "name_only",
                name="confidence",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("evidence", sa.String(length=400), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "starts_precision IN ('day', 'month', 'year', 'unknown')"
            " AND ends_precision IN ('day', 'month', 'year', 'unknown', 'open')",
            name=op.f("ck_tie_precision"),
        ),
        sa.CheckConstraint(
            "(starts_on IS NULL) = (starts_precision = 'unknown')"
            " AND (ends_on IS NULL) = (ends_precision IN ('unknown', 'open'))",
            name=op.f("ck_tie_dated_as_known"),
        ),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_tie_ends_after_start")),
        sa.CheckConstraint("amount_won >= 0", name=op.f("ck_tie_amount")),
        sa.CheckConstraint("share_basis_points BETWEEN 0 AND 10000", name=op.f("ck_tie_share")),
        sa.CheckConstraint("group_size > 0", name=op.f("ck_tie_group_size")),
        sa.CheckConstraint("num_nonnulls(organisation_id, person_id) = 1", name=op.f("ck_tie_one_of_two")),
        sa.ForeignKeyConstraint(
            ["expert_id"], ["expert.id"], name=op.f("fk_tie_expert_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_tie_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_tie_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tie")),
    )
    op.create_index(op.f("ix_tie_expert_id"), "tie", ["expert_id"], unique=False)
    op.create_index(op.f("ix_tie_organisation_id"), "tie", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_tie_person_id"), "tie", ["person_id"], unique=False)
    op.create_index(
        "ix_tie_same_person",
        "tie",
        ["expert_id"],
        unique=False,
        postgresql_where=sa.text("type = 'same_person'"),
    )
    op.create_table(
        "interest_statement",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("expert_id", sa.UUID(), nullable=False),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["expert_id"], ["expert.id"], name=op.f("fk_interest_statement_expert_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interest_statement")),
    )
    op.create_index(
        op.f("ix_interest_statement_expert_id"), "interest_statement", ["expert_id"], unique=False
    )
    op.create_table(
        "weekly_pattern",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("expert_id", sa.UUID(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("starts_minute", sa.Integer(), nullable=False),
        sa.Column("ends_minute", sa.Integer(), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "0 <= starts_minute AND starts_minute < ends_minute AND ends_minute <= 1440",
            name=op.f("ck_weekly_pattern_within_a_day"),
        ),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until > valid_from", name=op.f("ck_weekly_pattern_ends_after_start")
        ),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_weekly_pattern_weekday")),
        sa.ForeignKeyConstraint(
            ["expert_id"], ["expert.id"], name=op.f("fk_weekly_pattern_expert_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weekly_pattern")),
    )
    op.create_index(op.f("ix_weekly_pattern_expert_id"), "weekly_pattern", ["expert_id"], unique=False)
    op.create_table(
        "availability_exception",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("expert_id", sa.UUID(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("starts_minute", sa.Integer(), nullable=False),
        sa.Column("ends_minute", sa.Integer(), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("adds", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "0 <= starts_minute AND starts_minute < ends_minute AND ends_minute <= 1440",
            name=op.f("ck_availability_exception_within_a_day"),
        ),
        sa.ForeignKeyConstraint(
            ["expert_id"], ["expert.id"], name=op.f("fk_availability_exception_expert_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_availability_exception")),
    )
    op.create_index(
        op.f("ix_availability_exception_expert_id"), "availability_exception", ["expert_id"], unique=False
    )
    op.create_table(
        "leave",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("expert_id", sa.UUID(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.CheckConstraint("ends_on > starts_on", name=op.f("ck_leave_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["expert_id"], ["expert.id"], name=op.f("fk_leave_expert_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leave")),
    )
    op.create_index(op.f("ix_leave_expert_id"), "leave", ["expert_id"], unique=False)
    op.create_table(
        "busy_time",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("expert_id", sa.UUID(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_busy_time_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["expert_id"], ["expert.id"], name=op.f("fk_busy_time_expert_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_busy_time")),
    )
    op.create_index("ix_busy_time_expert_id_starts_at", "busy_time", ["expert_id", "starts_at"], unique=False)
    op.create_table(
        "expert_week",
        sa.Column("expert_id", sa.UUID(), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("used_minutes", sa.Integer(), nullable=False),
        sa.Column("capacity_minutes", sa.Integer(), nullable=False),
        sa.CheckConstraint("extract(isodow FROM week) = 1", name=op.f("ck_expert_week_monday")),
        sa.CheckConstraint(
            "used_minutes >= 0 AND used_minutes <= capacity_minutes",
            name=op.f("ck_expert_week_within_capacity"),
        ),
        sa.ForeignKeyConstraint(["expert_id"], ["expert.id"], name=op.f("fk_expert_week_expert_id")),
        sa.PrimaryKeyConstraint("expert_id", "week", name=op.f("pk_expert_week")),
    )


def downgrade() -> None:
    """Drop them, children first."""
    op.drop_table("expert_week")
    op.drop_table("busy_time")
    op.drop_table("leave")
    op.drop_table("availability_exception")
    op.drop_table("weekly_pattern")
    op.drop_table("interest_statement")
    op.drop_table("tie")
    op.drop_table("person")
    op.drop_table("ownership")
    op.drop_table("organisation_alias")
    op.drop_table("organisation")
