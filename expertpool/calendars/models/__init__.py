"""Tables of invitations, of the answers to them, and of feeds."""

from expertpool.calendars.models.dav import DavCalendar, DavObject
from expertpool.calendars.models.feeds import FeedRead, FeedToken
from expertpool.calendars.models.incoming import (
    AttendeeAlias,
    CounterProposal,
    DeskLook,
    EventToken,
    HeardMessage,
    InboxMail,
)
from expertpool.calendars.models.outgoing import OutboxMail, SeatEvent

__all__ = [
    "AttendeeAlias",
    "CounterProposal",
    "DavCalendar",
    "DavObject",
    "DeskLook",
    "EventToken",
    "FeedRead",
    "FeedToken",
    "HeardMessage",
    "InboxMail",
    "OutboxMail",
    "SeatEvent",
]
