"""Calendars of others read by CalDAV, from servers that differ and from some that are up to no good."""

from collections.abc import Iterator

import pytest

from expertpool.availability.rules.remote import NOTHING_SEEN, Login, Seen, Trouble
from expertpool.availability.service.caldav import read_caldav
from expertpool.availability.service.fetching import Fetched
from expertpool.availability.service.wire import Failed
from tests.fixtures.caldav_server import found, item, parts, place
from tests.fixtures.calendar_server import CALENDAR, CalendarServer, answer, calendar_server
from tests.rules.availability.calendar_files import SEPTEMBER

EVENT = CALENDAR.decode().replace("\r\n", "\n").strip()
LOGIN = Login("yun@mail.example", "secret-word")
SENT = "Authorization: Basic eXVuQG1haWwuZXhhbXBsZTpzZWNyZXQtd29yZA=="


@pytest.fixture(scope="module")
def running() -> Iterator[CalendarServer]:
    with calendar_server() as server:
        yield server


@pytest.fixture
def server(running: CalendarServer) -> CalendarServer:
    """The server with nothing said or heard yet."""
    running.answers.clear()
    running.once.clear()
    running.asked.clear()
    return running


def _read(server: CalendarServer, path: str = "/a/", seen: Seen = NOTHING_SEEN, **changes: object) -> Fetched:
    return read_caldav(server.fetcher(**changes), server.url(path), LOGIN, seen, SEPTEMBER)


def _trouble(server: CalendarServer, path: str = "/a/", **changes: object) -> Trouble:
    with pytest.raises(Failed) as failed:
        _read(server, path, NOTHING_SEEN, **changes)
    assert "secret" not in repr(failed.value)
    return failed.value.trouble


def _methods(server: CalendarServer) -> list[str]:
    return [" ".join(question.split(" ")[:2]) for question in server.asked]


def _a_calendar(server: CalendarServer, ctag: str = "c1") -> None:
    server.answers["PROPFIND /a/"] = parts(place("/a/", calendar=True, ctag=ctag))
    server.answers["REPORT /a/"] = parts(item("/a/1.ics", '"1"', EVENT))


def test_a_calendar_is_asked_for_the_events_of_the_period(server: CalendarServer) -> None:
    _a_calendar(server)

    fetched = _read(server)

    assert fetched.files == (EVENT.encode(),)
    assert _methods(server) == ["PROPFIND /a/", "REPORT /a/"]
    assert all(SENT in question for question in server.asked)
    assert 'start="20260831T150000Z" end="20260930T150000Z"' in server.asked[1]


def test_a_mark_that_is_known_ends_the_reading_and_another_does_not(server: CalendarServer) -> None:
    _a_calendar(server)
    seen = _read(server).seen

    same = _read(server, seen=seen)
    _a_calendar(server, "c2")
    other = _read(server, seen=seen)

    assert (same.files, same.seen) == (None, seen)
    assert (other.files, other.seen == seen) == ((EVENT.encode(),), False)


def test_an_account_leads_to_its_calendars_of_events(server: CalendarServer) -> None:
    server.answers["PROPFIND /"] = parts(place("/", principal="/me/"))
    server.answers["PROPFIND /me/"] = parts(place("/me/", home="/home/"))
    server.answers["PROPFIND /home/"] = parts(
        place("/home/"),
        place("/a/", calendar=True, token="t1"),
        place("/tasks/", calendar=True, parts="VTODO"),
        place("/others/", calendar=True, transparent=True),
    )
    server.answers["REPORT /a/"] = parts(item("/a/1.ics", '"1"', EVENT))

    assert _read(server, "/").files == (EVENT.encode(),)
    assert _methods(server) == ["PROPFIND /", "PROPFIND /me/", "PROPFIND /home/", "REPORT /a/"]


@pytest.mark.parametrize("status", ["403 Forbidden", "501 Not Implemented"])
def test_where_a_period_cannot_be_asked_for_the_events_are_named_one_by_one(
    server: CalendarServer, status: str
) -> None:
    _a_calendar(server)
    listing = parts(place("/a/", calendar=True, ctag="c1"), item("/a/1.ics", '"1"'), item("/a/2.ics", '"2"'))
    server.answers["PROPFIND /a/"] = listing
    server.once["REPORT /a/"] = answer(status)
    gone = "<d:response><d:href>/a/2.ics</d:href><d:status>HTTP/1.1 404 Gone</d:status></d:response>"
    server.answers["REPORT /a/"] = parts(item("/a/1.ics", '"1"', EVENT), gone)

    assert _read(server).files == (EVENT.encode(),)
    assert _methods(server) == ["PROPFIND /a/", "REPORT /a/", "PROPFIND /a/", "REPORT /a/"]
    assert "calendar-multiget" in server.asked[-1]
    assert "<d:href>/a/1.ics</d:href><d:href>/a/2.ics</d:href>" in server.asked[-1]


def test_events_that_a_server_names_without_their_words_are_asked_for(server: CalendarServer) -> None:
    """The same answer to both reports: the second one shows one of two, and the other is told as lost."""
    server.answers["PROPFIND /a/"] = parts(place("/a/", calendar=True, ctag="c1"))
    server.answers["REPORT /a/"] = parts(item("/a/1.ics", '"1"', EVENT), item("/a/2.ics", '"2"'))

    files = _read(server).files

    assert files == (EVENT.encode(), EVENT.encode(), b"")
    assert "/a/2.ics" in server.asked[-1]


