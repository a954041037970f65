"""Branch and bound over linear programs behind one function. It knows ortools, which is loaded late.

It wins where many yes-no columns meet in rows of large numbers, such as floors under sums of qualities. The
limit is a number of nodes, so that the same model has the same answer every time.
"""

import contextlib
import importlib
import math
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from expertpool.scheduling.model import FREE, Model, Objective

EXACT = 0.01  # a bound is a double: so far below a whole number it still means the number above


@dataclass(frozen=True, slots=True)
class Branched:
    """What was found. values: the columns' values of the best solution, if any; bound: none is below it.

    Both come from doubles: whoever uses the values checks them in whole numbers.
    """

    values: list[int] | None
    bound: int


def minimise(model: Model, objective: Objective, *, nodes: int) -> Branched | None:
    """Search for the least value of an objective over a model; None if it ended without any bound.

    Source: HiGHS, Huangfu and Hall, Mathematical Programming Computation 10 (2018), as built into ortools
    """
    # By name: of this package only a part is typed, which mypy would take for all of it.
    engine = importlib.import_module("ortools.linear_solver.python.model_builder_helper")
    program = _program(engine.ModelBuilderHelper(), model, objective)
    solver = engine.ModelSolverHelper("highs")
    solver.enable_output(False)
    solver.set_solver_specific_parameters(f"threads=1\nmip_rel_gap=0\nmip_max_nodes={nodes}")
    with _silence():
        solver.solve(program)
    if not solver.has_response() or not math.isfinite(solver.best_objective_bound()):
        return None
    values = [round(value) for value in solver.variable_values()] if solver.has_solution() else None
    return Branched(values, math.ceil(solver.best_objective_bound() - EXACT))


def _program(program: Any, model: Model, objective: Objective) -> Any:
    for low, high in zip(model.low, model.high, strict=True):
        column = program.add_var()
        program.set_var_lower_bound(column, low)
        program.set_var_upper_bound(column, high)
        program.set_var_integrality(column, True)
    for column, coef in objective.coefs.items():
        program.set_var_objective_coefficient(column, coef)
    program.set_objective_offset(objective.constant)
    for each in model.all_rows():
        row = program.add_linear_constraint()
        program.set_constraint_lower_bound(row, -math.inf if each.low == -FREE else each.low)
        program.set_constraint_upper_bound(row, math.inf if each.high == FREE else each.high)
        for column, coef in zip(each.columns, each.coefs, strict=True):
            program.add_term_to_constraint(row, column, coef)
    return program


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """The engine greets on the standard output, which may be somebody's protocol."""
    sys.stdout.flush()
    kept = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)
