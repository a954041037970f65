"""Why each planning run was begun."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

_CAUSES = ("asked", "left", "time", "moved", "arrived", "barred")


def upgrade() -> None:
    """What began the runs there are follows from their kind: until now nothing else began one."""
    cause = sa.Enum(*_CAUSES, name="cause", native_enum=False, create_constraint=True, length=40)
    op.add_column("plan_run", sa.Column("cause", cause, nullable=True))
    op.execute("ALTER TABLE plan_run NO FORCE ROW LEVEL SECURITY")  # the owner fills in every row
    op.execute(
        "UPDATE plan_run SET cause = CASE WHEN kind = 'solve' THEN 'asked'"
        " WHEN seat_id IS NULL THEN 'time' ELSE 'left' END"
    )
    op.execute("ALTER TABLE plan_run FORCE ROW LEVEL SECURITY")
    op.alter_column("plan_run", "cause", nullable=False)


def downgrade() -> None:
    """Take it back."""
    op.drop_column("plan_run", "cause")
