"""A connection that ends in time and carries only so much, whatever the other side does."""

import io
import ipaddress
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from http.client import HTTPResponse
from typing import Any

from expertpool.availability.rules.remote import Address, Target, Trouble

Resolve = Callable[[str, int], Sequence[str]]
_HEADERS = 64 * 1024


class Failed(Exception):
    """Nothing was read. The text is the trouble alone: messages of libraries may quote the address."""

    def __init__(self, trouble: Trouble, *, retry_after: str | None = None) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble
        self.retry_after = retry_after


class Deadline:
    """One end for everything that belongs to a reading: names, handshakes, redirects, the body."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds that remain. Raises: Failed when none do."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise Failed(Trouble.TOO_SLOW)
        return left


def ask_name_service(host: str, port: int) -> list[str]:
    """All addresses of a host, in the order in which to try them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def addresses_of(
    target: Target, resolve: Resolve, allowed: Callable[[Address], bool], deadline: Deadline
) -> list[str]:
    """The addresses to connect to. One that is not allowed refuses them all: who answers with a private
    address beside a public one hopes that we take the other one later.

    Raises: Failed.
    """
    answers: queue.SimpleQueue[list[str] | None] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(list(resolve(target.host, target.port)))
        except (OSError, UnicodeError):
            answers.put(None)

    # The name service has no time limit of its own; a thread that hangs in it is left behind.
    threading.Thread(target=ask, daemon=True, name="resolve").start()
    try:
        found = answers.get(timeout=deadline.left())
    except queue.Empty:
        raise Failed(Trouble.TOO_SLOW) from None
    if not found:
        raise Failed(Trouble.NO_SUCH_SERVER)
    if not all(allowed(ipaddress.ip_address(each)) for each in found):
        raise Failed(Trouble.NOT_PUBLIC)
    return found


def connect(
    target: Target, addresses: Sequence[str], tls: ssl.SSLContext, deadline: Deadline
) -> ssl.SSLSocket:
    """A connection to one of the addresses that were looked at, to a server that proves its name.

    Raises: Failed.
    """
    for address in addresses[:3]:
        try:
            plain = socket.create_connection((address, target.port), timeout=deadline.left())
        except TimeoutError:
            raise Failed(Trouble.TOO_SLOW) from None
        except OSError:
            continue
        try:
            plain.settimeout(deadline.left())
            return tls.wrap_socket(plain, server_hostname=target.host)
        except BaseException as error:
            plain.close()
            if isinstance(error, TimeoutError):
                raise Failed(Trouble.TOO_SLOW) from None
            if isinstance(error, (OSError, ValueError)):  # SSLError is an OSError
                raise Failed(Trouble.NOT_SECURE) from None
            raise
    raise Failed(Trouble.NO_ANSWER)


class _Timed(io.RawIOBase):
    """What comes in, with the deadline before every piece and an end to how much of it there is."""

    def __init__(self, connection: ssl.SSLSocket, deadline: Deadline, most: int) -> None:
        self._connection, self._deadline, self._left = connection, deadline, most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._connection.settimeout(self._deadline.left())
        try:
            got = self._connection.recv_into(buffer)
        except TimeoutError:
            raise Failed(Trouble.TOO_SLOW) from None
        except OSError:
            raise Failed(Trouble.CUT_OFF) from None
        self._left -= got
        if self._left < 0:
            raise Failed(Trouble.TOO_LARGE)
        return got


class _AsSocket:
    """The one thing `HTTPResponse` asks of a socket."""

    def __init__(self, timed: _Timed) -> None:
        self._timed = timed

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self._timed, 16 * 1024)


def answer_on(connection: ssl.SSLSocket, deadline: Deadline, *, most: int) -> HTTPResponse:
    """The answer that comes in on a connection. `most`: octets of its body as they are sent."""
    timed = _Timed(connection, deadline, most + _HEADERS)
    return HTTPResponse(_AsSocket(timed), method="GET")  # type: ignore[arg-type] # uses makefile alone
