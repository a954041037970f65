"""A coordinator's view of the seats of a need, and the steps taken there."""

import datetime as dt
import uuid
from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from expertpool.config import settings_of_app
from expertpool.conflicts.queries import waivers_seen
from expertpool.engagements import queries, service
from expertpool.engagements.forms import NOTE_LENGTH, ProposeForm, show_faults
from expertpool.engagements.models import Engagement
from expertpool.engagements.queries import SeatToFill
from expertpool.engagements.web.blueprint import blp, check_version, said
from expertpool.incidents.queries import DeskGroup, DeskItem, NeedPage, desk_groups
from expertpool.incidents.rules import NeedState, PartySide
from expertpool.incidents.rules.vocabulary import PARTY_SIDE_WORDS
from expertpool.incidents.web import Panel, need_panels
from expertpool.infra import clock
from expertpool.infra.db import in_one_go, unit_of_work
from expertpool.infra.gate import current_actor, open_to
from expertpool.infra.i18n import named, say
from expertpool.infra.identity import Actor, Role
from expertpool.refusals import Conflicting, Invalid, WrongState
from expertpool.words import words

Answer = Response | str | tuple[str, int]
Step = Callable[[Session, Engagement], object]

_TAKES_PROPOSALS = (NeedState.SUBMITTED, NeedState.PROPOSED, NeedState.APPROVED)


def _need_panel(session: Session, actor: Actor, page: NeedPage, now: dt.datetime) -> Panel | None:
    """Who is on each seat, and what the coordinator can do about it."""
    if page.row.state is NeedState.DRAFT:
        return None
    acts = actor.is_a(Role.COORDINATOR) and actor.ministry_id == page.row.ministry_id
    context = {
        "seats": queries.seats_of_need(session, page.row.id, actor=actor),
        "need_id": page.row.id,
        "acts": acts,
        "proposes": acts and page.row.state in _TAKES_PROPOSALS,
        "now": now,
        "waivers": waivers_seen(session, viewer=actor, need_id=page.row.id),
        "challenges": acts or actor.is_a(Role.CONFLICT_OFFICER),
        "sides": [(side.value, say(PARTY_SIDE_WORDS[side])) for side in PartySide],
    }
    return Panel("engagements/_need_panel.html", context)


need_panels.append(_need_panel)


@blp.route("/needs/<uuid:need_id>/seats/<uuid:seat_id>/propose", methods=["GET", "POST"])
@open_to(Role.COORDINATOR)
def propose_page(need_id: uuid.UUID, seat_id: uuid.UUID) -> Answer:
    """Choose an expert and times by hand."""
    actor = current_actor()
    with unit_of_work() as session:
        seat = queries.seat_to_fill(session, need_id, seat_id, actor=actor)
    form = ProposeForm()
    form.expert_id.choices = [
        ("", gettext("Choose an expert")),
        *((str(each.id), _labelled(each)) for each in seat.experts),
    ]
    at_times: dict[str, str] = {}
    if form.validate_on_submit():
        try:
            _propose(need_id, seat, uuid.UUID(form.expert_id.data))
        except Invalid as refusal:
            at_times = {name: say(fault) for name, fault in refusal.fields.items() if name in request.form}
            show_faults(form, {"starts": refusal.words} if at_times else refusal.fields)
        except (Conflicting, WrongState) as refusal:
            form.form_errors.append(say(refusal.words))
        else:
            flash(gettext("The expert is proposed. Send the offer when you are ready."), "success")
            return redirect(url_for("incidents.need_page", need_id=need_id))
    page = render_template(
        "engagements/propose.html",
        seat=seat,
        need_id=need_id,
        form=form,
        typed=request.form,
        at_times=at_times,
    )
    return (page, 422) if form.errors else page


def _labelled(candidate: queries.Candidate) -> str:
    return f"{named(candidate.name)} · {named(candidate.ministry)}"


def _propose(need_id: uuid.UUID, seat: SeatToFill, expert_id: uuid.UUID) -> None:
    starts = _typed_starts(seat)
    actor, now = current_actor(), clock.now()
    in_one_go(
        lambda session: service.propose_by_hand(
            session,
            need_id=need_id,
            seat_id=seat.id,
            expert_id=expert_id,
            starts=starts,
            actor=actor,
            now=now,
        )
    )


