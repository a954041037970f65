"""A plan after something happened: whoever can stay stays, the rest is planned around them.

Only what the happening itself broke is taken out, agreed or not. If that way leaves a seat empty or costs
too much, a small neighbourhood is solved too: those nobody has agreed with yet, and who could help, may move.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from threading import Event

from expertpool.refusals import Invalid, NotFound
from expertpool.scheduling.board import Board
from expertpool.scheduling.candidates import candidates
from expertpool.scheduling.happenings import (
    Happening,
    LeastChange,
    Rechecked,
    Rescheduled,
    Vacated,
    facts_after,
)
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
from expertpool.scheduling.preferences import Choice, alone_costs
from expertpool.scheduling.problem import Problem
from expertpool.scheduling.snapshot import Arrangement, Placement, Session, Snapshot, Start, checked, digest
from expertpool.scheduling.solve import Report, solve
from expertpool.scheduling.verify import RULES
from expertpool.scheduling.verify.book import Book, Facts, Violation
from expertpool.scheduling.verify.cost import true_amounts
from expertpool.scheduling.vocabulary import Part, Rule
from expertpool.words import words

COSTLY = 3  # times the weight of a changed seat: from there a neighbourhood is looked at too
NEIGHBOURS = 12  # seats of others that may move then


@dataclass(frozen=True, slots=True)
class SeatChange:
    """One seat in the plan before and after; moved: the same expert at other times."""

    seat: str
    before: str | None
    after: str | None
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Repaired:
    """The repaired plan, the snapshot it answers, and every seat that is not as before.

    widened: people who could have stayed were moved, because that is better as a whole.
    """

    snapshot: Snapshot
    plan: Plan
    changes: tuple[SeatChange, ...]
    widened: bool


def repair(
    snapshot: Snapshot,
    plan: Plan,
    happened: Happening,
    *,
    limits: Limits,
    progress: Report | None = None,
    stop: Event | None = None,
    memory_bytes: int | None = None,
) -> Repaired:
    """The plan after a happening, with the least change. The limits are those of `solve`.

    Raises: Invalid if the plan is not of this snapshot or what happened cannot be; NotFound if it speaks of
    something not in the snapshot, or of a seat nobody holds.
    """
    direct = changed(snapshot, plan, happened)
    search = partial(solve, limits=limits, progress=progress, stop=stop, memory_bytes=memory_bytes)
    found = search(direct)
    if not isinstance(happened, LeastChange) and _costs_too_much(plan, found, direct):
        wider = _widened(snapshot, direct, plan, found)
        again = search(wider) if wider != direct else found
        if again.objective.total < found.objective.total:
            return Repaired(wider, again, seat_changes(plan, again), widened=True)
    return Repaired(direct, found, seat_changes(plan, found), widened=False)


def mended(
    snapshot: Snapshot,
    *,
    limits: Limits,
    progress: Report | None = None,
    stop: Event | None = None,
    memory_bytes: int | None = None,
) -> Plan:
    """The plan that changes least of what stands in a snapshot: its fixed part and the arrangement before.

    Whoever is fixed stays. Of the others, those stay whom no rule keeps out by now, unless a seat would stay
    empty or cost much: then a few may move. The plan is one of the snapshot itself; it is called optimal only
    if nobody stayed who could have gone.

    Raises: Invalid if the snapshot cannot be used.
    """
    snapshot = checked(snapshot)
    before = _standing(snapshot)
    found = repair(
        snapshot, before, Rechecked(), limits=limits, progress=progress, stop=stop, memory_bytes=memory_bytes
    )
    plan = replace(found.plan, snapshot=digest(snapshot))
    if found.snapshot.fixed == snapshot.fixed and _within(snapshot.previous, found.snapshot.previous):
        return plan
    empty = [one.seat for one in plan.unfilled]
    cost = _costed(snapshot, list(plan.engagements), empty).objective
    return replace(plan, status=Status.FEASIBLE if cost.gap else Status.OPTIMAL, objective=cost)


def _within(part: Arrangement, whole: Arrangement) -> bool:
    """Whether an arrangement says nothing that another does not."""
    return set(part.engagements) <= set(whole.engagements) and set(part.starts) <= set(whole.starts)


def _standing(snapshot: Snapshot) -> Plan:
    """What stands in a snapshot as a plan of it, legal or not, with its true cost."""
    parts = (snapshot.previous, snapshot.fixed)
    holders = {placed.seat: placed.expert for part in parts for placed in part.engagements}
    starts = {held.session: held.start for part in parts for held in part.starts}
    seats = [seat.id for need in snapshot.needs for seat in need.seats]
    asked: dict[str, list[Session]] = {seat: [] for seat in seats}
    for session in (session for need in snapshot.needs for session in need.sessions):
        for seat in session.seats:
            asked[seat].append(session)
    engagements = []
    for seat, expert in sorted(holders.items()):
        if all(session.id in starts for session in asked[seat]):
            held = (HeldSession(s.id, starts[s.id], starts[s.id] + s.length_minutes) for s in asked[seat])
            engagements.append(Engagement(seat, expert, tuple(held)))
    taken = {engagement.seat for engagement in engagements}
    return _costed(snapshot, engagements, [seat for seat in sorted(seats) if seat not in taken])


def _costed(snapshot: Snapshot, engagements: list[Engagement], empty: list[str]) -> Plan:
    """Engagements as a plan nobody searched for."""
    plan = Plan(
        format=FORMAT,
        snapshot=digest(snapshot),
        seed=snapshot.seed,
        limits=Limits(deterministic_seconds=0, most_entries=0),
        status=Status.FEASIBLE,
        engagements=tuple(engagements),
        unfilled=tuple(Unfilled(seat, {}) for seat in empty),
        objective=PlanCost((), 0, 0, 0),
        search=Search(pairs=0, starts=0, columns=0, rows=0, ties_settled=False),
    )
    amount = true_amounts(Book.of(snapshot, plan))
    weight = {part: getattr(snapshot.policy.weights, part.value) for part in snapshot.policy.weights.parts}
    parts = tuple(CostPart(part, amount[part], each, amount[part] * each) for part, each in weight.items())
    total = sum(part.cost for part in parts)
    return replace(plan, objective=PlanCost(parts, total, 0, total))


def changed(snapshot: Snapshot, plan: Plan, happened: Happening) -> Snapshot:
    """The snapshot whose solution is the repaired plan: facts as they are now, everybody who can stay fixed.

    Raises: as `repair`.
    """
    snapshot = checked(snapshot)
    if plan.snapshot != digest(snapshot):
        raise Invalid(words("The plan was made from another snapshot."))
    held = {engagement.seat: engagement.expert for engagement in plan.engagements}
    if isinstance(happened, Vacated) and held.get(happened.seat) != happened.expert:
        raise NotFound(words("This expert does not hold this seat in the plan."))
    before = arrangement(plan, lambda engagement: True)
    facts = checked(replace(facts_after(happened, snapshot), previous=before))
    if isinstance(happened, LeastChange):
        return facts
    broken = _broken(facts, plan)
    if not isinstance(happened, Rechecked):
        broken -= _broken(snapshot, plan)
    leaving = {seat for violation in broken for seat in _blamed(violation, plan)}
    if isinstance(happened, Rechecked):
        leaving -= {placed.seat for placed in snapshot.fixed.engagements}
    if isinstance(happened, Rescheduled):
        leaving |= _late(facts, plan, happened.session)
    staying = arrangement(plan, lambda engagement: engagement.seat not in leaving)
    return checked(replace(facts, fixed=_with_starts(staying, facts, leaving, plan)))


def arrangement(plan: Plan, kept: Callable[[Engagement], bool]) -> Arrangement:
    """Some of a plan's engagements with the times of their sessions."""
    staying = [engagement for engagement in plan.engagements if kept(engagement)]
    starts = {held.session: held.start for engagement in staying for held in engagement.sessions}
    return Arrangement(
        tuple(Placement(engagement.seat, engagement.expert) for engagement in staying),
        tuple(Start(session, start) for session, start in starts.items()),
    )


