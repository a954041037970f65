"""The pairs of a large board as columns of a linear program: a candidate on a seat, by when the need meets.

Columns are told apart by the time of the need's main session only, the one most seats attend; a candidate has
one where it, and each of the seat's other sessions alone, can be attended. That leaves rules out, so that
whatever the program proves holds for the true problem all the more.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from expertpool.scheduling.board import clash
from expertpool.scheduling.candidates import SeatCandidates
from expertpool.scheduling.preferences import (
    empty_cost,
    load_cost,
    load_units,
    seat_costs,
    stability_cost,
    start_cost,
)
from expertpool.scheduling.problem import Asked, Problem
from expertpool.scheduling.roster import Bools, Ints
from expertpool.scheduling.snapshot import Need, Session

Floats = npt.NDArray[np.float64]
MOST_OPTIONS = 10  # starts of a main session told apart; more are taken together


@dataclass(frozen=True, slots=True)
class Meeting:
    """The main session of a need and its options: groups of neighbouring starts, by place.

    costs: the least cost of a start of each option.
    """

    session: Session
    options: tuple[Ints, ...]
    costs: Ints


@dataclass(frozen=True, slots=True)
class SeatPairs:
    """A seat's columns. `meeting` is None where the seat does not attend the need's main session.

    Shape: `rows[i]` an expert, `costs[i]` what they add to the cost instead of leaving the seat empty, and
    `fits[i, k]` whether they may come when the need meets at option `k` (one option without a meeting).
    weeks: `[k, span]`, minutes the seat surely uses of a span of weeks at option `k`, see `spans`; months:
    `[k, month]`, of each month.
    """

    asked: Asked
    meeting: Meeting | None
    rows: Ints
    costs: Ints
    fits: Bools
    empty: int
    units: int
    weeks: Ints
    months: Ints


def meeting_of(problem: Problem, need: Need) -> Meeting | None:
    """The main session of a need, if it has sessions that several seats attend."""
    shared = [s for s in need.sessions if len(s.seats) > 1 and len(problem.starts[s.id])]
    if not shared:
        return None
    main = min(shared, key=lambda s: (-len(s.seats), len(problem.starts[s.id]), s.id))
    starts = problem.starts[main.id]
    costs = np.array([start_cost(problem, main, at) for at in starts.tolist()], dtype=np.int64)
    places = np.arange(len(starts))
    edges = np.linspace(0, len(starts), min(MOST_OPTIONS, len(starts)) + 1).astype(np.int64).tolist()
    options = tuple(places[low:high] for low, high in pairwise(edges))
    if any(seat in problem.fixed_seats for seat in main.seats):
        costs = np.zeros_like(costs)  # paid by those who are fixed
    return Meeting(main, options, np.array([costs[option].min() for option in options], dtype=np.int64))


def pairs_of(problem: Problem, found: SeatCandidates, meeting: Meeting | None, load: Ints) -> SeatPairs:
    """The columns of one open seat. load: units of load that each expert has before the plan adds any."""
    asked = found.asked
    attends = meeting is not None and meeting.session in asked.sessions
    own = [s for s in asked.sessions if len(s.seats) == 1]
    units, weight = load_units(problem, asked), problem.snapshot.policy.weights.fairness
    costs = (seat_costs(problem, asked) + stability_cost(problem, asked))[found.rows]
    costs = costs + weight * load_cost(load[found.rows], units) - empty_cost(problem, asked)
    for session in own:
        at = [start_cost(problem, session, start) for start in problem.starts[session.id].tolist()]
        if any(at):
            dear = np.iinfo(np.int64).max
            costs = costs + np.where(found.fits[session.id], np.array(at), dear).min(axis=1)
    if attends and meeting is not None:
        fits = _fits(problem, found, meeting, own)
    else:
        meeting, fits = None, np.ones((len(found.rows), 1), dtype=bool)
    keep = fits.any(axis=1)
    return SeatPairs(
        asked,
        meeting,
        found.rows[keep],
        costs[keep],
        fits[keep],
        empty_cost(problem, asked),
        units,
        _used(problem, asked, meeting, spans(len(problem.snapshot.weeks)), problem.weeks),
        _used(problem, asked, meeting, alone(len(problem.snapshot.months)), problem.months),
    )


def _fits(problem: Problem, found: SeatCandidates, meeting: Meeting, own: list[Session]) -> Bools:
    """Options at which a candidate can attend the main session and, each alone, the seat's own ones."""
    main = found.fits[meeting.session.id]
    for session in own:
        apart = _apart(problem, meeting.session, session)
        main = main & ((found.fits[session.id].astype(np.int32) @ apart.T.astype(np.int32)) > 0)
    return np.stack([main[:, option].any(axis=1) for option in meeting.options], axis=1)


def _apart(problem: Problem, one: Session, other: Session) -> Bools:
    """Whether one person can attend two sessions. Shape: `[starts of one, starts of the other]`."""
    buffer = problem.snapshot.policy.travel_buffer_minutes
    starts, then = problem.starts[one.id].tolist(), problem.starts[other.id].tolist()
    met = [[clash(buffer, one, at, other, later) is None for later in then] for at in starts]
    return np.array(met, dtype=bool).reshape(len(starts), len(then))


def alone(size: int) -> Ints:
    """Spans of one period each. Shape: `[span, 2]`, first and last period."""
    return np.repeat(np.arange(size)[:, None], 2, axis=1)


@cache
def spans(size: int) -> Ints:
    """All spans of neighbouring periods, those of one first. Shape: `[span, 2]`, first and last period.

    A session that may be in one week or the next uses neither surely, but surely both together.
    """
    found = [(first, first + more) for more in range(size) for first in range(size - more)]
    return np.array(found, dtype=np.int64).reshape(-1, 2)


def room_of(room: Ints) -> Ints:
    """Minutes an expert has in each span of weeks. Shape: `[expert, week]` to `[expert, span]`."""
    first, last = spans(room.shape[1]).T
    upto = np.cumsum(np.pad(np.maximum(0, room), ((0, 0), (1, 0))), axis=1)
    found: Ints = upto[:, last + 1] - upto[:, first]
    return found


def _used(
    problem: Problem, asked: Asked, meeting: Meeting | None, within: Ints, period_of: Callable[[Ints], Ints]
) -> Ints:
    """Minutes a seat surely uses of each span of periods, by option."""
    options = 1 if meeting is None else len(meeting.options)
    used = np.zeros((options, len(within)), dtype=np.int64)
    first, last = within.T
    if asked.seat.effort_minutes:
        work = period_of(np.array([asked.need.deadline - 1]))[0]
        used[:, (first <= work) & (work <= last)] += asked.seat.effort_minutes
    for session in asked.sessions:
        periods = period_of(problem.starts[session.id])
        if not len(periods):
            continue
        groups = [slice(None)] * options
        if meeting is not None and session is meeting.session:
            groups = list(meeting.options)  # type: ignore[arg-type]
        for option, group in enumerate(groups):
            inside = periods[group]
            used[option, (first <= inside.min()) & (inside.max() <= last)] += session.length_minutes
    return used
