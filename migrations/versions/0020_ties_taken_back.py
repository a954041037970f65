"""Ties that were entered by mistake: kept, and no longer counted."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """When the expert took the entry back; the row stays."""
    op.add_column("tie", sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_tie_taken_back", "tie", ["taken_back_at"], postgresql_where=sa.text("taken_back_at IS NOT NULL")
    )


def downgrade() -> None:
    """Take it back. Entries that were made by mistake would count again: they are deleted."""
    op.drop_index("ix_tie_taken_back", "tie")
    op.execute("SELECT set_config('expertpool.roles', 'system', true)")  # forced policies bind the owner too
    op.execute("DELETE FROM tie WHERE taken_back_at IS NOT NULL")
    op.drop_column("tie", "taken_back_at")
