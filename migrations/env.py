"""Alembic environment: migrations run as the owner role, and know every feature's tables."""

import sqlalchemy as sa
from alembic import context

import expertpool.accounts.models
import expertpool.audit.models
import expertpool.availability.models
import expertpool.calendars.models
import expertpool.conflicts.models
import expertpool.engagements.models
import expertpool.experts.models
import expertpool.incidents.models
import expertpool.ministries.models
import expertpool.planning.models  # noqa: F401 - imported for their tables
from expertpool.infra.db import Base


def ours(name: str | None, kind: str, parents: object) -> bool:
    """Whether a reflected table is ours to compare; the job queue keeps its own schema."""
    return not (kind == "table" and (name or "").startswith("procrastinate_"))


def run() -> None:
    """Migrate inside one transaction per revision."""
    engine = sa.create_engine(context.config.attributes["owner_url"])
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            include_name=ours,
            compare_type=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
