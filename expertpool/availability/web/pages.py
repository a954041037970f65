"""Reading an expert's week: the expert's own page, and the one staff open from the registry."""

import datetime as dt
import uuid
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from flask import render_template, request, url_for
from sqlalchemy.orm import Session

from expertpool.availability import access, queries
from expertpool.availability.forms import (
    WEEKDAY_WORDS,
    BusyForm,
    ExceptionForm,
    HoursForm,
    LeaveForm,
    NoticeForm,
)
from expertpool.availability.rules import (
    USUAL_WEEKS,
    DayHours,
    WeekKind,
    hours_in_week,
    hours_version,
)
from expertpool.availability.web.blueprint import blp
from expertpool.availability.web.week import monday_of, painted, usual_days, week_of, window_of
from expertpool.experts.models import Expert
from expertpool.experts.queries import expert_seen_by
from expertpool.infra import clock
from expertpool.infra.db import db
from expertpool.infra.gate import STAFF, current_actor, open_to
from expertpool.infra.i18n import say
from expertpool.infra.identity import Role
from expertpool.refusals import NotFound
from expertpool.words import words

_WEEK = dt.timedelta(days=7)
_FIRST, _LAST = dt.date(2000, 1, 10), dt.date(2099, 12, 1)


@dataclass(frozen=True, slots=True)
class Sent:
    """What came back from a form that could not be saved."""

    forms: dict[str, Any] = field(default_factory=dict)
    hours: tuple[DayHours, ...] | None = None


NOTHING_SENT = Sent()


@blp.get("/me/availability")
@open_to(Role.EXPERT)
def my_availability() -> str:
    """The own hours, days, leave and busy times, and how coordinators see them."""
    expert_id = current_actor().expert_id
    if expert_id is None:
        raise NotFound(words("There is nothing here that you can see. Check the address."))
    return page_of(expert_id)


@blp.get("/experts/<uuid:expert_id>/availability")
@open_to(*STAFF)
def of_expert(expert_id: uuid.UUID) -> str:
    """When an expert is free; the expert's own ministry may also change it here."""
    return page_of(expert_id)


def address_of(expert_id: uuid.UUID, week: str | None = None) -> str:
    """Where whoever acts looks at this expert's time."""
    if access.is_own(current_actor(), expert_id):
        return url_for("availability.my_availability", week=week)
    return url_for("availability.of_expert", expert_id=expert_id, week=week)


def page_of(expert_id: uuid.UUID, sent: Sent = NOTHING_SENT) -> str:
    """The page of one expert's time, with what was sent where that could not be saved."""
    session, now = db.session(), clock.now()
    expert = queries.expert_seen(session, expert_id)
    actor = current_actor()
    own, keeps = access.is_own(actor, expert_id), access.may_keep(actor, expert)
    monday = _shown_week(expert, now)
    calendar = queries.calendars_of(session, [expert_id], window=window_of(monday, expert.timezone))[
        expert_id
    ]
    facts: dict[str, Any] = {
        "own": own,
        "keeps": keeps,
        "expert_id": expert_id,
        "name": expert_seen_by(session, actor, expert_id, today=clock.seoul_date(now)),
        "timezone": expert.timezone,
        "notice_minutes": expert.minimum_notice_minutes,
        "week": week_of(calendar, monday, tz=expert.timezone, now=now, own=own),
        "monday": monday,
        "sunday": monday + dt.timedelta(days=6),
        "earlier": address_of(expert_id, (monday - _WEEK).isoformat()),
        "later": address_of(expert_id, (monday + _WEEK).isoformat()),
        "this_week": address_of(expert_id),
    }
    if keeps:
        facts |= _kept(session, expert, monday, own=own, sent=sent)
    return render_template("availability/week.html", **facts)


def _shown_week(expert: Expert, now: dt.datetime) -> dt.date:
    today = now.astimezone(ZoneInfo(expert.timezone)).date()
    try:
        asked = dt.date.fromisoformat(request.args.get("week", ""))
    except ValueError:
        asked = today
    return monday_of(asked if _FIRST <= asked <= _LAST else today)


def _kept(session: Session, expert: Expert, monday: dt.date, *, own: bool, sent: Sent) -> dict[str, Any]:
    """What only those who may change it see: the entries themselves, and the forms."""
    patterns = queries.own_patterns(session, expert.id)
    now = clock.now()
    today = now.astimezone(ZoneInfo(expert.timezone)).date()
    usual = request.args.get("usual", "")
    template = USUAL_WEEKS[WeekKind(usual)] if usual in set(WeekKind) else None
    hours = sent.hours
    if hours is None:
        hours = template.hours if template else hours_in_week(patterns, monday)
    blank = {"seen": hours_version(patterns), "first": monday.isoformat(), "weeks": 0}
    forms = {
        "hours": HoursForm(formdata=None, data=blank, prefix="week-"),
        "day": ExceptionForm(formdata=None, prefix="day-"),
        "leave": LeaveForm(formdata=None, prefix="leave-"),
        "busy": BusyForm(formdata=None, prefix="busy-"),
        "notice": NoticeForm(formdata=None, prefix="notice-", data=_notice(expert)),
    }
    forms |= sent.forms
    return {
        "forms": forms,
        "seen": blank["seen"],
        "painter_days": usual_days(say(name) for name in WEEKDAY_WORDS),
        "painted": painted(hours),
        "template": template.name if template else None,
        "templates": [
            (say(each.name), f"{address_of(expert.id, monday.isoformat())}&usual={kind}#hours")
            for kind, each in USUAL_WEEKS.items()
        ],
        "zones": sorted({pattern.tz for pattern in patterns} - {expert.timezone}),
        "exceptions": queries.own_exceptions(session, expert.id, since=today),
        "leaves": queries.own_leaves(session, expert.id, since=today, with_notes=own),
        "busy": queries.own_busy(session, expert.id, since=now),
    }


def _notice(expert: Expert) -> dict[str, Decimal]:
    return {"notice_minutes": Decimal(expert.minimum_notice_minutes) / 60}
