"""Tables of invitations and of the answers to them."""

from expertpool.calendars.models.dav import DavCalendar, DavObject
from expertpool.calendars.models.incoming import (
    AttendeeAlias,
    CounterProposal,
    DeskLook,
    EventToken,
    HeardMessage,
    InboxMail,
)
from expertpool.calendars.models.outgoing import FeedToken, OutboxMail, SeatEvent

__all__ = [
    "AttendeeAlias",
    "CounterProposal",
    "DavCalendar",
    "DavObject",
    "DeskLook",
    "EventToken",
    "FeedToken",
    "HeardMessage",
    "InboxMail",
    "OutboxMail",
    "SeatEvent",
]
