"""Invitations survive kill -9 of their sender and a mail server on its worst day."""

from collections.abc import Callable

import pytest

from expertpool.infra.embedded import EmbeddedServer
from tests.conftest import Database, settings_for
from tests.faults import outbox_ordeal

pytestmark = pytest.mark.faults


def test_killing_the_sender_loses_repeats_and_reorders_nothing_that_matters(
    server: EmbeddedServer, new_database: Callable[[], Database]
) -> None:
    settings = settings_for(server, new_database().name)

    verdict = outbox_ordeal.run(settings, kills=8, seed=1)

    assert verdict.broken == {}
    assert verdict.told > 8


def test_sending_before_writing_down_breaks_the_same_promises(
    server: EmbeddedServer, new_database: Callable[[], Database]
) -> None:
    """The ordeal is hard enough: a sender without lease and without a fixed Message-ID fails it."""
    settings = settings_for(server, new_database().name)

    verdict = outbox_ordeal.run(settings, kills=4, seed=1, naive=True)

    assert verdict.broken["changed_ids"] > 0
