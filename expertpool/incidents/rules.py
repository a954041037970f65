"""States of incidents and needs as data, and what a need must satisfy before it may be asked for."""

import enum

from expertpool.words import Words, words


class IncidentState(enum.StrEnum):
    """Where an incident stands."""

    DRAFT = "draft"
    RECEIVED = "received"
    TRIAGED = "triaged"
    ACTIVE = "active"
    CLOSED = "closed"


INCIDENT_TRANSITIONS: dict[IncidentState, frozenset[IncidentState]] = {
    IncidentState.DRAFT: frozenset({IncidentState.RECEIVED}),
    IncidentState.RECEIVED: frozenset({IncidentState.TRIAGED, IncidentState.CLOSED}),
    IncidentState.TRIAGED: frozenset({IncidentState.ACTIVE, IncidentState.CLOSED}),
    IncidentState.ACTIVE: frozenset({IncidentState.CLOSED}),
    # A closed incident is reopened into work when new evidence arrives.
    IncidentState.CLOSED: frozenset({IncidentState.ACTIVE}),
}

INCIDENT_STATE_WORDS: dict[IncidentState, Words] = {
    IncidentState.DRAFT: words("Draft"),
    IncidentState.RECEIVED: words("Received"),
    IncidentState.TRIAGED: words("Triaged"),
    IncidentState.ACTIVE: words("Active"),
    IncidentState.CLOSED: words("Closed"),
}


class NeedState(enum.StrEnum):
    """Where a need stands. `submitted` waits for a plan, `approved` has offers out, `filled` every yes."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    PROPOSED = "proposed"
    APPROVED = "approved"
    FILLED = "filled"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


NEED_TRANSITIONS: dict[NeedState, frozenset[NeedState]] = {
    NeedState.DRAFT: frozenset({NeedState.SUBMITTED, NeedState.CANCELLED}),
    NeedState.SUBMITTED: frozenset({NeedState.PROPOSED, NeedState.CANCELLED}),
    NeedState.PROPOSED: frozenset({NeedState.SUBMITTED, NeedState.APPROVED, NeedState.CANCELLED}),
    NeedState.APPROVED: frozenset({NeedState.FILLED, NeedState.PROPOSED, NeedState.CANCELLED}),
    # A withdrawal after everybody had agreed opens a seat again.
    NeedState.FILLED: frozenset({NeedState.APPROVED, NeedState.COMPLETED, NeedState.CANCELLED}),
    NeedState.COMPLETED: frozenset(),
    NeedState.CANCELLED: frozenset(),
}

NEED_STATE_WORDS: dict[NeedState, Words] = {
    NeedState.DRAFT: words("Draft"),
    NeedState.SUBMITTED: words("Submitted"),
    NeedState.PROPOSED: words("Proposed"),
    NeedState.APPROVED: words("Approved"),
    NeedState.FILLED: words("Filled"),
    NeedState.COMPLETED: words("Completed"),
    NeedState.CANCELLED: words("Cancelled"),
}


class Urgency(enum.IntEnum):
    """How much an unfilled seat hurts; the number is the planner's weight."""

    ROUTINE = 1
    RAISED = 2
    URGENT = 4
    TONIGHT = 8


URGENCY_WORDS: dict[Urgency, Words] = {
    Urgency.ROUTINE: words("Routine"),
    Urgency.RAISED: words("Raised"),
    Urgency.URGENT: words("Urgent"),
    Urgency.TONIGHT: words("Tonight"),
}


class MinistryPart(enum.StrEnum):
    """What a ministry does in an incident."""

    LEAD = "lead"
    SUPPORTING = "supporting"


class PartySide(enum.StrEnum):
    """Whose side a party is on."""

    COMPLAINANT = "complainant"
    RESPONDENT = "respondent"
    OTHER = "other"


class PartyKind(enum.StrEnum):
    """What a party is to the case."""

    PARTY = "party"
    REPRESENTATIVE = "representative"
    COUNSEL = "counsel"
    LAW_FIRM = "law_firm"
    ACCUSED = "accused"
    INVENTOR = "inventor"
    COMPETITOR = "competitor"


class TeamRuleKind(enum.StrEnum):
    """Rules over the team of a need; their parameters are in `TeamRule.params`."""

    CHAIR_LICENCE = "chair_licence"
    AT_LEAST = "at_least"
    NO_TWO_OF_ONE_FIRM = "no_two_of_one_firm"
    MINISTRY_MIX = "ministry_mix"
