"""Whether a plan speaks of its snapshot at all (PLAN-01), and holds each session once (TIME-05)."""

from collections.abc import Iterable, Iterator, Mapping

from expertpool.scheduling.plan import FORMAT, Engagement, Plan
from expertpool.scheduling.snapshot import Session, Snapshot, digest
from expertpool.scheduling.verify.book import Violation
from expertpool.scheduling.vocabulary import Rule


def shape_faults(snapshot: Snapshot, plan: Plan) -> Iterator[Violation]:
    """Faults that make every further check meaningless."""
    if plan.format != FORMAT or plan.snapshot != digest(snapshot) or plan.seed != snapshot.seed:
        yield Violation(Rule.PLAN_SHAPE)
    experts = {expert.id for expert in snapshot.experts}
    seats = {seat.id for need in snapshot.needs for seat in need.seats}
    sessions: dict[str, list[Session]] = {}
    for session in (session for need in snapshot.needs for session in need.sessions):
        for seat in session.seats:
            sessions.setdefault(seat, []).append(session)
    horizon = snapshot.horizon_minutes
    met: set[str] = set()
    for engagement in plan.engagements:
        unknown = engagement.seat not in seats or engagement.expert not in experts
        if unknown or engagement.seat in met or not holds_its_sessions(sessions, horizon, engagement):
            yield Violation(Rule.PLAN_SHAPE, engagement.seat, engagement.expert)
        met.add(engagement.seat)
    if sorted(empty.seat for empty in plan.unfilled) != sorted(seats - met):
        yield Violation(Rule.PLAN_SHAPE)
    yield from one_time_each(plan.engagements)


def holds_its_sessions(
    sessions: Mapping[str, Iterable[Session]], horizon: int, engagement: Engagement
) -> bool:
    """The engagement lists exactly the sessions of its seat, each in its length and inside the horizon."""
    lengths = {session.id: session.length_minutes for session in sessions.get(engagement.seat, ())}
    held = {session.session: session.end - session.start for session in engagement.sessions}
    inside = all(session.end <= horizon for session in engagement.sessions)
    return held == lengths and len(engagement.sessions) == len(lengths) and inside


def one_time_each(engagements: Iterable[Engagement]) -> Iterator[Violation]:
    """TIME-05: everybody attends a session at the same time."""
    starts: dict[str, int] = {}
    for engagement in engagements:
        for held in engagement.sessions:
            if starts.setdefault(held.session, held.start) != held.start:
                yield Violation(Rule.TEAM_TIME, engagement.seat, engagement.expert, held.session)
