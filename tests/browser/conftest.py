"""A real Chromium, and the whole demo (database, web, worker) for it to walk through."""

import contextlib
import os
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from expertpool import create_app
from expertpool.config import Settings, from_environment, variable
from expertpool.demo import stack
from expertpool.demo.service import load
from expertpool.infra.db import db
from expertpool.infra.embedded import APPLICATION, OWNER, EmbeddedServer
from tests.browser.find_browser import find_browser

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
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


@pytest.fixture(scope="session")
def demo(server: EmbeddedServer, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo data on a database of its own, with the web server and the worker as real processes."""
    name = "expertpool_walk"
    server.create_database(name, template=template)
    port = _free_port()
    environ = {
        variable("database_url"): server.url(APPLICATION, name),
        variable("owner_database_url"): server.url(OWNER, name),
        variable("secret_key"): "walk-secret-walk-secret-walk-secret",
        variable("password_salt"): "walk-salt",
        variable("mailbox_dir"): str(tmp_path_factory.mktemp("mail") / "box"),
        variable("base_url"): f"http://127.0.0.1:{port}",
        variable("demo"): "1",
    }
    settings = from_environment(environ)
    with create_app(settings).app_context():
        load(step=lambda _: None)
        db.session.remove()
        db.engine.dispose()
    log = tmp_path_factory.mktemp("log") / "demo.log"
    with stack.processes({**os.environ, **environ}, port=port, log=log) as started:
        stack.wait_until_healthy(port, started)
        yield Demo(settings.base_url, settings)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser of this machine; `make test` installs one where it may."""
    found = find_browser()
    assert found is not None, "no Chromium found: install one, or run `make test` as root on Debian"
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


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
