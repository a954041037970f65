"""What holds for every board: found by hypothesis, on boards with a little of everything that can bind."""

import os
import random
import subprocess
import sys
from dataclasses import replace
from typing import Any, TypeVar

from hypothesis import given, settings
from hypothesis import strategies as st

from expertpool.scheduling import plan as plans
from expertpool.scheduling import snapshot as sn
from expertpool.scheduling.plan import Status
from expertpool.scheduling.repair import mended
from expertpool.scheduling.solve import solve
from expertpool.scheduling.standing import Standing
from expertpool.scheduling.verify import verify
from tests.scheduling.boards import realistic
from tests.scheduling.claims import LIMITS
from tests.scheduling.test_best_plan import board_of, full_board

Item = TypeVar("Item")
SEEDS = st.integers(0, 10**6)


def mixed(board: sn.Snapshot, seed: int) -> sn.Snapshot:
    """The same board with its lists in another order."""
    draw = random.Random(seed)

    def other(items: tuple[Item, ...]) -> tuple[Item, ...]:
        return tuple(draw.sample(items, len(items)))

    names = ("experts", "conflicts", "needs", "agreements", "pins", "seat_bans", "need_bans")
    needs = tuple(
        replace(need, seats=other(need.seats), sessions=other(need.sessions)) for need in board.needs
    )
    board = replace(board, needs=needs)
    lists: dict[str, Any] = {name: other(getattr(board, name)) for name in names}
    return replace(board, **lists)


@settings(max_examples=20, deadline=None)
@given(SEEDS, st.integers(2, 4), st.integers(1, 3))
def test_every_plan_is_verified(seed: int, seats: int, needs: int) -> None:
    board = sn.checked(realistic(experts=20, needs=needs, seats=seats, seed=seed))

    assert verify(board, solve(board, limits=LIMITS)) == []


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_an_expert_more_never_makes_the_plan_worse(seed: int) -> None:
    board = sn.checked(board_of(seed))
    named = {placed.expert for placed in board.previous.engagements} | {pin.expert for pin in board.pins}
    spare = [one.id for one in board.experts if one.id not in named]
    gone = spare[0] if spare else None
    fewer = replace(
        board,
        experts=tuple(one for one in board.experts if one.id != gone),
        conflicts=tuple(one for one in board.conflicts if one.expert != gone),
        seat_bans=tuple(one for one in board.seat_bans if one.expert != gone),
        need_bans=tuple(one for one in board.need_bans if one.expert != gone),
    )

    without, with_them = solve(fewer, limits=LIMITS), solve(board, limits=LIMITS)

    assert without.status is with_them.status is Status.OPTIMAL
    assert with_them.objective.total <= without.objective.total


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_what_stands_is_mended_legally_and_nobody_fixed_moves(seed: int) -> None:
    board = full_board(seed)
    plan = mended(board, limits=LIMITS)

    kept = {placed.seat: placed.expert for placed in board.fixed.engagements}
    assert verify(board, plan) == []
    assert kept.items() <= {one.seat: one.expert for one in plan.engagements}.items()
    assert plan.objective.total >= solve(board, limits=LIMITS).objective.total


@settings(max_examples=20, deadline=None)
@given(SEEDS)
def test_the_order_of_the_input_changes_no_byte(seed: int) -> None:
    board = board_of(seed)

    one, other = (solve(each, limits=LIMITS) for each in (board, mixed(board, seed)))

    assert plans.dumps(one) == plans.dumps(other)


def test_the_same_seed_gives_the_same_bytes_in_another_process() -> None:
    script = (
        "import sys;"
        "from tests.scheduling.test_properties import bytes_of_boards;"
        "sys.stdout.write(bytes_of_boards())"
    )
    environ = dict(os.environ, PYTHONHASHSEED="4711")

    other = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True, env=environ
    )

    assert other.stdout == bytes_of_boards()


def bytes_of_boards() -> str:
    """The plans of some boards, their repairs among them, as text."""
    boards = [full_board(seed) for seed in range(4)]
    return "".join(plans.dumps(way(board, limits=LIMITS)) for board in boards for way in (solve, mended))


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_every_decline_on_a_warm_plan_is_legal_and_never_better_than_the_plan(seed: int) -> None:
    board = sn.checked(replace(board_of(seed), previous=sn.Arrangement((), ())))
    plan = solve(board, limits=LIMITS)
    standing = Standing(board, plan)

    for engagement in plan.engagements:
        mended = standing.decline(engagement.seat)

        assert mended.violations == ()
        assert mended.extra >= 0
