"""A plan is committed whole or not at all, wherever the process that commits it is killed."""

import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from expertpool.availability.models import ExpertWeek, Hold
from expertpool.engagements.models import Engagement
from expertpool.engagements.rules import LIVE
from expertpool.incidents.models import Need
from expertpool.incidents.rules import NeedState
from expertpool.infra.db import unit_of_work
from expertpool.infra.embedded import EmbeddedServer
from expertpool.infra.identity import SYSTEM
from expertpool.planning.models import PlanRun
from expertpool.planning.rules import RunState
from tests.conftest import Database
from tests.fixtures.own_app import own_app
from tests.fixtures.planning import a_pool, a_run

pytestmark = [pytest.mark.faults, pytest.mark.usefixtures("now")]

KILLS = 14
SEATS = 2
COMMITTER = Path(__file__).with_name("commit_plan_and_die.py")


@pytest.fixture
def committing(server: EmbeddedServer, new_database: Callable[[], Database]) -> Iterator[Flask]:
    with own_app(server, new_database) as app:
        yield app


def queued() -> uuid.UUID:
    with unit_of_work(SYSTEM) as session:
        a_pool(session, 2 * SEATS)
        return a_run(session).id


def commit_in_a_process(app: Flask, run_id: uuid.UUID, *, die_at: int, per_row: bool = False) -> int:
    """Commit the run's plan in another process that kills itself before its `die_at`th statement."""
    settings = app.extensions["expertpool"]
    facts = [settings.database_url, settings.owner_database_url, str(run_id), str(die_at), str(int(per_row))]
    done = subprocess.run(
        [sys.executable, str(COMMITTER), *facts],
        cwd=Path(__file__).resolve().parents[2],
        env=os.environ | {"PYTHONPATH": "."},
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.returncode in (0, -signal.SIGKILL), done.stderr.decode()[-2000:]
    return done.returncode


def left_behind(run_id: uuid.UUID) -> dict[str, int]:
    """How much of the plan is there."""
    with unit_of_work(SYSTEM) as session:
        run = session.get_one(PlanRun, run_id, populate_existing=True)
        live = sa.select(Engagement.id).where(Engagement.need_id == run.need_id, Engagement.state.in_(LIVE))
        held = sa.select(sa.func.count()).where(Hold.live, Hold.engagement_id.in_(live))
        need = session.get_one(Need, run.need_id, populate_existing=True)
        used = sa.select(sa.func.count()).where(ExpertWeek.used_minutes > 0)
        return {
            "engagements": len(session.scalars(live).all()),
            "holds": session.scalar(held) or 0,
            "weeks": session.scalar(used) or 0,
            "proposed": int(run.state is RunState.PROPOSED),
            "need": int(need.state is NeedState.PROPOSED),
        }


NOTHING = {"engagements": 0, "holds": 0, "weeks": 0, "proposed": 0, "need": 0}
ALL = {"engagements": SEATS, "holds": SEATS, "weeks": SEATS, "proposed": 1, "need": 1}


def test_a_kill_at_any_statement_leaves_no_part_of_a_plan(committing: Flask) -> None:
    run_id = queued()
    found = []
    for kill in range(KILLS):
        code = commit_in_a_process(committing, run_id, die_at=3 + 4 * kill)
        found.append((code, left_behind(run_id)))
        if code == 0:
            break

    killed = [state for code, state in found if code != 0]
    assert len(killed) >= 8
    assert killed == [NOTHING] * len(killed)


def test_an_undisturbed_commit_leaves_all_of_it(committing: Flask) -> None:
    run_id = queued()

    code = commit_in_a_process(committing, run_id, die_at=10_000)

    assert (code, left_behind(run_id)) == (0, ALL)


def test_committing_row_by_row_would_leave_parts(committing: Flask) -> None:
    """The negative control: the harness sees partial plans where there are some."""
    parts = []
    for kill in (25, 40, 55):
        run_id = queued()
        commit_in_a_process(committing, run_id, die_at=kill, per_row=True)
        parts.append(left_behind(run_id)["engagements"])

    assert any(0 < part < SEATS for part in parts)
