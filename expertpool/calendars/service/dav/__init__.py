"""What calendar programs write: busy times, answers, other times."""

from expertpool.calendars.service.dav.assignments import (
    change_assignment,
    list_assignments,
    remove_assignment,
)
from expertpool.calendars.service.dav.busy import (
    SEALED_FOR,
    Written,
    note_worked_out,
    remove_from_busy,
    text_of,
    to_work_out_again,
    work_out,
    write_busy,
)
from expertpool.calendars.service.dav.calendars import forget_gone

__all__ = [
    "SEALED_FOR",
    "Written",
    "change_assignment",
    "forget_gone",
    "list_assignments",
    "note_worked_out",
    "remove_assignment",
    "remove_from_busy",
    "text_of",
    "to_work_out_again",
    "work_out",
    "write_busy",
]
