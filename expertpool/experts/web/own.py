"""An expert's own profile: everything to read, contact and languages to keep."""

import uuid

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from expertpool.experts import queries, service
from expertpool.experts.forms import (
    ContactForm,
    Typed,
    contact_of,
    plain_of,
    read_facts,
    read_typed,
    show_faults,
    typed_of,
)
from expertpool.experts.models import Expert
from expertpool.experts.rules import KIND_WORDS, LEVEL_WORDS, STATE_WORDS, FacetKind
from expertpool.experts.web.blueprint import STATE_TONES, blp, today
from expertpool.experts.web.editor import Answer, offer_regions, row_options, with_blank
from expertpool.experts.web.panels import panels_for
from expertpool.infra import clock
from expertpool.infra.db import db, unit_of_work
from expertpool.infra.gate import current_actor, open_to
from expertpool.infra.i18n import say
from expertpool.infra.identity import Role
from expertpool.refusals import Invalid, NotFound, Stale
from expertpool.words import words

_MINE = frozenset({FacetKind.LANGUAGE})


@blp.get("/me/profile")
@open_to(Role.EXPERT)
def my_profile() -> str:
    """What the pool knows of the reader, and the part they keep themselves."""
    expert = _me()
    form = ContactForm(formdata=None, data=plain_of(expert.facts))
    return _page(expert, form, typed_of(expert.facts, _MINE))


@blp.post("/me/profile")
@open_to(Role.EXPERT)
def change_my_profile() -> Answer:
    """Save contact and languages, or show what is wrong."""
    expert = _me()
    form, typed = ContactForm(), read_typed(request.form)
    offer_regions(form)
    if "add" in request.form:
        return _page(expert, form, typed, add=request.form["add"])
    valid = form.validate()
    typed, facets, _ = read_facts(typed, today=today())
    status = 422
    if valid and not typed.faulty:
        try:
            with unit_of_work() as session:
                service.change_own_profile(
                    session,
                    expert.id,
                    actor=current_actor(),
                    now=clock.now(),
                    version=request.form.get("version", 0, type=int),
                    contact=contact_of(form),
                    languages=tuple(facets),
                )
        except Invalid as refusal:
            typed = show_faults(form, typed, refusal.fields)
        except Stale as refusal:
            form.form_errors.append(say(refusal.words))
            status = 412
        else:
            return _done()
    return _page(expert, form, typed), status


def _done() -> Response:
    flash(say(words("Your profile is saved.")), "success")
    return redirect(url_for("experts.my_profile"))


def _me() -> Expert:
    mine: uuid.UUID | None = current_actor().expert_id
    expert = db.session().get(Expert, mine) if mine else None
    if expert is None:
        raise NotFound(words("Your account is not bound to an expert of the pool."))
    return expert


def _page(expert: Expert, form: ContactForm, typed: Typed, add: str = "") -> str:
    offer_regions(form)
    session, viewer, now = db.session(), current_actor(), clock.now()
    seen = queries.expert_seen_by(session, viewer, expert.id, today=today())
    groups, _ = with_blank(typed, add)
    return render_template(
        "experts/me.html",
        expert=seen,
        form=form,
        add=add,
        today=today(),
        rows_kind=FacetKind.LANGUAGE,
        rows=next(rows for kind, rows in groups if kind is FacetKind.LANGUAGE),
        version=request.form.get("version") or expert.version,
        kinds=[(kind, KIND_WORDS[kind]) for kind in FacetKind if kind not in _MINE],
        level_words=LEVEL_WORDS,
        state_word=STATE_WORDS[expert.state],
        state_tone=STATE_TONES[expert.state],
        panels=panels_for(session, viewer, seen, now),
        **row_options(),
    )
