"""Pure decisions of the registry: the life of an expert, what may be said of one, and names to show."""

from expertpool.experts.rules.facts import (
    KIND_WORDS,
    LEVEL_WORDS,
    LEVELS,
    UNLEVELLED,
    AppointmentFacts,
    ContactFacts,
    ExpertFacts,
    FacetFacts,
    FacetKind,
    Vocabulary,
    contact_faults,
    facet_faults,
    faults_of,
)
from expertpool.experts.rules.names import Nameable, ShownName, shown_name
from expertpool.experts.rules.states import (
    MOVE_WORDS,
    STATE_WORDS,
    TRANSITIONS,
    ExpertState,
    may_become,
    way_to,
    why_not,
)

__all__ = [
    "KIND_WORDS",
    "LEVELS",
    "LEVEL_WORDS",
    "MOVE_WORDS",
    "STATE_WORDS",
    "TRANSITIONS",
    "UNLEVELLED",
    "AppointmentFacts",
    "ContactFacts",
    "ExpertFacts",
    "ExpertState",
    "FacetFacts",
    "FacetKind",
    "Nameable",
    "ShownName",
    "Vocabulary",
    "contact_faults",
    "facet_faults",
    "faults_of",
    "may_become",
    "shown_name",
    "way_to",
    "why_not",
]
