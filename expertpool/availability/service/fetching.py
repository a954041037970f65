"""Reading a calendar from a server nobody knows: little, in time, from public addresses only.

Only the standard library: it has no proxy settings, no cookies and no redirects of its own here, and lets
us connect to the very address that was looked at.
"""

import ssl
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
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
_ASK = {
    "User-Agent": "expertpool",
    "Accept": "text/calendar, text/*;q=0.5",
    "Accept-Encoding": "gzip",
    "Connection": "close",
}


@dataclass(frozen=True, slots=True)
class Fetched:
    """What the server sent. `data` is none if it said that nothing changed."""

    data: bytes | None
    seen: Seen


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
        deadline = Deadline(self.seconds)
        target = self._checked(url, Trouble.STRANGE_ANSWER)
        for _ in range(MOST_REDIRECTS + 1):
            found = self._ask(target, seen, deadline)
            if isinstance(found, Fetched):
                return found
            target = self._sent_on(target, found)
        raise Failed(Trouble.SENT_AROUND)

    def _checked(self, url: str, otherwise: Trouble) -> Target:
        try:
            return check_address(url, ports=self.ports)
        except Invalid:
            raise Failed(otherwise) from None

    def _sent_on(self, target: Target, location: str) -> Target:
        try:
            there = urljoin(target.url, location)
        except ValueError:
            raise Failed(Trouble.STRANGE_ANSWER) from None
        return self._checked(there, Trouble.SENT_AWAY)

    def _ask(self, target: Target, seen: Seen, deadline: Deadline) -> Fetched | str:
        """The calendar, or the address the server sends us on to."""
        addresses = addresses_of(target, self.resolve, self.allowed, deadline)
        with connect(target, addresses, self.tls(), deadline) as connection:
            try:
                connection.settimeout(deadline.left())
                connection.sendall(_request(target, seen))
                with answer_on(connection, deadline, most=self.most_bytes) as answer:
                    answer.begin()
                    return self._read(answer, seen)
            except TimeoutError:
                raise Failed(Trouble.TOO_SLOW) from None
            except HTTPException:
                raise Failed(Trouble.STRANGE_ANSWER) from None
            except OSError:
                raise Failed(Trouble.CUT_OFF) from None

    def _read(self, answer: HTTPResponse, seen: Seen) -> Fetched | str:
        if is_redirect(answer.status):
            if location := answer.headers.get("Location"):
                return location
            raise Failed(Trouble.STRANGE_ANSWER)
        if trouble := trouble_of(answer.status):
            raise Failed(trouble, retry_after=answer.headers.get("Retry-After"))
        marks = seen_from(answer.headers.get("ETag"), answer.headers.get("Last-Modified"))
        if answer.status == 304:
            if not seen.questions:
                raise Failed(Trouble.STRANGE_ANSWER)
            return Fetched(None, marks if marks.questions else seen)
        return Fetched(self._body(answer), marks)

    def _body(self, answer: HTTPResponse) -> bytes:
        """The whole body, unpacked. A body that breaks off is none: half a calendar shows time as free."""
        packed = (answer.headers.get("Content-Encoding") or "identity").strip().lower()
        if packed not in ("identity", "gzip", "x-gzip"):
            raise Failed(Trouble.STRANGE_ANSWER)
        unpack = zlib.decompressobj(_GZIP) if packed != "identity" else None
        whole = bytearray()
        try:
            while piece := answer.read(_PIECE):
                # One octet more than allowed is enough to know; the rest is never unpacked.
                room = self.most_bytes - len(whole) + 1
                whole += piece if unpack is None else unpack.decompress(piece, room)
                if len(whole) > self.most_bytes:
                    raise Failed(Trouble.TOO_LARGE)
        except (HTTPException, zlib.error):
            raise Failed(Trouble.CUT_OFF) from None
        if answer.length or (unpack is not None and not unpack.eof):
            raise Failed(Trouble.CUT_OFF)
        return bytes(whole)


def _request(target: Target, seen: Seen) -> bytes:
    """The question. All of it is ASCII without line ends: `check_address` and `seen_from` see to it."""
    host = f"[{target.host}]" if ":" in target.host else target.host
    host += "" if target.port == 443 else f":{target.port}"
    headers = {"Host": host} | _ASK | seen.questions
    lines = [f"GET {target.path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode("ascii")
