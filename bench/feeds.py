"""A feed of 1 000 assignments: `python -m bench.feeds` prints CPU time, size and peak memory of making it."""

import datetime as dt
import time
import tracemalloc
import uuid

from expertpool.availability.rules import Span
from expertpool.calendars.rules import (
    MOST_EVENTS,
    EventStatus,
    Mailbox,
    Partstat,
    SeatEvent,
    SeatTold,
    desk_events,
    feed,
    strong_etag,
)

NOW = dt.datetime(2026, 9, 1, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
DESK = Mailbox("desk@pool.example", "전문가풀")


def own() -> bytes:
    """The feed of an expert."""
    events = (
        SeatEvent(
            uid=f"{number:032x}@pool.example",
            sequence=number % 3,
            revision=number % 5,
            changed_at=NOW,
            start=NOW + number * HOUR,
            end=NOW + (number + 1) * HOUR,
            tzid="Asia/Seoul",
            status=EventStatus.CONFIRMED,
            organizer=DESK,
            attendee=DESK,
            partstat=Partstat.ACCEPTED,
            summary="전문가풀: 디지털 포렌식",
            location="서울",
            url=f"https://pool.example/engagements/{number}",
        )
        for number in range(MOST_EVENTS)
    )
    return feed(events, name="전문가풀", refresh=HOUR)


def desk() -> bytes:
    """The feed of a ministry, four seats to a session and twice as many sessions as are shown."""
    seats = (
        SeatTold(
            meeting=uuid.UUID(int=number),
            seats=4,
            role=f"역할 {seat}",
            sequence=seat,
            revision=seat,
            changed_at=NOW,
            span=Span(NOW + number * HOUR, NOW + (number + 1) * HOUR),
            status=EventStatus.CONFIRMED,
            location="서울",
            url=f"https://pool.example/needs/{number}",
        )
        for number in range(2 * MOST_EVENTS)
        for seat in range(4)
    )
    return feed(desk_events(seats, domain="pool.example", now=NOW), name="전문가풀", refresh=HOUR)


def main() -> None:
    """Each feed once for the time and once for the memory, which slows it down."""
    for name, make in (("own", own), ("desk", desk)):
        make()
        began = time.process_time()
        body = make()
        seconds = time.process_time() - began
        tag = strong_etag(body)
        tracemalloc.start()
        same = strong_etag(make()) == tag
        peak = tracemalloc.get_traced_memory()[1] / 2**20
        tracemalloc.stop()
        count = body.count(b"BEGIN:VEVENT")
        size = f"{count} events  {len(body):>7} octets"
        print(f"{name:<5} {size}  {seconds:.2f} s CPU  {peak:.1f} MiB  same tag: {same}")


if __name__ == "__main__":
    main()
