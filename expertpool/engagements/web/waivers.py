"""Waivers: the coordinator's request, and the page on which officers decide."""

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from expertpool.conflicts import service as conflicts
from expertpool.conflicts.queries import monitors_of
from expertpool.conflicts.rules.waivers import WaiverAct, WaiverGround, WaiverWish
from expertpool.engagements import queries, service
from expertpool.engagements.forms import WaiverDecisionForm, WaiverForm, show_faults
from expertpool.engagements.web.blueprint import Answer, blp, check_version, said
from expertpool.infra import clock
from expertpool.infra.db import in_one_go, unit_of_work
from expertpool.infra.gate import current_actor, open_to
from expertpool.infra.i18n import named, say
from expertpool.infra.identity import Role
from expertpool.refusals import Conflicting, Forbidden, Invalid, Stale, WrongState

STAFF_OF_CASE = (Role.COORDINATOR, Role.CONFLICT_OFFICER)


@blp.route("/needs/<uuid:need_id>/seats/<uuid:seat_id>/waiver", methods=["GET", "POST"])
@open_to(Role.COORDINATOR)
def request_waiver(need_id: uuid.UUID, seat_id: uuid.UUID) -> Answer:
    """Ask that an expert may serve on a seat in spite of waivable findings."""
    actor = current_actor()
    with unit_of_work() as session:
        seat = queries.seat_to_fill(session, need_id, seat_id, actor=actor)
        monitors = monitors_of(session, actor.ministry_id) if actor.ministry_id else []
    form = WaiverForm(data={"expert_id": request.args.get("expert", ""), "until": seat.work_ends_on})
    form.expert_id.choices = [
        ("", gettext("Choose an expert")),
        *((str(each.id), named(each.name)) for each in seat.experts),
    ]
    form.monitor_id.choices = [(str(key), named(name)) for key, name in monitors]
    if form.validate_on_submit():
        try:
            made = _ask(form, need_id, seat_id)
        except Invalid as refusal:
            show_faults(form, refusal.fields)
        except (Conflicting, WrongState) as refusal:
            rule = f" ({refusal.rule})" if refusal.rule else ""
            form.form_errors.append(say(refusal.words) + rule)
        else:
            flash(
                gettext("The waiver is requested. The planner looks for a team without the expert."),
                "success",
            )
            return redirect(url_for("engagements.waiver_page", waiver_id=made))
    page = render_template("conflicts/request_waiver.html", seat=seat, need_id=need_id, form=form)
    return (page, 422) if form.errors else page


def _ask(form: WaiverForm, need_id: uuid.UUID, seat_id: uuid.UUID) -> uuid.UUID:
    wish = WaiverWish(
        ground=WaiverGround(form.ground.data),
        reason=form.reason.data or "",
        monitor_id=uuid.UUID(form.monitor_id.data),
        until=form.data["until"],
        complainant_consent=form.complainant_consent.data or "",
        respondent_consent=form.respondent_consent.data or "",
    )
    actor, now = current_actor(), clock.now()
    made: list[uuid.UUID] = []

    def ask(session: Session) -> None:
        expert_id = uuid.UUID(form.expert_id.data)
        waiver = service.request_waiver(
            session,
            wish,
            need_id=need_id,
            seat_id=seat_id,
            expert_id=expert_id,
            actor=actor,
            now=now,
        )
        made.append(waiver.id)

    in_one_go(ask)
    return made[-1]


@blp.get("/conflicts/waivers/<uuid:waiver_id>")
@open_to(*STAFF_OF_CASE)
def waiver_page(waiver_id: uuid.UUID) -> str:
    """One waiver: what it is for, the proof, the findings, and what the reader may do."""
    return _page(waiver_id, WaiverDecisionForm(formdata=None))


def _page(waiver_id: uuid.UUID, form: WaiverDecisionForm) -> str:
    with unit_of_work() as session:
        page = queries.waiver_page(session, waiver_id, actor=current_actor(), now=clock.now())
    return render_template(
        "conflicts/waiver.html", page=page, waiver=page.waiver, findings=page.findings, form=form
    )


@blp.post("/conflicts/waivers/<uuid:waiver_id>")
@open_to(*STAFF_OF_CASE)
def decide_waiver(waiver_id: uuid.UUID) -> Answer:
    """Endorse, grant, refuse, withdraw or revoke."""
    form, actor, now = WaiverDecisionForm(), current_actor(), clock.now()
    act = next((each for each in WaiverAct if each.value == request.form.get("act")), None)
    if not form.validate() or act is None:
        return _page(waiver_id, form), 422

    def decide(session: Session) -> None:
        version = conflicts.waiver_seen(session, waiver_id).version
        check_version(version)
        service.decide_waiver(
            session, waiver_id, act, note=form.note.data or "", version=version, actor=actor, now=now
        )

    try:
        in_one_go(decide)
    except Invalid as refusal:
        show_faults(form, refusal.fields or {"note": refusal.words})
        return _page(waiver_id, form), 422
    except (WrongState, Conflicting, Stale, Forbidden) as refusal:
        flash(say(refusal.words), "error")
        return _page(waiver_id, form), 409  # with what was typed, and what stands there now
    flash(gettext("Your decision is recorded."), "success")
    return _back(waiver_id)


@blp.post("/conflicts/waivers/<uuid:waiver_id>/consents")
@open_to(Role.COORDINATOR)
def add_consents(waiver_id: uuid.UUID) -> Answer:
    """Note where the written consents are kept."""
    actor, now = current_actor(), clock.now()
    complainant = request.form.get("complainant", "").replace("\x00", "")
    respondent = request.form.get("respondent", "").replace("\x00", "")

    def add(session: Session) -> None:
        version = conflicts.waiver_seen(session, waiver_id).version
        conflicts.add_consents(
            session,
            waiver_id,
            complainant=complainant,
            respondent=respondent,
            version=version,
            actor=actor,
            now=now,
        )

    said(add, gettext("The consents are noted."))
    return _back(waiver_id)


@blp.post("/conflicts/waivers/<uuid:waiver_id>/proof")
@open_to(Role.COORDINATOR)
def prove_again(waiver_id: uuid.UUID) -> Answer:
    """Let the planner search once more for a team without the expert."""
    actor, now = current_actor(), clock.now()

    def ask(session: Session) -> None:
        version = conflicts.waiver_seen(session, waiver_id).version
        conflicts.ask_for_proof(session, waiver_id, version=version, actor=actor, now=now)

    said(ask, gettext("The planner looks for a team without the expert."))
    return _back(waiver_id)


def _back(waiver_id: uuid.UUID) -> Response:
    return redirect(url_for("engagements.waiver_page", waiver_id=waiver_id))
