"""What programs in use write: their own marks, lists and zones."""

import pytest

from expertpool.availability.rules.ics import Note, Skip, WholeDays, divide
from tests.rules.availability.calendar_files import SEPTEMBER, calendar, event, read, spans

NINE, TEN = "DTSTART;TZID=Asia/Seoul:20260907T090000", "DTEND;TZID=Asia/Seoul:20260907T100000"
FREE = "X-MICROSOFT-CDO-BUSYSTATUS:FREE"


@pytest.mark.parametrize(
    "period", ["20260908T000000Z/PT3H", "20260908T000000Z/20260908T030000Z"], ids=["length", "end"]
)
def test_a_period_in_a_list_of_dates_has_its_own_length(period: str) -> None:
    assert spans(event(NINE, TEN, f"RDATE;VALUE=PERIOD:{period}")) == [
        "09-07T00:00/09-07T01:00",
        "09-08T00:00/09-08T03:00",
    ]


@pytest.mark.parametrize(
    ("period", "why"),
    [
        ("20260908T000000Z/20260907T000000Z", Skip.NO_LENGTH),
        ("20260908T000000Z/P400D", Skip.TOO_LONG),
        ("20260908T000000Z/20260909", Skip.BROKEN),
    ],
)
def test_a_period_is_no_longer_and_no_shorter_than_an_entry_may_be(period: str, why: Skip) -> None:
    assert read(event(NINE, TEN, f"RDATE;VALUE=PERIOD:{period}"))[:2] == ((), [why])


def test_dates_added_and_dates_taken_out_count_together() -> None:
    dates = ",".join(["20260908T000000Z"] * 1_001)

    assert read(event(NINE, TEN, f"RDATE:{dates}", f"EXDATE:{dates}"))[1] == [Skip.TOO_MANY_DATES]


def test_a_whole_day_that_ends_on_its_first_day_is_one_day() -> None:
    entry = event("DTSTART;VALUE=DATE:20260907", "DTEND;VALUE=DATE:20260907")

    assert spans(entry) == ["09-06T15:00/09-07T15:00"]


@pytest.mark.parametrize(
    ("marks", "skipped"),
    [
        ((FREE,), [Skip.FREE]),
        ((FREE, "TRANSP:OPAQUE"), []),
        (("X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE",), []),
        (("X-MICROSOFT-CDO-INTENDEDSTATUS:FREE",), []),
    ],
    ids=["only its own mark", "the common mark decides", "tentative", "what the organizer wishes"],
)
def test_outlooks_mark_of_free_time_counts_where_there_is_no_other(
    marks: tuple[str, ...], skipped: list[Skip]
) -> None:
    assert read(event(NINE, TEN, *marks))[1] == skipped


@pytest.mark.parametrize(
    ("way", "begins"),
    [("PT45M", "09-06T23:15"), ("-PT45M", "09-07T00:00"), ("P3D", "09-07T00:00"), ("soon", "09-07T00:00")],
)
def test_the_way_to_an_appointment_takes_time_as_apple_tells_it(way: str, begins: str) -> None:
    entry = event(NINE, TEN, f"X-APPLE-TRAVEL-DURATION;VALUE=DURATION:{way}")

    assert spans(entry) == [f"{begins}/09-07T01:00"]


def test_exchanges_whole_day_is_one_although_it_is_told_by_the_clock() -> None:
    day = ("DTSTART;TZID=Asia/Seoul:20260907T000000", "DTEND;TZID=Asia/Seoul:20260908T000000")
    marked = event(*day, "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE", "TRANSP:TRANSPARENT")

    found = [_read_as(marked, choice) for choice in WholeDays]

    assert found == [([], [Skip.FREE]), ([9], []), ([], [Skip.WHOLE_DAY_FREE])]


def _read_as(entry: str, choice: WholeDays) -> tuple[list[int], list[Skip]]:
    (series,) = divide(calendar(entry), window=SEPTEMBER, tz="Asia/Seoul", whole_days=choice).series
    found = series.read()
    return [span.start.month for span in found.busy], [each.why for each in found.skipped]


@pytest.mark.parametrize("tzid", ["tzone://Microsoft/Utc", '"tzone://Microsoft/Utc"'])
def test_exchanges_name_for_utc_is_known(tzid: str) -> None:
    busy, skipped, notes = read(event(f"DTSTART;TZID={tzid}:20260907T090000", "DURATION:PT1H"))

    assert [span.start.hour for span in busy] == [9]
    assert skipped == []
    assert [note for note, _ in notes] == [Note.ZONE_GUESSED]


def test_a_zone_with_a_colon_is_read_without_its_quotes() -> None:
    assert spans(event("DTSTART;TZID=(UTC+09:00) Seoul:20260907T090000", "DURATION:PT1H")) == [
        "09-07T00:00/09-07T01:00"
    ]
