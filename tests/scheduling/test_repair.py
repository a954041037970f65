"""What happens to a running plan, and that everybody who can stay does."""

from dataclasses import replace

import pytest

from expertpool.refusals import Invalid, NotFound
from expertpool.scheduling import snapshot as sn
from expertpool.scheduling.happenings import (
    Arrived,
    Available,
    Away,
    Happening,
    LeastChange,
    Rescheduled,
    Unappointed,
    Vacated,
)
from expertpool.scheduling.plan import Plan
from expertpool.scheduling.repair import Repaired, SeatChange, changed, repair
from expertpool.scheduling.solve import solve
from expertpool.scheduling.verify import verify
from tests.scheduling.boards import (
    DAY,
    arrangement,
    at,
    conflict,
    days,
    expert,
    need,
    preferred,
    realistic,
    role,
    seat,
    session,
    snapshot,
    span,
)
from tests.scheduling.claims import LIMITS, claimed

BIG = sn.checked(realistic(experts=60, needs=2, seats=4, seed=3))
PLAN = solve(BIG, limits=LIMITS)
FIRST = PLAN.engagements[0]
STARTS = {held.session: held.start for one in PLAN.engagements for held in one.sessions}

WISH = (preferred("role_kind", "ATT", 4),)
PAIR = sn.checked(
    snapshot(
        [expert("ann", role("ATT", 4)), expert("bob"), expert("cho", role("PAT"))],
        [need("n", [seat("s", preferred=WISH), seat("t", "PAT")])],
    )
)
PAIRED = claimed(PAIR, {"s": "ann", "t": "cho"}, {"n-kick": at(0, 9)})


def mended(board: sn.Snapshot, plan: Plan, happened: Happening) -> Repaired:
    """The repair, verified."""
    found = repair(board, plan, happened, limits=LIMITS)
    assert verify(found.snapshot, found.plan) == []
    return found


def who(found: Repaired) -> dict[str, str]:
    return {one.seat: one.expert for one in found.plan.engagements}


def test_a_decline_moves_nobody_else() -> None:
    found = mended(BIG, PLAN, Vacated(FIRST.seat, FIRST.expert))

    before = {one.seat: one for one in PLAN.engagements if one.seat != FIRST.seat}
    after = {one.seat: one for one in found.plan.engagements}
    assert {seat_id: after[seat_id] for seat_id in before} == before
    assert after[FIRST.seat].expert != FIRST.expert
    assert found.changes == (SeatChange(FIRST.seat, FIRST.expert, after[FIRST.seat].expert),)


def test_who_declined_is_not_asked_again_for_the_need() -> None:
    board = sn.checked(snapshot([expert("ann")], [need("n", [seat("s")])]))

    found = mended(board, claimed(board, {"s": "ann"}, {"n-kick": at(0, 9)}), Vacated("s", "ann"))

    assert [(one.seat, one.reasons) for one in found.plan.unfilled] == [("s", {"BAN-01": 1})]


def test_who_is_ill_is_replaced_at_the_same_time() -> None:
    found = mended(PAIR, PAIRED, Away("ann", (span(0, 0, 24),)))

    assert found.changes == (SeatChange("s", "ann", "bob"),)


def test_illness_at_another_time_changes_nothing() -> None:
    assert mended(PAIR, PAIRED, Away("ann", (span(3, 0, 24),))).changes == ()


def test_illness_also_frees_a_seat_that_was_agreed() -> None:
    board = sn.checked(replace(PAIR, fixed=arrangement({"s": "ann"}, {"n-kick": at(0, 9)})))
    plan = claimed(board, {"s": "ann", "t": "cho"}, {"n-kick": at(0, 9)})

    found = mended(board, plan, Away("ann", (span(0, 9, 10),)))

    assert who(found) == {"s": "bob", "t": "cho"}


def test_what_was_agreed_stays_though_somebody_better_is_there() -> None:
    board = sn.checked(replace(PAIR, fixed=arrangement({"s": "bob"}, {"n-kick": at(0, 9)})))
    plan = claimed(board, {"s": "bob", "t": "cho"}, {"n-kick": at(0, 9)})

    found = mended(board, plan, Available("cho", days(1)))

    assert found.changes == ()


def test_new_free_time_alone_moves_nobody() -> None:
    assert mended(PAIR, PAIRED, Available("bob", days(14, 6, 22))).changes == ()


def test_who_is_no_longer_free_is_replaced() -> None:
    assert who(mended(PAIR, PAIRED, Available("ann", (span(9, 9, 18),))))["s"] == "bob"


