"""Turning a solved plan into the reasons that are kept with it. Runs beside the solver: it loads numpy."""

from threading import Event

from expertpool.planning.rules.reasons import Candidate, Relaxed, SeatReasons, Step, dumps
from expertpool.scheduling.explain import explain
from expertpool.scheduling.plan import Limits, Plan
from expertpool.scheduling.relax import relax
from expertpool.scheduling.snapshot import Snapshot
from expertpool.scheduling.trial import Relaxation

# Each concession is one small search; they are many.
TRIAL = Limits(deterministic_seconds=1, most_entries=1_000_000)


def told(snapshot: Snapshot, plan: Plan, stop: Event | None = None) -> str:
    """The reasons for every seat the plan decided about, as the text that is stored.

    Once `stop` is set, nothing more is tried to fill empty seats.
    """
    kept = {placed.seat for placed in snapshot.fixed.engagements}
    seats = [seat.id for need in snapshot.needs for seat in need.seats]
    return dumps(tuple(_seat(snapshot, plan, seat, stop) for seat in seats if seat not in kept))


def _seat(snapshot: Snapshot, plan: Plan, seat: str, stop: Event | None) -> SeatReasons:
    found = explain(snapshot, plan, seat)
    able = [each for each in (found.chosen, *found.others) if each is not None]
    candidates = [Candidate(each.expert, (), each.extra) for each in able]
    out = [Candidate(each.expert, tuple(r.rule.value for r in each.reasons), 0) for each in found.left_out]
    out.sort(key=lambda each: (len(each.rules), each.expert))
    relaxed: list[Relaxation] = []
    if found.chosen is None and not (stop and stop.is_set()):
        relaxed = relax(snapshot, plan, seat, limits=TRIAL)
    return SeatReasons(
        seat=seat,
        chosen=found.chosen.expert if found.chosen else None,
        candidates=(*candidates, *out),
        relaxed=tuple(_relaxed(each) for each in relaxed),
    )


def _relaxed(found: Relaxation) -> Relaxed:
    steps = [
        Step(
            step.words.text,
            {name: v if isinstance(v, int) else str(v) for name, v in step.words.fields.items()},
        )
        for step in found.steps
    ]
    return Relaxed(found.expert, tuple(steps))
