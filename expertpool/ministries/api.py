"""Ministries and lending agreements for programs."""

# mypy: disable-error-code="untyped-decorator"
# flask-smorest is untyped.

import datetime as dt
import uuid
from typing import Any

from flask_smorest import Blueprint, Page

from expertpool.infra import clock
from expertpool.infra.db import db, unit_of_work
from expertpool.infra.gate import STAFF, current_actor, open_to
from expertpool.infra.identity import Role
from expertpool.ministries import queries, schemas, service
from expertpool.ministries.models import LendingAgreement, Ministry
from expertpool.ministries.queries import MonthUse
from expertpool.ministries.rules import AgreementFacts

blp = Blueprint(
    "ministries_api",
    __name__,
    url_prefix="/api/v1",
    description="Who takes part, and what they agreed to lend each other.",
)

READERS = (Role.COORDINATOR, Role.MINISTRY_VIEWER, Role.AUDITOR, Role.ADMIN)
KEEPERS = (Role.COORDINATOR, Role.ADMIN)


@blp.get("/ministries")
@open_to(*STAFF, Role.EXPERT)
@blp.response(200, schemas.MinistryOut(many=True))
def list_ministries() -> list[Ministry]:
    """The ministries that take part today, members first."""
    return queries.all_ministries(db.session(), on=clock.seoul_date(clock.now()))


@blp.get("/lending-agreements")
@open_to(*READERS)
@blp.response(200, schemas.AgreementOut(many=True))
@blp.paginate(Page)
def list_agreements() -> list[LendingAgreement]:
    """The agreements the caller may know of: those of the own ministry, for auditors all."""
    return queries.agreements_seen_by(db.session(), current_actor())


@blp.post("/lending-agreements")
@open_to(*KEEPERS)
@blp.etag
@blp.arguments(schemas.AgreementIn)
@blp.response(201, schemas.AgreementOut)
@blp.alt_response(403, description="The lender is not your ministry.")
@blp.alt_response(422, description="A field cannot be used, or another agreement covers a part of the time.")
def agree_lending(facts: AgreementFacts) -> LendingAgreement:
    """Record what the own ministry lends another."""
    with unit_of_work() as session:
        agreement = service.agree_lending(session, actor=current_actor(), now=clock.now(), facts=facts)
    blp.set_etag(_version(agreement))
    return agreement


@blp.get("/lending-agreements/<uuid:agreement_id>")
@open_to(*READERS)
@blp.etag
@blp.response(200, schemas.AgreementOut)
@blp.alt_response(404, description="No such agreement, or not for you.")
def get_agreement(agreement_id: uuid.UUID) -> LendingAgreement:
    """One agreement. The ETag has to be sent back to change it."""
    agreement = queries.agreement_seen_by(db.session(), current_actor(), agreement_id)
    blp.set_etag(_version(agreement))
    return agreement


@blp.put("/lending-agreements/<uuid:agreement_id>")
@open_to(*KEEPERS)
@blp.etag
@blp.arguments(schemas.AgreementIn)
@blp.response(200, schemas.AgreementOut)
@blp.alt_response(412, description="Somebody changed the agreement after you read it.")
def put_agreement(facts: AgreementFacts, agreement_id: uuid.UUID) -> LendingAgreement:
    """Change the terms; the two ministries and the first day stay."""
    with unit_of_work() as session:
        seen = queries.agreement_seen_by(session, current_actor(), agreement_id)
        blp.check_etag(_version(seen))
        agreement = service.change_agreement(
            session,
            agreement_id,
            actor=current_actor(),
            now=clock.now(),
            version=seen.version,
            facts=facts,
        )
    blp.set_etag(_version(agreement))
    return agreement


@blp.get("/lending-agreements/<uuid:agreement_id>/months")
@open_to(*READERS)
@blp.arguments(schemas.MonthsIn, location="query")
@blp.response(200, schemas.MonthOut(many=True))
@blp.alt_response(404, description="No such agreement, or not for you.")
def list_months(asked: dict[str, Any], agreement_id: uuid.UUID) -> list[MonthUse]:
    """How much of the quota each month has used."""
    session = db.session()
    agreement = queries.agreement_seen_by(session, current_actor(), agreement_id)
    since: dt.date = asked["since"]
    first = since.year * 12 + since.month - 1
    numbers = range(first, first + asked["months"])
    months = [dt.date(number // 12, number % 12 + 1, 1) for number in numbers if number // 12 < 9999]
    return queries.months_of(session, agreement, months)


def _version(agreement: LendingAgreement) -> dict[str, int]:
    return {"version": agreement.version}
