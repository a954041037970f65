"""`expertpool plan …` on files, and on runs of a database."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy.orm import Session

from expertpool.cli import main
from expertpool.config import variable
from expertpool.incidents.models import Need
from expertpool.infra.db import unit_of_work
from expertpool.infra.embedded import EmbeddedServer
from expertpool.infra.identity import SYSTEM
from expertpool.planning.models import PlanRun
from expertpool.planning.queries import take_snapshot
from expertpool.planning.service import move_times
from tests.conftest import Database
from tests.fixtures.own_app import own_app
from tests.fixtures.planning import a_pool, a_proposal_of, a_run

pytestmark = pytest.mark.usefixtures("now")


def plan(*arguments: object) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["plan", *map(str, arguments)])
    return done.exit_code, done.output


def snapshot_file(session: Session, folder: Path, now: dt.datetime, count: int) -> Path:
    a_pool(session, count)
    path = folder / "snapshot.json"
    path.write_text(take_snapshot(session, a_run(session), now=now).text, encoding="utf-8")
    return path


def test_a_full_team_is_solved_and_verified(session: Session, tmp_path: Path, now: dt.datetime) -> None:
    snapshot, answer = snapshot_file(session, tmp_path, now, 4), tmp_path / "plan.json"

    solved, told = plan("solve", snapshot, "-o", answer)
    verified, said = plan("verify", snapshot, answer)

    assert (solved, verified) == (0, 0)
    assert "bound" in told
    assert "keeps every rule" in said


def test_an_empty_seat_has_an_exit_code_and_reasons(
    session: Session, tmp_path: Path, now: dt.datetime
) -> None:
    code, told = plan("solve", snapshot_file(session, tmp_path, now, 1))

    assert code == 4
    assert "ELIG-02" in told


def test_a_file_that_is_no_snapshot_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "no.json"
    path.write_text("{}", encoding="utf-8")

    code, told = plan("solve", path)

    assert code == 1
    assert "cannot be used" in told


def a_repair(session: Session, run: PlanRun, now: dt.datetime) -> PlanRun:
    """The proposal of a run, mended after its meeting was put a week later."""
    need = session.get_one(Need, run.need_id)
    week, (meeting,) = dt.timedelta(days=7), need.sessions
    repair = move_times(
        session,
        need.id,
        deadline=need.deadline + week,
        windows={meeting.id: (meeting.earliest + week, meeting.latest + week)},
        version=need.version,
        actor=SYSTEM,
        now=now + dt.timedelta(minutes=1),
    )
    assert repair is not None
    return a_proposal_of(session, repair)


@pytest.mark.parametrize("mended", [False, True], ids=["search", "repair"])
def test_a_run_replays_to_the_same_bytes(
    server: EmbeddedServer,
    new_database: Callable[[], Database],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    now: dt.datetime,
    mended: bool,
) -> None:
    with own_app(server, new_database) as app:
        with unit_of_work(SYSTEM) as session:
            a_pool(session, 4)
            run = a_proposal_of(session, a_run(session))
            run_id = (a_repair(session, run, now) if mended else run).id
        settings = app.extensions["expertpool"]
        for name in ("database_url", "owner_database_url", "secret_key", "password_salt"):
            monkeypatch.setenv(variable(name), getattr(settings, name))

        replayed, told = plan("replay", run_id)
        exported, _ = plan("export", run_id, "-o", tmp_path / "snapshot.json")

    assert (replayed, exported) == (0, 0)
    assert "byte for byte" in told
    assert (tmp_path / "snapshot.json").stat().st_size > 1000
