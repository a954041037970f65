"""Organisations that read like what was typed."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.conflicts.models import Organisation, OrganisationAlias
from expertpool.conflicts.rules.matching import digits, organisation_key

MOST_CANDIDATES = 12


def similar_organisations(session: Session, text: str) -> list[Organisation]:
    """Organisations whose name, other name or number contains what was typed; a few, for choosing."""
    sought = text.strip()
    if not sought:
        return []
    return list(session.scalars(_best_known_first(sa.select(Organisation).where(contains(sought)))))


def contains(sought: str) -> sa.ColumnElement[bool]:
    """Organisations with a part of a name, or a number, that reads like this."""
    key = organisation_key(sought)
    alias = sa.select(OrganisationAlias.organisation_id).where(
        OrganisationAlias.normalised.contains(key, autoescape=True)
    )
    number = digits(sought)
    return sa.or_(
        Organisation.key_ko.contains(key, autoescape=True),
        Organisation.key_en.contains(key, autoescape=True),
        Organisation.id.in_(alias),
        *([Organisation.biz_no == number] if len(number) == 10 else []),
        *([Organisation.corp_no == number] if len(number) == 13 else []),
    )


def _best_known_first(found: sa.Select[Organisation]) -> sa.Select[Organisation]:
    numbered = sa.func.num_nonnulls(Organisation.corp_no, Organisation.biz_no, Organisation.foreign_id)
    return found.order_by(numbered.desc(), Organisation.name_ko, Organisation.id).limit(MOST_CANDIDATES)
