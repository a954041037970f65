"""Mandates and dependence of organisations, and persons of cases with the places they work at."""

import uuid

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from expertpool.config import settings_of_app
from expertpool.conflicts import queries, service
from expertpool.conflicts.forms import EndForm, OtherTieForm, PersonForm, PostForm, show_faults
from expertpool.conflicts.rules import facts
from expertpool.conflicts.rules.labels import percent
from expertpool.conflicts.rules.vocabulary import NodeKind, Source
from expertpool.conflicts.web.blueprint import KEEPERS, Picked, blp, pick_party
from expertpool.conflicts.web.organisations import Answer
from expertpool.infra import clock
from expertpool.infra.db import db, unit_of_work
from expertpool.infra.gate import current_actor, open_to
from expertpool.infra.i18n import say
from expertpool.refusals import Invalid
from expertpool.words import words


@blp.route("/organisations/<uuid:organisation_id>/mandates", methods=["GET", "POST"])
@open_to(*KEEPERS)
def mandates(organisation_id: uuid.UUID) -> Answer:
    """Whom an organisation acts for and on whom it depends, and who acts for it."""
    session = db.session()
    organisation = queries.organisation_seen(session, organisation_id)
    form, picked = OtherTieForm(), Picked(None)
    if form.is_submitted():
        picked = _recorded(form, facts.organisation(organisation_id.int), persons=True)
        if not form.errors:
            return redirect(url_for("conflicts.mandates", organisation_id=organisation_id))
    page = render_template(
        "conflicts/mandates.html",
        organisation=organisation,
        held=queries.ties_held_by(session, organisation_id),
        towards=queries.ties_held_towards(session, organisation_id),
        form=form,
        options=picked.options,
        percent=percent,
    )
    return page, 422 if form.errors else 200


@blp.route("/persons/new", methods=["GET", "POST"])
@open_to(*KEEPERS)
def new_person() -> Answer:
    """Put a person of a case on record."""
    form = PersonForm()
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                made = service.add_person(
                    session,
                    facts=form.facts,
                    secret=settings_of_app().secret_key,
                    actor=current_actor(),
                    now=clock.now(),
                )
        except Invalid as refusal:
            show_faults(form, refusal.fields)
        else:
            flash(say(words("The person is on record.")), "success")
            return redirect(url_for("conflicts.person_page", person_id=made.id))
    return render_template("conflicts/person_form.html", form=form), 422 if form.errors else 200


@blp.route("/persons/<uuid:person_id>", methods=["GET", "POST"])
@open_to(*KEEPERS)
def person_page(person_id: uuid.UUID) -> Answer:
    """A person of a case, and where the person works or worked."""
    session = db.session()
    person = queries.person_seen(session, person_id)
    form, picked = PostForm(), Picked(None)
    if form.is_submitted():
        picked = _recorded(form, facts.person(person_id.int), persons=False)
        if not form.errors:
            return redirect(url_for("conflicts.person_page", person_id=person_id))
    page = render_template(
        "conflicts/person.html",
        person=person,
        held=queries.ties_held_by(session, person_id),
        towards=queries.ties_held_towards(session, person_id),
        form=form,
        options=picked.options,
        percent=percent,
    )
    return page, 422 if form.errors else 200


def _recorded(form: OtherTieForm, holder: facts.Ref, *, persons: bool) -> Picked:
    """Record what was typed; if that cannot be, the form says why."""
    valid = form.validate()
    value = next(filter(None, reversed(request.form.getlist("target"))), "")
    picked = pick_party(db.session(), value, form.target_text.data or "", persons=persons)
    if picked.fault:
        form.target_text.errors = [say(picked.fault)]
    if not valid or picked.chosen is None or picked.id is None:
        return picked
    kind = NodeKind(picked.chosen.value.partition(":")[0])
    try:
        with unit_of_work() as session:
            service.record_other_tie(
                session,
                facts=form.facts(),
                holder=holder,
                target=facts.Ref(kind, picked.id.int),
                source=Source.DOCUMENT,
                actor=current_actor(),
                now=clock.now(),
            )
    except Invalid as refusal:
        show_faults(form, {_FIELDS.get(name, name): text for name, text in refusal.fields.items()})
    else:
        flash(say(words("Saved.")), "success")
    return picked


_FIELDS = {"target": "target_text", "share_basis_points": "share"}


@blp.post("/conflicts/other-ties/<uuid:tie_id>/end")
@open_to(*KEEPERS)
def end_other_tie(tie_id: uuid.UUID) -> Response:
    """Say when it ended."""
    form = EndForm()
    if not form.validate():
        raise Invalid(words("Write the day as a date."))
    with unit_of_work() as session:
        tie = service.end_other_tie(
            session,
            tie_id,
            until=form.until.data,
            version=form.data["version"],
            actor=current_actor(),
            now=clock.now(),
        )
    flash(say(words("The end is noted.")), "success")
    if tie.holder_person_id is not None:
        return redirect(url_for("conflicts.person_page", person_id=tie.holder_person_id))
    return redirect(url_for("conflicts.mandates", organisation_id=tie.holder_organisation_id))
