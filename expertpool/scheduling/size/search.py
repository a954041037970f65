"""The stages for a large board: seated at once, then bounded and made better part by part, in turns."""

import math
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from threading import Event

from expertpool.scheduling import cpsat
from expertpool.scheduling.aside import Answer, Aside, Tell
from expertpool.scheduling.candidates import SeatCandidates
from expertpool.scheduling.memory import Memory
from expertpool.scheduling.plan import Limits
from expertpool.scheduling.preferences import Choice, empty_cost, rank, total_cost
from expertpool.scheduling.problem import Problem
from expertpool.scheduling.progress import Stage
from expertpool.scheduling.size.bound import Bound
from expertpool.scheduling.size.dive import Dive
from expertpool.scheduling.size.everything import Everything
from expertpool.scheduling.size.filling import SIZES, EmptySeats
from expertpool.scheduling.size.moves import Round, moved
from expertpool.scheduling.size.neighbours import STEP, Neighbours
from expertpool.scheduling.size.seating import Seating, Teams

Dived = tuple[Choice, float]
Lowered = tuple[Choice | None, int, float]
Told = Callable[[Stage, "Large"], bool]
SHORT_WHILE = 0.2  # deterministic seconds of neighbourhoods before a whole board is filled
FILL = 0.5  # deterministic seconds to fill the seats of a region
FILL_WHOLE = 2.0  # the same for a whole board
LOWER = 4.0  # deterministic seconds of the model of a whole board for its floor
MEANWHILE = 3.0  # deterministic seconds of neighbourhoods that take no longer
IDLE = 40  # neighbourhoods in a row without a better plan before the whole board is tried at once
WHOLE = 100_000  # pairs of an expert and a start up to which that can help
FIRST_STEP = 0.5  # deterministic seconds that the first step of the floor is taken for
BESIDE = 0.5  # work in the copy for each on the floor here; what it counts takes longer
SHARE = 0.25  # deterministic seconds of neighbourhoods here and in the copy before both come together
DIVES = (5, 9, 14)  # steps of the floor after which its prices are dived with
EARLY, LONG = 3, 10.0  # the same, if these took so many deterministic seconds
STEPS_OF_A_DIVE = 2  # of the floor take as long as a dive, or less
MENDING = 20  # neighbourhoods to fill the seats that a dive left empty
REACH = 0.1  # of a plan's cost without its empty seats: further the floor is not expected to rise at once
_AT_ONCE = Event()
_AT_ONCE.set()


