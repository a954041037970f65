"""Declining a proposal of another time."""

import datetime as dt
from dataclasses import replace
from typing import cast

import pytest
from icalendar import Calendar
from icalendar import Event as VEvent

from expertpool.calendars.rules import EventStatus, SeatEvent, decline_counter
from expertpool.refusals import WrongState

NOW = dt.datetime(2026, 9, 2, 3, 4, 5, 6, tzinfo=dt.UTC)


def test_it_names_the_proposal_and_nothing_of_the_case(event: SeatEvent) -> None:
    calendar = Calendar.from_ical(decline_counter(event, sequence=4, now=NOW))

    (vevent,) = (cast(VEvent, each) for each in calendar.walk("VEVENT"))
    assert calendar["METHOD"] == "DECLINECOUNTER"
    assert (vevent["UID"], vevent["SEQUENCE"]) == (event.uid, 4)
    assert NOW.replace(microsecond=0) == vevent.DTSTAMP
    assert vevent["ATTENDEE"] == f"mailto:{event.attendee.address}"
    assert "SUMMARY" not in vevent


def test_a_cancelled_event_declines_nothing(event: SeatEvent) -> None:
    with pytest.raises(WrongState):
        decline_counter(replace(event, status=EventStatus.CANCELLED), sequence=0, now=NOW)
