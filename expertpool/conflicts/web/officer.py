"""The conflict officer's desk: open questions about ties, and experts' registers."""

import datetime as dt
import uuid
from collections.abc import Callable, Sequence

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from expertpool.conflicts import access, queries, service
from expertpool.conflicts.forms import ENDED, OPEN, UNKNOWN, SettleForm, TieForm, show_faults
from expertpool.conflicts.models import Tie
from expertpool.conflicts.queries import QueueLine
from expertpool.conflicts.rules.vocabulary import Confidence
from expertpool.conflicts.web.blueprint import PAGE_SIZE, Picked, blp, pick_party
from expertpool.conflicts.web.interests import record
from expertpool.conflicts.web.organisations import Answer
from expertpool.infra import clock
from expertpool.infra.db import db, unit_of_work
from expertpool.infra.gate import current_actor, open_to
from expertpool.infra.i18n import say
from expertpool.infra.identity import Actor, Role
from expertpool.refusals import Invalid, NotFound, Stale
from expertpool.words import words

# Features above put what waits for an officer's word into the one queue.
queue_sources: list[Callable[[Session, Actor], Sequence[QueueLine]]] = []
_TOLD = dt.timedelta(days=90)


@blp.get("/conflicts")
@open_to(Role.CONFLICT_OFFICER)
def officer_desk() -> str:
    """What waits for the officer: declared ties, challenges, waivers, and ties with an open question."""
    session, actor = db.session(), current_actor()
    page = min(max(request.args.get("page", 1, type=int), 1), 10_000)
    ties, count = queries.ties_to_review(session, viewer=actor, page=page, size=PAGE_SIZE)
    waiting = sorted(
        (line for source in queue_sources for line in source(session, actor)), key=lambda line: line.since
    )
    return render_template(
        "conflicts/desk.html",
        waiting=waiting,
        taken_back=queries.ties_taken_back(session, viewer=actor, since=clock.now() - _TOLD),
        ties=ties,
        count=count,
        page=page,
        last=max(-(-count // PAGE_SIZE), 1),
    )


@blp.route("/conflicts/ties/<uuid:tie_id>", methods=["GET", "POST"])
@open_to(Role.CONFLICT_OFFICER)
def review_tie(tie_id: uuid.UUID) -> Answer:
    """One tie, its open questions, and the form that settles them."""
    session = db.session()
    tie = service.tie_seen(session, tie_id, actor=current_actor())
    form, picked, status = SettleForm(data=_as_typed(tie)), Picked(None), 200
    if form.is_submitted():
        valid = form.validate()
        picked = _target(session, form, tie)
        if picked.fault:
            form.target_text.errors = [say(picked.fault)]
        status = 422
        if valid and not picked.fault:
            try:
                return _settle(tie, form, picked)
            except Invalid as refusal:
                show_faults(form, refusal.fields)
            except Stale as refusal:
                form.form_errors.append(say(refusal.words))
                status = 412
    view = queries.tie_view(session, tie_id, viewer=current_actor())
    page = render_template("conflicts/tie.html", tie=view, form=form, options=picked.options)
    return page, status


def _target(session: Session, form: SettleForm, tie: Tie) -> Picked:
    value = next(filter(None, reversed(request.form.getlist("target"))), "")
    text = form.target_text.data or ""
    if not value and not text.strip():
        if tie.organisation_id is None and tie.person_id is None:
            return Picked(None)
        kept = f"organisation:{tie.organisation_id}" if tie.organisation_id else f"person:{tie.person_id}"
        return pick_party(session, kept, "", persons=True)
    return pick_party(session, value, text, persons=False)


def _settle(tie: Tie, form: SettleForm, picked: Picked) -> Response:
    is_person = bool(picked.chosen and picked.chosen.value.startswith("person:"))
    with unit_of_work() as session:
        service.settle_tie(
            session,
            tie.id,
            facts=form.facts(confidence=Confidence(form.confidence.data)),
            organisation_id=None if is_person else picked.id,
            person_id=picked.id if is_person else None,
            version=form.data["version"],
            actor=current_actor(),
            now=clock.now(),
        )
    flash(say(words("The tie is settled.")), "success")
    return redirect(url_for("conflicts.officer_desk"))


def _as_typed(tie: Tie) -> dict[str, object]:
    facts = service.facts_of(tie)
    ends = OPEN if facts.until is None else ENDED if facts.until.known else UNKNOWN
    share, capital = facts.share_basis_points, facts.capital_basis_points
    return {
        "version": tie.version,
        "type": facts.type.value,
        "kinship": facts.kinship.value,
        "rank": facts.rank,
        "unit": facts.unit,
        "group_size": facts.group_size,
        "since": facts.since,
        "ends": ends,
        "until": facts.until,
        "amount_won": facts.amount_won,
        "share": share / 100 if share is not None else None,
        "capital": capital / 100 if capital is not None else None,
        "evidence": facts.evidence,
        "confidence": facts.confidence.value,
    }


@blp.route("/conflicts/experts/<uuid:expert_id>", methods=["GET", "POST"])
@open_to(Role.CONFLICT_OFFICER)
def expert_ties(expert_id: uuid.UUID) -> Answer:
    """One expert's register, and the form that adds to it."""
    session = db.session()
    name = queries.expert_shown(session, expert_id, viewer=current_actor())
    if name is None:
        raise NotFound(access.NOTHING_HERE)
    form = TieForm()
    if form.validate_on_submit():
        try:
            with unit_of_work() as writing:
                record(writing, form, expert_id)
        except Invalid as refusal:
            show_faults(form, refusal.fields)
        else:
            flash(say(words("The tie is in the register.")), "success")
            return redirect(url_for("conflicts.expert_ties", expert_id=expert_id))
    page = render_template(
        "conflicts/expert_ties.html",
        name=name,
        expert_id=expert_id,
        ties=queries.ties_of(session, expert_id, viewer=current_actor()),
        taken_back=queries.ties_taken_back(session, viewer=current_actor(), expert_id=expert_id),
        stated_at=queries.stated_at(session, expert_id),
        form=form,
    )
    return page, 422 if form.errors else 200
