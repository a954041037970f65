"""What can happen to a running plan, each as the facts it changes in the snapshot."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import singledispatch

from expertpool.refusals import Invalid, NotFound
from expertpool.scheduling.snapshot import (
    Conflict,
    Expert,
    FarSpan,
    Need,
    NeedBan,
    Placement,
    Session,
    Snapshot,
    Span,
)
from expertpool.words import words


@dataclass(frozen=True, slots=True)
class Vacated:
    """An expert leaves a seat (declined, lapsed, recused) and is not asked again for its need."""

    seat: str
    expert: str


@dataclass(frozen=True, slots=True)
class Away:
    """An expert cannot come during some periods: ill, called away."""

    expert: str
    periods: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Available:
    """An expert's free time is another than it was."""

    expert: str
    free: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Unappointed:
    """An expert's appointment ends at a minute, or ended before."""

    expert: str
    until: int


@dataclass(frozen=True, slots=True)
class Rescheduled:
    """A session's windows or deadline moved; None leaves the one of them as it is."""

    session: str
    windows: tuple[Span, ...] | None
    deadline: int | None


@dataclass(frozen=True, slots=True)
class Arrived:
    """A new need, with what is known of conflicts in its incident."""

    need: Need
    conflicts: tuple[Conflict, ...]


@dataclass(frozen=True, slots=True)
class LeastChange:
    """New wishes for a whole plan: nothing stays for certain, but whatever changes costs stability.

    pins: seats that must take this expert; bans: experts who must not take this seat.
    """

    pins: tuple[Placement, ...]
    bans: tuple[Placement, ...]


@dataclass(frozen=True, slots=True)
class Rechecked:
    """Nothing but what the snapshot tells: its facts are newer than what stands in it.

    Whoever is fixed stays whatever a rule says by now: people decide about those who were asked.
    """


Happening = Vacated | Away | Available | Unappointed | Rescheduled | Arrived | LeastChange | Rechecked


@singledispatch
def facts_after(happened: Happening, snapshot: Snapshot) -> Snapshot:
    """The snapshot with the facts that changed; who may stay is not decided here.

    Raises: NotFound if it speaks of an expert, seat or session that is not in the snapshot; Invalid if a
    period ends before it starts.
    """
    raise TypeError(happened)


@facts_after.register
def _(happened: Rechecked, snapshot: Snapshot) -> Snapshot:
    return snapshot


@facts_after.register
def _(happened: Vacated, snapshot: Snapshot) -> Snapshot:
    need = next((need for need in snapshot.needs if any(s.id == happened.seat for s in need.seats)), None)
    if need is None:
        raise NotFound(words("There is no such seat."))
    kept = tuple(pin for pin in snapshot.pins if pin.seat != happened.seat)
    return replace(snapshot, pins=kept, need_bans=(*snapshot.need_bans, NeedBan(need.id, happened.expert)))


@facts_after.register
def _(happened: Away, snapshot: Snapshot) -> Snapshot:
    if any(span.end <= span.start for span in happened.periods):
        raise Invalid(words("The end must come after the start."))

    def changed(expert: Expert) -> Expert:
        return replace(expert, free=_without(expert.free, happened.periods))

    return _on_expert(snapshot, happened.expert, changed)


@facts_after.register
def _(happened: Available, snapshot: Snapshot) -> Snapshot:
    return _on_expert(snapshot, happened.expert, lambda expert: replace(expert, free=happened.free))


@facts_after.register
def _(happened: Unappointed, snapshot: Snapshot) -> Snapshot:
    def changed(expert: Expert) -> Expert:
        kept = (FarSpan(span.start, min(span.end, happened.until)) for span in expert.appointments)
        return replace(expert, appointments=tuple(span for span in kept if span.start < span.end))

    return _on_expert(snapshot, happened.expert, changed)


@facts_after.register
def _(happened: Rescheduled, snapshot: Snapshot) -> Snapshot:
    def changed(session: Session) -> Session:
        if session.id != happened.session:
            return session
        windows = session.windows if happened.windows is None else happened.windows
        deadline = session.deadline if happened.deadline is None else happened.deadline
        return replace(session, windows=windows, deadline=deadline)

    if not any(session.id == happened.session for need in snapshot.needs for session in need.sessions):
        raise NotFound(words("There is no such session."))
    needs = (replace(need, sessions=tuple(map(changed, need.sessions))) for need in snapshot.needs)
    return replace(snapshot, needs=tuple(needs))


@facts_after.register
def _(happened: Arrived, snapshot: Snapshot) -> Snapshot:
    conflicts = (*snapshot.conflicts, *happened.conflicts)
    return replace(snapshot, needs=(*snapshot.needs, happened.need), conflicts=conflicts)


@facts_after.register
def _(happened: LeastChange, snapshot: Snapshot) -> Snapshot:
    pins = {pin.seat: pin for pin in snapshot.pins} | {pin.seat: pin for pin in happened.pins}
    return replace(snapshot, pins=tuple(pins.values()), seat_bans=(*snapshot.seat_bans, *happened.bans))


def _on_expert(snapshot: Snapshot, name: str, changed: Callable[[Expert], Expert]) -> Snapshot:
    if all(expert.id != name for expert in snapshot.experts):
        raise NotFound(words("There is no such expert."))
    experts = (changed(expert) if expert.id == name else expert for expert in snapshot.experts)
    return replace(snapshot, experts=tuple(experts))


def _without(free: tuple[Span, ...], taken: tuple[Span, ...]) -> tuple[Span, ...]:
    """Free periods less others."""
    for gone in taken:
        free = tuple(
            part
            for span in free
            for part in (
                Span(span.start, min(span.end, gone.start)),
                Span(max(span.start, gone.end), span.end),
            )
            if part.start < part.end
        )
    return free
