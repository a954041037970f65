"""Everything that speaks against each expert of the pool on one seat, beside the rest of a plan."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, product

import numpy as np

from expertpool.scheduling.board import Board
from expertpool.scheduling.candidates import SeatCandidates, candidates
from expertpool.scheduling.eligibility import refusals
from expertpool.scheduling.problem import Asked
from expertpool.scheduling.vocabulary import Rule

TIMETABLES = 500  # looked through per expert before the rules met so far are taken as the reasons


@dataclass(frozen=True, slots=True)
class Judgement:
    """The rules that keep an expert off a seat, and, if none does, starts of its sessions that work."""

    row: int
    rules: tuple[Rule, ...]
    starts: dict[str, int]


def judged(board: Board, seat: str) -> list[Judgement]:
    """A judgement for every expert of the pool on a seat that is empty on the board.

    Sessions that somebody else attends keep their start; the others may be held whenever it suits.
    """
    problem = board.problem
    asked = problem.asked[seat]
    own: list[list[Rule]] = [[] for _ in range(problem.roster.size)]
    for rule, mask in refusals(problem, asked).items():
        for row in np.flatnonzero(mask).tolist():
            own[row].append(rule)
    found = candidates(problem, asked)
    place_of = {row: place for place, row in enumerate(found.rows.tolist())}
    return [
        _beside_others(board, found, place_of[row]) if row in place_of else Judgement(row, tuple(rules), {})
        for row, rules in enumerate(own)
    ]


def counted(judgements: list[Judgement]) -> dict[str, int]:
    """How many experts each rule keeps out, by rule id."""
    count = Counter(rule for judgement in judgements for rule in judgement.rules)
    return {rule.value: count[rule] for rule in sorted(count)}


def _beside_others(board: Board, found: SeatCandidates, place: int) -> Judgement:
    row = int(found.rows[place])
    held = _held_by_others(board, found.asked)
    for session, start in held.items():
        at = int(np.searchsorted(board.problem.starts[session], start))
        if not found.fits[session][place, at]:
            return Judgement(row, (Rule.TEAM_TIME,), {})
    met: list[Rule] = []
    for starts in islice(_timetables(board, found, place, held), TIMETABLES):
        board.starts.update(starts)
        rules = board.against(found.asked.seat.id, row)
        if not rules:
            return Judgement(row, (), held | starts)
        met += rules
    return Judgement(row, tuple(sorted(set(met))), {})


def _held_by_others(board: Board, asked: Asked) -> dict[str, int]:
    """Starts of the seat's sessions that are fixed or attended by others."""
    fixed = board.problem.fixed_starts
    return {
        session.id: board.starts[session.id]
        for session in asked.sessions
        if session.id in fixed or any(seat in board.seats for seat in session.seats)
    }


def _timetables(
    board: Board, found: SeatCandidates, place: int, held: dict[str, int]
) -> Iterator[dict[str, int]]:
    """Starts for the sessions nobody else attends, earliest first."""
    free = [session.id for session in found.asked.sessions if session.id not in held]
    options = [board.problem.starts[s][found.fits[s][place]].tolist() for s in free]
    for starts in product(*options):
        yield dict(zip(free, starts, strict=True))
