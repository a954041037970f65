"""Events that experts' programs write into the calendar of busy times."""

import datetime as dt

import pytest

from expertpool.availability.rules.ics import Skip, Skipped
from expertpool.calendars.rules.dav import Entry, Precondition, Unfit, check_worked_out, read_entry
from expertpool.calendars.rules.dav.holding import Demand
from expertpool.refusals import Stale
from tests.fixtures.dav import START, entry

HOUR = dt.timedelta(hours=1)
MIDNIGHT = dt.datetime(2026, 11, 30, 15, tzinfo=dt.UTC)  # in Seoul


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (entry("a"), Entry("a", START, START + HOUR)),
        (entry("a", "RRULE:FREQ=DAILY"), Entry("a", START, None)),
        (entry("a", "RDATE:20270101T000000Z"), Entry("a", START, None)),
        (entry("a", hours=0), Entry("a", START, START)),
        (
            entry("a")
            .replace(b":20261201T010000Z", b";VALUE=DATE:20261201")
            .replace(b"DTEND:20261201T020000Z", b"X-A:"),
            Entry("a", MIDNIGHT, MIDNIGHT + 24 * HOUR),
        ),
        (
            entry("a").replace(b"DTSTART:20261201T010000Z", b"DTSTART:20261201T100000"),
            Entry("a", START, START + HOUR),
        ),
    ],
    ids=["single", "rule", "dates", "no length", "whole day", "no zone"],
)
def test_an_event_is_found_again_by_its_extent(body: bytes, found: Entry) -> None:
    assert read_entry(body, tz="Asia/Seoul") == found


def _changed(old: bytes, new: bytes) -> bytes:
    return entry("x").replace(old, new)


@pytest.mark.parametrize(
    ("body", "condition"),
    [
        (b"", Precondition.VALID_DATA),
        (b"BEGIN:VCALENDAR\r\nEND:VCAL", Precondition.VALID_DATA),
        (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", Precondition.VALID_OBJECT),
        (entry("x") * 2, Precondition.VALID_OBJECT),
        (entry("x", kind="VTODO"), Precondition.SUPPORTED_COMPONENT),
        (entry("x", kind="VFREEBUSY"), Precondition.SUPPORTED_COMPONENT),
        (_changed(b"VERSION:2.0", b"METHOD:REQUEST"), Precondition.VALID_OBJECT),
        (_changed(b"UID:x\r\n", b""), Precondition.VALID_OBJECT),
        (entry("x" * 256), Precondition.VALID_OBJECT),
        (_changed(b"DTSTART", b"X-START"), Precondition.VALID_DATA),
        (_changed(b"DTSTART:2026", b"DTSTART:nonsense"), Precondition.VALID_DATA),
        (entry("x", "DTSTART:20261202T000000Z"), Precondition.VALID_DATA),
        (entry("x", "DESCRIPTION:a\x00b"), Precondition.VALID_DATA),
        (entry("x", "DESCRIPTION:\ufffe"), Precondition.VALID_DATA),
        (entry("x").decode().encode("cp949"), Precondition.VALID_DATA),
        (entry("x", start=dt.datetime(1601, 1, 1, tzinfo=dt.UTC)), Precondition.MIN_DATE),
        (entry("x", start=dt.datetime(2400, 1, 1, tzinfo=dt.UTC)), Precondition.MIN_DATE),
        (entry("x", "DESCRIPTION:" + "y" * 2**20), Precondition.MAX_SIZE),
    ],
    ids=lambda value: value.name if isinstance(value, Precondition) else "",
)
def test_what_cannot_be_kept_is_refused_by_its_condition(body: bytes, condition: Precondition) -> None:
    with pytest.raises(Unfit) as unfit:
        read_entry(body, tz="Asia/Seoul")

    assert unfit.value.condition is condition


@pytest.mark.parametrize("why", [Skip.FREE, Skip.CANCELLED, Skip.OURS, Skip.NO_LENGTH])
def test_an_event_may_take_no_time(why: Skip) -> None:
    check_worked_out([Skipped(1, "x", why)], 0)


@pytest.mark.parametrize(
    ("why", "times", "condition"),
    [
        (Skip.BROKEN, 0, Precondition.VALID_DATA),
        (Skip.RULE_BROKEN, 0, Precondition.VALID_DATA),
        (Skip.TOOK_TOO_LONG, 0, Precondition.MAX_INSTANCES),
        (Skip.RULE_TOO_OFTEN, 0, Precondition.MAX_INSTANCES),
        (Skip.FREE, 2_001, Precondition.MAX_INSTANCES),
    ],
)
def test_an_event_whose_times_are_not_known_is_refused(
    why: Skip, times: int, condition: Precondition
) -> None:
    with pytest.raises(Unfit) as unfit:
        check_worked_out([Skipped(1, "x", why)], times)

    assert unfit.value.condition is condition


@pytest.mark.parametrize(
    ("demand", "etag", "met"),
    [
        (Demand(), None, True),
        (Demand(), '"a"', True),
        (Demand(frozenset({'"a"'})), '"a"', True),
        (Demand(frozenset({'"a"'})), '"b"', False),
        (Demand(frozenset({'"a"'})), None, False),
        (Demand(anything=True), None, False),
        (Demand(anything=True), '"b"', True),
        (Demand(absent=True), None, True),
        (Demand(absent=True), '"a"', False),
    ],
)
def test_a_demand_is_met_or_the_writer_is_late(demand: Demand, etag: str | None, met: bool) -> None:
    try:
        demand.check(etag)
    except Stale:
        assert not met
    else:
        assert met
