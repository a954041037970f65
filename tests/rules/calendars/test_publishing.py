"""The tag of a feed is known before its bytes, and stands for them."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from expertpool.availability.rules import Span
from expertpool.calendars.rules import BusyFeed, EventFeed, EventStatus, Partstat, SeatEvent
from expertpool.calendars.rules import publishing as rules
from expertpool.calendars.rules.event import Mailbox

HOUR = dt.timedelta(hours=1)
START = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
SPAN = Span(START, START + HOUR)
BUSY = BusyFeed((SPAN,), Span(START, START + 9 * HOUR), "busy-1", "바쁜 시간", HOUR)

_CHANGES: dict[str, Any] = {
    "uid": "another-uid-0001",
    "sequence": 7,
    "changed_at": START,
    "start": dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
    "end": START + 500 * HOUR,
    "tzid": "America/New_York",
    "status": EventStatus.CANCELLED,
    "summary": "Another title",
    "location": "Busan",
    "url": "https://pool.example/other",
}


def _feed(*events: SeatEvent, name: str = "일정", refresh: dt.timedelta = HOUR) -> EventFeed:
    return EventFeed(events, name, refresh)


def test_every_field_that_a_feed_shows_has_its_case_here() -> None:
    assert set(rules.SHOWN) == set(_CHANGES)


@pytest.mark.parametrize("field", _CHANGES)
def test_a_field_that_is_shown_changes_bytes_and_tag(event: SeatEvent, field: str) -> None:
    before, after = _feed(event), _feed(replace(event, **{field: _CHANGES[field]}))

    assert before.written() != after.written()
    assert before.tag != after.tag


def test_what_is_not_shown_changes_neither(event: SeatEvent) -> None:
    other = replace(
        event,
        partstat=Partstat.ACCEPTED,
        revision=9,
        attendee=Mailbox("a@b.example", "나"),
        sent_by="c@d.example",
    )

    assert (_feed(other).tag, _feed(other).written()) == (_feed(event).tag, _feed(event).written())


def test_order_changes_nothing_and_number_name_and_interval_do(event: SeatEvent) -> None:
    other = replace(event, uid="another-uid-0001")
    tags = [
        each.tag
        for each in (
            _feed(event, other),
            _feed(event),
            _feed(),
            _feed(event, name="다른 일정"),
            _feed(event, refresh=2 * HOUR),
        )
    ]

    assert _feed(other, event).tag == tags[0]
    assert len(set(tags)) == len(tags)


@pytest.mark.parametrize(
    "other",
    [
        replace(BUSY, busy=()),
        replace(BUSY, busy=(Span(START, START + 2 * HOUR),)),
        replace(BUSY, window=Span(START, START + 8 * HOUR)),
        replace(BUSY, uid="busy-2"),
        replace(BUSY, name="다른"),
        replace(BUSY, refresh=2 * HOUR),
    ],
)
def test_whatever_busy_times_say_changes_bytes_and_tag(other: BusyFeed) -> None:
    assert (other.written() != BUSY.written(), other.tag != BUSY.tag) == (True, True)


def test_another_way_of_writing_is_another_tag(event: SeatEvent, monkeypatch: pytest.MonkeyPatch) -> None:
    before = _feed(event).tag
    rules.how_it_is_written.cache_clear()
    monkeypatch.setattr("expertpool.calendars.rules.vcalendar._PRODID", "-//expertpool//newer//EN")

    after = _feed(event).tag

    monkeypatch.undo()
    rules.how_it_is_written.cache_clear()
    assert before != after


def test_a_tag_is_strong_and_quoted(event: SeatEvent) -> None:
    tag = _feed(event).tag

    assert (tag[0], tag[-1], len(tag)) == ('"', '"', 34)
