"""Why this expert and not that one: the chosen, the runner-up, and what keeps everybody else out."""

from dataclasses import dataclass

from expertpool.refusals import Invalid, NotFound
from expertpool.scheduling.board import Board
from expertpool.scheduling.carried import Carried
from expertpool.scheduling.judging import Judgement, counted, judged
from expertpool.scheduling.plan import Plan
from expertpool.scheduling.preferences import (
    Choice,
    amounts,
    late_hours,
    load_cost,
    load_units,
    moved,
    seat_amounts,
    total_cost,
    weight_of,
)
from expertpool.scheduling.problem import Problem
from expertpool.scheduling.snapshot import Snapshot, checked, digest
from expertpool.scheduling.vocabulary import RULE_WORDS, FacetKind, Part, Rule
from expertpool.words import Words, words


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that keeps an expert out, in words."""

    rule: Rule
    words: Words


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An expert who cannot take the seat beside the rest of the plan, with every reason."""

    expert: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class FacetMatch:
    """What the seat asks or wishes, and the level the expert has throughout; 0 means not at all."""

    kind: FacetKind
    code: str
    wanted_level: int
    level: int
    required: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """An expert who can take the seat beside the rest of the plan.

    cost: what the whole plan would cost, by part, in the plan's weights; extra: how much more than now;
    starts: the times of the seat's sessions this takes.
    """

    expert: str
    facets: tuple[FacetMatch, ...]
    cost: dict[Part, int]
    extra: int
    starts: dict[str, int]

    @property
    def words(self) -> Words:
        """How the expert ranks, in words."""
        if self.extra > 0:
            return words("Could take the seat; the plan would cost %(extra)s more.", extra=self.extra)
        return words("Could take the seat at the same cost; earlier times or the lot decided.")


@dataclass(frozen=True, slots=True)
class SeatReasons:
    """The answer for one seat. `others` are all who could take it too, best first; `runner_up` the first."""

    seat: str
    chosen: Candidate | None
    runner_up: Candidate | None
    others: tuple[Candidate, ...]
    left_out: tuple[LeftOut, ...]
    counts: dict[str, int]


def explain(snapshot: Snapshot, plan: Plan, seat_id: str) -> SeatReasons:
    """Why a seat of a plan has the expert it has, or none.

    Everything else of the plan is held as it is; sessions that only this seat attends may move.

    Raises: Invalid if the plan is not of this snapshot; NotFound if there is no such seat.
    """
    problem, choice = opened(snapshot, plan)
    if seat_id not in problem.asked:
        raise NotFound(words("There is no such seat."))
    judgements = judged(_board_without(problem, choice, seat_id), seat_id)
    chosen = choice.seats.get(seat_id)
    found = _Ranking(problem, choice, seat_id)
    able = [found.candidate(j.row, j.starts) for j in judgements if not j.rules and j.row != chosen]
    able.sort(key=lambda candidate: (candidate.extra, candidate.expert))
    out = [judgement for judgement in judgements if judgement.rules and judgement.row != chosen]
    return SeatReasons(
        seat=seat_id,
        chosen=None if chosen is None else found.candidate(chosen, choice.starts),
        runner_up=able[0] if able else None,
        others=tuple(able),
        left_out=tuple(_left_out(problem, judgement) for judgement in out),
        counts=counted(out),
    )


def opened(snapshot: Snapshot, plan: Plan) -> tuple[Problem, Choice]:
    """A plan of a snapshot as the search handles it.

    Raises: Invalid if the plan is not of this snapshot.
    """
    snapshot = checked(snapshot)
    if plan.snapshot != digest(snapshot):
        raise Invalid(words("The plan was made from another snapshot."))
    problem = Problem(snapshot)
    seats = {engagement.seat: problem.roster.row[engagement.expert] for engagement in plan.engagements}
    starts = {held.session: held.start for engagement in plan.engagements for held in engagement.sessions}
    return problem, Choice(seats, starts)


def _board_without(problem: Problem, choice: Choice, seat: str) -> Board:
    board = Board.of(problem, choice)
    if seat in board.seats:
        board.leave(seat)
    return board


def _left_out(problem: Problem, judgement: Judgement) -> LeftOut:
    reasons = tuple(Reason(rule, RULE_WORDS[rule]) for rule in judgement.rules)
    return LeftOut(problem.roster.ids[judgement.row], reasons)


class _Ranking:
    """What the plan would cost with another expert on the seat: the plan without it, and what each adds."""

    def __init__(self, problem: Problem, choice: Choice, seat: str) -> None:
        self.problem, self.asked = problem, problem.asked[seat]
        others = {held: row for held, row in choice.seats.items() if held != seat}
        attended = {session.id for held in others for session in problem.asked[held].sessions}
        kept = {name: start for name, start in choice.starts.items() if name in attended}
        self.empty = amounts(problem, Choice(others, kept))
        self.attended = attended
        self.added: dict[int, int] = {}
        for held, row in others.items():
            self.added[row] = self.added.get(row, 0) + load_units(problem, problem.asked[held])
        self.carried = Carried(problem, others)
        self.now = total_cost(problem, choice)

    def candidate(self, row: int, starts: dict[str, int]) -> Candidate:
        """One expert, ranked."""
        own = {session.id: starts[session.id] for session in self.asked.sessions}
        weights = self.problem.snapshot.policy.weights
        cost = {part: weight_of(weights, part) * n for part, n in self._amounts(row, own).items()}
        extra = sum(cost.values()) - self.now
        return Candidate(self.problem.roster.ids[row], self._facets(row), cost, extra, own)

    def _amounts(self, row: int, starts: dict[str, int]) -> dict[Part, int]:
        problem, asked, found = self.problem, self.asked, dict(self.empty)
        before = problem.previous_seats.get(asked.seat.id)
        found[Part.UNFILLED] -= asked.need.urgency
        found[Part.STABILITY] -= before is not None and before == row
        for part, amount in seat_amounts(problem, asked).items():
            found[part] += int(amount[row])
        load = int(problem.roster.load_units[row]) + self.added.get(row, 0)
        units = load_units(problem, asked)
        found[Part.FAIRNESS] += load_cost(load, units)
        if Part.SHARE in found:
            found[Part.SHARE] += self.carried.points(row, units)
        for session in asked.sessions:
            if session.id not in self.attended:
                found[Part.LATENESS] += late_hours(session, starts[session.id])
                found[Part.STABILITY] += moved(problem, session, starts[session.id])
        return found

    def _facets(self, row: int) -> tuple[FacetMatch, ...]:
        asked = self.asked
        wanted = [(FacetKind.ROLE_KIND, asked.seat.role_kind, 1, True)]
        wanted += [(facet.kind, facet.code, facet.min_level, True) for facet in asked.seat.required]
        wanted += [(wish.kind, wish.code, wish.level, False) for wish in asked.seat.preferred]
        level = self.problem.roster.level_throughout
        return tuple(
            FacetMatch(kind, code, least, int(level(kind, code, asked.period)[row]), required)
            for kind, code, least, required in wanted
        )
