"""Linear programs behind one function: fractions of columns, prices of rows, and the floor they prove.

Beside `cpsat` the only file that knows ortools, which takes seconds to load: import late. One thread, so the
same program gives the same answer.
"""

from dataclasses import dataclass
from threading import Event

import numpy as np
import numpy.typing as npt

from expertpool.scheduling.cpsat import interrupted
from expertpool.scheduling.model import FREE, Model, Objective

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
ENGINE = "CLP"
WORK_PER_PIVOT = 1.2e-8  # deterministic seconds of a pivot, for each row of the program
SAFETY = 1e-9  # of all that is added up to a floor, taken off for rounding


@dataclass(frozen=True, slots=True)
class Relaxed:
    """An optimum in fractions. beyond: by how much the floor is higher for plans that use a column fully.

    floor: no solution in whole numbers is below it, whatever the engine says of its prices. work:
    deterministic seconds, counted by pivots.
    """

    values: Floats
    beyond: Floats
    floor: float
    work: float


def relax(model: Model, objective: Objective, stop: Event | None = None) -> Relaxed | None:
    """The least of an objective if columns may be used in fractions; None if the engine finds none.

    stop: set from another thread, ends it soon.
    """
    from ortools.linear_solver import pywraplp

    rows = _Rows(model)
    engine = pywraplp.Solver.CreateSolver(ENGINE)
    columns = [engine.NumVar(low, high, "") for low, high in zip(model.low, model.high, strict=True)]
    aim = engine.Objective()
    for column, coef in objective.coefs.items():
        aim.SetCoefficient(columns[column], coef)
    limits = zip(rows.low.tolist(), rows.high.tolist(), strict=True)
    limited = [engine.Constraint(low, high) for low, high in limits]
    for row, column, coef in zip(rows.row.tolist(), rows.column.tolist(), rows.coef.tolist(), strict=True):
        limited[row].SetCoefficient(columns[column], coef)
    with interrupted(stop, engine.InterruptSolve):
        status = engine.Solve()
    if status != pywraplp.Solver.OPTIMAL:
        return None
    floor, reduced = rows.proven(np.array([row.dual_value() for row in limited]), objective)
    values = np.array([column.solution_value() for column in columns])
    work = engine.iterations() * len(limited) * WORK_PER_PIVOT
    return Relaxed(values, np.maximum(0.0, reduced), floor, work)


class _Rows:
    """The rows of a model as entries, each scaled so that its largest coefficient is 1."""

    def __init__(self, model: Model) -> None:
        self.model = model
        rows = list(model.all_rows())
        scale = np.array([max(map(abs, row.coefs)) for row in rows], dtype=np.float64)
        self.row: Ints = np.repeat(np.arange(len(rows)), [len(row.columns) for row in rows])
        self.column: Ints = np.array([column for row in rows for column in row.columns], dtype=np.int64)
        coefs = np.array([coef for row in rows for coef in row.coefs], dtype=np.float64)
        self.coef: Floats = coefs / scale[self.row]
        self.low = np.array([-np.inf if row.low <= -FREE else row.low for row in rows]) / scale
        self.high = np.array([np.inf if row.high >= FREE else row.high for row in rows]) / scale

    def proven(self, prices: Floats, objective: Objective) -> tuple[float, Floats]:
        """The floor that prices of rows prove, and what each column costs beside them.

        Any prices prove a floor as long as none stands on a side where the row has no limit.
        """
        side = np.where(prices > 0, self.low, self.high)
        prices = np.where(np.isfinite(side), prices, 0.0)
        paid = prices * np.where(np.isfinite(side), side, 0.0)
        size = len(self.model.low)
        costs = np.zeros(size)
        costs[list(objective.coefs)] = list(objective.coefs.values())
        spread = np.bincount(self.column, weights=self.coef * prices[self.row], minlength=size)
        reduced: Floats = costs - spread
        least = np.minimum(reduced * np.array(self.model.low), reduced * np.array(self.model.high))
        added = np.abs(paid).sum() + np.abs(least).sum()
        return float(objective.constant + paid.sum() + least.sum() - SAFETY * added), reduced
