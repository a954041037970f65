"""Certificates after the work, and why live engagements are screened again: when work is handed in, too.

Names of organisations are compared without more legal forms than before: what is kept of them is made anew.
"""

import sqlalchemy as sa
from alembic import op

from expertpool.conflicts.rules.matching import organisation_key, organisation_sound

revision = "0017"
down_revision = "0016"

_READS = "(SELECT viewer_is('system')) OR EXISTS (SELECT 1 FROM engagement e WHERE e.id = engagement_id)"
_BECAUSE = ("register", "case", "schedule")
# Table, the name, and the columns that hold its form compared and how it sounds.
_NAMES = (
    ("organisation", "name_ko", "key_ko", "sound_ko"),
    ("organisation", "name_en", "key_en", "sound_en"),
    ("organisation_alias", "name", "normalised", "sound"),
)


def upgrade() -> None:
    """A certificate is seen by whoever sees its engagement, and never changed."""
    answer = sa.Enum("none", "tie", name="answer", native_enum=False, create_constraint=True, length=40)
    op.create_table(
        "certificate",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("engagement_id", sa.UUID(), nullable=False),
        sa.Column("answer", answer, nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("certified_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(answer = 'tie') = (category <> '')", name=op.f("ck_certificate_tie_has_kind")),
        sa.ForeignKeyConstraint(
            ["engagement_id"], ["engagement.id"], name=op.f("fk_certificate_engagement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("engagement_id", name=op.f("uq_certificate_engagement_id")),
    )
    op.execute("ALTER TABLE certificate ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE certificate FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY viewer ON certificate USING ({_READS}) WITH CHECK ({_READS})")
    op.execute("REVOKE UPDATE, DELETE, TRUNCATE ON certificate FROM expertpool_app")
    _because(*_BECAUSE, "delivery")
    op.execute("SELECT set_config('expertpool.roles', 'system', true)")  # forced policies bind the owner too
    for table, name, key, sound in _NAMES:
        rows = op.get_bind().execute(sa.text(f"SELECT id, {name} FROM {table}")).all()
        kept = [{"id": row, "key": organisation_key(n), "sound": organisation_sound(n)} for row, n in rows]
        if kept:
            update = f"UPDATE {table} SET {key} = :key, {sound} = :sound WHERE id = :id"
            op.get_bind().execute(sa.text(update), kept)


def downgrade() -> None:
    """Take it back; what was found at a hand-in stays, as found by the daily round."""
    op.execute("SELECT set_config('expertpool.roles', 'system', true)")  # forced policies bind the owner too
    op.execute("UPDATE engagement_screening SET because = 'schedule' WHERE because = 'delivery'")
    _because(*_BECAUSE)
    op.drop_table("certificate")


def _because(*values: str) -> None:
    named = ", ".join(f"'{value}'" for value in values)
    op.drop_constraint(op.f("ck_engagement_screening_because"), "engagement_screening")
    op.create_check_constraint(
        op.f("ck_engagement_screening_because"), "engagement_screening", f"because IN ({named})"
    )
