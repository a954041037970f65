"""Use cases of an expert's time."""

from expertpool.availability.service.entries import (
    add_busy,
    add_exception,
    add_leave,
    remove_busy,
    remove_exception,
    remove_leave,
)
from expertpool.availability.service.holds import give_back_week, hold_time, move_time, release_time, use_week
from expertpool.availability.service.patterns import change_notice, change_patterns, offer_week

__all__ = [
    "add_busy",
    "add_exception",
    "add_leave",
    "change_notice",
    "change_patterns",
    "give_back_week",
    "hold_time",
    "move_time",
    "offer_week",
    "release_time",
    "remove_busy",
    "remove_exception",
    "remove_leave",
    "use_week",
]
