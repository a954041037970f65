"""Calendar parts as other people's validators see them: not one message."""

import ctypes
import ctypes.util
import datetime as dt
import json
import shutil
import subprocess
import uuid
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar, Component

from expertpool.availability.rules import Span
from expertpool.calendars.rules import (
    DeskEvent,
    EventStatus,
    Mailbox,
    Partstat,
    SeatEvent,
    SeatTold,
    busy_window,
    cancel,
    decline_counter,
    desk_events,
    feed,
    free_busy,
    request,
)
from tests.fixtures.peers import FOLDER, has

pytestmark = pytest.mark.peers

VALID = "no complaint about any part"
NOW = dt.datetime(2026, 9, 1, tzinfo=dt.UTC)


def _parts() -> dict[str, bytes]:
    event = SeatEvent(
        uid="9f3c1b7e52aa4d06@pool.example",
        sequence=0,
        revision=0,
        changed_at=NOW,
        start=NOW + dt.timedelta(days=6),
        end=NOW + dt.timedelta(days=6, hours=2),
        tzid="Asia/Seoul",
        status=EventStatus.TENTATIVE,
        organizer=Mailbox("desk@desk.example", "전문가풀"),
        attendee=Mailbox("gildong.hong@univ.example", "홍길동"),
        partstat=Partstat.NEEDS_ACTION,
        summary="전문가 지원 일정, 아주 긴 제목이라서 한 줄에 다 들어가지 않아 접어야 하는 일정",
        location="서울",
        url="https://pool.example/engagements/12",
    )
    tokened = replace(
        event, organizer=Mailbox(f"desk+{'a' * 26}@desk.example", "전문가풀"), sent_by="official@m.example"
    )
    off = replace(tokened, status=EventStatus.CANCELLED)
    return {
        "invitation": request(tokened),
        "invitation elsewhere": request(replace(tokened, tzid="Europe/Berlin")),
        "cancellation": cancel(off),
        "declined proposal": decline_counter(tokened, sequence=1, now=NOW),
        "feed": feed(
            [event, replace(off, uid="9f3c1b7e52aa4d07@pool.example")],
            name="전문가풀",
            refresh=dt.timedelta(hours=1),
        ),
        "desk feed": feed(_desk(), name="전문가풀", refresh=dt.timedelta(hours=1)),
        "busy times": _busy_times(),
        "empty feed": feed([], name="Expert Pool", refresh=dt.timedelta(hours=1)),
    }


def _desk() -> list[DeskEvent]:
    seat = SeatTold(
        meeting=uuid.UUID(int=7),
        seats=1,
        role="디지털 포렌식",
        sequence=1,
        revision=2,
        changed_at=NOW,
        span=Span(NOW + dt.timedelta(days=6), NOW + dt.timedelta(days=6, hours=2)),
        status=EventStatus.CONFIRMED,
        location="서울",
        url="https://pool.example/needs/12",
    )
    return [
        replace(each, summary="전문가풀: 디지털 포렌식")
        for each in desk_events([seat], domain="pool.example", now=NOW)
    ]


def _busy_times() -> bytes:
    window = busy_window(NOW)
    busy = tuple(Span(NOW + dt.timedelta(days=n), NOW + dt.timedelta(days=n, hours=1)) for n in (1, 3))
    uid = f"busy-{'0' * 32}@pool.example"
    return free_busy(busy, window=window, uid=uid, name="전문가풀", refresh=dt.timedelta(hours=1))


@pytest.fixture(scope="module")
def libical() -> ctypes.CDLL:
    found = ctypes.util.find_library("ical")
    if found is None:
        pytest.skip("no libical: run `make test-peers`")
    library = ctypes.CDLL(found)
    library.icalparser_parse_string.restype = ctypes.c_void_p
    library.icalparser_parse_string.argtypes = [ctypes.c_char_p]
    for name in ("icalrestriction_check", "icalcomponent_count_errors"):
        getattr(library, name).argtypes = [ctypes.c_void_p]
    library.icalcomponent_as_ical_string.argtypes = [ctypes.c_void_p]
    library.icalcomponent_as_ical_string.restype = ctypes.c_char_p
    return library


