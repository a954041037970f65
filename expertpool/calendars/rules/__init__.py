"""What experts' calendar programs are told: events, their revisions, messages, mails and feeds."""

from expertpool.calendars.rules.event import EventStatus, Mailbox, Partstat, SeatEvent
from expertpool.calendars.rules.mail import MailTexts, invitation_mail, message_id
from expertpool.calendars.rules.revision import EFFECTS, Effect, Method, Revised, bump, method_of
from expertpool.calendars.rules.vcalendar import cancel, feed, request, strong_etag

__all__ = [
    "EFFECTS",
    "Effect",
    "EventStatus",
    "MailTexts",
    "Mailbox",
    "Method",
    "Partstat",
    "Revised",
    "SeatEvent",
    "bump",
    "cancel",
    "feed",
    "invitation_mail",
    "message_id",
    "method_of",
    "request",
    "strong_etag",
]
