"""What experts' calendar programs are told, and what they answer."""

from expertpool.calendars.rules.arriving import Answering, Arrived, Attendee, Flaw, read_part
from expertpool.calendars.rules.event import EventStatus, Mailbox, Partstat, SeatEvent
from expertpool.calendars.rules.incoming import Delivered, read_mail
from expertpool.calendars.rules.judging import (
    REASONS,
    Act,
    Answer,
    Authentication,
    Heard,
    Origin,
    Outcome,
    Propose,
    SendAgain,
    Sent,
    Verdict,
    Why,
    judge,
)
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
from expertpool.calendars.rules.vcalendar import cancel, decline_counter, feed, request, strong_etag

__all__ = [
    "EFFECTS",
    "POLICY",
    "REASONS",
    "STATUS_OF",
    "Act",
    "Answer",
    "Answering",
    "Arrived",
    "Attendee",
    "Authentication",
    "Delivered",
    "Effect",
    "EventStatus",
    "Flaw",
    "Heard",
    "Letter",
    "MailTexts",
    "Mailbox",
    "Method",
    "Origin",
    "OutboxState",
    "Outcome",
    "Partstat",
    "Propose",
    "Revised",
    "SeatEvent",
    "SendAgain",
    "SendingPolicy",
    "Sent",
    "Verdict",
    "Why",
    "after_trouble",
    "bump",
    "cancel",
    "decline_counter",
    "feed",
    "invitation_mail",
    "judge",
    "may_have_arrived",
    "message_id",
    "method_of",
    "read_mail",
    "read_part",
    "request",
    "strong_etag",
    "with_answer",
]
