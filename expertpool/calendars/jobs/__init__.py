"""Telling experts, handing mail over, and reading what comes back. Every job may run twice, and at the same
time as itself."""

from expertpool.calendars.jobs.programs import work_out_ahead
from expertpool.calendars.jobs.receiving import listen, read_imap, read_maildir, take_all
from expertpool.calendars.jobs.telling import (
    GIVE_UP_ROUND,
    desk,
    send_due,
    send_outbox,
    tell,
    tell_declined,
    tell_untold,
    write,
)

__all__ = [
    "GIVE_UP_ROUND",
    "desk",
    "listen",
    "read_imap",
    "read_maildir",
    "send_due",
    "send_outbox",
    "take_all",
    "tell",
    "tell_declined",
    "tell_untold",
    "work_out_ahead",
    "write",
]
