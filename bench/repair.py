"""Declines on a loaded board: `python -m bench.repair [M] [--declines 200] [--resolves 3] [--seed 1]`.

Solves a board, keeps its plan warm, and lets experts drawn by seed decline, each beside the whole plan.
Prints how long an answer takes with the verification of what it touches (medians of three runs over the same
declines, by the clock and by processor time, which others on the machine disturb less), what changes hands,
and for some declines what a full new search finds.
"""

import argparse
import statistics
import time
from collections import Counter
from collections.abc import Callable
from typing import TypeVar

import numpy as np

from bench import boards
from expertpool.scheduling import snapshot as sn
from expertpool.scheduling.happenings import LeastChange
from expertpool.scheduling.plan import Limits, Plan
from expertpool.scheduling.repair import changed
from expertpool.scheduling.solve import solve
from expertpool.scheduling.standing import Mended, Standing
from expertpool.scheduling.verify import verify

RUNS = 3
Answer = TypeVar("Answer")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("size", nargs="?", default="M", choices=boards.SIZES)
    parser.add_argument("--declines", type=int, default=200)
    parser.add_argument("--resolves", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--work", type=int, default=10, help="deterministic seconds of each full search")
    chosen = parser.parse_args()
    limits = Limits(deterministic_seconds=chosen.work, most_entries=4_000_000)
    board = sn.checked(boards.board(boards.SIZES[chosen.size], chosen.seed))
    plan = timed("full search", lambda: solve(board, limits=limits))
    assert verify(board, plan) == []
    print(f"  {len(plan.engagements)} seats held, {len(plan.unfilled)} empty, cost {plan.objective.total}")
    standing = timed("plan opened", lambda: Standing(board, plan))
    timed("candidates looked up", standing.warm)
    draw = np.random.default_rng(chosen.seed)
    held = sorted(standing.board.seats)
    seats = draw.choice(held, min(chosen.declines, len(held)), replace=False).tolist()
    answers = declines(standing, seats)
    compare(board, plan, limits, seats[: chosen.resolves], answers)


def timed(what: str, work: Callable[[], Answer]) -> Answer:
    began = time.perf_counter()
    answer = work()
    print(f"{what}: {time.perf_counter() - began:.2f} s")
    return answer


def declines(standing: Standing, seats: list[str]) -> dict[str, Mended]:
    """Every decline three times over; the same answers every time."""
    print(f"\n{len(seats)} declines   median ms    p95 ms    max ms")
    runs: list[list[float]] = []
    used: list[list[float]] = []
    answers: dict[str, Mended] = {}
    for run in range(RUNS):
        taken, spent = [], []
        for seat in seats:
            began, worked = time.perf_counter(), time.process_time()
            mended = standing.decline(seat)
            taken.append((time.perf_counter() - began) * 1_000)
            spent.append((time.process_time() - worked) * 1_000)
            assert not mended.violations
            assert answers.setdefault(seat, mended) == mended
        runs.append(figures(taken))
        used.append(figures(spent))
        print(row(f"run {run + 1}", runs[-1]))
    print(row("median", [statistics.median(column) for column in zip(*runs, strict=True)]))
    print(row("processor", [statistics.median(column) for column in zip(*used, strict=True)]))
    ways = Counter(mended.way.value for mended in answers.values())
    sizes = Counter(len(mended.changes) for mended in answers.values())
    print(f"ways: {dict(ways)}; seats changed: {dict(sorted(sizes.items()))}")
    return answers


def figures(taken: list[float]) -> list[float]:
    """Median, 95th percentile and maximum."""
    return [float(figure) for figure in (np.median(taken), np.quantile(taken, 0.95), max(taken))]


def row(name: str, figures_of: list[float]) -> str:
    return f"{name:12}" + "".join(f"{figure:10.2f}" for figure in figures_of)


def compare(
    board: sn.Snapshot, plan: Plan, limits: Limits, seats: list[str], answers: dict[str, Mended]
) -> None:
    """The cost of the repaired plan against a new plan for everybody that also pays for changes."""
    holder = {engagement.seat: engagement.expert for engagement in plan.engagements}
    extra, seats_changed = [], []
    base = plan.objective.total - sum(p.cost for p in plan.objective.parts if p.part.value == "stability")
    print("\nagainst a full new search: seat, repair costs more, new plan costs more, seats changed in each")
    for seat in seats:
        ban = LeastChange(pins=(), bans=(sn.Placement(seat, holder[seat]),))
        anew = solve(changed(board, plan, ban), limits=limits)
        now = {engagement.seat: engagement.expert for engagement in anew.engagements}
        moved = sum(now.get(each) != who for each, who in holder.items()) + len(now.keys() - holder.keys())
        mended = answers[seat]
        print(f"  {seat}: {mended.extra}  {anew.objective.total - base}  {len(mended.changes)}  {moved}")
        extra.append(mended.extra - (anew.objective.total - base))
        seats_changed.append(moved)
    if extra:
        print(f"loss of the repair: median {statistics.median(extra)}, most {max(extra)}")


if __name__ == "__main__":
    main()
