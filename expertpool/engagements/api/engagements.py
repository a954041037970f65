"""Engagements for programs. Answers are idempotent: the same again is 200, another is 409."""

# mypy: disable-error-code="untyped-decorator"
# flask-smorest is untyped.

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from typing import Any

from flask_smorest.pagination import PaginationParameters
from sqlalchemy.orm import Session

from expertpool.conflicts.api import screened_out
from expertpool.conflicts.schemas import ScreenedOut
from expertpool.engagements import queries, schemas, service
from expertpool.engagements.api.blueprint import CHANGED, FAULTY, NOT_NOW, NOT_YOURS, NOTHING, READERS, blp
from expertpool.engagements.queries import CardPage, EngagementView
from expertpool.infra import clock
from expertpool.infra.db import in_one_go, unit_of_work
from expertpool.infra.gate import current_actor, open_to
from expertpool.infra.identity import Actor, Role

Step = Callable[[Session, Actor, dt.datetime], object]


def _answered(view: EngagementView) -> EngagementView:
    blp.set_etag({"version": view.version})
    return view


def _step(engagement_id: uuid.UUID, step: Step, *, checks_version: bool) -> EngagementView:
    """Take one step in one transaction, again if the database asks for it, and read what came of it."""
    actor = current_actor()

    def taken(session: Session) -> EngagementView:
        if checks_version:
            locked = service.lock_engagement(session, engagement_id, actor=actor)
            blp.check_etag({"version": locked.version})
        step(session, actor, clock.now())
        return queries.engagement_view(session, engagement_id, actor=actor)

    return in_one_go(taken)


@blp.get("/engagements")
@open_to(*READERS)
@blp.arguments(schemas.EngagementQuery, location="query")
@blp.response(200, schemas.EngagementOut(many=True))
@blp.paginate(max_page_size=100)
def list_engagements(
    query: dict[str, Any], pagination_parameters: PaginationParameters
) -> list[EngagementView]:
    """The engagements you may know of, newest first."""
    with unit_of_work() as session:
        found, total = queries.find_engagements(
            session,
            actor=current_actor(),
            states=query["state"],
            need_id=query["need_id"],
            first=pagination_parameters.first_item,
            count=pagination_parameters.page_size,
        )
    pagination_parameters.item_count = total
    return found


@blp.post("/engagements")
@open_to(Role.COORDINATOR)
@blp.etag
@blp.arguments(schemas.ProposalIn)
@blp.response(201, schemas.EngagementOut)
@blp.alt_response(403, description=NOT_YOURS)
@blp.alt_response(404, description="No such need, or not for you.")
@blp.alt_response(409, description=NOT_NOW)
@blp.alt_response(422, description=FAULTY)
def propose_by_hand(body: dict[str, Any]) -> EngagementView:
    """Put an expert you chose on a seat, at times you chose. The expert is not asked yet."""
    actor = current_actor()
    starts = {each["session_id"]: each["starts_at"] for each in body.pop("starts")}

    def propose(session: Session) -> EngagementView:
        engagement = service.propose_by_hand(session, **body, starts=starts, actor=actor, now=clock.now())
        return queries.engagement_view(session, engagement.id, actor=actor)

    return _answered(in_one_go(propose))


@blp.get("/engagements/<uuid:engagement_id>")
@open_to(*READERS)
@blp.etag
@blp.response(200, schemas.EngagementOut)
@blp.alt_response(404, description=NOTHING)
def get_engagement(engagement_id: uuid.UUID) -> EngagementView:
    """One engagement."""
    with unit_of_work() as session:
        return _answered(queries.engagement_view(session, engagement_id, actor=current_actor()))


