"""Findings and rulings, waivers, challenges for programs."""

# mypy: disable-error-code="untyped-decorator"
# flask-smorest is untyped.

import uuid
from typing import Any

from sqlalchemy.orm import Session

from expertpool.conflicts import service as conflicts
from expertpool.conflicts.queries import WaiverView, waiver_view, waivers_seen
from expertpool.conflicts.rules.waivers import WaiverWish
from expertpool.engagements import queries, schemas, service
from expertpool.engagements.api.blueprint import CHANGED, FAULTY, NOT_NOW, NOT_YOURS, NOTHING, blp
from expertpool.engagements.queries import ChallengeView, FindingsView
from expertpool.infra import clock
from expertpool.infra.db import in_one_go
from expertpool.infra.gate import current_actor, open_to
from expertpool.infra.identity import Role

STAFF_OF_CASE = (Role.COORDINATOR, Role.CONFLICT_OFFICER)


@blp.get("/incidents/<uuid:incident_id>/experts/<uuid:expert_id>/findings")
@open_to(*STAFF_OF_CASE)
@blp.arguments(schemas.FindingsQuery, location="query")
@blp.response(200, schemas.FindingsOut)
@blp.alt_response(404, description=NOTHING)
def list_findings(query: dict[str, Any], incident_id: uuid.UUID, expert_id: uuid.UUID) -> FindingsView:
    """What speaks against an expert in a case today; officers read the ties behind it."""
    return in_one_go(
        lambda session: queries.findings_of(
            session, incident_id, expert_id, **query, actor=current_actor(), now=clock.now()
        )
    )


@blp.post("/incidents/<uuid:incident_id>/experts/<uuid:expert_id>/rulings")
@open_to(Role.CONFLICT_OFFICER)
@blp.arguments(schemas.FindingRulingIn)
@blp.response(201, schemas.FindingsOut)
@blp.alt_response(404, description=NOTHING)
@blp.alt_response(409, description="No ruling clears this finding; `rule` names it.")
@blp.alt_response(422, description=FAULTY)
def rule_on_finding(body: dict[str, Any], incident_id: uuid.UUID, expert_id: uuid.UUID) -> FindingsView:
    """Confirm or dismiss a finding; the ruling stays when the expert edits the tie behind it."""
    actor = current_actor()

    def rule(session: Session) -> FindingsView:
        service.rule_on_finding(
            session, incident_id=incident_id, expert_id=expert_id, **body, actor=actor, now=clock.now()
        )
        return queries.findings_of(
            session,
            incident_id,
            expert_id,
            role_class=body["role_class"],
            actor=actor,
            now=clock.now(),
        )

    return in_one_go(rule)


@blp.get("/waivers")
@open_to(*STAFF_OF_CASE)
@blp.arguments(schemas.WaiverQuery, location="query")
@blp.response(200, schemas.WaiverOut(many=True))
def list_waivers(query: dict[str, Any]) -> list[WaiverView]:
    """The newest 200 waivers you may know of."""
    return in_one_go(
        lambda session: waivers_seen(
            session, viewer=current_actor(), states=query["state"], need_id=query["need_id"]
        )
    )


@blp.post("/waivers")
@open_to(Role.COORDINATOR)
@blp.etag
@blp.arguments(schemas.WaiverIn)
@blp.response(201, schemas.WaiverOut)
@blp.alt_response(403, description=NOT_YOURS)
@blp.alt_response(404, description=NOTHING)
@blp.alt_response(409, description="There is no waiver for this; `rule` names the finding.")
@blp.alt_response(422, description=FAULTY)
def request_waiver(body: dict[str, Any]) -> WaiverView:
    """Ask that an expert may serve on a seat in spite of waivable findings. The planner's proof is queued."""
    actor = current_actor()
    place = {name: body.pop(name) for name in ("need_id", "seat_id", "expert_id")}

    def ask(session: Session) -> WaiverView:
        made = service.request_waiver(session, WaiverWish(**body), **place, actor=actor, now=clock.now())
        return waiver_view(session, made.id, viewer=actor)

    return _answered(in_one_go(ask))


@blp.get("/waivers/<uuid:waiver_id>")
@open_to(*STAFF_OF_CASE)
@blp.etag
@blp.response(200, schemas.WaiverOut)
@blp.alt_response(404, description=NOTHING)
def get_waiver(waiver_id: uuid.UUID) -> WaiverView:
    """One waiver."""
    return _answered(in_one_go(lambda session: waiver_view(session, waiver_id, viewer=current_actor())))


