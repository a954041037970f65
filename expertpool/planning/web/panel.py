"""The block that planning puts on the page of a need."""

import datetime as dt

from flask import url_for
from sqlalchemy.orm import Session

from expertpool.incidents.queries import NeedPage
from expertpool.incidents.rules import MOVABLE, NeedState
from expertpool.incidents.web import Panel, PanelAction, need_panels
from expertpool.infra.identity import Actor
from expertpool.planning import queries
from expertpool.planning.rules import RunState
from expertpool.words import words

_PLANNED = frozenset({NeedState.SUBMITTED, NeedState.PROPOSED, NeedState.APPROVED, NeedState.FILLED})


def plan_panel(session: Session, actor: Actor, need: NeedPage, now: dt.datetime) -> Panel | None:
    """The latest search of the need: not begun, at work, or with its team."""
    if need.row.state not in _PLANNED:
        return None
    row = queries.latest_runs(session, [need.row.id]).get(need.row.id)
    page = None
    if row is not None and not row.unfinished:
        page = queries.run_page(session, row.id, actor=actor)
    context = {"need": need, "row": row, "page": page, "now": now}
    return Panel("planning/_panel.html", context, _actions(need, row))


def _actions(need: NeedPage, row: queries.RunRow | None) -> list[PanelAction]:
    if not need.may_change:
        return []
    moves = PanelAction(words("Move the times"), url_for("planning.times_page", need_id=need.row.id))
    movable = [moves] if need.row.state in MOVABLE else []
    if need.row.state is NeedState.FILLED or (row is not None and row.unfinished):
        return movable
    again = PanelAction(
        words("Search again") if row else words("Propose a team"),
        url_for("planning.request_run", need_id=need.row.id),
        posts=True,
        primary=row is None,
    )
    if row is None or row.state is not RunState.PROPOSED or row.unfilled == len(need.seats):
        return [*movable, again]
    approve = PanelAction(words("Approve"), url_for("planning.approve_page", run_id=row.id), primary=True)
    return [*movable, again, approve]


need_panels.append(plan_panel)