def seat_changes(before: Plan, after: Plan) -> tuple[SeatChange, ...]:
    """Every seat that is not as before, by seat."""
    was = {engagement.seat: engagement for engagement in before.engagements}
    now = {engagement.seat: engagement for engagement in after.engagements}
    found = []
    for seat in sorted(was.keys() | now.keys()):
        old, new = was.get(seat), now.get(seat)
        if old != new:
            experts = old.expert if old else None, new.expert if new else None
            found.append(SeatChange(seat, *experts, moved=experts[0] == experts[1]))
    return tuple(found)


def troubles(snapshot: Snapshot, *, since: int) -> dict[str, tuple[str, tuple[Rule, ...]]]:
    """Who could not stand any more, by seat: the expert of the seat and the rules against them.

    Units: `since` is a minute; what began before is over and troubles nobody.
    """
    plan = _standing(snapshot)
    held_by = {engagement.seat: engagement.expert for engagement in plan.engagements}
    begun = {h.session for e in plan.engagements for h in e.sessions if h.start < since}
    found: dict[str, set[Rule]] = {}
    for violation in _broken(snapshot, plan):
        if violation.session not in begun:
            for seat in _blamed(violation, plan):
                found.setdefault(seat, set()).add(violation.rule)
    return {seat: (held_by[seat], tuple(sorted(rules))) for seat, rules in sorted(found.items())}


