"""The share of ministries in a plan's cost: what they carry beyond it, each further unit dearer."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bench.boards import Size, board
from expertpool.refusals import Invalid
from expertpool.scheduling import plan as plans
from expertpool.scheduling import snapshot as sn
from expertpool.scheduling.alternatives import alternatives
from expertpool.scheduling.candidates import all_candidates
from expertpool.scheduling.exact import Exact
from expertpool.scheduling.explain import explain
from expertpool.scheduling.happenings import Vacated
from expertpool.scheduling.plan import Plan, Status
from expertpool.scheduling.preferences import Choice, rank, total_cost
from expertpool.scheduling.problem import Problem
from expertpool.scheduling.repair import repair
from expertpool.scheduling.size.bound import Bound
from expertpool.scheduling.size.part import Whole, joined
from expertpool.scheduling.size.recombine import Recombination
from expertpool.scheduling.size.seating import Seating, Teams
from expertpool.scheduling.solve import solve
from expertpool.scheduling.standing import Standing
from expertpool.scheduling.verify import verify
from expertpool.scheduling.vocabulary import Part, Rule
from tests.scheduling.boards import (
    agreement,
    at,
    expert,
    need,
    preferred,
    realistic,
    role,
    seat,
    session,
    shared,
    snapshot,
    span,
)
from tests.scheduling.claims import LIMITS, claimed
from tests.scheduling.test_repair_warm import written

EXAMPLE = Path(__file__).with_name("example_snapshot.json").read_text(encoding="utf-8")
UNIT = 240  # minutes of a unit of load in the policy of these boards
WISH = (preferred("role_kind", "ATT", 4, 1),)


def three_needs() -> sn.Snapshot:
    """Three seats of a unit each, at three times; MSS has an expert of its own for each, KFTC too, who each
    miss one point of preference more."""
    people, needs = [], []
    for number in range(3):
        hours = (span(number, 9, 13),)
        skill = f"skill-{number}"
        people.append(expert(f"own-{number}", role("ATT", 4), role(skill), free=hours))
        people.append(expert(f"lent-{number}", role("ATT"), role(skill), free=hours, ministry="KFTC"))
        one = seat(f"s{number}", skill, preferred=WISH)
        meets = session(f"k{number}", one.id, length_minutes=UNIT, windows=hours, deadline=at(number, 13))
        needs.append(need(f"n{number}", [one], [meets]))
    return sn.checked(snapshot(people, needs, agreements=(agreement("KFTC"),)))


def amount(plan: Plan, part: Part) -> int:
    return next(each.amount for each in plan.objective.parts if each.part is part)


def ministries(board: sn.Snapshot, plan: Plan) -> list[str]:
    home = {one.id: one.ministry for one in board.experts}
    return sorted(home[one.expert] for one in plan.engagements)


BOARD = three_needs()


def test_each_unit_beyond_the_target_costs_its_number() -> None:
    """Carried 2 of 3: the first unit is still within the target, the next two are its first and second."""
    asked = shared(BOARD, {"MSS": (3 * UNIT, 2 * UNIT)})

    plan = claimed(asked, {f"s{n}": f"own-{n}" for n in range(3)}, {f"k{n}": at(n, 9) for n in range(3)})

    assert amount(plan, Part.SHARE) == 1 + 2
    assert [part.cost for part in plan.objective.parts if part.part is Part.SHARE] == [3 * 3]


def test_started_units_of_target_and_carried_minutes_do_not_count() -> None:
    asked = shared(BOARD, {"MSS": (2 * UNIT - 1, UNIT - 1)})

    plan = solve(sn.checked(asked), limits=LIMITS)

    assert ministries(asked, plan) == ["MSS"] * 3
    assert amount(plan, Part.SHARE) == 1 + 2  # beyond one unit, with none carried


@pytest.mark.parametrize(
    ("weight", "lent"),
    [
        (6, 0),  # the third unit costs 18, the lent expert 20
        (7, 1),  # the third unit costs 21, the second 14
        (11, 2),  # the second unit costs 22, the first 11
        (21, 3),
    ],
)
def test_the_convex_share_decides_how_many_seats_a_ministry_takes(weight: int, lent: int) -> None:
    asked = sn.checked(shared(BOARD, {"MSS": (0, 0)}, weight))

    plan = solve(asked, limits=LIMITS)

    assert ministries(asked, plan) == ["KFTC"] * lent + ["MSS"] * (3 - lent)
    assert plan.status is Status.OPTIMAL
    assert verify(asked, plan) == []


def test_no_empty_seat_is_bought_with_a_share() -> None:
    asked = sn.checked(shared(replace(BOARD, agreements=()), {"MSS": (0, 9_000)}, 1_000))

    assert solve(asked, limits=LIMITS).unfilled == ()


def test_a_snapshot_from_before_keeps_its_text_digest_and_parts() -> None:
    old = sn.loads(EXAMPLE)

    plan = solve(old, limits=LIMITS)

    assert sn.digest(old) == "bbf055f8dc00ed9b66b06511d9da4752b4adc7772759d5359ad2cf97f59eea6a"
    assert "share" not in sn.dumps(old) + plans.dumps(plan)
    assert Part.SHARE not in {each.part for each in plan.objective.parts}
    assert verify(old, plan) == []


def test_shares_are_read_back_in_one_order_and_given_once() -> None:
    two = shared(BOARD, {"MSS": (480, 240), "KFTC": (240, 0)})
    turned = replace(two, shares=two.shares[::-1])

    assert sn.loads(sn.dumps(two)) == sn.checked(turned)
    assert sn.dumps(two) == sn.dumps(turned)
    with pytest.raises(Invalid) as twice:
        sn.checked(replace(two, shares=two.shares[:1] * 2))
    assert set(twice.value.fields) == {"shares[1].ministry"}


@pytest.mark.parametrize("field", ["amount", "weight", "absent"])
def test_a_share_told_wrong_is_caught(field: str) -> None:
    asked = sn.checked(shared(BOARD, {"MSS": (0, 0)}))
    plan = solve(asked, limits=LIMITS)

    def told(part: plans.CostPart) -> plans.CostPart:
        if part.part is not Part.SHARE:
            return part
        amount, weight = part.amount - (field == "amount"), part.weight - (field == "weight")
        return replace(part, amount=amount, weight=weight, cost=amount * weight)

    parts = tuple(map(told, plan.objective.parts))
    if field == "absent":
        parts = tuple(part for part in parts if part.part is not Part.SHARE)
    total = sum(part.cost for part in parts)
    wrong = replace(plan, objective=plans.PlanCost(parts, total, total, 0))

    assert verify(asked, plan) == []
    assert [broken.rule for broken in verify(asked, wrong)] == [Rule.PLAN_OBJECTIVE]


def test_a_share_where_none_is_asked_is_caught() -> None:
    plan = solve(BOARD, limits=LIMITS)
    more = (*plan.objective.parts, plans.CostPart(Part.SHARE, 0, 0, 0))

    wrong = replace(plan, objective=replace(plan.objective, parts=more))

    assert [broken.rule for broken in verify(BOARD, wrong)] == [Rule.PLAN_OBJECTIVE]


PANELS = sn.checked(
    shared(
        realistic(experts=60, needs=3, seats=3, seed=3),
        {"MSS": (480, 960), "MOTIR": (480, 0), "KFTC": (0, 480), "NPA": (240, 0)},
        weight=30,
    )
)
PLAN = solve(PANELS, limits=LIMITS)
SEATS = [placed.seat for placed in PLAN.engagements]


def test_in_the_best_plan_nobody_else_costs_less_and_the_difference_is_the_true_one() -> None:
    found = [explain(PANELS, PLAN, seat_id) for seat_id in SEATS]
    told = [(one.seat, one.others) for one in found if one.others]
    for seat_id, others in told:
        other = others[0]

        held = {one.seat: one.expert for one in PLAN.engagements} | {seat_id: other.expert}
        starts = {h.session: h.start for one in PLAN.engagements for h in one.sessions} | other.starts
        true = claimed(PANELS, held, starts).objective
        assert all(each.extra >= 0 for each in others)
        assert other.cost == {part.part: part.cost for part in true.parts}
    assert told


def test_a_decline_answered_at_once_costs_what_it_says() -> None:
    standing = Standing(PANELS, PLAN)
    extras = []
    for seat_id in SEATS:
        mended = standing.decline(seat_id)

        after, repaired = written(PANELS, PLAN, mended, seat_id)
        held = {one.seat: one.expert for one in PLAN.engagements}
        starts = {h.session: h.start for one in PLAN.engagements for h in one.sessions}
        extras.append(mended.extra)
        assert mended.violations == ()
        assert mended.extra == repaired.objective.total - claimed(after, held, starts).objective.total
    assert len(set(extras)) > 1


def test_declines_carried_out_keep_count_of_what_ministries_carry() -> None:
    weights = replace(PANELS.policy.weights, stability=0)
    free_to_change = sn.checked(replace(PANELS, policy=replace(PANELS.policy, weights=weights)))
    plan = solve(free_to_change, limits=LIMITS)
    standing, cost = Standing(free_to_change, plan), plan.objective.total

    for seat_id in SEATS:
        if seat_id in standing.board.seats:
            mended = standing.decline(seat_id)
            standing.carry_out(mended)
            cost += mended.extra

    assert cost > plan.objective.total
    assert total_cost(standing.problem, standing.board.choice()) == cost


def test_a_repair_weighs_shares_as_the_plan_did() -> None:
    left = PLAN.engagements[0]

    found = repair(PANELS, PLAN, Vacated(left.seat, left.expert), limits=LIMITS)

    assert verify(found.snapshot, found.plan) == []
    assert found.snapshot.shares == PANELS.shares


def test_other_teams_are_told_what_the_whole_plan_would_cost_more() -> None:
    for team in alternatives(PANELS, PLAN, PANELS.needs[0].id, most=2, limits=LIMITS):
        held = {one.seat: one.expert for one in (*PLAN.engagements, *team.engagements)}
        starts = {h.session: h.start for one in (*PLAN.engagements, *team.engagements) for h in one.sessions}

        assert team.extra == claimed(PANELS, held, starts).objective.total - PLAN.objective.total


LARGE = sn.checked(
    shared(
        board(Size(experts=60, incidents=12), seed=5),
        {"KFTC": (480, 0), "MOIP": (960, 480), "MSS": (0, 240), "MOTIR": (480, 960)},
        weight=20,
    )
)
PROBLEM = Problem(LARGE)
FOUND = all_candidates(PROBLEM)


def test_seating_a_need_anew_saves_what_it_says() -> None:
    seating = Seating(PROBLEM, FOUND)
    Teams(seating).fill()
    before = rank(PROBLEM, seating.board.choice())[0]

    saved = Teams(seating).improve(list(LARGE.needs), 5)

    assert saved >= 0
    assert rank(PROBLEM, seating.board.choice())[0] == before - saved
    assert seating.simple_floor() <= before


def test_a_part_of_a_plan_costs_as_much_more_as_the_plan() -> None:
    seating = Seating(PROBLEM, FOUND)
    Teams(seating).fill()
    choice = seating.board.choice()
    part = Whole(PROBLEM, choice).part({need.id for need in LARGE.needs[:4]})
    own = {name: row for name, row in choice.seats.items() if name in part.asked}
    starts = {name: start for name, start in choice.starts.items() if name in part.sessions}
    whole, piece = total_cost(PROBLEM, choice), total_cost(part, Choice(own, starts))

    for name in own:
        fewer = {other: row for other, row in own.items() if other != name}
        held = {s.id for other in fewer for s in part.asked[other].sessions}
        left = Choice(fewer, {session: start for session, start in starts.items() if session in held})

        assert total_cost(PROBLEM, joined(choice, left, part)) - whole == total_cost(part, left) - piece


def test_columns_value_shares_as_exact_search_does() -> None:
    nobody = Choice({}, {})
    bound = Bound(PROBLEM, FOUND, nobody)
    bound.complete()
    bound.look(nobody)
    some = {need.id for need in LARGE.needs[:3]}
    whole = Whole(PROBLEM, nobody)
    part = whole.part(some)
    exact = Exact(part, {name: FOUND[name] for name in part.asked}, nobody, work=5)
    exact.improve()

    model = Recombination(bound, whole, some, 1_000)
    found = model.solved(nobody, model.cost, 5, None)

    assert found.best is not None
    assert rank(part, Choice(found.best.seats, found.best.starts))[0] == exact.rank[0] == exact.bound


def test_ministries_without_a_target_cost_nothing() -> None:
    nothing = Problem(sn.checked(shared(BOARD, {"NPA": (0, 9_000)})))
    own = {f"s{n}": nothing.roster.row[f"own-{n}"] for n in range(3)}

    assert (np.asarray(nothing.beyond) < 0).all()
    assert total_cost(nothing, Choice(own, {})) == total_cost(Problem(BOARD), Choice(own, {}))
