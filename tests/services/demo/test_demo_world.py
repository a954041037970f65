"""The whole demo, loaded through the services, keeps what it promises."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from expertpool.config import variable
from expertpool.demo.service import PASSWORD, is_loaded, loaded_at, sign_ins
from expertpool.demo.verify import Claim, verify
from expertpool.infra.db import unit_of_work
from expertpool.infra.identity import SYSTEM
from tests.conftest import NOW, Database

pytest_plugins = ["tests.fixtures.demo"]


@pytest.fixture(scope="module")
def claims(demo_app: Flask) -> list[Claim]:
    return verify()


def test_every_claim_of_the_demo_holds(claims: list[Claim]) -> None:
    assert [f"{each.claim}: {each.found}" for each in claims if not each.holds] == []


def test_all_eight_stories_are_checked(claims: list[Claim]) -> None:
    told = {found[0] for each in claims if (found := re.match(r"S\d", each.claim))}

    assert told == {f"S{number}" for number in range(1, 9)}


def test_a_finished_load_knows_its_moment(demo_app: Flask) -> None:
    assert is_loaded()
    assert loaded_at() == NOW


def test_no_job_waits_but_those_of_what_came_to_light(demo_app: Flask) -> None:
    with unit_of_work(SYSTEM) as session:
        waiting = set(session.scalars(sa.text("SELECT task_name FROM procrastinate_jobs")))

    assert waiting == {"calendars.tell", "planning.recheck", "planning.repair_seat"}


SUSPENDED = "SELECT thing_id FROM audit_entry WHERE verb = 'engagement.suspend'"


def test_the_holding_and_all_that_follows_are_one_transaction(demo_app: Flask) -> None:
    """Rows that nobody touched since bear the number of the transaction that wrote them."""
    holding = sa.text(
        "SELECT ownership.xmin::text FROM ownership JOIN organisation ON organisation.id = child_id"
        " WHERE name_ko = '고운결케미칼'"
    )
    followed = sa.text(
        f"SELECT 'engagement', xmin::text FROM engagement WHERE id IN ({SUSPENDED})"
        f" UNION ALL SELECT 'hold', xmin::text FROM hold WHERE engagement_id IN ({SUSPENDED})"
        " UNION ALL SELECT 'screening', xmin::text FROM engagement_screening"
        f" WHERE engagement_id IN ({SUSPENDED})"
        " UNION ALL SELECT 'record', xmin::text FROM audit_entry WHERE verb = 'engagement.suspend'"
    )

    with unit_of_work(SYSTEM) as session:
        transaction = session.scalars(holding).one()
        numbers = set(session.execute(followed).all())

    wanted = {(each, transaction) for each in ("engagement", "hold", "screening", "record")}
    assert numbers == wanted  # the job has a savepoint of its own, and so another number


def test_everybody_can_sign_in_with_the_one_password(demo_app: Flask) -> None:
    client = demo_app.test_client()
    page = client.get("/login").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    who = {address: told for told, address in sign_ins()}

    answer = client.post(
        "/login",
        data={
            "email": "coordinator.mss@demo.example",
            "password": PASSWORD,
            "csrf_token": token[1] if token else "",
        },
    )

    assert len(who) == 19
    assert who["coordinator.mss@demo.example"].startswith("coordinator MSS")
    assert answer.status_code == 302


@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM])
def test_one_command_starts_everything_and_stops_it_when_asked(
    demo_database: Callable[[], Database], tmp_path: Path, asked: signal.Signals
) -> None:
    database = demo_database()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environ = {
        **os.environ,
        variable("database_url"): database.app_url,
        variable("owner_database_url"): database.owner_url,
    }

    command = [sys.executable, "-m", "expertpool", "demo", "--port", str(port), "--folder", str(tmp_path)]
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        said = ""
        for line in running.stdout:
            said += line
            if line.startswith("Web server and worker"):
                break
        alive = urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10).status
        running.send_signal(asked)
        ended = running.wait(60)

    assert "demo data kept from last time" in said
    assert "coordinator.mss@demo.example" in said
    assert (alive, ended) == (200, 0)
    with socket.socket() as probe, pytest.raises(ConnectionRefusedError):
        probe.connect(("127.0.0.1", port))
