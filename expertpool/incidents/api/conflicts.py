"""What conflicts of interest are judged by in a case, for programs. The ETag is that of the incident."""

# mypy: disable-error-code="untyped-decorator"
# flask-smorest is untyped.

import uuid

from sqlalchemy.orm import Session

from expertpool.incidents import queries, schemas, service
from expertpool.incidents.api.blueprint import CHANGED, FAULTY, NOT_NOW, NOT_YOURS, NOTHING, WORKERS, blp
from expertpool.incidents.rules import ConflictFacts
from expertpool.infra import clock
from expertpool.infra.db import unit_of_work
from expertpool.infra.gate import current_actor, open_to
from expertpool.infra.identity import Role


def _read(session: Session, incident_id: uuid.UUID) -> ConflictFacts:
    row = queries.incident_row(session, incident_id, actor=current_actor())
    blp.set_etag({"version": row.version})
    return queries.conflict_facts(session, incident_id, actor=current_actor())


@blp.get("/incidents/<uuid:incident_id>/conflict-facts")
@open_to(*WORKERS, Role.CONFLICT_OFFICER)
@blp.etag
@blp.response(200, schemas.ConflictFactsOut)
@blp.alt_response(403, description=NOT_YOURS)
@blp.alt_response(404, description=NOTHING)
def get_conflict_facts(incident_id: uuid.UUID) -> ConflictFacts:
    """The act of the panel, the side that is helped, the technologies at issue, linked incidents."""
    with unit_of_work() as session:
        return _read(session, incident_id)


@blp.put("/incidents/<uuid:incident_id>/conflict-facts")
@open_to(*WORKERS, Role.CONFLICT_OFFICER)
@blp.etag
@blp.arguments(schemas.ConflictFactsIn)
@blp.response(200, schemas.ConflictFactsOut)
@blp.alt_response(403, description=NOT_YOURS)
@blp.alt_response(404, description=NOTHING)
@blp.alt_response(409, description=NOT_NOW)
@blp.alt_response(412, description=CHANGED)
@blp.alt_response(422, description=FAULTY)
def state_conflict_facts(facts: ConflictFacts, incident_id: uuid.UUID) -> ConflictFacts:
    """State all of it anew. Everybody at work on the case, or on one linked to it, is screened again."""
    with unit_of_work() as session:
        version = queries.incident_row(session, incident_id, actor=current_actor()).version
        blp.check_etag({"version": version})
        service.state_conflict_facts(
            session, incident_id, facts=facts, version=version, actor=current_actor(), now=clock.now()
        )
        return _read(session, incident_id)


@blp.put("/incidents/<uuid:incident_id>/rule-pack")
@open_to(Role.CONFLICT_OFFICER)
@blp.etag
@blp.arguments(schemas.RulePackIn)
@blp.response(200, schemas.RulePackIn)
@blp.alt_response(403, description=NOT_YOURS)
@blp.alt_response(404, description=NOTHING)
@blp.alt_response(409, description=NOT_NOW)
@blp.alt_response(412, description=CHANGED)
@blp.alt_response(422, description=FAULTY)
def move_rule_pack(body: dict[str, str], incident_id: uuid.UUID) -> dict[str, str]:
    """Judge the case by another version of the conflict rules."""
    with unit_of_work() as session:
        version = queries.incident_row(session, incident_id, actor=current_actor()).version
        blp.check_etag({"version": version})
        service.move_rule_pack(
            session, incident_id, pack=body["pack"], version=version, actor=current_actor(), now=clock.now()
        )
        row = queries.incident_row(session, incident_id, actor=current_actor())
        blp.set_etag({"version": row.version})
        return {"pack": row.rule_pack}
