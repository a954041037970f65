"""Boards solved part by part: legal, never below their floor, and the floor never above the best plan."""

import subprocess
import sys
from threading import Event

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.boards import Size, board
from expertpool.scheduling import plan as plans
from expertpool.scheduling import snapshot as sn
from expertpool.scheduling.board import clashes
from expertpool.scheduling.candidates import all_candidates, candidates_at_once
from expertpool.scheduling.plan import Limits, Plan
from expertpool.scheduling.preferences import Choice, rank
from expertpool.scheduling.problem import Problem
from expertpool.scheduling.progress import Cancelled, Progress, Stage
from expertpool.scheduling.size.bound import Bound
from expertpool.scheduling.size.moves import Round, moved
from expertpool.scheduling.size.neighbours import Neighbours
from expertpool.scheduling.size.part import Whole, joined
from expertpool.scheduling.solve import solve
from expertpool.scheduling.verify import verify
from tests.scheduling.boards import realistic
from tests.scheduling.claims import LIMITS
from tests.scheduling.test_best_plan import board_of

WORK = Limits(deterministic_seconds=1, most_entries=4_000_000)
CROWDED = board(Size(experts=120, incidents=36), seed=3)
FEW = board(Size(experts=60, incidents=12), seed=3)


def in_parts(snapshot: sn.Snapshot, limits: Limits = WORK) -> Plan:
    """The plan of a board as if it were too large for one model."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("expertpool.scheduling.solve.DAYS_SEATS", -1)
        patch.setattr("expertpool.scheduling.size.search.WHOLE", 0)
        return solve(snapshot, limits=limits)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_the_floor_lies_under_the_best_plan_and_the_plan_above_it(seed: int) -> None:
    small = sn.checked(board_of(seed))

    plan, best = in_parts(small), solve(small, limits=LIMITS).objective.total

    assert verify(small, plan) == []
    assert plan.objective.bound <= best <= plan.objective.total


def test_panels_with_team_rules_are_planned_in_parts() -> None:
    panels = sn.checked(realistic(experts=60, needs=4, seats=3, seed=2))

    plan, best = in_parts(panels), solve(panels, limits=WORK).objective

    assert verify(panels, plan) == []
    assert plan.objective.bound <= best.total
    assert best.bound <= plan.objective.total


def test_the_same_board_gives_the_same_bytes_in_another_process() -> None:
    script = (
        "import sys;"
        "from tests.scheduling.test_size import FEW, in_parts;"
        "from expertpool.scheduling.plan import dumps; sys.stdout.write(dumps(in_parts(FEW)))"
    )

    other = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)

    assert other.stdout == plans.dumps(in_parts(FEW))


def test_a_large_board_gets_better_and_its_floor_rises() -> None:
    told: list[Progress] = []

    plan = solve(CROWDED, limits=WORK, progress=told.append)

    assert verify(CROWDED, plan) == []
    assert told[0].stage is Stage.FIRST_PLAN
    assert {Stage.BOUND, Stage.IMPROVING} < {one.stage for one in told}
    assert [one.best for one in told] == sorted((one.best for one in told), reverse=True)
    assert [one.bound for one in told] == sorted(one.bound for one in told)
    assert plan.objective.total < told[0].best


def test_a_large_search_that_is_cancelled_answers_with_its_best_plan() -> None:
    def end(progress: Progress) -> bool:
        if progress.stage is Stage.IMPROVING:
            raise Cancelled
        return True

    plan = solve(CROWDED, limits=WORK, progress=end)

    assert verify(CROWDED, plan) == []


def test_a_large_search_told_to_stop_answers_with_its_first_plan() -> None:
    stop = Event()
    stop.set()

    plan = solve(CROWDED, limits=WORK, stop=stop)

    assert verify(CROWDED, plan) == []
    assert plan.objective.bound < plan.objective.total


def test_a_board_larger_than_the_limit_keeps_its_first_plan() -> None:
    plan = solve(CROWDED, limits=Limits(deterministic_seconds=1, most_entries=10))

    assert verify(CROWDED, plan) == []
    assert plan.search.columns == 0


@pytest.mark.parametrize("snapshot", [CROWDED, FEW], ids=["large", "small"])
def test_a_search_without_memory_left_answers_with_its_first_plan(snapshot: sn.Snapshot) -> None:
    told: list[Progress] = []

    plan = solve(snapshot, limits=WORK, progress=told.append, memory_bytes=1)

    assert verify(snapshot, plan) == []
    assert [one.stage for one in told] == [Stage.FIRST_PLAN]
    assert plan.search.columns == 0


def test_a_search_that_runs_out_of_memory_keeps_its_best_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(Bound, "step", fail)

    plan = solve(CROWDED, limits=WORK)

    assert verify(CROWDED, plan) == []
    assert plan.objective.bound < plan.objective.total


def test_a_part_of_a_board_costs_what_it_adds_to_the_rest() -> None:
    problem = Problem(sn.checked(CROWDED))
    found = all_candidates(problem)
    empty = Choice({}, {})
    neighbours = Neighbours(problem, found, Bound(problem, found, empty), empty)
    best = neighbours.step(empty, 1.0, None).best
    assert best is not None

    cut = Whole(problem, best).part({problem.asked[seat].need.id for seat in best.seats})

    saved = rank(problem, empty)[0] - rank(problem, best)[0]
    assert rank(cut, empty)[0] - rank(cut, best)[0] == saved
    assert joined(empty, best, cut) == Choice(
        dict(sorted(best.seats.items())), dict(sorted(best.starts.items()))
    )


def test_moves_found_elsewhere_are_made_where_they_still_are_legal_and_better() -> None:
    problem = Problem(sn.checked(CROWDED))
    found, empty = all_candidates(problem), Choice({}, {})
    neighbours = Neighbours(problem, found, Bound(problem, found, empty), empty)
    rounds: list[Round] = []
    seen: list[Choice] = [empty]

    def told(best: Choice, _: Round) -> bool:
        seen.append(best)
        return True

    for half in neighbours.halves(1):
        neighbours.among = half
        rounds.append(neighbours.several(empty, 0.1, None, told))
    one = moved(problem, empty, rounds[0].moves)
    both = moved(problem, one, rounds[1].moves)

    assert one in seen
    assert rank(problem, both) < min(rank(problem, one), rank(problem, seen[-1]))
    assert moved(problem, both, rounds[0].moves) == both
    assert not clashes(problem, both)


def test_candidates_found_in_two_halves_are_those_found_in_one() -> None:
    problem = Problem(sn.checked(CROWDED))

    halves, whole = candidates_at_once(problem), all_candidates(problem)

    assert list(halves) == list(whole)
    for seat, found in whole.items():
        assert halves[seat].asked is found.asked
        assert halves[seat].rows.tolist() == found.rows.tolist()
        assert {s: fit.tolist() for s, fit in halves[seat].fits.items()} == {
            s: fit.tolist() for s, fit in found.fits.items()
        }
