"""Turning a solved plan into the reasons that are kept with it. Runs beside the solver: it loads numpy."""

from expertpool.planning.rules.reasons import Candidate, SeatReasons, dumps
from expertpool.scheduling.board import Board
from expertpool.scheduling.judging import judged
from expertpool.scheduling.plan import Plan
from expertpool.scheduling.preferences import Choice, alone_costs
from expertpool.scheduling.problem import Problem
from expertpool.scheduling.snapshot import Snapshot


def told(snapshot: Snapshot, plan: Plan) -> str:
    """The reasons for every seat the plan decided about, as the text that is stored."""
    problem = Problem(snapshot)
    kept = set(problem.fixed_seats)
    return dumps(tuple(_seat(problem, plan, seat) for seat in problem.asked if seat not in kept))


def _seat(problem: Problem, plan: Plan, seat: str) -> SeatReasons:
    others = [placed for placed in plan.engagements if placed.seat != seat]
    chosen = next((placed.expert for placed in plan.engagements if placed.seat == seat), None)
    choice = Choice(
        {placed.seat: problem.roster.row[placed.expert] for placed in others},
        {held.session: held.start for placed in others for held in placed.sessions},
    )
    costs = alone_costs(problem, problem.asked[seat], problem.roster.all)
    found = [
        Candidate(
            problem.roster.ids[each.row], tuple(rule.value for rule in each.rules), int(costs[each.row])
        )
        for each in judged(Board.of(problem, choice), seat)
    ]
    found.sort(key=lambda each: (len(each.rules), each.cost, each.expert))
    return SeatReasons(seat, chosen, tuple(found), ())
