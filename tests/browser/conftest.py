"""A real Chromium, and the whole demo (database, web, worker) for it to walk through."""

import contextlib
import datetime as dt
import os
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from expertpool.config import Settings, from_environment, variable
from expertpool.demo import stack
from expertpool.infra import clock
from expertpool.infra.embedded import EmbeddedServer
from tests.conftest import NOW, Database, settings_for

PICTURES = Path(__file__).resolve().parents[2] / "build" / "walk"


@dataclass(frozen=True)
class Demo:
    """A running demo: its address and its settings."""

    url: str
    settings: Settings


def _free_port() -> int:
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def demo(
    server: EmbeddedServer,
    demo_database: Callable[[], Database],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Demo]:
    """The demo data on a database of its own, with the web server and the worker as real processes.

    Their clocks, and the one of the tests, go on from the moment the data was loaded for.
    """
    database, port = demo_database(), _free_port()
    loaded_with = settings_for(server, database.name)
    environ = {
        variable("database_url"): database.app_url,
        variable("owner_database_url"): database.owner_url,
        variable("secret_key"): loaded_with.secret_key,
        variable("password_salt"): loaded_with.password_salt,
        variable("mailbox_dir"): str(tmp_path_factory.mktemp("mail") / "box"),
        variable("base_url"): f"http://127.0.0.1:{port}",
        variable("demo"): "1",
    }
    log = tmp_path_factory.mktemp("log") / "demo.log"
    ahead = NOW - clock.now()
    command = [sys.executable, "-m", "tests.browser.at_the_moment", str(ahead.total_seconds())]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: dt.datetime.now(dt.UTC) + ahead)
        with stack.processes({**os.environ, **environ}, port=port, log=log, command=command) as started:
            stack.wait_until_healthy(port, started)
            settings = from_environment(environ)
            yield Demo(settings.base_url, settings)


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A fresh window; what the console complains of fails the test."""
    context = chromium.new_context(locale="en-GB", timezone_id="Asia/Seoul", reduced_motion="reduce")
    window = context.new_page()
    complaints: list[str] = []
    window.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    yield window
    context.close()
    assert complaints == []
