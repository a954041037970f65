"""One real PostgreSQL per run, migrated once; every test works in a transaction that is rolled back."""

import datetime as dt
import os
import tempfile
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings
from sqlalchemy.orm import Session, scoped_session, sessionmaker
from werkzeug.test import TestResponse

from expertpool import create_app
from expertpool.config import Settings
from expertpool.infra import clock
from expertpool.infra.db import ViewerSession, act_as, db, unit_of_work
from expertpool.infra.embedded import APPLICATION, OWNER, EmbeddedServer
from expertpool.infra.identity import SYSTEM
from expertpool.reference import load_reference
from tests.fixtures.chromium import chromium as chromium

# The same examples in every run: a test that fails today fails tomorrow too.
settings.register_profile("repeatable", derandomize=True, database=None)
settings.load_profile("repeatable")

# Files that need the demo's data go to one worker, where it is loaded once for all of them.
_DEMO = ("tests/services/demo/test_demo_world.py", "tests/browser/test_walk.py")
# What takes long begins first, so that no worker is left alone with it at the end.
_LONG = (*_DEMO, "tests/faults/", "tests/browser/", "tests/web/gate/")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """The files of `_DEMO` count as one, and the order of the tests is kept."""
    from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]

    if config.getoption("dist") != "loadfile":
        return None
    config.option.loadscopereorder = False
    scheduler = LoadFileScheduling(config, log)
    file_of = scheduler._split_scope
    scheduler._split_scope = lambda test: _DEMO[0] if file_of(test) in _DEMO else file_of(test)
    return scheduler


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Several workers begin with the long files, then take those with many tests."""
    if not hasattr(config, "workerinput"):
        return
    tests = Counter(item.path for item in items)
    items.sort(key=lambda item: (not item.nodeid.startswith(_LONG), -tests[item.path]))


# Hashing takes as long as it may on purpose; accounts are made in most tests.
PLAIN_PASSWORDS = {"SECURITY_PASSWORD_HASH": "plaintext", "SECURITY_PASSWORD_SCHEMES": ["plaintext"]}

NOW = dt.datetime(2026, 11, 23, 0, 0, tzinfo=dt.UTC)  # a Monday, 09:00 in Seoul


@dataclass(frozen=True)
class Database:
    """A migrated database with reference data, and the URLs of its two roles."""

    name: str
    app_url: str
    owner_url: str


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedServer]:
    """The embedded PostgreSQL of this run."""
    with tempfile.TemporaryDirectory(prefix="expertpool-test-") as folder:
        Path(folder).chmod(0o755)
        running = EmbeddedServer(Path(folder) / "data", durable=False)
        yield running
        running.stop()


@pytest.fixture(scope="session")
def template(server: EmbeddedServer) -> str:
    """The name of a database made by the real migrations, with reference data; copied, never used."""
    from expertpool.infra import schema

    name = "expertpool_template"
    server.create_database(name)
    schema.upgrade(server.url(OWNER, name))
    app = create_app(settings_for(server, name))
    with app.app_context():
        with unit_of_work(SYSTEM) as session:
            load_reference(session)
        db.engine.dispose()
    return name


@pytest.fixture(scope="session")
def new_database(server: EmbeddedServer, template: str) -> Callable[[], Database]:
    """Make a database of one's own: for tests that race, kill, or need real commits."""

    def make() -> Database:
        name = f"expertpool_{uuid.uuid4().hex[:12]}"
        server.create_database(name, template=template)
        return Database(name, server.url(APPLICATION, name), server.url(OWNER, name))

    return make


def settings_for(server: EmbeddedServer, name: str, **changes: object) -> Settings:
    """Settings of a test installation on database `name`."""
    facts: dict[str, object] = {
        "database_url": server.url(APPLICATION, name),
        "owner_database_url": server.url(OWNER, name),
        "secret_key": "test-secret-test-secret-test-secret",
        "password_salt": "test-salt",
        "mailbox_dir": Path(tempfile.gettempdir()) / f"expertpool-mail-{os.getpid()}",
    }
    return Settings(**(facts | changes))  # type: ignore[arg-type] # plain facts in a dict


@pytest.fixture(scope="session")
def shared_app(server: EmbeddedServer, new_database: Callable[[], Database]) -> Flask:
    """One application for all tests that roll back."""
    app = create_app(
        settings_for(server, new_database().name),
        TESTING=True,
        WTF_CSRF_ENABLED=False,
        **PLAIN_PASSWORDS,
    )
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


@pytest.fixture
def app(shared_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The application inside a transaction that ends with the test: commits become savepoints."""
    with shared_app.app_context(), db.engine.connect() as connection:
        outer = connection.begin()
        maker = sessionmaker(
            class_=ViewerSession,
            db=db,
            bind=connection,
            join_transaction_mode="create_savepoint",
            expire_on_commit=False,
        )
        bound = scoped_session(maker, scopefunc=db.session.registry.scopefunc)
        monkeypatch.setattr(db, "session", bound)
        yield shared_app
        bound.remove()
        outer.rollback()


@pytest.fixture
def session(app: Flask) -> Session:
    """A session that sees everything; `session.commit()` what a client request shall find."""
    current = db.session()
    act_as(current, SYSTEM)
    return current


class Browser(FlaskClient):
    """A browser without JavaScript. Each request gets a context of its own, as in a server.

    Without it a request would share `flask.g`, and so the signed-in person, with the test around it.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send one request."""
        with self.application.app_context():
            return super().open(*args, **kwargs)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without JavaScript."""
    return Browser(app, app.response_class, use_cookies=True)


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> dt.datetime:
    """Monday 23 November 2026, 09:00 in Seoul; the application's clock stands there too."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return NOW


@pytest.fixture
def owner_engine(server: EmbeddedServer, new_database: Callable[[], Database]) -> Iterator[sa.Engine]:
    """An engine of the owner role on a database of its own."""
    engine = sa.create_engine(new_database().owner_url)
    yield engine
    engine.dispose()
