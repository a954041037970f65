"""The planner beside its peers: `python -m bench.planner [S M crowded L] [--seconds 60] [--runs 3]`.

Each method runs in a process of its own, one after the other, and stops after the same time; every plan is
checked with `expertpool.scheduling.verify`. Time counts from the checked snapshot in memory. The gap is the
plan's cost less our proven floor: as part of the cost, and as part of the plan's worth, which is 100 quality
points a seat less all costs but those of empty seats.
"""

import argparse
import json
import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.boards import SIZES, board
from bench.peers import timefold
from bench.peers.models import MODELS, Board, choice
from expertpool.scheduling.candidates import SeatCandidates, all_candidates
from expertpool.scheduling.plan import Limits, Plan
from expertpool.scheduling.preferences import Choice, rank
from expertpool.scheduling.problem import Problem
from expertpool.scheduling.snapshot import Snapshot, checked
from expertpool.scheduling.solve import Progress, solve, written
from expertpool.scheduling.verify import verify
from expertpool.scheduling.vocabulary import Part

OURS, TIMEFOLD = "expertpool", "timefold"
METHODS = (OURS, TIMEFOLD, *MODELS)
NO_LIMIT = Limits(deterministic_seconds=100_000, most_entries=1_000_000_000)
MARKS = (1, 10, 30, 60, 120, 300)
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
    first = seconds if model.engine.first is None else built + model.engine.first
    return _told(problem, found, best, int(model.engine.bound)), {"first": first, "built": built}


def run_timefold(snapshot: Snapshot, seconds: float, seed: int) -> tuple[Plan | None, dict[str, Any]]:
    """Timefold gets all of the time, its start and the reading of the board left out."""
    problem = Problem(snapshot)
    found = all_candidates(problem)
    try:
        best, first = timefold.search(problem, found, seconds, seed)
    except timefold.Missing:
        return None, {"failed": "not installed", "first": None}
    return None if best is None else _told(problem, found, best, 0), {"first": first}


def _told(problem: Problem, found: dict[str, SeatCandidates], best: Choice, bound: int) -> Plan:
    ranked = rank(problem, best)
    return written(problem, found, NO_LIMIT, _Peer(best, ranked, max(0, min(bound, ranked[0]))))


class _Memory(threading.Thread):
    """The most memory that this process and all it has begun hold at once, looked at twice a second.

    Pages that processes share are counted once. Units: bytes.
    """

    most = 0

    def __init__(self) -> None:
        super().__init__(daemon=True)

    def run(self) -> None:
        while True:
            self.most = max(self.most, sum(_held(process) for process in _processes(str(os.getpid()))))
            time.sleep(0.5)


def _processes(process: str) -> list[str]:
    """A process and all it has begun."""
    found = [process]
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        with suppress(OSError):
            for other in task.read_text().split():
                found += _processes(other)
    return found


def _held(process: str) -> int:
    with suppress(OSError):
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
        return sum(int(line.split()[1]) << 10 for line in lines if line.startswith("Pss:"))
    return 0


def child(name: str, size: str, seed: int, seconds: float) -> None:
    """Run one method; tell about it in one line."""
    snapshot = checked(board(SIZES[size], seed))
    memory = _Memory()
    memory.start()
    if name == OURS:
        plan: Plan | None
        plan, facts = run_ours(snapshot, seconds)
    elif name == TIMEFOLD:
        plan, facts = run_timefold(snapshot, seconds, seed)
    else:
        plan, facts = run_peer(name, snapshot, seconds)
    facts["memory"] = memory.most >> 20
    if plan is not None:
        facts["broken"] = len(verify(snapshot, plan))
        facts["cost"], facts["bound"] = plan.objective.total, plan.objective.bound
        facts["empty"] = len(plan.unfilled)
        facts["worth"] = worth(len(plan.engagements), plan)
    print(json.dumps(facts))


