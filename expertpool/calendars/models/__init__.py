"""Tables of invitations and of the answers to them."""

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
    "DeskLook",
    "EventToken",
    "FeedToken",
    "HeardMessage",
    "InboxMail",
    "OutboxMail",
    "SeatEvent",
]
