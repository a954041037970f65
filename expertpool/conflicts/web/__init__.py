"""Pages of organisations, of experts' own interests, and of conflict officers."""

from expertpool.conflicts.web import importing, interests, officer, organisations, others, screening
from expertpool.conflicts.web.blueprint import blp
from expertpool.conflicts.web.officer import queue_sources

__all__ = [
    "blp",
    "importing",
    "interests",
    "officer",
    "organisations",
    "others",
    "queue_sources",
    "screening",
]
