"""Calendars that experts keep elsewhere, and which busy times came from them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"

_OWN = "(SELECT viewer_is('system')) OR expert_id = (SELECT viewer_expert())"
_TROUBLES = (
    "no_such_server",
    "not_public",
    "no_answer",
    "too_slow",
    "not_secure",
    "sent_around",
    "sent_away",
    "not_allowed",
    "not_there",
    "too_often",
    "server_fault",
    "strange_answer",
    "too_large",
    "cut_off",
    "unreadable",
    "address_lost",
)


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    """A table for the calendars, seen by their expert alone, and the way to them from busy times."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "external_calendar",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("expert_id", sa.UUID(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("sealed_url", sa.LargeBinary(), nullable=True),
        sa.Column("host", sa.String(length=253), nullable=False),
        sa.Column("whole_days", _one_of("whole_days", "as_marked", "always", "never"), nullable=False),
        sa.Column("state", _one_of("state", "active", "paused"), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("trouble", _one_of("trouble", *_TROUBLES), nullable=True),
        sa.Column("etag", sa.String(length=200), nullable=False),
        sa.Column("last_modified", sa.String(length=60), nullable=False),
        sa.Column("next_at", moment, nullable=True),
        sa.Column("asked_at", moment, nullable=True),
        sa.Column("read_at", moment, nullable=True),
        sa.Column("read_until", moment, nullable=True),
        sa.Column("understood", postgresql.JSONB(), nullable=True),
        sa.CheckConstraint(
            "(sealed_url IS NULL) = (next_at IS NULL)", name=op.f("ck_external_calendar_asked_if_elsewhere")
        ),
        sa.CheckConstraint("failures BETWEEN 0 AND 3", name=op.f("ck_external_calendar_failures")),
        sa.CheckConstraint(
            "state = 'active' OR trouble IS NOT NULL", name=op.f("ck_external_calendar_paused_for_a_reason")
        ),
        sa.CheckConstraint(
            "(read_at IS NULL) = (read_until IS NULL) AND (read_at IS NULL) = (understood IS NULL)",
            name=op.f("ck_external_calendar_read_or_not"),
        ),
        sa.ForeignKeyConstraint(
            ["expert_id"], ["expert.id"], name=op.f("fk_external_calendar_expert_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_external_calendar")),
        sa.UniqueConstraint("id", "expert_id", name=op.f("uq_external_calendar_id_expert_id")),
        sa.UniqueConstraint("expert_id", "name", name=op.f("uq_external_calendar_expert_id_name")),
    )
    op.create_index(
        "ix_external_calendar_due",
        "external_calendar",
        ["next_at"],
        postgresql_where=sa.text("state = 'active'"),
    )
    op.add_column("busy_time", sa.Column("calendar_id", sa.UUID(), nullable=True))
    op.create_foreign_key(
        op.f("fk_busy_time_calendar_id_expert_id"),
        "busy_time",
        "external_calendar",
        ["calendar_id", "expert_id"],
        ["id", "expert_id"],
        ondelete="CASCADE",
    )
    op.create_index("ix_busy_time_calendar_id_expert_id", "busy_time", ["calendar_id", "expert_id"])
    op.execute("ALTER TABLE external_calendar ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE external_calendar FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY viewer ON external_calendar USING ({_OWN}) WITH CHECK ({_OWN})")


def downgrade() -> None:
    """Drop both; what was read from such calendars goes with them, for it could not be read anew."""
    op.execute("DELETE FROM busy_time WHERE calendar_id IS NOT NULL")
    op.drop_index("ix_busy_time_calendar_id_expert_id", "busy_time")
    op.drop_constraint(op.f("fk_busy_time_calendar_id_expert_id"), "busy_time", type_="foreignkey")
    op.drop_column("busy_time", "calendar_id")
    op.drop_table("external_calendar")
