"""The stages for a large board: seated at once, then bounded and made better part by part."""

from collections.abc import Callable
from threading import Event

from expertpool.scheduling.candidates import SeatCandidates
from expertpool.scheduling.plan import Limits
from expertpool.scheduling.preferences import rank
from expertpool.scheduling.problem import Problem
from expertpool.scheduling.progress import Stage
from expertpool.scheduling.size.neighbours import Neighbours
from expertpool.scheduling.size.seating import Seating, Teams

Told = Callable[[Stage, "Large"], bool]


class Large:
    """The best plan so far and a floor for every plan of a large board."""

    def __init__(
        self,
        problem: Problem,
        found: dict[str, SeatCandidates],
        *,
        limits: Limits,
        told: Told,
        stop: Event | None,
    ) -> None:
        self.problem, self.found, self.told, self.stop = problem, found, told, stop
        self.work_left = float(limits.deterministic_seconds)
        self.bound, self.size, self.ties_settled = 0, (0, 0), False
        self.going = True
        self._first_plan()
        self._improve()

    def _first_plan(self) -> None:
        seating = Seating(self.problem, self.found)
        teams = Teams(seating)
        teams.fill()
        for seat in seating.empty_seats():
            if seating.seated(seat) is None:
                teams.chained(seat)
        self.best = seating.board.choice()
        self.rank = rank(self.problem, self.best)
        self._tell(Stage.FIRST_PLAN)

    def _improve(self) -> None:
        neighbours = Neighbours(self.problem, self.found, self.best)
        while self.on and self.work_left > 0:
            work, better = neighbours.step(min(1.0, self.work_left), self.stop)
            self.work_left -= work
            if better:
                self.best = neighbours.best
                self.rank = rank(self.problem, self.best)
                self._tell(Stage.IMPROVING)

    @property
    def on(self) -> bool:
        """Whether nobody has asked for an end."""
        return self.going and not (self.stop and self.stop.is_set())

    def _tell(self, stage: Stage) -> None:
        self.going = self.told(stage, self) and self.going
