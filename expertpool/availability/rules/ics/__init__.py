"""Reading calendar files of strangers: bounded, part by part, a reason for all that is left out."""

from expertpool.availability.rules.ics.scan import (
    FILE_LIMITS,
    MAIL_LIMITS,
    Block,
    Fault,
    Limits,
    Scanned,
    Unreadable,
    scan,
)

__all__ = ["FILE_LIMITS", "MAIL_LIMITS", "Block", "Fault", "Limits", "Scanned", "Unreadable", "scan"]
