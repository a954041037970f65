"""Names of codes, and what was done by whom."""

import uuid
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.accounts.models import Account
from expertpool.audit.models import AuditEntry
from expertpool.audit.rules import ACT_WORDS
from expertpool.experts.models import FacetTerm
from expertpool.incidents.data import load_incident_types
from expertpool.incidents.queries.views import ActivityLine, NamedCode
from expertpool.incidents.rules import TermKey
from expertpool.infra.db import acting_as
from expertpool.infra.identity import SYSTEM
from expertpool.ministries.models import Ministry, Region

MOST_LINES = 100


def term_names(session: Session) -> Mapping[TermKey, NamedCode]:
    """Every facet code with its names, in the order of its list."""
    wanted = sa.select(FacetTerm.kind, FacetTerm.code, FacetTerm.name_ko, FacetTerm.name_en)
    rows = session.execute(wanted.order_by(FacetTerm.kind, FacetTerm.ordinal))
    return {(kind, code): NamedCode(code, ko, en) for kind, code, ko, en in rows}


def type_name(code: str) -> NamedCode:
    """The incident type `code`; a type this release no longer lists shows its code."""
    for row in load_incident_types():
        if row.code == code:
            return NamedCode(code, row.name_ko, row.name_en)
    return NamedCode(code, code, code)


def ministry_name(ministry: Ministry) -> NamedCode:
    """A ministry's row without the row."""
    return NamedCode(ministry.code, ministry.name_ko, ministry.name_en)


def region_name(region: Region) -> NamedCode:
    """A region's row without the row."""
    return NamedCode(region.code, region.name_ko, region.name_en)


def activity_of(session: Session, things: Sequence[uuid.UUID]) -> tuple[ActivityLine, ...]:
    """What was done to `things`, newest first.

    The audit record itself is for auditors; who may see the case also sees its history, so the caller has
    checked that and the lines are read on the system's authority. Verbs without words are not shown.
    """
    with acting_as(session, SYSTEM):
        rows = session.execute(
            sa.select(AuditEntry.at, AuditEntry.verb, Account.name_ko, Account.name_en)
            .outerjoin(Account, Account.id == AuditEntry.user_id)
            .where(AuditEntry.thing_kind.in_(("incident", "need")), AuditEntry.thing_id.in_(things))
            .where(AuditEntry.verb.in_(ACT_WORDS))
            .order_by(AuditEntry.at.desc(), AuditEntry.no.desc())
            .limit(MOST_LINES)
        ).all()
    return tuple(ActivityLine(at, ACT_WORDS[verb], ko or "", en or "") for at, verb, ko, en in rows)
