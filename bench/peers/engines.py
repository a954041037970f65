"""Two solvers behind the same few calls, so that a peer's model is written once."""

import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol

Terms = Sequence[tuple[Any, int]]


class Engine(Protocol):
    """A model in the making, and its search. `first` is when the first solution came, in seconds."""

    first: float | None
    bound: float

    def column(self, most: int = 1) -> Any:
        """A whole number from 0."""

    def at_most(self, terms: Terms, most: int) -> None:
        """A row `sum <= most`."""

    def search(self, cost: Terms, constant: int, seconds: float) -> Callable[[Any], int] | None:
        """The best values found in time, by column; None without a solution."""


class CpSat:
    """OR-Tools CP-SAT as it comes, with both cores."""

    def __init__(self) -> None:
        from ortools.sat.python import cp_model

        self.cp, self.model = cp_model, cp_model.CpModel()
        self.first: float | None = None
        self.bound = 0.0

    def column(self, most: int = 1) -> Any:
        return self.model.new_int_var(0, most, "")

    def at_most(self, terms: Terms, most: int) -> None:
        columns, coefs = zip(*terms, strict=True)
        self.model.add(self.cp.LinearExpr.weighted_sum(columns, coefs) <= most)

    def search(self, cost: Terms, constant: int, seconds: float) -> Callable[[Any], int] | None:
        columns, coefs = zip(*cost, strict=True)
        self.model.minimize(self.cp.LinearExpr.weighted_sum(columns, coefs) + constant)
        solver = self.cp.CpSolver()
        solver.parameters.max_time_in_seconds = max(0.1, seconds)
        solver.parameters.num_workers = 2
        began, peer = time.perf_counter(), self

        class Watch(self.cp.CpSolverSolutionCallback):  # type: ignore[misc, name-defined]
            def on_solution_callback(self) -> None:
                if peer.first is None:
                    peer.first = time.perf_counter() - began

        status = solver.solve(self.model, Watch())
        if status not in (self.cp.OPTIMAL, self.cp.FEASIBLE):
            return None
        self.bound = solver.best_objective_bound
        return lambda column: int(solver.value(column))


class Scip:
    """SCIP as it comes with OR-Tools: the direct mixed-integer program."""

    def __init__(self) -> None:
        from ortools.linear_solver import pywraplp

        self.solver = pywraplp.Solver.CreateSolver("SCIP")
        self.good = (pywraplp.Solver.OPTIMAL, pywraplp.Solver.FEASIBLE)
        self.first: float | None = None
        self.bound = 0.0

    def column(self, most: int = 1) -> Any:
        return self.solver.IntVar(0, most, "")

    def at_most(self, terms: Terms, most: int) -> None:
        row = self.solver.Constraint(-self.solver.infinity(), most)
        for column, coef in terms:
            row.SetCoefficient(column, coef)

    def search(self, cost: Terms, constant: int, seconds: float) -> Callable[[Any], int] | None:
        objective = self.solver.Objective()
        for column, coef in cost:
            objective.SetCoefficient(column, objective.GetCoefficient(column) + coef)  # may come twice
        objective.SetOffset(constant)
        self.solver.SetTimeLimit(int(max(0.1, seconds) * 1000))
        if self.solver.Solve() not in self.good:
            return None
        self.bound = objective.BestBound()
        return lambda column: round(column.solution_value())
