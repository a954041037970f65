"""An expert's inbox and offers. Everything works on a phone and without scripts."""

import uuid

from flask import redirect, render_template, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from expertpool.engagements import queries, service
from expertpool.engagements.forms import (
    CardForm,
    CertificateForm,
    DeclineForm,
    DeliverForm,
    NoteForm,
    PledgeForm,
)
from expertpool.engagements.web.blueprint import blp, check_version, said, said_or_faulty
from expertpool.infra import clock
from expertpool.infra.db import unit_of_work
from expertpool.infra.gate import current_actor, open_to
from expertpool.infra.identity import Role
from expertpool.refusals import NotFound
from expertpool.words import words

Answer = Response | str | tuple[str, int]


@blp.get("/me/offers")
@open_to(Role.EXPERT)
def inbox() -> str:
    """What waits for an answer, what is agreed, what is over."""
    expert_id = current_actor().expert_id
    if expert_id is None:
        raise NotFound(words("Your account belongs to no expert. Ask your administrator."))
    with unit_of_work() as session:
        found = queries.inbox_of(session, expert_id)
    return render_template("engagements/inbox.html", inbox=found, now=clock.now())


@blp.get("/me/offers/<uuid:engagement_id>")
@open_to(Role.EXPERT)
def offer_page(engagement_id: uuid.UUID) -> Answer:
    """One offer: what, when, where, why you; then the card; then the case."""
    return _shown(engagement_id)


def _shown(
    engagement_id: uuid.UUID,
    *,
    card: CardForm | None = None,
    pledge: PledgeForm | None = None,
    decline: DeclineForm | None = None,
    deliver: DeliverForm | None = None,
    certificate: CertificateForm | None = None,
    note: NoteForm | None = None,
) -> Answer:
    now = clock.now()
    with unit_of_work() as session:
        page = queries.offer_page(session, engagement_id, actor=current_actor(), now=now)
    html = render_template(
        "engagements/offer.html",
        page=page,
        line=page.line,
        card_form=card or CardForm(formdata=None),
        pledge_form=pledge or PledgeForm(formdata=None),
        decline_form=decline or DeclineForm(formdata=None),
        deliver_form=deliver or DeliverForm(formdata=None, data={"version": page.version}),
        certificate_form=certificate or CertificateForm(formdata=None),
        note_form=note or NoteForm(formdata=None),
        now=now,
    )
    faulty = card or pledge or decline or deliver or certificate or note
    return (html, 422) if faulty else html


def _back(engagement_id: uuid.UUID) -> Response:
    return redirect(url_for("engagements.offer_page", engagement_id=engagement_id))


@blp.post("/me/offers/<uuid:engagement_id>/card")
@open_to(Role.EXPERT)
def answer_card(engagement_id: uuid.UUID) -> Answer:
    """Answer the conflict card."""
    form, actor, now = CardForm(), current_actor(), clock.now()
    if not form.validate():
        return _shown(engagement_id, card=form)

    def answer(session: Session) -> None:
        service.answer_card(
            session,
            engagement_id,
            answer=form.card_answer,
            category=form.tie_category,
            pledged=form.pledged.data,
            actor=actor,
            now=now,
        )

    if said_or_faulty(form, answer, gettext("Your answer to the card is recorded.")):
        return _shown(engagement_id, card=form)
    return _back(engagement_id)


@blp.post("/me/offers/<uuid:engagement_id>/accept")
@open_to(Role.EXPERT)
def accept(engagement_id: uuid.UUID) -> Response:
    """Say yes."""
    actor, now = current_actor(), clock.now()
    said(
        lambda session: service.answer_signed_in(
            session,
            engagement_id,
            accept=True,
            reason=None,
            note="",
            busy_until=None,
            by_program=False,
            actor=actor,
            now=now,
        ),
        gettext("You accepted. Thank you."),
    )
    return _back(engagement_id)


