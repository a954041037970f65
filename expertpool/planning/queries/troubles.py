"""What later looks found against those who stand in plans, for the desk of whoever decides about them."""

import json
import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, undefer

from expertpool.engagements.models import Engagement
from expertpool.engagements.rules import OPEN, EngagementState
from expertpool.incidents.models import Need
from expertpool.incidents.rules import OVER
from expertpool.infra.identity import Actor
from expertpool.planning.models import PlanRun
from expertpool.planning.queries.runs import people_of
from expertpool.planning.queries.views import PersonView
from expertpool.planning.rules import RunState


@dataclass(frozen=True, slots=True)
class Troubled:
    """Somebody who was asked and whom a rule keeps out by now, with the run that tells of it."""

    run_id: uuid.UUID
    person: PersonView


def troubled(session: Session, *, actor: Actor) -> list[Troubled]:
    """Those about whom the actor's ministry has to decide, the oldest plan first."""
    newest = (
        sa.select(PlanRun)
        .join(Need, Need.id == PlanRun.need_id)
        .where(
            Need.ministry_id == actor.ministry_id,
            Need.state.not_in(OVER),
            PlanRun.state.in_([RunState.PROPOSED, RunState.APPROVED]),
            PlanRun.plan_digest.is_not(None),
        )
        .ext(distinct_on(PlanRun.need_id))
        .order_by(PlanRun.need_id, PlanRun.requested_at.desc(), PlanRun.id)
        .options(undefer(PlanRun.troubles))
    )
    runs = {run.need_id: run for run in session.scalars(newest) if run.troubles not in (None, "{}")}
    held = sa.select(Engagement.need_id, Engagement.seat_id, Engagement.expert_id)
    asked = session.execute(
        held.where(
            Engagement.need_id.in_(runs), Engagement.state.in_(OPEN - {EngagementState.PROPOSED})
        ).order_by(Engagement.offered_at, Engagement.id)
    ).all()
    people = people_of(session, {str(row.expert_id) for row in asked}, actor=actor)
    found = {need_id: json.loads(run.troubles or "{}") for need_id, run in runs.items()}
    return [
        Troubled(runs[row.need_id].id, people[str(row.expert_id)])
        for row in asked
        if found[row.need_id].get(str(row.seat_id), ("",))[0] == str(row.expert_id)
        if str(row.expert_id) in people
    ]
