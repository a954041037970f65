"""The solver's plan against every plan there is, on boards small enough to try them all."""

import itertools
import random
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expertpool.scheduling import snapshot as sn
from expertpool.scheduling.plan import Plan, Status
from expertpool.scheduling.problem import Problem
from expertpool.scheduling.solve import solve
from expertpool.scheduling.verify import verify
from expertpool.scheduling.vocabulary import RoleClass, Rule, Urgency
from tests.scheduling.boards import (
    agreement,
    arrangement,
    at,
    conflict,
    expert,
    facet,
    need,
    preferred,
    required,
    role,
    seat,
    session,
    shared,
    snapshot,
    span,
    team_rule,
)
from tests.scheduling.claims import LIMITS, claimed

TIERS = ("bar", "review", "waivable", "disclose")


SMALL = ([1], [2], [3], [1, 1], [2, 1])
FIVE = ([5], [4, 1], [3, 2], [2, 2, 1])


def board_of(seed: int, people: int | None = None, teams: tuple[list[int], ...] = SMALL) -> sn.Snapshot:
    """A board of three or four experts and up to three seats, with a little of everything that can bind."""
    draw = random.Random(seed)
    count = people or draw.randint(3, 4)
    experts = [_expert(draw, f"e{number}") for number in range(count)]
    sizes = draw.choice(teams)
    needs = [_need(draw, f"n{number}", size) for number, size in enumerate(sizes)]
    seats = [one.id for asked in needs for one in asked.seats]
    conflicts = [
        conflict(incident, person.id, draw.choice(TIERS), side=side)
        for incident in sorted({asked.incident for asked in needs})
        for side in ("SUP", "INV")
        for person in experts
        if draw.random() < 0.12
    ]
    board = snapshot(
        experts,
        needs,
        cell_minutes=60,
        conflicts=tuple(conflicts),
        agreements=tuple(
            agreement("KFTC", borrower, draw.choice([60, 120, 180, 900])) for borrower in ("MSS",)
        ),
        pins=tuple(sn.Placement(one, draw.choice(experts).id) for one in seats if draw.random() < 0.08),
        seat_bans=tuple(sn.Placement(one, draw.choice(experts).id) for one in seats if draw.random() < 0.1),
    )
    before = {one: draw.choice(experts).id for one in seats if draw.random() < 0.3}
    return _narrower(draw, replace(board, previous=arrangement(before, {})))


def _narrower(draw: random.Random, board: sn.Snapshot) -> sn.Snapshot:
    """With what binds more rarely: notice, closed times, holds elsewhere, terms, bans, waivers, shares."""
    terms = {
        "notice_minutes": draw.choice([0, 0, at(0, 11), at(1)]),
        "blackouts": draw.choice([(), (), (span(0, 8, 11),), (span(7, 0, 24),)]),
    }
    ends = {one.id: draw.choice([at(20), at(20), at(6)]) for one in board.experts}
    held = sn.Commitment(at(0, 13), at(0, 13.5), "BUSAN")
    board = replace(
        board,
        agreements=tuple(replace(one, **terms) for one in board.agreements),  # type: ignore[arg-type]
        experts=tuple(
            replace(
                one,
                appointments=(sn.FarSpan(-at(20), ends[one.id]),),
                commitments=(held,) if draw.random() < 0.2 else (),
            )
            for one in board.experts
        ),
        need_bans=tuple(
            sn.NeedBan(asked.id, draw.choice(board.experts).id)
            for asked in board.needs
            if draw.random() < 0.15
        ),
        conflicts=tuple(
            replace(one, waived=one.tier == "waivable" and draw.random() < 0.5) for one in board.conflicts
        ),
    )
    if draw.random() < 0.5:
        return board
    carried = {ministry: draw.choice([0, 240, 720]) for ministry in draw.sample(["MSS", "KFTC", "NPA"], 2)}
    return shared(board, {ministry: (240, minutes) for ministry, minutes in carried.items()}, weight=40)


def _expert(draw: random.Random, name: str) -> sn.Expert:
    free = [span(day, start, start + draw.choice([2, 3, 4])) for day, start in ((0, 9), (0, 14), (7, 9))]
    return expert(
        name,
        role("ATT", draw.randint(1, 4)),
        *([role("PAT")] if draw.random() < 0.3 else []),
        ministry=draw.choice(["MSS", "MSS", "KFTC", "NPA"]),
        firm=draw.choice([None, "f", "g"]),
        region=draw.choice(["SEOUL", "BUSAN"]),
        weekly_capacity_minutes=draw.choice([90, 150, 240, 900]),
        max_open_engagements=draw.choice([None, 1, 2]),
        load_minutes=draw.choice([0, 240, 960]),
        free=tuple(one for one in free if draw.random() < 0.8),
    )


def _need(draw: random.Random, name: str, size: int) -> sn.Need:
    seats = [
        seat(
            f"{name}s{number}",
            role_class=draw.choice([RoleClass.SUP, RoleClass.INV]),
            required=(required("role_kind", "ATT", draw.randint(1, 2)),),
            preferred=(preferred("role_kind", "ATT", draw.randint(1, 4)),),
            effort_minutes=draw.choice([0, 0, 60]),
        )
        for number in range(size)
    ]
    names = [one.id for one in seats]
    windows = ((span(0, 9, 12),), (span(0, 10, 12), span(7, 9, 11)), (span(0, 14, 16),))
    sessions = [
        session(
            f"{name}k{number}",
            *(names if number == 0 else names[-1:]),
            length_minutes=draw.choice([60, 120]),
            windows=draw.choice(windows),
            deadline=draw.choice([at(0, 10), at(2)]),
            place=draw.choice([None, "SEOUL", "BUSAN"]),
        )
        for number in range(draw.choice([1, 1, 2]))
    ]
    rules = [
        team_rule("chair", names[0], facets=(required("role_kind", "PAT"),)),
        team_rule("at_least", *names, facets=(required("role_kind", "PAT"), required("role_kind", "ATT", 4))),
        team_rule("one_per_firm", *names),
        team_rule("ministry_most", *names),
        team_rule("ministry_least", *names, count=min(2, size)),
    ]
    return need(
        name,
        seats,
        sessions,
        incident=draw.choice(["one", "other"]),
        urgency=draw.choice(list(Urgency)),
        deadline=at(draw.choice([3, 9])),
        team_rules=tuple(rule for rule in rules if draw.random() < 0.25),
    )


