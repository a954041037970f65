"""Reading a calendar from a server nobody knows: little, in time, from public addresses only.

Only the standard library: it has no proxy settings, no cookies and no redirects of its own here, and lets
us connect to the very address that was looked at.
"""

import ssl
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import Message
from http.client import HTTPException, HTTPResponse
from urllib.parse import urljoin

from expertpool.availability.rules.ics import FILE_LIMITS
from expertpool.availability.rules.remote import (
    MOST_REDIRECTS,
    PUBLIC_PORTS,
    Address,
    Seen,
    Target,
    Trouble,
    check_address,
    is_redirect,
    may_be_asked,
    seen_from,
    trouble_of,
)
from expertpool.availability.service.wire import (
    Deadline,
    Failed,
    Resolve,
    addresses_of,
    answer_on,
    ask_name_service,
    connect,
)
from expertpool.refusals import Invalid

_PIECE = 64 * 1024
_GZIP = zlib.MAX_WBITS | 16
_ALWAYS = {"User-Agent": "expertpool", "Accept-Encoding": "gzip", "Connection": "close"}
_CALENDAR = {"Accept": "text/calendar, text/*;q=0.5"}
_WITH_BODY = frozenset({200, 207})


@dataclass(frozen=True, slots=True)
class Fetched:
    """What the server sent: one calendar file or several. `files` is none if it said that nothing changed."""

    files: tuple[bytes, ...] | None
    seen: Seen


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a server. The headers may be secrets, so they are in no `repr`."""

    method: str
    headers: Mapping[str, str]
    body: bytes = b""

    def __repr__(self) -> str:
        return f"Question({self.method!r})"


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, and from which address in the end. Other answers than 200 and 207 have no body here."""

    target: Target
    status: int
    headers: Message
    body: bytes

    def __repr__(self) -> str:
        return f"Reply({self.status})"


def _public_tls() -> ssl.SSLContext:
    return ssl.create_default_context()


@dataclass(frozen=True, slots=True)
class Fetcher:
    """How calendars are read. Tests bring their own server; in service nothing is given.

    Units: `most_bytes` counts the body as sent and again as unpacked.
    """

    seconds: float = 10.0
    most_bytes: int = FILE_LIMITS.size
    allowed: Callable[[Address], bool] = may_be_asked
    ports: frozenset[int] = PUBLIC_PORTS
    resolve: Resolve = ask_name_service
    tls: Callable[[], ssl.SSLContext] = field(default=_public_tls)

    def fetch(self, url: str, seen: Seen) -> Fetched:
        """The calendar behind `url`, or the news that it is still the one we have.

        Raises: Failed.
        """
        question = Question("GET", _CALENDAR | seen.questions)
        start = self.checked(url, Trouble.STRANGE_ANSWER)
        reply = self.follow(start, question, Deadline(self.seconds), most=self.most_bytes)
        if trouble := trouble_of(reply.status):
            raise Failed(trouble, retry_after=reply.headers.get("Retry-After"))
        marks = seen_from(reply.headers.get("ETag"), reply.headers.get("Last-Modified"))
        if reply.status == 304:
            if not seen.questions:
                raise Failed(Trouble.STRANGE_ANSWER)
            return Fetched(None, marks if marks.questions else seen)
        return Fetched((reply.body,), marks)

    def checked(self, url: str, otherwise: Trouble) -> Target:
        """An address that may be asked as far as its text tells. Raises: Failed with `otherwise`."""
        try:
            return check_address(url, ports=self.ports)
        except Invalid:
            raise Failed(otherwise) from None

    def follow(
        self,
        start: Target,
        question: Question,
        deadline: Deadline,
        *,
        most: int,
        only_here: bool = False,
    ) -> Reply:
        """The answer to a question, wherever the server sends us; `only_here`: not to another server.

        Units: `most` counts octets of the body. Raises: Failed.
        """
        target = start
        for _ in range(MOST_REDIRECTS + 1):
            reply = self._ask(target, question, deadline, most)
            if not is_redirect(reply.status):
                return reply
            target = self._sent_on(target, reply.headers.get("Location"))
            if only_here and not target.is_beside(start):
                raise Failed(Trouble.OTHER_SERVER)
        raise Failed(Trouble.SENT_AROUND)

    def _sent_on(self, target: Target, location: str | None) -> Target:
        if not location:
            raise Failed(Trouble.STRANGE_ANSWER)
        try:
            there = urljoin(target.url, location)
        except ValueError:
            raise Failed(Trouble.STRANGE_ANSWER) from None
        return self.checked(there, Trouble.SENT_AWAY)

    def _ask(self, target: Target, question: Question, deadline: Deadline, most: int) -> Reply:
        addresses = addresses_of(target, self.resolve, self.allowed, deadline)
        with connect(target, addresses, self.tls(), deadline) as connection:
            try:
                connection.settimeout(deadline.left())
                connection.sendall(_written(target, question))
                with answer_on(connection, deadline, most=most) as answer:
                    answer.begin()
                    body = _body(answer, most) if answer.status in _WITH_BODY else b""
                    return Reply(target, answer.status, answer.headers, body)
            except TimeoutError:
                raise Failed(Trouble.TOO_SLOW) from None
            except HTTPException:
                raise Failed(Trouble.STRANGE_ANSWER) from None
            except OSError:
                raise Failed(Trouble.CUT_OFF) from None


def _body(answer: HTTPResponse, most: int) -> bytes:
    """The whole body, unpacked. A body that breaks off is none: half a calendar shows time as free."""
    packed = (answer.headers.get("Content-Encoding") or "identity").strip().lower()
    if packed not in ("identity", "gzip", "x-gzip"):
        raise Failed(Trouble.STRANGE_ANSWER)
    unpack = zlib.decompressobj(_GZIP) if packed != "identity" else None
    whole = bytearray()
    try:
        while piece := answer.read(_PIECE):
            # One octet more than allowed is enough to know; the rest is never unpacked.
            room = most - len(whole) + 1
            whole += piece if unpack is None else unpack.decompress(piece, room)
            if len(whole) > most:
                raise Failed(Trouble.TOO_LARGE)
    except (HTTPException, zlib.error):
        raise Failed(Trouble.CUT_OFF) from None
    if answer.length or (unpack is not None and not unpack.eof):
        raise Failed(Trouble.CUT_OFF)
    return bytes(whole)


def _written(target: Target, question: Question) -> bytes:
    """The question. What goes into it is ASCII without line ends: `check_address`, `seen_from` and
    `Login.header` see to it."""
    host = f"[{target.host}]" if ":" in target.host else target.host
    host += "" if target.port == 443 else f":{target.port}"
    headers = {"Host": host, **_ALWAYS, **question.headers}
    if question.body:
        headers["Content-Length"] = str(len(question.body))
    first = f"{question.method} {target.path} HTTP/1.1"
    lines = [first, *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode("ascii") + question.body
