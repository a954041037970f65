"""The block on the page of a need: what the experts were told, and whether it reached them."""

import datetime as dt

from sqlalchemy.orm import Session

from expertpool.calendars import queries
from expertpool.incidents.queries import NeedPage
from expertpool.incidents.web import Panel, need_panels
from expertpool.infra.identity import Actor


def told_panel(session: Session, actor: Actor, need: NeedPage, _now: dt.datetime) -> Panel | None:
    """The invitations of the need by seat; nothing before anybody was asked."""
    told = queries.told_of_need(session, need.row.id)
    if not told:
        return None
    seats = {seat.number: seat.role for seat in need.seats}
    context = {
        "need_id": need.row.id,
        "told": told,
        "seats": seats,
        "may_resend": need.may_change,
        "proposals": queries.open_proposals(session, need.row.id),
        "came": queries.to_look_at(session, actor=actor, need_id=need.row.id),
    }
    return Panel("calendars/_told.html", context)


need_panels.append(told_panel)
