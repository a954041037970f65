"""Why not this expert, and what would have to change: every rule against them, and the smallest concessions
with which they could take the seat."""

from dataclasses import dataclass, replace
from itertools import combinations

from expertpool.refusals import NotFound, WrongState
from expertpool.scheduling.board import Board
from expertpool.scheduling.concessions import (
    Concession,
    concessions,
    lender_concessions,
    own_concessions,
)
from expertpool.scheduling.eligibility import TIMED
from expertpool.scheduling.explain import Reason, opened
from expertpool.scheduling.judging import verdicts
from expertpool.scheduling.plan import Limits, Plan
from expertpool.scheduling.problem import Problem
from expertpool.scheduling.snapshot import Snapshot
from expertpool.scheduling.trial import Step, Trials
from expertpool.scheduling.vocabulary import RULE_WORDS, Rule
from expertpool.words import words

MOST_TOGETHER = 3  # concessions; who would need more is not helped
MOST_TRIED = 60  # sets of concessions solved for
# Each may refuse only some starts: lifting one of them can be enough.
OF_SOME_STARTS = frozenset({rule for rule, _ in TIMED} | {Rule.ELSEWHERE})


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Every rule that keeps an expert off a seat, and the mildest concessions that let them in.

    remedy: solved and verified; empty if nothing keeps them out; None: nothing that may be conceded helps.
    """

    expert: str
    reasons: tuple[Reason, ...]
    remedy: tuple[Step, ...] | None


def why_not(snapshot: Snapshot, plan: Plan, seat_id: str, expert: str, *, limits: Limits) -> WhyNot:
    """What keeps an expert off a seat beside the rest of a plan.

    Raises: Invalid if the plan is not of this snapshot; NotFound if there is no such seat or expert;
    WrongState if the expert sits there.
    """
    problem, choice = opened(snapshot, plan)
    if seat_id not in problem.asked:
        raise NotFound(words("There is no such seat."))
    if expert not in problem.roster.row:
        raise NotFound(words("There is no such expert."))
    row = problem.roster.row[expert]
    if choice.seats.get(seat_id) == row:
        raise WrongState(words("This expert holds the seat."))
    board = Board.of(problem, choice)
    if seat_id in board.seats:
        board.leave(seat_id)
    found = verdicts(board, seat_id)
    rules = tuple(rule for rule in sorted(found.refused) if found.refused[rule][row])
    reasons = tuple(Reason(rule, RULE_WORDS[rule]) for rule in rules)
    remedy = _remedy(problem, _without(plan, seat_id), seat_id, row, rules, limits) if rules else ()
    return WhyNot(expert, reasons, remedy)


def _without(plan: Plan, seat: str) -> Plan:
    return replace(plan, engagements=tuple(e for e in plan.engagements if e.seat != seat))


def _remedy(
    problem: Problem, plan: Plan, seat: str, row: int, rules: tuple[Rule, ...], limits: Limits
) -> tuple[Step, ...] | None:
    """The fewest and mildest concessions with which the expert takes the seat, if any that were tried do."""
    against = frozenset(rules)
    useful = [
        one
        for one in offered(problem, seat, row, concessions(problem, seat), own=True)
        if one.lifts & against
    ]
    sets = [
        few
        for size in range(1, MOST_TOGETHER + 1)
        for few in combinations(useful, size)
        if lifts_all(few, against, against - OF_SOME_STARTS) and _facets_reached(problem, seat, few, row)
    ]
    sets.sort(key=lambda few: (len(few), sum(one.severity for one in few)))
    trials = Trials(problem, plan, seat, limits)
    for few in sets[:MOST_TRIED]:
        found = trials.tried(few, [row])
        if found is not None and found.expert == problem.roster.ids[row]:
            return found.steps
    return None


def lifts_all(together: tuple[Concession, ...], rules: frozenset[Rule], must: frozenset[Rule]) -> bool:
    """Whether concessions about different things lift all rules that must be, none of them for nothing."""
    if len({one.about for one in together}) < len(together):
        return False
    lifted = frozenset().union(*(one.lifts for one in together))
    return must <= lifted and all(one.lifts & rules for one in together)


def offered(
    problem: Problem, seat: str, row: int, common: list[Concession], *, own: bool
) -> list[Concession]:
    """What could be conceded for one expert, mildest kind first."""
    lending = lender_concessions(problem, seat, problem.roster.ministry[row])
    further = own_concessions(problem, seat, problem.roster.ids[row]) if own else []
    return sorted([*common, *lending, *further], key=lambda one: one.severity)


def _facets_reached(problem: Problem, seat: str, together: tuple[Concession, ...], row: int) -> bool:
    """Whether the expert has what would still be required."""
    required = set(problem.asked[seat].seat.required)
    for one in together:
        if one.replaces is not None:
            required = (required - {one.replaces}) | set(one.instead)
    best = problem.roster.best_level
    return all(best(facet.kind, facet.code)[row] >= facet.min_level for facet in required)
