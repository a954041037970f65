"""Reading the demo's mailbox: what would have been sent, newest first, never more than a page can hold."""

import datetime as dt
import email.policy
import mailbox
import re
from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from pathlib import Path

from expertpool.refusals import NotFound
from expertpool.words import words

MOST_MAILS = 100
MOST_BYTES = 1024 * 1024
MOST_CHARACTERS = 20_000
# Delivery time in seconds and microseconds, which the name of every mail in a Maildir begins with.
_DELIVERED = re.compile(r"(\d+)\.M(\d+)")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A calendar part of a mail. `place` counts the parts of the message."""

    place: int
    name: str
    method: str


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as the recipient would get it."""

    key: str
    subject: str
    sender: str
    recipient: str
    sent_at: dt.datetime | None
    text: str
    attachments: tuple[Attachment, ...]


def newest_mails(folder: Path) -> list[Mail]:
    """The newest mails, the last delivered first."""
    if not folder.is_dir():
        return []
    box = mailbox.Maildir(folder, create=False)
    return [_mail(box, key) for key in sorted(box.keys(), key=_delivered, reverse=True)[:MOST_MAILS]]


def mail_named(folder: Path, key: str) -> Mail:
    """One mail. Raises: NotFound."""
    return _mail(_holding(folder, key), key)


def calendar_part(folder: Path, key: str, place: int) -> bytes:
    """The calendar file of a mail. Raises: NotFound, also for a part that is no calendar."""
    parts = list(_message(_holding(folder, key), key).walk())
    if place >= len(parts) or parts[place].get_content_type() != "text/calendar":
        raise _nothing()
    content = parts[place].get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _holding(folder: Path, key: str) -> mailbox.Maildir:
    if not folder.is_dir():
        raise _nothing()
    box = mailbox.Maildir(folder, create=False)
    if key not in box:
        raise _nothing()
    return box


def _nothing() -> NotFound:
    return NotFound(words("There is no such mail. Go back to the list."))


def _delivered(key: str) -> tuple[int, int]:
    found = _DELIVERED.match(key)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def _message(box: mailbox.Maildir, key: str) -> EmailMessage:
    with box.get_file(key) as file:
        parsed = BytesParser(policy=email.policy.default).parsebytes(file.read(MOST_BYTES))
    assert isinstance(parsed, EmailMessage)  # what the default policy makes
    return parsed


def _mail(box: mailbox.Maildir, key: str) -> Mail:
    message = _message(box, key)
    body = message.get_body(("plain",))
    return Mail(
        key=key,
        subject=str(message.get("Subject", "")),
        sender=str(message.get("From", "")),
        recipient=str(message.get("To", "")),
        sent_at=_sent_at(message),
        text=str(body.get_content())[:MOST_CHARACTERS] if body is not None else "",
        attachments=tuple(
            Attachment(place, part.get_filename() or "invite.ics", str(part.get_param("method", "")))
            for place, part in enumerate(message.walk())
            if part.get_content_type() == "text/calendar"
        ),
    )


def _sent_at(message: EmailMessage) -> dt.datetime | None:
    try:
        return parsedate_to_datetime(str(message["Date"])).astimezone(dt.UTC)
    except (TypeError, ValueError):
        return None
