"""The own calendar for programs."""

# mypy: disable-error-code="untyped-decorator"
# flask-smorest is untyped.

import uuid
from collections.abc import Callable, Sequence
from typing import Any

from flask import url_for
from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from expertpool.calendars import access, queries, schemas, service
from expertpool.calendars.rules import FeedScope
from expertpool.config import settings_of_app
from expertpool.infra import clock
from expertpool.infra.db import db, in_one_go, unit_of_work
from expertpool.infra.gate import current_actor, open_to
from expertpool.infra.identity import Role

_NOTHING = "No such invitation, or not to you."
_CHANGED = "What was asked or answered changed after you read it."
_FAULTY = "Some fields cannot be used; `errors` names them."

blp = Blueprint(
    "calendars_api",
    __name__,
    url_prefix="/api/v1/calendar",
    description="The calendar and the feeds of whoever holds the token.",
)


@blp.get("/invitations")
@open_to(Role.EXPERT)
@blp.response(200, schemas.InvitationOut(many=True))
@blp.paginate(page_size=20, max_page_size=50)
def get_invitations(pagination_parameters: Any) -> Sequence[queries.AnswerPage]:
    """The own invitations that were not called off, the newest first."""
    first, size = pagination_parameters.first_item, pagination_parameters.page_size
    with unit_of_work() as session:
        found, count = queries.own_invitations(session, actor=current_actor(), first=first, size=size)
    pagination_parameters.item_count = count
    return found


@blp.get("/invitations/<uuid:engagement_id>")
@open_to(Role.EXPERT)
@blp.etag
@blp.response(200, schemas.InvitationOut)
@blp.alt_response(404, description=_NOTHING)
def get_invitation(engagement_id: uuid.UUID) -> queries.AnswerPage:
    """One of the own invitations."""
    with unit_of_work() as session:
        page = queries.own_invitation(session, engagement_id, actor=current_actor())
    blp.set_etag(page.standing)
    return page


@blp.put("/invitations/<uuid:engagement_id>/answer")
@open_to(Role.EXPERT)
@blp.etag
@blp.arguments(schemas.InvitationAnswerIn)
@blp.response(200, schemas.InvitationOut)
@blp.alt_response(404, description=_NOTHING)
@blp.alt_response(409, description="Nothing can be answered here any more.")
@blp.alt_response(412, description=_CHANGED)
@blp.alt_response(422, description=_FAULTY)
def put_answer(body: dict[str, Any], engagement_id: uuid.UUID) -> queries.AnswerPage:
    """Say yes, no or perhaps. A yes counts once the conflict card is answered; until then it is noted."""
    return _done(
        engagement_id,
        lambda session, standing: service.answer_own(session, standing, **body, now=clock.now()),
    )


@blp.put("/invitations/<uuid:engagement_id>/proposal")
@open_to(Role.EXPERT)
@blp.etag
@blp.arguments(schemas.OtherTimeIn)
@blp.response(200, schemas.InvitationOut)
@blp.alt_response(404, description=_NOTHING)
@blp.alt_response(409, description="The session cannot be moved any more.")
@blp.alt_response(412, description=_CHANGED)
@blp.alt_response(422, description=_FAULTY)
def put_proposal(body: dict[str, Any], engagement_id: uuid.UUID) -> queries.AnswerPage:
    """Propose another time, in the place of the one proposed before. Until the coordinators decide, the time
    stays as it is."""
    event_id = body.pop("session")
    return _done(
        engagement_id,
        lambda session, standing: service.propose_own(session, standing, event_id, **body, now=clock.now()),
    )


def _done(engagement_id: uuid.UUID, step: Callable[[Session, Sequence[Any]], object]) -> queries.AnswerPage:
    """Take a step on an own invitation that is still as the caller saw it."""
    actor = current_actor()

    def taken(session: Session) -> queries.AnswerPage:
        standing = service.lock_own(session, engagement_id, actor=actor)
        blp.check_etag(queries.own_invitation(session, engagement_id, actor=actor).standing)
        step(session, standing)
        return queries.own_invitation(session, engagement_id, actor=actor)

    page = in_one_go(taken)
    blp.set_etag(page.standing)
    return page


@blp.get("/events")
@open_to(Role.EXPERT)
@blp.response(200, schemas.CalendarEventOut(many=True))
@blp.paginate(page_size=50, max_page_size=100)
def get_events(pagination_parameters: Any) -> Sequence[queries.Told]:
    """The own events, newest change first, and how far the mail of each came."""
    first, size = pagination_parameters.first_item, pagination_parameters.page_size
    expert_id = access.own_expert_id(current_actor())
    events, count = queries.own_events_page(db.session(), expert_id, first=first, size=size)
    pagination_parameters.item_count = count
    return events


@blp.get("/feeds")
@open_to(Role.EXPERT, Role.COORDINATOR)
@blp.response(200, schemas.CalendarFeedOut(many=True))
def get_feeds() -> list[queries.FeedState]:
    """The own feeds: since when each works and when it was last read."""
    feeds = queries.feeds_of(db.session(), current_actor())
    return [feeds[scope] for scope in sorted(feeds)]


@blp.post("/feeds/<any(own, freebusy, desk):scope>")
@open_to(Role.EXPERT, Role.COORDINATOR)
@blp.response(201, schemas.CalendarFeedOut)
def post_feed(scope: str) -> dict[str, Any]:
    """A new address for the feed, told this once; the one before ends."""
    now = clock.now()
    with unit_of_work() as session:
        key = service.rotate_feed(session, FeedScope(scope), actor=current_actor(), now=now)
    address = settings_of_app().base_url.rstrip("/") + url_for("calendars.feed", key=key)
    return {"scope": FeedScope(scope), "created_at": now, "last_used_at": None, "address": address}


@blp.delete("/feeds/<any(own, freebusy, desk):scope>")
@open_to(Role.EXPERT, Role.COORDINATOR)
@blp.response(204)
def delete_feed(scope: str) -> None:
    """End the feed. Doing it again changes nothing."""
    with unit_of_work() as session:
        service.revoke_feed(session, FeedScope(scope), actor=current_actor(), now=clock.now())
