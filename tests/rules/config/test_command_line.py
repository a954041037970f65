"""What goes wrong around a command is told in a sentence, with an exit code of its own."""

import socket
from pathlib import Path

import pytest
from click.testing import CliRunner

from expertpool.cli import EXIT_CONFIGURATION, EXIT_DATABASE, main
from expertpool.config import variable

NOWHERE = "postgresql+psycopg://nobody@/nothing?host=/nonexistent"


@pytest.fixture
def environ(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (
        ("database_url", NOWHERE),
        ("owner_database_url", NOWHERE),
        ("secret_key", "secret-secret-secret-secret-secret-secret"),
        ("password_salt", "salt"),
    ):
        monkeypatch.setenv(variable(name), value)


@pytest.mark.usefixtures("environ")
@pytest.mark.parametrize("command", [["doctor"], ["users", "list"]])
def test_a_database_that_does_not_answer_is_told_in_a_sentence(command: list[str]) -> None:
    answer = CliRunner().invoke(main, command)

    assert answer.exit_code == EXIT_DATABASE
    assert answer.output.startswith("The database did not do it:")
    assert "Traceback" not in answer.output


def test_missing_settings_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(variable("database_url"), raising=False)

    answer = CliRunner().invoke(main, ["doctor"])

    assert answer.exit_code == EXIT_CONFIGURATION
    assert variable("database_url") in answer.output


def test_a_demo_on_a_port_in_use_starts_nothing(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        folder = tmp_path / "var"

        answer = CliRunner().invoke(main, ["demo", "--port", str(port), "--folder", str(folder)])

    assert answer.exit_code == 1
    assert f"Port {port} is in use." in answer.output
    assert not folder.exists()
