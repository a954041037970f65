"""The solver's own process: a snapshot comes in by its standard input, lines of JSON go out.

It is run as a file, so nothing of the service is loaded but the pure planner. It knows no database, may use
only so much memory and time, and dies with the worker that started it.

In: one line of orders with the task, one line with the snapshot, then at any time a line that asks to stop.
Out: {"progress": …} whenever something better is known; at last {"answer": …}, {"reply": …} or
{"trouble": …}.
"""

import ctypes
import json
import os
import resource
import signal
import sys
import threading
from typing import Any

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Read, do the task, answer."""
    orders = json.loads(sys.stdin.readline())
    _confine(orders)
    from expertpool.scheduling.memory import confined

    with confined(orders["memory_bytes"]) as search_bytes:
        stop = threading.Event()
        text = sys.stdin.readline()
        threading.Thread(target=_listen, args=(stop,), daemon=True).start()
        try:
            _tell(_done(orders, text, stop, search_bytes))
        except MemoryError:
            _tell({"trouble": "memory"})


def _confine(orders: dict[str, Any]) -> None:
    """Bind this process to its limits and to the life of its parent."""
    resource.setrlimit(resource.RLIMIT_CPU, (orders["cpu_seconds"], orders["cpu_seconds"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != orders["parent"]:  # it died before we asked to be told
        sys.exit(1)


def _listen(stop: threading.Event) -> None:
    """Whatever comes after the snapshot, the end of the line included, means stop."""
    sys.stdin.readline()
    stop.set()


def _tell(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line, separators=(",", ":")) + "\n")
    sys.stdout.flush()


def _report(stage: str, best: int, bound: int, unfilled: int) -> None:
    _tell({"progress": {"stage": stage, "best": best, "bound": bound, "unfilled": unfilled}})


def _done(orders: dict[str, Any], text: str, stop: threading.Event, search_bytes: int) -> dict[str, Any]:
    """The last line: of a search its plan with the reasons, of a question about a plan the answer."""
    task = orders["task"]
    if task["what"] in ("solve", "repair"):
        return {"answer": _plan(orders, text, stop, search_bytes)}
    from expertpool.planning.rules.questions import QuestionKind
    from expertpool.planning.rules.telling import answered
    from expertpool.scheduling import plan as plans
    from expertpool.scheduling import snapshot as snapshots

    snapshot, plan = snapshots.loads(text), plans.loads(task["plan"])
    return {"reply": answered(snapshot, plan, QuestionKind(task["what"]), task["seat"], task["expert"])}


def _plan(orders: dict[str, Any], text: str, stop: threading.Event, search_bytes: int) -> dict[str, str]:
    from expertpool.planning.rules.telling import told
    from expertpool.scheduling import plan as plans
    from expertpool.scheduling import snapshot as snapshots
    from expertpool.scheduling.repair import mended
    from expertpool.scheduling.solve import Progress, solve

    def report(now: Progress) -> bool:
        _report(now.stage.value, now.best, now.bound, now.unfilled)
        return not stop.is_set()

    snapshot, search = snapshots.loads(text), solve if orders["task"]["what"] == "solve" else mended
    plan = search(
        snapshot,
        limits=plans.Limits(**orders["limits"]),
        progress=report,
        stop=stop,
        memory_bytes=search_bytes,
    )
    cost = plan.objective
    _report("explaining", cost.total, cost.bound, len(plan.unfilled))
    return {"plan": plans.dumps(plan), "reasons": told(snapshot, plan)}


if __name__ == "__main__":
    main()
