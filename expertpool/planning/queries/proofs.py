"""The snapshot a waiver's proof is searched on: the need as it is, without the expert and without wishes."""

import datetime as dt
import uuid
from dataclasses import replace

from sqlalchemy.orm import Session

from expertpool.conflicts.models import Waiver
from expertpool.planning.models import PlanRun
from expertpool.planning.queries.snapshot import take_snapshot
from expertpool.planning.rules import RunKind
from expertpool.scheduling import snapshot as sn

PROOF_SEED = 7  # any will do: an optimal plan leaves the same number of seats empty whatever the lots


def snapshot_without(session: Session, waiver_id: uuid.UUID, *, now: dt.datetime) -> str | None:
    """The canonical text of the board on which a waiver's expert is kept out; None when there is no waiver.

    Pins and bans of coordinators are left out: nobody makes a proof by forbidding everybody else. A waiver
    of somebody else that was granted for the same work counts, for it is a way to fill the seat.
    Raises: Invalid when the rows do not make a snapshot that can be planned.
    """
    waiver = session.get(Waiver, waiver_id, populate_existing=True)
    if waiver is None:
        return None
    run = PlanRun(
        incident_id=waiver.incident_id,
        need_id=waiver.need_id,
        kind=RunKind.SOLVE,
        seat_id=None,
        seed=PROOF_SEED,
    )
    taken = take_snapshot(session, run, now=now, heeds_wishes=False)
    return sn.dumps(without(taken.snapshot, str(waiver.need_id), str(waiver.seat_id), str(waiver.expert_id)))


def without(board: sn.Snapshot, need: str, seat: str, expert: str) -> sn.Snapshot:
    """The board with the seat open to everybody but the expert, who is kept out of the need."""
    ban = sn.NeedBan(need, expert)
    attended = {each.id: set(each.seats) for one in board.needs for each in one.sessions}
    seats = {each.id for one in board.needs if one.id == need for each in one.seats}

    def stays(placed: sn.Placement) -> bool:
        return placed.seat != seat and not (placed.seat in seats and placed.expert == expert)

    def kept(arranged: sn.Arrangement) -> sn.Arrangement:
        placed = tuple(filter(stays, arranged.engagements))
        held = {each.seat for each in placed}
        return sn.Arrangement(placed, tuple(one for one in arranged.starts if attended[one.session] & held))

    return sn.checked(
        replace(
            board,
            fixed=kept(board.fixed),
            previous=kept(board.previous),
            need_bans=tuple(sorted({*board.need_bans, ban}, key=lambda each: (each.need, each.expert))),
        )
    )
