"""Everything that speaks against each expert of the pool on one seat, beside the rest of a plan.

Rules are asked of the whole pool at once; what depends on where an expert sits already is asked of those who
sit somewhere.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import prod

import numpy as np

from expertpool.scheduling.beside import Beside
from expertpool.scheduling.board import Board
from expertpool.scheduling.eligibility import Occasion, nobody, occasions, standing_refusals, timed_refusals
from expertpool.scheduling.further import Further
from expertpool.scheduling.occupied import Occupied
from expertpool.scheduling.problem import Asked, Problem
from expertpool.scheduling.roster import Bools, Ints
from expertpool.scheduling.vocabulary import Rule

TIMETABLES = 500  # looked through per expert before the rules met so far are taken as the reasons
ASKED_AT_ONCE = 1 << 16  # pairs of a timetable and an expert


@dataclass(frozen=True, slots=True)
class Judgement:
    """The rules that keep an expert off a seat, and, if none does, starts of its sessions that work."""

    row: int
    rules: tuple[Rule, ...]
    starts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The whole pool judged on one seat.

    cut_short: somebody was not asked about all timetables, and is refused by the rules met so far.
    Shape: a mask of the pool for each rule that refuses somebody; `starts` by row of those whom none refuses.
    """

    refused: dict[Rule, Bools]
    starts: dict[int, dict[str, int]]
    cut_short: bool

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
        masks, cannot = _at_each_start(problem, asked, occasion)
        if len(occasion.starts) == 0:
            refused[Rule.NO_START] = np.ones(problem.roster.size, dtype=bool)
        asked_of.append((occasion, masks, _blamed(masks, cannot)))
        _add(refused, asked_of[-1][-1])
        if occasion.session is not None:
            fits[occasion.session.id] = ~cannot
    if seat in problem.fixed_seats:  # what was agreed is not judged again
        taken = problem.fixed_seats[seat]
        for mask in refused.values():
            mask[taken] = False
        fits = {name: fit | (problem.roster.all == taken)[:, None] for name, fit in fits.items()}
    out = _any(refused.values(), np.zeros(problem.roster.size, dtype=bool))
    held, occupied = _held_by_others(board, asked), Occupied(board)
    further = Further(board, asked, out, held, occupied)
    for more in (further.standing(), *(further.timed(*each) for each in asked_of)):
        _add(refused, more)
    rows = np.flatnonzero(~out)
    fits = {name: fit[rows] for name, fit in fits.items()}
    beside, starts, cut_short = _beside(Beside(board, asked, rows, held, occupied), fits)
    for rule, mask in beside.items():
        whole = refused.setdefault(rule, np.zeros(problem.roster.size, dtype=bool))
        whole[rows] |= mask
    return Verdicts({rule: mask for rule, mask in refused.items() if mask.any()}, starts, cut_short)


def _at_each_start(problem: Problem, asked: Asked, occasion: Occasion) -> tuple[dict[Rule, Bools], Bools]:
    """What each rule of time says of every start, and whom any of them refuses."""
    everybody = problem.roster.all
    masks = timed_refusals(problem, asked, occasion, everybody) if len(occasion.starts) else {}
    return masks, _any(masks.values(), nobody(everybody, occasion))


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


def _any(masks: Iterable[Bools], nobody: Bools) -> Bools:
    """Where any of the masks is set. Shape: that of `nobody`."""
    found = nobody.copy(order="K")
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
    shared = _every(cannot) & ~_any(whole.values(), np.zeros(len(cannot), dtype=bool))
    if not shared.any():
        return whole
    return {rule: whole[rule] | (shared & ~_every(~mask)) for rule, mask in masks.items()}


def _beside(
    beside: Beside, fits: dict[str, Bools]
) -> tuple[dict[Rule, Bools], dict[int, dict[str, int]], bool]:
    """The rules that keep experts out who could take the seat on an empty board, and starts for the others.

    Whoever has seen `TIMETABLES` of their own is asked no more; the last answer says if there are such.
    Shape: masks of `rows`; within a round they have a row for each of its timetables.
    """
    problem, rows, held = beside.problem, beside.rows, beside.held
    late = np.zeros(len(rows), dtype=bool)  # cannot come when the others meet
    for session, start in held.items():
        late |= ~fits[session][:, int(np.searchsorted(problem.starts[session], start))]
    free = [session.id for session in beside.asked.sessions if session.id not in held]
    met: dict[Rule, Bools] = {}
    able: dict[int, dict[str, int]] = {}
    waiting, seen = np.ones(len(rows), dtype=bool), np.zeros(len(rows), dtype=np.int64)
    for every in _tables([np.flatnonzero(fits[name].any(axis=0)) for name in free], len(rows)):
        can = np.repeat((waiting & (seen < TIMETABLES))[None], len(every), axis=0)
        for name, places in zip(free, every.T, strict=True):
            can &= fits[name].T[places]
        tables, can = every[can.any(axis=1)], can[can.any(axis=1)]
        if not len(tables):
            continue
        count = seen + np.cumsum(can, axis=0)
        can &= count <= TIMETABLES
        starts = {name: problem.starts[name][places] for name, places in zip(free, tables.T, strict=True)}
        broken = beside.refused(starts, len(tables))
        good = can & ~_any(broken.values(), np.zeros_like(can))
        comes, first = good.any(axis=0), good.argmax(axis=0)
        for place in np.flatnonzero(comes & ~late).tolist():
            own = {name: int(at[first[place]]) for name, at in starts.items()}
            able[int(rows[place])] = held | own
        _add(met, {rule: np.any(mask & can, axis=0) for rule, mask in broken.items()})
        waiting, seen = waiting & ~comes, count[-1]
        if not (waiting & (seen < TIMETABLES)).any():
            break
    met = {rule: mask & waiting for rule, mask in met.items()}
    return met | {Rule.TEAM_TIME: late}, able, bool((waiting & (seen >= TIMETABLES)).any())


def _tables(places: list[Ints], experts: int) -> Iterator[Ints]:
    """Timetables, the earliest first, in rounds that so many experts can be asked about at once.

    Shape: [timetables, sessions], places of starts.
    """
    sizes = (1, *map(len, places))
    most, at_once = prod(sizes), max(1, ASKED_AT_ONCE // max(1, experts))
    for first in range(0, most, at_once):
        asked = np.arange(first, min(first + at_once, most))
        which = np.unravel_index(asked, sizes)[1:]
        chosen = [place[own] for place, own in zip(places, which, strict=True)]
        yield np.array(chosen, dtype=np.int64).reshape(len(places), len(asked)).T


def _held_by_others(board: Board, asked: Asked) -> dict[str, int]:
    """Starts of the seat's sessions that are fixed or attended by others."""
    fixed = board.problem.fixed_starts
    return {
        session.id: board.starts[session.id]
        for session in asked.sessions
        if session.id in fixed or any(seat in board.seats for seat in session.seats)
    }
