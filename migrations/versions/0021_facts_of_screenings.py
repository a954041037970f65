"""What a kept screening was found in: the fingerprint of its facts."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

_KEPT = ("engagement_screening", "silent_screening")


def upgrade() -> None:
    """Screenings of before have none."""
    for table in _KEPT:
        op.add_column(table, sa.Column("facts_digest", sa.String(length=64), nullable=True))


def downgrade() -> None:
    """Take it back."""
    for table in _KEPT:
        op.drop_column(table, "facts_digest")
