"""Turning a solved plan into the reasons that are kept with it, and questions about it into answers.

Runs in the solver's process: it loads numpy and searches.
"""

from expertpool.planning.rules.questions import (
    MOST_TEAMS,
    TRIAL,
    QuestionKind,
    Relaxed,
    Step,
    Team,
    TeamChange,
    WhyNot,
)
from expertpool.planning.rules.questions import dumps as written
from expertpool.planning.rules.reasons import Candidate, SeatReasons, dumps
from expertpool.scheduling.alternatives import Alternative, alternatives
from expertpool.scheduling.explain import explain
from expertpool.scheduling.plan import Plan
from expertpool.scheduling.relax import relax
from expertpool.scheduling.remedies import why_not
from expertpool.scheduling.snapshot import Snapshot, Weights
from expertpool.scheduling.trial import Step as Tried


def told(snapshot: Snapshot, plan: Plan) -> str:
    """The reasons for every seat the plan decided about, as the text that is stored."""
    kept = {placed.seat for placed in snapshot.fixed.engagements}
    seats = [seat.id for need in snapshot.needs for seat in need.seats]
    return dumps(tuple(_seat(snapshot, plan, seat) for seat in seats if seat not in kept))


def _seat(snapshot: Snapshot, plan: Plan, seat: str) -> SeatReasons:
    found = explain(snapshot, plan, seat)
    able = [each for each in (found.chosen, *found.others) if each is not None]
    candidates = [Candidate(each.expert, (), each.extra) for each in able]
    out = [Candidate(each.expert, tuple(r.rule.value for r in each.reasons), 0) for each in found.left_out]
    out.sort(key=lambda each: (len(each.rules), each.expert))
    return SeatReasons(
        seat=seat,
        chosen=found.chosen.expert if found.chosen else None,
        candidates=(*candidates, *out),
    )


def answered(snapshot: Snapshot, plan: Plan, kind: QuestionKind, seat: str, expert: str) -> str:
    """The answer to a question about a plan, as the text that is stored; every search in it is a small one.

    seat, expert: where the question is about one, else empty.
    Raises: Invalid, NotFound, WrongState if the question does not fit the plan.
    """
    if kind is QuestionKind.WHY_NOT:
        found = why_not(snapshot, plan, seat, expert, limits=TRIAL)
        remedy = None if found.remedy is None else _steps(found.remedy)
        return written(WhyNot(tuple(reason.rule.value for reason in found.reasons), remedy))
    if kind is QuestionKind.RELAX:
        ways = relax(snapshot, plan, seat, limits=TRIAL)
        return written(tuple(Relaxed(way.expert, _steps(way.steps)) for way in ways))
    (need,) = snapshot.needs
    teams = alternatives(snapshot, plan, need.id, most=MOST_TEAMS, limits=TRIAL)
    return written(tuple(_team(team, snapshot.policy.weights) for team in teams))


def _steps(steps: tuple[Tried, ...]) -> tuple[Step, ...]:
    return tuple(
        Step(
            step.words.text,
            {name: v if isinstance(v, int) else str(v) for name, v in step.words.fields.items()},
        )
        for step in steps
    )


def _team(team: Alternative, weights: Weights) -> Team:
    amounts = {part.value: cost // getattr(weights, part.value) for part, cost in team.parts.items()}
    changes = tuple(TeamChange(each.seat, each.before, each.after, each.moved) for each in team.changes)
    return Team(amounts, changes)
