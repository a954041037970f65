"""A search as it is watched and stopped in a real browser, with JavaScript and without."""

import contextlib
import threading
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from expertpool.infra import clock
from expertpool.infra.db import unit_of_work
from expertpool.infra.embedded import EmbeddedServer
from expertpool.infra.identity import SYSTEM, Role
from expertpool.planning import service
from expertpool.planning.models import PlanRun
from expertpool.planning.rules import RunState, Stage
from tests.conftest import Database
from tests.fixtures.accounts import PASSWORD, an_account
from tests.fixtures.own_app import own_app
from tests.fixtures.planning import a_claim, a_pool, a_run, committed, solved

pytestmark = pytest.mark.browser


@contextlib.contextmanager
def served(app: Flask) -> Iterator[str]:
    """The service at an address of this machine."""
    running = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{running.port}"
    running.shutdown()
    thread.join()


@pytest.fixture
def app(server: EmbeddedServer, new_database: Callable[[], Database]) -> Iterator[Flask]:
    with own_app(server, new_database) as made:
        yield made


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without"])
def window(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = chromium.new_context(
        locale="en-GB", timezone_id="Asia/Seoul", reduced_motion="reduce", java_script_enabled=request.param
    )
    yield context.new_page()
    context.close()


def test_a_search_is_watched_stopped_and_its_best_team_used(app: Flask, window: Page) -> None:
    with unit_of_work(SYSTEM) as session:
        a_pool(session, 4)
        email = an_account(session, Role.COORDINATOR).email
        run = a_run(session)
        claim = a_claim(session, run)
        progress = service.Progress(Stage.IMPROVING, 9, 3, 1)
        service.keep_up(session, claim, progress, now=clock.now())

    with served(app) as address:
        window.goto(f"{address}/login?lang=en")
        window.get_by_label("E-mail address").fill(email)
        window.get_by_label("Password").fill(PASSWORD)
        window.get_by_role("button", name="Sign in").click()
        window.goto(f"{address}/plans/runs/{run.id}")
        expect(window.get_by_text("Empty seats in the best team so far: 1")).to_be_visible()

        window.get_by_role("button", name="Stop and use best").click()
        expect(window.get_by_text("Ending the search")).to_be_visible()
        with unit_of_work(SYSTEM) as session:
            session.expire_all()
            run = session.get_one(PlanRun, run.id)
            assert run.stop_requested
            taken, plan = solved(session, run)
            service.keep_snapshot(session, claim, taken)
            assert committed(session, claim, taken, plan).state is RunState.PROPOSED

        again = window.get_by_role("link", name="Look again")
        if again.count():  # there for browsers without JavaScript; the others look by themselves
            again.click()
        expect(window.get_by_role("link", name="Approve")).to_be_visible(timeout=15_000)
