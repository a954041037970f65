"""Reading mails in which a mail server gives one of ours back."""

import email
import re
from dataclasses import dataclass
from email.message import Message

from expertpool.calendars.rules.event import UNWRITABLE
from expertpool.calendars.rules.incoming import LARGEST_MAIL, MOST_BOUNDARIES

_OURS = re.compile(r"<[0-9a-f]{40}@[A-Za-z0-9.-]+>")
_STATUS = re.compile(r"[245]\.[0-9]{1,3}\.[0-9]{1,3}")


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a server says about a mail of ours.

    `message_id` is that of our mail, empty if the report does not name one in our form; `failed` is false
    while the server still tries. `status` is the server's code, empty if it gave none.
    """

    message_id: str
    failed: bool
    status: str


def read_bounce(raw: bytes) -> Bounce | None:
    """The report in a mail, none if the mail is no report. Never raises.

    What counts is the part that machines read: OpenSMTPD calls the whole multipart/mixed. A report proves
    nothing: what it leads to is a sign for the desk, no change of a seat.
    Source: RFC 3462 (multipart/report), RFC 3464 sections 2.2 and 2.3.3 (Action), RFC 3463 (codes).
    """
    try:
        if len(raw) > LARGEST_MAIL or raw.lower().count(b"boundary") > MOST_BOUNDARIES:
            return None
        return _read(email.message_from_bytes(raw))
    except Exception:  # the library knows many ways to fail, and strangers choose among them
        return None


def _read(mail: Message) -> Bounce | None:
    actions, statuses, named = [], [], []
    for part in mail.walk():
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            for block in _blocks(part):
                actions.append(str(block.get("Action", "")).strip().lower())
                statuses.append(str(block.get("Status", "")))
        elif kind in {"message/rfc822", "text/rfc822-headers"}:
            named.append(_message_id(part))
    if not actions:
        return None
    codes = [found[0] for each in statuses if (found := _STATUS.search(UNWRITABLE.sub(" ", each)))]
    return Bounce(
        message_id=next((each for each in named if each), ""),
        failed="failed" in actions,
        status=codes[0] if codes else "",
    )


def _blocks(part: Message) -> list[Message]:
    """The groups of fields: Python reads each as a message of its own."""
    payload = part.get_payload()
    return [block for block in payload if isinstance(block, Message)] if isinstance(payload, list) else []


def _message_id(part: Message) -> str:
    payload = part.get_payload()
    if isinstance(payload, list):
        returned = payload[0] if payload and isinstance(payload[0], Message) else None
        written = str(returned.get("Message-ID", "")) if returned is not None else ""
    else:
        body = part.get_payload(decode=True)
        headers = email.message_from_bytes(body) if isinstance(body, bytes) else None
        written = str(headers.get("Message-ID", "")) if headers is not None else ""
    found = _OURS.search(written)
    return found[0] if found else ""
