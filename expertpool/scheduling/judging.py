"""Everything that speaks against each expert of the pool on one seat, beside the rest of a plan.

Rules are asked of the whole pool at once; what depends on where an expert sits already is asked of those who
sit somewhere.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np

from expertpool.scheduling.beside import Beside
from expertpool.scheduling.board import Board
from expertpool.scheduling.eligibility import Occasion, occasions, standing_refusals, timed_refusals
from expertpool.scheduling.further import Further
from expertpool.scheduling.problem import Asked
from expertpool.scheduling.roster import Bools, Ints
from expertpool.scheduling.vocabulary import Rule

TIMETABLES = 500  # looked through per expert before the rules met so far are taken as the reasons


@dataclass(frozen=True, slots=True)
class Judgement:
    """The rules that keep an expert off a seat, and, if none does, starts of its sessions that work."""

    row: int
    rules: tuple[Rule, ...]
    starts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The whole pool judged on one seat.

    Shape: a mask of the pool for each rule that refuses somebody; `starts` by row of those whom none refuses.
    """

    refused: dict[Rule, Bools]
    starts: dict[int, dict[str, int]]

    def counted(self) -> dict[str, int]:
        """How many experts each rule keeps out, by rule id."""
        return {rule.value: int(np.count_nonzero(self.refused[rule])) for rule in sorted(self.refused)}


def verdicts(board: Board, seat: str) -> Verdicts:
    """Every rule that keeps an expert off a seat that is empty on the board, for every expert.

    Sessions that somebody else attends keep their start; the others may be held whenever it suits. A time
    that leaves an expert no start is blamed on the rules that each refuse all starts; if none does alone, on
    every rule that refuses some.
    """
    problem, asked = board.problem, board.problem.asked[seat]
    refused = standing_refusals(problem, asked)
    fits: dict[str, Bools] = {}
    asked_of: list[tuple[Occasion, dict[Rule, Bools], dict[Rule, Bools]]] = []
    for occasion in occasions(problem, asked):
        masks = timed_refusals(problem, asked, occasion, problem.roster.all)
        if len(occasion.starts) == 0:
            masks = {}
            refused[Rule.NO_START] = np.ones(problem.roster.size, dtype=bool)
        cannot = _any(masks.values(), problem.roster.size, len(occasion.starts))
        asked_of.append((occasion, masks, _blamed(masks, cannot)))
        _add(refused, asked_of[-1][-1])
        if occasion.session is not None:
            fits[occasion.session.id] = ~cannot
    if seat in problem.fixed_seats:  # what was agreed is not judged again
        taken = problem.fixed_seats[seat]
        for mask in refused.values():
            mask[taken] = False
        fits = {name: fit | (problem.roster.all == taken)[:, None] for name, fit in fits.items()}
    out, held = _any(refused.values(), problem.roster.size), _held_by_others(board, asked)
    further = Further(board, asked, out, held)
    for more in (further.standing(), *(further.timed(*each) for each in asked_of)):
        _add(refused, more)
    rows = np.flatnonzero(~out)
    beside, starts = _beside(board, asked, rows, {name: fit[rows] for name, fit in fits.items()}, held)
    for rule, mask in beside.items():
        whole = refused.setdefault(rule, np.zeros(problem.roster.size, dtype=bool))
        whole[rows] |= mask
    return Verdicts({rule: mask for rule, mask in refused.items() if mask.any()}, starts)


def judged(board: Board, seat: str) -> list[Judgement]:
    """`verdicts` expert by expert."""
    found = verdicts(board, seat)
    rules: list[list[Rule]] = [[] for _ in range(board.problem.roster.size)]
    for rule in sorted(found.refused):
        for row in np.flatnonzero(found.refused[rule]).tolist():
            rules[row].append(rule)
    return [Judgement(row, tuple(own), found.starts.get(row, {})) for row, own in enumerate(rules)]


