"""A plan is committed whole or not at all, wherever the process that commits it is killed."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Database

pytestmark = pytest.mark.faults

SEATS = 2
NOTHING = {"engagements": 0, "holds": 0, "weeks": 0, "proposed": 0, "need": 0}
ALL = {"engagements": SEATS, "holds": SEATS, "weeks": SEATS, "proposed": 1, "need": 1}
COMMITTER = Path(__file__).with_name("commit_plan_and_die.py")


def commits(database: Database, way: str, numbers: Iterable[int]) -> list[dict[str, Any]]:
    """What commits left behind that were killed before these statements."""
    command = [sys.executable, str(COMMITTER), database.app_url, database.owner_url, way, *map(str, numbers)]
    done = subprocess.run(
        command,
        cwd=Path(__file__).resolve().parents[2],
        env=os.environ | {"PYTHONPATH": "."},
        capture_output=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    found: list[dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_a_kill_at_any_statement_leaves_no_part_of_a_plan(new_database: Callable[[], Database]) -> None:
    found = commits(new_database(), "whole", [*range(1, 50, 2), 10_000])

    killed = [each["left"] for each in found if each["killed"]]
    assert len(killed) >= 20
    assert killed == [NOTHING] * len(killed)
    assert found[-1] == {"killed": False, "left": ALL}


def test_committing_row_by_row_would_leave_parts(new_database: Callable[[], Database]) -> None:
    """The negative control: the harness sees partial plans where there are some."""
    found = commits(new_database(), "per_row", range(10, 60, 5))

    assert any(0 < each["left"]["engagements"] < SEATS for each in found)