def every_plan(board: sn.Snapshot, less_than: int) -> Iterator[Plan]:
    """Every plan, legal or not, that costs less: any experts on any seats, sessions at any start."""
    starts = Problem(board).starts
    asked = {one.id: owner for owner in board.needs for one in owner.seats}
    people = [None, *(person.id for person in board.experts)]
    fingerprint = sn.digest(board)
    for chosen in itertools.product(people, repeat=len(asked)):
        placed = {one: who for one, who in zip(asked, chosen, strict=True) if who is not None}
        empty = sum(owner.urgency for one, owner in asked.items() if one not in placed)
        if empty * board.policy.weights.unfilled >= less_than:
            continue
        held = [s.id for owner in board.needs for s in owner.sessions if placed.keys() & set(s.seats)]
        for times in itertools.product(*([int(start) for start in starts[name]] for name in held)):
            timetable = dict(zip(held, times, strict=True))
            plan = claimed(board, placed, timetable, fingerprint=fingerprint)
            if plan.objective.total < less_than:
                yield plan


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6))
def test_no_legal_plan_costs_less(seed: int) -> None:
    board = sn.checked(board_of(seed))

    plan = solve(board, limits=LIMITS)

    assert verify(board, plan) == []
    assert plan.status is Status.OPTIMAL
    assert [one for one in every_plan(board, plan.objective.total) if not verify(board, one)] == []


def cheaper_plans(board: sn.Snapshot, less_than: int) -> Iterator[Plan]:
    """Every legal plan that costs less, seat by seat: what breaks a rule, or costs too much already, is left.

    A rule can only be broken by adding, and but for empty seats and changed ones so can every cost.
    """
    starts, fingerprint = Problem(board).starts, sn.digest(board)
    asked = [(owner, one.id) for owner in board.needs for one in owner.seats]
    before = {placed.seat for placed in board.previous.engagements}
    weights = board.policy.weights
    worth = [weights.unfilled * owner.urgency + weights.stability * (one in before) for owner, one in asked]

    def further(placed: dict[str, str], times: dict[str, int], at: int) -> Iterator[Plan]:
        plan = claimed(board, placed, times, fingerprint=fingerprint)
        if plan.objective.total - sum(worth[at:]) >= less_than or verify(board, plan):
            return
        if at == len(asked):
            yield plan
            return
        owner, one = asked[at]
        yield from further(placed, times, at + 1)
        new = [s.id for s in owner.sessions if one in s.seats and s.id not in times]
        for held in itertools.product(*(starts[name].tolist() for name in new)):
            for person in board.experts:
                more = times | dict(zip(new, held, strict=True))
                yield from further(placed | {one: person.id}, more, at + 1)

    yield from further({}, {}, 0)


def full_board(seed: int) -> sn.Snapshot:
    """Five experts and five seats with everything that can bind: also who and what is asked for at all."""
    draw, board = random.Random(seed), board_of(seed, people=5, teams=FIVE)
    known = [facet("technology", "T1", 2), facet("technology", "T1", 2, valid_until=at(0, 12))]
    experts = tuple(
        replace(
            one,
            active=draw.random() < 0.9,
            facets=(*one.facets, *draw.choice([[known[0]], [known[0]], [known[1]], []])),
        )
        for one in board.experts
    )
    closed = (span(0, 9, 9.5),)
    needs = tuple(
        replace(
            asked,
            seats=tuple(
                replace(
                    one,
                    role_kind=draw.choice(["ATT", "ATT", "ATT", "ATT", "PAT"]),
                    required=(*one.required, *([required("technology", "T1")] * (draw.random() < 0.4))),
                )
                for one in asked.seats
            ),
            sessions=tuple(
                replace(one, windows=closed if draw.random() < 0.06 else one.windows)
                for one in asked.sessions
            ),
        )
        for asked in board.needs
    )
    return sn.checked(replace(board, experts=experts, needs=needs))


@pytest.mark.parametrize("seed", range(8))
def test_five_experts_on_five_seats_are_best_placed(seed: int) -> None:
    board = full_board(seed)

    plan = solve(board, limits=LIMITS)

    assert verify(board, plan) == []
    assert plan.status is Status.OPTIMAL
    assert list(cheaper_plans(board, plan.objective.total)) == []


def test_the_search_for_cheaper_plans_finds_the_best_one() -> None:
    board = full_board(3)
    best = solve(board, limits=LIMITS).objective.total

    assert min(plan.objective.total for plan in cheaper_plans(board, best + 1)) == best


def test_every_rule_binds_on_some_board_of_five() -> None:
    bound: set[str] = set()
    for seed in range(24):
        board = full_board(seed)
        bound |= {rule for empty in solve(board, limits=LIMITS).unfilled for rule in empty.reasons}

    of_plans_alone = {Rule.FIXED_OTHER, Rule.FIXED_START, Rule.PLAN_SHAPE, Rule.PLAN_OBJECTIVE}
    assert {rule.value for rule in Rule} - bound == {rule.value for rule in of_plans_alone}
