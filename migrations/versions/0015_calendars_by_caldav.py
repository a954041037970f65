"""Calendars elsewhere that are read by CalDAV, and answers given by programs."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

_WAYS = ("file", "address", "caldav")
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
_NEW_TROUBLES = ("sign_in_refused", "other_server", "no_calendar", "too_many_calendars")
_CHANNELS = ("link", "mail", "caldav")


def upgrade() -> None:
    """How each calendar comes here; until now that followed from whether it has an address."""
    op.execute("SELECT set_config('expertpool.roles', 'system', true)")  # forced policies bind the owner too
    op.alter_column("external_calendar", "sealed_url", new_column_name="sealed_key")
    way = sa.Enum(*_WAYS, name="way", native_enum=False, create_constraint=True, length=40)
    op.add_column("external_calendar", sa.Column("way", way, nullable=True))
    op.execute(
        "UPDATE external_calendar SET way = CASE WHEN sealed_key IS NULL THEN 'file' ELSE 'address' END"
    )
    op.alter_column("external_calendar", "way", nullable=False)
    op.create_check_constraint(
        op.f("ck_external_calendar_opened_by_a_key"),
        "external_calendar",
        "(way = 'file') = (sealed_key IS NULL)",
    )
    _allow("external_calendar", "trouble", *_TROUBLES, *_NEW_TROUBLES)
    _allow("seat_event", "answered_via", *_CHANNELS, "api")


def _allow(table: str, column: str, *values: str) -> None:
    allowed, name = ", ".join(f"'{each}'" for each in values), op.f(f"ck_{table}_{column}")
    op.drop_constraint(name, table, type_="check")
    op.create_check_constraint(name, table, f"{column} IN ({allowed})")


def downgrade() -> None:
    """Forget the calendars that could not be read any more, with their times."""
    op.execute("SELECT set_config('expertpool.roles', 'system', true)")
    op.execute("UPDATE seat_event SET answered_via = NULL WHERE answered_via = 'api'")
    _allow("seat_event", "answered_via", *_CHANNELS)
    op.execute("DELETE FROM external_calendar WHERE way = 'caldav'")
    gone = ", ".join(f"'{each}'" for each in _NEW_TROUBLES)
    op.execute(f"UPDATE external_calendar SET trouble = 'strange_answer' WHERE trouble IN ({gone})")
    _allow("external_calendar", "trouble", *_TROUBLES)
    op.drop_constraint(op.f("ck_external_calendar_opened_by_a_key"), "external_calendar", type_="check")
    op.drop_column("external_calendar", "way")
    op.alter_column("external_calendar", "sealed_key", new_column_name="sealed_url")