@blp.put("/waivers/<uuid:waiver_id>/decision")
@open_to(*STAFF_OF_CASE)
@blp.etag
@blp.arguments(schemas.WaiverDecisionIn)
@blp.response(200, schemas.WaiverOut)
@blp.alt_response(403, description=NOT_YOURS)
@blp.alt_response(404, description=NOTHING)
@blp.alt_response(409, description=NOT_NOW)
@blp.alt_response(412, description=CHANGED)
@blp.alt_response(422, description=FAULTY)
def decide_waiver(body: dict[str, Any], waiver_id: uuid.UUID) -> WaiverView:
    """Endorse, grant, refuse, withdraw or revoke."""
    actor = current_actor()

    def decide(session: Session) -> WaiverView:
        version = _version(session, waiver_id)
        service.decide_waiver(session, waiver_id, **body, version=version, actor=actor, now=clock.now())
        return waiver_view(session, waiver_id, viewer=actor)

    return _answered(in_one_go(decide))


@blp.put("/waivers/<uuid:waiver_id>/consents")
@open_to(Role.COORDINATOR)
@blp.etag
@blp.arguments(schemas.ConsentsIn)
@blp.response(200, schemas.WaiverOut)
@blp.alt_response(403, description=NOT_YOURS)
@blp.alt_response(404, description=NOTHING)
@blp.alt_response(409, description=NOT_NOW)
@blp.alt_response(412, description=CHANGED)
def add_consents(body: dict[str, Any], waiver_id: uuid.UUID) -> WaiverView:
    """Note where the written consents of the two sides are kept."""
    actor = current_actor()

    def add(session: Session) -> WaiverView:
        version = _version(session, waiver_id)
        conflicts.add_consents(session, waiver_id, **body, version=version, actor=actor, now=clock.now())
        return waiver_view(session, waiver_id, viewer=actor)

    return _answered(in_one_go(add))


@blp.put("/waivers/<uuid:waiver_id>/proof")
@open_to(Role.COORDINATOR)
@blp.etag
@blp.response(200, schemas.WaiverOut)
@blp.alt_response(403, description=NOT_YOURS)
@blp.alt_response(404, description=NOTHING)
@blp.alt_response(409, description=NOT_NOW)
@blp.alt_response(412, description=CHANGED)
def ask_for_proof(waiver_id: uuid.UUID) -> WaiverView:
    """Let the planner search once more for a team without the expert."""
    actor = current_actor()

    def ask(session: Session) -> WaiverView:
        version = _version(session, waiver_id)
        conflicts.ask_for_proof(session, waiver_id, version=version, actor=actor, now=clock.now())
        return waiver_view(session, waiver_id, viewer=actor)

    return _answered(in_one_go(ask))


def _version(session: Session, waiver_id: uuid.UUID) -> int:
    """The version the caller read, checked against the ETag sent."""
    version = waiver_view(session, waiver_id, viewer=current_actor()).version
    blp.check_etag({"version": version})
    return version


def _answered(view: WaiverView) -> WaiverView:
    blp.set_etag({"version": view.version})
    return view


@blp.post("/engagements/<uuid:engagement_id>/challenges")
@open_to(*STAFF_OF_CASE)
@blp.arguments(schemas.ChallengeIn)
@blp.response(201, schemas.ChallengeOut)
@blp.alt_response(403, description=NOT_YOURS)
@blp.alt_response(404, description=NOTHING)
@blp.alt_response(409, description=NOT_NOW)
@blp.alt_response(422, description=FAULTY)
def enter_challenge(body: dict[str, Any], engagement_id: uuid.UUID) -> ChallengeView:
    """Record a party's challenge: the case is shut to the expert and everything stands still."""
    actor = current_actor()

    def enter(session: Session) -> ChallengeView:
        made = service.enter_challenge(session, engagement_id, **body, actor=actor, now=clock.now())
        return queries.challenge_view(session, made.id, actor=actor)

    return in_one_go(enter)


@blp.get("/challenges")
@open_to(*STAFF_OF_CASE)
@blp.arguments(schemas.ChallengeQuery, location="query")
@blp.response(200, schemas.ChallengeOut(many=True))
def list_challenges(query: dict[str, Any]) -> list[ChallengeView]:
    """The oldest 200 challenges of experts who work for your ministry."""
    return in_one_go(
        lambda session: queries.challenges_seen(session, actor=current_actor(), states=query["state"])
    )


@blp.put("/challenges/<uuid:challenge_id>/decision")
@open_to(Role.CONFLICT_OFFICER)
@blp.arguments(schemas.ChallengeDecisionIn)
@blp.response(200, schemas.ChallengeOut)
@blp.alt_response(403, description=NOT_YOURS)
@blp.alt_response(404, description=NOTHING)
@blp.alt_response(409, description=NOT_NOW)
@blp.alt_response(422, description=FAULTY)
def decide_challenge(body: dict[str, Any], challenge_id: uuid.UUID) -> ChallengeView:
    """Uphold a challenge, and the seat is filled again, or reject it, and the work goes on."""
    actor = current_actor()

    def decide(session: Session) -> ChallengeView:
        service.decide_challenge(session, challenge_id, **body, actor=actor, now=clock.now())
        return queries.challenge_view(session, challenge_id, actor=actor)

    return in_one_go(decide)
