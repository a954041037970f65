"""Rows of the model for what is used up: weekly hours, open engagements, lending quotas, load, shares."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING

from expertpool.scheduling.model import Model, Objective
from expertpool.scheduling.preferences import load_cost, load_units
from expertpool.scheduling.problem import Problem
from expertpool.scheduling.roster import Ints
from expertpool.scheduling.snapshot import Agreement, Session

if TYPE_CHECKING:
    from expertpool.scheduling.master import Master

Term = tuple[int, int]


def add_rules(master: Master) -> None:
    """All rules and costs of this file."""
    for row in master.seats_of:
        for week in range(len(master.problem.snapshot.weeks)):
            _weekly_capacity(master, row, week)
        _open_engagements(master, row)
        _fairness(master, row)
    for agreement in master.problem.snapshot.agreements:
        lent = _lent(master, agreement)
        for month, minutes in enumerate(master.problem.remaining(agreement)):
            _quota(master, lent, month, minutes)
    _carried(master)


def _weekly_capacity(master: Master, row: int, week: int) -> None:
    """CAP-01: work in a week, with what is used already, fits into an expert's capacity."""
    problem = master.problem
    columns = [(seat, master.seat_columns[seat][row]) for seat in master.seats_of[row]]
    room = int(problem.roster.capacity[row] - problem.roster.used[row, week])
    _use(master, columns, room, week, problem.week)


def _quota(master: Master, lent: list[tuple[str, int]], month: int, minutes: int) -> None:
    """LEND-02: work lent in a month fits into what is left of it."""
    _use(master, lent, minutes, month, master.problem.month)


def _lent(master: Master, agreement: Agreement) -> list[tuple[str, int]]:
    """Seats and columns by which experts would be lent under an agreement."""
    problem = master.problem
    return [
        (seat, column)
        for seat, columns in master.seat_columns.items()
        if problem.asked[seat].need.ministry == agreement.borrower
        for row, column in columns.items()
        if problem.roster.ministry[row] == agreement.lender
    ]


def _use(
    master: Master, columns: list[tuple[str, int]], room: int, period: int, period_of: Callable[[int], int]
) -> None:
    """The minutes that columns use of one period (a week or month) fit into `room`, fixed ones aside."""
    by_seat: dict[str, list[int]] = {}
    for seat, column in columns:
        by_seat.setdefault(seat, []).append(column)
    if _most(master, by_seat, period, period_of) <= room:
        return
    terms: list[Term] = []
    fixed = 0
    by_session: dict[str, list[int]] = {}
    for seat, own in by_seat.items():
        asked = master.problem.asked[seat]
        if asked.seat.effort_minutes and period_of(asked.need.deadline - 1) == period:
            terms += [(column, asked.seat.effort_minutes) for column in own]
        for session in asked.sessions:
            by_session.setdefault(session.id, []).extend(own)
        if master.is_fixed(seat):
            fixed += _minutes(master, seat, period, period_of)
    for name, attending in by_session.items():
        terms += _attendance(master, master.problem.sessions[name], attending, period, period_of)
    if terms:
        master.model.row(terms, high=max(room, fixed))


def _most(master: Master, by_seat: dict[str, list[int]], period: int, period_of: Callable[[int], int]) -> int:
    """More than the columns can use of the period, whoever is chosen; counts each seat once."""
    return sum(_minutes(master, seat, period, period_of) for seat in by_seat)


def _minutes(master: Master, seat: str, period: int, period_of: Callable[[int], int]) -> int:
    """The most minutes that one expert on a seat can use of the period."""
    asked = master.problem.asked[seat]
    effort = asked.seat.effort_minutes if period_of(asked.need.deadline - 1) == period else 0
    return effort + sum(
        session.length_minutes for session in asked.sessions if _inside(master, session, period, period_of)
    )


def _inside(master: Master, session: Session, period: int, period_of: Callable[[int], int]) -> list[int]:
    """Columns of a session's starts in the period."""
    key = session.id, period_of.__name__
    if key not in master.periods:
        by_period: dict[int, list[int]] = {}
        for start, column in master.start_columns[session.id].items():
            by_period.setdefault(period_of(start), []).append(column)
        master.periods[key] = by_period
    return master.periods[key].get(period, [])


