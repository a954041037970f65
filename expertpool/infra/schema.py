"""The schema is made by the migrations and by nothing else, in production and in tests alike."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from expertpool.config import ConfigurationError

_PACKAGE = Path(__file__).resolve().parent.parent


def _migrations() -> Path:
    """The migrations folder: inside an installed package, else beside it in a checkout."""
    installed = _PACKAGE / "migrations"
    return installed if installed.is_dir() else _PACKAGE.parent / "migrations"


def _config(owner_url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_migrations()).replace("%", "%%"))
    config.attributes["owner_url"] = owner_url
    return config


def upgrade(owner_url: str, revision: str = "head") -> None:
    """Bring the database at `owner_url` to `revision`."""
    command.upgrade(_config(owner_url), revision)


def downgrade(owner_url: str, revision: str) -> None:
    """Take the database at `owner_url` back to `revision`."""
    command.downgrade(_config(owner_url), revision)


def check(owner_url: str) -> None:
    """Raise if the models and the migrated schema differ."""
    command.check(_config(owner_url))


def refuse_wrong_role(engine: sa.Engine) -> None:
    """Row policies are void for superusers, for roles that bypass them and for owners of the tables.

    Raises: ConfigurationError, naming what the application's database role must not be.
    """
    with engine.connect() as connection:
        superuser, bypasses = connection.execute(
            sa.text("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        ).one()
        owns = connection.scalar(
            sa.text(
                "SELECT count(*) FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace"
                " AND pg_has_role(current_user, c.relowner, 'MEMBER')"
            )
        )
        unforced = connection.scalars(
            sa.text(
                "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
                " AND relrowsecurity AND NOT relforcerowsecurity"
            )
        ).all()
    faults = [
        fault
        for fault, present in (
            ("be a superuser", superuser),
            ("have BYPASSRLS", bypasses),
            ("own the tables or be a member of their owner", owns),
        )
        if present
    ]
    if faults:
        raise ConfigurationError(
            "The role of EXPERTPOOL_DATABASE_URL must not "
            + " or ".join(faults)
            + "; row policies would be void. See docs/operations.md, Two database roles."
        )
    if unforced:
        raise ConfigurationError(
            f"Row policies are not forced on: {', '.join(unforced)}. Run the migrations."
        )
