"""Organisations: the list, one page with its names and its group, and the forms that keep them."""

import datetime as dt
import uuid
from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from expertpool.conflicts import access, queries, service
from expertpool.conflicts.forms import (
    AliasForm,
    EndHoldingForm,
    OrganisationForm,
    OwnerForm,
    day_after,
    show_faults,
    worded,
)
from expertpool.conflicts.rules.labels import percent
from expertpool.conflicts.rules.records import LABELS_OF_KINDS, OrganisationFacts, organisation_doubts
from expertpool.conflicts.rules.vocabulary import OrganisationKind
from expertpool.conflicts.web.blueprint import KEEPERS, PAGE_SIZE, blp, party_options, pick_party, today
from expertpool.infra import clock
from expertpool.infra.db import db, unit_of_work
from expertpool.infra.gate import STAFF, current_actor, open_to
from expertpool.infra.i18n import say
from expertpool.ministries.models import Ministry
from expertpool.ministries.queries import ministry_by_code
from expertpool.refusals import Invalid, Stale
from expertpool.words import words

Answer = str | Response | tuple[str, int]


@blp.get("/organisations")
@open_to(*STAFF)
def organisation_list() -> str:
    """Organisations by a part of a name or a number."""
    text = request.args.get("q", "")[:200].replace("\x00", "")
    wanted = request.args.get("kind", "")
    kind = OrganisationKind(wanted) if wanted in set(OrganisationKind) else None
    page = min(max(request.args.get("page", 1, type=int), 1), 10_000)
    found = queries.find_organisations(db.session(), text=text, kind=kind, page=page, size=PAGE_SIZE)
    return render_template(
        "conflicts/organisations.html",
        found=found,
        text=text,
        kind=kind,
        kinds=LABELS_OF_KINDS,
        kind_choices=[(choice.value, choice.label) for choice in worded(LABELS_OF_KINDS)],
        page=page,
        last=max(-(-found.count // PAGE_SIZE), 1),
        keeps=access.keeps_organisations(current_actor()),
    )


@blp.get("/organisations/options")
@open_to(*KEEPERS)
def organisation_options() -> str:
    """What fits the text typed into a field: organisations, and persons where the field takes them."""
    typed = next((value for name, value in request.args.items() if name.endswith("_text")), "")
    persons = request.args.get("persons") == "1"
    options = party_options(db.session(), typed[:200].replace("\x00", ""), persons=persons)
    return render_template("conflicts/_options.html", options=options)


@blp.route("/organisations/new", methods=["GET", "POST"])
@open_to(*KEEPERS)
def new_organisation() -> Answer:
    """Put an organisation on record."""
    form = OrganisationForm()
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                made = service.add_organisation(
                    session, facts=_facts(session, form), actor=current_actor(), now=clock.now()
                )
        except Invalid as refusal:
            show_faults(form, refusal.fields)
        else:
            return _saved(made.id, form.facts)
    return _form(form, None)


@blp.route("/organisations/<uuid:organisation_id>/edit", methods=["GET", "POST"])
@open_to(*KEEPERS)
def edit_organisation(organisation_id: uuid.UUID) -> Answer:
    """Correct what is on record."""
    organisation = queries.organisation_seen(db.session(), organisation_id)
    ministry = db.session().get(Ministry, organisation.ministry_id) if organisation.ministry_id else None
    form = OrganisationForm(obj=organisation, ministry=ministry.code if ministry else "")
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                service.change_organisation(
                    session,
                    organisation_id,
                    facts=_facts(session, form),
                    version=form.version.data or 0,
                    actor=current_actor(),
                    now=clock.now(),
                )
        except Invalid as refusal:
            show_faults(form, refusal.fields)
        except Stale as refusal:
            form.form_errors.append(say(refusal.words))
            return _form(form, organisation_id)[0], 412
        else:
            return _saved(organisation_id, form.facts)
    return _form(form, organisation_id)


def _facts(session: Session, form: OrganisationForm) -> OrganisationFacts:
    code = form.ministry.data
    return replace(form.facts, ministry_id=ministry_by_code(session, code).id if code else None)


def _saved(organisation_id: uuid.UUID, facts: OrganisationFacts) -> Response:
    flash(say(words("The organisation is on record.")), "success")
    for doubt in organisation_doubts(facts.cleaned):
        flash(say(doubt), "warning")
    return redirect(url_for("conflicts.organisation_page", organisation_id=organisation_id))


def _form(form: OrganisationForm, organisation_id: uuid.UUID | None) -> tuple[str, int]:
    page = render_template("conflicts/organisation_form.html", form=form, organisation_id=organisation_id)
    return page, 422 if form.errors else 200


@blp.get("/organisations/<uuid:organisation_id>")
@open_to(*STAFF)
def organisation_page(organisation_id: uuid.UUID) -> Answer:
    """One organisation: numbers, names, owners, owned, and its group on a day."""
    return _page(organisation_id)


def _page(organisation_id: uuid.UUID, status: int = 200, **forms: Any) -> tuple[str, int]:
    session = db.session()
    on = request.args.get("on", today(), type=dt.date.fromisoformat)
    page = render_template(
        "conflicts/organisation.html",
        organisation=queries.organisation_seen(session, organisation_id),
        kinds=LABELS_OF_KINDS,
        owners=queries.owners_of(session, organisation_id),
        owned=queries.owned_by(session, organisation_id),
        group=queries.group_on(session, organisation_id, on),
        on=on,
        percent=percent,
        keeps=access.keeps_organisations(current_actor()),
        options=forms.get("options", ()),
        alias_form=forms.get("alias") or AliasForm(formdata=None),
        owner_form=forms.get("owner") or OwnerForm(formdata=None),
        last_day=lambda until: until - dt.timedelta(days=1) if until else None,
    )
    return page, status


@blp.post("/organisations/<uuid:organisation_id>/aliases")
@open_to(*KEEPERS)
def add_alias(organisation_id: uuid.UUID) -> Answer:
    """Add another name."""
    form = AliasForm()
    if form.validate():
        try:
            with unit_of_work() as session:
                service.add_alias(
                    session,
                    organisation_id,
                    name=form.data["name"],
                    valid_from=form.first_day.data,
                    valid_until=day_after(form.last_day.data),
                    actor=current_actor(),
                    now=clock.now(),
                )
        except Invalid as refusal:
            show_faults(form, {_OF_DAYS.get(name, name): text for name, text in refusal.fields.items()})
        else:
            return _back(organisation_id, "names")
    return _page(organisation_id, 422, alias=form)


_OF_DAYS = {"valid_until": "last_day", "valid_from": "first_day", "parent": "owner_text"}


@blp.post("/organisations/<uuid:organisation_id>/aliases/<uuid:alias_id>/remove")
@open_to(*KEEPERS)
def remove_alias(organisation_id: uuid.UUID, alias_id: uuid.UUID) -> Response:
    """Take away a name entered by mistake."""
    with unit_of_work() as session:
        service.remove_alias(session, organisation_id, alias_id, actor=current_actor(), now=clock.now())
    return _back(organisation_id, "names")


@blp.post("/organisations/<uuid:organisation_id>/owners")
@open_to(*KEEPERS)
def add_owner(organisation_id: uuid.UUID) -> Answer:
    """Record who holds a share of it."""
    form = OwnerForm()
    valid = form.validate()
    value = next(filter(None, reversed(request.form.getlist("owner"))), "")
    picked = pick_party(db.session(), value, form.owner_text.data or "", persons=False)
    if picked.fault:
        form.owner_text.errors = [say(picked.fault)]
    elif valid and picked.id:
        try:
            with unit_of_work() as session:
                service.add_ownership(
                    session,
                    parent_id=picked.id,
                    child_id=organisation_id,
                    share_basis_points=round(form.data["share"] * 100),
                    declared_control=form.declared_control.data,
                    valid_from=form.data["first_day"],
                    valid_until=day_after(form.last_day.data),
                    actor=current_actor(),
                    now=clock.now(),
                )
        except Invalid as refusal:
            show_faults(form, {_OF_DAYS.get(name, name): text for name, text in refusal.fields.items()})
        else:
            return _back(organisation_id, "owners")
    return _page(organisation_id, 422, owner=form, options=picked.options)


@blp.post("/organisations/<uuid:organisation_id>/holdings/<uuid:holding_id>/end")
@open_to(*KEEPERS)
def end_holding(organisation_id: uuid.UUID, holding_id: uuid.UUID) -> Response:
    """Say on which day a holding was there for the last time."""
    form = EndHoldingForm()
    until = day_after(form.last_day.data) if form.validate() else None
    if until is None:
        raise Invalid(words("Write the day as a date."))
    with unit_of_work() as session:
        service.end_ownership(session, holding_id, valid_until=until, actor=current_actor(), now=clock.now())
    return _back(organisation_id, "owners")


def _back(organisation_id: uuid.UUID, anchor: str) -> Response:
    flash(say(words("Saved.")), "success")
    return redirect(url_for("conflicts.organisation_page", organisation_id=organisation_id, _anchor=anchor))
