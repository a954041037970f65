"""Silent screening against a case on record: nobody is told, and what for is kept."""

import datetime as dt
import uuid
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.conflicts.models import SilentScreening
from expertpool.conflicts.rules.findings import Screening
from expertpool.conflicts.service import Purpose, check_screening, keep_screening
from expertpool.engagements.screening import screen_for_case
from expertpool.incidents import access
from expertpool.incidents.models import Incident
from expertpool.incidents.queries import case_parties
from expertpool.infra.db import acting_as
from expertpool.infra.identity import SYSTEM, Actor
from expertpool.refusals import NotFound
from expertpool.scheduling.vocabulary import RoleClass


def screen_by_hand(
    session: Session,
    *,
    incident_id: uuid.UUID,
    expert_ids: Sequence[uuid.UUID],
    role_class: RoleClass,
    on: dt.date,
    purpose: Purpose,
    actor: Actor,
    now: dt.datetime,
) -> tuple[SilentScreening, dict[uuid.UUID, Screening]]:
    """An officer looks at experts against a case on record; what is kept of it, and what was found.

    Raises: Forbidden to everybody but conflict officers; NotFound for a case they do not see, or an expert.
    """
    visible = sa.select(Incident.id).where(Incident.id == incident_id, access.visible_to(actor))
    if session.scalar(visible) is None:
        raise NotFound(access.NOTHING_HERE)
    parties = len(case_parties(session, incident_id))
    check_screening(session, expert_ids=expert_ids, parties=parties, on=on, actor=actor)
    with acting_as(session, SYSTEM):
        screened = screen_for_case(
            session, incident_id, role_classes=[role_class], on=on, expert_ids=expert_ids, to_keep=True
        )
    found = {expert_id: screening for (expert_id, _), screening in screened.items()}
    kept = keep_screening(session, found, parties=parties, purpose=purpose, actor=actor, now=now)
    return kept, found
