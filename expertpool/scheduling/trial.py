"""Concessions tried: the need is cut out, what is conceded changed in it, and it is solved and verified."""

from dataclasses import dataclass, replace

from expertpool.scheduling.board import Board
from expertpool.scheduling.candidates import candidates
from expertpool.scheduling.concessions import Concession, Kind
from expertpool.scheduling.excerpt import excerpt
from expertpool.scheduling.judging import verdicts
from expertpool.scheduling.occupied import Occupied
from expertpool.scheduling.plan import Engagement, HeldSession, Limits, Plan
from expertpool.scheduling.preferences import Choice
from expertpool.scheduling.problem import Asked, Problem
from expertpool.scheduling.repair import arrangement
from expertpool.scheduling.snapshot import Arrangement, Placement, Snapshot, checked
from expertpool.scheduling.snapshot.order import canonical
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


class Trials:
    """One seat of a plan, for which concessions are tried."""

    def __init__(self, problem: Problem, plan: Plan, seat: str, limits: Limits) -> None:
        self.problem, self.plan, self.seat, self.limits = problem, plan, seat, limits
        self._excerpts: dict[frozenset[str], tuple[Snapshot, Plan]] = {}

    def tried(self, together: tuple[Concession, ...], rows: list[int]) -> Relaxation | None:
        """The relaxation, if solving with it fills the seat, by one of these experts or of those who sit in
        the need, and moves nobody."""
        part, staying = self._excerpt(rows)
        moving = {session for one in together for session in one.moved}
        relaxed = _held(part, staying, moving)
        for one in together:
            relaxed = one.apply(relaxed)
        team = [one for one in staying.engagements if any(held.session in moving for held in one.sessions)]
        if not _has_room(relaxed, self.seat, team):
            return None
        relaxed = checked(relaxed)
        answer = solve(relaxed, limits=self.limits)
        placed = {engagement.seat: engagement for engagement in answer.engagements}
        stayed = all(
            before.seat in placed and placed[before.seat].expert == before.expert
            for before in staying.engagements
        )
        if self.seat not in placed or not stayed or verify(relaxed, answer):
            return None
        found = placed[self.seat]
        return Relaxation(tuple(map(Step.of, together)), found.expert, found.sessions)

    def _excerpt(self, rows: list[int]) -> tuple[Snapshot, Plan]:
        """The need and these experts, cut out once for all that is tried with them."""
        experts = frozenset(self.problem.roster.ids[row] for row in rows)
        if experts not in self._excerpts:
            need = self.problem.asked[self.seat].need.id
            self._excerpts[experts] = excerpt(self.problem.snapshot, self.plan, need, experts)
        return self._excerpts[experts]


def _has_room(snapshot: Snapshot, seat: str, team: list[Engagement]) -> bool:
    """Whether anybody may take a seat beside what is fixed, at times when its team can come: quicker asked
    than solved for.

    team: those who stay, but perhaps at other times. A yes is not yet a plan, for what the team takes up at
    times that are still open is not counted.
    """
    problem = Problem(canonical(snapshot))
    board = Board.of(problem, Choice({}, {}))
    occupied = Occupied(board)
    for member in team:
        if not _narrowed(problem, occupied, problem.asked[member.seat]):
            return False
    for member in team:
        starts = {held.session: problem.starts[held.session].tolist() for held in member.sessions}
        if all(len(open_to) == 1 for open_to in starts.values()):
            board.starts |= {session: start for session, (start,) in starts.items()}
            board.take(member.seat, problem.roster.row[member.expert])
    found = verdicts(board, seat)
    return bool(found.starts) or found.cut_short


def _narrowed(problem: Problem, occupied: Occupied, asked: Asked) -> bool:
    """Leave the sessions of a seat those starts to which its pinned expert can come; says if any are left."""
    buffer, busy = problem.snapshot.policy.travel_buffer_minutes, occupied.busy
    found = candidates(problem, asked)
    for session in asked.sessions if len(found.rows) else ():
        starts, length = problem.starts[session.id], session.length_minutes
        away = busy.some(occupied.apart(session.place))
        taken = busy.meet(found.rows, starts, length, 0) | away.meet(found.rows, starts, length, buffer)
        problem.starts[session.id] = starts[(found.fits[session.id] & ~taken)[0]]
    return all(len(problem.starts[session.id]) for session in asked.sessions) and len(found.rows) > 0


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
