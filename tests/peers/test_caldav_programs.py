"""Programs that read and write the two calendars of an expert: vdirsyncer, khal and Thunderbird."""

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from expertpool.availability.rules import Span, Spans
from expertpool.calendars.queries import busy_of
from expertpool.engagements.rules import AGREED
from expertpool.infra import clock
from tests.fixtures.house import House, Offered
from tests.fixtures.mail_lab import until
from tests.fixtures.peers import khal, run
from tests.fixtures.thunderbird import Thunderbird

pytestmark = pytest.mark.peers
SYNCED = pytest.mark.peer("vdirsyncer + khal", "CalDAV: answered and blocked time from files")
TRIES = 300
SEOUL = dt.timezone(dt.timedelta(hours=9))

VDIRSYNCER = """
[general]
status_path = "{folder}/status"
[pair expert]
a = "remote"
b = "local"
collections = ["busy", "assignments"]
[storage remote]
type = "caldav"
url = "{url}/dav/"
username = "{user}"
password = "{password}"
[storage local]
type = "filesystem"
path = "{folder}"
fileext = ".ics"
"""


def _synced(house: House, folder: Path) -> None:
    settings = folder / "vdirsyncer.ini"
    user, password = house.calendar_account()
    if not settings.exists():
        facts = {"folder": folder, "url": house.settings.base_url, "user": user, "password": password}
        settings.write_text(VDIRSYNCER.format(**facts))
        run(folder, "vdirsyncer", "-c", str(settings), "discover")
    run(folder, "vdirsyncer", "-c", str(settings), "sync")


def _told(house: House) -> Offered:
    offer = house.offer()
    until(lambda: house.told(offer), tries=TRIES)
    return offer


def _busy(house: House) -> Spans:
    def asked(session: Session) -> Spans:
        return busy_of(session, house.expert_id, Span(clock.now(), clock.now() + dt.timedelta(days=60)))

    return house.read(asked)


@SYNCED
def test_an_answer_written_into_a_file_is_our_answer(house: House, tmp_path: Path) -> None:
    offer = _told(house)
    _synced(house, tmp_path)
    uid = house.event(offer).uid
    (file,) = [each for each in (tmp_path / "assignments").glob("*.ics") if uid in each.read_text()]

    asked = file.read_bytes().replace(b"\r\n ", b"")
    assert b"PARTSTAT=NEEDS-ACTION" in asked
    file.write_bytes(asked.replace(b"PARTSTAT=NEEDS-ACTION", b"PARTSTAT=ACCEPTED"))
    _synced(house, tmp_path)

    assert house.engagement(offer.id).state in AGREED


@SYNCED
def test_time_blocked_with_khal_is_busy_here(house: House, tmp_path: Path) -> None:
    _synced(house, tmp_path)
    start = (clock.now().astimezone(SEOUL) + dt.timedelta(days=30)).replace(
        hour=10, minute=0, second=0, microsecond=0
    )

    khal(tmp_path, "busy", "new", "-a", "busy", f"{start:%Y-%m-%d}", "10:00", "12:00", "Dentist")
    _synced(house, tmp_path)

    spans = [span for span in _busy(house) if span.start == start.astimezone(dt.UTC)]
    assert [span.length for span in spans] == [dt.timedelta(hours=2)]
    assert "Dentist" in khal(tmp_path, "busy", "list", f"{start:%Y-%m-%d}", "1d")


CONNECTED = pytest.mark.peer("Thunderbird", "CalDAV: answered and blocked time")


@pytest.fixture(scope="module")
def connected(house: House, thunderbird: Thunderbird) -> Thunderbird:
    """Thunderbird with the two calendars of the expert, whose names are their addresses."""
    user, password = house.calendar_account()
    thunderbird.keep_password(house.settings.base_url, "expertpool calendars", user, password)
    for calendar in ("busy", "assignments"):
        thunderbird.subscribe("caldav", house.calendar(calendar), user)
    return thunderbird


@CONNECTED
def test_an_answer_in_the_calendar_is_our_answer(house: House, connected: Thunderbird) -> None:
    offer = _told(house)
    uid = house.event(offer).uid
    connected.refresh()
    until(lambda: uid in connected.events(), tries=TRIES)

    connected.answer(uid, "ACCEPTED")

    until(lambda: house.engagement(offer.id).state in AGREED, tries=TRIES)


@CONNECTED
def test_time_blocked_in_the_calendar_is_busy_here(house: House, connected: Thunderbird) -> None:
    start = clock.now().replace(minute=0, second=0, microsecond=0) + dt.timedelta(days=40)
    lines = (
        *("BEGIN:VEVENT", "UID:blocked-in-thunderbird", "SUMMARY:Dentist"),
        *(f"DTSTART:{start:%Y%m%dT%H%M%SZ}", "DURATION:PT2H", "END:VEVENT"),
    )

    connected.enter(house.calendar("busy"), "\r\n".join(lines))

    until(lambda: any(span.start == start for span in _busy(house)), tries=TRIES)
