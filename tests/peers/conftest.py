"""What tests with real peers share."""

from collections.abc import Iterator

import pytest

from tests.fixtures.mail_lab import Lab, missing, running_lab


@pytest.fixture(scope="session")
def lab() -> Iterator[Lab]:
    """The mail servers of these tests."""
    if lacking := missing():
        pytest.skip(f"no {', '.join(lacking)}: run `make test-peers` as root")
    with running_lab() as running:
        yield running
