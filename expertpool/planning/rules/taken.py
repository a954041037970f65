"""What a snapshot was taken from, kept beside it until the plan is committed."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from expertpool.planning.rules.timeline import Timeline
from expertpool.scheduling.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Taken:
    """A snapshot as the bytes that are stored, and the numbers that say whether it still holds.

    calendar_versions: by expert; raised by every change that could make a plan wrong. need_version: of the
    need. agreements: the one that lends a ministry's experts to the need, by the lender's code.
    """

    snapshot: Snapshot
    text: str
    digest: str
    timeline: Timeline
    need_version: int
    calendar_versions: Mapping[uuid.UUID, int]
    agreements: Mapping[str, uuid.UUID]
