"""Most rules can be broken in more than one way, and a plan can lie in many: `verify` catches each."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from expertpool.scheduling import snapshot as sn
from expertpool.scheduling.plan import CostPart, Plan, PlanCost, Status
from expertpool.scheduling.verify import verify
from expertpool.scheduling.vocabulary import Part, RoleClass, Rule, Urgency
from tests.scheduling.boards import (
    DAY,
    arrangement,
    at,
    conflict,
    facet,
    preferred,
    required,
    role,
    seat,
    session,
    span,
)
from tests.scheduling.claims import claimed
from tests.scheduling.test_verify_mutations import (
    BOARD,
    SEATS,
    STARTS,
    Mutation,
    broken,
    facts,
    on_board,
    on_expert,
    on_lending,
    on_need,
    on_rule,
    placed,
    same,
)

Boards = Callable[[sn.Snapshot], sn.Snapshot]
CODE = facet("skill", "code", 3)
ENDS = at(5)  # after the sessions, before the work is due
TWO_SEATS = placed(other="ann"), STARTS | {"visit": at(1, 14)}
BEFORE_THE_WAY = sn.Commitment(at(0, 16), at(0, 17), "SEOUL")


def both(*changes: Boards) -> Boards:
    def mutate(board: sn.Snapshot) -> sn.Snapshot:
        for change in changes:
            board = change(board)
        return board

    return mutate


def without_sessions(mutate: Boards) -> Mutation:
    """The first need asks for nothing but work outside sessions."""
    return facts(both(on_need(0, sessions=()), mutate))


def fixed(seats: dict[str, str], starts: dict[str, int]) -> Boards:
    return on_board(fixed=arrangement(seats, starts))


WAYS: dict[str, tuple[Mutation, set[Rule]]] = {
    "banned from the seat": (facts(on_board(seat_bans=(sn.Placement("member", "bob"),))), {Rule.BANNED}),
    "not appointed while the work is done": (
        facts(on_expert("bob", appointments=(sn.FarSpan(-DAY, ENDS),))),
        {Rule.NOT_APPOINTED},
    ),
    "not appointed for a seat that asks nothing": (
        facts(both(on_need(1, sessions=()), on_expert("cho", appointments=(sn.FarSpan(-DAY, ENDS),)))),
        {Rule.NOT_APPOINTED},
    ),
    "a facet that ends while the work is done": (
        facts(on_expert("bob", facets=(role("ATT"), facet("skill", "code", 3, None, ENDS)))),
        {Rule.FACET_NOT_VALID},
    ),
    "a role that ends while the work is done": (
        facts(on_expert("bob", facets=(facet("role_kind", "ATT", 3, None, ENDS), CODE))),
        {Rule.FACET_NOT_VALID},
    ),
    "one engagement too many within the plan": (
        (on_expert("ann", max_open_engagements=1), *TWO_SEATS),
        {Rule.OPEN_ENGAGEMENTS},
    ),
    "a fixed seat left empty": (
        (fixed({"other": "cho"}, {"visit": at(0, 14)}), {"chair": "ann", "member": "bob"}, STARTS),
        {Rule.FIXED_OTHER},
    ),
    "no way from a commitment": (
        facts(on_expert("cho", commitments=(BEFORE_THE_WAY,))),
        {Rule.TRAVEL_BUFFER},
    ),
    "before the need begins": (facts(on_need(1, not_before=at(0, 15))), {Rule.NO_START}),
    "before now": (
        facts(on_board(taken_at="2026-08-31T05:30:00Z")),
        {Rule.NO_START, Rule.NOTICE_SHORT},  # an expert is lent no earlier than now either
    ),
    "off the grid": ((same, SEATS, STARTS | {"visit": at(0, 14) + 10}), {Rule.NO_START}),
    "a week too full for the work": (
        facts(on_expert("bob", used_minutes={"2026-W37": 2_400})),
        {Rule.WEEKLY_CAPACITY},
    ),
    "beside a fixed session": (
        (fixed({"other": "ann"}, {"visit": at(0, 10)}), placed(other="ann"), STARTS | {"visit": at(0, 10)}),
        {Rule.ELSEWHERE},
    ),
    "work due before the notice ends": (
        without_sessions(on_lending(notice_minutes=11 * DAY)),
        {Rule.NOTICE_SHORT},
    ),
    "work wholly in a blackout": (
        without_sessions(on_lending(blackouts=(span(0, 0, 14 * 24),))),
        {Rule.BLACKOUT},
    ),
    "work beyond the quota": (without_sessions(on_lending(minutes=59)), {Rule.QUOTA_SPENT}),
    "a waived conflict breaks nothing": (
        facts(on_board(conflicts=(conflict("one", "bob", "waivable", waived=True),))),
        set(),
    ),
    "what is fixed spends what there is": (
        facts(both(on_lending(minutes=0), fixed({"member": "bob"}, {"hearing": at(0, 9)}))),
        set(),
    ),
    "what is fixed needs no agreement": (
        facts(both(on_board(agreements=()), fixed({"member": "bob"}, {"hearing": at(0, 9)}))),
        set(),
    ),
    "what is fixed breaks a team rule": (
        facts(
            both(
                on_rule("chair", facets=(required("proceeding", "CHR", 4),)),
                fixed({"chair": "ann"}, {"hearing": at(0, 9)}),
            )
        ),
        set(),
    ),
}


@pytest.mark.parametrize(("mutation", "rules"), WAYS.values(), ids=WAYS)
def test_every_way_to_break_a_rule_is_caught_and_no_other(mutation: Mutation, rules: set[Rule]) -> None:
    assert broken(mutation) == rules


def test_every_part_of_the_cost_is_counted() -> None:
    wish = (preferred("role_kind", "ATT", 3, 10),)
    visit = session("visit", "other", place="BUSAN", deadline=at(0, 14.5))
    board = both(
        on_need(0, urgency=Urgency.RAISED),
        on_need(1, seats=(seat("other", role_class=RoleClass.INV, preferred=wish),), sessions=(visit,)),
        on_expert("ann", load_minutes=480),
        on_expert("cho", region="SEOUL"),
        on_board(
            previous=arrangement({"member": "bob", "other": "cho"}, {"visit": at(0, 13)}),
            conflicts=(
                conflict("one", "ann", "waivable", waived=True),
                conflict("two", "cho", "disclose", side="INV"),
            ),
        ),
    )(BOARD)

    plan = claimed(sn.checked(board), {"chair": "ann", "other": "cho"}, STARTS)

    assert {part.part: part.amount for part in plan.objective.parts} == {
        Part.UNFILLED: 2,  # one empty seat, raised
        Part.LATENESS: 2,  # an hour and a half, begun ones count
        Part.QUALITY: 20,  # two levels short
        Part.DISCLOSE: 1,
        Part.WAIVED: 1,
        Part.FAIRNESS: 3 + 1,  # the third unit of one expert, the first of another
        Part.TRAVEL: 1,
        Part.STABILITY: 2,  # a seat lost, a session moved
    }


SOUND = sn.checked(BOARD)
PLAN = claimed(SOUND, SEATS, STARTS)
CHAIR, MEMBER, OTHER = PLAN.engagements
HELD = OTHER.sessions[0]


def with_other(**fields: object) -> Plan:
    return replace(PLAN, engagements=(CHAIR, MEMBER, replace(OTHER, **fields)))  # type: ignore[arg-type]


def costing(*parts: CostPart, **fields: object) -> Plan:
    """The plan with other parts of its cost, summed up as it ought to be."""
    total = sum(part.cost for part in parts)
    return replace(PLAN, objective=replace(PlanCost(parts, total, total, 0), **fields))  # type: ignore[arg-type]


FIRST, *REST = PLAN.objective.parts
HELD_LATE = replace(HELD, start=SOUND.horizon_minutes - 60, end=SOUND.horizon_minutes + 60)
LIES: dict[str, tuple[Plan, Rule]] = {
    "another format": (replace(PLAN, format="expertpool.plan/2"), Rule.PLAN_SHAPE),
    "another seed": (replace(PLAN, seed=PLAN.seed + 1), Rule.PLAN_SHAPE),
    "another snapshot": (replace(PLAN, snapshot="0" * 64), Rule.PLAN_SHAPE),
    "a seat twice": (replace(PLAN, engagements=(*PLAN.engagements, OTHER)), Rule.PLAN_SHAPE),
    "an unknown seat": (
        replace(PLAN, engagements=(*PLAN.engagements, replace(OTHER, seat="x", sessions=()))),
        Rule.PLAN_SHAPE,
    ),
    "an unknown expert": (with_other(expert="eve"), Rule.PLAN_SHAPE),
    "a session cut short": (with_other(sessions=(replace(HELD, end=HELD.end - 30),)), Rule.PLAN_SHAPE),
    "a session left out": (with_other(sessions=()), Rule.PLAN_SHAPE),
    "a session of somebody else": (with_other(sessions=(HELD, CHAIR.sessions[0])), Rule.PLAN_SHAPE),
    "a session twice": (with_other(sessions=(HELD, HELD)), Rule.PLAN_SHAPE),
    "a session after the horizon": (with_other(sessions=(HELD_LATE,)), Rule.PLAN_SHAPE),
    "another amount": (
        costing(replace(FIRST, amount=FIRST.amount + 1, cost=FIRST.cost + FIRST.weight), *REST),
        Rule.PLAN_OBJECTIVE,
    ),
    "another weight": (
        costing(replace(FIRST, weight=FIRST.weight + 1, cost=FIRST.amount * (FIRST.weight + 1)), *REST),
        Rule.PLAN_OBJECTIVE,
    ),
    "another cost": (costing(replace(FIRST, cost=FIRST.cost + 1), *REST), Rule.PLAN_OBJECTIVE),
    "a part left out": (costing(*REST), Rule.PLAN_OBJECTIVE),
    "a part twice": (costing(FIRST, FIRST, *REST), Rule.PLAN_OBJECTIVE),
    "another total": (
        costing(FIRST, *REST, total=PLAN.objective.total + 1, bound=PLAN.objective.total + 1),
        Rule.PLAN_OBJECTIVE,
    ),
    "another gap": (costing(FIRST, *REST, bound=PLAN.objective.total - 1, gap=0), Rule.PLAN_OBJECTIVE),
    "optimal with a gap": (
        costing(FIRST, *REST, bound=PLAN.objective.total - 1, gap=1),
        Rule.PLAN_OBJECTIVE,
    ),
    "not called optimal without a gap": (replace(PLAN, status=Status.FEASIBLE), Rule.PLAN_OBJECTIVE),
}


@pytest.mark.parametrize(("plan", "rule"), LIES.values(), ids=LIES)
def test_every_lie_of_a_plan_is_caught(plan: Plan, rule: Rule) -> None:
    assert rule in {violation.rule for violation in verify(SOUND, plan)}
