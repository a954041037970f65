"""What conflict officers decide: declared ties, challenges, single findings. One page a decision."""

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from expertpool.conflicts.rules.vocabulary import FindingStatus
from expertpool.conflicts.web import queue_sources
from expertpool.engagements import access, queries, service
from expertpool.engagements.forms import FindingRulingForm, GroundsForm, show_faults
from expertpool.engagements.web.blueprint import Answer, blp, said_or_faulty
from expertpool.infra import clock
from expertpool.infra.db import in_one_go, unit_of_work
from expertpool.infra.gate import current_actor, open_to
from expertpool.infra.i18n import say
from expertpool.infra.identity import Role
from expertpool.refusals import Conflicting, Invalid, NotFound
from expertpool.scheduling.vocabulary import RoleClass

STAFF_OF_CASE = (Role.COORDINATOR, Role.CONFLICT_OFFICER)
queue_sources.append(lambda session, actor: queries.decisions_waiting(session, actor=actor, now=clock.now()))


@blp.get("/conflicts/cards/<uuid:engagement_id>")
@open_to(Role.CONFLICT_OFFICER)
def decide_card(engagement_id: uuid.UUID) -> str:
    """A declared tie with everything on record about it."""
    return _card(engagement_id, GroundsForm(formdata=None))


def _card(engagement_id: uuid.UUID, form: GroundsForm) -> str:
    actor, now = current_actor(), clock.now()
    with unit_of_work() as session:
        card = queries.card_to_decide(session, engagement_id, actor=actor, now=now)
        findings = queries.findings_of(
            session,
            card.incident_id,
            card.expert_id,
            role_class=queries.role_class_of(session, engagement_id, actor=actor),
            actor=actor,
            now=now,
        )
    return render_template("conflicts/decide_card.html", card=card, findings=findings, form=form)


@blp.post("/conflicts/cards/<uuid:engagement_id>")
@open_to(Role.CONFLICT_OFFICER)
def rule_on_card(engagement_id: uuid.UUID) -> Answer:
    """Decide about a card."""
    form, actor, now = GroundsForm(), current_actor(), clock.now()
    cleared = request.form.get("decision") == "clear"

    def decide(session: Session) -> None:
        service.rule_on_card(
            session,
            engagement_id,
            cleared=cleared,
            grounds=form.grounds.data or "",
            actor=actor,
            now=now,
        )

    done = (
        gettext("The card is clear. The case is open to the expert.")
        if cleared
        else gettext("The expert is off. The coordinator looks for somebody else.")
    )
    if said_or_faulty(form, decide, done):
        return _card(engagement_id, form), 422
    return _to_queue()


@blp.get("/conflicts/certificates/<uuid:engagement_id>")
@open_to(Role.CONFLICT_OFFICER)
def certified_tie(engagement_id: uuid.UUID) -> str:
    """A tie that came about during the work, with everything on record about it."""
    return _certified(engagement_id, GroundsForm(formdata=None))


def _certified(engagement_id: uuid.UUID, form: GroundsForm) -> str:
    actor = current_actor()
    with unit_of_work() as session:
        tie = queries.certified_tie(session, engagement_id, actor=actor)
        findings = queries.findings_of(
            session,
            tie.engagement.incident_id,
            tie.engagement.expert_id,
            role_class=RoleClass(tie.engagement.role_class),
            actor=actor,
            now=clock.now(),
        )
        return render_template("conflicts/certified_tie.html", tie=tie, findings=findings, form=form)


@blp.post("/conflicts/certificates/<uuid:engagement_id>")
@open_to(Role.CONFLICT_OFFICER)
def rule_on_certificate(engagement_id: uuid.UUID) -> Answer:
    """Decide what follows from a certified tie."""
    form, actor, now = GroundsForm(), current_actor(), clock.now()

    def decide(session: Session) -> None:
        grounds = form.grounds.data or ""
        service.rule_on_certificate(session, engagement_id, grounds=grounds, actor=actor, now=now)

    done = gettext("Your decision is in the record. The mark on the work stays.")
    if said_or_faulty(form, decide, done):
        return _certified(engagement_id, form), 422
    return _to_queue()


