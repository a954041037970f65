"""What to make of a server's answer, and what to tell it next time."""

import datetime as dt
import re
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from expertpool.availability.rules.remote.told import Trouble

MOST_REDIRECTS = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_ETAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e]{0,180}"')
_DATE = re.compile(r"[\x20-\x7e]{1,60}")
_SECONDS = re.compile(r"\d{1,9}")
_BY_STATUS = {
    401: Trouble.NOT_ALLOWED,
    403: Trouble.NOT_ALLOWED,
    404: Trouble.NOT_THERE,
    407: Trouble.NOT_ALLOWED,
    410: Trouble.NOT_THERE,
    429: Trouble.TOO_OFTEN,
    503: Trouble.TOO_OFTEN,
}


@dataclass(frozen=True, slots=True)
class Seen:
    """What the server called the version we have. Source: RFC 9110 section 8.8."""

    etag: str = ""
    last_modified: str = ""

    @property
    def questions(self) -> dict[str, str]:
        """The headers that ask only for something newer; a tag says more than a date."""
        if self.etag:
            return {"If-None-Match": self.etag}
        return {"If-Modified-Since": self.last_modified} if self.last_modified else {}


NOTHING_SEEN = Seen()


def seen_from(etag: str | None, last_modified: str | None) -> Seen:
    """The marks of a version as far as they can safely be sent back; others are forgotten."""
    tag, date = (etag or "").strip(), (last_modified or "").strip()
    return Seen(tag if _ETAG.fullmatch(tag) else "", date if _DATE.fullmatch(date) else "")


def is_redirect(status: int) -> bool:
    """Whether the answer names another address to ask. Source: RFC 9110 section 15.4."""
    return status in _REDIRECTS


def trouble_of(status: int) -> Trouble | None:
    """What a status means where it is neither the calendar nor a redirect; none for 200 and 304."""
    if status in (200, 304):
        return None
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    return Trouble.SERVER_FAULT if 500 <= status < 600 else Trouble.STRANGE_ANSWER


def wait_from(retry_after: str | None, *, now: dt.datetime) -> dt.timedelta | None:
    """How long the server asks us to stay away. Source: RFC 9110 section 10.2.3."""
    written = (retry_after or "").strip()
    if _SECONDS.fullmatch(written):
        return dt.timedelta(seconds=int(written))
    try:
        until = parsedate_to_datetime(written)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return max(until - now, dt.timedelta()) if until.tzinfo is not None else None
