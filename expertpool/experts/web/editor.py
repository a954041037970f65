"""Entering and changing an expert: one page, its rows added and removed without scripts."""

import uuid
from typing import Any

from flask import render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from expertpool.experts import access, queries, service
from expertpool.experts.forms import (
    ExpertForm,
    FacetRow,
    TermRow,
    Typed,
    plain_of,
    read_facts,
    read_typed,
    show_faults,
    typed_of,
)
from expertpool.experts.models import Expert
from expertpool.experts.rules import KIND_WORDS, LEVEL_WORDS, UNLEVELLED, FacetKind
from expertpool.experts.web.blueprint import KEEPERS, blp, today
from expertpool.experts.web.pages import back_to
from expertpool.infra import clock
from expertpool.infra.db import db, unit_of_work
from expertpool.infra.gate import current_actor, open_to
from expertpool.infra.i18n import named, say
from expertpool.ministries import queries as ministries
from expertpool.ministries.models import Ministry
from expertpool.refusals import Forbidden, Invalid, NotFound, Stale
from expertpool.words import words

Answer = Response | str | tuple[str, int]
_NEW = {
    "timezone": "Asia/Seoul",
    "language": "ko",
    "notice_hours": 0,
    "weekly_hours": 8,
    "max_open_engagements": 3,
}


@blp.get("/experts/new")
@open_to(*KEEPERS)
def new_expert() -> str:
    """An empty entry for an expert of the own ministry."""
    form = ExpertForm(formdata=None, data=_NEW)
    return _page(form, Typed(), ministry=_own_ministry(db.session()))


@blp.post("/experts/new")
@open_to(*KEEPERS)
def register() -> Answer:
    """Enter the expert, or show what is wrong; an "add" button only adds a blank row."""
    form, typed = ExpertForm(), read_typed(request.form)
    ministry = _own_ministry(db.session())
    offer_regions(form)
    if "add" in request.form:
        return _page(form, typed, ministry=ministry, add=request.form["add"])
    valid = form.validate()
    typed, facets, terms = read_facts(typed, today=today())
    if valid and not typed.faulty:
        try:
            with unit_of_work() as session:
                facts = form.facts(ministry_id=ministry.id, facets=facets, terms=terms)
                expert = service.register_expert(session, actor=current_actor(), now=clock.now(), facts=facts)
        except Invalid as refusal:
            typed = show_faults(form, typed, refusal.fields)
        else:
            return back_to(expert.id, words("The expert is entered. Check the evidence, then verify."))
    return _page(form, typed, ministry=ministry), 422


@blp.get("/experts/<uuid:expert_id>/edit")
@open_to(*KEEPERS)
def edit_expert(expert_id: uuid.UUID) -> str:
    """The entry as it is, to be changed."""
    expert = _kept(expert_id)
    form = ExpertForm(formdata=None, data=plain_of(expert.facts))
    return _page(form, typed_of(expert.facts), ministry=expert.ministry, expert=expert)


@blp.post("/experts/<uuid:expert_id>/edit")
@open_to(*KEEPERS)
def change(expert_id: uuid.UUID) -> Answer:
    """Save the changes, or show what is wrong; an "add" button only adds a blank row."""
    expert = _kept(expert_id)
    form, typed = ExpertForm(), read_typed(request.form)
    offer_regions(form)
    if "add" in request.form:
        return _page(form, typed, ministry=expert.ministry, expert=expert, add=request.form["add"])
    valid = form.validate()
    typed, facets, terms = read_facts(typed, today=today())
    status = 422
    if valid and not typed.faulty:
        try:
            with unit_of_work() as session:
                service.change_expert(
                    session,
                    expert_id,
                    actor=current_actor(),
                    now=clock.now(),
                    version=request.form.get("version", 0, type=int),
                    facts=form.facts(ministry_id=expert.ministry_id, facets=facets, terms=terms),
                )
        except Invalid as refusal:
            typed = show_faults(form, typed, refusal.fields)
        except Stale as refusal:
            form.form_errors.append(say(refusal.words))
            status = 412
        else:
            return back_to(expert_id, words("The entry is saved."))
    return _page(form, typed, ministry=expert.ministry, expert=expert), status


def offer_regions(form: ExpertForm) -> None:
    """Let the form choose among the regions of the reference data."""
    form.region_code.choices = [(each.code, named(each)) for each in ministries.regions(db.session())]


def row_options() -> dict[str, Any]:
    """What the selects of the rows offer, by kind of facet."""
    terms = queries.facet_terms(db.session())
    return {
        "codes": {
            kind: [(term.code, named(term)) for term in queries.terms_of(terms, kind)] for kind in FacetKind
        },
        "levels": [(str(level), say(label)) for level, label in LEVEL_WORDS.items()],
        "kind_words": KIND_WORDS,
        "unlevelled": UNLEVELLED,
    }


def with_blank(typed: Typed, add: str = "") -> tuple[list[tuple[FacetKind, list[FacetRow]]], list[TermRow]]:
    """The rows by kind, a kind one adds to with a blank one more."""
    groups = [
        (
            kind,
            [row for row in typed.facets if row.kind is kind]
            + [FacetRow(kind, level=_first_level(kind), since=today().isoformat())] * (kind == add),
        )
        for kind in FacetKind
    ]
    return groups, [*typed.terms, *[TermRow()] * (add == "term")]


def _first_level(kind: FacetKind) -> str:
    return "1" if kind in UNLEVELLED else "2"


def _page(
    form: ExpertForm, typed: Typed, *, ministry: Ministry, expert: Expert | None = None, add: str = ""
) -> str:
    offer_regions(form)
    groups, terms = with_blank(typed, add)
    here = url_for("experts.new_expert")
    if expert is not None:
        here = url_for("experts.edit_expert", expert_id=expert.id)
    return render_template(
        "experts/edit.html",
        form=form,
        groups=groups,
        terms=terms,
        add=add,
        here=here,
        expert_id=expert.id if expert else None,
        version=request.form.get("version") or (expert.version if expert else ""),
        ministry=named(ministry),
        needs_alias=ministry.shows_aliases_only,
        **row_options(),
    )


def _kept(expert_id: uuid.UUID) -> Expert:
    """The row, if the reader keeps it: others may look, but there is nothing here to change for them."""
    expert = db.session().get(Expert, expert_id)
    if expert is None:
        raise NotFound(words("There is no such expert in the pool."))
    access.check_may_edit(current_actor(), expert.ministry_id)
    return expert


def _own_ministry(session: Session) -> Ministry:
    mine = current_actor().ministry_id
    ministry = session.get(Ministry, mine) if mine else None
    if ministry is None:
        raise Forbidden(words("Your account belongs to no ministry, so it cannot enter experts."))
    return ministry
