"""Reading calendars from a real server that does not play by the rules."""

import socket
import threading
from collections.abc import Iterator

import pytest

from expertpool.availability.rules.remote import NOTHING_SEEN, Seen, Trouble
from expertpool.availability.service.fetching import Fetcher
from expertpool.availability.service.wire import Failed
from tests.fixtures.calendar_server import CALENDAR, CalendarServer, answer, calendar_server, packed

MIB = 2**20


@pytest.fixture(scope="module")
def running() -> Iterator[CalendarServer]:
    with calendar_server() as server:
        yield server


@pytest.fixture
def server(running: CalendarServer) -> CalendarServer:
    """The server with nothing said or heard yet."""
    running.answers.clear()
    running.slowly.clear()
    running.asked.clear()
    return running


def _trouble(server: CalendarServer, path: str = "/a", **changes: object) -> Trouble:
    with pytest.raises(Failed) as failed:
        server.fetcher(**changes).fetch(server.url(path), NOTHING_SEEN)
    return failed.value.trouble


def test_a_calendar_is_read_with_the_marks_of_its_version(server: CalendarServer) -> None:
    server.answers["/a?key=b"] = answer("200 OK", CALENDAR, 'ETag: "v1"', "Last-Modified: yesterday")

    fetched = server.fetcher().fetch(server.url("/a?key=b"), NOTHING_SEEN)

    assert (fetched.files, fetched.seen) == ((CALENDAR,), Seen('"v1"', "yesterday"))
    (question,) = server.asked
    assert question.startswith(f"GET /a?key=b HTTP/1.1\r\nHost: calendar.example:{server.port}\r\n")
    assert "If-None-Match" not in question


def test_a_version_that_is_known_is_not_sent_again(server: CalendarServer) -> None:
    server.answers["/a"] = b"HTTP/1.1 304 Not Modified\r\n\r\n"

    fetched = server.fetcher().fetch(server.url("/a"), Seen('"v1"'))

    assert (fetched.files, fetched.seen) == (None, Seen('"v1"'))
    assert 'If-None-Match: "v1"\r\n' in server.asked[0]


def test_packed_and_chunked_bodies_are_read(server: CalendarServer) -> None:
    server.answers["/gzip"] = answer("200 OK", packed(CALENDAR), "Content-Encoding: gzip")
    chunk = f"{len(CALENDAR):x}\r\n".encode() + CALENDAR + b"\r\n0\r\n\r\n"
    server.answers["/chunks"] = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk
    server.answers["/bare"] = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + CALENDAR

    read = {path: server.fetcher().fetch(server.url(path), NOTHING_SEEN).files for path in server.answers}

    assert set(read.values()) == {(CALENDAR,)}


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_three_times_sent_on_is_followed_and_four_times_is_not(server: CalendarServer, status: int) -> None:
    for number in range(4):
        server.answers[f"/{number}"] = answer(f"{status} Elsewhere", b"", f"Location: /{number + 1}")
    server.answers["/4"] = answer("200 OK", CALENDAR)

    fetched = server.fetcher().fetch(server.url("/1"), NOTHING_SEEN)

    assert fetched.files == (CALENDAR,)
    assert _trouble(server, "/0") is Trouble.SENT_AROUND


@pytest.mark.parametrize(
    ("location", "trouble"),
    [
        ("http://calendar.example/a", Trouble.SENT_AWAY),
        ("file:///etc/passwd", Trouble.SENT_AWAY),
        ("https://calendar.example:22/", Trouble.SENT_AWAY),
        ("https://user:word@calendar.example:{port}/", Trouble.SENT_AWAY),
        ("https://inside.example:{port}/", Trouble.NOT_PUBLIC),
        ("https://[::1/", Trouble.STRANGE_ANSWER),
        ("", Trouble.STRANGE_ANSWER),
    ],
)
def test_being_sent_on_is_looked_at_like_the_first_address(
    server: CalendarServer, location: str, trouble: Trouble
) -> None:
    server.answers["/a"] = answer("302 Found", b"", "Location: " + location.format(port=server.port))

    assert _trouble(server) is trouble
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("status", "trouble"),
    [
        ("401 Unauthorized", Trouble.NOT_ALLOWED),
        ("404 Not Found", Trouble.NOT_THERE),
        ("500 Oops", Trouble.SERVER_FAULT),
        ("304 Not Modified", Trouble.STRANGE_ANSWER),
    ],
)
def test_a_status_that_is_no_calendar_is_a_trouble(
    server: CalendarServer, status: str, trouble: Trouble
) -> None:
    server.answers["/a"] = answer(status)

    assert _trouble(server) is trouble


def test_a_server_that_is_busy_says_until_when(server: CalendarServer) -> None:
    server.answers["/a"] = answer("503 Busy", b"", "Retry-After: 7200")

    with pytest.raises(Failed) as failed:
        server.fetcher().fetch(server.url("/a"), NOTHING_SEEN)

    assert (failed.value.trouble, failed.value.retry_after) == (Trouble.TOO_OFTEN, "7200")


