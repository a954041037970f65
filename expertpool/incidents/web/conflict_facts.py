"""What conflicts of interest are judged by in a case: one page to read and change it."""

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from expertpool.conflicts import queries as conflicts
from expertpool.conflicts import service as register
from expertpool.conflicts.rules.dates import UNKNOWN_DAY
from expertpool.conflicts.web.blueprint import Picked, pick_expert
from expertpool.incidents import queries, service
from expertpool.incidents.forms.conflicts import ConflictFactsForm, SecrecyForm, as_typed
from expertpool.incidents.web.blueprint import WORKERS, blp
from expertpool.infra import clock
from expertpool.infra.db import db, unit_of_work
from expertpool.infra.gate import current_actor, open_to
from expertpool.infra.i18n import say
from expertpool.infra.identity import Role
from expertpool.refusals import Invalid, Stale

STATERS = (*WORKERS, Role.CONFLICT_OFFICER)


@blp.route("/incidents/<uuid:incident_id>/conflict-facts", methods=["GET", "POST"])
@open_to(*STATERS)
def conflict_facts(incident_id: uuid.UUID) -> Response | tuple[str, int]:
    """Read what is stated, or state it anew."""
    session, actor = db.session(), current_actor()
    row = queries.incident_row(session, incident_id, actor=actor)
    stated = queries.conflict_facts(session, incident_id, actor=actor)
    form = ConflictFactsForm(data=as_typed(stated, row.version))
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                with unit_of_work() as writing:
                    service.state_conflict_facts(
                        writing,
                        incident_id,
                        facts=form.facts,
                        version=form.data["version"],
                        actor=actor,
                        now=clock.now(),
                    )
            except Invalid as refusal:
                for name, sentence in refusal.fields.items():
                    form[name if name in form else "technologies"].errors = [say(sentence)]
            except Stale as refusal:
                form.form_errors.append(say(refusal.words))
                status = 412
            else:
                flash(gettext("Saved. Everybody at work on the case was screened again."), "success")
                return redirect(url_for("incidents.conflict_facts", incident_id=incident_id))
    return _page(incident_id, form, status)


def _page(
    incident_id: uuid.UUID,
    form: ConflictFactsForm,
    status: int,
    secrecy: SecrecyForm | None = None,
    picked: Picked | None = None,
) -> tuple[str, int]:
    session, actor = db.session(), current_actor()
    page = render_template(
        "incidents/conflict_facts.html",
        row=queries.incident_row(session, incident_id, actor=actor),
        form=form,
        officer=actor.is_a(Role.CONFLICT_OFFICER),
        duties=conflicts.secrecies_of(session, incident_id, viewer=actor),
        secrecy_form=secrecy or SecrecyForm(formdata=None),
        options=picked.options if picked else (),
    )
    return page, status


@blp.post("/incidents/<uuid:incident_id>/secrecy")
@open_to(Role.CONFLICT_OFFICER)
def note_secrecy(incident_id: uuid.UUID) -> Response | tuple[str, int]:
    """Note that secrecy keeps an expert from telling ties that bear on the case."""
    session, actor = db.session(), current_actor()
    row = queries.incident_row(session, incident_id, actor=actor)
    stated = queries.conflict_facts(session, incident_id, actor=actor)
    form = SecrecyForm()
    valid = form.validate()
    value = next(filter(None, reversed(request.form.getlist("expert"))), "")
    picked = pick_expert(session, value, form.expert_text.data or "")
    if picked.fault:
        form.expert_text.errors = [say(picked.fault)]
    elif valid and picked.id:
        try:
            with unit_of_work() as writing:
                register.record_secrecy(
                    writing,
                    picked.id,
                    incident_id,
                    since=form.since.data or UNKNOWN_DAY,
                    until=form.until.data,
                    actor=actor,
                    now=clock.now(),
                )
        except Invalid as refusal:
            form.until.errors = [say(sentence) for sentence in refusal.fields.values()]
        else:
            flash(gettext("The duty of secrecy is noted."), "success")
            return redirect(url_for("incidents.conflict_facts", incident_id=incident_id))
    facts = ConflictFactsForm(formdata=None, data=as_typed(stated, row.version))
    return _page(incident_id, facts, 422, form, picked)


@blp.post("/incidents/<uuid:incident_id>/secrecy/<uuid:duty_id>/remove")
@open_to(Role.CONFLICT_OFFICER)
def remove_secrecy(incident_id: uuid.UUID, duty_id: uuid.UUID) -> Response:
    """Take away a duty that was lifted or noted by mistake."""
    with unit_of_work() as session:
        register.remove_secrecy(session, incident_id, duty_id, actor=current_actor(), now=clock.now())
    flash(gettext("The duty of secrecy is taken away."), "success")
    return redirect(url_for("incidents.conflict_facts", incident_id=incident_id))