def test_a_lost_appointment_empties_the_seats_after_it() -> None:
    found = mended(PAIR, PAIRED, Unappointed("ann", 0))

    assert who(found) == {"s": "bob", "t": "cho"}


def test_a_session_that_must_move_keeps_its_people() -> None:
    found = mended(PAIR, PAIRED, Rescheduled("n-kick", (span(1, 13, 18),), None))

    assert who(found) == {"s": "ann", "t": "cho"}
    assert {one.sessions[0].start for one in found.plan.engagements} == {at(1, 13)}
    assert all(change.moved for change in found.changes)


def test_a_deadline_moved_forward_moves_a_late_session() -> None:
    plan = claimed(PAIR, {"s": "ann", "t": "cho"}, {"n-kick": at(1, 9)})

    found = mended(PAIR, plan, Rescheduled("n-kick", None, at(0, 18)))

    assert {one.sessions[0].end for one in found.plan.engagements} <= {at(0, hour) for hour in range(11, 19)}


def test_a_new_need_is_filled_beside_the_rest() -> None:
    more = need("m", [seat("u")], incident="other")

    found = mended(PAIR, PAIRED, Arrived(more, (conflict("other", "bob", "bar"),)))

    assert who(found) == {"s": "ann", "t": "cho", "u": "ann"}
    assert [change.seat for change in found.changes] == ["u"]


def test_others_move_where_a_seat_would_stay_empty_otherwise() -> None:
    morning = (span(0, 9, 11),)
    people = [expert("ann", role("PAT"), free=morning), expert("bob", role("ATT"), role("PAT"), free=morning)]
    first = need("n", [seat("s", "PAT")], [session("k", "s", windows=morning)])
    more = need("m", [seat("u")], [session("l", "u", windows=morning)])
    board = sn.checked(snapshot(people, [first]))

    found = mended(board, claimed(board, {"s": "bob"}, {"k": at(0, 9)}), Arrived(more, ()))

    assert found.widened
    assert who(found) == {"s": "ann", "u": "bob"}


@pytest.mark.parametrize(("fixed", "after"), [({}, {"s": "ann", "t": "dan"}), ({"s": "ann"}, {"s": "ann"})])
def test_a_team_meets_at_another_time_unless_somebody_agreed_to_this_one(
    fixed: dict[str, str], after: dict[str, str]
) -> None:
    people = [
        expert("ann"),
        expert("cho", role("PAT"), free=(span(0, 9, 11),)),
        expert("dan", role("PAT"), free=(span(1, 9, 11),)),
    ]
    agreed = arrangement(fixed, {"n-kick": at(0, 9)} if fixed else {})
    board = sn.checked(snapshot(people, [need("n", [seat("s"), seat("t", "PAT")])], fixed=agreed))
    plan = claimed(board, {"s": "ann", "t": "cho"}, {"n-kick": at(0, 9)})

    found = mended(board, plan, Vacated("t", "cho"))

    assert who(found) == after


def test_who_has_agreed_is_not_moved_for_others() -> None:
    morning = (span(0, 9, 11),)
    people = [expert("ann", role("PAT"), free=morning), expert("bob", role("ATT"), role("PAT"), free=morning)]
    first = need("n", [seat("s", "PAT")], [session("k", "s", windows=morning)])
    more = need("m", [seat("u")], [session("l", "u", windows=morning)])
    agreed = arrangement({"s": "bob"}, {"k": at(0, 9)})
    board = sn.checked(snapshot(people, [first], fixed=agreed))

    found = mended(board, claimed(board, {"s": "bob"}, {"k": at(0, 9)}), Arrived(more, ()))

    assert who(found) == {"s": "bob"}


def test_a_wish_is_met_with_the_least_change() -> None:
    found = mended(BIG, PLAN, LeastChange(pins=(), bans=(sn.Placement(FIRST.seat, FIRST.expert),)))

    kept = {(one.seat, one.expert) for one in PLAN.engagements} & set(who(found).items())
    assert (FIRST.seat, FIRST.expert) not in kept
    assert len(kept) >= len(PLAN.engagements) - 2


@pytest.mark.parametrize(
    "happened",
    [
        Vacated("unknown", "ann"),
        Vacated("s", "bob"),
        Away("unknown", ()),
        Rescheduled("unknown", None, DAY),
    ],
)
def test_what_is_not_in_the_plan_cannot_happen_to_it(happened: Happening) -> None:
    with pytest.raises(NotFound):
        changed(PAIR, PAIRED, happened)


def test_a_foreign_plan_is_refused() -> None:
    with pytest.raises(Invalid):
        changed(BIG, PAIRED, Vacated("s", "ann"))
