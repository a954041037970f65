"""An officer's ruling on one finding about an expert in a case."""

import datetime as dt
import uuid

from sqlalchemy.orm import Session

from expertpool.conflicts import service as conflicts
from expertpool.conflicts.models import FindingRuling
from expertpool.conflicts.rules.vocabulary import FindingStatus
from expertpool.engagements import access
from expertpool.engagements.rules import ScreenedBecause
from expertpool.engagements.screening import screen_one_for_case
from expertpool.engagements.service.rescreening import rescreen_case
from expertpool.incidents.models import Incident
from expertpool.infra.clock import seoul_date
from expertpool.infra.identity import Actor
from expertpool.refusals import NotFound
from expertpool.scheduling.vocabulary import RoleClass


def rule_on_finding(
    session: Session,
    *,
    incident_id: uuid.UUID,
    expert_id: uuid.UUID,
    role_class: RoleClass,
    finding_key: str,
    status: FindingStatus,
    grounds: str,
    until: dt.date | None,
    actor: Actor,
    now: dt.datetime,
) -> FindingRuling:
    """Confirm or dismiss a finding of today's screening, or take a ruling back; it is pinned to the case.

    Who works on the case is screened again: a doubt that is confirmed may be a bar.

    Raises: NotFound; Forbidden; Conflicting for what no ruling clears; Invalid.
    """
    if session.get(Incident, incident_id) is None:
        raise NotFound(access.NOTHING_HERE)
    screening = screen_one_for_case(
        session, incident_id, expert_id, role_class=role_class, on=seoul_date(now)
    )
    ruling = conflicts.rule_on_finding(
        session,
        screening,
        incident_id=incident_id,
        finding_key=finding_key,
        status=status,
        grounds=grounds,
        until=until,
        actor=actor,
        now=now,
    )
    rescreen_case(session, incident_id, because=ScreenedBecause.CASE, now=now)
    return ruling
