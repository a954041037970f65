"""What stands in a snapshot, mended by what it tells: whoever can stay stays."""

from typing import Any

from expertpool.scheduling import plan as plans
from expertpool.scheduling import snapshot as sn
from expertpool.scheduling.repair import mended, troubles
from expertpool.scheduling.verify import verify
from expertpool.scheduling.vocabulary import Rule
from tests.scheduling.boards import arrangement, at, expert, need, role, seat, snapshot, span
from tests.scheduling.claims import LIMITS


def standing(seats: dict[str, str], *, fixed: dict[str, str] | None = None, **fields: Any) -> sn.Snapshot:
    """Two attorneys' seats that meet on Monday at nine, with who stands there."""
    usual = [expert(name) for name in ("ann", "bob", "cho")]
    starts = {"n-kick": at(0, 9)}
    return sn.checked(
        snapshot(
            fields.pop("experts", usual),
            [need("n", [seat("s"), seat("t")])],
            previous=arrangement(seats, starts),
            fixed=arrangement(fixed, starts) if fixed else sn.Arrangement((), ()),
            **fields,
        )
    )


def holders(plan: plans.Plan) -> dict[str, str]:
    return {engagement.seat: engagement.expert for engagement in plan.engagements}


def test_what_still_stands_is_not_changed_for_something_better() -> None:
    better = [expert("ann", load_minutes=9_600), expert("bob"), expert("cho"), expert("dan")]
    board = standing({"s": "ann", "t": "bob"}, experts=better)

    plan = mended(board, limits=LIMITS)

    assert holders(plan) == {"s": "ann", "t": "bob"}
    assert verify(board, plan) == []


def test_only_the_seat_a_rule_broke_changes_hands_and_the_time_stays() -> None:
    away = expert("ann", free=(span(5, 9, 18),))
    board = standing({"s": "ann", "t": "bob"}, experts=[away, expert("bob"), expert("cho")])

    plan = mended(board, limits=LIMITS)

    assert holders(plan) == {"s": "cho", "t": "bob"}
    assert {held.start for e in plan.engagements for held in e.sessions} == {at(0, 9)}
    assert (plan.status, plan.objective.bound) == (plans.Status.FEASIBLE, 0)
    assert verify(board, plan) == []


def test_whoever_is_fixed_stays_though_a_rule_is_broken_by_now() -> None:
    away = expert("ann", free=(span(5, 9, 18),))
    people = [away, expert("bob", active=False), expert("cho")]
    board = standing({"t": "bob"}, fixed={"s": "ann"}, experts=people)

    plan = mended(board, limits=LIMITS)

    assert holders(plan) == {"s": "ann", "t": "cho"}
    assert plan.status is plans.Status.OPTIMAL
    assert verify(board, plan) == []


def test_somebody_nobody_asked_moves_where_a_seat_would_stay_empty() -> None:
    two = [expert("ann", role("ATT"), role("PAT")), expert("bob")]
    board = sn.checked(
        snapshot(
            two,
            [need("n", [seat("s"), seat("t", "PAT")])],
            previous=arrangement({"s": "ann"}, {"n-kick": at(0, 9)}),
        )
    )

    plan = mended(board, limits=LIMITS)

    assert holders(plan) == {"s": "bob", "t": "ann"}
    assert verify(board, plan) == []


def test_troubles_name_who_could_not_stand_any_more() -> None:
    people = [expert("ann", free=(span(5, 9, 18),)), expert("bob", active=False)]
    board = standing({"t": "bob"}, fixed={"s": "ann"}, experts=people)

    assert troubles(board, since=0) == {"s": ("ann", (Rule.NOT_FREE,)), "t": ("bob", (Rule.NOT_ACTIVE,))}
    assert troubles(board, since=at(1)) == {"t": ("bob", (Rule.NOT_ACTIVE,))}
