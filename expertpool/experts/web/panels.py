"""Where higher features put their blocks on an expert's page."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from expertpool.experts.queries import ExpertView
from expertpool.infra.identity import Actor

Panel = tuple[str, dict[str, Any]]

# Called in order with the session, who reads, the expert as the reader sees them, and the clock. Gives a
# template, included with `panel` standing for the context; or None: nothing to add.
expert_panels: list[Callable[[Session, Actor, ExpertView, dt.datetime], Panel | None]] = []


def panels_for(session: Session, viewer: Actor, expert: ExpertView, now: dt.datetime) -> list[Panel]:
    """The blocks that have something to show."""
    made = (make(session, viewer, expert, now) for make in expert_panels)
    return [panel for panel in made if panel is not None]