class Large:
    """The best plan so far and a floor for every plan of a large board.

    The floor rises here while a copy of the process looks for better plans; after the first plan from prices
    neighbourhoods get as much work here as the floor. Work is counted and not measured by a clock.
    """

    def __init__(
        self,
        problem: Problem,
        found: dict[str, SeatCandidates],
        *,
        limits: Limits,
        told: Told,
        stop: Event | None,
        memory: Memory,
    ) -> None:
        self.problem, self.found, self.told, self.stop = problem, found, told, stop
        self.memory = memory
        self.work_left = float(limits.deterministic_seconds)
        self.spare: Choice | None = None  # a dive that costs little and leaves more seats empty
        self.entries = sum(fit.size for candidates in found.values() for fit in candidates.fits.values())
        self.bound, self.size, self.ties_settled = 0, (0, 0), False
        self.spent = {Stage.BOUND: 0.0, Stage.IMPROVING: 0.0}
        self.step_work, self.idle, self.rounds, self.next_dive = FIRST_STEP, 0, 0, float(DIVES[0])
        self.going = True
        self.best = self._seated()
        self.rank = rank(problem, self.best)
        self._tell(Stage.FIRST_PLAN)
        if self.entries <= limits.most_entries and self.on and self.work_left > 0:
            with suppress(MemoryError):  # the best plan by then stands
                self._better()

    def _seated(self) -> Choice:
        """Every need seated once, then empty seats by chains."""
        seating = Seating(self.problem, self.found)
        self.bound = seating.simple_floor()
        teams = Teams(seating)
        teams.fill()
        for seat in seating.empty_seats():
            if seating.seated(seat) is None:
                teams.chained(seat)
        return seating.board.choice()

    def _better(self) -> None:
        """Bound and neighbourhoods in turns until the gap is closed, the work is done or somebody stops."""
        cpsat.load()
        bound = Bound(self.problem, self.found, self.best)
        neighbours = Neighbours(self.problem, self.found, bound, self.best)
        empty = EmptySeats(self.problem, self.found, bound)
        everything = None
        if self.entries <= WHOLE:
            self._begin(neighbours)
            everything = Everything(self.problem, bound, self.best)
            self._fill_beside(everything, neighbours)
        while self.on and self.work_left > 0 and self.bound < self.rank[0]:
            if everything is not None and self.idle >= IDLE:
                self._lowered(everything.improve(self.best, self.work_left, self.stop))
                self.idle = 0
            elif bound.steps >= self.next_dive or self._dives_early(bound):
                self._dive_beside(bound, neighbours, empty)
            elif not bound.done and self._floor_is_due(bound):
                self._raise_beside(bound, neighbours, empty)
            else:
                self._improve_beside(neighbours)

    def _dives_early(self, bound: Bound) -> bool:
        """Whether the steps take so long that the first prices worth a dive are dived with."""
        return self.next_dive == DIVES[0] and bound.steps >= EARLY and self.spent[Stage.BOUND] > LONG

    def _floor_is_due(self, bound: Bound) -> bool:
        """Whether the floor has had less than its share: all until the first dive, then as much."""
        return bound.steps <= DIVES[0] or self.spent[Stage.BOUND] < self.spent[Stage.IMPROVING]

    def _raise_beside(self, bound: Bound, neighbours: Neighbours, empty: EmptySeats) -> None:
        """A step of the floor, and neighbourhoods in a copy of the process.

        A step takes about as much as the one before it.
        """
        share = min(BESIDE * self.step_work, self.work_left)
        neighbours.among = set(neighbours.needs)
        with Aside(partial(self._in_copy, neighbours, share)) as aside:
            self._raise(bound, empty)
            neighbours.look()
            self._add(Stage.BOUND, self._fill_empty(empty))
            self._join(self._answer(aside))

    def _dive_beside(self, bound: Bound, neighbours: Neighbours, empty: EmptySeats) -> None:
        """A plan from prices in a copy of the process, and steps of the floor."""
        self.next_dive = next((steps for steps in DIVES if steps > bound.steps), math.inf)
        with Aside(partial(self._dive, bound, neighbours, empty)) as aside:
            for _ in range(STEPS_OF_A_DIVE):
                if self.on and not bound.done:
                    self._raise(bound, empty)
            dived = self._answer(aside)
        neighbours.look()
        if dived is not None:
            found, work = dived
            self.work_left -= work
            self.spare = None if self._take(found) or not self._may_fill(empty, found) else found

    def _improve_beside(self, neighbours: Neighbours) -> None:
        """Neighbourhoods here and in a copy of the process; what both make better comes together."""
        share = min(SHARE, self.work_left)
        mine, theirs = neighbours.halves(self.rounds)
        neighbours.among = theirs
        with Aside(partial(self._in_copy, neighbours, share)) as aside:
            neighbours.among = mine
            done = neighbours.several(self.best, share, self.stop, self._told)
            self._add(Stage.IMPROVING, done.work)
            beside = self._join(self._answer(aside))
        better = done.moves or beside.moves
        self.idle = 0 if better else self.idle + done.tried + beside.tried

    def _answer(self, aside: Aside[Answer]) -> Answer | None:
        """What a copy has found; it is not waited for once somebody wants an end."""
        return aside.answer(self.stop if self.on else _AT_ONCE)

    def _in_copy(self, neighbours: Neighbours, share: float, tell: Tell[Round]) -> None:
        """Neighbourhoods for so much work; what the copy does to itself is lost but for what it tells."""

        def told(_: Choice, done: Round) -> bool:
            tell(done)
            return not self.memory.full

        neighbours.draw.seed(self.rounds)
        tell(neighbours.several(self.best, share, None, told))

    def _told(self, best: Choice, _: Round) -> bool:
        self._take(best)
        return self.on

    def _join(self, beside: Round | None) -> Round:
        """Make the moves of a copy in the best plan as it is by now."""
        beside = beside or Round()
        self.rounds += 1
        self.work_left -= beside.work
        if beside.moves:
            self._take(moved(self.problem, self.best, beside.moves))
        return beside

    def _add(self, stage: Stage, work: float) -> None:
        self.spent[stage] += work
        self.work_left -= work

    def _begin(self, neighbours: Neighbours) -> None:
        """Neighbourhoods for a short while: whoever watches sees better plans before the long steps begin."""
        end = self.work_left - SHORT_WHILE
        while self.on and self.work_left > max(0.0, end):
            step = neighbours.step(self.best, min(STEP, self.work_left), self.stop)
            self._take(step.best)
            self.work_left -= step.work

    def _fill_beside(self, everything: Everything, neighbours: Neighbours) -> None:
        """Seats filled together and neighbourhoods here; in a copy a higher floor than that of fractions."""
        work = min(LOWER, self.work_left)
        with Aside(partial(self._in_copy_lower, everything, work)) as aside:
            self._fill(everything)
            if self.on and self.work_left > 0:
                share = min(MEANWHILE, self.work_left)
                done = neighbours.several(self.best, share, self.stop, self._told)
                self._add(Stage.IMPROVING, done.work)
            self._lowered(self._answer(aside))

    def _fill(self, everything: Everything) -> None:
        """See what every plan must cost, fill what can be filled together, and learn prices anew."""
        floor, work = everything.floor(self.stop)
        self._prove(floor)
        self.work_left -= work
        if self.on and self.work_left > 0:
            found, work = everything.fill(self.best, min(FILL_WHOLE, self.work_left), self.stop)
            self._take(found)
            self.work_left -= work
        if self.on and self.work_left > 0:
            self.work_left -= everything.guide(self.best, self.stop)

    def _in_copy_lower(self, everything: Everything, work: float, tell: Tell[Lowered]) -> None:
        tell(everything.improve(self.best, work, None))

    def _lowered(self, result: Lowered | None) -> None:
        """What a search of the whole board's model has found."""
        if result is not None:
            found, floor, work = result
            self._take(found)
            self._prove(floor)
            self.work_left -= work

    def _prove(self, floor: int) -> None:
        self.bound = max(self.bound, min(floor, self.rank[0]))
        self._tell(Stage.BOUND)

    def _raise(self, bound: Bound, empty: EmptySeats) -> None:
        """One step of the bound."""
        work = bound.alone.look(empty.open(self.best), self.stop)
        self.step_work = bound.step(self._reach(), self.stop)
        self._add(Stage.BOUND, work + self.step_work)
        self.bound = max(self.bound, min(bound.floor, self.rank[0]))
        self.size = (bound.columns.size, bound.rows.size)
        self._tell(Stage.BOUND)

    def _dive(self, bound: Bound, neighbours: Neighbours, empty: EmptySeats, tell: Tell[Dived]) -> None:
        """In a copy: a plan from prices, and the work it took.

        It costs little and leaves seats empty that neighbourhoods would fill sooner than lower the cost of
        the best plan as far: so it is worth a few of them before the two are compared.
        """
        bound.look(self.best)
        neighbours.among = set(neighbours.needs)
        found, work = Dive(bound).plan(self.best, self._reach(), None)
        tell((found, work))
        if self._may_fill(empty, found):
            found, more = empty.fill(found, FILL, None)
            work += more
        for _ in range(MENDING):
            if self.memory.full or not self._may_fill(empty, found):
                break
            step = neighbours.step(found, STEP, None)
            found, work = step.best or found, work + step.work
        tell((found, work))

    def _fill_empty(self, empty: EmptySeats) -> float:
        """Fill seats of the best plan, or once more of a dive that left more empty; the work it took."""
        spare, self.spare = self.spare, None
        if not self.on or not self._may_fill(empty, spare or self.best):
            return 0.0
        if spare is not None:
            found, work = empty.fill(spare, FILL, self.stop, SIZES[1])
        else:
            found, work = empty.fill_in_turn(self.best, FILL, self.stop)
        self._take(found)
        return work

    def _may_fill(self, empty: EmptySeats, choice: Choice) -> bool:
        """Whether a plan leaves seats empty that the bound does not rule out."""
        asked = (self.problem.asked[seat] for seat in empty.open(choice))
        least = min((empty_cost(self.problem, each) for each in asked), default=0)
        return 0 < least <= total_cost(self.problem, choice) - self.bound

    def _reach(self) -> float:
        """How far the floor may rise: to the best plan, but by little of what it costs beside empty seats."""
        empty = sum(
            empty_cost(self.problem, a) for s, a in self.problem.asked.items() if s not in self.best.seats
        )
        return float(min(self.rank[0] - self.bound, REACH * (self.rank[0] - empty)))

    def _take(self, choice: Choice | None) -> bool:
        """Keep a plan if it is better."""
        if choice is None:
            return False
        found = rank(self.problem, choice)
        if found >= self.rank:
            return False
        self.best, self.rank = choice, found
        self._tell(Stage.IMPROVING)
        return True

    @property
    def on(self) -> bool:
        """Whether nobody has asked for an end, and there is memory left."""
        return self.going and not (self.stop and self.stop.is_set()) and not self.memory.full

    def _tell(self, stage: Stage) -> None:
        self.going = self.told(stage, self) and self.going
