"""Questions about a plan with their answers, and what a later look found wrong with who stands in it."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_SYSTEM = "(SELECT viewer_is('system'))"
_STAFF_OF_CASE = "((SELECT viewer_is('coordinator')) OR (SELECT viewer_is('conflict_officer')))"
_BY_INCIDENT = "EXISTS (SELECT 1 FROM incident i WHERE i.id = incident_id)"
_READS = f"{_SYSTEM} OR ((SELECT viewer_is('auditor')) OR {_STAFF_OF_CASE}) AND {_BY_INCIDENT}"
_WRITES = f"{_SYSTEM} OR {_STAFF_OF_CASE} AND {_BY_INCIDENT}"


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    """Make the table with its policy, and the column."""
    op.add_column("plan_run", sa.Column("troubles", sa.Text(), nullable=True))
    op.create_table(
        "plan_question",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("incident_id", sa.UUID(), nullable=False),
        sa.Column("run_id", sa.UUID(), nullable=False),
        sa.Column("kind", _one_of("kind", "why_not", "relax", "alternatives"), nullable=False),
        sa.Column("seat_id", sa.UUID(), nullable=True),
        sa.Column("expert_id", sa.UUID(), nullable=True),
        sa.Column("state", _one_of("state", "waiting", "answered", "failed"), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("trouble", sa.String(length=40), nullable=False),
        sa.Column("asked_by", sa.UUID(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["asked_by"], ["account.id"], name=op.f("fk_plan_question_asked_by")),
        sa.ForeignKeyConstraint(["expert_id"], ["expert.id"], name=op.f("fk_plan_question_expert_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_plan_question_incident_id")),
        sa.ForeignKeyConstraint(["run_id"], ["plan_run.id"], name=op.f("fk_plan_question_run_id")),
        sa.ForeignKeyConstraint(
            ["seat_id"], ["seat.id"], name=op.f("fk_plan_question_seat_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_question")),
        sa.UniqueConstraint(
            "run_id",
            "kind",
            "seat_id",
            "expert_id",
            name=op.f("uq_plan_question_run_id_kind_seat_id_expert_id"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    for column in ("asked_by", "expert_id", "incident_id", "seat_id"):
        op.create_index(op.f(f"ix_plan_question_{column}"), "plan_question", [column], unique=False)
    op.execute("ALTER TABLE plan_question ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE plan_question FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY viewer ON plan_question USING ({_READS}) WITH CHECK ({_WRITES})")


def downgrade() -> None:
    """Drop the table and the column."""
    op.drop_table("plan_question")
    op.drop_column("plan_run", "troubles")
