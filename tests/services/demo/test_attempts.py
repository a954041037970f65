"""The past is told so that it could have happened: one attempt on a seat after the other."""

import datetime as dt

import pytest

from expertpool.demo.service.attempts import Attempt, attempts_of, most_at_once
from expertpool.demo.world import World, build_world
from expertpool.engagements.rules import EngagementState


@pytest.fixture(
    scope="module",
    params=[dt.date(2026, 11, 23), dt.date(2026, 12, 24), dt.date(2026, 12, 25), dt.date(2027, 2, 5)],
    ids=str,
)
def world(request: pytest.FixtureRequest) -> World:
    """The world of several days: the demo is started on any day."""
    return build_world(seed=10, now=request.param)


@pytest.fixture(scope="module")
def attempts(world: World) -> tuple[Attempt, ...]:
    return attempts_of(world)


def test_attempts_on_a_seat_follow_each_other(attempts: tuple[Attempt, ...]) -> None:
    last: dict[tuple[str, str], dt.datetime] = {}

    for each in attempts:
        seat = (each.engagement.need, each.engagement.seat)
        assert last.get(seat, each.proposed_at) <= each.proposed_at, each.engagement.key
        last[seat] = each.ended_at


def test_the_steps_of_an_attempt_are_in_order_and_before_the_work(attempts: tuple[Attempt, ...]) -> None:
    for each in attempts:
        steps = [each.proposed_at, each.offered_at, each.answered_at, each.confirmed_at]
        taken = [step for step in steps if step is not None]
        assert taken == sorted(taken), each.engagement.key
        assert taken[-1] < each.held[0].starts_at, each.engagement.key
        assert each.offered_at < each.ended_at


def test_all_work_that_was_done_is_told(world: World, attempts: tuple[Attempt, ...]) -> None:
    done = {each.key for each in world.engagements if each.state is EngagementState.CLOSED}

    assert done <= {each.engagement.key for each in attempts}


def test_few_attempts_are_left_out(world: World, attempts: tuple[Attempt, ...]) -> None:
    assert len(attempts) >= 0.93 * len(world.engagements)


def test_the_most_at_once_counts_what_overlaps(attempts: tuple[Attempt, ...]) -> None:
    busiest = most_at_once(attempts)

    assert set(busiest) == {each.engagement.expert for each in attempts}
    assert 1 <= max(busiest.values()) <= 10
