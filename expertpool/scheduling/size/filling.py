"""Seats left empty are filled together: a region of needs around them, asked for nothing but filled seats.

One empty seat is often a chain of moves away from being filled that no small neighbourhood holds. Asked for
urgency alone, a model of sixty needs is solved in seconds; where it finds nothing, the region grows.
"""

from collections.abc import Callable, Iterator
from threading import Event

from expertpool.scheduling.candidates import SeatCandidates
from expertpool.scheduling.model import FREE
from expertpool.scheduling.preferences import Choice
from expertpool.scheduling.problem import Problem
from expertpool.scheduling.size.bound import Bound
from expertpool.scheduling.size.part import Whole
from expertpool.scheduling.size.recombine import Recombination
from expertpool.scheduling.size.seating import completed

SIZES = (60, 120, 240)  # needs around the empty seats that are looked at
COLUMNS = 8  # of each seat, the cheapest
BESIDE = 0.1  # deterministic seconds a model takes to be made


def filled(model: Recombination, best: Choice, work: float, stop: Event | None) -> tuple[Choice, float]:
    """A plan that leaves as little urgency empty as the model allows, and the work it took."""
    problem, found = model.problem, model.columns.found
    aim, spent, least = model.filling(), 0.0, -FREE
    urgency = urgency_of(problem)
    while spent < work and urgency(best) > least and not (stop is not None and stop.is_set()):
        tried = model.tried(best, aim, work - spent, stop)
        spent += tried.work
        least = max(least, tried.floor)
        if tried.best is not None:
            best = min(best, completed(problem, found, tried.best), key=urgency)
        if not tried.crowded:
            break
    return best, spent


def urgency_of(problem: Problem) -> Callable[[Choice], int]:
    """The urgency of the seats filled, as something to be kept low."""
    asked, fixed = problem.asked, problem.fixed_seats
    return lambda choice: -sum(asked[seat].need.urgency for seat in choice.seats if seat not in fixed)


class EmptySeats:
    """The region around the seats of a plan that are empty and have candidates."""

    def __init__(self, problem: Problem, found: dict[str, SeatCandidates], bound: Bound) -> None:
        self.problem, self.found, self.bound = problem, found, bound
        self.needs = {need.id: need for need in problem.snapshot.needs}
        self.size, self.pause, self.waits = 0, 0, 0

    def open(self, best: Choice) -> list[str]:
        """The seats that a plan leaves empty although somebody could come."""
        return [seat for seat in self.problem.asked if seat not in best.seats and len(self.found[seat].rows)]

    def fill_in_turn(self, best: Choice, work: float, stop: Event | None) -> tuple[Choice, float]:
        """Fill what can be filled, and the work it took; without a find the region grows, and rests twice as
        many turns."""
        if self.waits:
            self.waits -= 1
            return best, 0.0
        found, spent = self.fill(best, work, stop, SIZES[self.size])
        if len(self.open(found)) == len(self.open(best)):
            self.size = min(self.size + 1, len(SIZES) - 1)
            self.pause = self.waits = 2 * self.pause + 1
        return found, spent

    def fill(
        self, best: Choice, work: float, stop: Event | None, size: int = SIZES[0]
    ) -> tuple[Choice, float]:
        """The same once, in a region of so many needs."""
        self.bound.look(best)
        whole = Whole(self.problem, best)
        model = Recombination(self.bound, whole, self._region(best, size, whole), COLUMNS)
        model.close()
        found, spent = filled(model, best, work, stop)
        return found, spent + BESIDE

    def _region(self, best: Choice, size: int, whole: Whole) -> set[str]:
        """The needs of empty seats, then those that hold most of the experts a chosen need could use."""
        chosen: set[str] = set()
        near: dict[str, float] = {}
        first = sorted({self.problem.asked[seat].need.id for seat in self.open(best)})
        while (first or near) and len(chosen) < size:
            need = first.pop() if first else max(near, key=lambda one: (near[one], one))
            chosen.add(need)
            for rival, weight in self._rivals(need, whole):
                near[rival] = near.get(rival, 0.0) + weight
            near = {rival: weight for rival, weight in near.items() if rival not in chosen}
        return chosen

    def _rivals(self, need: str, whole: Whole) -> Iterator[tuple[str, float]]:
        """The needs that hold the cheapest candidates of a need's seats, weightier where these are few."""
        columns = self.bound.columns
        for seat in self.needs[need].seats:
            if seat.id in columns.seat_number:
                cheapest = self.bound.cheapest_of(columns.seat_number[seat.id])[: 2 * COLUMNS]
                for row in columns.expert[cheapest].tolist():
                    for held in whole.board.held_by.get(row, ()):
                        yield self.problem.asked[held].need.id, 1 / len(cheapest)
