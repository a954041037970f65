"""The short pledge of an urgent night: the full answer to the conflict card is due within a day."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

_PLEDGE = (
    "due_at IS NULL OR (answer = 'none' AND pledged AND ruled_by IS NULL AND due_at > answered_at"
    " AND due_at <= answered_at + interval '24 hours'"
    " AND coalesce(screening ->> 'tier', '') IN ('clear', 'disclose'))"
)
# As `may_declare_later` decides: tonight, sessions that secure evidence and nothing else, no compartment.
# It reads with the rights of whoever writes, so that only the system, which sees the need, can defer.
_REFUSES = """
CREATE FUNCTION refuse_pledge() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM engagement e JOIN need n ON n.id = e.need_id
        WHERE e.id = NEW.engagement_id AND n.urgency = 8 AND e.effort_minutes = 0 AND NOT e.compartmented
        AND EXISTS (SELECT 1 FROM session_seat x WHERE x.seat_id = e.seat_id)
        AND NOT EXISTS (
            SELECT 1 FROM session_seat x JOIN need_session s ON s.id = x.session_id
            WHERE x.seat_id = e.seat_id AND s.kind <> 'imaging')
    ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'only securing evidence tonight is declared later'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'declared_later';
END
$$
"""


def upgrade() -> None:
    """A declaration that has a due time is a pledge, and stands on an urgent evidence task only."""
    op.add_column("declaration", sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(op.f("ck_declaration_pledge"), "declaration", _PLEDGE)
    op.create_index(
        "uq_declaration_pledge",
        "declaration",
        ["engagement_id"],
        unique=True,
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.execute(_REFUSES)
    op.execute(
        "CREATE TRIGGER declared_later BEFORE INSERT ON declaration FOR EACH ROW"
        " WHEN (NEW.due_at IS NOT NULL) EXECUTE FUNCTION refuse_pledge()"
    )


def downgrade() -> None:
    """Take it back. A pledge goes with it: without its due time it would read as a full answer."""
    op.execute("DROP TRIGGER declared_later ON declaration")
    op.execute("DROP FUNCTION refuse_pledge()")
    op.execute("SELECT set_config('expertpool.roles', 'system', true)")  # forced policies bind the owner too
    op.execute("DELETE FROM declaration WHERE due_at IS NOT NULL")
    op.drop_index("uq_declaration_pledge", "declaration")
    op.drop_constraint(op.f("ck_declaration_pledge"), "declaration")
    op.drop_column("declaration", "due_at")