@blp.put("/engagements/<uuid:engagement_id>/offer")
@open_to(Role.COORDINATOR)
@blp.etag
@blp.arguments(schemas.OfferIn)
@blp.response(200, schemas.EngagementOut)
@blp.alt_response(403, description=NOT_YOURS)
@blp.alt_response(404, description=NOTHING)
@blp.alt_response(409, description=NOT_NOW)
@blp.alt_response(412, description=CHANGED)
def offer(body: dict[str, Any], engagement_id: uuid.UUID) -> EngagementView:
    """Ask the expert you proposed by hand."""

    def step(session: Session, actor: Actor, now: dt.datetime) -> object:
        return service.offer_by_hand(session, engagement_id, **body, actor=actor, now=now)

    return _answered(_step(engagement_id, step, checks_version=True))


@blp.get("/engagements/<uuid:engagement_id>/card")
@open_to(Role.EXPERT)
@blp.response(200, schemas.CardOut)
@blp.alt_response(403, description=NOT_YOURS)
@blp.alt_response(404, description=NOTHING)
def get_card(engagement_id: uuid.UUID) -> CardPage:
    """The conflict card of an offer to you."""
    with unit_of_work() as session:
        return queries.conflict_card(session, engagement_id, actor=current_actor())


@blp.put("/engagements/<uuid:engagement_id>/card")
@open_to(Role.EXPERT)
@blp.arguments(schemas.CardIn)
@blp.response(200, schemas.EngagementOut)
@blp.alt_response(403, description=NOT_YOURS)
@blp.alt_response(404, description=NOTHING)
@blp.alt_response(409, description=NOT_NOW)
@blp.alt_response(422, description=FAULTY)
def answer_card(body: dict[str, Any], engagement_id: uuid.UUID) -> EngagementView:
    """Say whether anything ties you to the parties. No tie and the pledge open the case to you."""
    body["category"] = body["category"] or ""

    def step(session: Session, actor: Actor, now: dt.datetime) -> object:
        return service.answer_card(session, engagement_id, **body, actor=actor, now=now)

    return _step(engagement_id, step, checks_version=False)


@blp.put("/engagements/<uuid:engagement_id>/answer")
@open_to(Role.EXPERT)
@blp.arguments(schemas.AnswerIn)
@blp.response(200, schemas.EngagementOut)
@blp.alt_response(403, description=NOT_YOURS)
@blp.alt_response(404, description=NOTHING)
@blp.alt_response(409, description=NOT_NOW)
@blp.alt_response(422, description=FAULTY)
def answer_offer(body: dict[str, Any], engagement_id: uuid.UUID) -> EngagementView:
    """Accept or decline an offer."""

    def step(session: Session, actor: Actor, now: dt.datetime) -> object:
        return service.answer_signed_in(session, engagement_id, **body, by_program=True, actor=actor, now=now)

    return _step(engagement_id, step, checks_version=False)


@blp.put("/engagements/<uuid:engagement_id>/urgent-acceptance")
@open_to(Role.EXPERT)
@blp.arguments(schemas.PledgeIn)
@blp.response(200, schemas.EngagementOut)
@blp.alt_response(403, description=NOT_YOURS)
@blp.alt_response(404, description=NOTHING)
@blp.alt_response(409, description=NOT_NOW)
@blp.alt_response(422, description=FAULTY)
def accept_and_declare_later(body: dict[str, Any], engagement_id: uuid.UUID) -> EngagementView:
    """Accept securing evidence tonight on a short pledge; the card is owed until `declare_by`."""

    def step(session: Session, actor: Actor, now: dt.datetime) -> object:
        return service.accept_and_declare_later(
            session, engagement_id, **body, by_program=True, actor=actor, now=now
        )

    return _step(engagement_id, step, checks_version=False)


