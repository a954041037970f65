"""Use cases of an expert's time."""

from expertpool.availability.service.entries import (
    add_busy,
    add_busy_times,
    add_exception,
    add_leave,
    keep_times_of,
    remove_busy,
    remove_exception,
    remove_leave,
)
from expertpool.availability.service.external import (
    SEALED_FOR,
    add_file,
    read_again,
    remove_calendar,
    renew_file,
    subscribe,
)
from expertpool.availability.service.holds import give_back_week, hold_time, move_time, release_time, use_week
from expertpool.availability.service.importing import UPLOAD_LIMITS, Imported, import_busy
from expertpool.availability.service.patterns import change_notice, change_patterns, offer_week
from expertpool.availability.service.reading import (
    Claimed,
    Paused,
    claim_reading,
    due_calendars,
    paused,
    record_failure,
    record_reading,
)

__all__ = [
    "SEALED_FOR",
    "UPLOAD_LIMITS",
    "Claimed",
    "Imported",
    "Paused",
    "add_busy",
    "add_busy_times",
    "add_exception",
    "add_file",
    "add_leave",
    "change_notice",
    "change_patterns",
    "claim_reading",
    "due_calendars",
    "give_back_week",
    "hold_time",
    "import_busy",
    "keep_times_of",
    "move_time",
    "offer_week",
    "paused",
    "read_again",
    "record_failure",
    "record_reading",
    "release_time",
    "remove_busy",
    "remove_calendar",
    "remove_exception",
    "remove_leave",
    "renew_file",
    "subscribe",
    "use_week",
]
