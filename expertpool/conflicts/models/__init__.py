"""Tables of the facts conflicts are judged by, and of what is decided about them."""

from expertpool.conflicts.models.facts import (
    InterestStatement,
    Organisation,
    OrganisationAlias,
    OtherTie,
    Ownership,
    Person,
    SecrecyDuty,
    Technology,
    Tie,
)
from expertpool.conflicts.models.process import FindingRuling, SilentScreening, Waiver

__all__ = [
    "FindingRuling",
    "InterestStatement",
    "Organisation",
    "OrganisationAlias",
    "OtherTie",
    "Ownership",
    "Person",
    "SecrecyDuty",
    "SilentScreening",
    "Technology",
    "Tie",
    "Waiver",
]
