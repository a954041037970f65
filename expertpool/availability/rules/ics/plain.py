"""What the importer's process tells, as JSON can carry it."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from expertpool.availability.rules.ics.busy import Divided
from expertpool.availability.rules.ics.series import Found
from expertpool.availability.rules.ics.told import Note, Noted, Skip, Skipped
from expertpool.availability.rules.spans import Span


def window_as_plain(window: Span) -> list[str]:
    """The span as two instants."""
    return [window.start.isoformat(), window.end.isoformat()]


def window_from_plain(plain: list[str]) -> Span:
    """The inverse of `window_as_plain`."""
    start, end = (dt.datetime.fromisoformat(each).astimezone(dt.UTC) for each in plain)
    return Span(start, end)


def divided_as_plain(divided: Divided) -> dict[str, Any]:
    """What is known before anything is worked out: the entries of each series, for one may never be told."""
    return {
        "series": [[[entry.place, entry.uid, entry.on] for entry in each.entries] for each in divided.series],
        "every": None if divided.every is None else divided.every.total_seconds(),
        "skipped": _skipped_as_plain(divided.skipped),
        "notes": _notes_as_plain(divided.notes),
    }


def found_as_plain(found: Found) -> dict[str, Any]:
    """What one series came to. A note is told once."""
    return {
        "busy": [window_as_plain(span) for span in found.busy],
        "skipped": _skipped_as_plain(found.skipped),
        "notes": _notes_as_plain(dict.fromkeys(found.notes)),
    }


def found_from_plain(plain: dict[str, Any]) -> Found:
    """The inverse of `found_as_plain`; reads what is alike in `divided_as_plain`, too."""
    return Found(
        [window_from_plain(each) for each in plain.get("busy", ())],
        [Skipped(place, uid, Skip(why), on) for place, uid, why, on in plain["skipped"]],
        [Noted(Note(note), detail) for note, detail in plain["notes"]],
    )


def _skipped_as_plain(skipped: Iterable[Skipped]) -> list[list[object]]:
    return [[each.entry, each.uid, each.why.value, each.on] for each in skipped]


def _notes_as_plain(notes: Iterable[Noted]) -> list[list[str]]:
    return [[each.note.value, each.detail] for each in notes]
