"""Reads of planning: the snapshot of a run, and what pages and programs are shown of runs."""

from expertpool.planning.queries.snapshot import look_once, take_snapshot

__all__ = ["look_once", "take_snapshot"]
