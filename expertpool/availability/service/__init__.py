"""Use cases of an expert's time."""

from expertpool.availability.service.holds import give_back_week, hold_time, release_time, use_week

__all__ = ["give_back_week", "hold_time", "release_time", "use_week"]
