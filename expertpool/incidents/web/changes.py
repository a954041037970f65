"""What is done on an incident's page: the next step, parties, ministries, dates that start clocks."""

import uuid
from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from expertpool.conflicts.web.blueprint import Option, Picked, pick_party
from expertpool.incidents import queries, service
from expertpool.incidents.forms import MinistryForm, PartyForm, TriggerForm
from expertpool.incidents.rules import IncidentState, MinistryPart, PartyKind, PartySide
from expertpool.incidents.web.blueprint import WORKERS, blp
from expertpool.infra import clock
from expertpool.infra.db import unit_of_work
from expertpool.infra.gate import current_actor, open_to
from expertpool.infra.i18n import say
from expertpool.ministries.queries import ministry_by_code
from expertpool.refusals import Conflicting, Invalid, WrongState


def said(work: Callable[[Session], object], done: str) -> None:
    """Do `work` in one transaction and say `done`.

    A no about the state of things is said on the page the reader comes from; a no about the person, or
    about a thing that is not there, stays a page of its own.
    """
    try:
        with unit_of_work() as session:
            work(session)
    except (WrongState, Conflicting, Invalid) as refusal:
        flash(" ".join([say(refusal.words), *_details(refusal)]), "error")
    else:
        flash(done, "success")


def _details(refusal: Exception) -> list[str]:
    fields = refusal.fields.values() if isinstance(refusal, Invalid) else ()
    return [say(sentence) for sentence in fields if sentence != refusal.words]  # type: ignore[attr-defined]


def _back(incident_id: uuid.UUID) -> Response:
    return redirect(url_for("incidents.incident_page", incident_id=incident_id))


@blp.post("/incidents/<uuid:incident_id>/state")
@open_to(*WORKERS)
def move_incident(incident_id: uuid.UUID) -> Response:
    """Take the step the button named."""
    asked = request.form.get("to", "")
    wanted = next((state for state in IncidentState if state == asked), IncidentState.DRAFT)
    actor, now = current_actor(), clock.now()
    said(
        lambda session: service.move_incident(session, incident_id, wanted, actor=actor, now=now),
        gettext("The incident has moved on."),
    )
    return _back(incident_id)


@blp.route("/incidents/<uuid:incident_id>/parties/new", methods=["GET", "POST"])
@open_to(*WORKERS)
def new_party(incident_id: uuid.UUID) -> Response | tuple[str, int] | str:
    """Add a party. Without scripts the typed name is looked up and the reader chooses among what fits."""
    form = PartyForm()
    options: tuple[Option, ...] = ()
    with unit_of_work() as session:
        row = queries.incident_row(session, incident_id, actor=current_actor())
    if form.validate_on_submit():
        with unit_of_work() as session:
            typed = (form.party_text.data or "").replace("\x00", "")
            picked = pick_party(session, form.party.data or "", typed, persons=True)
        options = picked.options
        if picked.chosen is None:
            form.party_text.errors = [say(picked.fault)] if picked.fault else []
        elif _added(incident_id, form, picked):
            flash(gettext("The party is in the case now."), "success")
            return _back(incident_id)
    page = render_template("incidents/party.html", form=form, row=row, options=options)
    return (page, 422) if form.errors else page


def _added(incident_id: uuid.UUID, form: PartyForm, picked: Picked) -> bool:
    """Whether the party was added; if not, the form says why."""
    is_person = picked.chosen is not None and picked.chosen.value.startswith("person:")
    try:
        with unit_of_work() as session:
            service.add_party(
                session,
                incident_id,
                side=PartySide(form.side.data),
                kind=PartyKind(form.kind.data),
                organisation_id=None if is_person else picked.id,
                person_id=picked.id if is_person else None,
                actor=current_actor(),
                now=clock.now(),
            )
    except Invalid as refusal:
        form.party_text.errors = [say(sentence) for sentence in refusal.fields.values()]
        return False
    return True


@blp.post("/incidents/<uuid:incident_id>/parties/<uuid:party_id>/remove")
@open_to(*WORKERS)
def remove_party(incident_id: uuid.UUID, party_id: uuid.UUID) -> Response:
    """Take out a party that was added by mistake."""
    actor, now = current_actor(), clock.now()
    said(
        lambda session: service.remove_party(session, incident_id, party_id, actor=actor, now=now),
        gettext("The party is no longer in the case."),
    )
    return _back(incident_id)


@blp.post("/incidents/<uuid:incident_id>/ministries")
@open_to(*WORKERS)
def involve_ministry(incident_id: uuid.UUID) -> Response:
    """Give a ministry its part."""
    form, actor, now = MinistryForm(), current_actor(), clock.now()
    if not form.validate():
        flash(gettext("Choose a ministry and its part."), "error")
        return _back(incident_id)

    def involve(session: Session) -> None:
        service.involve_ministry(
            session,
            incident_id,
            ministry_id=ministry_by_code(session, form.ministry.data).id,
            part=MinistryPart(form.part.data),
            task=form.task.data or "",
            actor=actor,
            now=now,
        )

    said(involve, gettext("The ministry has its part."))
    return _back(incident_id)


@blp.post("/incidents/<uuid:incident_id>/ministries/<uuid:ministry_id>/release")
@open_to(*WORKERS)
def release_ministry(incident_id: uuid.UUID, ministry_id: uuid.UUID) -> Response:
    """End a supporting ministry's part."""
    actor, now = current_actor(), clock.now()
    said(
        lambda session: service.release_ministry(
            session, incident_id, ministry_id=ministry_id, actor=actor, now=now
        ),
        gettext("The ministry no longer sees the case."),
    )
    return _back(incident_id)


@blp.post("/incidents/<uuid:incident_id>/triggers")
@open_to(*WORKERS)
def note_trigger(incident_id: uuid.UUID) -> Response:
    """Note a date that sets off a clock."""
    form, actor, now = TriggerForm(), current_actor(), clock.now()
    happened_at = form.happened_at.data
    if not form.validate() or happened_at is None:
        flash(gettext("Choose what happened, and say when."), "error")
        return _back(incident_id)
    said(
        lambda session: service.note_trigger(
            session, incident_id, trigger=form.trigger.data, happened_at=happened_at, actor=actor, now=now
        ),
        gettext("The date is noted; its clocks show when they run out."),
    )
    return _back(incident_id)
