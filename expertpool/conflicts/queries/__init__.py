"""Reading organisations and ties, and screening experts by them."""

from expertpool.conflicts.queries.matching import similar_organisations
from expertpool.conflicts.queries.organisations import (
    Found,
    GroupLine,
    Holding,
    find_organisations,
    group_on,
    organisation_seen,
    owned_by,
    owners_of,
)
from expertpool.conflicts.queries.reach import Touched, touched_by
from expertpool.conflicts.queries.register import (
    TieView,
    expert_shown,
    experts_called,
    is_confirmation_due,
    is_on_record,
    stated_at,
    tie_view,
    ties_of,
    ties_to_review,
)
from expertpool.conflicts.queries.screening import AboutCase, facts_for, screen_experts

__all__ = [
    "AboutCase",
    "Found",
    "GroupLine",
    "Holding",
    "TieView",
    "Touched",
    "expert_shown",
    "experts_called",
    "facts_for",
    "find_organisations",
    "group_on",
    "is_confirmation_due",
    "is_on_record",
    "organisation_seen",
    "owned_by",
    "owners_of",
    "screen_experts",
    "similar_organisations",
    "stated_at",
    "tie_view",
    "ties_of",
    "ties_to_review",
    "touched_by",
]