@blp.post("/me/offers/<uuid:engagement_id>/urgent-acceptance")
@open_to(Role.EXPERT)
def accept_and_declare_later(engagement_id: uuid.UUID) -> Answer:
    """Say yes to securing evidence tonight, on the short pledge."""
    form, actor, now = PledgeForm(), current_actor(), clock.now()
    if not form.validate():
        return _shown(engagement_id, pledge=form)
    said(
        lambda session: service.accept_and_declare_later(
            session, engagement_id, pledged=form.pledged.data, by_program=False, actor=actor, now=now
        ),
        gettext("You accepted and can begin. Answer the conflict card within 24 hours."),
    )
    return _back(engagement_id)


@blp.post("/me/offers/<uuid:engagement_id>/decline")
@open_to(Role.EXPERT)
def decline(engagement_id: uuid.UUID) -> Answer:
    """Say no, and why."""
    form, actor, now = DeclineForm(), current_actor(), clock.now()
    if not form.validate():
        return _shown(engagement_id, decline=form)

    def answer(session: Session) -> None:
        service.answer_signed_in(
            session,
            engagement_id,
            accept=False,
            reason=form.decline_reason,
            note=form.note.data or "",
            busy_until=form.busy_until.data,
            by_program=False,
            actor=actor,
            now=now,
        )

    if said_or_faulty(form, answer, gettext("You declined. The coordinator looks for somebody else.")):
        return _shown(engagement_id, decline=form)
    return _back(engagement_id)


@blp.post("/me/offers/<uuid:engagement_id>/withdraw")
@open_to(Role.EXPERT)
def step_back(engagement_id: uuid.UUID) -> Answer:
    """Take back a yes."""
    form, actor, now = NoteForm(), current_actor(), clock.now()
    if not form.validate():
        return _shown(engagement_id, note=form)
    note = form.note.data or ""
    said(
        lambda session: service.withdraw(session, engagement_id, note=note, actor=actor, now=now),
        gettext("You are off this work. The coordinator looks for somebody else."),
    )
    return _back(engagement_id)


@blp.post("/me/offers/<uuid:engagement_id>/recuse")
@open_to(Role.EXPERT)
def recuse(engagement_id: uuid.UUID) -> Response:
    """Step down because of a tie."""
    actor, now = current_actor(), clock.now()
    said(
        lambda session: service.recuse(session, engagement_id, actor=actor, now=now),
        gettext("You stepped down. It is never held against you."),
    )
    return _back(engagement_id)


@blp.post("/me/offers/<uuid:engagement_id>/deliver")
@open_to(Role.EXPERT)
def deliver(engagement_id: uuid.UUID) -> Answer:
    """Hand in the work."""
    form, actor, now = DeliverForm(), current_actor(), clock.now()
    if not form.validate():
        return _shown(engagement_id, deliver=form)

    def hand_in(session: Session) -> None:
        check_version(service.lock_engagement(session, engagement_id, actor=actor).version)
        service.deliver(
            session,
            engagement_id,
            worked_minutes=form.worked_minutes,
            note=form.note.data or "",
            actor=actor,
            now=now,
        )

    if said_or_faulty(form, hand_in, gettext("The work is handed in. Thank you.")):
        return _shown(engagement_id, deliver=form)
    return _back(engagement_id)


@blp.post("/me/offers/<uuid:engagement_id>/certificate")
@open_to(Role.EXPERT)
def certify(engagement_id: uuid.UUID) -> Answer:
    """Certify the work that was handed in."""
    form, actor, now = CertificateForm(), current_actor(), clock.now()
    if not form.validate():
        return _shown(engagement_id, certificate=form)

    def certified(session: Session) -> None:
        service.certify(
            session,
            engagement_id,
            answer=form.certificate_answer,
            category=form.category.data or "",
            actor=actor,
            now=now,
        )

    if said_or_faulty(form, certified, gettext("Your certificate is recorded. Thank you.")):
        return _shown(engagement_id, certificate=form)
    return _back(engagement_id)
