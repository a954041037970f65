"""Answers given on our page after signing in."""

from alembic import op

revision = "0016"
down_revision = "0015"

_CHANNELS = ("link", "mail", "caldav", "api")
_CHECK = "ck_seat_event_answered_via"


def upgrade() -> None:
    """Allow the page as the place of an answer."""
    _allow(*_CHANNELS, "page")


def downgrade() -> None:
    """Forget where those answers were given."""
    op.execute("SELECT set_config('expertpool.roles', 'system', true)")  # forced policies bind the owner too
    op.execute("UPDATE seat_event SET answered_via = NULL WHERE answered_via = 'page'")
    _allow(*_CHANNELS)


def _allow(*channels: str) -> None:
    allowed = ", ".join(f"'{each}'" for each in channels)
    op.drop_constraint(op.f(_CHECK), "seat_event", type_="check")
    op.create_check_constraint(op.f(_CHECK), "seat_event", f"answered_via IN ({allowed})")
