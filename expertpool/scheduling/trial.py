"""Concessions tried: the need is cut out, what is conceded changed in it, and it is solved and verified."""

from dataclasses import dataclass, replace

from expertpool.scheduling.board import Board
from expertpool.scheduling.concessions import Concession, Kind
from expertpool.scheduling.excerpt import excerpt
from expertpool.scheduling.judging import verdicts
from expertpool.scheduling.plan import HeldSession, Limits, Plan
from expertpool.scheduling.preferences import Choice
from expertpool.scheduling.problem import Problem
from expertpool.scheduling.repair import arrangement
from expertpool.scheduling.snapshot import Arrangement, Placement, Snapshot, checked
from expertpool.scheduling.solve import solve
from expertpool.scheduling.verify import verify
from expertpool.words import Words


@dataclass(frozen=True, slots=True)
class Step:
    """One concession: what it is about (a session, a facet, a lender, an expert) and in words."""

    kind: Kind
    subject: str
    words: Words

    @classmethod
    def of(cls, concession: Concession) -> "Step":
        """A concession as it is told."""
        return cls(concession.kind, concession.subject, concession.words)


@dataclass(frozen=True, slots=True)
class Relaxation:
    """Concessions that together fill the seat, with the expert and times they lead to."""

    steps: tuple[Step, ...]
    expert: str
    sessions: tuple[HeldSession, ...]


def tried(
    problem: Problem,
    plan: Plan,
    seat: str,
    together: tuple[Concession, ...],
    rows: list[int],
    limits: Limits,
) -> Relaxation | None:
    """The relaxation, if solving with it fills the seat and moves nobody."""
    experts = {problem.roster.ids[row] for row in rows}
    part, staying = excerpt(problem.snapshot, plan, problem.asked[seat].need.id, experts)
    moving = {session for one in together for session in one.moved}
    relaxed = _held(part, staying, moving)
    for one in together:
        relaxed = one.apply(relaxed)
    relaxed = checked(relaxed)
    if not moving and not _has_room(relaxed, seat):
        return None
    answer = solve(relaxed, limits=limits)
    placed = {engagement.seat: engagement for engagement in answer.engagements}
    stayed = all(
        before.seat in placed and placed[before.seat].expert == before.expert
        for before in staying.engagements
    )
    if seat not in placed or not stayed or verify(relaxed, answer):
        return None
    return Relaxation(tuple(map(Step.of, together)), placed[seat].expert, placed[seat].sessions)


def _has_room(snapshot: Snapshot, seat: str) -> bool:
    """Whether anybody can take a seat beside what is fixed: quicker asked than solved for."""
    problem = Problem(snapshot)
    return bool(verdicts(Board.of(problem, Choice({}, {})), seat).starts)


def _held(snapshot: Snapshot, plan: Plan, moving: set[str]) -> Snapshot:
    """The snapshot with the plan fixed. Who attends a session that may move is pinned instead."""
    tied = {e.seat for e in plan.engagements if any(held.session in moving for held in e.sessions)}
    staying = arrangement(plan, lambda engagement: engagement.seat not in tied)
    starts = {start.session: start for start in arrangement(plan, lambda engagement: True).starts}
    starts |= {start.session: start for start in snapshot.fixed.starts}
    pins = {pin.seat: pin for pin in snapshot.pins}
    pins |= {e.seat: Placement(e.seat, e.expert) for e in plan.engagements if e.seat in tied}
    return replace(
        snapshot,
        fixed=Arrangement(
            staying.engagements, tuple(start for name, start in starts.items() if name not in moving)
        ),
        pins=tuple(pins.values()),
        previous=arrangement(plan, lambda engagement: True),
    )
