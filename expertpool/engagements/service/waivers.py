"""Waivers where they meet the work: the need and seat they are for, and who comes off when they end."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.conflicts import service as conflicts
from expertpool.conflicts.models import Waiver
from expertpool.conflicts.rules.findings import Screening
from expertpool.conflicts.rules.waivers import WaiverAct, WaiverWish
from expertpool.conflicts.service import WaiverScope
from expertpool.engagements import access
from expertpool.engagements.models import WITHOUT_PROFILE, Engagement
from expertpool.engagements.rules import OPEN, EngagementState
from expertpool.engagements.screening import screen_one_for_case
from expertpool.engagements.service.steps import leave, lock_all
from expertpool.experts.models import Expert
from expertpool.incidents.models import Need
from expertpool.incidents.queries import last_day_of
from expertpool.infra.clock import seoul_date
from expertpool.infra.db import acting_as
from expertpool.infra.identity import SYSTEM, Actor
from expertpool.refusals import NotFound
from expertpool.scheduling.vocabulary import RoleClass


def request_waiver(
    session: Session,
    wish: WaiverWish,
    *,
    need_id: uuid.UUID,
    seat_id: uuid.UUID,
    expert_id: uuid.UUID,
    actor: Actor,
    now: dt.datetime,
) -> Waiver:
    """Ask for a waiver for one expert on one seat, from today's screening.

    Raises: NotFound; Forbidden; Conflicting with the rule where there is no waiver; Invalid; WrongState.
    """
    scope = _scope(session, need_id, seat_id, expert_id, actor=actor)
    screening = screen_one_for_case(
        session, scope.incident_id, expert_id, role_class=scope.role_class, on=seoul_date(now)
    )
    return conflicts.request_waiver(session, scope, wish, screening=screening, actor=actor, now=now)


def _scope(
    session: Session, need_id: uuid.UUID, seat_id: uuid.UUID, expert_id: uuid.UUID, *, actor: Actor
) -> WaiverScope:
    need = session.get(Need, need_id, populate_existing=True)
    seat = next((seat for seat in need.seats if seat.id == seat_id), None) if need else None
    if need is None or seat is None or session.get(Expert, expert_id) is None:
        raise NotFound(access.NOTHING_HERE)
    access.check_may_propose(actor, need)
    return WaiverScope(
        incident_id=need.incident_id,
        need_id=need.id,
        seat_id=seat.id,
        expert_id=expert_id,
        using_ministry_id=need.ministry_id,
        compartmented=need.incident.compartmented,
        role_class=RoleClass(seat.role_class),
        work_ends_on=last_day_of(need.deadline),
    )


def decide_waiver(
    session: Session,
    waiver_id: uuid.UUID,
    act: WaiverAct,
    *,
    note: str,
    version: int,
    actor: Actor,
    now: dt.datetime,
) -> Waiver:
    """Endorse, grant, refuse, withdraw or revoke, from a screening of today. Raises: as in `conflicts`."""
    waiver = conflicts.waiver_seen(session, waiver_id, version=version)
    screening = _screened(session, waiver, now=now)
    return conflicts.decide_waiver(
        session, waiver_id, act, note=note, version=version, screening=screening, actor=actor, now=now
    )


def _screened(session: Session, waiver: Waiver, *, now: dt.datetime) -> Screening:
    return screen_one_for_case(
        session, waiver.incident_id, waiver.expert_id, role_class=waiver.role_class, on=seoul_date(now)
    )


def end_work_under(session: Session, waiver_id: uuid.UUID, *, now: dt.datetime) -> int:
    """Take the expert off the seat of a waiver that ended; says how many engagements it was.

    Runs as the system. The time is given back, the case is shut and the seat is filled anew.
    """
    waiver = conflicts.waiver_seen(session, waiver_id)
    found = session.scalars(
        sa.select(Engagement)
        .where(
            Engagement.seat_id == waiver.seat_id,
            Engagement.expert_id == waiver.expert_id,
            Engagement.state.in_(OPEN),
        )
        .options(WITHOUT_PROFILE)
    ).all()
    lock_all(session, found)
    ended = [engagement for engagement in found if engagement.state in OPEN]
    with acting_as(session, SYSTEM):
        for engagement in ended:
            leave(session, engagement, EngagementState.CANCELLED, verb="end_waiver", actor=SYSTEM, now=now)
    return len(ended)
