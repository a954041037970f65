"""Seats without times shared out: against every division there is, and kept to the rules."""

import itertools
import random
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from expertpool.scheduling import branching, leximin
from expertpool.scheduling.exchange import lifted
from expertpool.scheduling.inorder import in_order
from expertpool.scheduling.leximin import Division, fairest
from expertpool.scheduling.model import Model, Objective
from expertpool.scheduling.roster import Bools
from expertpool.scheduling.seatwise import seat_by_seat
from expertpool.scheduling.split import Split


def split_of(seed: int, experts: int = 5, groups: int = 3, least: int = 0) -> Split:
    draw = np.random.default_rng(seed)
    return Split(
        quality=draw.integers(-2, 9, (experts, groups)),
        allowed=draw.random((experts, groups)) < 0.9,
        seats=draw.integers(1, 3, groups),
        least=np.full(experts, least),
        most=draw.integers(1, 3, experts),
    )


def every_division(split: Split) -> Iterator[Bools]:
    """All that keep the rules, group by group."""
    experts = range(len(split.most))
    teams = (list(itertools.combinations(experts, int(count))) for count in split.seats)
    for chosen in itertools.product(*teams):
        seated = np.zeros(split.quality.shape, dtype=bool)
        for group, team in enumerate(chosen):
            seated[list(team), group] = True
        if split.keeps_rules(seated):
            yield seated


def shared_out(split: Split) -> Division | None:
    return fairest(split, deterministic_seconds=1)


@pytest.mark.parametrize("seed", range(25))
def test_nothing_is_fairer_nor_as_fair_and_better(seed: int) -> None:
    split = split_of(seed, least=seed % 2)
    known = [(int(split.of_groups(d).min()), split.total(d)) for d in every_division(split)]

    found = shared_out(split)

    if not known:
        assert found is None
        return
    assert found is not None
    assert split.keeps_rules(found.seated)
    assert found.proven
    assert (found.worst, found.total) == max(known)
    assert found.highest == max(total for _, total in known)


@pytest.mark.parametrize("seed", range(25))
def test_no_division_comes_before_it_in_the_order(seed: int) -> None:
    split = split_of(seed, experts=5, groups=4, least=seed % 2)
    known = [np.sort(split.of_groups(division)).tolist() for division in every_division(split)]

    found = in_order(split, deterministic_seconds=4)

    if not known:
        assert found is None
        return
    assert found is not None
    assert split.keeps_rules(found.seated)
    assert found.proven == 4
    assert found.reached.tolist() == max(known)


def test_what_is_proven_of_the_order_is_what_anybody_could_get_at_most() -> None:
    split = split_of(5, experts=400, groups=60)

    found = in_order(split, deterministic_seconds=1)

    assert found is not None
    assert found.proven > 0
    best = np.sort(split.ceilings())[: found.proven]
    assert found.reached[: found.proven].tolist() == best.tolist()


def test_seats_that_cannot_all_be_filled_are_told() -> None:
    nobody = Split(
        quality=np.ones((2, 1), dtype=np.int64),
        allowed=np.array([[True], [False]]),
        seats=np.array([2]),
        least=np.zeros(2, dtype=np.int64),
        most=np.ones(2, dtype=np.int64),
    )

    assert shared_out(nobody) is None


def test_the_prices_prove_the_highest_sum() -> None:
    split = split_of(3, experts=12, groups=6)
    best = split.highest_sum(split.quality)
    assert best is not None

    worth = split.reduced(split.quality, best)

    assert (worth[best] >= 0).all()
    assert (worth[split.allowed & ~best] <= 0).all()


def test_the_same_split_is_shared_out_the_same_way() -> None:
    split = split_of(7, experts=14, groups=8)
    one, other = shared_out(split), shared_out(split)

    assert one is not None
    assert other is not None
    assert (one.seated == other.seated).all()


def test_who_must_carry_some_does() -> None:
    draw = random.Random(4)
    split = Split(
        quality=np.array([[draw.randint(0, 9) for _ in range(8)] for _ in range(12)]),
        allowed=np.ones((12, 8), dtype=bool),
        seats=np.full(8, 3),
        least=np.full(12, 2),
        most=np.full(12, 2),
    )

    found = shared_out(split)

    assert found is not None
    assert (found.seated.sum(axis=1) == 2).all()


def test_a_floor_out_of_reach_is_given_up() -> None:
    split = split_of(3, experts=12, groups=6)
    best = split.highest_sum(split.quality)
    assert best is not None

    assert lifted(split, best, np.full(6, 100)) is None


@pytest.mark.parametrize("seed", range(40))
def test_seat_by_seat_no_division_comes_before_it(seed: int) -> None:
    split = split_of(seed, groups=3 + seed % 2, least=seed % 2)
    known = [np.sort(split.quality[division]).tolist() for division in every_division(split)]

    found = seat_by_seat(split)

    if not known:
        assert found is None
        return
    assert found is not None
    assert split.keeps_rules(found.seated)
    assert found.reached.tolist() == max(known)


def test_seat_by_seat_is_the_same_whoever_comes_first() -> None:
    split = split_of(11, experts=40, groups=20)
    turned = replace(
        split,
        quality=split.quality[::-1, ::-1],
        allowed=split.allowed[::-1, ::-1],
        seats=split.seats[::-1],
        least=split.least[::-1],
        most=split.most[::-1],
    )
    one, other = seat_by_seat(split), seat_by_seat(turned)

    assert one is not None
    assert other is not None
    assert one.reached.tolist() == other.reached.tolist()


def test_branch_and_bound_settles_what_the_prices_leave_open(monkeypatch: pytest.MonkeyPatch) -> None:
    split = split_of(17, experts=14, groups=8, least=1)
    usual = shared_out(split)
    assert usual is not None

    monkeypatch.setattr(leximin, "MOST_UNDECIDED", 0)
    found = shared_out(split)

    assert found is not None
    assert split.keeps_rules(found.seated)
    assert found.total_bound == found.total == usual.total


def test_branch_and_bound_tells_a_bound_and_says_nothing_aloud(capfd: pytest.CaptureFixture[str]) -> None:
    model = Model()
    columns = [model.column() for _ in range(6)]
    model.row(zip(columns, (3, 5, 7, 9, 11, 13), strict=True), high=20)
    worth = Objective(constant=1, coefs=dict(zip(columns, (-4, -6, -8, -9, -12, -13), strict=True)))

    found = branching.minimise(model, worth, nodes=100)

    best = min(worth.value(taken) for taken in itertools.product((0, 1), repeat=6) if fits(taken))
    assert found is not None
    assert found.values is not None
    assert (found.bound, worth.value(found.values)) == (best, best)
    assert capfd.readouterr().out == ""


def fits(taken: tuple[int, ...]) -> bool:
    return sum(weight for weight, one in zip((3, 5, 7, 9, 11, 13), taken, strict=True) if one) <= 20
