"""What a change does to SEQUENCE, to the time stamp and to the answer given before."""

import datetime as dt
from dataclasses import fields, replace

import pytest

from expertpool.calendars.rules import (
    EFFECTS,
    EventStatus,
    Mailbox,
    Method,
    Partstat,
    SeatEvent,
    bump,
)
from expertpool.refusals import WrongState

NOW = dt.datetime(2026, 9, 2, 3, 4, 5, 678, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def accepted(event: SeatEvent) -> SeatEvent:
    return replace(event, partstat=Partstat.ACCEPTED, sequence=4, revision=9)


def changed(event: SeatEvent, what: str) -> SeatEvent:
    changes: dict[str, dict[str, object]] = {
        "start": {"start": event.start - HOUR},
        "end": {"end": event.end + HOUR},
        "location": {"location": "부산"},
        "confirmed": {"status": EventStatus.CONFIRMED},
        "confirmed and moved": {"status": EventStatus.CONFIRMED, "end": event.end + HOUR},
        "cancelled": {"status": EventStatus.CANCELLED},
        "cancelled and moved": {"status": EventStatus.CANCELLED, "end": event.end + HOUR},
        "tzid": {"tzid": "Asia/Tokyo"},
        "summary": {"summary": "Expert support session"},
        "url": {"url": "https://pool.example/engagements/13"},
        "organizer name": {"organizer": Mailbox(event.organizer.address, "Desk")},
        "attendee name": {"attendee": Mailbox(event.attendee.address, "Hong Gildong")},
    }
    return replace(event, **changes[what])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("what", "raised", "answer", "method"),
    [
        ("start", 1, Partstat.NEEDS_ACTION, Method.REQUEST),
        ("end", 1, Partstat.NEEDS_ACTION, Method.REQUEST),
        ("location", 1, Partstat.NEEDS_ACTION, Method.REQUEST),
        ("confirmed", 1, Partstat.ACCEPTED, Method.REQUEST),
        ("confirmed and moved", 1, Partstat.NEEDS_ACTION, Method.REQUEST),
        ("cancelled", 1, Partstat.ACCEPTED, Method.CANCEL),
        ("cancelled and moved", 1, Partstat.ACCEPTED, Method.CANCEL),
        ("tzid", 0, Partstat.ACCEPTED, Method.REQUEST),
        ("summary", 0, Partstat.ACCEPTED, Method.REQUEST),
        ("url", 0, Partstat.ACCEPTED, Method.REQUEST),
        ("organizer name", 0, Partstat.ACCEPTED, Method.REQUEST),
        ("attendee name", 0, Partstat.ACCEPTED, Method.REQUEST),
    ],
)
def test_a_change_raises_sequence_and_asks_again_as_the_table_says(
    event: SeatEvent, what: str, raised: int, answer: Partstat, method: Method
) -> None:
    old = accepted(event)

    revised = bump(old, changed(old, what), now=NOW)

    assert (revised.event.sequence - old.sequence, revised.event.partstat, revised.method) == (
        raised,
        answer,
        method,
    )
    assert revised.asks_again == (answer is Partstat.NEEDS_ACTION)


def test_every_field_has_an_effect_is_fixed_or_is_worked_out() -> None:
    worked_out = {"sequence", "revision", "changed_at", "partstat"}
    fixed = {"uid"}

    goes_along = {"sent_by"}

    known = {effect.field for effect in EFFECTS} | worked_out | fixed | goes_along

    assert known == {field.name for field in fields(SeatEvent)}


def test_every_change_counts_as_a_revision_and_is_stamped_to_the_second(event: SeatEvent) -> None:
    revised = bump(event, changed(event, "summary"), now=NOW)

    assert revised.event.revision == event.revision + 1
    assert revised.event.changed_at == NOW.replace(microsecond=0)


@pytest.mark.parametrize("late", [-3600, 0, 0.5])
def test_the_stamp_moves_on_even_when_the_clock_did_not(event: SeatEvent, late: float) -> None:
    revised = bump(event, changed(event, "summary"), now=event.changed_at + dt.timedelta(seconds=late))

    assert revised.event.changed_at == event.changed_at + dt.timedelta(seconds=1)


def test_the_stamp_moves_on_by_a_written_second_from_a_fraction(event: SeatEvent) -> None:
    finer = replace(event, changed_at=event.changed_at.replace(microsecond=900_000))

    revised = bump(finer, changed(finer, "summary"), now=finer.changed_at)

    assert revised.event.changed_at.replace(microsecond=0) > finer.changed_at.replace(microsecond=0)


def test_counters_of_the_new_event_are_not_looked_at(event: SeatEvent) -> None:
    meddled = replace(changed(event, "url"), sequence=77, revision=88, partstat=Partstat.DECLINED)

    assert bump(event, meddled, now=NOW) == bump(event, changed(event, "url"), now=NOW)


def test_nothing_changed_is_nothing_to_send(event: SeatEvent) -> None:
    revised = bump(event, replace(event), now=NOW)

    assert (revised.event, revised.method, revised.asks_again) == (event, None, False)


@pytest.mark.parametrize("status", [EventStatus.TENTATIVE, EventStatus.CONFIRMED])
def test_a_cancelled_event_stays_cancelled(event: SeatEvent, status: EventStatus) -> None:
    gone = changed(event, "cancelled")

    with pytest.raises(WrongState):
        bump(gone, replace(gone, status=status), now=NOW)


def test_a_cancelled_event_cannot_be_moved(event: SeatEvent) -> None:
    gone = changed(event, "cancelled")

    with pytest.raises(WrongState):
        bump(gone, replace(gone, end=gone.end + HOUR), now=NOW)


def test_cancelling_twice_sends_nothing_the_second_time(event: SeatEvent) -> None:
    gone = bump(event, changed(event, "cancelled"), now=NOW).event

    assert bump(gone, changed(gone, "cancelled"), now=NOW).method is None


@pytest.mark.parametrize("who", ["uid", "organizer", "attendee"])
def test_uid_and_addresses_never_change(event: SeatEvent, who: str) -> None:
    other: dict[str, object] = {
        "uid": "another-uid-0001",
        "organizer": Mailbox("other@desk.example", event.organizer.name),
        "attendee": Mailbox("other@univ.example", event.attendee.name),
    }

    with pytest.raises(ValueError, match="never change"):
        bump(event, replace(event, **{who: other[who]}), now=NOW)  # type: ignore[arg-type]
