"""The past as a list of acts, so that it can be written down in the order in which it happened."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Act:
    """Something somebody did at `at`; `do` is given the session and the instant."""

    at: dt.datetime
    do: Callable[[Session, dt.datetime], object]
