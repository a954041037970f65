"""What became of each seat between two proposals."""

from expertpool.planning.rules.differences import Change, differences
from expertpool.planning.rules.reasons import Candidate, SeatReasons
from expertpool.scheduling.plan import FORMAT, Engagement, HeldSession, Limits, Plan, PlanCost, Search, Status


def plan(**placed: tuple[str, int]) -> Plan:
    """Seats with an expert and the start of their one session."""
    engagements = tuple(
        Engagement(seat, expert, (HeldSession("kickoff", start, start + 60),))
        for seat, (expert, start) in placed.items()
    )
    cost, search = PlanCost((), 0, 0, 0), Search(0, 0, 0, 0, True)
    return Plan(FORMAT, "0", 1, Limits(1, 1), Status.OPTIMAL, engagements, (), cost, search)


def changes(before: Plan, after: Plan, *reasons: SeatReasons, offset: int = 0) -> dict[str, Change]:
    return {each.seat: each.change for each in differences(before, after, reasons, offset=offset)}


def test_every_kind_of_change_has_its_name() -> None:
    before = plan(a=("x", 0), b=("y", 0), c=("z", 0), d=("w", 0))
    after = plan(a=("x", 0), b=("y", 90), c=("v", 0), e=("u", 0))

    assert changes(before, after) == {
        "a": Change.KEPT,
        "b": Change.MOVED,
        "c": Change.REPLACED,
        "d": Change.EMPTIED,
        "e": Change.FILLED,
    }


def test_the_same_time_seen_from_another_epoch_is_kept() -> None:
    assert changes(plan(a=("x", 1500)), plan(a=("x", 60)), offset=-1440) == {"a": Change.KEPT}


def test_a_replaced_expert_is_told_with_the_rules_of_now() -> None:
    reasons = SeatReasons("a", "v", (Candidate("v", (), 0), Candidate("x", ("BAN-01",), 0)))

    (found,) = differences(plan(a=("x", 0)), plan(a=("v", 0)), [reasons], offset=0)

    assert found.rules == ("BAN-01",)


def test_the_runner_up_is_the_best_who_is_able() -> None:
    able = (Candidate("v", (), 0), Candidate("s", (), 40), Candidate("t", (), 20))
    reasons = SeatReasons("a", "v", (*able, Candidate("x", ("BAN-01",), 0)))

    assert reasons.runner_up == Candidate("t", (), 20)
    assert reasons.counts == {"BAN-01": 1}
