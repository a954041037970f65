"""The list of incidents, one incident, and the forms that record and correct it."""

import csv
import io
import uuid
from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from expertpool.audit import service as audit
from expertpool.incidents import queries, service
from expertpool.incidents.forms import (
    IncidentForm,
    MinistryForm,
    TriggerForm,
    facts_from,
    fields,
    fill_incident,
)
from expertpool.incidents.queries import IncidentFilters, IncidentRow
from expertpool.incidents.rules import INCIDENT_STATE_WORDS, URGENCY_WORDS, IncidentState, Urgency
from expertpool.incidents.web.blueprint import READERS, WORKERS, blp, log_lines
from expertpool.incidents.web.panels import incident_panels, panels_for
from expertpool.infra import clock
from expertpool.infra.db import unit_of_work
from expertpool.infra.gate import current_actor, open_to
from expertpool.infra.i18n import named, say, when
from expertpool.infra.identity import Role
from expertpool.refusals import Invalid, Stale
from expertpool.words import words

PAGE_SIZE = 25
MOST_EXPORTED = 10_000
SORTS = ("recorded", "received", "urgency", "title", "receipt")


def _filters() -> IncidentFilters:
    """The filters in the address; what makes no sense is left out."""
    asked = request.args
    states = [state for state in IncidentState if state in asked.getlist("state")]
    urgencies = {str(int(step)): step for step in Urgency}
    sort = asked.get("sort", "")
    return IncidentFilters(
        states=tuple(states),
        type_code=_asked("type"),
        urgency=urgencies.get(asked.get("urgency", "")),
        region_code=_asked("region"),
        ministry_code=_asked("ministry"),
        text=_asked("q"),
        sort=sort if sort.removeprefix("-") in SORTS else "-recorded",
    )


def _asked(name: str) -> str:
    """A word in the address, as short and plain as the database takes it."""
    return request.args.get(name, "")[:100].replace("\x00", "")


