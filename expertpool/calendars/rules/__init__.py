"""What experts' calendar programs are told: events, their revisions, messages, mails and feeds."""

from expertpool.calendars.rules.event import EventStatus, Mailbox, Partstat, SeatEvent
from expertpool.calendars.rules.mail import MailTexts, invitation_mail, message_id
from expertpool.calendars.rules.outgoing import (
    POLICY,
    OutboxState,
    SendingPolicy,
    after_trouble,
    may_have_arrived,
)
from expertpool.calendars.rules.revision import EFFECTS, Effect, Method, Revised, bump, method_of
from expertpool.calendars.rules.telling import STATUS_OF, Letter, with_answer
from expertpool.calendars.rules.vcalendar import cancel, feed, request, strong_etag

__all__ = [
    "EFFECTS",
    "POLICY",
    "STATUS_OF",
    "Effect",
    "EventStatus",
    "Letter",
    "MailTexts",
    "Mailbox",
    "Method",
    "OutboxState",
    "Partstat",
    "Revised",
    "SeatEvent",
    "SendingPolicy",
    "after_trouble",
    "bump",
    "cancel",
    "feed",
    "invitation_mail",
    "may_have_arrived",
    "message_id",
    "method_of",
    "request",
    "strong_etag",
    "with_answer",
]