def test_versions_of_events_tell_that_nothing_changed(server: CalendarServer) -> None:
    server.answers["PROPFIND /a/"] = parts(place("/a/", calendar=True), item("/a/1.ics", '"1"'))
    server.answers["REPORT /a/"] = parts(item("/a/1.ics", '"1"', EVENT))
    seen = _read(server).seen

    assert _read(server, seen=seen).files is None
    server.answers["PROPFIND /a/"] = parts(place("/a/", calendar=True), item("/a/1.ics", '"2"'))
    assert _read(server, seen=seen).files == (EVENT.encode(),)


def test_being_sent_on_within_the_server_is_followed(server: CalendarServer) -> None:
    _a_calendar(server)
    server.answers["PROPFIND /old/"] = answer("301 Moved", b"", "Location: /a/")

    assert _read(server, "/old/").files == (EVENT.encode(),)


@pytest.mark.parametrize(
    "reply",
    [
        answer("301 Moved", b"", "Location: https://inside.example:{port}/a/"),
        answer("301 Moved", b"", "Location: https://other.example:{port}/a/"),
        parts(place("/a/", principal="https://other.example:{port}/me/")),
        parts(place("/a/", home="https://other.example:{port}/home/")),
    ],
)
def test_the_password_is_sent_to_no_other_server(server: CalendarServer, reply: bytes) -> None:
    """Certificate and address of the other one would do: only its name differs."""
    moved = reply.replace(b"{port}", str(server.port).encode())
    server.answers["PROPFIND /a/"] = moved.replace(b"Content-Length: ", b"X-Length: ")

    assert _trouble(server) is Trouble.OTHER_SERVER
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("reply", "trouble"),
    [
        (answer("401 Unauthorized"), Trouble.SIGN_IN_REFUSED),
        (answer("301 Moved", b"", "Location: http://calendar.example/a/"), Trouble.SENT_AWAY),
        (answer("301 Moved", b"", "Location: /a/"), Trouble.SENT_AROUND),
        (answer("200 OK", CALENDAR), Trouble.STRANGE_ANSWER),
        (answer("207 Multi-Status", b"<a"), Trouble.STRANGE_ANSWER),
        (answer("207 Multi-Status", b"<!DOCTYPE a><a/>"), Trouble.STRANGE_ANSWER),
        (parts(), Trouble.STRANGE_ANSWER),
        (parts(place("/a/")), Trouble.NO_CALENDAR),
        (parts(place("/a/", home="/a/")), Trouble.NO_CALENDAR),
        (parts(place("/a/", home="https://[::1/")), Trouble.STRANGE_ANSWER),
        (parts(place("/a/", principal="file:///etc/passwd")), Trouble.STRANGE_ANSWER),
        (
            parts(place("/a/", home="/a/"), *(place(f"/{number}/", calendar=True) for number in range(11))),
            Trouble.TOO_MANY_CALENDARS,
        ),
    ],
)
def test_what_is_no_calendar_is_told_in_words(server: CalendarServer, reply: bytes, trouble: Trouble) -> None:
    server.answers["PROPFIND /a/"] = reply

    assert _trouble(server) is trouble


def test_part_of_a_calendar_is_none(server: CalendarServer) -> None:
    _a_calendar(server)
    more = "<d:response><d:href>/a/</d:href><d:status>HTTP/1.1 507 More</d:status></d:response>"
    server.answers["REPORT /a/"] = parts(item("/a/1.ics", '"1"', EVENT), more)

    assert _trouble(server) is Trouble.TOO_LARGE


def test_the_bounds_hold_for_all_answers_together(server: CalendarServer) -> None:
    _a_calendar(server)
    size = len(server.answers["REPORT /a/"])

    assert _read(server, most_bytes=2 * size).files
    assert _trouble(server, most_bytes=size) is Trouble.TOO_LARGE


def test_addresses_inside_are_refused_as_for_every_calendar(server: CalendarServer) -> None:
    assert _trouble(server, resolve=lambda _host, _port: ["10.0.0.1"]) is Trouble.NOT_PUBLIC
    assert server.asked == []


def test_addresses_of_events_are_no_addresses_to_go_to(server: CalendarServer) -> None:
    _a_calendar(server)
    hostile = [item(href, "1", EVENT) for href in ("https://[::1", "", "//inside.example/x", "/a")]
    server.answers["REPORT /a/"] = parts(*hostile)

    assert len(_read(server).files or ()) == 3  # the last one is the calendar itself
    assert len(server.asked) == 2


def test_names_of_events_are_sent_back_as_text_and_nothing_else(server: CalendarServer) -> None:
    server.answers["PROPFIND /a/"] = parts(place("/a/", calendar=True, ctag="c1"))
    server.answers["REPORT /a/"] = parts(found("/a/&lt;x&gt;&amp;.ics", "<d:getetag>1</d:getetag>"))

    assert _read(server).files == (b"",)
    assert "<d:href>/a/&lt;x&gt;&amp;.ics</d:href>" in server.asked[-1]
