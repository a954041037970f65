"""Columns of one expert that nobody can keep all together."""

from itertools import combinations, product

import pytest

from expertpool.scheduling.size.crowds import crowds
from expertpool.scheduling.size.rivals import Timetable, Ways

ROOM = [300, 300]


def ways(*cells: int, weeks: tuple[int, int] = (60, 0)) -> Ways:
    return [Timetable((), 1 << cell, (), weeks) for cell in cells]


def found(columns: list[Ways], most: int = 3, *, pairs: bool = True) -> set[tuple[int, ...]]:
    every_pair = [sum(1 << j for j in range(len(columns)) if j != i) for i in range(len(columns))]
    return set(crowds(columns, every_pair, ROOM, most, pairs=pairs))


def test_three_who_share_two_times_are_a_crowd_though_every_two_go_together() -> None:
    assert found([ways(1, 2), ways(1, 2), ways(1, 2)]) == {(0, 1, 2)}


def test_nobody_who_can_take_two_only_needs_to_be_told_of_three() -> None:
    assert found([ways(1, 2), ways(1, 2), ways(1, 2)], most=2) == set()


def test_a_pair_at_the_same_time_is_told_and_none_of_its_triples() -> None:
    assert found([ways(1), ways(1), ways(2)]) == {(0, 1)}


def test_pairs_known_to_go_together_are_not_looked_at_again() -> None:
    assert found([ways(1), ways(1), ways(1, 2)], pairs=False) == {(0, 1, 2)}


def test_minutes_that_every_timetable_uses_are_left_to_the_rows_of_weeks() -> None:
    assert found([ways(place, weeks=(160, 0)) for place in range(3)]) == set()


def test_minutes_of_a_week_that_may_be_another_are_told() -> None:
    first = [Timetable((), 1, (), (200, 0)), Timetable((), 2, (), (0, 200))]

    assert found([first, ways(3, weeks=(200, 0)), ways(4, weeks=(0, 200))]) == {(0, 1, 2)}


@pytest.mark.parametrize("seed", range(8))
def test_what_is_told_and_what_is_not_agrees_with_trying_every_choice(seed: int) -> None:
    columns = [ways(*({(seed * 7 + c * c + k * (c + 2)) % 5 for k in range(2)})) for c in range(6)]
    told = found(columns)

    for size in (2, 3):
        for places in combinations(range(len(columns)), size):
            choices = product(*(columns[place] for place in places))
            can = any(not any(a.meets(b) for a, b in combinations(way, 2)) for way in choices)
            inside = any(set(crowd) <= set(places) for crowd in told)
            assert can != inside
