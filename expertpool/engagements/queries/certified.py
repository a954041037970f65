"""Ties that experts certified after the work, as long as no officer has decided what follows."""

import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.conflicts.queries import QueueLine
from expertpool.engagements import access
from expertpool.engagements.models import WITHOUT_PROFILE, Certificate, CertificateRuling, Engagement
from expertpool.engagements.queries.names import role_names
from expertpool.engagements.queries.views import Named
from expertpool.engagements.rules import CertificateAnswer, TieCategory
from expertpool.experts.rules import shown_name
from expertpool.incidents.models import Incident
from expertpool.infra.identity import Actor
from expertpool.refusals import NotFound
from expertpool.words import words


@dataclass(frozen=True, slots=True)
class CertifiedTie:
    """A tie that came about during the work, to be decided about by the using ministry's officer."""

    engagement: Engagement
    certificate: Certificate
    expert: Named
    role: Named
    category: TieCategory
    receipt_no: str


def certified_ties(session: Session, *, actor: Actor) -> list[QueueLine]:
    """Those that wait for the actor."""
    rows = session.execute(_waiting(actor).order_by(Certificate.certified_at, Certificate.id).limit(200))
    lines = []
    for engagement, certificate, _receipt_no in rows:
        shown = shown_name(engagement.expert, actor.ministry_id)
        note = words("The work is marked and the case is shut until you decide what follows.")
        values = {"engagement_id": engagement.id}
        since = certificate.certified_at
        kind = words("Tie certified after the work")
        endpoint = "engagements.certified_tie"
        lines.append(QueueLine(kind, shown.name_ko, shown.name_en, note, since, endpoint, values))
    return lines


def certified_tie(session: Session, engagement_id: uuid.UUID, *, actor: Actor) -> CertifiedTie:
    """One that waits for the actor. Raises: NotFound, also once it is decided."""
    row = session.execute(_waiting(actor).where(Engagement.id == engagement_id)).one_or_none()
    if row is None:
        raise NotFound(access.NOTHING_HERE)
    engagement, certificate, receipt_no = row
    shown = shown_name(engagement.expert, actor.ministry_id)
    return CertifiedTie(
        engagement=engagement,
        certificate=certificate,
        expert=Named(shown.name_ko, shown.name_en),
        role=role_names(session)[engagement.role_kind],
        category=TieCategory(certificate.category),
        receipt_no=receipt_no,
    )


def _waiting(actor: Actor) -> sa.Select[Engagement, Certificate, str]:
    decided = sa.exists().where(CertificateRuling.certificate_id == Certificate.id)
    return (
        sa.select(Engagement, Certificate, Incident.receipt_no)
        .join(Certificate, Certificate.engagement_id == Engagement.id)
        .join(Incident, Incident.id == Engagement.incident_id)
        .where(
            Engagement.borrower_id == actor.ministry_id,
            Certificate.answer == CertificateAnswer.TIE,
            ~decided,
        )
        .options(WITHOUT_PROFILE)
    )
