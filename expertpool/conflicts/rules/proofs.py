"""The planner's proof that nobody free of conflicts can take a seat in time, read and checked again."""

import hashlib
from collections.abc import Mapping
from enum import StrEnum

from expertpool.refusals import Invalid
from expertpool.words import Words, words


class ProofState(StrEnum):
    """What a solve without the expert came to.

    asked: not done yet; stands: the seat stays empty, proven; team_found: somebody else can take it;
    undecided: the search ended without a proof.
    """

    ASKED = "asked"
    STANDS = "stands"
    TEAM_FOUND = "team_found"
    UNDECIDED = "undecided"


PROOF_WORDS: Mapping[ProofState, Words] = {
    ProofState.ASKED: words("The planner is still looking for a team without this expert."),
    ProofState.STANDS: words("Proven: before the deadline nobody else can take this seat."),
    ProofState.TEAM_FOUND: words("The planner found a team without this expert."),
    ProofState.UNDECIDED: words("The planner could not prove it. Ask for the proof again."),
}


def text_digest(text: str) -> str:
    """The digest a document of a proof is stored under."""
    return hashlib.sha256(text.encode()).hexdigest()


def weigh_proof(snapshot: str, plan: str, *, need: str, seat: str, expert: str) -> ProofState:
    """What a snapshot and its plan prove about a seat without an expert.

    The snapshot has to keep the expert out of the need and leave the seat to anybody else: no pin, nobody
    fixed on it. The plan has to be legal by `verify`, which shares no code with the search, and optimal.
    """
    from expertpool.scheduling import plan as plans
    from expertpool.scheduling import snapshot as snapshots
    from expertpool.scheduling.verify import verify

    try:
        board, answer = snapshots.loads(snapshot), plans.loads(plan)
    except Invalid:
        return ProofState.UNDECIDED
    asked = any(each.id == seat for one in board.needs if one.id == need for each in one.seats)
    kept_out = any((ban.need, ban.expert) == (need, expert) for ban in board.need_bans)
    tied = any(placed.seat == seat for placed in (*board.pins, *board.fixed.engagements))
    if not asked or not kept_out or tied or verify(board, answer):
        return ProofState.UNDECIDED
    if any(placed.seat == seat for placed in answer.engagements):
        return ProofState.TEAM_FOUND
    return ProofState.STANDS if answer.status is plans.Status.OPTIMAL else ProofState.UNDECIDED
