"""What another version of the conflict rules would change for those who work on a case or could."""

import datetime as dt
import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.conflicts.packs import pack_named
from expertpool.engagements.models import Engagement
from expertpool.engagements.rules import LIVE
from expertpool.engagements.screening import screen_for_case
from expertpool.experts.models import Expert
from expertpool.experts.rules import ExpertState
from expertpool.incidents import access as incidents
from expertpool.incidents.models import Incident, Need, Seat
from expertpool.infra.clock import seoul_date
from expertpool.infra.db import acting_as
from expertpool.infra.identity import SYSTEM, Actor
from expertpool.refusals import NotFound
from expertpool.scheduling.vocabulary import RoleClass, Tier


@dataclass(frozen=True, slots=True)
class TierChange:
    """Somebody who would stand otherwise; `at_work`: has a live engagement in the case."""

    expert_id: uuid.UUID
    role_class: RoleClass
    before: Tier
    after: Tier
    at_work: bool


def preview_pack(
    session: Session, incident_id: uuid.UUID, *, pack: str, actor: Actor, now: dt.datetime
) -> tuple[TierChange, ...]:
    """Who would change tier under another version, among the active experts, in the roles the case asks for.

    Those at work come first. Nothing is written.
    Raises: NotFound, also for a version that does not exist; Forbidden to all but conflict officers.
    """
    _visible(session, incident_id, actor)
    try:
        other = pack_named(pack)
    except LookupError as error:
        raise NotFound(incidents.NOTHING_HERE) from error
    with acting_as(session, SYSTEM):
        live, classes = _at_work(session, incident_id), _classes(session, incident_id)
        active = sa.select(Expert.id).where(Expert.state == ExpertState.ACTIVE)
        ids = sorted({*session.scalars(active), *(expert_id for expert_id, _ in live)})
        on = seoul_date(now)
        before = screen_for_case(session, incident_id, role_classes=classes, on=on, expert_ids=ids)
        after = screen_for_case(session, incident_id, role_classes=classes, on=on, expert_ids=ids, pack=other)
    changes = [
        TierChange(
            expert_id,
            role_class,
            one.tier,
            after[expert_id, role_class].tier,
            at_work=(expert_id, role_class.value) in live,
        )
        for (expert_id, role_class), one in before.items()
        if one.tier is not after[expert_id, role_class].tier
    ]
    return tuple(sorted(changes, key=lambda each: (not each.at_work, each.role_class, each.expert_id)))


def _at_work(session: Session, incident_id: uuid.UUID) -> set[tuple[uuid.UUID, str]]:
    rows = session.execute(
        sa.select(Engagement.expert_id, Engagement.role_class).where(
            Engagement.incident_id == incident_id, Engagement.state.in_(LIVE)
        )
    )
    return {(expert_id, role_class) for expert_id, role_class in rows}


def _classes(session: Session, incident_id: uuid.UUID) -> list[RoleClass]:
    """The role classes the case asks for."""
    seats = sa.select(Seat.role_class).join(Need, Need.id == Seat.need_id)
    asked = session.scalars(seats.where(Need.incident_id == incident_id))
    return sorted({RoleClass(each) for each in asked})


def _visible(session: Session, incident_id: uuid.UUID, actor: Actor) -> None:
    wanted = sa.select(Incident).where(Incident.id == incident_id, incidents.visible_to(actor))
    incident = session.scalars(wanted).one_or_none()
    if incident is None:
        raise NotFound(incidents.NOTHING_HERE)
    incidents.demand(incidents.pack_refused(actor, incident))
