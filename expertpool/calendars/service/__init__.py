"""Use cases of calendars: telling experts, handing mail over, feeds."""

from expertpool.calendars.service.feeds import feed_of_token, revoke_feed, rotate_feed
from expertpool.calendars.service.sending import Claimed, claim, note_sent, note_trouble, resend
from expertpool.calendars.service.telling import Desk, Writer, tell, untold

__all__ = [
    "Claimed",
    "Desk",
    "Writer",
    "claim",
    "feed_of_token",
    "note_sent",
    "note_trouble",
    "resend",
    "revoke_feed",
    "rotate_feed",
    "tell",
    "untold",
]
