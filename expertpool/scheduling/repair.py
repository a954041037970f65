"""A plan after something happened: around what stays if it must, or anew with the least disturbance."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from expertpool.refusals import Invalid, NotFound
from expertpool.scheduling.plan import Engagement, Limits, Plan
from expertpool.scheduling.snapshot import (
    Arrangement,
    NeedBan,
    Placement,
    Snapshot,
    Start,
    checked,
    digest,
)
from expertpool.scheduling.solve import Report, solve
from expertpool.words import words


@dataclass(frozen=True, slots=True)
class Vacated:
    """An expert leaves a seat (declined, lapsed, recused). Everybody else stays, at the same times."""

    seat: str


@dataclass(frozen=True, slots=True)
class LeastChange:
    """New wishes for a whole plan; whatever else changes costs stability.

    pins: seats that must take this expert; bans: experts who must not take this seat.
    """

    pins: tuple[Placement, ...]
    bans: tuple[Placement, ...]


Change = Vacated | LeastChange


def repair(
    snapshot: Snapshot, plan: Plan, change: Change, *, limits: Limits, progress: Report | None = None
) -> Plan:
    """The plan after a change. It answers the snapshot that `changed` gives, and names its digest.

    Raises: Invalid if the plan is not of this snapshot; NotFound if the change names a seat not in it.
    """
    return solve(changed(snapshot, plan, change), limits=limits, progress=progress)


def changed(snapshot: Snapshot, plan: Plan, change: Change) -> Snapshot:
    """The snapshot whose solution is the repaired plan.

    Raises: Invalid if the plan is not of this snapshot; NotFound if the change names a seat not in it.
    """
    snapshot = checked(snapshot)
    if plan.snapshot != digest(snapshot):
        raise Invalid(words("The plan was made from another snapshot."))
    if isinstance(change, Vacated):
        return _without(snapshot, plan, change.seat)
    return checked(
        replace(
            snapshot,
            pins=_overlaid(snapshot.pins, change.pins),
            seat_bans=(*snapshot.seat_bans, *change.bans),
            previous=arrangement(plan, lambda engagement: True),
        )
    )


def arrangement(plan: Plan, kept: Callable[[Engagement], bool]) -> Arrangement:
    """Some of a plan's engagements with the times of their sessions."""
    staying = [engagement for engagement in plan.engagements if kept(engagement)]
    starts = {held.session: held.start for engagement in staying for held in engagement.sessions}
    return Arrangement(
        tuple(Placement(engagement.seat, engagement.expert) for engagement in staying),
        tuple(Start(session, start) for session, start in starts.items()),
    )


def _overlaid(pins: tuple[Placement, ...], newer: tuple[Placement, ...]) -> tuple[Placement, ...]:
    """Pins, the newer of two for a seat."""
    return tuple(({pin.seat: pin for pin in pins} | {pin.seat: pin for pin in newer}).values())


def _without(snapshot: Snapshot, plan: Plan, seat: str) -> Snapshot:
    leaving = [engagement for engagement in plan.engagements if engagement.seat == seat]
    if not leaving:
        raise NotFound(words("Nobody holds this seat in the plan."))
    need = next(need.id for need in snapshot.needs if any(one.id == seat for one in need.seats))
    staying = arrangement(plan, lambda engagement: engagement.seat != seat)
    timed = {start.session for start in staying.starts}
    held = tuple(start for start in snapshot.fixed.starts if start.session not in timed)
    return checked(
        replace(
            snapshot,
            fixed=Arrangement(staying.engagements, (*staying.starts, *held)),
            pins=tuple(pin for pin in snapshot.pins if pin.seat != seat),
            need_bans=(*snapshot.need_bans, NeedBan(need, leaving[0].expert)),
            previous=arrangement(plan, lambda engagement: True),
        )
    )
