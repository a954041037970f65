"""Programs that subscribe: a feed synchronised by vdirsyncer, and read by khal."""

import datetime as dt
from pathlib import Path

import pytest
from icalendar import Calendar

from expertpool.calendars.rules import FeedScope
from tests.fixtures.house import House, Offered
from tests.fixtures.mail_lab import until
from tests.fixtures.peers import khal, run

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


def _synced(house: House, folder: Path, path: str) -> list[Calendar]:
    (folder / "feed").mkdir(exist_ok=True)
    (folder / "vdirsyncer.ini").write_text(
        VDIRSYNCER.format(folder=folder, url=house.settings.base_url + path)
    )
    for verb in ("discover", "sync"):
        run(folder, "vdirsyncer", "-c", str(folder / "vdirsyncer.ini"), verb)
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

    start = event.starts_at.astimezone(dt.timezone(dt.timedelta(hours=9)))
    listed = khal(tmp_path, "feed", "list", f"{start:%Y-%m-%d}", "1d")

    assert f"{start:%H:%M}" in listed
    assert event.summary in listed
