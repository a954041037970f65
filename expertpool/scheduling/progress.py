"""What a search tells while it runs."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Stage(StrEnum):
    """Where a search stands."""

    FIRST_PLAN = "first_plan"
    IMPROVING = "improving"
    BOUND = "bound"
    TIES = "ties"


class Cancelled(Exception):
    """Raised by a progress callback to end the search; the best plan so far is the answer."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What is known so far: cost of the best plan, a floor for any plan, empty seats in the best.

    elapsed: seconds since the search began, for people to see; nothing is decided by it.
    """

    stage: Stage
    best: int
    bound: int
    unfilled: int
    elapsed: float


Report = Callable[[Progress], bool | None]