@blp.put("/engagements/<uuid:engagement_id>/ruling")
@open_to(Role.CONFLICT_OFFICER)
@blp.arguments(schemas.RulingIn)
@blp.response(200, schemas.EngagementOut)
@blp.alt_response(403, description=NOT_YOURS)
@blp.alt_response(404, description=NOTHING)
@blp.alt_response(409, description=NOT_NOW)
def rule_on_card(body: dict[str, Any], engagement_id: uuid.UUID) -> EngagementView:
    """Decide about a declared or doubtful tie."""

    def step(session: Session, actor: Actor, now: dt.datetime) -> object:
        return service.rule_on_card(session, engagement_id, **body, actor=actor, now=now)

    return _step(engagement_id, step, checks_version=False)


@blp.put("/engagements/<uuid:engagement_id>/consent")
@open_to(Role.COORDINATOR)
@blp.arguments(schemas.ConsentIn)
@blp.response(200, schemas.EngagementOut)
@blp.alt_response(403, description=NOT_YOURS)
@blp.alt_response(404, description=NOTHING)
@blp.alt_response(409, description=NOT_NOW)
def consent(body: dict[str, Any], engagement_id: uuid.UUID) -> EngagementView:
    """Consent to lending an expert of your ministry who accepted, or refuse."""

    def step(session: Session, actor: Actor, now: dt.datetime) -> object:
        return service.consent(session, engagement_id, **body, actor=actor, now=now)

    return _step(engagement_id, step, checks_version=False)


@blp.put("/engagements/<uuid:engagement_id>/withdrawal")
@open_to(Role.EXPERT, Role.COORDINATOR)
@blp.arguments(schemas.NoteIn)
@blp.response(200, schemas.EngagementOut)
@blp.alt_response(403, description=NOT_YOURS)
@blp.alt_response(404, description=NOTHING)
@blp.alt_response(409, description=NOT_NOW)
def withdraw(body: dict[str, Any], engagement_id: uuid.UUID) -> EngagementView:
    """Take back a yes."""

    def step(session: Session, actor: Actor, now: dt.datetime) -> object:
        return service.withdraw(session, engagement_id, **body, actor=actor, now=now)

    return _step(engagement_id, step, checks_version=False)


@blp.put("/engagements/<uuid:engagement_id>/recusal")
@open_to(Role.EXPERT)
@blp.response(200, schemas.EngagementOut)
@blp.alt_response(403, description=NOT_YOURS)
@blp.alt_response(404, description=NOTHING)
@blp.alt_response(409, description=NOT_NOW)
def recuse(engagement_id: uuid.UUID) -> EngagementView:
    """Step down because of a tie. No reason is asked."""

    def step(session: Session, actor: Actor, now: dt.datetime) -> object:
        return service.recuse(session, engagement_id, actor=actor, now=now)

    return _step(engagement_id, step, checks_version=False)


@blp.put("/engagements/<uuid:engagement_id>/delivery")
@open_to(Role.EXPERT, Role.COORDINATOR)
@blp.etag
@blp.arguments(schemas.DeliveryIn)
@blp.response(200, schemas.EngagementOut)
@blp.alt_response(403, description=NOT_YOURS)
@blp.alt_response(404, description=NOTHING)
@blp.alt_response(409, description=NOT_NOW)
@blp.alt_response(412, description=CHANGED)
@blp.alt_response(422, description=FAULTY)
def deliver(body: dict[str, Any], engagement_id: uuid.UUID) -> EngagementView:
    """Record that the work is done, and how long it took."""

    def step(session: Session, actor: Actor, now: dt.datetime) -> object:
        return service.deliver(session, engagement_id, **body, actor=actor, now=now)

    return _answered(_step(engagement_id, step, checks_version=True))


@blp.put("/engagements/<uuid:engagement_id>/certificate")
@open_to(Role.EXPERT)
@blp.arguments(schemas.CertificateIn)
@blp.response(200, schemas.EngagementOut)
@blp.alt_response(403, description=NOT_YOURS)
@blp.alt_response(404, description=NOTHING)
@blp.alt_response(409, description=NOT_NOW)
@blp.alt_response(422, description=FAULTY)
def certify(body: dict[str, Any], engagement_id: uuid.UUID) -> EngagementView:
    """Certify, after the work, that no tie came about while it was done, or which kind did."""

    def step(session: Session, actor: Actor, now: dt.datetime) -> object:
        return service.certify(session, engagement_id, **body, actor=actor, now=now)

    return _step(engagement_id, step, checks_version=False)


