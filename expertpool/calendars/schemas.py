"""What programs read of an expert's calendar."""

import marshmallow as ma

from expertpool.calendars.queries import Delivery
from expertpool.calendars.rules import Channel, EventStatus, FeedScope, Partstat
from expertpool.engagements.rules import CardStanding, DeclineReason, EngagementState


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
    answered_via = ma.fields.Enum(Channel, by_value=True, required=True, allow_none=True)
    starts_at = ma.fields.AwareDateTime(required=True)
    ends_at = ma.fields.AwareDateTime(required=True)
    summary = ma.fields.String(required=True)
    location = ma.fields.String(required=True)
    changed_at = ma.fields.AwareDateTime(required=True)
    delivery = ma.fields.Enum(Delivery, by_value=True, required=True)


class NamedOut(ma.Schema):
    """What something is called."""

    name_ko = ma.fields.String(required=True)
    name_en = ma.fields.String(required=True)


class InvitedSessionOut(ma.Schema):
    """One session of an invitation; `place` is none if it is remote. `partstat`: as it was answered last."""

    id = ma.fields.UUID(required=True, metadata={"description": "The event, as in the own events."})
    starts_at = ma.fields.AwareDateTime(required=True)
    ends_at = ma.fields.AwareDateTime(required=True)
    place = ma.fields.Nested(NamedOut, required=True, allow_none=True)
    partstat = ma.fields.Enum(Partstat, by_value=True, required=True)


class InvitationOut(ma.Schema):
    """What was asked, and what was answered; nothing of the case."""

    engagement_id = ma.fields.UUID(required=True)
    role = ma.fields.Nested(NamedOut, required=True, allow_none=True)
    state = ma.fields.Enum(EngagementState, by_value=True, required=True)
    card = ma.fields.Enum(CardStanding, by_value=True, required=True)
    answer_by = ma.fields.AwareDateTime(required=True, allow_none=True)
    open = ma.fields.Boolean(required=True)
    sessions = ma.fields.List(ma.fields.Nested(InvitedSessionOut), required=True)
    timezone = ma.fields.String(required=True)


class InvitationAnswerIn(ma.Schema):
    """An answer for the whole seat. `reason` and `note` are heard with a no."""

    answer = ma.fields.Enum(
        Partstat,
        by_value=True,
        required=True,
        validate=ma.validate.OneOf([each for each in Partstat if each is not Partstat.NEEDS_ACTION]),
    )
    reason = ma.fields.Enum(DeclineReason, by_value=True, load_default=DeclineReason.OTHER)
    note = ma.fields.String(load_default="", validate=ma.validate.Length(max=400))


class OtherTimeIn(ma.Schema):
    """Another start for a session; it takes as long as it was told."""

    session = ma.fields.UUID(required=True, metadata={"description": "`id` of a session of the invitation."})
    start = ma.fields.AwareDateTime(required=True)
    note = ma.fields.String(load_default="", validate=ma.validate.Length(max=400))