def counted(judgements: list[Judgement]) -> dict[str, int]:
    """How many experts each rule keeps out, by rule id."""
    count = Counter(rule for judgement in judgements for rule in judgement.rules)
    return {rule.value: count[rule] for rule in sorted(count)}


def _add(refused: dict[Rule, Bools], more: dict[Rule, Bools]) -> None:
    """Put masks to those that are there."""
    for rule, mask in more.items():
        refused[rule] = refused[rule] | mask if rule in refused else mask


def _any(masks: Iterable[Bools], *shape: int) -> Bools:
    """Where any of the masks is set."""
    found = np.zeros(shape, dtype=bool)
    for mask in masks:
        found |= mask
    return found


def _every(mask: Bools) -> Bools:
    """Who is marked at every start; column by column, which is quick where starts are few."""
    found = np.ones(len(mask), dtype=bool)
    for column in mask.T:
        found &= column
    return found


def _blamed(masks: dict[Rule, Bools], cannot: Bools) -> dict[Rule, Bools]:
    """The timed rules that leave an expert no start."""
    masks = {rule: mask for rule, mask in masks.items() if mask.any()}
    whole = {rule: _every(mask) for rule, mask in masks.items()}
    shared = _every(cannot) & ~_any(whole.values(), len(cannot))
    if not shared.any():
        return whole
    return {rule: whole[rule] | (shared & ~_every(~mask)) for rule, mask in masks.items()}


def _beside(
    board: Board, asked: Asked, rows: Ints, fits: dict[str, Bools], held: dict[str, int]
) -> tuple[dict[Rule, Bools], dict[int, dict[str, int]]]:
    """The rules that keep experts out who could take the seat on an empty board, and starts for the others.

    Shape: masks of `rows`.
    """
    problem = board.problem
    late = np.zeros(len(rows), dtype=bool)  # cannot come when the others meet
    for session, start in held.items():
        late |= ~fits[session][:, int(np.searchsorted(problem.starts[session], start))]
    beside = Beside(board, asked, rows, held)
    free = [session.id for session in asked.sessions if session.id not in held]
    places = [np.flatnonzero(fits[name].any(axis=0)).tolist() for name in free]
    met: dict[Rule, Bools] = {}
    nobody = np.zeros(len(rows), dtype=bool)
    able: dict[int, dict[str, int]] = {}
    waiting = np.ones(len(rows), dtype=bool)
    for table in _tables(places, [fits[name] for name in free], waiting):
        can = waiting.copy()
        for name, place in zip(free, table, strict=True):
            can &= fits[name][:, place]
        starts = {name: int(problem.starts[name][place]) for name, place in zip(free, table, strict=True)}
        broken = beside.refused(starts)
        good = can & ~_any(broken.values(), len(rows))
        waiting &= ~good
        able |= {int(rows[place]): held | starts for place in np.flatnonzero(good & ~late).tolist()}
        for rule, mask in broken.items():
            met[rule] = met.get(rule, nobody) | (mask & can)
    met = {rule: mask & waiting for rule, mask in met.items()}
    return met | {Rule.TEAM_TIME: late}, able


def _tables(places: list[list[int]], fits: list[Bools], waiting: Bools) -> Iterator[tuple[int, ...]]:
    """Timetables, as places of starts, the earliest first, that somebody still waiting can come to.

    Whoever has seen `TIMETABLES` of their own is asked no more.
    """
    seen = np.zeros(len(waiting), dtype=np.int64)
    for table in product(*places):
        can = waiting & (seen < TIMETABLES)
        for fit, place in zip(fits, table, strict=True):
            can &= fit[:, place]
        if can.any():
            seen += can
            yield table
        elif not (waiting & (seen < TIMETABLES)).any():
            return


def _held_by_others(board: Board, asked: Asked) -> dict[str, int]:
    """Starts of the seat's sessions that are fixed or attended by others."""
    fixed = board.problem.fixed_starts
    return {
        session.id: board.starts[session.id]
        for session in asked.sessions
        if session.id in fixed or any(seat in board.seats for seat in session.seats)
    }
