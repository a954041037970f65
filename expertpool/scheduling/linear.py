"""Linear programs behind one class, grown by columns and rows and solved again from where they stood.

Beside `cpsat` the only file that knows ortools. One thread, so the same program gives the same answer.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from threading import Event
from typing import Any

import numpy as np
import numpy.typing as npt

from expertpool.scheduling.cpsat import interrupted

Floats = npt.NDArray[np.float64]
ENGINE = "CLP"
WORK_PER_PIVOT = 1.2e-8  # deterministic seconds of a pivot, for each row of the program


@dataclass(frozen=True, slots=True)
class Point:
    """An optimum: the columns' values and the rows' prices, in the order they were added.

    work: deterministic seconds, counted by pivots.
    """

    value: float
    columns: Floats
    prices: Floats
    work: float


class Linear:
    """A sum to be kept low over columns that are never negative, and rows that limit them from above."""

    def __init__(self) -> None:
        from ortools.linear_solver import pywraplp

        self._engine = pywraplp.Solver.CreateSolver(ENGINE)
        self._optimal, self._infinity = pywraplp.Solver.OPTIMAL, self._engine.infinity()
        self._rows: list[Any] = []
        self._columns: list[Any] = []
        self._sum = self._engine.Objective()
        self._how = pywraplp.MPSolverParameters()
        self._how.SetIntegerParam(self._how.PRESOLVE, self._how.PRESOLVE_OFF)
        self._primal, self._dual = self._how.PRIMAL, self._how.DUAL
        self._algorithm = self._primal

    def row(self, most: float) -> int:
        """A new row: a sum of columns that is at most this."""
        self._algorithm = self._dual
        self._rows.append(self._engine.Constraint(-self._infinity, most))
        return len(self._rows) - 1

    def put(self, row: int, column: int, coef: float) -> None:
        """Give a column a coefficient in a row."""
        self._rows[row].SetCoefficient(self._columns[column], coef)

    def column(self, cost: float, terms: Iterable[tuple[int, float]]) -> int:
        """A new column, by (row, coefficient)."""
        column = self._engine.NumVar(0, self._infinity, "")
        self._sum.SetCoefficient(column, cost)
        for row, coef in terms:
            self._rows[row].SetCoefficient(column, coef)
        self._columns.append(column)
        return len(self._columns) - 1

    def solved(self, stop: Event | None = None) -> Point | None:
        """The optimum of the program as it stands; None if the engine finds none, or was stopped."""
        if not self._columns:  # the engine does not survive an empty program
            return Point(0.0, np.zeros(0), np.zeros(len(self._rows)), 0.0)
        self._how.SetIntegerParam(self._how.LP_ALGORITHM, self._algorithm)
        with interrupted(stop, self._engine.InterruptSolve):
            status = self._engine.Solve(self._how)
        self._algorithm = self._primal
        pivots = self._engine.iterations()
        if status != self._optimal:
            return None
        return Point(
            value=self._sum.Value(),
            columns=np.array([column.solution_value() for column in self._columns]),
            prices=np.array([row.dual_value() for row in self._rows]),
            work=pivots * len(self._rows) * WORK_PER_PIVOT,
        )
