"""What the desk sees of answers: the log of mails, and the other times experts propose."""

import datetime as dt
import uuid

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from expertpool.calendars import queries, service
from expertpool.calendars.rules import Verdict
from expertpool.calendars.web.blueprint import blp
from expertpool.incidents.queries import DeskGroup, DeskItem, desk_groups
from expertpool.infra import clock
from expertpool.infra.db import db, in_one_go, unit_of_work
from expertpool.infra.gate import current_actor, open_to
from expertpool.infra.i18n import say
from expertpool.infra.identity import Actor, Role
from expertpool.refusals import Conflicting, Invalid, WrongState
from expertpool.words import words

PAGE_SIZE = 50


@blp.get("/answers")
@open_to(Role.COORDINATOR, Role.ADMIN)
def answer_log() -> str:
    """Every mail that came, and what became of it."""
    session, actor = db.session(), current_actor()
    asked = request.args.get("verdict", "")
    verdict = Verdict(asked) if asked in set(Verdict) else None
    page = max(request.args.get("page", 1, type=int), 1)
    came, count = queries.came_in(
        session, verdict=verdict, actor=actor, first=(page - 1) * PAGE_SIZE, size=PAGE_SIZE
    )
    return render_template(
        "calendars/answers.html",
        came=came,
        count=count,
        verdict=verdict,
        verdicts=list(Verdict),
        page=page,
        last=max(1, -(-count // PAGE_SIZE)),
    )


@blp.post("/answers/<uuid:inbox_id>/looked")
@open_to(Role.COORDINATOR)
def looked_at(inbox_id: uuid.UUID) -> Response:
    """Note that somebody looked at a mail that needed a person."""
    with unit_of_work() as session:
        service.look_at(session, inbox_id, actor=current_actor(), now=clock.now())
    flash(gettext("The mail is off your list."), "success")
    need = request.form.get("need_id", type=uuid.UUID)
    if need is not None:
        return redirect(url_for("incidents.need_page", need_id=need))
    return redirect(url_for("calendars.answer_log"))


@blp.get("/sessions/<uuid:session_id>/times")
@open_to(Role.COORDINATOR)
def proposals(session_id: uuid.UUID) -> str:
    """The times proposed for a session, each checked with everybody on it."""
    page = queries.proposals_page(db.session(), session_id, actor=current_actor(), now=clock.now())
    return render_template("calendars/proposals.html", page=page)


@blp.post("/sessions/<uuid:session_id>/times")
@open_to(Role.COORDINATOR)
def accept_time(session_id: uuid.UUID) -> Response:
    """Move the session; everybody on it is told and asked again."""
    actor, now = current_actor(), clock.now()
    page = queries.proposals_page(db.session(), session_id, actor=actor, now=now)

    def move(session: Session) -> None:
        service.accept_time(session, session_id, start=_chosen(), actor=actor, now=now)

    try:
        in_one_go(move)
    except (Conflicting, Invalid, WrongState) as refusal:
        flash(say(refusal.words), "error")
        return redirect(url_for("calendars.proposals", session_id=session_id))
    flash(gettext("The session is moved. Everybody is told and asked again."), "success")
    return redirect(url_for("incidents.need_page", need_id=page.need_id))


def _chosen() -> dt.datetime:
    try:
        start = dt.datetime.fromisoformat(request.form.get("start", ""))
    except ValueError:
        start = None
    if start is None or start.tzinfo is None:
        fault = words("Choose one of the times.")
        raise Invalid(fault, fields={"start": fault})
    return start.astimezone(dt.UTC)


@blp.post("/proposals/<uuid:proposal_id>/decline")
@open_to(Role.COORDINATOR)
def decline_proposal(proposal_id: uuid.UUID) -> Response:
    """Say no to a proposal; the expert's calendar is told."""
    with unit_of_work() as session:
        session_id = service.decline_proposal(session, proposal_id, actor=current_actor(), now=clock.now())
    flash(gettext("The time stays as it is, and the expert is told."), "success")
    return redirect(url_for("calendars.proposals", session_id=session_id))


def _mails_for_a_person(session: Session, actor: Actor, _now: dt.datetime) -> list[DeskItem]:
    return [
        DeskItem(
            name_ko=each.expert.name_ko,
            name_en=each.expert.name_en,
            note=each.reason,
            endpoint="incidents.need_page",
            values={"need_id": each.need_id},
        )
        for each in queries.to_look_at(session, actor=actor)
        if each.expert is not None and each.need_id is not None
    ]


def _other_times(session: Session, actor: Actor, _now: dt.datetime) -> list[DeskItem]:
    """The session is named by its time: the page behind the link says which it is."""
    return [
        DeskItem(
            name_ko=f"{clock.seoul(start):%Y.%m.%d %H:%M}",
            name_en=f"{clock.seoul(start):%Y-%m-%d %H:%M} KST",
            note=words("Proposals of another time: %(count)s. Decide about them together.", count=count),
            endpoint="calendars.proposals",
            values={"session_id": session_id},
            due_at=start,
        )
        for session_id, start, count in queries.waiting_proposals(session, actor=actor)
    ]


desk_groups.append(DeskGroup("other_times", 44, words("Other times proposed"), _other_times))
desk_groups.append(DeskGroup("answers", 45, words("Answers that need you"), _mails_for_a_person))
