"""Plans written down by hand, with the cost they truly have, legal or not."""

from dataclasses import replace

from expertpool.scheduling.plan import (
    FORMAT,
    CostPart,
    Engagement,
    HeldSession,
    Limits,
    Plan,
    PlanCost,
    Search,
    Status,
    Unfilled,
)
from expertpool.scheduling.snapshot import Snapshot, digest
from expertpool.scheduling.verify.book import Book
from expertpool.scheduling.verify.cost import true_amounts

LIMITS = Limits(deterministic_seconds=10, most_entries=1_000_000)


def claimed(
    snapshot: Snapshot, seats: dict[str, str], starts: dict[str, int], *, fingerprint: str | None = None
) -> Plan:
    """The plan that puts these experts on these seats and holds these sessions, called optimal.

    fingerprint: the snapshot's digest, where many plans are written for one.
    """
    asked = {seat.id: need for need in snapshot.needs for seat in need.seats}
    engagements = []
    for seat, expert in sorted(seats.items()):
        held = tuple(
            HeldSession(session.id, starts[session.id], starts[session.id] + session.length_minutes)
            for session in asked[seat].sessions
            if seat in session.seats
        )
        engagements.append(Engagement(seat, expert, held))
    plan = Plan(
        format=FORMAT,
        snapshot=fingerprint or digest(snapshot),
        seed=snapshot.seed,
        limits=LIMITS,
        status=Status.OPTIMAL,
        engagements=tuple(engagements),
        unfilled=tuple(Unfilled(seat, {}) for seat in sorted(asked.keys() - seats.keys())),
        objective=PlanCost((), 0, 0, 0),
        search=Search(0, 0, 0, 0, ties_settled=False),
    )
    return replace(plan, objective=_true_cost(snapshot, plan))


def _true_cost(snapshot: Snapshot, plan: Plan) -> PlanCost:
    amount = true_amounts(Book.of(snapshot, plan))
    weight = {part: getattr(snapshot.policy.weights, part.value) for part in snapshot.policy.weights.parts}
    parts = tuple(CostPart(part, amount[part], each, amount[part] * each) for part, each in weight.items())
    total = sum(part.cost for part in parts)
    return PlanCost(parts, total, total, 0)
