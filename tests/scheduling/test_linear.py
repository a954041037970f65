"""Linear programs: the optimum in fractions, and the floor that prices prove."""

import numpy as np
import pytest
from ortools.sat.python import cp_model

from expertpool.scheduling import cpsat
from expertpool.scheduling.linear import _Rows, relax
from expertpool.scheduling.model import Model, Objective


def triangle() -> tuple[Model, Objective]:
    """Three columns of which each two exclude each other: half of each is the best in fractions."""
    model, aim = Model(), Objective(constant=10)
    columns = [model.column() for _ in range(3)]
    for one, other in ((0, 1), (1, 2), (0, 2)):
        model.one_of([columns[one], columns[other]])
    for column in columns:
        aim.add(column, -4)
    return model, aim


def test_the_floor_is_the_optimum_in_fractions() -> None:
    found = relax(*triangle())

    assert found is not None
    assert found.values.tolist() == pytest.approx([0.5, 0.5, 0.5])
    assert found.floor == pytest.approx(4.0)
    assert found.floor <= 4.0


def test_rows_with_two_limits_and_large_coefficients_are_kept() -> None:
    model, aim = Model(), Objective()
    hours = model.column(0, 40)
    model.row([(hours, 60)], low=600, high=1_200)
    aim.add(hours, 3)

    found = relax(model, aim)

    assert found is not None
    assert found.values.tolist() == pytest.approx([10.0])
    assert found.floor == pytest.approx(30.0)


def test_prices_on_a_side_without_a_limit_prove_nothing_too_much() -> None:
    model, aim = triangle()

    floor, _ = _Rows(model).proven(np.array([5.0, 5.0, 5.0]), aim)

    assert floor <= -2.0  # as without prices: every column used


def test_a_program_without_an_answer_gives_none() -> None:
    model, aim = Model(), Objective()
    column = model.column()
    model.row([(column, 1)], low=2)
    aim.add(column, 1)

    assert relax(model, aim) is None


def test_a_search_cut_short_without_a_solution_tells_what_it_had_proven(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    search = cp_model.CpSolver.solve

    def cut_short(solver: cp_model.CpSolver, program: cp_model.CpModel, _: object) -> object:
        search(solver, program)
        assert solver.best_bound_callback is not None
        for bound in (5.2, 4.9):
            solver.best_bound_callback(bound)
        return cp_model.UNKNOWN

    monkeypatch.setattr(cp_model.CpSolver, "solve", cut_short)

    model, aim = triangle()
    found = cpsat.minimise(model, aim, hint={}, deterministic_seconds=1, on_better=lambda *_: True)

    assert (found.proven, found.bound) == (False, 6)