def _typed_starts(seat: SeatToFill) -> dict[uuid.UUID, dt.datetime]:
    """The starts as typed in Seoul's time. Raises Invalid for those that cannot be read."""
    starts, fault = {}, words("Give each session a day and a time.")
    faults = {}
    for each in seat.sessions:
        try:
            typed = dt.datetime.fromisoformat(request.form.get(f"start-{each.id}", ""))
        except ValueError:
            faults[f"start-{each.id}"] = fault
        else:
            starts[each.id] = clock.from_seoul(typed.date(), typed.time())
    if faults:
        raise Invalid(fault, fields=faults)
    return starts


def _step(engagement_id: uuid.UUID, step: Step, done: str) -> Response:
    """Take one step on the version the page showed, and go back to the need."""
    actor = current_actor()
    with unit_of_work() as session:
        need_id = queries.engagement_view(session, engagement_id, actor=actor).need_id

    def work(session: Session) -> None:
        engagement = service.lock_engagement(session, engagement_id, actor=actor)
        check_version(engagement.version)
        step(session, engagement)

    said(work, done)
    if need_id is None:
        return redirect(url_for("engagements.consent_list"))
    return redirect(url_for("incidents.need_page", need_id=need_id))


@blp.post("/engagements/<uuid:engagement_id>/offer")
@open_to(Role.COORDINATOR)
def send_offer(engagement_id: uuid.UUID) -> Response:
    """Ask the expert who was proposed by hand."""
    actor, now = current_actor(), clock.now()
    answer_by = now + dt.timedelta(hours=settings_of_app().answer_hours)
    return _step(
        engagement_id,
        lambda session, found: service.offer_by_hand(
            session, found.id, answer_by=answer_by, actor=actor, now=now
        ),
        gettext("The offer is sent."),
    )


@blp.post("/engagements/<uuid:engagement_id>/cancel")
@open_to(Role.COORDINATOR)
def cancel(engagement_id: uuid.UUID) -> Response:
    """Take the expert off the seat."""
    actor, now = current_actor(), clock.now()
    return _step(
        engagement_id,
        lambda session, found: service.cancel_engagement(session, found.id, actor=actor, now=now),
        gettext("The expert is off the seat."),
    )


@blp.post("/engagements/<uuid:engagement_id>/withdraw")
@open_to(Role.COORDINATOR)
def note_withdrawal(engagement_id: uuid.UUID) -> Response:
    """Note that the expert said the work is impossible after all."""
    actor, now, note = current_actor(), clock.now(), request.form.get("note", "")[:NOTE_LENGTH]
    return _step(
        engagement_id,
        lambda session, found: service.withdraw(session, found.id, note=note, actor=actor, now=now),
        gettext("The withdrawal is noted. Somebody else is sought."),
    )


@blp.post("/engagements/<uuid:engagement_id>/close")
@open_to(Role.COORDINATOR)
def close(engagement_id: uuid.UUID) -> Response:
    """Accept the work."""
    actor, now = current_actor(), clock.now()
    return _step(
        engagement_id,
        lambda session, found: service.close(session, found.id, actor=actor, now=now),
        gettext("The work is accepted."),
    )


@blp.post("/engagements/<uuid:engagement_id>/challenge")
@open_to(Role.COORDINATOR, Role.CONFLICT_OFFICER)
def enter_challenge(engagement_id: uuid.UUID) -> Response:
    """Record that a party challenges the expert."""
    actor, now = current_actor(), clock.now()
    side = next((each for each in PartySide if each.value == request.form.get("side")), PartySide.OTHER)
    grounds = request.form.get("grounds", "").replace("\x00", "")
    return _step(
        engagement_id,
        lambda session, found: service.enter_challenge(
            session, found.id, side=side, grounds=grounds, actor=actor, now=now
        ),
        gettext("The challenge is recorded. Everything waits for the officer."),
    )


def _waiting_for_coordinator(session: Session, actor: Actor, _now: dt.datetime) -> list[DeskItem]:
    return [
        DeskItem(
            name_ko=line.expert.name_ko,
            name_en=line.expert.name_en,
            note=words("The work is handed in. Accept it."),
            endpoint="incidents.need_page",
            values={"need_id": line.need_id},
        )
        for line in queries.handed_in(session, actor=actor)
    ]


desk_groups.append(DeskGroup("handed_in", 50, words("Work handed in"), _waiting_for_coordinator))
