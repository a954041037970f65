"""The planner beside its peers: `python -m bench.planner [S M crowded L] [--seconds 60]`.

Each method runs in a process of its own, one after the other, and stops after the same time; every plan is
checked with `expertpool.scheduling.verify`. Time counts from the checked snapshot in memory. The gap is the
plan's cost less our proven floor: as part of the cost, and as part of the plan's worth, which is 100 quality
points a seat less all costs but those of empty seats.
"""

import argparse
import json
import resource
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from typing import Any

from bench.boards import SIZES, board
from bench.peers.models import MODELS, Board, choice
from expertpool.scheduling.candidates import all_candidates
from expertpool.scheduling.plan import Limits, Plan
from expertpool.scheduling.preferences import rank
from expertpool.scheduling.problem import Problem
from expertpool.scheduling.snapshot import Snapshot, checked
from expertpool.scheduling.solve import Progress, solve, written
from expertpool.scheduling.verify import verify
from expertpool.scheduling.vocabulary import Part

OURS = "expertpool"
NO_LIMIT = Limits(deterministic_seconds=100_000, most_entries=1_000_000_000)
MARKS = (1, 2, 5, 10, 30, 60, 120, 300)
WORTH = 100  # quality points a filled seat could bring at most


@dataclass(frozen=True)
class _Peer:
    """What a peer's search leaves behind, as `written` takes it."""

    best: Any
    rank: tuple[int, int, int]
    bound: int
    size: tuple[int, int] = (0, 0)
    ties_settled: bool = False


def run_ours(snapshot: Snapshot, seconds: float) -> tuple[Plan, dict[str, Any]]:
    stop, told = threading.Event(), []
    timer = threading.Timer(seconds, stop.set)
    timer.daemon = True
    timer.start()

    def hear(now: Progress) -> bool:
        told.append(now)
        return not stop.is_set()

    plan = solve(snapshot, limits=NO_LIMIT, progress=hear, stop=stop)
    marks = {}
    for mark in MARKS:
        known = [one for one in told if one.elapsed <= mark]
        if known and mark <= seconds:
            marks[mark] = (known[-1].best, known[-1].bound, known[-1].unfilled)
    return plan, {"first": told[0].elapsed, "marks": marks}


def run_peer(name: str, snapshot: Snapshot, seconds: float) -> tuple[Plan | None, dict[str, Any]]:
    began = time.perf_counter()
    problem = Problem(snapshot)
    found = all_candidates(problem)
    engine, formulate = MODELS[name]
    model = Board(problem, found, engine())
    times = formulate(model)
    built = time.perf_counter() - began
    value = None
    if built < seconds:
        value = model.engine.search(model.cost, model.constant, seconds - built)
    if value is None:
        return None, {"first": None, "built": built}
    best = choice(model, times, value)
    ranked = rank(problem, best)
    bound = max(0, min(int(model.engine.bound), ranked[0]))
    first = seconds if model.engine.first is None else built + model.engine.first
    return written(problem, found, NO_LIMIT, _Peer(best, ranked, bound)), {"first": first, "built": built}


def child(name: str, size: str, seed: int, seconds: float) -> None:
    """Run one method; tell about it in one line."""
    snapshot = checked(board(SIZES[size], seed))
    plan, facts = run_ours(snapshot, seconds) if name == OURS else run_peer(name, snapshot, seconds)
    facts["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    if plan is not None:
        facts["broken"] = len(verify(snapshot, plan))
        facts["cost"], facts["bound"] = plan.objective.total, plan.objective.bound
        facts["empty"], facts["filled"] = len(plan.unfilled), len(plan.engagements)
        parts = {part.part: part.cost for part in plan.objective.parts}
        facts["besides"] = plan.objective.total - parts[Part.UNFILLED]
    print(json.dumps(facts))


def measure(size: str, seed: int, seconds: float, names: list[str]) -> None:
    """Print the table of one board."""
    print(f"\n{size}, seed {seed}: {SIZES[size].experts} experts, {SIZES[size].incidents} incidents")
    head = (
        "method",
        "first plan s",
        "cost",
        "empty",
        "floor",
        "gap of cost",
        "gap of worth",
        "MB",
        "verified",
    )
    print("  ".join(f"{text:>{width}}" for text, width in zip(head, WIDTHS, strict=True)))
    floor = 0
    for name in names:
        facts = _facts(name, size, seed, seconds)
        if name == OURS:
            floor = facts["bound"]
            for mark, (cost, bound, empty) in facts["marks"].items():
                print(f"{'  at ' + mark + ' s':>{WIDTHS[0]}}  cost {cost}, floor {bound}, {empty} empty")
        _print_row(name, facts, floor)


WIDTHS = (18, 12, 12, 6, 12, 12, 12, 6, 9)


def _print_row(name: str, facts: dict[str, Any], floor: int) -> None:
    if "cost" not in facts:
        said = facts.get("failed", "no plan")
        row: list[str] = [name, said, "", "", "", "", "", str(facts.get("memory", "")), ""]
    else:
        gap = facts["cost"] - floor
        worth = facts["filled"] * WORTH * 20 - facts["besides"]
        row = [name, f"{facts['first']:.2f}", str(facts["cost"]), str(facts["empty"]), str(facts["bound"])]
        row += [
            f"{100 * gap / max(1, facts['cost']):.2f} %",
            f"{100 * gap / worth:.3f} %" if gap < worth else "more",
            str(facts["memory"]),
        ]
        row.append("yes" if facts["broken"] == 0 else f"{facts['broken']} broken")
    print("  ".join(f"{text:>{width}}" for text, width in zip(row, WIDTHS, strict=True)), flush=True)


def _facts(name: str, size: str, seed: int, seconds: float) -> dict[str, Any]:
    """What one method's own process tells; it is ended when it does not end by itself."""
    order = [sys.executable, "-m", "bench.planner", "--child", name, size]
    order += ["--seed", str(seed), "--seconds", str(seconds)]
    try:
        done = subprocess.run(order, capture_output=True, text=True, check=False, timeout=2 * seconds + 60)
    except subprocess.TimeoutExpired:
        return {"failed": "not built"}
    if done.returncode:
        return {"failed": f"ended {done.returncode}"}
    facts: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return facts


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sizes", nargs="*", choices=[*SIZES, []], default=["S", "M"])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--only-ours", action="store_true", help="leave the peers out")
    parser.add_argument("--child", metavar="METHOD", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.child:
        child(chosen.child, chosen.sizes[0], chosen.seed, chosen.seconds)
        return
    for size in chosen.sizes:
        measure(size, chosen.seed, chosen.seconds, [OURS] if chosen.only_ours else [OURS, *MODELS])


if __name__ == "__main__":
    main()
