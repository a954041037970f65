"""Calendars that phones and programs read and write, and the passwords for them."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_OWN = "(SELECT viewer_is('system')) OR expert_id = (SELECT viewer_expert())"
_CHANNELS = ("link", "mail")


def _kind() -> sa.Enum:
    return sa.Enum("busy", "assignments", name="kind", native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    """Three tables; busy times learn of the event they come from, answers of one more way to come."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "app_password",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("account_id", sa.UUID(), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("password_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("revoked_at", moment, nullable=True),
        sa.Column("last_used_at", moment, nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_app_password_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_app_password")),
        sa.UniqueConstraint("password_hash", name=op.f("uq_app_password_password_hash")),
    )
    op.create_index(op.f("ix_app_password_account_id"), "app_password", ["account_id"])
    op.create_table(
        "dav_calendar",
        sa.Column("expert_id", sa.UUID(), nullable=False),
        sa.Column("kind", _kind(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("forgotten", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "0 <= forgotten AND forgotten <= revision", name=op.f("ck_dav_calendar_forgotten")
        ),
        sa.ForeignKeyConstraint(
            ["expert_id"], ["expert.id"], name=op.f("fk_dav_calendar_expert_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("expert_id", "kind", name=op.f("pk_dav_calendar")),
    )
    _objects()
    for table in ("dav_calendar", "dav_object"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY viewer ON {table} USING ({_OWN}) WITH CHECK ({_OWN})")
    op.add_column("busy_time", sa.Column("origin_id", sa.UUID(), nullable=True))
    op.create_index(op.f("ix_busy_time_origin_id"), "busy_time", ["origin_id"])
    op.create_check_constraint(
        op.f("ck_busy_time_one_source"), "busy_time", "calendar_id IS NULL OR origin_id IS NULL"
    )
    _allow_channels(*_CHANNELS, "caldav")


def _objects() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "dav_object",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("expert_id", sa.UUID(), nullable=False),
        sa.Column("kind", _kind(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("uid", sa.String(length=255), nullable=False),
        sa.Column("etag", sa.String(length=40), nullable=False),
        sa.Column("octets", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.Column("changed_at", moment, nullable=False),
        sa.Column("extent_start", moment, nullable=False),
        sa.Column("extent_end", moment, nullable=True),
        sa.Column("worked_until", moment, nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("event_id", sa.UUID(), nullable=True),
        sa.Column("told", sa.String(length=60), nullable=False),
        sa.Column("dismissed", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'assignments') = (event_id IS NOT NULL)", name=op.f("ck_dav_object_told_from_event")
        ),
        sa.CheckConstraint(
            "(kind = 'busy' AND NOT gone) = (sealed IS NOT NULL)", name=op.f("ck_dav_object_text_while_there")
        ),
        sa.CheckConstraint("NOT dismissed OR gone", name=op.f("ck_dav_object_dismissed_is_gone")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["seat_event.id"], name=op.f("fk_dav_object_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["expert_id"], ["expert.id"], name=op.f("fk_dav_object_expert_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dav_object")),
        sa.UniqueConstraint("event_id", name=op.f("uq_dav_object_event_id")),
        sa.UniqueConstraint("expert_id", "kind", "name", name=op.f("uq_dav_object_expert_id_kind_name")),
    )
    op.create_index(op.f("ix_dav_object_worked_until"), "dav_object", ["worked_until"])
    op.create_index("ix_dav_object_expert_id_kind_revision", "dav_object", ["expert_id", "kind", "revision"])
    op.create_index(
        "uq_dav_object_uid",
        "dav_object",
        ["expert_id", "kind", "uid"],
        unique=True,
        postgresql_where=sa.text("NOT gone"),
    )


def _allow_channels(*channels: str) -> None:
    allowed = ", ".join(f"'{each}'" for each in channels)
    op.drop_constraint(op.f("ck_seat_event_answered_via"), "seat_event", type_="check")
    op.create_check_constraint(
        op.f("ck_seat_event_answered_via"), "seat_event", f"answered_via IN ({allowed})"
    )


def downgrade() -> None:
    """Drop them, with the times that came from such calendars: their events go, too."""
    op.execute("SELECT set_config('expertpool.roles', 'system', true)")  # forced policies bind the owner too
    op.execute("UPDATE seat_event SET answered_via = 'link' WHERE answered_via = 'caldav'")
    _allow_channels(*_CHANNELS)
    op.execute("DELETE FROM busy_time WHERE origin_id IS NOT NULL")
    op.drop_constraint(op.f("ck_busy_time_one_source"), "busy_time", type_="check")
    op.drop_index(op.f("ix_busy_time_origin_id"), "busy_time")
    op.drop_column("busy_time", "origin_id")
    for table in ("dav_object", "dav_calendar", "app_password"):
        op.drop_table(table)
