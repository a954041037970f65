"""`expertpool demo` where the data is not what it hopes for."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from expertpool import create_app
from expertpool.cli import main
from expertpool.config import variable
from expertpool.demo import cli
from expertpool.infra.db import db, unit_of_work
from expertpool.infra.embedded import EmbeddedServer
from expertpool.infra.identity import SYSTEM, Role
from tests.conftest import PLAIN_PASSWORDS, Database, settings_for
from tests.fixtures.accounts import an_account


def test_a_database_of_others_is_left_alone(
    server: EmbeddedServer,
    new_database: Callable[[], Database],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    database = new_database()
    app = create_app(settings_for(server, database.name), **PLAIN_PASSWORDS)
    with app.app_context():
        with unit_of_work(SYSTEM) as session:
            an_account(session, Role.COORDINATOR)
        db.engine.dispose()
    monkeypatch.setenv(variable("database_url"), database.app_url)
    monkeypatch.setenv(variable("owner_database_url"), database.owner_url)

    answer = CliRunner().invoke(main, ["demo", "--verify", "--folder", str(tmp_path)])

    assert answer.exit_code == 1
    assert "Use an empty one." in answer.output


def test_a_load_that_was_broken_off_is_started_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "loading").touch()
    (tmp_path / "mailbox").mkdir()
    monkeypatch.setattr(cli, "_prepare", lambda *_, **__: [])
    monkeypatch.setenv(variable("database_url"), "postgresql+psycopg://nobody@/nothing")
    monkeypatch.setenv(variable("owner_database_url"), "postgresql+psycopg://nobody@/nothing")

    CliRunner().invoke(main, ["demo", "--verify", "--folder", str(tmp_path)], catch_exceptions=False)

    assert not (tmp_path / "loading").exists()
    assert not (tmp_path / "mailbox").exists()
