"""Calendar files for tests, and what becomes of them."""

import datetime as dt
from itertools import chain

from expertpool.availability.rules import Span, Spans, merge
from expertpool.availability.rules.ics import Note, Skip, divide

SEPTEMBER = Span(
    dt.datetime(2026, 8, 31, 15, tzinfo=dt.UTC), dt.datetime(2026, 9, 30, 15, tzinfo=dt.UTC)
)  # in Seoul


def event(*lines: str, uid: str = "a@x") -> str:
    return "\r\n".join(("BEGIN:VEVENT", f"UID:{uid}", *lines, "END:VEVENT"))


def calendar(*parts: str) -> bytes:
    return "\r\n".join(("BEGIN:VCALENDAR", "VERSION:2.0", *parts, "END:VCALENDAR", "")).encode()


def read(*parts: str, window: Span = SEPTEMBER) -> tuple[Spans, list[Skip], list[tuple[Note, str]]]:
    """Busy times, reasons for what is left out, and notes, worked out in this process."""
    divided = divide(calendar(*parts), window=window, tz="Asia/Seoul")
    found = [series.read() for series in divided.series]
    skipped = chain(divided.skipped, *(each.skipped for each in found))
    notes = chain(divided.notes, *(dict.fromkeys(each.notes) for each in found))
    return (
        merge(span for each in found for span in each.busy),
        [each.why for each in sorted(skipped, key=lambda each: each.entry)],
        [(each.note, each.detail) for each in notes],
    )


def starts(*parts: str, window: Span = SEPTEMBER) -> list[str]:
    """The starts of the busy times as a clock in UTC shows them; nothing was left out."""
    busy, skipped, _ = read(*parts, window=window)
    assert skipped == []
    return [f"{span.start:%m-%dT%H:%M}" for span in busy]


def spans(*parts: str) -> list[str]:
    """The busy times in UTC."""
    return [f"{span.start:%m-%dT%H:%M}/{span.end:%m-%dT%H:%M}" for span in read(*parts)[0]]
