"""Use cases of calendars: telling experts, handing mail over, taking answers in, feeds."""

from expertpool.calendars.service.addresses import add_alias, remove_alias
from expertpool.calendars.service.answers import respond
from expertpool.calendars.service.feeds import FeedReader, read_feed, revoke_feed, rotate_feed
from expertpool.calendars.service.links import answer_by_link, propose_by_link
from expertpool.calendars.service.own import answer_own, lock_own, propose_own
from expertpool.calendars.service.proposals import accept_time, decline_proposal, propose, tell_declined
from expertpool.calendars.service.queueing import Desk, Writer
from expertpool.calendars.service.receiving import Found, look_at, take
from expertpool.calendars.service.sending import (
    Claimed,
    claim,
    note_sent,
    note_trouble,
    resend,
    send_again,
)
from expertpool.calendars.service.telling import tell, untold

__all__ = [
    "Claimed",
    "Desk",
    "FeedReader",
    "Found",
    "Writer",
    "accept_time",
    "add_alias",
    "answer_by_link",
    "answer_own",
    "claim",
    "decline_proposal",
    "lock_own",
    "look_at",
    "note_sent",
    "note_trouble",
    "propose",
    "propose_by_link",
    "propose_own",
    "read_feed",
    "remove_alias",
    "resend",
    "respond",
    "revoke_feed",
    "rotate_feed",
    "send_again",
    "take",
    "tell",
    "tell_declined",
    "untold",
]
