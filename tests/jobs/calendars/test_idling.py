"""Being told of new mail: what a server may say, and when waiting ends."""

import imaplib
import socket
import threading
from collections.abc import Iterator

import pytest

from expertpool.calendars.jobs.idling import Idling

FOREVER = 3600.0


class Line:
    """A connection whose other end says what the test wants, at once."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)


@pytest.fixture
def ends() -> Iterator[tuple[Idling, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield Idling(Line(ours), answers_within=5.0), theirs  # type: ignore[arg-type] # as much as is used


@pytest.mark.parametrize(
    "said",
    [
        b"+ idling\r\n* 3 EXISTS\r\nIDLE1 OK Done.\r\n",
        b"* 3 EXISTS\r\n+ idling\r\nIDLE1 OK Done.\r\n",
        b"+ idling\r\n* OK Still here\r\n* 2 EXPUNGE\r\n* 3 exists\r\n* 1 RECENT\r\nIDLE1 OK Done.\r\n",
    ],
)
def test_waiting_ends_when_a_mail_comes(ends: tuple[Idling, socket.socket], said: bytes) -> None:
    idling, server = ends
    server.sendall(said)

    idling.wait(FOREVER, threading.Event())

    assert server.recv(100) == b"IDLE1 IDLE\r\nDONE\r\n"


def test_waiting_ends_when_told_to_stop(ends: tuple[Idling, socket.socket]) -> None:
    idling, server = ends
    stop = threading.Event()
    stop.set()
    server.sendall(b"+ idling\r\nIDLE1 OK Done.\r\n")

    idling.wait(FOREVER, stop)

    assert server.recv(100) == b"IDLE1 IDLE\r\nDONE\r\n"


def test_waiting_ends_after_its_time(ends: tuple[Idling, socket.socket]) -> None:
    idling, server = ends
    server.sendall(b"+ idling\r\nIDLE1 OK Done.\r\n")

    idling.wait(0.0, threading.Event())

    assert server.recv(100) == b"IDLE1 IDLE\r\nDONE\r\n"


def test_news_after_the_end_of_one_wait_end_the_next(ends: tuple[Idling, socket.socket]) -> None:
    idling, server = ends
    server.sendall(b"+ idling\r\nIDLE1 OK Done.\r\n* 4 EXISTS\r\n")
    idling.wait(0.0, threading.Event())

    server.sendall(b"+ idling\r\nIDLE1 OK Done.\r\n")
    idling.wait(FOREVER, threading.Event())

    assert server.recv(100) == b"IDLE1 IDLE\r\nDONE\r\n" * 2


@pytest.mark.parametrize(
    "said", [b"IDLE1 BAD no such thing\r\n", b"+ idling\r\n* BYE\r\n", b"+ idling\r\nIDLE1 NO\r\n"]
)
def test_a_server_that_refuses_is_trouble(ends: tuple[Idling, socket.socket], said: bytes) -> None:
    idling, server = ends
    server.sendall(said)

    with pytest.raises(imaplib.IMAP4.error):
        idling.wait(FOREVER, threading.Event())


@pytest.mark.parametrize("said", [b"", b"+ idling\r\n* 3 EX"])
def test_a_server_that_hangs_up_is_trouble(ends: tuple[Idling, socket.socket], said: bytes) -> None:
    idling, server = ends
    server.sendall(said)
    server.shutdown(socket.SHUT_WR)

    with pytest.raises(ConnectionError, match="hung up"):
        idling.wait(FOREVER, threading.Event())


def test_a_line_without_an_end_is_trouble(ends: tuple[Idling, socket.socket]) -> None:
    idling, server = ends
    threading.Thread(target=server.sendall, args=(b"+ " + b"x" * 70_000,), daemon=True).start()

    with pytest.raises(imaplib.IMAP4.error):
        idling.wait(FOREVER, threading.Event())
