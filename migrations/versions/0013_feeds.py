"""Feeds of three kinds, each with a key of its own, and when each key was used."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

_OWN = (
    "(SELECT viewer_is('system')) OR expert_id = (SELECT viewer_expert())"
    " OR account_id = (SELECT viewer_user())"
)
_OF_OWN = "EXISTS (SELECT 1 FROM feed_token t WHERE t.id = token_id)"
_WHOSE = "(scope = 'desk') = (account_id IS NOT NULL) AND (scope = 'desk') = (expert_id IS NULL)"


def upgrade() -> None:
    """Keys learn what they open; the one reading that was kept becomes the first of many."""
    _scopes()
    _readings()
    for table, reads in (("feed_token", _OWN), ("feed_read", _OF_OWN)):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY viewer ON {table} USING ({reads}) WITH CHECK ({reads})")
    op.execute("REVOKE UPDATE, DELETE, TRUNCATE ON feed_read FROM expertpool_app")


def _scopes() -> None:
    scope = sa.Enum(
        "own", "freebusy", "desk", name="scope", native_enum=False, create_constraint=False, length=40
    )
    op.add_column("feed_token", sa.Column("scope", scope, nullable=False, server_default="own"))
    op.alter_column("feed_token", "scope", server_default=None)
    op.add_column("feed_token", sa.Column("account_id", sa.UUID(), nullable=True))
    op.alter_column("feed_token", "expert_id", nullable=True)
    op.create_foreign_key(
        op.f("fk_feed_token_account_id"),
        "feed_token",
        "account",
        ["account_id"],
        ["id"],
        ondelete="CASCADE",
    )
    op.create_index(op.f("ix_feed_token_account_id"), "feed_token", ["account_id"])
    op.create_check_constraint(
        op.f("ck_feed_token_scope"), "feed_token", "scope IN ('own', 'freebusy', 'desk')"
    )
    op.create_check_constraint(op.f("ck_feed_token_whose"), "feed_token", _WHOSE)
    op.drop_index("uq_feed_token_live", "feed_token")
    op.create_index(
        "uq_feed_token_live",
        "feed_token",
        ["scope", "expert_id", "account_id"],
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("revoked_at IS NULL"),
    )


def _readings() -> None:
    op.create_table(
        "feed_read",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("token_id", sa.UUID(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["token_id"], ["feed_token.id"], name=op.f("fk_feed_read_token_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_read")),
    )
    op.create_index("ix_feed_read_token_id_read_at", "feed_read", ["token_id", "read_at"])
    op.execute(
        "INSERT INTO feed_read (id, token_id, read_at)"
        " SELECT gen_random_uuid(), id, last_used_at FROM feed_token WHERE last_used_at IS NOT NULL"
    )
    op.drop_column("feed_token", "last_used_at")


def downgrade() -> None:
    """Back to one feed for each expert; the other keys end, as nothing says any more what they open."""
    for table in ("feed_read", "feed_token"):
        op.execute(f"DROP POLICY viewer ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    op.execute("DELETE FROM feed_token WHERE scope <> 'own'")
    op.add_column("feed_token", sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE feed_token t SET last_used_at ="
        " (SELECT max(read_at) FROM feed_read r WHERE r.token_id = t.id)"
    )
    op.drop_table("feed_read")
    op.drop_index("uq_feed_token_live", "feed_token")
    op.drop_constraint(op.f("ck_feed_token_whose"), "feed_token")
    op.drop_constraint(op.f("ck_feed_token_scope"), "feed_token")
    op.drop_column("feed_token", "account_id")
    op.drop_column("feed_token", "scope")
    op.alter_column("feed_token", "expert_id", nullable=False)
    op.create_index(
        "uq_feed_token_live",
        "feed_token",
        ["expert_id"],
        unique=True,
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
