"""Reading the registry: finding experts, and showing them to whoever looks."""

import datetime as dt
import uuid

from sqlalchemy.orm import Session

from expertpool.experts.models import Expert
from expertpool.experts.queries.search import (
    Column,
    ExpertFilters,
    Found,
    Order,
    Page,
    experts_with_role,
    find_experts,
    offered_by_ministry,
    technology_fields,
)
from expertpool.experts.queries.views import (
    Contact,
    ExpertView,
    FacetView,
    Name,
    TermView,
    desks,
    facet_terms,
    terms_of,
    view_of,
)
from expertpool.infra.identity import Actor
from expertpool.refusals import NotFound
from expertpool.words import words

__all__ = [
    "Column",
    "Contact",
    "ExpertFilters",
    "ExpertView",
    "FacetView",
    "Found",
    "Name",
    "Order",
    "Page",
    "TermView",
    "desks",
    "expert_seen_by",
    "experts_with_role",
    "facet_terms",
    "find_experts",
    "offered_by_ministry",
    "technology_fields",
    "terms_of",
    "view_of",
]


def expert_seen_by(session: Session, viewer: Actor, expert_id: uuid.UUID, *, today: dt.date) -> ExpertView:
    """One expert as `viewer` may see them. Raises NotFound."""
    expert = session.get(Expert, expert_id)
    if expert is None:
        raise NotFound(words("There is no such expert in the pool."))
    return view_of(expert, viewer, terms=facet_terms(session), today=today)
