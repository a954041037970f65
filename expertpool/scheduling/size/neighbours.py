"""Large neighbourhood search: a few needs that compete for the same experts are solved anew, exactly.

Source: Shaw, Using constraint programming and local search methods to solve vehicle routing problems (1998).
"""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Event

import numpy as np

from expertpool.scheduling.candidates import SeatCandidates
from expertpool.scheduling.exact import Exact
from expertpool.scheduling.preferences import Choice
from expertpool.scheduling.problem import Problem
from expertpool.scheduling.size.bound import Bound
from expertpool.scheduling.size.moves import Move, Round
from expertpool.scheduling.size.part import Whole, beside, joined, piece_of
from expertpool.scheduling.size.recombine import Recombination

SEED = 1
STEP = 1.0  # deterministic seconds one neighbourhood may take at most
# Needs taken out together, and candidates of a seat looked at besides whoever sits there: drawn each time.
SHAPES = ((12, 6), (12, 6), (6, 16))
TIRED = 0.5  # of its weight a need keeps from which nothing better was found
COLUMNS_SHAPE, MOST_COLUMNS = (20, 8), 5  # needs and candidates that draw them near; columns of a seat
STEP_WORK, SEATS = (
    0.03,
    1_000,
)  # deterministic seconds a step counts beside the solver's own, for so many seats
OPEN_COST = 20_000  # what weighs a seat left empty, or without a price, among reduced costs


@dataclass(frozen=True, slots=True)
class Step:
    """A better plan or None, the needs that were solved anew, and the work it took."""

    best: Choice | None
    needs: set[str]
    work: float


