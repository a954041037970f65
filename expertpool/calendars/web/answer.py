"""Answering an invitation by the link in the mail: looking changes nothing, only the form does."""

import datetime as dt

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from expertpool.calendars import queries, service
from expertpool.calendars.rules import Partstat, Why
from expertpool.calendars.web.blueprint import blp
from expertpool.engagements.rules import DeclineReason
from expertpool.infra import clock
from expertpool.infra.db import db, in_one_go
from expertpool.infra.gate import public
from expertpool.infra.i18n import say, times
from expertpool.refusals import Invalid
from expertpool.words import Words, words

_BECAUSE = "the mail holds the link; its token is random, kept as a hash, and shows nothing of the case"

_ANSWERS = {each.value: each for each in Partstat if each is not Partstat.NEEDS_ACTION}
_TOLD: dict[Why, Words] = {
    Why.ANSWERED: words("Your answer is recorded. Thank you."),
    Why.PROPOSED: words("The coordinator has your proposal. Until you hear more, the time stays as it is."),
    Why.CARD_FIRST: words("Your yes is noted. Sign in and answer the conflict card, so that it counts."),
}
_CLOSED = words("This can no longer be answered here. Ask the coordinator.")


@blp.get("/answer/<token>")
@public(_BECAUSE)
def answer_page(token: str) -> str:
    """What is asked, and the ways to answer. Mail scanners that follow the link change nothing."""
    page = queries.answer_page(db.session(), token)
    return render_template(
        "calendars/answer.html",
        page=page,
        token=token,
        reasons=DeclineReason,
        told=[(asked, times(asked.starts_at, asked.ends_at, page.timezone)) for asked in page.sessions],
        now=clock.now(),
    )


@blp.post("/answer/<token>")
@public(_BECAUSE)
def answer(token: str) -> Response:
    """Say yes, no or perhaps for the seat."""
    try:
        said = _ANSWERS[request.form.get("answer", "")]
        reason = DeclineReason(request.form.get("reason", DeclineReason.OTHER))
    except (KeyError, ValueError):
        flash(gettext("Choose one answer."), "error")
        return redirect(url_for("calendars.answer_page", token=token))
    note = request.form.get("note", "")

    def respond(session: Session) -> Why:
        return service.answer_by_link(session, token, said, reason=reason, note=note, now=clock.now())

    return _told(token, in_one_go(respond))


@blp.post("/answer/<token>/time")
@public(_BECAUSE)
def propose_time(token: str) -> Response:
    """Propose another time."""
    note = request.form.get("note", "")

    def propose(session: Session) -> Why:
        return service.propose_by_link(session, token, start=_start(), note=note, now=clock.now())

    try:
        return _told(token, in_one_go(propose))
    except Invalid as refusal:
        flash(" ".join(say(fault) for fault in refusal.fields.values()), "error")
        return redirect(url_for("calendars.answer_page", token=token))


def _start() -> dt.datetime:
    try:
        local = dt.datetime.fromisoformat(request.form.get("start", ""))
        return clock.from_seoul(local.date(), local.time().replace(tzinfo=None))
    except (ValueError, OverflowError):
        fault = words("Write a day and a time.")
        raise Invalid(fault, fields={"start": fault}) from None


def _told(token: str, why: Why) -> Response:
    flash(say(_TOLD.get(why, _CLOSED)), "success" if why in _TOLD else "error")
    return redirect(url_for("calendars.answer_page", token=token))
