"""One tempting, forbidden plan per hard rule: the solver does not take it and `verify` names the rule."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from expertpool.scheduling import snapshot as sn
from expertpool.scheduling.plan import Plan
from expertpool.scheduling.solve import solve
from expertpool.scheduling.verify import verify
from expertpool.scheduling.vocabulary import RoleClass, Rule
from tests.scheduling.boards import (
    DAY,
    agreement,
    arrangement,
    at,
    conflict,
    days,
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
from tests.scheduling.claims import LIMITS, claimed

NINE = {"n-kick": at(0, 9)}


@dataclass(frozen=True)
class Case:
    """A board, and a plan on it that breaks one rule only but would cost less than any legal plan."""

    rule: Rule
    board: sn.Snapshot
    seats: dict[str, str] = field(default_factory=lambda: {"s": "ann"})
    starts: dict[str, int] = field(default_factory=lambda: dict(NINE))


def alone(rule: Rule, **fields: Any) -> Case:
    """One expert who fits but for the fields given."""
    return Case(rule, snapshot([expert("ann", **fields)], [need("n", [seat("s")])]))


def asking(rule: Rule, *facets: sn.Facet, **asked: Any) -> Case:
    """One expert with these facets for a seat that asks more."""
    return Case(rule, snapshot([expert("ann", *facets)], [need("n", [seat("s", **asked)])]))


def tied(rule: Rule, tier: str) -> Case:
    board = snapshot([expert("ann")], [need("n", [seat("s")])])
    return Case(rule, replace(board, conflicts=(conflict("incident-n", "ann", tier),)))


def lent(rule: Rule, *agreements: sn.Agreement, **asked: Any) -> Case:
    board = snapshot([expert("ann", ministry="KFTC")], [need("n", [seat("s", **asked)])])
    return Case(rule, replace(board, agreements=agreements))


def together(rule: Rule, ann: sn.Expert, bob: sn.Expert, **asked: Any) -> Case:
    """Two experts who could each sit, but not both."""
    board = snapshot([ann, bob], [need("n", [seat("s"), seat("t")], **asked)])
    return Case(rule, board, {"s": "ann", "t": "bob"})


def twice(rule: Rule, first: sn.Need, second: sn.Need, starts: dict[str, int], **fields: Any) -> Case:
    """Two needs that one expert cannot serve both."""
    return Case(rule, snapshot([expert("ann", **fields)], [first, second]), {"s": "ann", "t": "ann"}, starts)


def one_start(name: str, start: float, place: str | None = None) -> sn.Session:
    return session(
        f"{name}-kick", "s" if name == "n" else "t", windows=(span(0, start, start + 2),), place=place
    )


def at_once(first: float, second: float, *places: str | None) -> Case:
    here, there = places or (None, None)
    return twice(
        Rule.TRAVEL_BUFFER if places else Rule.ELSEWHERE,
        need("n", [seat("s")], [one_start("n", first, here)]),
        need("m", [seat("t")], [one_start("m", second, there)]),
        {"n-kick": at(0, first), "m-kick": at(0, second)},
    )


CASES = [
    alone(Rule.NOT_ACTIVE, active=False),
    asking(Rule.ROLE_KIND_MISSING, role("PAT")),
    asking(Rule.FACET_MISSING, role("ATT"), required=(required("skill", "code"),)),
    asking(Rule.LEVEL_TOO_LOW, role("ATT", 2), required=(required("role_kind", "ATT", 3),)),
    asking(
        Rule.FACET_NOT_VALID,
        role("ATT"),
        facet("skill", "code", 3, None, at(0, 8)),
        required=(required("skill", "code"),),
    ),
    alone(Rule.NOT_APPOINTED, appointments=(sn.FarSpan(-DAY, at(0, 9)),)),
    tied(Rule.CONFLICT_BAR, "bar"),
    tied(Rule.CONFLICT_REVIEW, "review"),
    tied(Rule.CONFLICT_NOT_WAIVED, "waivable"),
    twice(
        Rule.TWO_ROLE_CLASSES,
        need("n", [seat("s")], incident="i"),
        need("m", [seat("t", role_class=RoleClass.INV)], incident="i"),
        {"n-kick": at(0, 9), "m-kick": at(0, 11)},
    ),
    alone(Rule.NOT_FREE, free=(span(0, 9, 10.5), span(1, 9, 10.5))),
    at_once(9, 10),
    at_once(9, 11, "SEOUL", "BUSAN"),
    Case(
        Rule.NO_START,
        snapshot([expert("ann", free=(span(5, 9, 18),))], [need("n", [seat("s")])]),
        starts={"n-kick": at(5, 9)},
    ),
    alone(Rule.WEEKLY_CAPACITY, weekly_capacity_minutes=119),
    twice(
        Rule.OPEN_ENGAGEMENTS,
        need("n", [seat("s")]),
        need("m", [seat("t")]),
        {"n-kick": at(0, 9), "m-kick": at(0, 11)},
        max_open_engagements=2,
        open_engagements=1,
    ),
    lent(Rule.NO_AGREEMENT),
    lent(Rule.QUOTA_SPENT, agreement("KFTC", minutes=119)),
    lent(Rule.NOTICE_SHORT, agreement("KFTC", notice_minutes=3 * DAY)),
    lent(Rule.BLACKOUT, agreement("KFTC", blackouts=(span(0, 0, 24), span(1, 0, 24)))),
    Case(
        Rule.CHAIR_LICENCE,
        snapshot(
            [expert("ann")],
            [
                need(
                    "n",
                    [seat("s")],
                    team_rules=(team_rule("chair", "s", facets=(required("proceeding", "CHR"),)),),
                )
            ],
        ),
    ),
    together(
        Rule.TEAM_LACKS,
        expert("ann"),
        expert("bob"),
        team_rules=(team_rule("at_least", "s", "t", facets=(required("role_kind", "PAT"),)),),
    ),
    together(
        Rule.SAME_FIRM,
        expert("ann", firm="f"),
        expert("bob", firm="f"),
        team_rules=(team_rule("one_per_firm", "s", "t"),),
    ),
    together(
        Rule.MINISTRY_MOST, expert("ann"), expert("bob"), team_rules=(team_rule("ministry_most", "s", "t"),)
    ),
    together(
        Rule.MINISTRY_LEAST,
        expert("ann"),
        expert("bob"),
        team_rules=(team_rule("ministry_least", "s", "t", count=2),),
    ),
    Case(
        Rule.SEATED_IN_NEED,
        snapshot(
            [expert("ann")],
            [need("n", [seat("s"), seat("t")], [session("a", "s"), session("b", "t")])],
        ),
        {"s": "ann", "t": "ann"},
        {"a": at(0, 9), "b": at(0, 11)},
    ),
    Case(
        Rule.PINNED_OTHER,
        snapshot(
            [expert("ann"), expert("bob", free=())],
            [need("n", [seat("s")])],
            pins=(sn.Placement("s", "bob"),),
        ),
    ),
    Case(
        Rule.BANNED,
        snapshot([expert("ann")], [need("n", [seat("s")])], seat_bans=(sn.Placement("s", "ann"),)),
    ),
    Case(
        Rule.BANNED,
        snapshot([expert("ann")], [need("n", [seat("s")])], need_bans=(sn.NeedBan("n", "ann"),)),
    ),
    Case(
        Rule.FIXED_OTHER,
        snapshot(
            [expert("ann"), expert("bob", load_minutes=9_600)],
            [need("n", [seat("s")])],
            fixed=arrangement({"s": "bob"}, dict(NINE)),
        ),
    ),
    Case(
        Rule.FIXED_START,
        snapshot([expert("ann")], [need("n", [seat("s")])], fixed=arrangement({}, {"n-kick": at(3, 8)})),
    ),
]
NAMES = [f"{case.rule.value} {case.rule.code}" for case in CASES]


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_verify_names_the_rule_a_plan_breaks(case: Case) -> None:
    plan = claimed(case.board, case.seats, case.starts)

    assert {violation.rule for violation in verify(case.board, plan)} == {case.rule}


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_the_solver_resists_the_temptation(case: Case) -> None:
    tempting = claimed(case.board, case.seats, case.starts)

    plan = solve(case.board, limits=LIMITS)

    assert verify(case.board, plan) == []
    assert plan.objective.total > tempting.objective.total


def test_every_hard_rule_has_a_case() -> None:
    of_the_plan_itself = {Rule.PLAN_SHAPE, Rule.PLAN_OBJECTIVE, Rule.TEAM_TIME}

    assert {case.rule for case in CASES} == set(Rule) - of_the_plan_itself


BOARD = snapshot([expert("ann"), expert("bob")], [need("n", [seat("s"), seat("t")])])
SOUND = claimed(BOARD, {"s": "ann", "t": "bob"}, NINE)


def _later(plan: Plan) -> Plan:
    first, second = plan.engagements
    held = replace(first.sessions[0], start=at(0, 10), end=at(0, 12))
    return replace(plan, engagements=(replace(first, sessions=(held,)), second))


MISFITS: dict[str, Callable[[Plan], Plan]] = {
    "another snapshot": lambda plan: replace(plan, snapshot="0" * 64),
    "another seed": lambda plan: replace(plan, seed=plan.seed + 1),
    "a seat twice": lambda plan: replace(plan, engagements=plan.engagements[:1] * 2),
    "an unknown expert": lambda plan: replace(
        plan, engagements=(replace(plan.engagements[0], expert="eve"), plan.engagements[1])
    ),
    "a session left out": lambda plan: replace(
        plan, engagements=(replace(plan.engagements[0], sessions=()), plan.engagements[1])
    ),
    "a seat neither held nor empty": lambda plan: replace(plan, engagements=plan.engagements[:1]),
}


@pytest.mark.parametrize("misfit", MISFITS.values(), ids=MISFITS)
def test_verify_refuses_a_plan_that_does_not_fit(misfit: Callable[[Plan], Plan]) -> None:
    assert Rule.PLAN_SHAPE in {violation.rule for violation in verify(BOARD, misfit(SOUND))}


def test_verify_finds_members_who_meet_at_different_times() -> None:
    assert [violation.rule for violation in verify(BOARD, _later(SOUND))] == [Rule.TEAM_TIME]


@pytest.mark.parametrize("faked", ["total", "bound", "gap"])
def test_verify_finds_a_false_cost(faked: str) -> None:
    wrong: dict[str, Any] = {faked: SOUND.objective.total + 1}
    cost = replace(SOUND.objective, **wrong)

    assert [violation.rule for violation in verify(BOARD, replace(SOUND, objective=cost))] == [
        Rule.PLAN_OBJECTIVE
    ]


def test_verify_finds_nothing_in_a_sound_plan() -> None:
    assert verify(BOARD, SOUND) == []


def test_a_waived_conflict_lets_the_expert_in() -> None:
    board = snapshot([expert("ann")], [need("n", [seat("s")])])
    board = replace(board, conflicts=(conflict("incident-n", "ann", "waivable", waived=True),))

    plan = solve(board, limits=LIMITS)

    assert [engagement.expert for engagement in plan.engagements] == ["ann"]


def test_remote_sessions_need_no_way_between() -> None:
    board = at_once(9, 11, None, "BUSAN").board

    plan = solve(board, limits=LIMITS)

    assert len(plan.engagements) == 2


def test_a_commitment_elsewhere_keeps_its_way_clear() -> None:
    held = (sn.Commitment(at(0, 11.5), at(0, 12), "BUSAN"),)
    ann = expert("ann", free=(span(0, 9, 11.5),), commitments=held)
    board = snapshot(
        [ann], [need("n", [seat("s")], [session("n-kick", "s", windows=days(1), place="SEOUL")])]
    )
    plan = claimed(board, {"s": "ann"}, NINE)

    assert [violation.rule for violation in verify(board, plan)] == [Rule.TRAVEL_BUFFER]
    assert solve(board, limits=LIMITS).engagements == ()


def test_what_is_fixed_is_not_judged_again() -> None:
    gone = expert("ann", active=False, free=(), weekly_capacity_minutes=0)
    board = snapshot([gone], [need("n", [seat("s")])], fixed=arrangement({"s": "ann"}, dict(NINE)))

    plan = solve(board, limits=LIMITS)

    assert [engagement.expert for engagement in plan.engagements] == ["ann"]
    assert verify(board, plan) == []


def test_nothing_is_added_to_a_week_that_fixed_work_overfills() -> None:
    full = expert("ann", weekly_capacity_minutes=60)
    board = snapshot(
        [full],
        [need("n", [seat("s")]), need("m", [seat("t")])],
        fixed=arrangement({"s": "ann"}, dict(NINE)),
    )

    plan = solve(board, limits=LIMITS)

    assert verify(board, plan) == []
    assert [empty.seat for empty in plan.unfilled] == ["t"]
    assert plan.unfilled[0].reasons == {"CAP-01": 1}