@blp.put("/engagements/<uuid:engagement_id>/certificate/ruling")
@open_to(Role.CONFLICT_OFFICER)
@blp.arguments(schemas.GroundsIn)
@blp.response(200, schemas.EngagementOut)
@blp.alt_response(403, description=NOT_YOURS)
@blp.alt_response(404, description=NOTHING)
@blp.alt_response(409, description=NOT_NOW)
@blp.alt_response(422, description=FAULTY)
def rule_on_certificate(body: dict[str, Any], engagement_id: uuid.UUID) -> EngagementView:
    """Say what follows from a certified tie, once; the work stays marked and the case shut."""

    def step(session: Session, actor: Actor, now: dt.datetime) -> object:
        return service.rule_on_certificate(session, engagement_id, **body, actor=actor, now=now)

    return _step(engagement_id, step, checks_version=False)


@blp.put("/engagements/<uuid:engagement_id>/closing")
@open_to(Role.COORDINATOR)
@blp.etag
@blp.response(200, schemas.EngagementOut)
@blp.alt_response(403, description=NOT_YOURS)
@blp.alt_response(404, description=NOTHING)
@blp.alt_response(409, description=NOT_NOW)
@blp.alt_response(412, description=CHANGED)
def close(engagement_id: uuid.UUID) -> EngagementView:
    """Accept the work."""

    def step(session: Session, actor: Actor, now: dt.datetime) -> object:
        return service.close(session, engagement_id, actor=actor, now=now)

    return _answered(_step(engagement_id, step, checks_version=True))


@blp.put("/engagements/<uuid:engagement_id>/cancellation")
@open_to(Role.COORDINATOR)
@blp.etag
@blp.response(200, schemas.EngagementOut)
@blp.alt_response(403, description=NOT_YOURS)
@blp.alt_response(404, description=NOTHING)
@blp.alt_response(409, description=NOT_NOW)
@blp.alt_response(412, description=CHANGED)
def cancel(engagement_id: uuid.UUID) -> EngagementView:
    """Take an expert off a seat."""

    def step(session: Session, actor: Actor, now: dt.datetime) -> object:
        return service.cancel_engagement(session, engagement_id, actor=actor, now=now)

    return _answered(_step(engagement_id, step, checks_version=True))


@blp.post("/engagements/screenings")
@open_to(Role.CONFLICT_OFFICER)
@blp.arguments(schemas.CaseScreeningIn)
@blp.response(200, ScreenedOut)
@blp.alt_response(404, description=NOTHING)
@blp.alt_response(422, description=FAULTY)
def screen_against_case(body: dict[str, Any]) -> dict[str, Any]:
    """Screen experts against a case on record, in silence: `expertpool conflicts screen` on the tables.

    Tiers and rules are kept for thirty days under the list's id, the ties behind them are not.
    """
    actor = current_actor()
    with unit_of_work() as session:
        kept, found = service.screen_by_hand(session, **body, actor=actor, now=clock.now())
        return screened_out(session, kept, found, viewer=actor)


@blp.get("/engagements/rule-changes")
@open_to(Role.CONFLICT_OFFICER)
@blp.arguments(schemas.RuleChangesQuery, location="query")
@blp.response(200, schemas.TierChangeOut(many=True))
@blp.alt_response(403, description=NOT_YOURS)
@blp.alt_response(404, description=NOTHING)
def rule_changes(query: dict[str, Any]) -> Sequence[service.TierChange]:
    """Who would change tier if the case were judged by another version of the conflict rules."""
    with unit_of_work() as session:
        return list(service.preview_pack(session, **query, actor=current_actor(), now=clock.now()))
