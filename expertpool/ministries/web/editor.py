"""Agreeing to lend, and changing the terms."""

import uuid

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from expertpool.infra import clock
from expertpool.infra.db import db, unit_of_work
from expertpool.infra.gate import current_actor, open_to
from expertpool.infra.i18n import named, say
from expertpool.infra.identity import Role
from expertpool.ministries import access, queries, service
from expertpool.ministries.forms import (
    AgreementForm,
    BlackoutRow,
    Blackouts,
    TermsForm,
    blackouts_of,
    plain_of,
    read_blackouts,
    show_faults,
)
from expertpool.ministries.models import LendingAgreement
from expertpool.ministries.web.blueprint import KEEPERS, blp, today
from expertpool.refusals import Invalid, Stale
from expertpool.words import Words, words

Answer = Response | str | tuple[str, int]
_NEW = {"notice_hours": 72, "silent_consent_hours": 24, "cost_share_percent": 0}


@blp.get("/lending-agreements/new")
@open_to(*KEEPERS)
def new_agreement() -> str:
    """An empty agreement; a coordinator's ministry is the one that lends."""
    form = AgreementForm(formdata=None, data=_NEW | {"valid_from": today()})
    return _page(form, Blackouts([], []))


@blp.post("/lending-agreements/new")
@open_to(*KEEPERS)
def agree() -> Answer:
    """Record the agreement, or show what is wrong."""
    form, blackouts = AgreementForm(), read_blackouts(request.form)
    _offer_ministries(form)
    if "add" in request.form:
        return _page(form, blackouts, add=True)
    if form.validate() and not blackouts.faulty:
        try:
            with unit_of_work() as session:
                facts = form.new_facts(blackouts)
                agreement = service.agree_lending(
                    session, actor=current_actor(), now=clock.now(), facts=facts
                )
        except Invalid as refusal:
            blackouts = show_faults(form, blackouts, refusal.fields)
        else:
            return _back(agreement.id, words("The agreement is recorded."))
    return _page(form, blackouts), 422


@blp.get("/lending-agreements/<uuid:agreement_id>/edit")
@open_to(*KEEPERS)
def edit_agreement(agreement_id: uuid.UUID) -> str:
    """The terms as they are, to be changed."""
    agreement = _kept(agreement_id)
    form = TermsForm(formdata=None, data=plain_of(agreement))
    return _page(form, blackouts_of(agreement), agreement)


@blp.post("/lending-agreements/<uuid:agreement_id>/edit")
@open_to(*KEEPERS)
def change(agreement_id: uuid.UUID) -> Answer:
    """Save the changed terms, or show what is wrong."""
    agreement = _kept(agreement_id)
    form, blackouts = TermsForm(), read_blackouts(request.form)
    if "add" in request.form:
        return _page(form, blackouts, agreement, add=True)
    status = 422
    if form.validate() and not blackouts.faulty:
        try:
            with unit_of_work() as session:
                service.change_agreement(
                    session,
                    agreement_id,
                    actor=current_actor(),
                    now=clock.now(),
                    version=request.form.get("version", 0, type=int),
                    facts=form.facts(
                        lender_id=agreement.lender_id,
                        borrower_id=agreement.borrower_id,
                        valid_from=agreement.valid_from,
                        blackouts=blackouts,
                    ),
                )
        except Invalid as refusal:
            blackouts = show_faults(form, blackouts, refusal.fields)
        except Stale as refusal:
            form.form_errors.append(say(refusal.words))
            status = 412
        else:
            return _back(agreement_id, words("The terms are saved."))
    return _page(form, blackouts, agreement), status


def _kept(agreement_id: uuid.UUID) -> LendingAgreement:
    agreement = queries.agreement_seen_by(db.session(), current_actor(), agreement_id)
    access.check_may_agree(current_actor(), agreement.lender_id)
    return agreement


def _offer_ministries(form: AgreementForm) -> None:
    """Administrators choose both sides; coordinators lend what is their own ministry's."""
    members = queries.all_ministries(db.session(), on=today())
    choices = [(str(each.id), named(each)) for each in members]
    actor = current_actor()
    mine = [choice for choice in choices if choice[0] == str(actor.ministry_id)]
    form.lender.choices = choices if actor.is_a(Role.ADMIN) else mine
    form.borrower.choices = choices


def _page(
    form: TermsForm, blackouts: Blackouts, agreement: LendingAgreement | None = None, *, add: bool = False
) -> str:
    here = url_for("ministries.new_agreement")
    sides = None
    if agreement is not None:
        here = url_for("ministries.edit_agreement", agreement_id=agreement.id)
        sides = (named(agreement.lender), named(agreement.borrower))
    else:
        _offer_ministries(form)
    return render_template(
        "ministries/edit.html",
        form=form,
        rows=[*blackouts.rows, *[BlackoutRow()] * add],
        add=add,
        here=here,
        agreement_id=agreement.id if agreement else None,
        valid_from=agreement.valid_from if agreement else None,
        sides=sides,
        version=request.form.get("version") or (agreement.version if agreement else ""),
    )


def _back(agreement_id: uuid.UUID, done: Words) -> Response:
    flash(say(done), "success")
    return redirect(url_for("ministries.agreement_page", agreement_id=agreement_id))
