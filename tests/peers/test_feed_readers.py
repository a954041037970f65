"""Programs that subscribe: a feed synchronised by vdirsyncer, and read by khal."""

import datetime as dt
import os
import subprocess
from pathlib import Path

import pytest
from icalendar import Calendar

from expertpool.calendars.rules import FeedScope
from tests.fixtures.house import House, Offered
from tests.fixtures.mail_lab import until
from tests.fixtures.peers import program

pytestmark = pytest.mark.peers
SYNCED = pytest.mark.peer("vdirsyncer", "feed: synchronised into a folder")
READ = pytest.mark.peer("vdirsyncer + khal", "feed: synchronised, then listed")

VDIRSYNCER = """
[general]
status_path = "{folder}/status"
[pair feed]
a = "remote"
b = "local"
collections = null
[storage remote]
type = "http"
url = "{url}"
[storage local]
type = "filesystem"
path = "{folder}/feed"
fileext = ".ics"
"""
KHAL = """
[calendars]
[[feed]]
path = {folder}/feed
[locale]
local_timezone = Asia/Seoul
default_timezone = Asia/Seoul
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
[sqlite]
path = {folder}/khal.db
"""


def _run(folder: Path, name: str, *arguments: str) -> str:
    found = program(name)
    if found is None:
        pytest.skip(f"no {name}: run `make test-peers`")
    environ = {"PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        [found, *arguments],
        env=environ,
        input="y\n" * 5,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _synced(house: House, folder: Path, path: str) -> list[Calendar]:
    (folder / "feed").mkdir(exist_ok=True)
    (folder / "vdirsyncer.ini").write_text(
        VDIRSYNCER.format(folder=folder, url=house.settings.base_url + path)
    )
    for verb in ("discover", "sync"):
        _run(folder, "vdirsyncer", "-c", str(folder / "vdirsyncer.ini"), verb)
    return [Calendar.from_ical(each.read_bytes()) for each in sorted((folder / "feed").glob("*.ics"))]


def _told(house: House) -> Offered:
    offer = house.offer()
    until(lambda: house.told(offer), tries=300)
    return offer


@SYNCED
def test_every_event_of_the_feed_arrives_once_and_nothing_changes_by_looking_again(
    house: House, tmp_path: Path
) -> None:
    offer = _told(house)
    path = house.feed(FeedScope.OWN)

    first = _synced(house, tmp_path, path)
    before = {each.name: each.stat().st_mtime_ns for each in (tmp_path / "feed").glob("*.ics")}
    _synced(house, tmp_path, path)

    # It names what it reads from a feed by a hash of the content; the link is the same one everywhere.
    links = [str(event["URL"]) for each in first for event in each.walk("VEVENT")]
    assert links.count(house.event(offer).url) == 1
    assert before == {each.name: each.stat().st_mtime_ns for each in (tmp_path / "feed").glob("*.ics")}


@SYNCED
def test_a_feed_that_has_ended_is_an_error_there(house: House, tmp_path: Path) -> None:
    ended = house.feed(FeedScope.OWN)
    house.feed(FeedScope.OWN)

    with pytest.raises(AssertionError, match="NOT FOUND"):
        _synced(house, tmp_path, ended)


@READ
def test_an_appointment_is_listed_at_its_time_in_seoul(house: House, tmp_path: Path) -> None:
    event = house.event(_told(house))
    _synced(house, tmp_path, house.feed(FeedScope.OWN))
    (tmp_path / "khal.ini").write_text(KHAL.format(folder=tmp_path))

    start = event.starts_at.astimezone(dt.timezone(dt.timedelta(hours=9)))
    listed = _run(tmp_path, "khal", "-c", str(tmp_path / "khal.ini"), "list", f"{start:%Y-%m-%d}", "1d")

    assert f"{start:%H:%M}" in listed
    assert event.summary in listed
