"""What conflicts of interest do to a plan: never, only when waived, or at a small price."""

from dataclasses import replace

import pytest

from expertpool.scheduling import snapshot as sn
from expertpool.scheduling.plan import Plan
from expertpool.scheduling.solve import solve
from expertpool.scheduling.verify import verify
from expertpool.scheduling.vocabulary import Part
from tests.scheduling.boards import conflict, expert, need, seat, snapshot
from tests.scheduling.claims import LIMITS


def solved(board: sn.Snapshot) -> Plan:
    plan = solve(board, limits=LIMITS)
    assert not verify(board, plan)
    return plan


def seated(plan: Plan) -> set[str]:
    return {engagement.expert for engagement in plan.engagements}


def cost(plan: Plan, part: Part) -> int:
    return next(each.cost for each in plan.objective.parts if each.part is part)


@pytest.mark.parametrize("tier", ["bar", "review", "waivable"])
def test_whoever_is_barred_in_doubt_or_not_waived_leaves_the_seat_empty(tier: str) -> None:
    board = snapshot(
        [expert("ann")], [need("n", [seat("s")])], conflicts=(conflict("incident-n", "ann", tier),)
    )

    plan = solved(board)

    assert seated(plan) == set()
    assert [empty.seat for empty in plan.unfilled] == ["s"]


def test_a_waived_expert_is_seated_when_nobody_else_is_there_and_it_costs() -> None:
    waived = conflict("incident-n", "ann", "waivable", waived=True)
    board = snapshot([expert("ann")], [need("n", [seat("s")])], conflicts=(waived,))

    plan = solved(board)

    assert seated(plan) == {"ann"}
    assert cost(plan, Part.WAIVED) == board.policy.weights.waived


def test_free_before_disclosed_before_waived() -> None:
    ties = (conflict("incident-n", "ann", "waivable", waived=True), conflict("incident-n", "bea", "disclose"))
    asked = [need("n", [seat("s")])]
    everybody = [expert("ann"), expert("bea"), expert("cor")]

    chosen = []
    for count in (3, 2):
        known = {person.id for person in everybody[:count]}
        board = snapshot(
            everybody[:count], asked, conflicts=tuple(one for one in ties if one.expert in known)
        )
        chosen.append(seated(solved(board)))

    assert chosen == [{"cor"}, {"bea"}]


def test_a_panel_with_fewer_disclosures_is_preferred() -> None:
    names = ("ann", "bea", "cor", "dee")
    ties = tuple(conflict("incident-n", name, "disclose") for name in ("ann", "bea"))
    board = snapshot([expert(name) for name in names], [need("n", [seat("s"), seat("t")])], conflicts=ties)

    plan = solved(board)
    few = solved(replace(board, experts=board.experts[:3]))

    assert seated(plan) == {"cor", "dee"}
    assert (cost(plan, Part.DISCLOSE), cost(few, Part.DISCLOSE)) == (0, board.policy.weights.disclose)
    assert "cor" in seated(few)
