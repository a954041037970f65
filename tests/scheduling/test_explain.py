"""Why not this expert: the whole pool judged at once says what judging one by one says."""

from itertools import product

import numpy as np
import pytest

from expertpool.scheduling import snapshot as sn
from expertpool.scheduling.board import Board
from expertpool.scheduling.candidates import candidates
from expertpool.scheduling.eligibility import TIMED
from expertpool.scheduling.explain import opened
from expertpool.scheduling.judging import judged, verdicts
from expertpool.scheduling.plan import Plan
from expertpool.scheduling.solve import solve
from expertpool.scheduling.verify import verify
from expertpool.scheduling.vocabulary import Rule
from tests.scheduling.boards import realistic
from tests.scheduling.claims import LIMITS, claimed
from tests.scheduling.test_best_plan import full_board

BIG = sn.checked(realistic(experts=80, needs=4, seats=4, seed=5))
PLAN = solve(BIG, limits=LIMITS)
SEATS = [seat.id for need in BIG.needs for seat in need.seats]
# What somebody who cannot come when the team meets may be told in one.
OF_THE_TIME = {rule for rule, _ in TIMED}


def one_by_one(board: Board, seat_id: str) -> dict[int, set[Rule]]:
    """The rules against each candidate beside the others, each timetable of theirs tried on the board."""
    problem, found = board.problem, candidates(board.problem, board.problem.asked[seat_id])
    sessions = found.asked.sessions
    held = {s.id for s in sessions if any(seat in board.seats for seat in s.seats)}
    against = {}
    for place, row in enumerate(found.rows.tolist()):
        options, late = [], False
        for session in sessions:
            starts = problem.starts[session.id]
            if session.id in held:
                at = int(np.searchsorted(starts, board.starts[session.id]))
                late = late or not found.fits[session.id][place, at]
                options.append([board.starts[session.id]])
            else:
                options.append(starts[found.fits[session.id][place]].tolist())
        rules: set[Rule] = set()
        for table in product(*options):
            board.starts |= {session.id: at for session, at in zip(sessions, table, strict=True)}
            broken = set(board.against(seat_id, row))
            rules |= broken
            if not broken:
                rules = set()
                break
        against[row] = rules | ({Rule.TEAM_TIME} if late else set())
    return against


@pytest.mark.parametrize("seat_id", SEATS)
def test_all_at_once_is_one_by_one(seat_id: str) -> None:
    problem, choice = opened(BIG, PLAN)
    board = Board.of(problem, choice)
    if seat_id in board.seats:
        board.leave(seat_id)

    found = {one.row: one for one in judged(board, seat_id)}

    expected = one_by_one(Board.of(problem, board.choice()), seat_id)
    assert {row: set(found[row].rules) for row in expected} == expected
    for row, rules in expected.items():
        if not rules:
            board.starts |= found[row].starts
            assert board.against(seat_id, row) == []


def broken_everywhere(board: sn.Snapshot, plan: Plan, seat_id: str, expert: str) -> set[Rule]:
    """The rules that the verifier finds broken whenever the seat's sessions are held with this expert."""
    problem, choice = opened(board, plan)
    seats = {seat: problem.roster.ids[row] for seat, row in choice.seats.items()}
    others = [seat for seat in seats if seat != seat_id]
    held = {s.id for seat in others for s in problem.asked[seat].sessions} | set(problem.fixed_starts)
    settled = {name: at for name, at in choice.starts.items() if name in held} | problem.fixed_starts
    open_ones = [s.id for s in problem.asked[seat_id].sessions if s.id not in settled]
    tables = product(*(problem.starts[name].tolist() for name in open_ones))
    found = []
    for table in tables:
        starts = settled | dict(zip(open_ones, table, strict=True))
        changed = claimed(board, seats | {seat_id: expert}, starts, fingerprint=plan.snapshot)
        found.append({violation.rule for violation in verify(board, changed)})
    return set.intersection(*found) if found else {Rule.NO_START}


@pytest.mark.parametrize("seed", [0, 2, 7])
def test_no_rule_that_keeps_an_expert_out_whatever_the_time_is_left_untold(seed: int) -> None:
    board = full_board(seed)
    plan = solve(board, limits=LIMITS)
    problem, choice = opened(board, plan)
    for seat_id in set(problem.asked) - set(problem.fixed_seats):
        state = Board.of(problem, choice)
        if seat_id in choice.seats:
            state.leave(seat_id)

        for one in judged(state, seat_id):
            expert = problem.roster.ids[one.row]
            told = set(one.rules) | (OF_THE_TIME if Rule.TEAM_TIME in one.rules else set())

            assert broken_everywhere(board, plan, seat_id, expert) - told == set(), (seat_id, expert)


def test_the_counts_are_those_of_the_masks() -> None:
    problem, choice = opened(BIG, PLAN)
    board = Board.of(problem, choice)
    seat_id = PLAN.engagements[0].seat
    board.leave(seat_id)

    found = verdicts(board, seat_id)

    assert found.counted() == {rule.value: int(mask.sum()) for rule, mask in sorted(found.refused.items())}