@pytest.mark.parametrize(
    ("reply", "trouble"),
    [
        (answer("200 OK", CALENDAR, length=len(CALENDAR) + 1), Trouble.CUT_OFF),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nBEGIN", Trouble.CUT_OFF),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", Trouble.CUT_OFF),
        (answer("200 OK", packed(CALENDAR)[:-9], "Content-Encoding: gzip"), Trouble.CUT_OFF),
        (answer("200 OK", CALENDAR, "Content-Encoding: gzip"), Trouble.CUT_OFF),
        (answer("200 OK", CALENDAR, "Content-Encoding: br"), Trouble.STRANGE_ANSWER),
        (answer("200 OK", packed(bytes(9 * MIB)), "Content-Encoding: gzip"), Trouble.TOO_LARGE),
        (answer("200 OK", bytes(5 * MIB + 1)), Trouble.TOO_LARGE),
        (b"HTTP/1.1 200 OK\r\nX: " + b"a" * 70_000 + b"\r\n\r\n", Trouble.STRANGE_ANSWER),
        (b"HTTP/1.1 200 OK\r\n" + b"X: a\r\n" * 200 + b"\r\n", Trouble.STRANGE_ANSWER),
        (b"HTTP/1.1 100 Continue\r\n\r\n" * 9_000, Trouble.STRANGE_ANSWER),
        (b"SSH-2.0-OpenSSH_9.2\r\n", Trouble.STRANGE_ANSWER),
        (b"\x00" * 100, Trouble.STRANGE_ANSWER),
        (b"", Trouble.STRANGE_ANSWER),
    ],
)
def test_half_and_swollen_answers_are_none(server: CalendarServer, reply: bytes, trouble: Trouble) -> None:
    server.answers["/a"] = reply

    assert _trouble(server) is trouble


@pytest.mark.parametrize("reply", [answer("200 OK", CALENDAR), b"HTTP/1.1 200 OK\r\nX: " + b"a" * 500])
def test_a_server_that_drips_ends_with_the_deadline(server: CalendarServer, reply: bytes) -> None:
    server.answers["/a"] = reply
    server.slowly.add("/a")

    assert _trouble(server, seconds=0.2) is Trouble.TOO_SLOW


def test_a_name_service_that_hangs_ends_with_the_deadline(server: CalendarServer) -> None:
    never = threading.Event()

    trouble = _trouble(server, seconds=0.1, resolve=lambda _host, _port: [str(never.wait(3))])

    assert (trouble, server.asked) == (Trouble.TOO_SLOW, [])


def test_a_name_nobody_knows_is_told(server: CalendarServer) -> None:
    def unknown(_host: str, _port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    assert _trouble(server, resolve=unknown) is Trouble.NO_SUCH_SERVER


@pytest.mark.parametrize("answers", [["10.0.0.1"], ["127.0.0.1", "10.0.0.1"], ["::1", "127.0.0.1"]])
def test_one_answer_of_the_name_service_that_is_not_allowed_refuses_all(
    server: CalendarServer, answers: list[str]
) -> None:
    assert _trouble(server, resolve=lambda _host, _port: answers) is Trouble.NOT_PUBLIC
    assert server.asked == []


def test_the_address_that_was_looked_at_is_the_one_that_is_asked(server: CalendarServer) -> None:
    """A name that leads elsewhere the second time (rebinding) gains nothing: there is no second time."""
    turns = iter([["127.0.0.1"], ["10.0.0.1"]])
    server.answers["/a"] = answer("200 OK", CALENDAR)

    fetched = server.fetcher(resolve=lambda _host, _port: next(turns)).fetch(server.url("/a"), NOTHING_SEEN)

    assert fetched.files == (CALENDAR,)
    assert next(turns) == ["10.0.0.1"]


def test_in_service_this_machine_is_never_asked(server: CalendarServer) -> None:
    in_service = Fetcher(ports=frozenset({server.port}), resolve=lambda _host, _port: ["127.0.0.1"])

    with pytest.raises(Failed) as failed:
        in_service.fetch(server.url("/a"), NOTHING_SEEN)

    assert (failed.value.trouble, server.asked) == (Trouble.NOT_PUBLIC, [])


def test_a_server_that_cannot_prove_its_name_is_not_asked(server: CalendarServer) -> None:
    with pytest.raises(Failed) as other_name:
        server.fetcher().fetch(server.url("/a", host="other.example"), NOTHING_SEEN)
    with pytest.raises(Failed) as nobody_vouches:
        server.fetcher(tls=Fetcher().tls).fetch(server.url("/a"), NOTHING_SEEN)

    assert {other_name.value.trouble, nobody_vouches.value.trouble} == {Trouble.NOT_SECURE}
    assert server.asked == []


def test_nobody_at_home_is_told(server: CalendarServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    url = f"https://calendar.example:{port}/a"

    with pytest.raises(Failed) as failed:
        server.fetcher(ports=frozenset({port})).fetch(url, NOTHING_SEEN)

    assert failed.value.trouble is Trouble.NO_ANSWER


def test_a_failure_says_nothing_of_the_address(server: CalendarServer) -> None:
    with pytest.raises(Failed) as failed:
        server.fetcher().fetch(server.url("/private-3f9a"), NOTHING_SEEN)

    assert (str(failed.value), failed.value.__cause__) == ("not_there", None)


def test_proxy_settings_of_the_machine_are_not_followed(
    server: CalendarServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    server.answers["/a"] = answer("200 OK", CALENDAR)

    assert server.fetcher().fetch(server.url("/a"), NOTHING_SEEN).files == (CALENDAR,)