def _broken(facts: Snapshot, plan: Plan) -> set[Violation]:
    """The rules that the plan's engagements break, agreed ones judged like all others."""
    looked_up = Facts(facts)
    looked_up.fixed_starts = {}
    entries = [replace(looked_up.entry(engagement), fixed=False) for engagement in plan.engagements]
    book = Book(looked_up, facts.needs, entries)
    return {violation for part in RULES for violation in part(book)}


def _blamed(violation: Violation, plan: Plan) -> set[str]:
    """The seats to be given up: the one named, else all that share the session, else all of the expert."""
    if violation.seat is not None:
        return {violation.seat}
    if violation.session is not None:
        return {e.seat for e in plan.engagements if any(h.session == violation.session for h in e.sessions)}
    return {e.seat for e in plan.engagements if e.expert == violation.expert}


def _late(facts: Snapshot, plan: Plan, session: str) -> set[str]:
    """Who attends a session that ends after its deadline: it may be held at another time."""
    (asked,) = (one for need in facts.needs for one in need.sessions if one.id == session)
    return {
        engagement.seat
        for engagement in plan.engagements
        for held in engagement.sessions
        if held.session == session and held.end > asked.deadline
    }


def _with_starts(staying: Arrangement, facts: Snapshot, leaving: set[str], plan: Plan) -> Arrangement:
    """With the starts that were fixed for sessions nobody attends, unless it is they that broke."""
    timed = {start.session for start in staying.starts}
    attended = {h.session for e in plan.engagements if e.seat in leaving for h in e.sessions}
    held = (s for s in facts.fixed.starts if s.session not in timed and s.session not in attended)
    return Arrangement(staying.engagements, (*staying.starts, *held))


def _costs_too_much(before: Plan, after: Plan, facts: Snapshot) -> bool:
    """Whether a seat stays empty or the plan costs a good deal more, the changes themselves aside."""
    rise = _without_stability(after) - _without_stability(before)
    return bool(after.unfilled) or rise > COSTLY * facts.policy.weights.stability


def _empty(plan: Plan) -> set[str]:
    return {empty.seat for empty in plan.unfilled}


def _without_stability(plan: Plan) -> int:
    return sum(part.cost for part in plan.objective.parts if part.part is not Part.STABILITY)


def _widened(snapshot: Snapshot, direct: Snapshot, before: Plan, found: Plan) -> Snapshot:
    """The snapshot in which those who could take a troubled seat, best first, may leave their own, and whose
    team may meet at another time."""
    problem = Problem(direct)
    troubled = sorted(_empty(found))
    troubled += [change.seat for change in seat_changes(before, found) if change.after is not None]
    agreed = {placed.seat for placed in snapshot.fixed.engagements} | {pin.seat for pin in snapshot.pins}
    board = Board.of(problem, Choice(dict(problem.fixed_seats), dict(problem.fixed_starts)))
    helpers: dict[str, int] = {}
    for seat in troubled:
        able = candidates(problem, problem.asked[seat])
        costs = alone_costs(problem, able.asked, able.rows)
        for row, cost in zip(able.rows.tolist(), costs.tolist(), strict=True):
            for held in set(board.held_by.get(row, ())) - agreed - {seat}:
                helpers[held] = min(cost, helpers.get(held, cost))
    moving = set(sorted(helpers, key=lambda held: (helpers[held], held))[:NEIGHBOURS])
    settled, news = {start.session for start in snapshot.fixed.starts}, set(troubled) - _empty(before)
    for session in (session for seat in news for session in problem.asked[seat].sessions):
        if session.id not in settled and agreed.isdisjoint(session.seats):
            moving |= set(session.seats)
    kept = tuple(placed for placed in direct.fixed.engagements if placed.seat not in moving)
    attended = {s.id for placed in kept for s in problem.asked[placed.seat].sessions}
    attended |= settled
    starts = tuple(start for start in direct.fixed.starts if start.session in attended)
    return checked(replace(direct, fixed=Arrangement(kept, starts)))
