"""A legal plan of a full board, broken in one way at a time: `verify` names the rule each time."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from expertpool.scheduling import snapshot as sn
from expertpool.scheduling.plan import HeldSession, Plan
from expertpool.scheduling.verify import verify
from expertpool.scheduling.vocabulary import RoleClass, Rule
from tests.scheduling.boards import (
    DAY,
    agreement,
    arrangement,
    at,
    conflict,
    expert,
    facet,
    need,
    required,
    role,
    seat,
    session,
    snapshot,
    span,
    team_rule,
)
from tests.scheduling.claims import claimed

CHAIR = required("proceeding", "CHR")
ATTORNEY = required("role_kind", "ATT", 2)
SEATS = {"chair": "ann", "member": "bob", "other": "cho"}
STARTS = {"hearing": at(0, 9), "visit": at(0, 14)}
BOARD = snapshot(
    [
        expert("ann", role("ATT", 3), facet("proceeding", "CHR"), facet("skill", "code", 3), firm="f"),
        expert("bob", role("ATT", 3), facet("skill", "code", 3), ministry="KFTC", firm="g"),
        expert("cho", role("ATT", 1), region="BUSAN", firm="h"),
        expert("dan", role("ATT", 3), facet("skill", "code", 3), ministry="KFTC", firm="g"),
    ],
    [
        need(
            "n",
            [
                seat("chair", required=(required("skill", "code", 2),), effort_minutes=60),
                seat("member", required=(required("skill", "code", 2),), effort_minutes=60),
            ],
            [session("hearing", "chair", "member", place="SEOUL")],
            incident="one",
            team_rules=(
                team_rule("chair", "chair", facets=(CHAIR,)),
                team_rule("at_least", "chair", "member", facets=(ATTORNEY,)),
                team_rule("one_per_firm", "chair", "member"),
                team_rule("ministry_most", "chair", "member"),
                team_rule("ministry_least", "chair", "member", count=2),
            ),
        ),
        need(
            "m",
            [seat("other", role_class=RoleClass.INV)],
            [session("visit", "other", place="BUSAN")],
            incident="two",
        ),
    ],
    agreements=(agreement("KFTC"),),
)


def on_expert(name: str, **fields: object) -> Callable[[sn.Snapshot], sn.Snapshot]:
    def mutate(board: sn.Snapshot) -> sn.Snapshot:
        people = (replace(one, **fields) if one.id == name else one for one in board.experts)  # type: ignore[arg-type]
        return replace(board, experts=tuple(people))

    return mutate


def on_board(**fields: object) -> Callable[[sn.Snapshot], sn.Snapshot]:
    return lambda board: replace(board, **fields)  # type: ignore[arg-type]


def on_lending(**fields: object) -> Callable[[sn.Snapshot], sn.Snapshot]:
    return on_board(agreements=(agreement("KFTC", **fields),))  # type: ignore[arg-type]


def on_need(place: int, **fields: object) -> Callable[[sn.Snapshot], sn.Snapshot]:
    def mutate(board: sn.Snapshot) -> sn.Snapshot:
        needs = list(board.needs)
        needs[place] = replace(needs[place], **fields)  # type: ignore[arg-type]
        return replace(board, needs=tuple(needs))

    return mutate


def on_rule(kind: str, **fields: object) -> Callable[[sn.Snapshot], sn.Snapshot]:
    changed = (replace(r, **fields) if r.kind == kind else r for r in BOARD.needs[0].team_rules)  # type: ignore[arg-type]
    return on_need(0, team_rules=tuple(changed))


def placed(**seats: str) -> dict[str, str]:
    return SEATS | seats


Mutation = tuple[Callable[[sn.Snapshot], sn.Snapshot], dict[str, str], dict[str, int]]


def facts(mutate: Callable[[sn.Snapshot], sn.Snapshot]) -> Mutation:
    """Another world, the same plan."""
    return mutate, SEATS, STARTS


def same(board: sn.Snapshot) -> sn.Snapshot:
    return board


TIED = sn.NeedBan("n", "bob")
MUTATIONS: dict[Rule, Mutation] = {
    Rule.NOT_ACTIVE: facts(on_expert("cho", active=False)),
    Rule.ROLE_KIND_MISSING: facts(on_expert("cho", facets=(role("PAT"),))),
    Rule.FACET_MISSING: facts(on_expert("bob", facets=(role("ATT"),))),
    Rule.LEVEL_TOO_LOW: facts(on_expert("bob", facets=(role("ATT"), facet("skill", "code", 1)))),
    Rule.FACET_NOT_VALID: facts(
        on_expert("bob", facets=(role("ATT"), facet("skill", "code", 3, None, at(0, 10))))
    ),
    Rule.NOT_APPOINTED: facts(on_expert("cho", appointments=(sn.FarSpan(at(1), at(20)),))),
    Rule.CONFLICT_BAR: facts(on_board(conflicts=(conflict("one", "bob", "bar"),))),
    Rule.CONFLICT_REVIEW: facts(on_board(conflicts=(conflict("one", "bob", "review"),))),
    Rule.CONFLICT_NOT_WAIVED: facts(on_board(conflicts=(conflict("one", "bob", "waivable"),))),
    Rule.TWO_ROLE_CLASSES: (on_need(1, incident="one"), placed(other="ann"), STARTS | {"visit": at(1, 14)}),
    Rule.NOT_FREE: facts(on_expert("cho", free=(span(0, 9, 15),))),
    Rule.ELSEWHERE: (same, placed(other="ann"), STARTS | {"visit": at(0, 10)}),
    Rule.TRAVEL_BUFFER: (same, placed(other="ann"), STARTS | {"visit": at(0, 11)}),
    Rule.NO_START: (same, SEATS, STARTS | {"visit": at(2, 14)}),
    Rule.WEEKLY_CAPACITY: facts(on_expert("cho", used_minutes={"2026-W36": 2_400})),
    Rule.OPEN_ENGAGEMENTS: facts(on_expert("cho", max_open_engagements=1, open_engagements=1)),
    Rule.NO_AGREEMENT: facts(on_board(agreements=())),
    Rule.QUOTA_SPENT: facts(on_lending(minutes=119)),
    Rule.NOTICE_SHORT: facts(on_lending(notice_minutes=DAY)),
    Rule.BLACKOUT: facts(on_lending(blackouts=(span(0, 8, 12),))),
    Rule.CHAIR_LICENCE: facts(on_rule("chair", facets=(required("proceeding", "CHR", 4),))),
    Rule.TEAM_LACKS: facts(on_rule("at_least", facets=(required("role_kind", "PAT"),))),
    Rule.SAME_FIRM: facts(on_expert("bob", firm="f")),
    Rule.MINISTRY_MOST: (on_rule("ministry_least", count=1), placed(member="cho"), STARTS),
    Rule.MINISTRY_LEAST: (on_rule("ministry_most", count=2), placed(member="cho"), STARTS),
    Rule.SEATED_IN_NEED: (same, placed(member="ann"), STARTS),
    Rule.PINNED_OTHER: facts(on_board(pins=(sn.Placement("member", "dan"),))),
    Rule.BANNED: facts(on_board(need_bans=(TIED,))),
    Rule.FIXED_OTHER: facts(on_board(fixed=arrangement({"other": "dan"}, {"visit": at(0, 14)}))),
    Rule.FIXED_START: facts(on_board(fixed=arrangement({}, {"visit": at(0, 13)}))),
}
ALSO = {  # what breaks with the rule, because it is the same fact in other words
    Rule.MINISTRY_MOST: {Rule.FACET_MISSING},
    Rule.MINISTRY_LEAST: {Rule.FACET_MISSING},
    Rule.SEATED_IN_NEED: {
        Rule.ELSEWHERE,
        Rule.SAME_FIRM,
        Rule.MINISTRY_MOST,
        Rule.MINISTRY_LEAST,
    },
}


def broken(mutation: Mutation) -> set[Rule]:
    mutate, seats, starts = mutation
    board = sn.checked(mutate(BOARD))
    return {violation.rule for violation in verify(board, claimed(board, seats, starts))}


def test_the_plan_is_sound_before_anything_is_changed() -> None:
    assert broken((same, SEATS, STARTS)) == set()


@pytest.mark.parametrize("rule", MUTATIONS, ids=lambda rule: rule.value)
def test_one_change_breaks_one_rule(rule: Rule) -> None:
    assert broken(MUTATIONS[rule]) == {rule} | ALSO.get(rule, set())


def _mutated(plan: Plan, rule: Rule) -> Plan:
    first, *others = plan.engagements
    if rule is Rule.TEAM_TIME:
        held = HeldSession("hearing", at(0, 10), at(0, 12))
        return replace(plan, engagements=(replace(first, sessions=(held,)), *others))
    if rule is Rule.PLAN_SHAPE:
        return replace(plan, engagements=tuple(others))
    return replace(plan, objective=replace(plan.objective, bound=plan.objective.bound + 1))


OF_THE_PLAN = (Rule.TEAM_TIME, Rule.PLAN_SHAPE, Rule.PLAN_OBJECTIVE)


@pytest.mark.parametrize("rule", OF_THE_PLAN, ids=lambda rule: rule.value)
def test_a_plan_changed_by_hand_is_caught(rule: Rule) -> None:
    board = sn.checked(BOARD)
    plan = claimed(board, SEATS, STARTS)

    assert rule in {violation.rule for violation in verify(board, _mutated(plan, rule))}


def test_every_hard_rule_has_its_mutation() -> None:
    assert set(MUTATIONS) | set(OF_THE_PLAN) == set(Rule)
