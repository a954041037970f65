"""The lives of incidents and needs as tables: every step that exists is one entry."""

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

# While no plan stands on it, a need may still be reworded.
CHANGEABLE = frozenset({NeedState.DRAFT, NeedState.SUBMITTED})

# A plan stands on it: only its times move, and the plan is mended.
MOVABLE = frozenset({NeedState.PROPOSED, NeedState.APPROVED, NeedState.FILLED})

# Nothing is asked of anybody any more.
OVER = frozenset({NeedState.COMPLETED, NeedState.CANCELLED})


def incident_step_refused(state: IncidentState, wanted: IncidentState) -> Words | None:
    """Why an incident in `state` cannot become `wanted`; None if it can."""
    if wanted in INCIDENT_TRANSITIONS[state]:
        return None
    return words(
        "The incident is now “%(state)s” and cannot become “%(wanted)s”. Reload the page.",
        state=INCIDENT_STATE_WORDS[state],
        wanted=INCIDENT_STATE_WORDS[wanted],
    )


def need_step_refused(state: NeedState, wanted: NeedState) -> Words | None:
    """Why a need in `state` cannot become `wanted`; None if it can."""
    if wanted in NEED_TRANSITIONS[state]:
        return None
    return words(
        "The need is now “%(state)s” and cannot become “%(wanted)s”. Reload the page.",
        state=NEED_STATE_WORDS[state],
        wanted=NEED_STATE_WORDS[wanted],
    )
