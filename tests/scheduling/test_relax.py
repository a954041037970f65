"""What would have to change: for one expert read off the rules, for a seat tried, and other teams found."""

import itertools
from dataclasses import replace

import pytest

from expertpool.refusals import NotFound, WrongState
from expertpool.scheduling import snapshot as sn
from expertpool.scheduling.alternatives import alternatives
from expertpool.scheduling.concessions import MOST_REGIONS, Kind, concessions
from expertpool.scheduling.plan import Plan
from expertpool.scheduling.problem import Problem
from expertpool.scheduling.relax import relax
from expertpool.scheduling.remedies import WhyNot, why_not
from expertpool.scheduling.solve import solve
from expertpool.scheduling.verify import verify
from expertpool.scheduling.vocabulary import Rule
from tests.scheduling.boards import (
    DAY,
    agreement,
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
from tests.scheduling.claims import LIMITS, claimed


def solved(board: sn.Snapshot) -> Plan:
    return solve(board, limits=LIMITS)


def answer(board: sn.Snapshot, who: str = "ann") -> WhyNot:
    return why_not(board, solved(board), "s", who, limits=LIMITS)


def kinds(found: WhyNot) -> list[Kind] | None:
    return None if found.remedy is None else [step.kind for step in found.remedy]


def one_seat(ann: sn.Expert, asked: sn.Seat | None = None) -> sn.Snapshot:
    return snapshot([ann], [need("n", [asked or seat("s")])])


ANN = sn.Placement("s", "ann")
CODE_3 = seat("s", required=(required("skill", "code", 3), required("skill", "law", 2)))
REMEDIES = {
    "nothing but a bar": (
        replace(one_seat(expert("ann")), conflicts=(conflict("incident-n", "ann", "bar"),)),
        None,
    ),
    "another role": (one_seat(expert("ann", role("PAT"))), None),
    "clearance": (one_seat(expert("ann"), seat("s", required=(required("clearance", "KR", 2),))), None),
    "a waiver": (
        replace(one_seat(expert("ann")), conflicts=(conflict("incident-n", "ann", "waivable"),)),
        [Kind.WAIVER],
    ),
    "both levels": (
        one_seat(expert("ann", role("ATT"), facet("skill", "code", 2), facet("skill", "law", 1)), CODE_3),
        [Kind.LOWER_LEVEL, Kind.LOWER_LEVEL],
    ),
    "a facet, for it is missing": (
        one_seat(expert("ann", role("ATT"), facet("skill", "code", 3)), CODE_3),
        [Kind.WITHOUT_FACET],
    ),
    "more hours": (one_seat(expert("ann", weekly_capacity_minutes=60)), [Kind.MORE_WORK]),
    "one more engagement": (
        one_seat(expert("ann", max_open_engagements=1, open_engagements=1)),
        [Kind.MORE_WORK],
    ),
    "an agreement": (one_seat(expert("ann", ministry="KFTC")), [Kind.AGREEMENT]),
    "an exclusion somebody wished for": (
        replace(one_seat(expert("ann")), seat_bans=(ANN,), wished_bans=(ANN,)),
        [Kind.UNBAN],
    ),
    "an exclusion that is no wish": (replace(one_seat(expert("ann")), seat_bans=(ANN,)), None),
    "a wish beside a no to the whole need": (
        replace(
            one_seat(expert("ann")),
            seat_bans=(ANN,),
            wished_bans=(ANN,),
            need_bans=(sn.NeedBan("n", "ann"),),
        ),
        None,
    ),
}


@pytest.mark.parametrize(("board", "remedy"), REMEDIES.values(), ids=REMEDIES)
def test_what_would_make_an_expert_eligible(board: sn.Snapshot, remedy: list[Kind] | None) -> None:
    assert kinds(answer(board)) == remedy


def test_every_reason_is_told_not_only_the_first() -> None:
    board = one_seat(expert("ann", role("PAT"), active=False, free=()))

    found = answer(board)

    rules = {reason.rule for reason in found.reasons}
    assert rules == {Rule.NOT_ACTIVE, Rule.ROLE_KIND_MISSING, Rule.NOT_FREE}


def test_of_very_many_places_those_are_offered_where_most_is_held() -> None:
    held = {f"PLACE-{number:02}": 1 + (number >= 10) for number in range(MOST_REGIONS + 10)}
    busy = tuple(
        sn.Commitment(day * DAY, day * DAY + 60, place)
        for place, count in held.items()
        for day in range(count)
    )
    asked = need("n", [seat("s")], [session("visit", "s", place="SEOUL")])
    problem = Problem(sn.checked(snapshot([expert("ann", commitments=busy)], [asked])))

    found = [one.subject for one in concessions(problem, "s") if one.kind is Kind.REGION]

    assert found == [place for place, count in held.items() if count == 2]


def test_nothing_need_change_for_the_runner_up() -> None:
    board = snapshot([expert("ann", load_minutes=9_600), expert("bob")], [need("n", [seat("s")])])

    assert answer(board).remedy == ()
    with pytest.raises(WrongState):
        answer(board, "bob")
    with pytest.raises(NotFound):
        answer(board, "eve")


@pytest.mark.parametrize(
    ("board", "kind", "who"),
    [
        (one_seat(expert("ann", max_open_engagements=0)), Kind.MORE_WORK, "ann"),
        (one_seat(expert("ann", ministry="KFTC")), Kind.AGREEMENT, "ann"),
        (
            replace(
                one_seat(expert("ann", ministry="KFTC", free=days(2))),
                agreements=(agreement("KFTC", blackouts=(span(0, 0, 24), span(1, 0, 24))),),
            ),
            Kind.BLACKOUT,
            "ann",
        ),
    ],
    ids=["more work", "agreement", "blackout"],
)
def test_a_concession_is_offered_after_it_was_tried(board: sn.Snapshot, kind: Kind, who: str) -> None:
    found = relax(board, solved(board), "s", limits=LIMITS)

    assert [([step.kind for step in one.steps], one.expert) for one in found] == [([kind], who)]


def test_relaxing_beside_a_full_board_moves_nobody() -> None:
    board = sn.checked(realistic(experts=60, needs=4, seats=4, seed=3))
    plan = solved(board)
    empty = [one.seat for one in plan.unfilled]
    assert empty

    for seat_id in empty:
        for one in relax(board, plan, seat_id, limits=LIMITS):
            assert one.steps
            assert one.expert not in {
                e.expert for e in plan.engagements if e.seat.split("-seat")[0] in seat_id
            }


TEAMS = sn.checked(
    snapshot(
        [expert(f"e{level}{number}", role("ATT", level)) for level in (2, 3, 4) for number in range(2)],
        [
            need(
                "n",
                [seat(name, preferred=(preferred("role_kind", "ATT", 4),)) for name in ("s", "t")],
                [session("k", "s", "t", windows=(span(0, 9, 11),))],
            )
        ],
    )
)


def test_other_teams_come_best_first_and_each_once() -> None:
    plan = solved(TEAMS)

    found = alternatives(TEAMS, plan, "n", most=12, limits=LIMITS)

    costs = [one.extra for one in found]
    teams = [tuple(sorted((e.seat, e.expert) for e in one.engagements)) for one in found]
    assert costs == sorted(costs)
    assert len(set(teams)) == 12
    assert tuple(sorted((e.seat, e.expert) for e in plan.engagements)) not in teams


def test_no_better_team_is_passed_over() -> None:
    plan = solved(TEAMS)
    people = [person.id for person in TEAMS.experts]
    starts = {held.session: held.start for e in plan.engagements for held in e.sessions}
    every = [
        claimed(TEAMS, {"s": one, "t": other}, starts).objective.total - plan.objective.total
        for one, other in itertools.permutations(people, 2)
    ]

    found = alternatives(TEAMS, plan, "n", most=10, limits=LIMITS)

    assert [one.extra for one in found] == sorted(every)[1:11]
    assert all(sum(one.parts.values()) == one.extra for one in found)


def test_what_tells_a_team_apart_is_told() -> None:
    plan = solved(TEAMS)

    (found,) = alternatives(TEAMS, plan, "n", most=1, limits=LIMITS)

    before = {e.seat: e.expert for e in plan.engagements}
    after = {e.seat: e.expert for e in found.engagements}
    assert {c.seat: (c.before, c.after) for c in found.changes} == {
        name: (before[name], after[name]) for name in before if before[name] != after[name]
    }


def test_a_need_nobody_else_can_serve_has_no_other_team() -> None:
    board = sn.checked(snapshot([expert("ann")], [need("n", [seat("s")])]))
    plan = solved(board)

    assert verify(board, plan) == []
    assert alternatives(board, plan, "n", most=3, limits=LIMITS) == []
    with pytest.raises(NotFound):
        alternatives(board, plan, "unknown", most=3, limits=LIMITS)
