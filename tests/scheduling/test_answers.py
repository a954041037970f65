"""What people ask of a plan: why this expert, what would fill the seat, and what now that one declined."""

import dataclasses

import pytest

from expertpool.refusals import Invalid, NotFound, WrongState
from expertpool.scheduling import snapshot as sn
from expertpool.scheduling.candidates import candidates
from expertpool.scheduling.concessions import Kind
from expertpool.scheduling.eligibility import refusals
from expertpool.scheduling.explain import explain
from expertpool.scheduling.plan import Plan
from expertpool.scheduling.problem import Problem
from expertpool.scheduling.relax import relax
from expertpool.scheduling.solve import solve
from expertpool.scheduling.vocabulary import Part, Rule
from tests.scheduling.boards import (
    DAY,
    agreement,
    at,
    conflict,
    days,
    expert,
    facet,
    need,
    preferred,
    realistic,
    required,
    role,
    seat,
    session,
    snapshot,
    span,
)
from tests.scheduling.claims import LIMITS

WISH = (preferred("role_kind", "ATT", 4),)
TEAM = snapshot(
    [
        expert("ann", role("ATT", 4)),
        expert("bob", role("ATT", 3)),
        expert("cho", role("PAT"), active=False, free=()),
        expert("dal", free=(span(5, 9, 18),)),
    ],
    [need("n", [seat("s", preferred=WISH)])],
)
BIG = realistic(experts=60, needs=2, seats=4, seed=3)


def solved(board: sn.Snapshot) -> Plan:
    return solve(board, limits=LIMITS)


def test_the_chosen_and_the_runner_up_are_named_with_the_difference() -> None:
    reasons = explain(TEAM, solved(TEAM), "s")

    assert reasons.chosen is not None
    assert reasons.runner_up is not None
    assert (reasons.chosen.expert, reasons.runner_up.expert) == ("ann", "bob")
    assert reasons.runner_up.extra == 10 * TEAM.policy.weights.quality
    assert reasons.runner_up.cost[Part.QUALITY] > reasons.chosen.cost[Part.QUALITY]


def test_every_reason_of_everybody_left_out_is_told() -> None:
    reasons = explain(TEAM, solved(TEAM), "s")

    left_out = {one.expert: {reason.rule for reason in one.reasons} for one in reasons.left_out}
    assert left_out == {
        "cho": {Rule.NOT_ACTIVE, Rule.ROLE_KIND_MISSING, Rule.NOT_FREE},
        "dal": {Rule.NOT_FREE},
    }
    assert reasons.counts == {"ELIG-01": 1, "ELIG-02": 1, "TIME-01": 2}


def test_the_facts_of_the_match_are_shown() -> None:
    chosen = explain(TEAM, solved(TEAM), "s").chosen

    assert chosen is not None
    assert [(match.code, match.wanted_level, match.level, match.required) for match in chosen.facets] == [
        ("ATT", 1, 4, True),
        ("ATT", 4, 4, False),
    ]


def test_who_cannot_come_when_the_team_meets_is_told_so() -> None:
    board = snapshot(
        [
            expert("ann", free=days(1)),
            expert("bob", role("PAT"), free=days(1)),
            expert("cho", free=days(2)[1:]),
        ],
        [need("n", [seat("s"), seat("t", "PAT")])],
    )

    reasons = explain(board, solved(board), "s")

    assert [
        (one.expert, [r.rule for r in one.reasons]) for one in reasons.left_out if one.expert == "cho"
    ] == [("cho", [Rule.TEAM_TIME])]


@pytest.mark.parametrize("place", range(4))
def test_everybody_is_chosen_or_able_or_left_out_with_a_reason(place: int) -> None:
    plan = solved(BIG)
    seat_id = BIG.needs[0].seats[place].id

    reasons = explain(BIG, plan, seat_id)

    named = [one.expert for one in reasons.others] + [one.expert for one in reasons.left_out]
    named += [reasons.chosen.expert] if reasons.chosen else []
    assert sorted(named) == sorted(person.id for person in BIG.experts)
    assert all(one.reasons for one in reasons.left_out)


def test_in_the_best_plan_no_other_expert_would_cost_less() -> None:
    plan = solved(BIG)

    for engagement in plan.engagements:
        reasons = explain(BIG, plan, engagement.seat)

        assert reasons.chosen is not None
        assert reasons.chosen.extra == 0
        assert all(other.extra >= 0 for other in reasons.others)


