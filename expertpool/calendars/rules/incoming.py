"""Reading a mail that came to the desk: who sent it, what our server found, and the calendar in it."""

import datetime as dt
import email
import re
from dataclasses import dataclass
from email.message import Message
from email.utils import getaddresses

from expertpool.calendars.rules.arriving import Arrived, Flaw, plain_address, read_part
from expertpool.calendars.rules.event import UNWRITABLE
from expertpool.calendars.rules.judging import Authentication, Origin

LARGEST_MAIL = 2 * 2**20  # octets; answers are small, and what is larger came for another reason
MOST_BOUNDARIES = 40  # each level of nesting makes every line of the mail cost more
_MOST_COPIES = 2
_LONGEST_HEADER = 4_000  # characters
_LONGEST_ID = 250
_DEEPEST_COMMENT = 5
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"\s*dmarc\s*=\s*([a-z]+)\b(.*)", re.DOTALL)
_DOMAIN = re.compile(r"\bheader\.from\s*=\s*([a-z0-9.-]+)")
_RESULTS = {"pass": Authentication.PASSED, "fail": Authentication.FAILED}
_NOBODY = ""


@dataclass(frozen=True, slots=True)
class Delivered:
    """A mail as far as it matters: where it came from, and the answer in it or what is wrong with it.

    `message_id` is for people who look for the mail elsewhere; nothing is decided by it.
    """

    origin: Origin
    message: Arrived | Flaw
    message_id: str = ""


def read_mail(raw: bytes, *, desk: str, server: str, received_at: dt.datetime) -> Delivered:
    """The mail, read without belief. Never raises.

    `desk` is our address without a token; `server` the name under which our own mail server writes down
    what it checked. It has to strip lines with its name from mail that comes in.
    Source: RFC 6047 section 2.4; RFC 8601 sections 2.2 and 5; RFC 5233 for the part behind the plus sign.
    """
    try:
        if len(raw) > LARGEST_MAIL or raw.lower().count(b"boundary") > MOST_BOUNDARIES:
            raise ValueError("too large or too deep")
        mail = email.message_from_bytes(raw)
        sender = _sender(mail)
        origin = Origin(sender, _authentication(mail, sender, server), _token(mail, desk), received_at)
        return Delivered(origin, _calendar(mail), _message_id(mail))
    except Exception:  # the library knows many ways to fail, and strangers choose among them
        return Delivered(Origin(_NOBODY, Authentication.NONE, "", received_at), Flaw.UNREADABLE)


def _message_id(mail: Message) -> str:
    named = _values(mail, "Message-ID")
    return UNWRITABLE.sub("", named[0]).strip()[:_LONGEST_ID] if named else ""


def _values(mail: Message, name: str) -> list[str]:
    values = [str(value) for value in mail.get_all(name, [])]
    return [value for value in values if len(value) <= _LONGEST_HEADER]


def _sender(mail: Message) -> str:
    """The one address of the one From line; nobody if there are more: programs differ in which they show."""
    lines = mail.get_all("From", [])
    addresses = getaddresses(_values(mail, "From"))
    return plain_address(addresses[0][1]) if len(lines) == len(addresses) == 1 else _NOBODY


def _token(mail: Message, desk: str) -> str:
    """What stands behind the plus sign of our address. Several together are none that was given out."""
    name, _, domain = desk.lower().partition("@")
    named = [value for line in ("Delivered-To", "To", "Cc") for value in _values(mail, line)]
    addresses = {address.lower() for _, address in getaddresses(named)}
    mask = re.compile(rf"{re.escape(name)}\+([^@]+)@{re.escape(domain)}")
    tokens = sorted(found[1] for address in addresses if (found := mask.fullmatch(address)))
    return " ".join(tokens)


def _authentication(mail: Message, sender: str, server: str) -> Authentication:
    """DMARC as our server found it, in the topmost line that bears its name; a pass must be for the sender's
    domain. Quoted words and comments are the sender's own, and say nothing."""
    for value in _values(mail, "Authentication-Results"):
        name, *results = _bare(value.lower()).split(";")
        if not server or name.split()[:1] != [server.lower()]:
            continue
        found = [match for each in results if (match := _RESULT.fullmatch(each))]
        if len(found) != 1:
            return Authentication.NONE
        result = _RESULTS.get(found[0][1], Authentication.NONE)
        domain = _DOMAIN.search(found[0][2])
        own = domain is not None and sender.endswith(f"@{domain[1]}")
        return Authentication.NONE if result is Authentication.PASSED and not own else result
    return Authentication.NONE


def _bare(value: str) -> str:
    """The value without quoted words and comments, which nest; empty if they do not close."""
    bare = _QUOTED.sub(" ", value)
    for _ in range(_DEEPEST_COMMENT):
        bare = _COMMENT.sub(" ", bare)
    return "" if set(bare) & set('()"') else bare


def _calendar(mail: Message) -> Arrived | Flaw:
    """The one calendar part; some programs send it twice, and servers break its lines in different places.
    Of two that say different things neither counts."""
    parts = {
        payload
        for part in mail.walk()
        if part.get_content_type() == "text/calendar"
        and isinstance(payload := part.get_payload(decode=True), bytes)
    }
    if not parts:
        return Flaw.FOREIGN_METHOD
    said = {read_part(each) for each in parts} if len(parts) <= _MOST_COPIES else set()
    return said.pop() if len(said) == 1 else Flaw.NOT_ONE_EVENT
