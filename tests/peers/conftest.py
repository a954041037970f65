"""What tests with real peers share, and the matrix of who was there and what came of it."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from expertpool.config import Settings, settings_of_app
from expertpool.infra.embedded import EmbeddedServer
from expertpool.infra.mail import SmtpTransport
from tests.conftest import Database
from tests.fixtures.house import House, running_house
from tests.fixtures.mail_lab import EXPERT, Lab, empty, missing, running_lab
from tests.fixtures.peers import version
from tests.fixtures.thunderbird import Thunderbird, installed, running_thunderbird

_HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def lab() -> Iterator[Lab]:
    """The mail servers of these tests."""
    if lacking := missing():
        pytest.skip(f"no {', '.join(lacking)}: run `make test-peers` as root")
    with running_lab() as running:
        yield running


@pytest.fixture(scope="session")
def house(
    server: EmbeddedServer,
    new_database: Callable[[], Database],
    lab: Lab,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[House]:
    """The whole installation, with an expert whose mailbox is in the lab."""
    with running_house(server, new_database, lab, EXPERT, tmp_path_factory.mktemp("house")) as running:
        yield running


@pytest.fixture(scope="module")
def thunderbird(house: House, lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Thunderbird]:
    """A fresh Thunderbird with the expert's mailbox for the tests of one file."""
    if not installed():
        pytest.skip("no thunderbird: run `make test-peers` as root")
    with running_thunderbird(lab, "expert", EXPERT, tmp_path_factory.mktemp("thunderbird")) as running:
        yield running


@pytest.fixture
def settings(session: Session) -> Settings:
    return settings_of_app()


@pytest.fixture
def post(lab: Lab) -> SmtpTransport:
    """The mail server, and empty mailboxes behind it."""
    empty(lab)
    return SmtpTransport(lab.smtp_url)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print who was there, in which version, what ran and what came of it."""
    told: dict[tuple[str, str], Counter[str]] = {}
    reasons: dict[tuple[str, str], str] = {}
    for outcome in ("passed", "failed", "error", "skipped"):
        for report in terminalreporter.stats.get(outcome, []):
            if (facts := dict(report.user_properties)) and "peer" in facts:
                place = facts["peer"], facts["what"]
                told.setdefault(place, Counter())[outcome] += 1
                if outcome == "skipped":
                    reasons[place] = str(report.longrepr[2]).removeprefix("Skipped: ")
    if not told:
        return
    terminalreporter.section("peers")
    for (peer, what), counts in sorted(told.items()):
        result = ", ".join(f"{count} {outcome}" for outcome, count in counts.items())
        why = f" ({reasons[peer, what]})" if (peer, what) in reasons else ""
        terminalreporter.write_line(f"{peer} {version(peer)} · {what} · {result}{why}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of these says whom it is with, and what for: `@pytest.mark.peer(who, what)`."""
    for item in items:
        if item.path.is_relative_to(_HERE):
            mark = item.get_closest_marker("peer")
            assert mark is not None, f"{item.name} names no peer"
            item.user_properties += [("peer", mark.args[0]), ("what", mark.args[1])]
