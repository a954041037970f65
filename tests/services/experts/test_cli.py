"""`expertpool experts …` on a database of its own: export, dry run, import."""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from flask import Flask

from expertpool import create_app
from expertpool.cli import main
from expertpool.experts.models import Expert
from expertpool.infra.db import db, unit_of_work
from expertpool.infra.embedded import EmbeddedServer
from expertpool.infra.identity import SYSTEM
from tests.conftest import PLAIN_PASSWORDS, Database, settings_for
from tests.fixtures.experts import an_expert

HEADING = "email,name_ko,name_en,region,weekly_hours,max_open,role_kinds\n"
ROW = "new@expert.example,가온,Gaon,KR-11,16,4,DFE:3\n"


@pytest.fixture
def app(
    server: EmbeddedServer, new_database: Callable[[], Database], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Flask]:
    """The application the commands make for themselves, on a database of its own."""
    made = create_app(settings_for(server, new_database().name), TESTING=True, **PLAIN_PASSWORDS)
    monkeypatch.setattr("expertpool.create_app", lambda: made)
    with made.app_context():
        with unit_of_work(SYSTEM) as session:
            an_expert(session, email="there@expert.example")
        yield made
        db.engine.dispose()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["experts", *arguments])


def count(app: Flask) -> int:
    with unit_of_work(SYSTEM) as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Expert)) or 0


def test_an_export_can_be_imported_again_and_changes_nothing(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "experts.csv"

    exported = run("export", str(file), "--ministry", "mss")
    imported = run("import", str(file), "--ministry", "MSS")

    assert (exported.exit_code, imported.exit_code) == (0, 0)
    assert "0 new, 0 changed, 1 same, 0 faults." in imported.output
    assert len(list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines()))) == 2


def test_a_dry_run_says_what_would_happen_and_does_not(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "experts.csv"
    file.write_text(HEADING + ROW, encoding="utf-8")

    told = run("import", str(file), "--ministry", "MSS", "--dry-run")

    assert told.exit_code == 0
    assert "row 2, new" in told.output
    assert count(app) == 1


def test_an_import_enters_what_the_file_says(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "experts.csv"
    file.write_bytes((HEADING + ROW).encode("cp949"))

    done = run("import", str(file), "--ministry", "MSS")

    assert done.exit_code == 0
    assert count(app) == 2


@pytest.mark.parametrize("text", [HEADING + ROW.replace("KR-11", "Atlantis"), "", "shoe size\n41\n"])
def test_a_faulty_file_changes_nothing_and_exits_with_1(app: Flask, tmp_path: Path, text: str) -> None:
    file = tmp_path / "experts.csv"
    file.write_text(text, encoding="utf-8")

    refused = run("import", str(file), "--ministry", "MSS")

    assert refused.exit_code == 1
    assert count(app) == 1


def test_a_ghost_ministry_is_told(app: Flask, tmp_path: Path) -> None:
    assert run("export", str(tmp_path / "experts.xlsx"), "--ministry", "XXX").exit_code == 1


def test_another_kind_of_file_is_wrong_usage(app: Flask, tmp_path: Path) -> None:
    assert run("export", str(tmp_path / "experts.txt")).exit_code == 2
