"""Changing an expert's time: each form has its own address and comes back to the week it was sent from."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from expertpool.availability import queries, service
from expertpool.availability.forms import (
    BusyForm,
    ExceptionForm,
    HoursForm,
    LeaveForm,
    NoticeForm,
    read_hours,
    show_faults,
)
from expertpool.availability.rules import DayException, DayHours, ExceptionKind, Leave, instant
from expertpool.availability.web.blueprint import KEEPERS, blp
from expertpool.availability.web.pages import Sent, address_of, page_of
from expertpool.infra import clock
from expertpool.infra.db import unit_of_work
from expertpool.infra.gate import current_actor, open_to
from expertpool.infra.i18n import say
from expertpool.refusals import Invalid, Stale
from expertpool.words import Words, words

Answer = Response | tuple[str, int]
_DAY = dt.timedelta(days=1)


@blp.post("/experts/<uuid:expert_id>/availability/hours")
@open_to(*KEEPERS)
def save_hours(expert_id: uuid.UUID) -> Answer:
    """Offer the painted week, from the week shown, for as long as chosen."""
    form = HoursForm(prefix="week-")
    hours: tuple[DayHours, ...] = ()
    try:
        hours = read_hours(request.form)
        first = dt.date.fromisoformat(form.first.data or "")
        weeks = form.weeks.data or 0
        with unit_of_work() as session:
            service.offer_week(
                session,
                expert_id,
                hours=hours,
                first=first,
                until=first + 7 * weeks * _DAY if weeks else None,
                seen=form.seen.data or "",
                actor=current_actor(),
                now=clock.now(),
            )
    except Invalid as refusal:
        show_faults(form, refusal, hours=hours)
        return page_of(expert_id, Sent({"hours": form}, hours)), 422
    except Stale as refusal:
        form.form_errors.append(say(refusal.words))
        return page_of(expert_id, Sent({"hours": form}, hours)), 412
    except ValueError:
        raise Invalid(words("The week is missing. Reload the page and save again.")) from None
    return _back(expert_id, words("The weekly hours are saved."))


@blp.post("/experts/<uuid:expert_id>/availability/days")
@open_to(*KEEPERS)
def add_day(expert_id: uuid.UUID) -> Answer:
    """Add hours on one day, or take hours out."""
    form = ExceptionForm(prefix="day-")

    def keep(session: Session) -> None:
        said: dict[str, Any] = form.data
        kind = ExceptionKind(said["kind"])
        zone = queries.expert_seen(session, expert_id).timezone
        change = DayException(said["day"], kind, said["start"].strip(), said["end"].strip(), zone)
        service.add_exception(session, expert_id, change=change, actor=current_actor(), now=clock.now())

    return _save(expert_id, "day", form, keep, words("The changed day is saved."))


@blp.post("/experts/<uuid:expert_id>/availability/leave")
@open_to(*KEEPERS)
def add_leave(expert_id: uuid.UUID) -> Answer:
    """Note days away."""
    form = LeaveForm(prefix="leave-")

    def keep(session: Session) -> None:
        said: dict[str, Any] = form.data
        leave = Leave(said["first_day"], said["until"] + _DAY, (said["reason"] or "").strip())
        service.add_leave(session, expert_id, leave=leave, actor=current_actor(), now=clock.now())

    return _save(expert_id, "leave", form, keep, words("The leave is saved."))


@blp.post("/experts/<uuid:expert_id>/availability/busy")
@open_to(*KEEPERS)
def add_busy(expert_id: uuid.UUID) -> Answer:
    """Note time taken elsewhere."""
    form = BusyForm(prefix="busy-")

    def keep(session: Session) -> None:
        said: dict[str, Any] = form.data
        zone = queries.expert_seen(session, expert_id).timezone
        service.add_busy(
            session,
            expert_id,
            start=_instant(said["start"], zone),
            end=_instant(said["end"], zone),
            source=said["source"],
            actor=current_actor(),
            now=clock.now(),
        )

    return _save(expert_id, "busy", form, keep, words("The busy time is saved."))


@blp.post("/experts/<uuid:expert_id>/availability/notice")
@open_to(*KEEPERS)
def change_notice(expert_id: uuid.UUID) -> Answer:
    """Say how much notice the expert asks for."""
    form = NoticeForm(prefix="notice-")

    def keep(session: Session) -> None:
        minutes = int(form.data["notice_minutes"] * 60)
        service.change_notice(session, expert_id, minutes=minutes, actor=current_actor(), now=clock.now())

    return _save(expert_id, "notice", form, keep, words("The notice is saved."))


_REMOVERS: dict[str, Callable[..., None]] = {
    "days": service.remove_exception,
    "leave": service.remove_leave,
    "busy": service.remove_busy,
}


@blp.post("/experts/<uuid:expert_id>/availability/<any(days, leave, busy):kind>/<uuid:entry_id>/remove")
@open_to(*KEEPERS)
def remove(expert_id: uuid.UUID, kind: str, entry_id: uuid.UUID) -> Response:
    """Take one entry back."""
    with unit_of_work() as session:
        _REMOVERS[kind](session, expert_id, entry_id, actor=current_actor(), now=clock.now())
    return _back(expert_id, words("The entry is removed."))


def _save(
    expert_id: uuid.UUID, name: str, form: FlaskForm, keep: Callable[[Session], None], done: Words
) -> Answer:
    """Save what the form says, or show the page again with what is wrong."""
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                keep(session)
        except Invalid as refusal:
            show_faults(form, refusal)
        else:
            return _back(expert_id, done)
    return page_of(expert_id, Sent({name: form})), 422


def _back(expert_id: uuid.UUID, done: Words) -> Response:
    flash(say(done), "success")
    return redirect(address_of(expert_id, request.args.get("week")))


def _instant(wall: Any, zone: str) -> dt.datetime:
    return instant(wall.date(), wall.hour * 60 + wall.minute, zone)
