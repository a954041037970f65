"""A CalDAV server of others, read as a calendar elsewhere."""

import datetime as dt
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from expertpool.availability.rules import Span
from expertpool.availability.rules.remote import NOTHING_SEEN, Login, Seen, Trouble, check_address
from expertpool.availability.service.caldav import read_caldav
from expertpool.availability.service.fetching import Fetched, Fetcher, Question
from expertpool.availability.service.importing import import_busy
from expertpool.availability.service.wire import Deadline, Failed
from tests.fixtures.calendar_server import HOST, CalendarServer, a_certificate, trusting
from tests.fixtures.dav import START, entry
from tests.fixtures.mail_lab import until
from tests.fixtures.peers import FOLDER

pytestmark = [pytest.mark.peers, pytest.mark.peer("Radicale", "calendar elsewhere: found, read, unchanged")]

LOGIN = Login("yun", "wörd:비밀")
WINDOW = Span(START - dt.timedelta(days=1), START + dt.timedelta(days=30))
CALENDAR = b"""<C:mkcalendar xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><set><prop>
<C:supported-calendar-component-set><C:comp name="VEVENT"/></C:supported-calendar-component-set>
</prop></set></C:mkcalendar>"""
SETTINGS = """
[server]
hosts = 127.0.0.1:{port}
ssl = True
certificate = {both}
key = {both}
[auth]
type = htpasswd
htpasswd_filename = {folder}/users
htpasswd_encryption = plain
delay = 0
[storage]
filesystem_folder = {folder}/kept
[logging]
level = error
"""


@dataclass(frozen=True)
class Radicale:
    """A running server with one user."""

    port: int
    fetcher: Fetcher

    def write(self, method: str, path: str, body: bytes, kind: str) -> int:
        headers = {"Authorization": LOGIN.header, "Content-Type": kind}
        target = check_address(f"https://{HOST}:{self.port}{path}", ports=self.fetcher.ports)
        question = Question(method, headers, body)
        return self.fetcher.follow(target, question, Deadline(5), most=10_000).status

    def put(self, path: str, body: bytes) -> None:
        assert self.write("PUT", path, body, "text/calendar") in (201, 204)

    def read(self, path: str = "/", login: Login = LOGIN, seen: Seen = NOTHING_SEEN) -> Fetched:
        url = f"https://{HOST}:{self.port}{path}"
        return read_caldav(self.fetcher, url, login, seen, WINDOW)


@pytest.fixture
def radicale(tmp_path: Path) -> Iterator[Radicale]:
    program = FOLDER / "bin" / "radicale"
    if not program.exists():
        pytest.skip("no radicale: run `make test-peers`")
    both = a_certificate(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = int(taken.getsockname()[1])
    (tmp_path / "users").write_text(f"{LOGIN.user}:{LOGIN.password}\n", encoding="utf-8")
    settings = tmp_path / "radicale.ini"
    settings.write_text(SETTINGS.format(port=port, both=both, folder=tmp_path), encoding="utf-8")
    running = subprocess.Popen([program, "--config", str(settings)])
    try:
        until(lambda: _listens(port))
        yield Radicale(port, CalendarServer(port, trusted=trusting(both)).fetcher())
    finally:
        running.terminate()
        running.wait(10)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _starts(fetched: Fetched) -> list[dt.datetime]:
    assert fetched.files is not None
    read = import_busy(*fetched.files, window=WINDOW, tz="Asia/Seoul")
    return [span.start for span in read.busy]


def test_an_account_is_read_and_asked_again_only_for_what_changed(radicale: Radicale) -> None:
    day = dt.timedelta(days=1)
    for name in ("work", "home"):
        assert radicale.write("MKCALENDAR", f"/yun/{name}/", CALENDAR, "application/xml") == 201
    radicale.put("/yun/work/1.ics", entry("one"))
    radicale.put("/yun/home/2.ics", entry("two", "RRULE:FREQ=DAILY;COUNT=2", start=START + day))
    radicale.put("/yun/home/3.ics", entry("old", start=START - 90 * day))

    first = radicale.read()
    same = radicale.read(seen=first.seen)
    radicale.put("/yun/work/1.ics", entry("one", start=START + 5 * day))
    changed = radicale.read(seen=first.seen)

    assert _starts(first) == [START, START + day, START + 2 * day]
    assert first.files is not None
    assert len(first.files) == 2
    assert same.files is None
    assert _starts(changed) == [START + day, START + 2 * day, START + 5 * day]
    assert len(radicale.read("/yun/work/").files or ()) == 1


def test_a_wrong_password_and_a_place_without_calendars_are_told(radicale: Radicale) -> None:
    troubles = []
    for path, login in (("/yun/", Login("yun", "other")), ("/yun/", LOGIN), ("/nobody/none/", LOGIN)):
        with pytest.raises(Failed) as failed:
            radicale.read(path, login)
        troubles.append(failed.value.trouble)

    assert troubles[:2] == [Trouble.SIGN_IN_REFUSED, Trouble.NO_CALENDAR]
    assert troubles[2] in (Trouble.NO_CALENDAR, Trouble.SIGN_IN_REFUSED)
