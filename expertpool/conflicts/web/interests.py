"""An expert's own register of interests: add, end, and confirm once a year."""

import uuid
from functools import partial

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from expertpool.config import settings_of_app
from expertpool.conflicts import queries, service
from expertpool.conflicts.forms import EndForm, RelativeForm, TieForm, show_faults
from expertpool.conflicts.rules.records import may_be_slip
from expertpool.conflicts.rules.vocabulary import Kinship
from expertpool.conflicts.web.blueprint import blp
from expertpool.conflicts.web.organisations import Answer
from expertpool.infra import clock
from expertpool.infra.db import db, unit_of_work
from expertpool.infra.gate import current_actor, open_to
from expertpool.infra.i18n import say
from expertpool.infra.identity import Role
from expertpool.refusals import Invalid, NotFound, Stale, WrongState
from expertpool.words import words


@blp.get("/me/interests")
@open_to(Role.EXPERT)
def my_interests() -> Answer:
    """Everything on record that ties the reader to others."""
    return _page(me(), TieForm(formdata=None))


@blp.post("/me/interests")
@open_to(Role.EXPERT)
def add_interest() -> Answer:
    """Add a tie in one's own words."""
    form = TieForm()
    if form.validate():
        try:
            with unit_of_work() as session:
                record(session, form, me())
        except Invalid as refusal:
            show_faults(form, refusal.fields)
        else:
            return _done(say(words("The tie is in your register.")))
    return _page(me(), form)[0], 422


def record(session: Session, form: TieForm, expert_id: uuid.UUID) -> None:
    """Record what the form says, as told."""
    service.record_tie_as_told(
        session,
        expert_id,
        facts=form.facts(),
        organisation=form.organisation.data or "",
        number=form.number.data or "",
        technology=form.technology.data or "",
        technology_number=form.technology_number.data or "",
        person=form.person.data or "",
        person_birth_year=form.person_birth_year.data,
        case_number=form.case_number.data or "",
        actor=current_actor(),
        now=clock.now(),
    )


@blp.post("/me/interests/<uuid:tie_id>/end")
@open_to(Role.EXPERT)
def end_interest(tie_id: uuid.UUID) -> Answer:
    """Say when a tie ended."""
    form = EndForm()
    if not form.validate():
        return _page(me(), TieForm(formdata=None), ended=tie_id, end_form=form)[0], 422
    try:
        with unit_of_work() as session:
            service.end_tie(
                session,
                tie_id,
                until=form.until.data,
                version=form.data["version"],
                actor=current_actor(),
                now=clock.now(),
            )
    except Invalid as refusal:
        show_faults(form, refusal.fields)
        return _page(me(), TieForm(formdata=None), ended=tie_id, end_form=form)[0], 422
    return _done(say(words("The end is noted.")))


@blp.post("/me/interests/<uuid:tie_id>/take-back")
@open_to(Role.EXPERT)
def take_back_interest(tie_id: uuid.UUID) -> Response:
    """Take back what was entered by mistake."""
    version = request.form.get("version", 0, type=int)
    try:
        with unit_of_work() as session:
            service.take_back_tie(session, tie_id, version=version, actor=current_actor(), now=clock.now())
    except (WrongState, Stale) as refusal:
        flash(say(refusal.words), "error")
        return redirect(url_for("conflicts.my_interests"))
    return _done(say(words("The entry is taken back. Officers can still read it.")))


@blp.post("/me/interests/relatives")
@open_to(Role.EXPERT)
def add_relative() -> Answer:
    """Add a relative; nobody but the reader sees the name again."""
    form = RelativeForm()
    if form.validate():
        try:
            with unit_of_work() as session:
                service.record_relative(
                    session,
                    me(),
                    name=form.data["name"],
                    kinship=Kinship(form.kinship.data),
                    birth_year=form.birth_year.data,
                    secret=settings_of_app().secret_key,
                    actor=current_actor(),
                    now=clock.now(),
                )
        except Invalid as refusal:
            show_faults(form, refusal.fields)
        else:
            return _done(say(words("The relative is in your register. Only you can read the name.")))
    return _page(me(), TieForm(formdata=None), relative_form=form)[0], 422


@blp.post("/me/interests/confirm")
@open_to(Role.EXPERT)
def confirm_interests() -> Response:
    """Say that the register is complete and right."""
    with unit_of_work() as session:
        service.confirm_ties(session, me(), actor=current_actor(), now=clock.now())
    return _done(say(words("Thank you. You confirmed your register today.")))


def _done(sentence: str) -> Response:
    flash(sentence, "success")
    return redirect(url_for("conflicts.my_interests"))


def me() -> uuid.UUID:
    mine = current_actor().expert_id
    if mine is None:
        raise NotFound(words("Your account is not bound to an expert of the pool."))
    return mine


def _page(
    expert_id: uuid.UUID,
    form: TieForm,
    ended: uuid.UUID | None = None,
    end_form: EndForm | None = None,
    relative_form: RelativeForm | None = None,
) -> tuple[str, int]:
    session, now = db.session(), clock.now()
    ties = queries.ties_of(session, expert_id, viewer=current_actor())
    stated = queries.stated_at(session, expert_id)
    page = render_template(
        "conflicts/interests.html",
        ties=ties,
        slips={
            tie.id
            for tie in ties
            if may_be_slip(tie.source, tie.version, recorded_at=tie.recorded_at, stated_at=stated, now=now)
        },
        stated_at=stated,
        due=queries.is_confirmation_due(session, expert_id, now=now),
        form=form,
        ended=ended,
        end_form=end_form or EndForm(formdata=None),
        relative_form=relative_form or RelativeForm(formdata=None),
        in_clear=partial(service.relatives_name, secret=settings_of_app().secret_key),
    )
    return page, 200
