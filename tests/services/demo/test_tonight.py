"""The night of the first story is still ahead at any hour."""

import datetime as dt

import pytest

from expertpool.demo.service.tonight import with_night_ahead
from expertpool.demo.world import World, build_world
from expertpool.demo.world.seeding import seoul

DAY = dt.date(2026, 11, 23)


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(seed=10, now=DAY)


@pytest.mark.parametrize("hour", [0, 6, 11, 12, 18, 23])
def test_ten_hours_are_left_at_any_hour(world: World, hour: int) -> None:
    now = seoul(DAY, hour)

    told = with_night_ahead(world, now)

    need = next(each for each in told.needs if each.incident == "S1")
    assert need.deadline - now >= dt.timedelta(hours=10)


def test_nothing_else_is_moved(world: World) -> None:
    told = with_night_ahead(world, seoul(DAY, 20))

    assert [n for n in told.needs if n.incident != "S1"] == [n for n in world.needs if n.incident != "S1"]
