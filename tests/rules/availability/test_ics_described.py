"""Clocks that files describe by themselves, against those of the zone database."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from expertpool.availability.rules import Span
from expertpool.availability.rules.ics import FILE_LIMITS, Note, scan
from expertpool.availability.rules.ics.described import MOST_OBSERVANCES, described
from tests.rules.availability.calendar_files import calendar, event, read

BERLIN = """TZID:Customized Time Zone
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT"""
NEW_YORK = """TZID:Eastern
BEGIN:DAYLIGHT
DTSTART:19870405T020000
RRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=1SU;UNTIL=20060402T070000Z
TZOFFSETFROM:-0500
TZOFFSETTO:-0400
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19871025T020000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU;UNTIL=20061029T060000Z
TZOFFSETFROM:-0400
TZOFFSETTO:-0500
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:20070311T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU
TZOFFSETFROM:-0500
TZOFFSETTO:-0400
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:20071104T020000
RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU
TZOFFSETFROM:-0400
TZOFFSETTO:-0500
END:STANDARD"""
# As old systems tell their history: some changes were counted.
VADUZ = (
    BERLIN
    + """
BEGIN:STANDARD
DTSTART:19810927T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;COUNT=15;BYDAY=-1SU;BYMONTH=9
END:STANDARD"""
)
SAO_PAULO = """TZID:Gave summer time up
BEGIN:DAYLIGHT
DTSTART:20181104T000000
TZOFFSETFROM:-0300
TZOFFSETTO:-0200
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:20180218T000000
RDATE:20190217T000000
TZOFFSETFROM:-0200
TZOFFSETTO:-0300
END:STANDARD"""


def vtimezone(text: str) -> str:
    return "\r\n".join(("BEGIN:VTIMEZONE", *text.splitlines(), "END:VTIMEZONE"))


def clock(text: str) -> dt.tzinfo:
    return described(scan(calendar(vtimezone(text)), FILE_LIMITS).calendars[0].blocks[0])


@pytest.mark.parametrize(
    ("text", "name", "year"),
    [
        (BERLIN, "Europe/Berlin", 2026),
        (NEW_YORK, "America/New_York", 2026),
        (NEW_YORK, "America/New_York", 2005),
        (SAO_PAULO, "America/Sao_Paulo", 2026),
        (VADUZ, "Europe/Vaduz", 2026),
    ],
)
def test_a_described_clock_shows_what_the_known_one_shows(text: str, name: str, year: int) -> None:
    ours, known = clock(text), ZoneInfo(name)
    instants = [dt.datetime(year, 1, 1, tzinfo=dt.UTC) + hours for hours in _times_of_a_year()]

    shown = [(at.astimezone(ours), at.astimezone(known)) for at in instants]

    assert [one.isoformat() for one, _ in shown] == [other.isoformat() for _, other in shown]
    assert [one.fold for one, _ in shown] == [other.fold for _, other in shown]


@pytest.mark.parametrize("fold", [0, 1])
@pytest.mark.parametrize(("text", "name"), [(BERLIN, "Europe/Berlin"), (NEW_YORK, "America/New_York")])
def test_a_wall_time_is_read_as_by_the_known_clock(text: str, name: str, fold: int) -> None:
    ours, known = clock(text), ZoneInfo(name)
    walls = [(dt.datetime(2026, 1, 1) + hours).replace(fold=fold) for hours in _times_of_a_year()]

    assert [at.replace(tzinfo=ours).utcoffset() for at in walls] == [
        at.replace(tzinfo=known).utcoffset() for at in walls
    ]


def _times_of_a_year() -> list[dt.timedelta]:
    return [dt.timedelta(hours=n, minutes=30) for n in range(365 * 24)]


@pytest.mark.parametrize("tzid", ["Customized Time Zone", "(UTC+01:00) Berlin, Stockholm", "W. Europe 1"])
def test_an_entry_in_a_described_zone_keeps_its_summer_time(tzid: str) -> None:
    zone = BERLIN.replace("Customized Time Zone", tzid)
    entry = event(f'DTSTART;TZID="{tzid}":20260907T090000', "DURATION:PT1H")

    busy, skipped, notes = read(vtimezone(zone), entry)

    assert [span.start.hour for span in busy] == [7]
    assert skipped == []
    assert [note for note, _ in notes] == [Note.ZONE_GUESSED]


def test_a_series_in_a_described_zone_keeps_its_wall_time() -> None:
    window = Span(dt.datetime(2026, 10, 24, tzinfo=dt.UTC), dt.datetime(2026, 10, 27, tzinfo=dt.UTC))
    entry = event("DTSTART;TZID=Customized Time Zone:20260101T090000", "DURATION:PT1H", "RRULE:FREQ=DAILY")

    busy, _, _ = read(vtimezone(BERLIN), entry, window=window)

    assert [span.start.hour for span in busy] == [7, 8, 8]


@pytest.mark.parametrize(
    "odd",
    [
        BERLIN.replace("FREQ=YEARLY", "FREQ=DAILY"),
        BERLIN.replace("INTERVAL=1", "INTERVAL=2"),
        BERLIN.replace("BYDAY=-1SU", "COUNT=1000"),
        BERLIN.replace("TZOFFSETFROM:+0200\n", ""),
        BERLIN.replace("DTSTART:16010101T030000\n", ""),
        BERLIN.replace("+0200", "+2500"),
        "TZID:Customized Time Zone\n" + BERLIN.split("\n", 1)[1] * (MOST_OBSERVANCES // 2 + 1),
    ],
    ids=["daily", "every other year", "counted", "no offset", "no start", "no clock", "too many"],
)
def test_a_clock_that_is_not_clear_is_told_as_unknown(odd: str) -> None:
    odd = odd.replace("END:DAYLIGHTBEGIN", "END:DAYLIGHT\nBEGIN")
    entry = event("DTSTART;TZID=Customized Time Zone:20260907T090000", "DURATION:PT1H")

    busy, _, notes = read(vtimezone(odd), entry)

    assert [span.start.hour for span in busy] == [0]
    assert [note for note, _ in notes] == [Note.ZONE_UNKNOWN]