def _attendance(
    master: Master, session: Session, attending: list[int], period: int, period_of: Callable[[int], int]
) -> list[Term]:
    """Terms for the minutes that columns attend a session in the period."""
    inside = _inside(master, session, period, period_of)
    if not inside:
        return []
    if len(inside) == len(master.start_columns[session.id]):
        return [(column, session.length_minutes) for column in attending]
    most = min(len(attending), len(session.seats))
    present = master.model.column(0, most)
    counted = [(column, 1) for column in attending]
    master.model.row([*counted, *((column, most) for column in inside), (present, -1)], high=most)
    return [(present, session.length_minutes)]


def _open_engagements(master: Master, row: int) -> None:
    """CAP-02: no more open engagements than agreed, fixed ones aside."""
    roster = master.problem.roster
    columns = [master.seat_columns[seat][row] for seat in master.seats_of[row]]
    fixed = sum(master.model.low[column] for column in columns)
    room = max(int(roster.most_open[row] - roster.open[row]), fixed)
    if len(columns) > room:
        master.model.row([(column, 1) for column in columns], high=room)


def _carried(master: Master) -> None:
    """The convex cost of what ministries carry beyond their shares."""
    problem, given = master.problem, Given()
    for seat, columns in master.seat_columns.items():
        units = load_units(problem, problem.asked[seat])
        for row, column in columns.items():
            given.may(int(problem.roster.ministry_code[row]), seat, column, units)
    given.add_rows(master.model, master.cost, problem, problem.beyond)


class Given:
    """Columns by which work is given to each ministry, and what they cost beyond its share, exactly."""

    def __init__(self) -> None:
        self.terms: dict[int, list[Term]] = {}
        self.most: dict[int, dict[str, int]] = {}

    def may(self, code: int, seat: str, column: int, units: int) -> None:
        """A column would give a ministry, by its code, a seat of so many units; a seat is given once."""
        self.terms.setdefault(code, []).append((column, units))
        self.most.setdefault(code, {})[seat] = units

    def add_rows(self, model: Model, cost: Objective, problem: Problem, beyond: Ints) -> None:
        """A column for each unit beyond a share that could be given: it costs its number, so that the cheaper
        come first."""
        weight = problem.snapshot.policy.weights.share
        for code, terms in sorted(self.terms.items()):
            first, most = int(beyond[code]), sum(self.most[code].values())
            if not weight or first + most <= 0:
                continue
            given = []
            for unit in range(max(0, first) + 1, first + most + 1):
                given.append((model.column(), -1))
                cost.add(given[-1][0], weight * unit)
            model.row([*terms, *given], high=max(0, -first))


def _fairness(master: Master, row: int) -> None:
    """The convex cost of an expert's further load; exact, because only reachable loads are its corners."""
    problem = master.problem
    weight = problem.snapshot.policy.weights.fairness
    if not weight:
        return
    before = int(problem.roster.load_units[row])
    by_need: dict[str, list[Term]] = {}
    for seat in master.seats_of[row]:
        units = load_units(problem, problem.asked[seat])
        need = problem.asked[seat].need.id
        by_need.setdefault(need, []).append((master.seat_columns[seat][row], units))
    if len(by_need) == 1:
        for column, units in next(iter(by_need.values())):
            master.cost.add(column, weight * load_cost(before, units))
        return
    loads = {0}
    for terms in by_need.values():
        loads |= {load + units for load in loads for _, units in terms}
    corners = sorted(loads)
    points = master.model.column(0, load_cost(before, corners[-1]))
    master.cost.add(points, weight)
    load = [term for terms in by_need.values() for term in terms]
    for lower, upper in pairwise(corners):
        slope = 2 * before + lower + upper + 1  # of the chord, twice
        rest = 2 * load_cost(before, lower) - slope * lower
        master.model.row([(points, 2), *((column, -slope * units) for column, units in load)], low=rest)
