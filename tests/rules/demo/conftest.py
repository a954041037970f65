import datetime as dt

import pytest

from expertpool.demo.service.load import SEED
from expertpool.demo.world import World, build_world


@pytest.fixture(scope="session")
def world() -> World:
    """One demo world, frozen, for all tests that only look at it."""
    return build_world(seed=SEED, now=dt.date(2026, 11, 23))
