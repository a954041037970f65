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
from expertpool.conflicts.queries.others import (
    OtherTieView,
    person_seen,
    ties_held_by,
    ties_held_towards,
)
from expertpool.conflicts.queries.reach import Touched, touched_by
from expertpool.conflicts.queries.register import (
    TieView,
    expert_shown,
    experts_called,
    is_confirmation_due,
    is_on_record,
    secrecies_of,
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
    "OtherTieView",
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
    "person_seen",
    "screen_experts",
    "secrecies_of",
    "similar_organisations",
    "stated_at",
    "tie_view",
    "ties_held_by",
    "ties_held_towards",
    "ties_of",
    "ties_to_review",
    "touched_by",
]