class Neighbours:
    """Chooses neighbourhoods by what the bound's prices say could be better."""

    def __init__(
        self, problem: Problem, found: dict[str, SeatCandidates], bound: Bound, best: Choice
    ) -> None:
        self.problem, self.found = problem, found
        self.draw = random.Random(SEED)  # noqa: S311 - a repeatable draw, nothing secret
        self.bound, self.seats, self.pairs = bound, bound.columns.seats, bound.columns.seat_number
        self.needs = {need.id: need for need in problem.snapshot.needs}
        self.whole = Whole(problem, best)
        self.weights: dict[str, float] = {}
        self.turn = 0
        self.beside = STEP_WORK * max(1.0, len(self.seats) / SEATS)
        self.size, self.promising = SHAPES[0]
        self.among = set(self.needs)

    def look(self) -> None:
        """The bound has new prices."""
        self.weights = {}

    def halves(self, seed: int) -> tuple[set[str], set[str]]:
        """The needs in two: neighbourhoods within one seldom get in the way of those within the other."""
        names = list(self.needs)
        random.Random(seed).shuffle(names)  # noqa: S311 - a repeatable draw, nothing secret
        half = (len(names) + 1) // 2  # a single need stays here
        return set(names[:half]), set(names[half:])

    def several(
        self, best: Choice, work: float, stop: Event | None, tell: Callable[[Choice, Round], bool]
    ) -> Round:
        """Neighbourhoods of a plan, one after the other, for so much work.

        tell: told of each better plan and the round so far; returning False ends it.
        """
        done = Round()
        while self.among and done.work < work and not (stop is not None and stop.is_set()):
            step = self.step(best, min(STEP, work - done.work), stop)
            done = Round(done.moves, done.tried + 1, done.work + step.work)
            if step.best is not None:
                best = step.best
                done = replace(done, moves=(*done.moves, self._move(best, step.needs)))
                if not tell(best, done):
                    break
        return done

    def _move(self, best: Choice, needs: set[str]) -> Move:
        chosen = [self.needs[need] for need in sorted(needs)]
        seats = tuple(seat.id for need in chosen for seat in need.seats)
        sessions = (session.id for need in chosen for session in need.sessions)
        starts = {name: best.starts[name] for name in sessions if name in best.starts}
        return Move(seats, Choice({seat: best.seats[seat] for seat in seats if seat in best.seats}, starts))

    def step(self, best: Choice, work: float, stop: Event | None) -> Step:
        """Solve one neighbourhood of a plan anew, in turns by columns and in full."""
        self._become(best)
        first = self._first()
        self.turn += 1
        if self.bound.guides and self.turn % 2:
            step = self._by_columns(first, best, work, stop)
        else:
            step = self._in_full(first, best, work, stop)
        if step.best is None:
            self.weights[first] *= TIRED
        return step

    def _by_columns(self, first: str, best: Choice, work: float, stop: Event | None) -> Step:
        """Many needs over the few columns worth a look."""
        self.size, self.promising = COLUMNS_SHAPE
        self.bound.look(best)
        needs = self._near(first)
        model = Recombination(self.bound, self.whole, needs, MOST_COLUMNS)
        model.foresee()
        found = model.tried(best, model.cost, work, stop)
        better = found.best if model.better(best, found.best) else None
        return Step(better, needs, found.work + self.beside)

    def _in_full(self, first: str, best: Choice, work: float, stop: Event | None) -> Step:
        """Few needs with every rule and time."""
        self.size, self.promising = self.draw.choice(SHAPES)
        board = self.whole.board
        needs = self._near(first)
        problem = self.whole.part(needs)
        piece = piece_of(best, problem)
        promising = {seat: self._promising(seat, piece.seats.get(seat, -1)) for seat in problem.asked}
        found = beside(self.problem, promising, list(problem.asked), board)
        search = Exact(problem, found, piece, work=work, stop=stop)
        before = search.rank
        if search.bound < before[0]:
            search.improve()
        better = search.rank[0] < before[0]
        spent = work - search.work_left + self.beside
        return Step(joined(best, search.best, problem) if better else None, needs, spent)

    def _promising(self, seat: str, holder: int) -> SeatCandidates:
        """The candidates of a seat with the lowest reduced costs, and whoever sits there."""
        found = self.found[seat]
        if seat not in self.pairs:
            return found
        s = self.pairs[seat]
        rows = self.seats[s].rows[np.argsort(self.bound.regret[s], kind="stable")[: self.promising]]
        return found.narrowed(np.isin(found.rows, rows) | (found.rows == holder))

    def _become(self, best: Choice) -> None:
        """Keep the board and the weights of the needs in step with the best plan."""
        changed = {self.problem.asked[seat].need.id for seat in self.whole.become(best)}
        for need in [need for need in self.needs if need in changed or need not in self.weights]:
            seats = (seat.id for seat in self.needs[need].seats if seat.id in self.pairs)
            self.weights[need] = 1.0 + sum(self._beyond(seat, best.seats.get(seat, -1)) for seat in seats)

    def _first(self) -> str:
        """The need to begin with, drawn by how much its seats cost beyond the bound."""
        names = [need for need in self.needs if need in self.among]
        return self.draw.choices(names, [self.weights[need] for need in names])[0]

    def _beyond(self, seat: str, holder: int) -> float:
        """The reduced cost of whoever sits there."""
        s = self.pairs[seat]
        rows = self.seats[s].rows
        place = int(np.searchsorted(rows, holder))
        if holder < 0:
            return OPEN_COST if len(rows) else 0.0
        if place == len(rows) or rows[place] != holder:
            return OPEN_COST
        return float(min(OPEN_COST, max(0.0, self.bound.regret[s][place])))

    def _near(self, first: str) -> set[str]:
        """Needs whose seats are held by experts that the first need could use."""
        near: Counter[str] = Counter()
        for seat in self.needs[first].seats:
            for row in self._promising(seat.id, -1).rows.tolist():
                near.update(
                    self.problem.asked[held].need.id for held in self.whole.board.held_by.get(row, ())
                )
        del near[first]
        chosen = {first}
        names = sorted(self.among & near.keys())
        while names and len(chosen) < self.size:
            drawn = self.draw.choices(names, [near[name] for name in names])[0]
            names.remove(drawn)
            chosen.add(drawn)
        return chosen
