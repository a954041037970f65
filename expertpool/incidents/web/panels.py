"""Where planning and engagements put their blocks on the pages of incidents and needs."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from expertpool.incidents.queries import IncidentPage, NeedPage
from expertpool.infra.identity import Actor
from expertpool.words import Words


@dataclass(frozen=True, slots=True)
class PanelAction:
    """A button at the top of the page: a link, or with `posts` a form of its own."""

    label: Words
    href: str
    posts: bool = False
    primary: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """A block of a page: `template` is included with `panel` standing for `context`."""

    template: str
    context: Mapping[str, Any]
    actions: Sequence[PanelAction] = field(default_factory=tuple)


# Called in order with the session, who reads, what is shown, and the clock; None: nothing to add.
incident_panels: list[Callable[[Session, Actor, IncidentPage, dt.datetime], Panel | None]] = []
need_panels: list[Callable[[Session, Actor, NeedPage, dt.datetime], Panel | None]] = []


def panels_for(
    makers: Sequence[Callable[[Session, Actor, Any, dt.datetime], Panel | None]],
    session: Session,
    actor: Actor,
    thing: IncidentPage | NeedPage,
    now: dt.datetime,
) -> list[Panel]:
    """The blocks that have something to show."""
    made = (make(session, actor, thing, now) for make in makers)
    return [panel for panel in made if panel is not None]
