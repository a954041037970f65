"""What makes one legal plan better than another: each cost by name, in whole numbers, to be kept low."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from expertpool.scheduling.lots import lot
from expertpool.scheduling.problem import Asked, Problem
from expertpool.scheduling.roster import Ints
from expertpool.scheduling.snapshot import Session, Weights
from expertpool.scheduling.vocabulary import Part, Tier

HOUR = 60
REMEMBERED = 4_000_000  # pairs of a seat and an expert; the costs of more would fill the memory


def quality_points(problem: Problem, asked: Asked) -> Ints:
    """Points of preference each expert misses on a seat."""
    points = np.zeros(problem.roster.size, dtype=np.int64)
    for wish in asked.seat.preferred:
        level = problem.roster.level_throughout(wish.kind, wish.code, asked.period)
        points += wish.weight * np.maximum(0, wish.level - level)
    return points


def under_tier(problem: Problem, asked: Asked, tier: Tier) -> Ints:
    """1 for each expert with a conflict of this tier in the seat's incident and role class."""
    marked = np.zeros(problem.roster.size, dtype=np.int64)
    for waived in (False, True):
        marked[problem.conflict_rows(asked, tier, waived=waived)] = 1
    return marked


def trips(problem: Problem, asked: Asked) -> Ints:
    """Sessions of the seat away from each expert's region."""
    away = np.zeros(problem.roster.size, dtype=np.int64)
    for session in asked.sessions:
        if session.place is not None:
            away += problem.roster.away(session.place)
    return away


