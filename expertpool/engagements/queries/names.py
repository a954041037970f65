"""Names and parts that several views share, read in a fixed number of queries."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.conflicts.models import Organisation, Person
from expertpool.engagements.models import Certificate, Declaration, Engagement, span_of
from expertpool.engagements.queries.views import Named, SessionView
from expertpool.engagements.rules import CardStanding, CertificateAnswer, owed_until, standing
from expertpool.experts.models import FacetTerm
from expertpool.experts.rules import FacetKind
from expertpool.incidents.models import IncidentTechnology, Party
from expertpool.ministries.models import Region


def role_names(session: Session) -> dict[str, Named]:
    """The role kinds by code."""
    rows = session.execute(
        sa.select(FacetTerm.code, FacetTerm.name_ko, FacetTerm.name_en).where(
            FacetTerm.kind == FacetKind.ROLE_KIND
        )
    )
    return {code: Named(ko, en) for code, ko, en in rows}


def region_names(session: Session) -> dict[str, Named]:
    """The regions by code."""
    rows = session.execute(sa.select(Region.code, Region.name_ko, Region.name_en))
    return {code: Named(ko, en) for code, ko, en in rows}


def field_names(session: Session, incident_id: uuid.UUID) -> tuple[Named, ...]:
    """The technology fields of a case."""
    rows = session.execute(
        sa.select(FacetTerm.name_ko, FacetTerm.name_en)
        .join(IncidentTechnology, IncidentTechnology.code == FacetTerm.code)
        .where(IncidentTechnology.incident_id == incident_id, FacetTerm.kind == FacetKind.TECHNOLOGY)
        .order_by(FacetTerm.ordinal)
    )
    return tuple(Named(ko, en) for ko, en in rows)


def party_names(session: Session, incident_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, tuple[Named, ...]]:
    """The parties of cases by name alone: no side, no part, in the order of the alphabet."""
    ko = sa.func.coalesce(Organisation.name_ko, Person.name_ko).label("ko")
    en = sa.func.coalesce(Organisation.name_en, Person.name_en).label("en")
    rows = session.execute(
        sa.select(Party.incident_id, ko, en)
        .outerjoin(Organisation, Organisation.id == Party.organisation_id)
        .outerjoin(Person, Person.id == Party.person_id)
        .where(Party.incident_id.in_(list(incident_ids)))
        .distinct()
        .order_by(ko, en)
    )
    found: defaultdict[uuid.UUID, list[Named]] = defaultdict(list)
    for incident_id, name_ko, name_en in rows:
        found[incident_id].append(Named(name_ko, name_en))
    return {incident_id: tuple(names) for incident_id, names in found.items()}


def declarations_of(
    session: Session, engagement_ids: Iterable[uuid.UUID]
) -> dict[uuid.UUID, list[Declaration]]:
    """The entries on the cards of engagements."""
    query = sa.select(Declaration).where(Declaration.engagement_id.in_(list(engagement_ids)))
    found: defaultdict[uuid.UUID, list[Declaration]] = defaultdict(list)
    for row in session.scalars(query):
        found[row.engagement_id].append(row)
    return found


def certificates_of(session: Session, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, CertificateAnswer]:
    """What was certified after the work, by engagement."""
    rows = sa.select(Certificate.engagement_id, Certificate.answer)
    found = session.execute(rows.where(Certificate.engagement_id.in_(list(ids))))
    return {row.engagement_id: row.answer for row in found}


def card_says(rows: Sequence[Declaration]) -> CardStanding:
    """What the entries on one card come to."""
    return standing(row.entry for row in rows)


def card_owed_until(rows: Sequence[Declaration]) -> dt.datetime | None:
    """Until when the full answer is owed on a card; None where none is."""
    return owed_until(row.entry for row in rows)


def own_entry(rows: Sequence[Declaration]) -> Declaration | None:
    """The expert's own full answer among the entries on one card."""
    return next((row for row in rows if row.ruled_by is None and row.due_at is None), None)


def sessions_of(engagement: Engagement, regions: dict[str, Named]) -> tuple[SessionView, ...]:
    """The sessions of an engagement at their times."""
    return tuple(
        SessionView(
            span_of(hold).start,
            span_of(hold).end,
            regions.get(hold.region_code or ""),
            hold.region_code,
        )
        for hold in engagement.holds
    )
