"""A mail server that does what real ones do on bad days, and remembers what it kept."""

import contextlib
import email
import email.policy
import enum
import random
import socketserver
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from icalendar import Calendar

HANG_SECONDS = 1.5  # longer than the sender's patience


class Mood(enum.StrEnum):
    """What happens to one delivery."""

    KIND = "kind"
    GREYLIST = "greylist"  # 451 to RCPT
    SHUTTING_DOWN = "shutting_down"  # 421 to MAIL
    HANG = "hang"  # no answer to DATA, nothing kept
    KEEP_AND_DROP = "keep_and_drop"  # kept, then the line breaks before 250
    LATE = "late"  # kept, 250 after a while
    TOO_LATE = "too_late"  # kept, 250 when the sender has given up
    REFUSE_LATE = "refuse_late"  # 452 after the text


WEIGHTS = {
    Mood.KIND: 6,
    Mood.GREYLIST: 3,
    Mood.SHUTTING_DOWN: 1,
    Mood.HANG: 1,
    Mood.KEEP_AND_DROP: 3,
    Mood.LATE: 3,
    Mood.TOO_LATE: 1,
    Mood.REFUSE_LATE: 1,
}


@dataclass(frozen=True)
class Kept:
    """A mail the server kept, in the order in which it kept them."""

    recipient: str
    message_id: str
    uid: str
    sequence: int
    method: str
    message: bytes


@dataclass
class Memory:
    """All that arrived. Addresses that begin with "nobody" do not exist (550)."""

    seed: int
    kept: list[Kept] = field(default_factory=list)
    moods: dict[Mood, int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)

    def mood(self) -> Mood:
        """What happens to the next delivery."""
        with self.lock:
            (mood,) = self.chance.choices(list(WEIGHTS), list(WEIGHTS.values()))
            self.moods[mood] = self.moods.get(mood, 0) + 1
            return mood

    def keep(self, recipient: str, message: bytes) -> None:
        """Remember a mail that was accepted."""
        with self.lock:
            self.kept.append(_read(recipient, message))


def _read(recipient: str, message: bytes) -> Kept:
    mail = email.message_from_bytes(message, policy=email.policy.SMTP)
    part = next(each for each in mail.walk() if each.get_content_type() == "text/calendar")
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    calendar = Calendar.from_ical(payload)
    (event,) = calendar.walk("VEVENT")
    return Kept(
        recipient=recipient,
        message_id=str(mail["Message-ID"]),
        uid=str(event["UID"]),
        sequence=int(str(event["SEQUENCE"])),
        method=str(calendar["METHOD"]),
        message=message,
    )


class _Dialogue(socketserver.StreamRequestHandler):
    """One connection: just enough of RFC 5321."""

    memory: Memory
    recipient = ""

    def handle(self) -> None:
        with contextlib.suppress(ConnectionError):
            self.mood = self.memory.mood()
            self._say("220 hostile")
            while line := self.rfile.readline():
                if not self._answer(line.decode("ascii", "replace").strip()):
                    return

    def _say(self, reply: str) -> bool:
        self.wfile.write(reply.encode() + b"\r\n")
        return True

    def _answer(self, line: str) -> bool:
        verb = line[:4].upper()
        if verb in ("EHLO", "HELO", "RSET", "NOOP"):
            return self._say("250 ok")
        if verb == "MAIL":
            if self.mood is Mood.SHUTTING_DOWN:
                return not self._say("421 shutting down")
            return self._say("250 ok")
        if verb == "RCPT":
            return self._recipient(line)
        if verb == "DATA":
            return self._data()
        return not self._say("221 bye")

    def _recipient(self, line: str) -> bool:
        self.recipient = line.partition("<")[2].partition(">")[0]
        if self.recipient.startswith("nobody"):
            return self._say("550 no such user")
        return self._say("451 come back later" if self.mood is Mood.GREYLIST else "250 ok")

    def _data(self) -> bool:
        if self.mood is Mood.HANG:
            time.sleep(HANG_SECONDS)
            return False
        self._say("354 go on")
        lines: list[bytes] = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return False  # the sender died in the middle: nothing is kept
            lines.append(line[1:] if line.startswith(b"..") else line)
        if self.mood is Mood.REFUSE_LATE:
            return self._say("452 no room")
        self.memory.keep(self.recipient, b"".join(lines))
        if self.mood is Mood.KEEP_AND_DROP:
            return False
        if self.mood in (Mood.LATE, Mood.TOO_LATE):
            time.sleep(0.3 if self.mood is Mood.LATE else HANG_SECONDS)
        return self._say("250 kept")


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True


@contextlib.contextmanager
def hostile_server(seed: int) -> Iterator[tuple[int, Memory]]:
    """The port of a running server, and what it remembers."""
    memory = Memory(seed)
    handler = type("Dialogue", (_Dialogue,), {"memory": memory})
    with _Server(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server.server_address[1], memory
        finally:
            server.shutdown()
