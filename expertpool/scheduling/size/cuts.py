"""Rows that an optimum of the program breaks although every plan keeps them."""

import math
from collections import defaultdict

import numpy as np

from expertpool.scheduling.linear import Floats, Point
from expertpool.scheduling.size.program import Kind, Program, corner
from expertpool.scheduling.size.rivals import Rivals

BREACH = 1e-3  # by how much a row must be broken to be added
MOST_SUPPORT = 24  # columns of an expert looked at for cliques, heaviest first
EPSILON = 1e-6


def add_cuts(program: Program, rivals: Rivals, point: Point) -> int:
    """Add rows that a point breaks; how many."""
    values = point.columns[np.array(program.ids, dtype=np.int64)]
    support: dict[int, list[int]] = defaultdict(list)
    for column in (values > EPSILON).nonzero()[0].tolist():
        support[program.expert_of(column)].append(column)
    added = 0
    for expert in sorted(support):
        columns = support[expert]
        if len(columns) > 1:
            added += _cliques(program, rivals, values, expert, columns)
            added += _once(program, point, values, expert, columns)
            added += _limits(program, values, expert, columns)
            added += _loads(program, point, values, expert, columns)
    return added


def _cliques(program: Program, rivals: Rivals, values: Floats, expert: int, columns: list[int]) -> int:
    """At most one of columns that exclude each other pairwise, widened by all that exclude these."""
    if values[columns].sum() <= 1 + BREACH:
        return 0
    heavy = sorted(columns, key=lambda column: (-values[column], column))[:MOST_SUPPORT]
    what = program.columns
    met: set[tuple[int, ...]] = set()
    for first in heavy:
        clique = [first]
        for other in heavy:
            if other != first and all(rivals.apart(what[other], what[one]) for one in clique):
                clique.append(other)
        key = tuple(sorted(clique))
        if key not in met and values[clique].sum() > 1 + BREACH:
            met.add(key)
            for other in program.of_expert[expert]:
                if other not in key and all(rivals.apart(what[other], what[one]) for one in clique):
                    clique.append(other)
            program.clique(sorted(clique))
    return len(met)


def _once(program: Program, point: Point, values: Floats, expert: int, columns: list[int]) -> int:
    """TEAM-06 by option of the meeting, stronger than by need."""
    groups: dict[tuple[str, int], list[int]] = defaultdict(list)
    for column in columns:
        s, _, option = program.columns[column]
        if program.seats[s].meeting is not None:
            groups[program.seats[s].asked.need.id, option].append(column)
    added = 0
    for (need, option), members in groups.items():
        held = point.columns[program.options[need][option]]
        broken = len(members) > 1 and values[members].sum() > held + BREACH
        if broken and (need, option, expert) not in program.once:
            program.seat_once(need, option, expert, _of_option(program, expert, need, option))
            added += 1
    return added


def _of_option(program: Program, expert: int, need: str, option: int) -> list[int]:
    return [
        column
        for column in program.of_expert[expert]
        if program.columns[column][2] == option
        and (pairs := program.seats[program.columns[column][0]]).asked.need.id == need
        and pairs.meeting is not None
    ]


def _limits(program: Program, values: Floats, expert: int, columns: list[int]) -> int:
    """CAP-01, CAP-02: the hours of a week, by what each column surely uses, and engagements."""
    roster = program.problem.roster
    known = {(kind, which) for kind, which, _ in program.expert_rows.get(expert, ())}
    added = 0
    used = sum(
        values[column] * program.seats[s].weeks[option]
        for column in columns
        for s, _, option in (program.columns[column],)
    )
    for week, minutes in enumerate(used.tolist()):
        room = max(0, int(roster.room[expert, week]))
        if minutes > room + 1 and (Kind.WEEK, week) not in known:
            program.limit(Kind.WEEK, week, expert, room)
            added += 1
    most = max(0, int(roster.most_open[expert] - roster.open[expert]))
    if values[columns].sum() > most + BREACH and (Kind.OPEN, 0) not in known:
        program.limit(Kind.OPEN, 0, expert, most)
        added += 1
    return added


def _loads(program: Program, point: Point, values: Floats, expert: int, columns: list[int]) -> int:
    """The convex cost of load, enclosed from below at the loads next to the point's."""
    units = {column: program.seats[program.columns[column][0]].units for column in columns}
    load = sum(values[column] * units[column] for column in columns)
    paid = point.columns[program.shared[expert]] if expert in program.shared else 0.0
    known = {which for kind, which, _ in program.expert_rows.get(expert, ()) if kind is Kind.LOAD}
    added = 0
    for at in {math.floor(load), math.ceil(load)} - known - {0}:
        due = sum(values[column] * corner(at, units[column]) for column in columns) - at * (at + 1) / 2
        if due > paid + BREACH:
            program.limit(Kind.LOAD, at, expert, at * (at + 1) / 2)
            added += 1
    return added
