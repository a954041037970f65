"""The mail that carries an invitation or a cancellation."""

import datetime as dt
import hashlib
from dataclasses import dataclass
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from expertpool.calendars.rules.event import UNWRITABLE, Mailbox, SeatEvent
from expertpool.calendars.rules.revision import Method, method_of
from expertpool.calendars.rules.vcalendar import cancel, decline_counter, request
from expertpool.refusals import Invalid
from expertpool.words import words


@dataclass(frozen=True, slots=True)
class MailTexts:
    """What the mail says, in the reader's language and without a word of the case."""

    subject: str
    plain: str
    html: str


def message_id(event: SeatEvent, *, domain: str) -> str:
    """The Message-ID of this state of the event, the same at every attempt to send it.

    The revision is part of it: a change of words keeps SEQUENCE, and a mail program that knows the
    Message-ID drops the mail as a repeat.
    Source: RFC 5322 section 3.6.4.
    """
    return f"<{_digest(event)}@{domain}>"


def invitation_mail(
    event: SeatEvent, *, texts: MailTexts, sender: Mailbox, date: dt.datetime
) -> EmailMessage:
    """The mail to the event's attendee: words for people, the calendar part for programs, and a copy of it.

    Whether it invites or cancels follows from the event, so the part and its header cannot disagree, and it
    goes to nobody but the attendee. The calendar part travels as bytes: as text its line ends would change.
    The same arguments give the same mail, byte for byte.
    Raises: Invalid if the subject or a name would break out of its header.
    Source: RFC 6047 section 2.4.
    """
    method = method_of(event)
    calendar = request(event) if method is Method.REQUEST else cancel(event)
    return _mail(event, method, calendar, texts=texts, sender=sender, date=date)


def declining_mail(event: SeatEvent, *, sequence: int, texts: MailTexts, sender: Mailbox) -> EmailMessage:
    """The mail that says no to a proposal of another time; `event` is the revision that goes with it.

    Units: `sequence` is that of the proposal.
    Raises: as `invitation_mail`; WrongState if the event is cancelled.
    Source: RFC 5546 section 3.2.8.
    """
    calendar = decline_counter(event, sequence=sequence, now=event.changed_at)
    return _mail(event, Method.DECLINECOUNTER, calendar, texts=texts, sender=sender, date=event.changed_at)


def _mail(
    event: SeatEvent,
    method: Method,
    calendar: bytes,
    *,
    texts: MailTexts,
    sender: Mailbox,
    date: dt.datetime,
) -> EmailMessage:
    mail = EmailMessage(policy=policy.SMTP)
    mail["Subject"] = _header("subject", texts.subject)
    mail["From"] = _address("sender", sender)
    mail["To"] = _address("attendee", event.attendee)
    mail["Reply-To"] = _address("organizer", event.organizer)
    mail["Date"] = format_datetime(date)
    mail["Message-ID"] = message_id(event, domain=sender.address.partition("@")[2])
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(texts.plain, cte="base64")  # Korean passes servers without 8BITMIME, too
    mail.add_alternative(texts.html, subtype="html", cte="base64")
    parameters = {"method": method.value, "charset": "utf-8"}
    mail.add_alternative(calendar, maintype="text", subtype="calendar", params=parameters)
    mail.add_attachment(calendar, maintype="application", subtype="ics", filename="invite.ics")
    _fix_boundaries(mail, _digest(event))
    return mail


def _digest(event: SeatEvent) -> str:
    key = "\n".join((event.uid, str(event.sequence), str(event.revision), event.attendee.address.lower()))
    return hashlib.sha256(key.encode()).hexdigest()[:40]


def _header(field: str, text: str) -> str:
    """Python's own messages refuse CR and LF only; other controls are refused here as well."""
    if UNWRITABLE.search(text):
        fault = words("Write one line without control characters.")
        raise Invalid(words("This cannot stand in a mail."), fields={field: fault})
    return text


def _address(field: str, mailbox: Mailbox) -> Address:
    return Address(_header(field, mailbox.name), addr_spec=mailbox.address)


def _fix_boundaries(mail: EmailMessage, digest: str) -> None:
    """Python draws them at random otherwise, and a repeat would differ from what was sent."""
    for depth, part in enumerate(part for part in mail.walk() if part.is_multipart()):
        part.set_boundary(f"={depth}={digest}")
