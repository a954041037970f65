"""However many sessions an expert has: `verify` compares each with its neighbours, and that is enough."""

import random
from itertools import combinations

import pytest

from expertpool.scheduling import snapshot as sn
from expertpool.scheduling.verify import verify
from expertpool.scheduling.vocabulary import RoleClass, Rule
from tests.scheduling.boards import arrangement, at, expert, need, seat, session, snapshot
from tests.scheduling.claims import claimed

PLACES = ("SEOUL", "BUSAN", "DAEJEON", None)
TIMES = {Rule.ELSEWHERE, Rule.TRAVEL_BUFFER}


def crowded(draw: random.Random) -> tuple[sn.Snapshot, dict[str, int], set[str]]:
    """Needs of one seat and session each, the starts, and which of them are fixed; all held by one expert."""
    names = [f"{number}" for number in range(draw.randint(2, 9))]
    starts = {name: at(0, 9) + 30 * draw.randrange(30) for name in names}
    fixed = {name for name in names if draw.random() < 0.4}
    needs = [
        need(
            f"n{name}",
            [seat(name)],
            [session(name, name, place=draw.choice(PLACES), length_minutes=30 * draw.randint(1, 8))],
        )
        for name in names
    ]
    held = arrangement(dict.fromkeys(fixed, "ann"), {name: starts[name] for name in fixed})
    return sn.checked(snapshot([expert("ann")], needs, fixed=held)), starts, fixed


def too_near(board: sn.Snapshot, starts: dict[str, int], one: str, other: str) -> Rule | None:
    """Two sessions compared."""
    sessions = {session.id: session for each in board.needs for session in each.sessions}
    first, second = sessions[one], sessions[other]
    gap = max(
        starts[one] - starts[other] - second.length_minutes,
        starts[other] - starts[one] - first.length_minutes,
    )
    apart = None not in (first.place, second.place) and first.place != second.place
    if gap < 0:
        return Rule.ELSEWHERE
    return Rule.TRAVEL_BUFFER if apart and gap < board.policy.travel_buffer_minutes else None


@pytest.mark.parametrize("seed", range(60))
def test_who_is_told_leaves_nothing_too_near_and_nobody_is_told_for_nothing(seed: int) -> None:
    board, starts, fixed = crowded(random.Random(seed))
    plan = claimed(board, dict.fromkeys(starts, "ann"), starts)

    told = {(v.seat, v.rule) for v in verify(board, plan) if v.rule in TIMES}

    near = {
        pair: rule
        for pair in combinations(sorted(starts), 2)
        if not set(pair) <= fixed and (rule := too_near(board, starts, *pair))
    }
    leaving = {name for name, _ in told}
    assert all(set(pair) & leaving for pair in near)
    assert not leaving & fixed
    assert all(any(name in pair and near[pair] is rule for pair in near) for name, rule in told)


def test_who_sits_twice_in_a_need_or_on_two_sides_is_told_once() -> None:
    seats = [seat("a"), seat("b"), seat("c", role_class=RoleClass.ADJ)]
    board = sn.checked(snapshot([expert("ann")], [need("n", seats, [])]))
    plan = claimed(board, dict.fromkeys("abc", "ann"), {})

    told = [(v.rule, v.seat) for v in verify(board, plan)]

    assert sorted(told) == [
        (Rule.TWO_ROLE_CLASSES, "c"),
        (Rule.SEATED_IN_NEED, "b"),
        (Rule.SEATED_IN_NEED, "c"),
    ]
