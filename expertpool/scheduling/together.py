"""Rows of the model for rules between people: nobody in two places, one seat a need, team rules."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from expertpool.scheduling.snapshot import Need, Session, TeamRule
from expertpool.scheduling.vocabulary import TeamRuleKind

if TYPE_CHECKING:
    from expertpool.scheduling.master import Master


def add_rules(master: Master) -> None:
    """All rules of this file but `keep_apart`, which a search asks for where it is needed."""
    for need in master.problem.snapshot.needs:
        for one, other in combinations(need.sessions, 2):
            _share_no_seat(master, one, other)
        for rule in need.team_rules:
            TEAM[rule.kind](master, need, rule)
    for row in master.seats_of:
        _one_seat_per_need(master, row)
        _one_class_per_incident(master, row)


def _share_no_seat(master: Master, one: Session, other: Session) -> None:
    """TIME-02, TIME-03 within a need: a seat taken keeps its sessions out of each other's way."""
    shared = [seat for seat in one.seats if seat in other.seats and not master.is_fixed(seat)]
    way = _way(master, one, other) if shared else None
    if way is not None:
        for seat in shared:
            master.model.one_of([*master.seat_columns[seat].values(), way])


def keep_apart(master: Master, one: Session, other: Session) -> None:
    """TIME-02, TIME-03 between needs: no expert attends two sessions in each other's way.

    Few of all pairs of sessions ever matter, and each adds many rows: a search adds those it runs into.
    """
    way = _way(master, one, other)
    if way is None:
        return
    for row in sorted(master.attendees[one.id] & master.attendees[other.id]):
        first, second = master.attending(one, row), master.attending(other, row)
        if not (_fixed(master, first) and _fixed(master, second)):
            master.model.row([(column, 1) for column in (*first, *second, way)], high=2)


def _way(master: Master, one: Session, other: Session) -> int | None:
    """A column that is yes when the starts chosen for two sessions are in each other's way."""
    starts, columns = master.starts_of(one)
    other_starts, other_columns = master.starts_of(other)
    apart = one.place is not None and other.place is not None and one.place != other.place
    buffer = master.problem.snapshot.policy.travel_buffer_minutes if apart else 0
    at, then = starts[:, None], other_starts[None, :]
    gap = np.maximum(at - then - other.length_minutes, then - at - one.length_minutes)
    meets = (gap < buffer) | (gap < 0)
    if not meets.any():
        return None
    way = master.model.column()
    for place in np.flatnonzero(meets.any(axis=1)).tolist():
        against = [(int(column), 1) for column in other_columns[meets[place]]]
        master.model.row([(int(columns[place]), 1), *against, (way, -1)], high=1)
    return way


def _fixed(master: Master, columns: list[int]) -> int:
    """How many of the columns the snapshot fixes."""
    return sum(master.model.low[column] for column in columns)


def _at_most(master: Master, columns: list[int], most: int) -> None:
    """No more than `most` of the columns, or than are fixed anyway."""
    most = max(most, _fixed(master, columns))
    if len(columns) > most:
        master.model.row([(column, 1) for column in columns], high=most)


def _one_seat_per_need(master: Master, row: int) -> None:
    """TEAM-06: an expert takes at most one seat of a need."""
    by_need: dict[str, list[int]] = {}
    for seat in master.seats_of[row]:
        need = master.problem.asked[seat].need.id
        by_need.setdefault(need, []).append(master.seat_columns[seat][row])
    for columns in by_need.values():
        _at_most(master, columns, 1)


def _one_class_per_incident(master: Master, row: int) -> None:
    """CONF-04: an expert serves an incident in one role class."""
    by_side: dict[tuple[str, str, str], list[int]] = {}
    for seat in master.seats_of[row]:
        asked = master.problem.asked[seat]
        side = (asked.need.incident, asked.need.id, asked.seat.role_class.value)
        by_side.setdefault(side, []).append(master.seat_columns[seat][row])
    for one, other in combinations(by_side, 2):
        if one[0] == other[0] and one[1] != other[1] and one[2] != other[2]:
            _at_most(master, [*by_side[one], *by_side[other]], 1)


def _enough_qualified(master: Master, need: Need, rule: TeamRule) -> None:
    """TEAM-01, TEAM-02: seats taken by the unqualified leave enough seats for the qualified."""
    qualified = master.problem.qualified[need.id, rule.id]
    lacking = [
        column
        for seat in rule.seats
        for row, column in master.seat_columns[seat].items()
        if not qualified[row]
    ]
    _at_most(master, lacking, len(rule.seats) - rule.count)


def _one_per_firm(master: Master, need: Need, rule: TeamRule) -> None:
    """TEAM-03: no two experts from one firm."""
    by_firm = _grouped(master, rule, master.problem.roster.firm)
    for firm, columns in by_firm.items():
        if firm is not None:
            _at_most(master, columns, 1)


def _ministry_most(master: Master, need: Need, rule: TeamRule) -> None:
    """TEAM-04: no more than `count` experts from one ministry."""
    for columns in _grouped(master, rule, list(master.problem.roster.ministry)).values():
        _at_most(master, columns, rule.count)


def _ministry_least(master: Master, need: Need, rule: TeamRule) -> None:
    """TEAM-05: ministries present and seats still empty together reach `count`."""
    by_ministry = _grouped(master, rule, list(master.problem.roster.ministry))
    seen = []
    for columns in by_ministry.values():
        present = master.model.column()
        seen.append(present)
        master.model.row([(present, -1), *((column, 1) for column in columns)], low=0)
    taken = [column for columns in by_ministry.values() for column in columns]
    fixed = [_fixed(master, columns) for columns in by_ministry.values()]
    already = sum(count > 0 for count in fixed) + len(rule.seats) - sum(fixed)
    if taken:
        terms = [*((column, 1) for column in seen), *((column, -1) for column in taken)]
        master.model.row(terms, low=min(rule.count, already) - len(rule.seats))


def _grouped(
    master: Master, rule: TeamRule, of_row: list[str | None] | list[str]
) -> dict[str | None, list[int]]:
    """The columns of a rule's seats by a trait of their experts."""
    found: dict[str | None, list[int]] = {}
    for seat in rule.seats:
        for row, column in master.seat_columns[seat].items():
            found.setdefault(of_row[row], []).append(column)
    return found


TEAM = {
    TeamRuleKind.CHAIR: _enough_qualified,
    TeamRuleKind.AT_LEAST: _enough_qualified,
    TeamRuleKind.ONE_PER_FIRM: _one_per_firm,
    TeamRuleKind.MINISTRY_MOST: _ministry_most,
    TeamRuleKind.MINISTRY_LEAST: _ministry_least,
}