@pytest.mark.peer("libical", VALID)
@pytest.mark.parametrize("name", _parts())
def test_libical_has_nothing_to_say(libical: ctypes.CDLL, name: str) -> None:
    component = libical.icalparser_parse_string(_parts()[name])

    assert component
    libical.icalrestriction_check(component)
    said = libical.icalcomponent_as_ical_string(component).decode()
    # Its table for this method is older than RFC 5546 and knows neither ATTENDEE nor SEQUENCE, which
    # Thunderbird needs to find the proposal.
    allowed = 2 if name == "declined proposal" else 0
    assert (libical.icalcomponent_count_errors(component), said.count("X-LIC-ERROR;")) == (allowed, allowed)


@pytest.mark.peer("libical", VALID)
def test_libical_does_say_something_of_a_broken_part(libical: ctypes.CDLL) -> None:
    """The negative control."""
    broken = _parts()["invitation"].replace(b"DTSTART", b"X-START")

    component = libical.icalparser_parse_string(broken)

    libical.icalrestriction_check(component)
    assert libical.icalcomponent_count_errors(component) > 0


@pytest.fixture(scope="module")
def ical_js() -> Path:
    found = FOLDER / "node_modules" / "ical.js" / "dist" / "ical.js"
    if not found.exists() or shutil.which("node") is None:
        pytest.skip("no node or ical.js: run `make test-peers`")
    return found


READ = """
import ICAL from "%s";
const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const root = new ICAL.Component(ICAL.parse(Buffer.concat(chunks).toString("utf8")));
const told = root.getAllSubcomponents("vevent").map((each) => {
  const event = new ICAL.Event(each);
  return [event.uid, event.startDate ? event.startDate.toUnixTime() : null, event.organizer];
});
console.log(JSON.stringify([root.getFirstPropertyValue("method"), told]));
"""


@pytest.mark.peer("ical.js", "read the same as we do")
@pytest.mark.parametrize("name", _parts())
def test_ical_js_reads_the_same(ical_js: Path, name: str, tmp_path: Path) -> None:
    script = tmp_path / "read.mjs"
    script.write_text(READ % ical_js)

    said = subprocess.run(["node", script], input=_parts()[name], capture_output=True, check=True, timeout=30)

    ours = Calendar.from_ical(_parts()[name])
    method, events = json.loads(said.stdout)
    assert said.stderr == b""
    assert method == ours.get("METHOD")
    assert [uid for uid, *_ in events] == [str(each["UID"]) for each in ours.events]
    starts = [each.DTSTART.timestamp() if each.DTSTART else None for each in ours.events]
    assert [start for _, start, _ in events] == starts


# Debian's version reads strictly and looks into properties; its checks of components are switched off.
SABRE = """<?php
error_reporting(E_ALL & ~E_DEPRECATED);
require "/usr/share/php/Sabre/VObject/includes.php";
$read = Sabre\\VObject\\Reader::read(stream_get_contents(STDIN));
foreach ($read->validate() as $said) {
    echo $said["message"], "\\n";
}
foreach ($read->getBaseComponents() as $each) {
    echo $each->UID, " ", isset($each->DTSTART) ? $each->DTSTART->getDateTime()->getTimestamp() : "", "\\n";
}
"""
READ_BY_SABRE = pytest.mark.peer("sabre/vobject", "read strictly, the same times")


@pytest.fixture
def sabre(tmp_path: Path) -> Path:
    if not has("php") or not Path("/usr/share/php/Sabre/VObject/includes.php").exists():
        pytest.skip("no php-cli or php-sabre-vobject: run `make test-peers` as root")
    script = tmp_path / "read.php"
    script.write_text(SABRE)
    return script


def _sabre_says(script: Path, part: bytes) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["php", script], input=part, capture_output=True, check=False, timeout=30)


def _seconds(part: Component) -> str:
    start: Any = part.get("DTSTART")
    return "" if start is None else str(int(start.dt.timestamp()))


@READ_BY_SABRE
@pytest.mark.parametrize("name", _parts())
def test_sabre_reads_the_same(sabre: Path, name: str) -> None:
    said = _sabre_says(sabre, _parts()[name])

    found = Calendar.from_ical(_parts()[name])
    ours = [*found.events, *found.walk("VFREEBUSY")]
    told = [f"{each['UID']} {_seconds(each)}" for each in ours]
    assert (said.returncode, said.stderr) == (0, b"")
    assert [line.rstrip() for line in said.stdout.decode().splitlines()] == [line.rstrip() for line in told]


@READ_BY_SABRE
def test_sabre_does_refuse_a_broken_part(sabre: Path) -> None:
    """The negative control."""
    broken = _parts()["invitation"].replace(b"END:VEVENT\r\n", b"")

    assert _sabre_says(sabre, broken).returncode != 0