def _to_queue() -> Response:
    return redirect(url_for("conflicts.officer_desk"))


@blp.get("/conflicts/challenges/<uuid:challenge_id>")
@open_to(*STAFF_OF_CASE)
def challenge_page(challenge_id: uuid.UUID) -> str:
    """A party's challenge with what is on record about the expert."""
    return _challenge(challenge_id, GroundsForm(formdata=None))


def _challenge(challenge_id: uuid.UUID, form: GroundsForm) -> str:
    actor = current_actor()
    with unit_of_work() as session:
        challenge = queries.challenge_view(session, challenge_id, actor=actor)
        findings = queries.findings_of(
            session,
            challenge.incident_id,
            challenge.expert_id,
            role_class=challenge.role_class,
            actor=actor,
            now=clock.now(),
        )
    return render_template("conflicts/challenge.html", challenge=challenge, findings=findings, form=form)


@blp.post("/conflicts/challenges/<uuid:challenge_id>")
@open_to(Role.CONFLICT_OFFICER)
def decide_challenge(challenge_id: uuid.UUID) -> Answer:
    """Uphold or reject a challenge."""
    form, actor, now = GroundsForm(), current_actor(), clock.now()
    upheld = request.form.get("decision") == "uphold"

    def decide(session: Session) -> None:
        service.decide_challenge(
            session,
            challenge_id,
            upheld=upheld,
            grounds=form.grounds.data or "",
            actor=actor,
            now=now,
        )

    done = (
        gettext("The expert is off. The coordinator looks for somebody else.")
        if upheld
        else gettext("The challenge is rejected. The work goes on.")
    )
    if said_or_faulty(form, decide, done):
        return _challenge(challenge_id, form), 422
    return _to_queue()


@blp.get("/conflicts/cases/<uuid:incident_id>/experts/<uuid:expert_id>/<role>")
@open_to(*STAFF_OF_CASE)
def findings_page(incident_id: uuid.UUID, expert_id: uuid.UUID, role: str) -> str:
    """What speaks against an expert in a case, and the officer's rulings on it."""
    return _findings(incident_id, expert_id, role, FindingRulingForm(formdata=None))


def _role(text: str) -> RoleClass:
    try:
        return RoleClass(text)
    except ValueError as error:
        raise NotFound(access.NOTHING_HERE) from error


def _findings(incident_id: uuid.UUID, expert_id: uuid.UUID, role: str, form: FindingRulingForm) -> str:
    with unit_of_work() as session:
        page = queries.findings_page(
            session,
            incident_id,
            expert_id,
            role_class=_role(role),
            actor=current_actor(),
            now=clock.now(),
        )
    return render_template("conflicts/findings.html", page=page, findings=page.findings, form=form)


@blp.post("/conflicts/cases/<uuid:incident_id>/experts/<uuid:expert_id>/<role>")
@open_to(Role.CONFLICT_OFFICER)
def rule_on_finding(incident_id: uuid.UUID, expert_id: uuid.UUID, role: str) -> Answer:
    """Confirm or dismiss one finding, or take a ruling back."""
    form, actor, now = FindingRulingForm(), current_actor(), clock.now()
    role_class = _role(role)
    if not form.validate():
        return _findings(incident_id, expert_id, role, form), 422

    def rule(session: Session) -> None:
        service.rule_on_finding(
            session,
            incident_id=incident_id,
            expert_id=expert_id,
            role_class=role_class,
            finding_key=form.finding.data or "",
            status=FindingStatus(form.status.data),
            grounds=form.grounds.data or "",
            until=form.until.data,
            actor=actor,
            now=now,
        )

    try:
        in_one_go(rule)
    except Invalid as refusal:
        show_faults(form, refusal.fields)
        return _findings(incident_id, expert_id, role, form), 422
    except Conflicting as refusal:
        flash(say(refusal.words), "error")
    else:
        flash(gettext("The ruling is pinned to this case."), "success")
    return redirect(request.url)
