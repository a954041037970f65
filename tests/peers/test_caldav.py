"""python-caldav against our calendars, through a real socket."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from expertpool.calendars.models import SeatEvent
from expertpool.engagements.models import Engagement
from expertpool.engagements.rules import EngagementState
from expertpool.infra.db import unit_of_work
from expertpool.infra.embedded import EmbeddedServer
from expertpool.infra.identity import SYSTEM
from tests.conftest import Database
from tests.fixtures.dav_server import served_calendars
from tests.fixtures.peers import FOLDER

pytestmark = [
    pytest.mark.peers,
    pytest.mark.peer("python-caldav", "CalDAV: found, read, written, synchronised, answered"),
]

PYTHON = FOLDER / "bin" / "python"


def test_python_caldav_reads_writes_syncs_and_answers(
    server: EmbeddedServer, new_database: Callable[[], Database]
) -> None:
    if not PYTHON.exists():
        pytest.skip("no python-caldav: run `make test-peers`")
    script = Path(__file__).with_name("caldav_client.py")
    with served_calendars(server, new_database) as served:
        done = subprocess.run(
            [PYTHON, script, served.url, served.user, served.password],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        with unit_of_work(SYSTEM) as session:
            state = session.scalars(sa.select(Engagement.state)).one()
            events = session.scalar(sa.select(sa.func.count()).select_from(SeatEvent))

    seen = json.loads(done.stdout)
    assert seen.pop("addresses")
    assert seen == {
        "calendars": ["Assignments", "My busy times"],
        "written": ["single@peer", "weekly@peer"],
        "by uid": "Dentist",
        "second week": ["weekly@peer"],
        "synced": 2,
        "changed": 1,
        "deleted": 1,
        "busy": True,
        "bomb": seen["bomb"],
        "asked": "NEEDS-ACTION",
        "renamed": seen["renamed"],
        "answered": "TENTATIVE",
        "left": 0,
    }
    assert (state, events) == (EngagementState.DECLINED, 1)
