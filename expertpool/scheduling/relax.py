"""What would fill an empty seat: the smallest legal changes of what was asked, each tried by solving with it.

The rules against each expert say which concessions could help whom; what is likelier comes first. A bar, an
unresolved conflict, the role and the clearance are never given up.
"""

from collections.abc import Iterator
from itertools import combinations, islice

import numpy as np

from expertpool.refusals import NotFound, WrongState
from expertpool.scheduling.board import Board
from expertpool.scheduling.concessions import LIFTS, Concession, Kind, concessions, own_concessions
from expertpool.scheduling.explain import opened
from expertpool.scheduling.judging import Verdicts, verdicts
from expertpool.scheduling.plan import Limits, Plan
from expertpool.scheduling.preferences import Choice, seat_costs
from expertpool.scheduling.problem import Problem
from expertpool.scheduling.remedies import OF_SOME_STARTS, lifts_all, offered
from expertpool.scheduling.snapshot import Snapshot
from expertpool.scheduling.trial import Relaxation, Trials
from expertpool.scheduling.vocabulary import Rule
from expertpool.words import words

MOST_TRIED = {1: 20, 2: 8}  # solves by number of concessions; what is likelier to help comes first
MOST_SHOWN = 8
EXPERTS_TRIED = 16  # of those a concession could help, the ones who would cost least
ONE_BY_ONE = 40  # experts for whom concessions of their own are looked at
LIFTABLE = frozenset().union(*LIFTS.values()) | OF_SOME_STARTS
OF_ONE = LIFTS[Kind.UNBAN] | LIFTS[Kind.WAIVER] | LIFTS[Kind.MORE_WORK]


def relax(snapshot: Snapshot, plan: Plan, seat_id: str, *, limits: Limits) -> list[Relaxation]:
    """The smallest concessions that fill an empty seat while everybody else keeps theirs, mildest first.

    One concession if one is enough, else two together. Each was solved and verified with it.

    Raises: Invalid if the plan is not of this snapshot; NotFound if there is no such seat; WrongState if it
    is filled.
    """
    problem, choice = opened(snapshot, plan)
    if seat_id not in problem.asked:
        raise NotFound(words("There is no such seat."))
    if seat_id in choice.seats:
        raise WrongState(words("This seat is filled."))
    return relaxations(problem, choice, plan, seat_id, limits=limits)


def relaxations(
    problem: Problem, choice: Choice, plan: Plan, seat_id: str, *, limits: Limits
) -> list[Relaxation]:
    """`relax` for a plan that is already opened, and a seat known to be empty in it."""
    found = verdicts(Board.of(problem, choice), seat_id)
    trials = Trials(problem, plan, seat_id, limits)
    for size, most in MOST_TRIED.items():
        helped: dict[frozenset[str], Relaxation] = {}
        for together, rows in islice(_trials(problem, seat_id, found, size), most):
            about = frozenset(one.about for one in together)
            if about not in helped:  # a milder concession about the same is enough
                relaxation = trials.tried(together, rows)
                if relaxation is not None:
                    helped[about] = relaxation
            if len(helped) == MOST_SHOWN:
                break
        if helped:
            return list(helped.values())
    return []


def _trials(
    problem: Problem, seat: str, found: Verdicts, size: int
) -> Iterator[tuple[tuple[Concession, ...], list[int]]]:
    """Sets of concessions, mildest first, each with the experts it could help, cheapest first."""
    common = concessions(problem, seat)
    helped: dict[tuple[tuple[Kind, str], ...], tuple[tuple[Concession, ...], list[int]]] = {}
    for rules, rows in _alike(problem, seat, found):
        for few, able in _sets(problem, seat, common, rules, rows, size):
            key = tuple((one.kind, one.subject) for one in few)
            helped.setdefault(key, (few, []))[1].extend(able)
    order = sorted(helped, key=lambda key: (sum(one.severity for one in helped[key][0]), key))
    cost = seat_costs(problem, problem.asked[seat])
    for key in order:
        few, able = helped[key]
        yield few, sorted(set(able), key=lambda row: (int(cost[row]), row))[:EXPERTS_TRIED]


def _sets(
    problem: Problem, seat: str, common: list[Concession], rules: frozenset[Rule], rows: list[int], size: int
) -> Iterator[tuple[tuple[Concession, ...], list[int]]]:
    """Sets of concessions that lift all rules against some experts of one ministry, each with those it helps.

    Where a set is for all of them, the likeliest are told; but of those whom nothing of their own could help,
    who are many, the first where sessions may be later.
    """
    useful = [one for one in offered(problem, seat, rows[0], common, own=False) if one.lifts & rules]
    for places in _lifting(useful, rules, size):
        few = tuple(useful[place] for place in places)
        later = any(one.kind is Kind.LATER for one in few)
        yield few, rows[:1] if later and not rules & OF_ONE else rows[:EXPERTS_TRIED]
    known: dict[tuple[Kind, ...], list[tuple[int, ...]]] = {}
    for row in rows[:ONE_BY_ONE] if rules & OF_ONE else ():
        own = [one for one in own_concessions(problem, seat, problem.roster.ids[row]) if one.lifts & rules]
        both = sorted([*useful, *own], key=lambda one: one.severity)
        kinds = tuple(one.kind for one in own)
        if kinds not in known:
            mine = {place for place, one in enumerate(both) if one in own}
            known[kinds] = [few for few in _lifting(both, rules, size) if not mine.isdisjoint(few)]
        for places in known[kinds]:
            yield tuple(both[place] for place in places), [row]


def _lifting(useful: list[Concession], rules: frozenset[Rule], size: int) -> list[tuple[int, ...]]:
    """Sets of concessions, by their places, that lift all rules, none of them for nothing."""
    sets = combinations(range(len(useful)), size)
    must = rules - OF_SOME_STARTS
    return [few for few in sets if lifts_all(tuple(useful[place] for place in few), rules, must)]


def _alike(problem: Problem, seat: str, found: Verdicts) -> list[tuple[frozenset[Rule], list[int]]]:
    """Experts of one ministry under the same rules, those who would cost least first. Whom a rule keeps out
    that nobody can lift is left out."""
    rules = sorted(found.refused)
    code = problem.roster.ministry_code.copy()
    hopeless = np.zeros(problem.roster.size, dtype=bool)
    for rule in rules:
        code = code * 2 + found.refused[rule]
        hopeless |= found.refused[rule] & (rule not in LIFTABLE)
    cost = seat_costs(problem, problem.asked[seat])
    rows = np.flatnonzero(~hopeless)
    rows = rows[np.argsort(cost[rows], kind="stable")]
    groups: dict[int, list[int]] = {}
    for row, own in zip(rows.tolist(), code[rows].tolist(), strict=True):
        groups.setdefault(own, []).append(row)
    return [
        (frozenset(rule for rule in rules if found.refused[rule][members[0]]), members)
        for members in groups.values()
    ]
