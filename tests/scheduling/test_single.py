"""One open seat among seats that stay: looking at every way finds what the solver proves to be best."""

import itertools
from dataclasses import replace

import pytest

from expertpool.scheduling import single
from expertpool.scheduling import snapshot as sn
from expertpool.scheduling.candidates import all_candidates
from expertpool.scheduling.exact import Exact
from expertpool.scheduling.greedy import Filling
from expertpool.scheduling.preferences import Choice
from expertpool.scheduling.problem import Problem
from expertpool.scheduling.repair import arrangement
from expertpool.scheduling.solve import solve
from tests.scheduling.boards import arrangement as arranged
from tests.scheduling.boards import at, days, expert, need, seat, session, snapshot
from tests.scheduling.claims import LIMITS
from tests.scheduling.test_best_plan import board_of


def left_by_one(seed: int) -> sn.Snapshot:
    """A board whose seats were all taken, after one of those seated left."""
    for number in itertools.count(100 * seed):
        board = replace(board_of(number, people=7, teams=([2, 1], [2, 2], [3, 1])), pins=())
        plan = solve(board, limits=LIMITS)
        if not plan.unfilled:
            break
    leaver = plan.engagements[seed % len(plan.engagements)].seat
    stays = arrangement(plan, lambda engagement: engagement.seat != leaver)
    return sn.checked(replace(board, fixed=stays, previous=arrangement(plan, lambda _: True)))


@pytest.mark.parametrize("seed", range(6))
def test_it_is_as_good_as_what_the_solver_proves(seed: int) -> None:
    problem = Problem(left_by_one(seed))
    found = all_candidates(problem)
    first = Filling(problem, found).first_plan()
    search = Exact(problem, found, first, work=LIMITS.deterministic_seconds)
    search.improve()
    search.settle_ties()

    settled = single.settled(problem, found, first)

    assert settled is not None
    assert (settled.rank, settled.bound) == (search.rank, search.bound)


def one_seat(start: int) -> Problem:
    """One seat whose session may be held on ten days, and was to be held at `start`."""
    asked = need("n", [seat("s")], [session("k", "s", windows=days(10), deadline=at(10))])
    board = snapshot([expert("ann"), expert("bob")], [asked], previous=arranged({"s": "zoe"}, {"k": start}))
    zoe = expert("zoe", active=False)
    return Problem(sn.checked(replace(board, experts=(*board.experts, zoe))))


def test_a_time_that_stood_is_kept() -> None:
    problem = one_seat(at(3, 11))
    found = all_candidates(problem)

    settled = single.settled(problem, found, Filling(problem, found).first_plan())

    assert settled is not None
    assert settled.best.starts == {"k": at(3, 11)}


def test_more_ways_than_can_be_looked_at_are_left_to_the_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(single, "MOST_WAYS", 3)
    problem = one_seat(at(3, 11))

    assert single.settled(problem, all_candidates(problem), Choice({}, {})) is None


def test_two_open_seats_are_left_to_the_solver() -> None:
    problem = Problem(sn.checked(snapshot([expert("ann")], [need("n", [seat("s"), seat("t")])])))
    found = all_candidates(problem)

    assert single.settled(problem, found, Filling(problem, found).first_plan()) is None