def worth(filled: int, plan: Plan) -> int:
    """What a plan is worth: the quality of its filled seats, less all costs but those of empty seats."""
    parts = {part.part: part for part in plan.objective.parts}
    besides = plan.objective.total - parts[Part.UNFILLED].cost
    return filled * WORTH * parts[Part.QUALITY].weight - besides


def measure(size: str, seeds: list[int], runs: int, seconds: float, names: list[str]) -> None:
    """Print the table of one board: each method's runs, and their median and worst."""
    print(f"\n{size}: {SIZES[size].experts} experts, {SIZES[size].incidents} incidents, {seconds:g} s")
    print("  ".join(f"{text:>{width}}" for text, width in zip(HEAD, WIDTHS, strict=True)))
    for name in names:
        gaps = []
        for seed in seeds:
            for _ in range(runs):
                facts = _facts(name, size, seed, seconds)
                floor = max(FLOORS.get((size, seed), 0), facts.get("bound", 0))
                if name == OURS:
                    FLOORS[size, seed] = floor
                gaps.append(_print_row(name, seed, facts, floor))
                _print_marks(facts)
        if len(gaps) > 1:
            known = sorted(gaps)
            median = known[len(known) // 2]
            print(
                f"{name}: gap of worth in {len(gaps)} runs: median {_part(median)}, worst {_part(known[-1])}"
            )


FLOORS: dict[tuple[str, int], int] = {}
HEAD = (
    "method",
    "seed",
    "first plan s",
    "cost",
    "empty",
    "floor",
    "gap of cost",
    "gap of worth",
    "MB",
    "verified",
)
WIDTHS = (18, 4, 12, 12, 6, 12, 12, 12, 6, 9)


def _print_row(name: str, seed: int, facts: dict[str, Any], floor: int) -> float:
    """Print a run; its gap of worth, infinite without a plan."""
    if "cost" not in facts:
        row = [
            name,
            str(seed),
            facts.get("failed", "no plan"),
            *("" for _ in range(5)),
            str(facts.get("memory", "")),
            "",
        ]
        share = float("inf")
    else:
        gap = facts["cost"] - floor
        share = gap / facts["worth"] if 0 <= gap < facts["worth"] else float("inf")
        row = [name, str(seed), f"{facts['first']:.2f}", str(facts["cost"]), str(facts["empty"])]
        row += [str(facts["bound"]), _part(gap / max(1, facts["cost"])), _part(share), str(facts["memory"])]
        row.append("yes" if facts["broken"] == 0 else f"{facts['broken']} broken")
    print("  ".join(f"{text:>{width}}" for text, width in zip(row, WIDTHS, strict=True)), flush=True)
    return share


def _print_marks(facts: dict[str, Any]) -> None:
    """What was known at the marks, each gap by the plan and the floor of that moment."""
    for mark, (cost, bound, empty) in facts.get("marks", {}).items():
        gap = cost - bound
        share = gap / facts["worth"] if gap < facts["worth"] else float("inf")
        print(
            f"{'at ' + mark + ' s':>{WIDTHS[0]}}  cost {cost}, floor {bound}, {empty} empty, {_part(share)}"
        )


def _part(share: float) -> str:
    return "more" if share == float("inf") else f"{100 * share:.3f} %"


def _facts(name: str, size: str, seed: int, seconds: float) -> dict[str, Any]:
    """What one method's own process tells; it is ended when it does not end by itself."""
    order = [sys.executable, "-m", "bench.planner", "--child", name, size]
    order += ["--seeds", str(seed), "--seconds", str(seconds)]
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
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--runs", type=int, default=1, help="of each method on each seed; 3 give a median")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=METHODS)
    parser.add_argument("--only-ours", action="store_true", help="leave the peers out")
    parser.add_argument("--child", metavar="METHOD", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.child:
        child(chosen.child, chosen.sizes[0], chosen.seeds[0], chosen.seconds)
        return
    for size in chosen.sizes:
        names = [OURS] if chosen.only_ours else chosen.methods
        measure(size, chosen.seeds, chosen.runs, chosen.seconds, names)


if __name__ == "__main__":
    main()
