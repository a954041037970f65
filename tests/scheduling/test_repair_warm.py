"""A running plan kept warm: declines answered by few moves, each checked against the whole."""

from dataclasses import replace

import pytest

from expertpool.refusals import Invalid, NotFound, WrongState
from expertpool.scheduling import snapshot as sn
from expertpool.scheduling.plan import Engagement, Plan
from expertpool.scheduling.repair import SeatChange
from expertpool.scheduling.solve import solve
from expertpool.scheduling.standing import Mended, Standing, Way
from expertpool.scheduling.verify import verify
from expertpool.scheduling.verify.watch import Watch
from expertpool.scheduling.vocabulary import Rule
from tests.scheduling.boards import (
    arrangement,
    at,
    expert,
    need,
    realistic,
    role,
    seat,
    session,
    snapshot,
    span,
)
from tests.scheduling.claims import LIMITS, claimed

BIG = sn.checked(realistic(experts=60, needs=4, seats=4, seed=3))
PLAN = solve(BIG, limits=LIMITS)
SEATS = [placed.seat for placed in PLAN.engagements]

MORNING = (span(0, 9, 11),)
CHAIN = sn.checked(
    snapshot(
        [
            expert("ann", role("ATT", 4)),
            expert("bob", role("ATT"), role("PAT"), free=MORNING),
            expert("cho", role("PAT"), free=MORNING, load_minutes=9_600),
        ],
        [
            need("n", [seat("s")], [session("k", "s", windows=MORNING)]),
            need("m", [seat("t", "PAT")], [session("l", "t", windows=MORNING)]),
        ],
    )
)
CHAINED = claimed(CHAIN, {"s": "ann", "t": "bob"}, {"k": at(0, 9), "l": at(0, 9)})


def after(plan: Plan, mended: Mended) -> dict[str, Engagement]:
    """The plan's engagements once a repair is carried out."""
    placed = {one.seat: one for one in plan.engagements if one.seat not in mended.engagements}
    return placed | {seat: one for seat, one in mended.engagements.items() if one is not None}


def written(board: sn.Snapshot, plan: Plan, mended: Mended, seat_id: str) -> tuple[sn.Snapshot, Plan]:
    """The repaired plan as a whole, beside the snapshot it answers."""
    left = next(one.expert for one in plan.engagements if one.seat == seat_id)
    asked = next(one.id for one in board.needs if any(s.id == seat_id for s in one.seats))
    starts = {held.session: held.start for one in plan.engagements for held in one.sessions}
    before = arrangement({one.seat: one.expert for one in plan.engagements}, starts)
    board = sn.checked(replace(board, need_bans=(*board.need_bans, sn.NeedBan(asked, left)), previous=before))
    placed = after(plan, mended)
    starts = {held.session: held.start for one in placed.values() for held in one.sessions}
    return board, claimed(board, {s: one.expert for s, one in placed.items()}, starts)


@pytest.mark.parametrize("seat_id", SEATS)
def test_a_repair_is_legal_as_a_whole_and_costs_what_it_says(seat_id: str) -> None:
    mended = Standing(BIG, PLAN).decline(seat_id)

    board, repaired = written(BIG, PLAN, mended, seat_id)
    starts = {held.session: held.start for one in PLAN.engagements for held in one.sessions}
    before = claimed(board, {one.seat: one.expert for one in PLAN.engagements}, starts)
    assert mended.violations == ()
    assert verify(board, repaired) == []
    assert mended.extra == repaired.objective.total - before.objective.total


def test_an_answer_alone_changes_nothing() -> None:
    standing = Standing(BIG, PLAN)
    seats, starts, added = dict(standing.board.seats), dict(standing.board.starts), standing.added.tolist()

    one = [standing.decline(seat_id) for seat_id in SEATS]

    assert (standing.board.seats, standing.board.starts, standing.added.tolist()) == (seats, starts, added)
    assert [standing.decline(seat_id) for seat_id in SEATS] == one


def test_declines_one_after_the_other_leave_a_legal_plan() -> None:
    standing = Standing(BIG, PLAN)

    for seat_id in SEATS[:6]:
        if seat_id in standing.board.seats:
            mended = standing.decline(seat_id)
            assert mended.violations == ()
            standing.carry_out(mended)

    placed = {seat_id: BIG.experts[row].id for seat_id, row in standing.board.seats.items()}
    starts = standing.board.choice().starts
    assert verify(BIG, claimed(BIG, placed, starts)) == []


def test_a_chain_is_taken_where_nobody_free_can_come() -> None:
    mended = Standing(CHAIN, CHAINED).decline("s")

    assert mended.way is Way.CHAIN
    assert mended.changes == (SeatChange("s", "ann", "bob"), SeatChange("t", "bob", "cho"))
    assert mended.violations == ()


def test_who_is_pinned_or_fixed_is_not_moved() -> None:
    pinned = sn.checked(replace(CHAIN, pins=(sn.Placement("t", "bob"),)))
    plan = claimed(pinned, {"s": "ann", "t": "bob"}, {"k": at(0, 9), "l": at(0, 9)})
    fixed = sn.checked(replace(CHAIN, fixed=arrangement({"t": "bob"}, {"l": at(0, 9)})))
    held = claimed(fixed, {"s": "ann", "t": "bob"}, {"k": at(0, 9), "l": at(0, 9)})

    assert Standing(pinned, plan).decline("s").way is Way.EMPTY
    assert Standing(fixed, held).decline("s").way is Way.EMPTY
    with pytest.raises(WrongState):
        Standing(fixed, held).decline("t")


def test_a_seat_nobody_holds_and_a_foreign_plan_are_refused() -> None:
    with pytest.raises(NotFound):
        Standing(CHAIN, CHAINED).decline("unknown")
    with pytest.raises(Invalid):
        Standing(BIG, CHAINED)


@pytest.mark.parametrize(
    ("who", "start", "rule"),
    [("cho", 9, Rule.ROLE_KIND_MISSING), ("bob", 9, Rule.ELSEWHERE), ("eve", 9, Rule.PLAN_SHAPE)],
)
def test_the_watch_names_the_rule_a_change_breaks(who: str, start: int, rule: Rule) -> None:
    held = next(one for one in CHAINED.engagements if one.seat == "s").sessions

    violations, _ = Watch(CHAIN, CHAINED).judged({"s": Engagement("s", who, held)})

    assert [violation.rule for violation in violations] == [rule]
