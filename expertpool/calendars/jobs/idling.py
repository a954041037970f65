"""Waiting for mail as IMAP servers offer it, so that nobody has to ask again and again.

The standard library has no IDLE before Python 3.14. Between IDLE and its end nobody else reads the
connection, so its lines are read here, in bounded steps.
"""

import imaplib
import re
import select
import socket
import threading
import time

TAG = b"IDLE1"
_STEP_SECONDS = 1.0  # how soon a stop is noticed
_LONGEST_LINE = 64 * 2**10
_NEWS = re.compile(rb"\* \d+ EXISTS", re.IGNORECASE)


class Idling:
    """Repeated waiting on one connection with a selected folder.

    Lines that came after the end of one wait are kept for the next, so that no news is lost in between.
    """

    def __init__(self, server: imaplib.IMAP4, *, answers_within: float) -> None:
        self._server, self._sock = server, server.sock
        self._answers_within = answers_within
        self._buffer = bytearray()

    def wait(self, seconds: float, stop: threading.Event) -> None:
        """Return when a mail came, after so many seconds, or when told to stop.

        Raises: OSError, imaplib.IMAP4.error if the server goes away or does not keep to RFC 2177.
        """
        self._server.send(TAG + b" IDLE\r\n")
        came = self._read_until(b"+")
        ends = time.monotonic() + seconds
        while not came and not stop.is_set() and (left := ends - time.monotonic()) > 0:
            line = self._line(min(left, _STEP_SECONDS))
            came = line is not None and _is_news(line)
        self._server.send(b"DONE\r\n")
        self._read_until(TAG + b" OK")

    def _read_until(self, wanted: bytes) -> bool:
        """Read up to the line that begins so; says whether a mail was told of on the way."""
        came, ends = False, time.monotonic() + self._answers_within
        while (left := ends - time.monotonic()) > 0:
            line = self._line(left)
            if line is not None and line.startswith(wanted):
                return came
            came = came or (line is not None and _is_news(line))
        raise TimeoutError("the server says nothing")

    def _line(self, seconds: float) -> bytes | None:
        """The next line, or none within that time."""
        if b"\n" not in self._buffer and _readable(self._sock, seconds):
            chunk = self._sock.recv(4096)
            if not chunk:
                raise ConnectionError("the server hung up")
            self._buffer += chunk
            if len(self._buffer) > _LONGEST_LINE:
                raise imaplib.IMAP4.error("too long a line")
        end = self._buffer.find(b"\n")
        if end < 0:
            return None
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        return line


def _is_news(line: bytes) -> bool:
    """Whether a mail came. Raises: imaplib.IMAP4.error if the server says goodbye or refuses."""
    if line.upper().startswith((b"* BYE", TAG)):
        raise imaplib.IMAP4.error("refused")
    return _NEWS.match(line) is not None


def _readable(sock: socket.socket, seconds: float) -> bool:
    """TLS may hold bytes that the operating system has handed over already."""
    pending = getattr(sock, "pending", None)
    return bool(pending is not None and pending()) or bool(select.select([sock], [], [], seconds)[0])
