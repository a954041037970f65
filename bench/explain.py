"""Questions about seats of a big board: `python -m bench.explain [--experts 10000] [--needs 400] [--seed 1]`.

Prints how long it takes to find every reason against every expert on one seat beside a full plan (twenty
seats drawn by seed), and to find what would fill an empty seat of a crowded board (ten of them, a fifth of
the experts for twice the needs), everything offered solved and verified on the way: the median and the worst
seat, each the median of three runs, by the clock and by processor time.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from functools import partial
from typing import TypeVar

import numpy as np

from bench import boards
from expertpool.scheduling import snapshot as sn
from expertpool.scheduling.board import Board
from expertpool.scheduling.explain import opened
from expertpool.scheduling.judging import verdicts
from expertpool.scheduling.plan import Limits, Plan
from expertpool.scheduling.relax import relaxations
from expertpool.scheduling.solve import solve

RUNS, SEATS, RELAXED = 3, 20, 10
FIRST_PLAN = Limits(deterministic_seconds=0, most_entries=0)
TRIAL = Limits(deterministic_seconds=1, most_entries=1_000_000)
Answer = TypeVar("Answer")
Taken = tuple[float, float]  # by the clock and by processor time


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--experts", type=int, default=10_000)
    parser.add_argument("--needs", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    draw = np.random.default_rng(chosen.seed)
    board, plan = planned(boards.Size(chosen.experts, chosen.needs), chosen.seed)
    held = [engagement.seat for engagement in plan.engagements]
    reasons(board, plan, draw.choice(held, min(SEATS, len(held)), replace=False).tolist())
    board, plan = planned(boards.Size(chosen.experts // 5, chosen.needs * 2), chosen.seed)
    empty = [unfilled.seat for unfilled in plan.unfilled]
    concessions(board, plan, draw.choice(empty, min(RELAXED, len(empty)), replace=False).tolist())


def planned(size: boards.Size, seed: int) -> tuple[sn.Snapshot, Plan]:
    """A board and its first plan."""
    board = sn.checked(boards.board(size, seed))
    plan = solve(board, limits=FIRST_PLAN)
    held, empty = len(plan.engagements), len(plan.unfilled)
    print(f"{size.experts} experts, {size.incidents} needs: {held} seats held, {empty} empty")
    return board, plan


def reasons(board: sn.Snapshot, plan: Plan, seats: list[str]) -> None:
    """Every reason against everybody, seat by seat."""
    problem, choice = opened(board, plan)
    standing = Board.of(problem, choice)
    runs: list[list[Taken]] = []
    told = 0
    for _ in range(RUNS + 1):
        runs.append([])
        for seat in seats:
            row = standing.leave(seat)
            found, taken = timed(partial(verdicts, standing, seat))
            standing.take(seat, row)
            runs[-1].append((taken[0] * 1_000, taken[1] * 1_000))
            told += sum(found.counted().values())
    told_of("all reasons for one seat, ms", runs[1:])  # the first fills what is remembered of facets
    print(f"  {told // len(runs) // len(seats)} reasons a seat")


def concessions(board: sn.Snapshot, plan: Plan, seats: list[str]) -> None:
    """What would fill each of some empty seats."""
    problem, choice = opened(board, plan)
    runs: list[list[Taken]] = []
    offered = 0
    for _ in range(RUNS):
        runs.append([])
        for seat in seats:
            found, taken = timed(partial(relaxations, problem, choice, plan, seat, limits=TRIAL))
            runs[-1].append(taken)
            offered += len(found)
    if seats:
        told_of("what would fill a seat, s", runs)
        print(f"  {offered // RUNS} ways offered for {len(seats)} seats, each solved and verified")


def told_of(what: str, runs: list[list[Taken]]) -> None:
    """A line of figures by the clock, and one by processor time."""
    for place, by in enumerate(("by the clock", "processor time")):
        figures = [[taken[place] for taken in run] for run in runs]
        middle = statistics.median(statistics.median(run) for run in figures)
        worst = statistics.median(max(run) for run in figures)
        print(f"{what}, {by}: median {middle:.2f}, worst {worst:.2f}")


def timed(work: Callable[[], Answer]) -> tuple[Answer, Taken]:
    """The answer, and what it took."""
    began, worked = time.perf_counter(), time.process_time()
    answer = work()
    return answer, (time.perf_counter() - began, time.process_time() - worked)


if __name__ == "__main__":
    main()
