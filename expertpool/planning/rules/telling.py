"""Turning a solved plan into the reasons that are kept with it. Runs beside the solver: it loads numpy."""

from expertpool.planning.rules.reasons import Candidate, SeatReasons, dumps
from expertpool.scheduling.explain import explain
from expertpool.scheduling.plan import Plan
from expertpool.scheduling.snapshot import Snapshot


def told(snapshot: Snapshot, plan: Plan) -> str:
    """The reasons for every seat the plan decided about, as the text that is stored."""
    kept = {placed.seat for placed in snapshot.fixed.engagements}
    seats = [seat.id for need in snapshot.needs for seat in need.seats]
    return dumps(tuple(_seat(snapshot, plan, seat) for seat in seats if seat not in kept))


def _seat(snapshot: Snapshot, plan: Plan, seat: str) -> SeatReasons:
    found = explain(snapshot, plan, seat)
    able = [each for each in (found.chosen, *found.others) if each is not None]
    candidates = [Candidate(each.expert, (), each.extra) for each in able]
    out = [Candidate(each.expert, tuple(r.rule.value for r in each.reasons), 0) for each in found.left_out]
    out.sort(key=lambda each: (len(each.rules), each.expert))
    return SeatReasons(seat, found.chosen.expert if found.chosen else None, (*candidates, *out), ())