@blp.get("/incidents")
@open_to(*READERS)
def incident_list() -> str:
    """Incidents by filters; the address holds them."""
    filters = _filters()
    page = min(max(request.args.get("page", 1, type=int), 1), 100_000)
    with unit_of_work() as session:
        rows, count = queries.find_incidents(
            session, filters, actor=current_actor(), page=page, size=PAGE_SIZE
        )
    asked = {
        key: values for key, values in request.args.to_dict(flat=False).items() if key not in ("page", "lang")
    }
    return render_template(
        "incidents/incidents.html",
        rows=rows,
        count=count,
        page=page,
        last=max(-(-count // PAGE_SIZE), 1),
        filters=filters,
        asked=asked,
        options=_options(),
        may_record=current_actor().is_a(Role.COORDINATOR),
    )


def _options() -> dict[str, list[tuple[str, str]]]:
    everything = ("", gettext("All"))
    choices = {
        "type": fields.incident_types(),
        "region": fields.regions(),
        "ministry": fields.ministries(),
        "urgency": fields.worded({int(key): text for key, text in URGENCY_WORDS.items()}),
        "state": fields.worded(INCIDENT_STATE_WORDS),
    }
    return {name: [everything, *((row.value, row.label) for row in rows)] for name, rows in choices.items()}


@blp.get("/incidents.csv")
@open_to(*READERS)
def incident_csv() -> Response:
    """What the list shows, all pages, for a spreadsheet; that it was taken is on record."""
    now = clock.now()
    with unit_of_work() as session:
        rows, _ = queries.find_incidents(
            session, _filters(), actor=current_actor(), page=1, size=MOST_EXPORTED
        )
        verb = "incident.export"
        audit.record(
            session, actor=current_actor(), verb=verb, kind="incident", thing=None, now=now, count=len(rows)
        )
    response = make_response(_csv(rows))
    response.mimetype = "text/csv"
    response.headers["Content-Disposition"] = f"attachment; filename=incidents-{clock.seoul_date(now)}.csv"
    return response


def _csv(rows: list[IncidentRow]) -> bytes:
    """UTF-8 with a byte order mark, without which Korean Excel takes it for another encoding."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(
        [
            gettext("Receipt number"),
            gettext("Title"),
            gettext("Kind of incident"),
            gettext("State"),
            gettext("Urgency"),
            gettext("Region"),
            gettext("Lead ministry"),
            gettext("Recorded"),
            gettext("Received"),
            gettext("Closed"),
        ]
    )
    for row in rows:
        cells = [row.receipt_no, row.title, named(row.type), say(INCIDENT_STATE_WORDS[row.state])]
        cells += [say(URGENCY_WORDS[row.urgency]), named(row.region), named(row.lead)]
        cells += [when(row.recorded_at), when(row.received_at), when(row.closed_at)]
        writer.writerow([_inert(cell) for cell in cells])
    return text.getvalue().encode("utf-8-sig")


def _inert(cell: str) -> str:
    """A cell no spreadsheet takes for a formula. Source: OWASP, CSV injection."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


@blp.get("/incidents/<uuid:incident_id>")
@open_to(*READERS, Role.EXPERT)
def incident_page(incident_id: uuid.UUID) -> str:
    """One incident, as much of it as the reader may see."""
    now, actor = clock.now(), current_actor()
    with unit_of_work() as session:
        page = queries.incident_page(session, incident_id, actor=actor, now=now)
        panels = panels_for(incident_panels, session, actor, page, now)
    return render_template(
        "incidents/incident.html",
        page=page,
        panels=panels,
        step_list=_steps(page),
        activity=log_lines(page.activity),
        next_step=_NEXT.get(page.row.state),
        ministry_form=MinistryForm(formdata=None),
        trigger_form=TriggerForm(formdata=None),
    )


# The one step that usually comes next, by state.
_NEXT = {
    IncidentState.DRAFT: (IncidentState.RECEIVED, words("Receive")),
    IncidentState.RECEIVED: (IncidentState.TRIAGED, words("Finish triage")),
    IncidentState.TRIAGED: (IncidentState.ACTIVE, words("Begin the response")),
}


def _steps(page: queries.IncidentPage) -> list[dict[str, Any]]:
    order = list(IncidentState)
    here = order.index(page.row.state)
    notes = {
        IncidentState.DRAFT: page.row.recorded_at,
        IncidentState.RECEIVED: page.row.received_at,
        IncidentState.CLOSED: page.row.closed_at,
    }
    return [
        {
            "label": say(INCIDENT_STATE_WORDS[state]),
            "state": "current" if place == here else "done" if place < here else "todo",
            "note": when(notes.get(state)),
        }
        for place, state in enumerate(order)
    ]


@blp.route("/incidents/new", methods=["GET", "POST"])
@open_to(*WORKERS)
def new_incident() -> AnyResponse | tuple[str, int] | str:
    """Record an incident; it is received at once if the second button was pressed."""
    form = IncidentForm()
    if form.validate_on_submit():
        now, actor = clock.now(), current_actor()
        try:
            with unit_of_work() as session:
                incident = service.record_incident(session, actor=actor, now=now, facts=facts_from(form))
                if "receive" in request.form:
                    service.receive_incident(session, incident.id, actor=actor, now=now)
        except Invalid as refusal:
            _show(form, refusal)
        else:
            sentence = gettext("The incident has receipt number %(number)s.", number=incident.receipt_no)
            flash(sentence, "success")
            return redirect(url_for("incidents.incident_page", incident_id=incident.id))
    page = render_template("incidents/edit.html", form=form, row=None)
    return (page, 422) if form.errors else page


@blp.route("/incidents/<uuid:incident_id>/edit", methods=["GET", "POST"])
@open_to(*WORKERS)
def edit_incident(incident_id: uuid.UUID) -> AnyResponse | tuple[str, int] | str:
    """Correct the facts."""
    actor = current_actor()
    with unit_of_work() as session:
        row = queries.incident_row(session, incident_id, actor=actor)
        facts = queries.incident_facts(session, incident_id, actor=actor)
    form = IncidentForm(data=fill_incident(facts, row.version))
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                service.change_incident(
                    session,
                    incident_id,
                    facts=facts_from(form),
                    version=form.version.data or 0,
                    actor=actor,
                    now=clock.now(),
                )
        except Invalid as refusal:
            _show(form, refusal)
        except Stale as refusal:
            form.form_errors.append(say(refusal.words))
            return render_template("incidents/edit.html", form=form, row=row), 412
        else:
            flash(gettext("The changes are saved."), "success")
            return redirect(url_for("incidents.incident_page", incident_id=incident_id))
    page = render_template("incidents/edit.html", form=form, row=row)
    return (page, 422) if form.errors else page


def _show(form: IncidentForm, refusal: Invalid) -> None:
    for name, sentence in refusal.fields.items():
        form[name].errors = [*form[name].errors, say(sentence)]
