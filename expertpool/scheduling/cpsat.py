"""CP-SAT behind one function. With `linear` all that knows ortools, which takes seconds to load: import late.

One worker, a fixed seed and a deterministic limit give the same answer for the same model every time; a
limit by the clock would not.
"""

import importlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread
from typing import Any

from expertpool.scheduling.model import FREE, Model, Objective

SEED = 1
STOP_WITHIN_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a search proved. Plans it found were told on the way.

    bound: no solution is below it. work: deterministic seconds spent; they measure effort, not time.
    """

    bound: int
    proven: bool
    work: float


def load() -> None:
    """Load the solver before copies of the process are made, each of which would have to."""
    importlib.import_module("ortools.sat.python.cp_model")


def minimise(
    model: Model,
    objective: Objective,
    *,
    hint: dict[int, int],
    deterministic_seconds: float,
    on_better: Callable[[list[int], int], bool],
    stop: Event | None = None,
) -> Outcome:
    """Search for the least value of an objective over a model.

    on_better: told the columns' values and the bound at each better solution; False stops the search.
    stop: set from another thread, ends it soon, also while nothing better is found.

    Source: google/or-tools#5293 (a wrong proof unless presolve inclusion is off), hence that parameter and
    the independent `verify`.
    """
    from ortools.sat.python import cp_model

    program = cp_model.CpModel()
    program.proto.parse_text_format("\n".join(_text(model, objective, hint)))
    solver = _solver(cp_model, deterministic_seconds)
    proven = [float(_least(model, objective))]
    solver.best_bound_callback = proven.append  # a search that ends without a solution tells it nowhere else
    watcher = _watcher(cp_model, len(model.low), on_better)
    with interrupted(stop, solver.stop_search):
        status = solver.solve(program, watcher)
    if watcher.failure is not None:
        raise watcher.failure
    found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    bound = _whole(solver.best_objective_bound if found else max(proven))
    return Outcome(bound, status == cp_model.OPTIMAL, solver.response_proto.deterministic_time)


def _solver(cp_model: Any, deterministic_seconds: float) -> Any:
    """One worker that gives the same answer each time."""
    solver = cp_model.CpSolver()
    parameters = solver.parameters
    parameters.num_workers = 1
    parameters.random_seed = SEED
    parameters.max_deterministic_time = deterministic_seconds
    parameters.linearization_level = 2
    parameters.presolve_inclusion_work_limit = 0
    parameters.cp_model_probing_level = 0  # on these models presolve costs more than it saves
    parameters.max_presolve_iterations = 1
    parameters.symmetry_level = 0
    parameters.catch_sigint_signal = False  # whoever runs the search decides what Ctrl-C means
    return solver


@contextmanager
def interrupted(stop: Event | None, interrupt: Callable[[], object]) -> Iterator[None]:
    """Interrupt a search, from another thread, soon after `stop` is set."""
    over = Event()

    def watch(wished: Event) -> None:
        while not over.wait(STOP_WITHIN_SECONDS):
            if wished.is_set():
                interrupt()

    watching = None if stop is None else Thread(target=watch, args=(stop,), daemon=True)
    if watching is not None:
        watching.start()
    try:
        yield
    finally:
        over.set()
        if watching is not None:
            watching.join()


def _watcher(cp_model: Any, size: int, on_better: Callable[[list[int], int], bool]) -> Any:
    """A solution callback that keeps an exception until the solver has returned."""

    class Watcher(cp_model.CpSolverSolutionCallback):  # type: ignore[misc]
        failure: BaseException | None = None

        def on_solution_callback(self) -> None:
            try:
                values = [int(value) for value in self.response_proto.solution][:size]
                if not on_better(values, _whole(self.best_objective_bound)):
                    self.stop_search()
            except BaseException as failure:
                self.failure = failure
                self.stop_search()

    return Watcher()


def _whole(bound: float) -> int:
    """A bound on a whole-numbered objective, rounded up past the solver's own rounding."""
    return -int(-(bound - 1e-6) // 1)


def _least(model: Model, objective: Objective) -> int:
    """The least a sum can be by its columns' bounds alone."""
    lows = (min(c * model.low[col], c * model.high[col]) for col, c in objective.coefs.items())
    return objective.constant + sum(lows)


def _text(model: Model, objective: Objective, hint: dict[int, int]) -> Iterator[str]:
    """The model in the solver's text format, which loads several times faster than call by call.

    Source: ortools/sat/cp_model.proto
    """
    for low, high in zip(model.low, model.high, strict=True):
        yield f"variables {{ domain: [{low},{high}] }}"
    for columns in model.at_most_one:
        yield f"constraints {{ at_most_one {{ literals: {columns} }} }}"
    for row in model.rows:
        domain = f"{_end(row.low)},{_end(row.high)}"
        linear = f"vars: {list(row.columns)} coeffs: {list(row.coefs)} domain: [{domain}]"
        yield f"constraints {{ linear {{ {linear} }} }}"
    columns, coefs = list(objective.coefs), list(objective.coefs.values())
    yield f"objective {{ vars: {columns} coeffs: {coefs} offset: {objective.constant} scaling_factor: 1 }}"
    yield f"solution_hint {{ vars: {list(hint)} values: {list(hint.values())} }}"


def _end(bound: int) -> int:
    """A bound as the solver writes it: none is the end of 64 bits."""
    if abs(bound) < FREE:
        return bound
    return 2**63 - 1 if bound > 0 else -(2**63)
