"""The own calendar for programs."""

# mypy: disable-error-code="untyped-decorator"
# flask-smorest is untyped.

from collections.abc import Sequence
from typing import Any

from flask import url_for
from flask_smorest import Blueprint

from expertpool.calendars import access, queries, schemas, service
from expertpool.config import settings_of_app
from expertpool.infra import clock
from expertpool.infra.db import db, unit_of_work
from expertpool.infra.gate import current_actor, open_to
from expertpool.infra.identity import Role
from expertpool.refusals import NotFound
from expertpool.words import words

blp = Blueprint(
    "calendars_api",
    __name__,
    url_prefix="/api/v1/calendar",
    description="The calendar of the expert who holds the token.",
)


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


@blp.get("/feed")
@open_to(Role.EXPERT)
@blp.response(200, schemas.CalendarFeedOut)
@blp.alt_response(404, description="There is no feed.")
def get_feed() -> queries.FeedState:
    """Since when the feed works and when it was last read."""
    feed = queries.feed_of(db.session(), access.own_expert_id(current_actor()))
    if feed is None:
        raise NotFound(words("There is no feed. Make an address first."))
    return feed


@blp.post("/feed")
@open_to(Role.EXPERT)
@blp.response(201, schemas.CalendarFeedOut)
def post_feed() -> dict[str, Any]:
    """A new address for the feed, told this once; the one before ends."""
    now = clock.now()
    with unit_of_work() as session:
        key = service.rotate_feed(session, actor=current_actor(), now=now)
    address = settings_of_app().base_url.rstrip("/") + url_for("calendars.feed", key=key)
    return {"created_at": now, "last_used_at": None, "address": address}


@blp.delete("/feed")
@open_to(Role.EXPERT)
@blp.response(204)
def delete_feed() -> None:
    """End the feed. Doing it again changes nothing."""
    with unit_of_work() as session:
        service.revoke_feed(session, actor=current_actor(), now=clock.now())
