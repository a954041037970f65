"""Pins and bans: what a coordinator asks of the planner about one expert and one seat."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.audit import service as audit
from expertpool.experts.models import Expert
from expertpool.incidents import access as incidents
from expertpool.incidents.models import Need
from expertpool.infra.identity import Actor
from expertpool.planning import access
from expertpool.planning.models import PlanWish
from expertpool.planning.rules import Wish
from expertpool.planning.service.runs import PLANNABLE, lock_need, unfinished_run
from expertpool.refusals import Invalid, NotFound, WrongState
from expertpool.words import words

LONGEST_REASON = 200


def pin(
    session: Session,
    *,
    need_id: uuid.UUID,
    seat_id: uuid.UUID,
    expert_id: uuid.UUID,
    reason: str,
    actor: Actor,
    now: dt.datetime,
) -> PlanWish:
    """Let the seat take this expert or stay empty; an earlier pin of the seat gives way.

    Raises: NotFound; Forbidden; WrongState while a search is under way; Invalid without a reason.
    """
    return _wish(session, Wish.PIN, need_id, seat_id, expert_id, reason, actor=actor, now=now)


def ban(
    session: Session,
    *,
    need_id: uuid.UUID,
    seat_id: uuid.UUID,
    expert_id: uuid.UUID,
    reason: str,
    actor: Actor,
    now: dt.datetime,
) -> PlanWish:
    """Keep the expert out of the seat. Raises: as `pin`."""
    return _wish(session, Wish.BAN, need_id, seat_id, expert_id, reason, actor=actor, now=now)


def unwish(
    session: Session, wish_id: uuid.UUID, *, need_id: uuid.UUID, actor: Actor, now: dt.datetime
) -> None:
    """Take a pin or ban back. Raises: NotFound; Forbidden; WrongState while a search is under way."""
    _open_need(session, need_id, actor=actor)
    wish = session.get(PlanWish, wish_id)
    if wish is None or wish.need_id != need_id:
        raise NotFound(incidents.NOTHING_HERE)
    session.delete(wish)
    session.flush()
    audit.record(session, actor=actor, verb="plan.unwish", kind="seat", thing=wish.seat_id, now=now)


def _wish(
    session: Session,
    wanted: Wish,
    need_id: uuid.UUID,
    seat_id: uuid.UUID,
    expert_id: uuid.UUID,
    reason: str,
    *,
    actor: Actor,
    now: dt.datetime,
) -> PlanWish:
    need = _open_need(session, need_id, actor=actor)
    _check(session, need, seat_id, expert_id, reason)
    same = sa.or_(
        PlanWish.expert_id == expert_id, sa.and_(PlanWish.wish == Wish.PIN, sa.literal(wanted is Wish.PIN))
    )
    session.execute(sa.delete(PlanWish).where(PlanWish.seat_id == seat_id, same))
    wish = PlanWish(
        incident_id=need.incident_id,
        need_id=need.id,
        seat_id=seat_id,
        expert_id=expert_id,
        wish=wanted,
        reason=reason.strip(),
        wished_by=actor.user_id,
        wished_at=now,
    )
    session.add(wish)
    session.flush()
    audit.record(
        session,
        actor=actor,
        verb=f"plan.{wanted.value}",
        kind="seat",
        thing=seat_id,
        now=now,
        expert=str(expert_id),
    )
    return wish


def _open_need(session: Session, need_id: uuid.UUID, *, actor: Actor) -> Need:
    need = access.visible_need(session, need_id, actor=actor)
    access.demand_planner(actor, need)
    lock_need(session, need_id)
    if need.state not in PLANNABLE:
        raise WrongState(words("Nothing is planned for this need now. Reload the page to see where it is."))
    if unfinished_run(session, need_id) is not None:
        raise WrongState(words("A search for this need is under way. Wait for it, or stop it first."))
    return need


def _check(session: Session, need: Need, seat_id: uuid.UUID, expert_id: uuid.UUID, reason: str) -> None:
    fields = {}
    if seat_id not in {seat.id for seat in need.seats}:
        fields["seat_id"] = words("Choose a seat of this need.")
    if session.get(Expert, expert_id) is None:
        fields["expert_id"] = words("Choose an expert of the pool.")
    if not reason.strip():
        fields["reason"] = words("Say why: the record keeps it with the choice.")
    elif len(reason.strip()) > LONGEST_REASON:
        fields["reason"] = words("Write at most %(most)s characters.", most=LONGEST_REASON)
    if fields:
        raise Invalid(words("The choice is not complete. Correct the fields named below."), fields=fields)
