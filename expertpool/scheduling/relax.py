"""What would fill an empty seat: the smallest legal changes of what was asked, each tried by solving with it.

A bar, an unresolved conflict, the role and the clearance are never given up.
"""

from dataclasses import dataclass, replace
from itertools import combinations, islice

from expertpool.refusals import NotFound, WrongState
from expertpool.scheduling.board import Board
from expertpool.scheduling.concessions import LIFTS, Concession, Kind, concessions
from expertpool.scheduling.eligibility import TIMED
from expertpool.scheduling.explain import opened
from expertpool.scheduling.judging import Judgement, judged
from expertpool.scheduling.plan import HeldSession, Limits, Plan
from expertpool.scheduling.repair import arrangement
from expertpool.scheduling.snapshot import Arrangement, Placement, Snapshot, checked
from expertpool.scheduling.solve import solve
from expertpool.scheduling.verify import verify
from expertpool.scheduling.vocabulary import Rule
from expertpool.words import Words, words

MOST_TRIED = 40  # solves; what is likelier to help comes first
OF_SOME_STARTS = {rule for rule, _ in TIMED} | {Rule.ELSEWHERE}


@dataclass(frozen=True, slots=True)
class Step:
    """One concession: what it is about (a session, a facet, a lender, an expert) and in words."""

    kind: Kind
    subject: str
    words: Words


@dataclass(frozen=True, slots=True)
class Relaxation:
    """Concessions that together fill the seat, with the expert and times they lead to."""

    steps: tuple[Step, ...]
    expert: str
    sessions: tuple[HeldSession, ...]


def relax(snapshot: Snapshot, plan: Plan, seat_id: str, *, limits: Limits) -> list[Relaxation]:
    """The smallest concessions that fill an empty seat while everybody else keeps theirs, mildest first.

    One concession if one is enough, else two together. Each was solved and verified with it.

    Raises: Invalid if the plan is not of this snapshot; NotFound if there is no such seat; WrongState if it
    is filled.
    """
    problem, choice = opened(snapshot, plan)
    if seat_id not in problem.asked:
        raise NotFound(words("There is no such seat."))
    if seat_id in choice.seats:
        raise WrongState(words("This seat is filled."))
    snapshot = problem.snapshot
    judgements = judged(Board.of(problem, choice), seat_id)
    offered = concessions(problem, seat_id)
    for size in (1, 2):
        helped: dict[frozenset[str], Relaxation] = {}
        likely = (
            few for few in combinations(offered, size) if _may_help(few, judgements, problem.roster.ids)
        )
        for together in islice(likely, MOST_TRIED):
            about = frozenset(one.about for one in together)
            if about not in helped:  # a milder concession about the same is enough
                relaxation = _tried(snapshot, plan, seat_id, together, limits)
                if relaxation is not None:
                    helped[about] = relaxation
        if helped:
            return list(helped.values())
    return []


def _may_help(together: tuple[Concession, ...], judgements: list[Judgement], ids: list[str]) -> bool:
    """Whether each of these concessions could lift something for somebody, and what is left need not hold.

    Rules of time may each refuse only some starts: lifting one of them can be enough.
    """
    if len({one.about for one in together}) < len(together):
        return False
    lifted = {rule for one in together for rule in LIFTS[one.kind]}
    named = {one.subject for one in together if one.kind is Kind.WAIVER}
    return any(
        set(judgement.rules) - lifted <= OF_SOME_STARTS
        and all(LIFTS[one.kind] & set(judgement.rules) for one in together)
        and named <= {ids[judgement.row]}
        for judgement in judgements
    )


def _tried(
    snapshot: Snapshot, plan: Plan, seat: str, together: tuple[Concession, ...], limits: Limits
) -> Relaxation | None:
    """The relaxation, if solving with it fills the seat and moves nobody."""
    moving = {session for one in together for session in one.moved}
    relaxed = _held(snapshot, plan, moving)
    for one in together:
        relaxed = one.apply(relaxed)
    relaxed = checked(relaxed)
    answer = solve(relaxed, limits=limits)
    placed = {engagement.seat: engagement for engagement in answer.engagements}
    stayed = all(
        before.seat in placed and placed[before.seat].expert == before.expert for before in plan.engagements
    )
    if seat not in placed or not stayed or verify(relaxed, answer):
        return None
    steps = tuple(Step(one.kind, one.subject, one.words) for one in together)
    return Relaxation(steps, placed[seat].expert, placed[seat].sessions)


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
