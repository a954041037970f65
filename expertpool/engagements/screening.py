"""Screening experts against a case on record, with everything the case says: the one way to ask.

Run it on the system's authority, like `conflicts.queries.screen_experts`.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.conflicts.queries import AboutCase, screen_experts
from expertpool.conflicts.rules import facts
from expertpool.conflicts.rules.findings import Screening
from expertpool.conflicts.rules.packs import RulePack
from expertpool.conflicts.rules.waivers import GrantedWaiver
from expertpool.engagements.models import Engagement
from expertpool.engagements.rules import LIVE, EngagementState, UrgentCall
from expertpool.incidents import access
from expertpool.incidents.models import Incident, Need, NeedSession, SessionSeat
from expertpool.incidents.queries import about_case, case_parties
from expertpool.incidents.rules import Urgency
from expertpool.infra.clock import seoul_date
from expertpool.infra.db import acting_as
from expertpool.infra.identity import SYSTEM
from expertpool.refusals import NotFound
from expertpool.scheduling.vocabulary import RoleClass


def screen_for_case(
    session: Session,
    incident_id: uuid.UUID,
    *,
    role_classes: Sequence[RoleClass],
    on: dt.date,
    expert_ids: Sequence[uuid.UUID] | None,
    pack: RulePack | None = None,
    waivers: Sequence[GrantedWaiver] = (),
    to_keep: bool = False,
) -> dict[tuple[uuid.UUID, RoleClass], Screening]:
    """What speaks against each of these experts (None: everybody) in each role class on a day.

    `pack`: other rules than those the case keeps, to see what they would change. `waivers`: those that hold
    for the work. `to_keep`: as for `conflicts.queries.screen_experts`.
    """
    parties = case_parties(session, incident_id)
    about = _with_roles(session, about_case(session, incident_id))
    about = replace(about, recusals=_recusals(session, incident_id), pack=pack or about.pack)
    return {
        (expert_id, role_class): screening
        for role_class in role_classes
        for expert_id, screening in screen_experts(
            session,
            incident_id=incident_id,
            parties=parties,
            role_class=role_class,
            on=on,
            expert_ids=expert_ids,
            about=about,
            waivers=waivers,
            to_keep=to_keep,
        ).items()
    }


def screen_one_for_case(
    session: Session,
    incident_id: uuid.UUID,
    expert_id: uuid.UUID,
    *,
    role_class: RoleClass,
    on: dt.date,
    waivers: Sequence[GrantedWaiver] = (),
) -> Screening:
    """What speaks against one expert in a case, found on the system's authority: ties are hidden from most.

    Raises: NotFound for an expert who is not on record.
    """
    with acting_as(session, SYSTEM):
        found = screen_for_case(
            session, incident_id, role_classes=[role_class], on=on, expert_ids=[expert_id], waivers=waivers
        )
    if not found:
        raise NotFound(access.NOTHING_HERE)
    return found[expert_id, role_class]


def urgent_call(session: Session, engagement: Engagement) -> UrgentCall:
    """What the seat of an engagement asks for, on the system's authority: offers say nothing of needs."""
    with acting_as(session, SYSTEM):
        urgency = session.scalars(sa.select(Need.urgency).where(Need.id == engagement.need_id)).one()
        kinds = session.scalars(
            sa.select(NeedSession.kind)
            .join(SessionSeat, SessionSeat.session_id == NeedSession.id)
            .where(SessionSeat.seat_id == engagement.seat_id)
        )
        return UrgentCall(
            urgency=Urgency(urgency),
            session_kinds=frozenset(kinds),
            effort_minutes=engagement.effort_minutes,
            compartmented=engagement.compartmented,
        )


def _with_roles(session: Session, about: AboutCase) -> AboutCase:
    """R31: who works on the linked cases, in which role class."""
    if not about.linked:
        return about
    rows = session.execute(
        sa.select(Engagement.incident_id, Engagement.expert_id, Engagement.role_class, Incident.helped_side)
        .join(Incident, Incident.id == Engagement.incident_id)
        .where(
            Engagement.incident_id.in_([uuid.UUID(int=each.id) for each in about.linked]),
            Engagement.state.in_(LIVE | {EngagementState.CLOSED}),
        )
        .order_by(Engagement.id)
    )
    roles: defaultdict[int, list[facts.LinkedRole]] = defaultdict(list)
    for row in rows:
        role_class = RoleClass(row.role_class)
        helps = row.helped_side if role_class is RoleClass.SUP else None
        roles[row.incident_id.int].append(
            facts.LinkedRole(facts.expert(row.expert_id.int), role_class, helps)
        )
    return replace(about, linked=tuple(replace(each, roles=tuple(roles[each.id])) for each in about.linked))


def _recusals(session: Session, incident_id: uuid.UUID) -> tuple[facts.Recusal, ...]:
    """R30: who stepped down from the case, and is not asked for it again."""
    rows = session.execute(
        sa.select(Engagement.id, Engagement.expert_id, Engagement.ended_at)
        .where(Engagement.incident_id == incident_id, Engagement.state == EngagementState.RECUSED)
        .order_by(Engagement.id)
    )
    return tuple(
        facts.Recusal(row.id.int, facts.expert(row.expert_id.int), seoul_date(row.ended_at)) for row in rows
    )
