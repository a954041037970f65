"""The block on an expert's page: how much time is free in the weeks to come."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from expertpool.availability import queries
from expertpool.availability.rules import Span, free
from expertpool.availability.web.pages import address_of
from expertpool.availability.web.week import monday_of, window_of
from expertpool.experts.queries import ExpertView
from expertpool.experts.web import Panel, expert_panels
from expertpool.infra.identity import Actor

WEEKS = 4
_WEEK = dt.timedelta(days=7)


def free_panel(session: Session, _viewer: Actor, expert: ExpertView, now: dt.datetime) -> Panel:
    """Free hours of this week and the next ones, and the way to the calendar itself."""
    timezone = queries.expert_seen(session, expert.id).timezone
    monday = monday_of(now.astimezone(ZoneInfo(timezone)).date())
    windows = [(monday + n * _WEEK, window_of(monday + n * _WEEK, timezone)) for n in range(WEEKS)]
    whole = Span(windows[0][1].start, windows[-1][1].end)
    calendar = queries.calendars_of(session, [expert.id], window=whole)[expert.id]
    weeks: list[dict[str, Any]] = []
    for first, window in windows:
        spans = free(window, calendar, now=now)
        minutes = sum((span.length for span in spans), dt.timedelta()) // dt.timedelta(minutes=1)
        weeks.append(
            {
                "first": first,
                "last": first + dt.timedelta(days=6),
                "minutes": minutes,
                "next": spans[0].start if spans else None,
                "href": address_of(expert.id, first.isoformat()),
            }
        )
    return "availability/_free.html", {"weeks": weeks}


expert_panels.append(free_panel)
