"""What programs read of an expert's calendar."""

import marshmallow as ma

from expertpool.calendars.queries import Delivery
from expertpool.calendars.rules import EventStatus, FeedScope, Partstat


class CalendarFeedOut(ma.Schema):
    """A feed. `address` is there only in the answer that made it."""

    scope = ma.fields.Enum(FeedScope, by_value=True, required=True)
    created_at = ma.fields.AwareDateTime(required=True)
    last_used_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    address = ma.fields.Url(require_tld=False)


class CalendarEventOut(ma.Schema):
    """An event as it was last told, and how far its mail came."""

    id = ma.fields.UUID(required=True)
    engagement_id = ma.fields.UUID(required=True)
    uid = ma.fields.String(required=True)
    sequence = ma.fields.Integer(required=True)
    status = ma.fields.Enum(EventStatus, by_value=True, required=True)
    partstat = ma.fields.Enum(Partstat, by_value=True, required=True)
    starts_at = ma.fields.AwareDateTime(required=True)
    ends_at = ma.fields.AwareDateTime(required=True)
    summary = ma.fields.String(required=True)
    location = ma.fields.String(required=True)
    changed_at = ma.fields.AwareDateTime(required=True)
    delivery = ma.fields.Enum(Delivery, by_value=True, required=True)