def test_candidates_are_exactly_those_no_rule_refuses() -> None:
    problem = Problem(sn.checked(BIG))

    for asked in problem.asked.values():
        refused = {row for mask in refusals(problem, asked).values() for row in mask.nonzero()[0].tolist()}

        assert set(candidates(problem, asked).rows.tolist()) == set(range(60)) - refused


def test_an_unknown_seat_and_a_foreign_plan_are_refused() -> None:
    plan = solved(TEAM)

    with pytest.raises(NotFound):
        explain(TEAM, plan, "unknown")
    with pytest.raises(Invalid):
        explain(BIG, plan, "s")


def concessions_for(board: sn.Snapshot) -> list[tuple[list[Kind], str]]:
    found = relax(board, solved(board), "s", limits=LIMITS)
    return [([step.kind for step in one.steps], one.expert) for one in found]


def test_a_later_time_is_offered() -> None:
    board = snapshot([expert("ann", free=(span(3, 9, 18),))], [need("n", [seat("s")])])

    assert concessions_for(board) == [([Kind.LATER], "ann")]


def test_a_later_time_keeps_the_others_of_the_team() -> None:
    board = snapshot(
        [expert("ann", free=(span(2, 9, 12),)), expert("bob", role("PAT"))],
        [need("n", [seat("s"), seat("t", "PAT")])],
    )

    found = relax(board, solved(board), "s", limits=LIMITS)

    assert [(one.expert, one.sessions[0].start) for one in found] == [("ann", at(2, 9))]


def test_a_remote_session_is_offered_where_the_way_is_too_long() -> None:
    held = (sn.Commitment(at(0, 11), at(0, 12), "BUSAN"),)
    ann = expert("ann", free=(span(0, 9, 11),), commitments=held)
    board = snapshot([ann], [need("n", [seat("s")], [session("k", "s", place="SEOUL")])])

    assert concessions_for(board) == [([Kind.REMOTE], "ann"), ([Kind.REGION], "ann")]


def test_a_lower_level_is_offered_before_doing_without() -> None:
    asks = seat("s", required=(required("skill", "code", 3),))
    board = snapshot([expert("ann", role("ATT"), facet("skill", "code", 2))], [need("n", [asks])])

    found = relax(board, solved(board), "s", limits=LIMITS)

    assert [str(step.words) for one in found for step in one.steps] == ["Accept level 2 in code."]


def test_quota_and_notice_are_offered_together_when_both_are_needed() -> None:
    board = snapshot(
        [expert("ann", ministry="KFTC", free=days(2))],
        [need("n", [seat("s")])],
        agreements=(agreement("KFTC", minutes=60, notice_minutes=5 * DAY),),
    )

    assert concessions_for(board) == [([Kind.QUOTA, Kind.NOTICE], "ann")]


def test_a_named_waiver_is_offered() -> None:
    board = snapshot([expert("ann"), expert("bob")], [need("n", [seat("s")])])
    tied = (conflict("incident-n", "ann", "waivable"), conflict("incident-n", "bob", "bar"))

    assert concessions_for(dataclasses.replace(board, conflicts=tied)) == [([Kind.WAIVER], "ann")]


@pytest.mark.parametrize("tier", ["bar", "review"])
def test_a_bar_and_an_open_question_are_never_conceded(tier: str) -> None:
    board = snapshot([expert("ann")], [need("n", [seat("s")])])

    assert concessions_for(dataclasses.replace(board, conflicts=(conflict("incident-n", "ann", tier),))) == []


@pytest.mark.parametrize("kind", ["role_kind", "clearance"])
def test_role_and_clearance_are_never_conceded(kind: str) -> None:
    asks = seat("s", required=(required(kind, "TOP"),))
    board = snapshot([expert("ann")], [need("n", [asks])])

    assert concessions_for(board) == []


def test_the_pin_itself_is_offered_to_be_lifted() -> None:
    board = snapshot(
        [expert("ann"), expert("bob", role("PAT"))],
        [need("n", [seat("s")])],
        pins=(sn.Placement("s", "bob"),),
    )

    assert concessions_for(board) == [([Kind.UNPIN], "ann")]


def test_a_filled_seat_needs_no_concession() -> None:
    with pytest.raises(WrongState):
        relax(TEAM, solved(TEAM), "s", limits=LIMITS)
