"""The own calendar for programs."""

# mypy: disable-error-code="untyped-decorator"
# flask-smorest is untyped.

from collections.abc import Sequence
from typing import Any

from flask import url_for
from flask_smorest import Blueprint

from expertpool.calendars import access, queries, schemas, service
from expertpool.calendars.rules import FeedScope
from expertpool.config import settings_of_app
from expertpool.infra import clock
from expertpool.infra.db import db, unit_of_work
from expertpool.infra.gate import current_actor, open_to
from expertpool.infra.identity import Role

blp = Blueprint(
    "calendars_api",
    __name__,
    url_prefix="/api/v1/calendar",
    description="The calendar and the feeds of whoever holds the token.",
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
