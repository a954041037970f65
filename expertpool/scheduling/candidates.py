"""Who could take which seat, at which starts of its sessions: what the search chooses from."""

from dataclasses import dataclass

import numpy as np

from expertpool.scheduling.aside import Aside, Tell
from expertpool.scheduling.eligibility import cannot_come, kept_out, occasions
from expertpool.scheduling.preferences import alone_costs, empty_cost
from expertpool.scheduling.problem import Asked, Problem
from expertpool.scheduling.roster import Bools, Ints


@dataclass(frozen=True, slots=True)
class SeatCandidates:
    """The experts who may take a seat, and for each of its sessions when they can come.

    Shape: `rows[i]` is an expert; `fits[session][i, j]` speaks of that expert and start `j` of the session.
    """

    asked: Asked
    rows: Ints
    fits: dict[str, Bools]

    def narrowed(self, keep: Bools) -> "SeatCandidates":
        """The same for some of the experts."""
        return SeatCandidates(self.asked, self.rows[keep], {s: fit[keep] for s, fit in self.fits.items()})


def candidates(problem: Problem, asked: Asked) -> SeatCandidates:
    """The experts no rule keeps out of a seat on their own, with the starts they could come to.

    Whoever is fixed on the seat is taken as it is: what was agreed is not judged again.
    """
    if asked.seat.id in problem.fixed_seats:
        row = np.array([problem.fixed_seats[asked.seat.id]], dtype=np.int64)
        return SeatCandidates(asked, row, {s.id: np.ones((1, 1), dtype=bool) for s in asked.sessions})
    found = SeatCandidates(asked, problem.roster.all[~kept_out(problem, asked)], {})
    for occasion in occasions(problem, asked):
        fit: Bools = ~cannot_come(problem, asked, occasion, found.rows)
        if occasion.session is not None:
            found.fits[occasion.session.id] = fit
        found = found.narrowed(np.any(fit, axis=1))
    return found


def worth_keeping(
    problem: Problem, found: dict[str, SeatCandidates], best: int
) -> tuple[dict[str, SeatCandidates], int]:
    """The candidates that a plan costing no more than `best` may hold, and a floor for the cost of any plan.

    Exact: a candidate goes only if the seat with them and all other seats at their cheapest already cost
    more than `best`.
    """
    costs = {seat: alone_costs(problem, c.asked, c.rows) for seat, c in found.items()}
    floors = {}
    for seat, candidates in found.items():
        empty = [] if seat in problem.fixed_seats else [empty_cost(problem, candidates.asked)]
        floors[seat] = min([*empty, *costs[seat].tolist()])
    floor = sum(floors.values())
    kept = {
        seat: c.narrowed(np.asarray(floor - floors[seat] + costs[seat] <= best)) for seat, c in found.items()
    }
    return kept, floor


def all_candidates(problem: Problem) -> dict[str, SeatCandidates]:
    """The candidates of every seat, in canonical order."""
    return {seat: candidates(problem, asked) for seat, asked in problem.asked.items()}


def candidates_at_once(problem: Problem) -> dict[str, SeatCandidates]:
    """The same, half of them in a copy of the process: pays where there are hundreds of seats."""
    seats = list(problem.asked.values())
    here, there = seats[: len(seats) // 2], seats[len(seats) // 2 :]

    def tell_theirs(tell: Tell[list[tuple[Ints, dict[str, Bools]]]]) -> None:
        tell([(found.rows, found.fits) for found in (candidates(problem, asked) for asked in there)])

    with Aside(tell_theirs) as aside:
        ours = [candidates(problem, asked) for asked in here]
        told = aside.answer(None)
    if told is None:
        raise MemoryError("no room for the candidates of all seats")
    theirs = [SeatCandidates(asked, rows, fits) for asked, (rows, fits) in zip(there, told, strict=True)]
    return {found.asked.seat.id: found for found in (*ours, *theirs)}
