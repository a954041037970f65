"""The boards that speed and gaps are measured on."""

from bench.boards import SIZES, Size, board
from expertpool.scheduling import snapshot as sn
from expertpool.scheduling.candidates import all_candidates
from expertpool.scheduling.problem import Problem

SMALL = Size(experts=60, incidents=12)


def test_a_board_is_a_sound_snapshot() -> None:
    drawn = board(SMALL, seed=4)

    assert sn.loads(sn.dumps(drawn)) == sn.checked(drawn)


def test_a_seed_draws_one_board() -> None:
    assert sn.digest(board(SMALL, seed=4)) == sn.digest(board(SMALL, seed=4))
    assert sn.digest(board(SMALL, seed=4)) != sn.digest(board(SMALL, seed=5))


def test_a_board_has_as_many_experts_and_incidents_as_its_size_says() -> None:
    drawn = board(SIZES["S"])

    assert (len(drawn.experts), len(drawn.needs)) == (300, 60)


def test_most_seats_of_a_board_have_several_candidates() -> None:
    found = all_candidates(Problem(sn.checked(board(SIZES["S"]))))

    several = sum(len(candidates.rows) >= 3 for candidates in found.values())

    assert several > 0.85 * len(found)
