"""Reading calendar files of strangers: bounded, part by part, a reason for all that is left out."""

from expertpool.availability.rules.ics.busy import Divided, Series, divide
from expertpool.availability.rules.ics.scan import (
    FILE_LIMITS,
    MAIL_LIMITS,
    Block,
    Fault,
    Limits,
    Property,
    Scanned,
    Unreadable,
    scan,
)
from expertpool.availability.rules.ics.series import MOST_TIMES, Found, WholeDays
from expertpool.availability.rules.ics.told import (
    FAULT_WORDS,
    NOTE_WORDS,
    SKIP_WORDS,
    Note,
    Noted,
    Skip,
    Skipped,
)

__all__ = [
    "FAULT_WORDS",
    "FILE_LIMITS",
    "MAIL_LIMITS",
    "MOST_TIMES",
    "NOTE_WORDS",
    "SKIP_WORDS",
    "Block",
    "Divided",
    "Fault",
    "Found",
    "Limits",
    "Note",
    "Noted",
    "Property",
    "Scanned",
    "Series",
    "Skip",
    "Skipped",
    "Unreadable",
    "WholeDays",
    "divide",
    "scan",
]
