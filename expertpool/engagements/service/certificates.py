"""The certificate after the work: what came about while it was done."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.engagements import access
from expertpool.engagements.models import Certificate, CertificateRuling, Engagement
from expertpool.engagements.rules import CERTIFIABLE, CertificateAnswer, check_certificate, check_grounds
from expertpool.engagements.service.rescreening import mark_earlier_work
from expertpool.engagements.service.steps import lock_engagement, note
from expertpool.incidents import service as incidents
from expertpool.infra.db import acting_as
from expertpool.infra.identity import SYSTEM, Actor
from expertpool.refusals import NotFound, WrongState
from expertpool.words import words


def certify(
    session: Session,
    engagement_id: uuid.UUID,
    *,
    answer: CertificateAnswer,
    category: str,
    actor: Actor,
    now: dt.datetime,
) -> Engagement:
    """Record what the expert certifies once the work is handed in. The same again changes nothing.

    A tie marks the work as done before the conflict was known and shuts the case to the expert; whether the
    work is done again is for people to decide.
    Raises: NotFound; Forbidden to everybody but the expert; Invalid; WrongState before the hand-in.
    """
    engagement = lock_engagement(session, engagement_id, actor=actor)
    access.check_own(actor, engagement)
    check_certificate(answer, category=category)
    known = _certificate_of(session, engagement)
    if known is not None:
        if (known.answer, known.category) != (answer, category):
            raise WrongState(words("You certified this work already. Tell the conflict-of-interest officer."))
        return engagement
    if engagement.state not in CERTIFIABLE:
        raise WrongState(words("Hand in the work first. Then certify it."))
    session.add(Certificate(engagement_id=engagement.id, answer=answer, category=category, certified_at=now))
    session.flush()
    note(session, engagement, "certify", actor=actor, now=now, answer=answer.value)
    if answer is CertificateAnswer.TIE:
        with acting_as(session, SYSTEM):
            mark_earlier_work(session, engagement, now=now)
            incidents.close_to_expert(session, engagement.incident_id, engagement.expert_id, now=now)
    return engagement


def rule_on_certificate(
    session: Session, engagement_id: uuid.UUID, *, grounds: str, actor: Actor, now: dt.datetime
) -> Engagement:
    """Decide what follows from a certified tie: it leaves the queue; the work stays marked, the case shut.

    Raises: NotFound without such a tie; Forbidden; Invalid without grounds; WrongState when it is decided.
    """
    engagement = lock_engagement(session, engagement_id, actor=actor)
    access.check_rules_cards(actor, engagement)
    said = check_grounds(grounds)
    tie = _certificate_of(session, engagement)
    if tie is None or tie.answer is not CertificateAnswer.TIE:
        raise NotFound(access.NOTHING_HERE)
    if session.scalar(sa.select(sa.exists().where(CertificateRuling.certificate_id == tie.id))):
        raise WrongState(words("Somebody decided this already. Reload the page."))
    assert actor.user_id is not None  # only people sign in as officers
    session.add(CertificateRuling(certificate_id=tie.id, ruled_by=actor.user_id, ruled_at=now, grounds=said))
    session.flush()
    note(session, engagement, "rule_on_certificate", actor=actor, now=now)
    return engagement


def _certificate_of(session: Session, engagement: Engagement) -> Certificate | None:
    return session.scalars(
        sa.select(Certificate).where(Certificate.engagement_id == engagement.id)
    ).one_or_none()
