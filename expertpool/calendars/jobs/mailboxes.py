"""Where answers lie: a Maildir on this machine, or a folder of an IMAP server.

What lies there waits; what was taken in is moved away. Nothing is decided by whether a mail was read.
"""

import contextlib
import imaplib
import os
import re
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from expertpool.calendars.jobs.idling import Idling
from expertpool.calendars.rules import LARGEST_MAIL
from expertpool.calendars.service import Found

TIMEOUT_SECONDS = 20.0
LONGEST_WAIT_SECONDS = 300.0  # a connection that died unnoticed is found out by then
MOST_AT_ONCE = 200
_ENOUGH = LARGEST_MAIL + 1  # octets: one more than is read, so that too large a mail is seen to be so
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


class MailTrouble(Exception):
    """The mailbox cannot be read now; the next look may find it well."""


class Mailbox(Protocol):
    """Something that holds mails until they are taken in."""

    def waiting(self) -> Iterator[Found]:
        """What waits, oldest first, a bounded number. Raises: MailTrouble."""

    def settle(self, found: Found) -> None:
        """Move a mail away that was taken in, before the next one is asked for. Raises: MailTrouble."""


class Maildir:
    """A Maildir as mail servers deliver into it: `new` waits, `cur` was taken in."""

    def __init__(self, folder: Path) -> None:
        self._new, self._cur = folder / "new", folder / "cur"

    def waiting(self) -> Iterator[Found]:
        """The mails in `new`. Their names are unique for ever, which makes them the place."""
        if not self._new.is_dir():
            return
        for name in sorted(entry.name for entry in os.scandir(self._new) if entry.is_file())[:MOST_AT_ONCE]:
            path = self._new / name
            with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
                raw = file.read(_ENOUGH)
                yield Found(f"maildir:{_safe(name)}", raw, os.fstat(file.fileno()).st_size)

    def settle(self, found: Found) -> None:
        """Move the mail to `cur` and mark it as seen."""
        self._cur.mkdir(exist_ok=True)
        wanted = found.place.removeprefix("maildir:")
        for entry in os.scandir(self._new):
            if _safe(entry.name) == wanted:
                with contextlib.suppress(FileNotFoundError):
                    Path(entry.path).rename(self._cur / f"{entry.name.partition(':')[0]}:2,S")


def _safe(name: str) -> str:
    """A file name as the log keeps it: file systems allow bytes that text does not."""
    return name.encode(errors="backslashreplace").decode()[:280]


class Imap:
    """A folder of an IMAP server, by `imap(s)://user:password@host[:port][?starttls=1&folder=&done=]`."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        asked = parse_qs(parts.query)
        self._host, self._tls = parts.hostname or "127.0.0.1", parts.scheme == "imaps"
        self._port = parts.port or (993 if self._tls else 143)
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._starttls = asked.get("starttls") == ["1"]
        self._folder = asked.get("folder", ["INBOX"])[0]
        self._done = asked.get("done", ["Expertpool"])[0]
        self._server: imaplib.IMAP4 | None = None

    def waiting(self) -> Iterator[Found]:
        """The mails in the folder. UIDVALIDITY and UID name one for ever (RFC 3501 section 2.3.1.1)."""
        with self._connected() as server:
            validity = _text(server.response("UIDVALIDITY")[1][-1])
            for uid in _words(server.uid("SEARCH", "ALL"))[:MOST_AT_ONCE]:
                found = _fetched(server, uid, f"imap:{validity}:{uid}")
                if found is not None:
                    yield found

    def news(self, stop: threading.Event) -> Iterator[None]:
        """Yields whenever somebody should look: at the beginning, when a mail came, and now and then.

        Ends when told to, and at once where the server does not offer it. Raises: MailTrouble.
        Source: RFC 2177.
        """
        with self._connected() as server:
            if "IDLE" not in server.capabilities:
                return
            idling = Idling(server, answers_within=TIMEOUT_SECONDS)
            while not stop.is_set():
                yield
                idling.wait(LONGEST_WAIT_SECONDS, stop)

    def settle(self, found: Found) -> None:
        """Move the mail to the other folder, by the same connection that found it."""
        server, uid = self._server, found.place.rpartition(":")[2]
        assert server is not None
        server.create(_quoted(self._done))  # says no if it is there already
        if "MOVE" in server.capabilities:
            _demand(server.uid("MOVE", uid, _quoted(self._done)))
            return
        _demand(server.uid("COPY", uid, _quoted(self._done)))
        _demand(server.uid("STORE", uid, "+FLAGS.SILENT", r"(\Deleted)"))
        _demand(server.expunge())

    @contextlib.contextmanager
    def _connected(self) -> Iterator[imaplib.IMAP4]:
        try:
            server = self._connect()
            try:
                server.login(self._user, self._password)
                # What a server offers it may tell only after signing in, and imaplib asks before.
                server.capabilities = tuple(_text(server.capability()[1][-1]).upper().split())
                _demand(server.select(_quoted(self._folder)))
                self._server = server
                yield server
            finally:
                self._server = None
                with contextlib.suppress(OSError, imaplib.IMAP4.error):
                    server.logout()
        except (OSError, imaplib.IMAP4.error, ssl.SSLError) as error:
            # What a server says may quote the user's name or a mail: only the kind of error is kept.
            raise MailTrouble(type(error).__name__) from error

    def _connect(self) -> imaplib.IMAP4:
        context = ssl.create_default_context()
        if self._tls:
            return imaplib.IMAP4_SSL(self._host, self._port, ssl_context=context, timeout=TIMEOUT_SECONDS)
        server = imaplib.IMAP4(self._host, self._port, timeout=TIMEOUT_SECONDS)
        if self._starttls:
            server.starttls(context)
        return server


def _fetched(server: imaplib.IMAP4, uid: str, place: str) -> Found | None:
    """The mail, its beginning only if it is too large; None if somebody took it away meanwhile."""
    _, answer = server.uid("FETCH", uid, f"(RFC822.SIZE BODY.PEEK[]<0.{_ENOUGH}>)")
    for part in answer or []:
        if isinstance(part, tuple) and (size := _SIZE.search(part[0])):
            return Found(place, part[1], int(size[1]))
    return None


def _demand(answer: tuple[str, object]) -> None:
    if answer[0] != "OK":
        raise imaplib.IMAP4.error("refused")


def _words(answer: tuple[str, list[bytes]]) -> list[str]:
    _demand(answer)
    return [_text(word) for word in (answer[1][0] or b"").split()]


def _text(value: bytes | None) -> str:
    return (value or b"").decode("ascii", errors="replace")


def _quoted(folder: str) -> str:
    return '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'