def load_units(problem: Problem, asked: Asked) -> int:
    """How many units of load a seat adds, started ones counted whole."""
    return -(-asked.minutes // problem.snapshot.policy.fairness_unit_minutes)


Units = TypeVar("Units", int, Ints)


def load_cost(before: Units, added: int) -> Units:
    """Points of fairness for `added` units on top of `before`: each unit costs its own number, so that
    the next one always costs more and work spreads."""
    after = before + added
    return (after * (after + 1) - before * (before + 1)) // 2


def share_cost(beyond: Ints, added: int | Ints) -> Ints:
    """Points for `added` units of ministries that are `beyond` their shares by so many, or short of them if
    below zero: the first unit beyond costs 1, the second 2, and so on."""
    before, after = np.maximum(0, beyond), np.maximum(0, beyond + added)
    points: Ints = (after * (after + 1) - before * (before + 1)) // 2
    return points


def late_hours(session: Session, start: int) -> int:
    """Started hours by which a session ends after its deadline."""
    return max(0, -(-(start + session.length_minutes - session.deadline) // HOUR))


def moved(problem: Problem, session: Session, start: int) -> bool:
    """Whether a session leaves its time in the previous plan."""
    return problem.previous_starts.get(session.id, start) != start


def seat_amounts(problem: Problem, asked: Asked) -> dict[Part, Ints]:
    """Every cost of each expert on a seat that does not depend on the rest of the plan, unweighted."""
    known = problem.seat_amounts.get(asked.seat.id)
    if known is None:
        known = {
            Part.QUALITY: quality_points(problem, asked),
            Part.DISCLOSE: under_tier(problem, asked, Tier.DISCLOSE),
            Part.WAIVED: under_tier(problem, asked, Tier.WAIVABLE),
            Part.TRAVEL: trips(problem, asked),
        }
        if problem.pairs <= REMEMBERED:
            problem.seat_amounts[asked.seat.id] = known
    return known


def pair_amounts(problem: Problem, asked: Asked, row: int) -> tuple[tuple[Part, int], ...]:
    """`seat_amounts` of one expert, remembered on boards of every size: searches ask again and again."""
    key = asked.seat.id, row
    known = problem.pair_amounts.get(key)
    if known is None:
        every = seat_amounts(problem, asked).items()
        known = problem.pair_amounts[key] = tuple((part, int(amount[row])) for part, amount in every)
    return known


def seat_costs(problem: Problem, asked: Asked) -> Ints:
    """The weighted sum of `seat_amounts`."""
    weights = problem.snapshot.policy.weights
    costs = np.zeros(problem.roster.size, dtype=np.int64)
    for part, amount in seat_amounts(problem, asked).items():
        costs += weight_of(weights, part) * amount
    return costs


def stability_cost(problem: Problem, asked: Asked) -> Ints:
    """The cost of giving a seat to each expert instead of the one of the previous plan."""
    before = problem.previous_seats.get(asked.seat.id)
    changed = (
        np.zeros(problem.roster.size, dtype=np.int64) if before is None else problem.roster.all != before
    )
    cost: Ints = problem.snapshot.policy.weights.stability * changed
    return cost


def alone_costs(problem: Problem, asked: Asked, rows: Ints) -> Ints:
    """The cost of some experts on a seat if they sat nowhere else: beside other seats it is no less."""
    weights, units = problem.snapshot.policy.weights, load_units(problem, asked)
    share = share_cost(problem.beyond, units)[problem.roster.ministry_code[rows]]
    cost: Ints = (seat_costs(problem, asked) + stability_cost(problem, asked))[rows]
    return (
        cost
        + weights.fairness * load_cost(problem.roster.load_units[rows], units)
        + (weights.share or 0) * share
    )


def empty_cost(problem: Problem, asked: Asked) -> int:
    """The cost of leaving a seat empty."""
    weights = problem.snapshot.policy.weights
    changed = asked.seat.id in problem.previous_seats
    return weights.unfilled * asked.need.urgency + weights.stability * changed


def start_cost(problem: Problem, session: Session, start: int) -> int:
    """The cost of a start of a session."""
    weights = problem.snapshot.policy.weights
    late = weights.lateness * late_hours(session, start)
    return late + weights.stability * moved(problem, session, start)


def weight_of(weights: Weights, part: Part) -> int:
    """The weight of one cost."""
    weight: int = getattr(weights, part.value) or 0
    return weight


@dataclass(frozen=True, slots=True)
class Choice:
    """A plan as the search handles it: experts (by row) on seats, and starts of the sessions held."""

    seats: dict[str, int]
    starts: dict[str, int]


def amounts(problem: Problem, choice: Choice) -> dict[Part, int]:
    """The unweighted amount of every cost of a plan."""
    found = dict.fromkeys(problem.snapshot.policy.weights.parts, 0)
    added: dict[int, int] = {}
    for seat, asked in problem.asked.items():
        row = choice.seats.get(seat)
        found[Part.STABILITY] += seat in problem.previous_seats and problem.previous_seats[seat] != row
        if row is None:
            found[Part.UNFILLED] += asked.need.urgency
            continue
        for part, amount in pair_amounts(problem, asked, row):
            found[part] += amount
        added[row] = added.get(row, 0) + load_units(problem, asked)
    for row, units in added.items():
        found[Part.FAIRNESS] += load_cost(int(problem.roster.load_units[row]), units)
    if Part.SHARE in found:
        found[Part.SHARE] = carried_points(problem, added)
    for name, start in choice.starts.items():
        session = problem.sessions[name]
        found[Part.LATENESS] += late_hours(session, start)
        found[Part.STABILITY] += moved(problem, session, start)
    return found


def carried_points(problem: Problem, added: Mapping[int, int]) -> int:
    """Points of the ministries whose experts, by row, are given so many units."""
    carried = np.zeros_like(problem.beyond)
    for row, units in added.items():
        carried[problem.roster.ministry_code[row]] += units
    return int(share_cost(problem.beyond, carried).sum())


def rank(problem: Problem, choice: Choice) -> tuple[int, int, int]:
    """What plans are compared by: cost, then how early the sessions are, then the lots drawn."""
    seed, ids = problem.snapshot.seed, problem.roster.ids
    places = (int(np.searchsorted(problem.starts[s], start)) for s, start in choice.starts.items())
    drawn = [lot(seed, seat, ids[row]) for seat, row in choice.seats.items()]
    drawn += [lot(seed, session, str(start)) for session, start in choice.starts.items()]
    return total_cost(problem, choice), sum(place + 1 for place in places), sum(drawn)


def total_cost(problem: Problem, choice: Choice) -> int:
    """The weighted sum of a plan's costs."""
    weights = problem.snapshot.policy.weights
    return sum(weight_of(weights, part) * amount for part, amount in amounts(problem, choice).items())
