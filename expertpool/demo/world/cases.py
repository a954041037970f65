"""What an incident of the world is made of."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from expertpool.incidents.rules import IncidentState, PartyKind, PartySide, Urgency


class Stage(StrEnum):
    """How far an incident has come, finer than its state: what the demo has to show of each."""

    NEW = "new"
    TRIAGE = "triage"
    ACTIVE = "active"
    PANEL = "panel"
    STABLE = "stable"
    CLOSED = "closed"


STATES: dict[Stage, IncidentState] = {
    Stage.NEW: IncidentState.RECEIVED,
    Stage.TRIAGE: IncidentState.TRIAGED,
    Stage.ACTIVE: IncidentState.ACTIVE,
    Stage.PANEL: IncidentState.ACTIVE,
    Stage.STABLE: IncidentState.ACTIVE,
    Stage.CLOSED: IncidentState.CLOSED,
}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody named in a case who is no expert. `employer` is where they work now."""

    key: str
    name_ko: str
    name_en: str
    birth_year: int
    email_domain: str
    employer: str


@dataclass(frozen=True, slots=True)
class Party:
    """Who stands where in a case: exactly one of `organisation` and `person`."""

    side: PartySide
    kind: PartyKind
    organisation: str | None
    person: str | None
    added_on: dt.date


@dataclass(frozen=True, slots=True)
class RunningClock:
    """A clock of clocks.yaml that runs in a case."""

    clock: str
    starts_at: dt.datetime
    due_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """A suspected theft of technology. Texts are neutral, except `facts`, which only the stories have.

    `clearance` and `language` are reference codes, None where nothing special is asked.
    """

    key: str
    receipt_no: str
    type: str
    stage: Stage
    state: IncidentState
    lead: str
    supporting: tuple[str, ...]
    title_ko: str
    title_en: str
    summary_ko: str
    summary_en: str
    facts_ko: str
    facts_en: str
    shows_ko: str
    shows_en: str
    region: str
    technology: str
    desk: str
    urgency: Urgency
    evidence_at_risk: bool
    core_technology: bool
    compartmented: bool
    anonymous: bool
    clearance: str | None
    language: str | None
    linked: str | None
    received_at: dt.datetime
    closed_at: dt.datetime | None
    reopened_at: dt.datetime | None
    parties: tuple[Party, ...]
    clocks: tuple[RunningClock, ...]
    programmes: tuple[str, ...]
    support_budget_won: int | None

    def organisations(self) -> tuple[str, ...]:
        """Keys of the organisations in the case, whatever their side."""
        return tuple(party.organisation for party in self.parties if party.organisation is not None)

    def principal(self, side: PartySide) -> str:
        """The organisation that is itself the party on a side."""
        return next(
            party.organisation
            for party in self.parties
            if party.side is side and party.kind is PartyKind.PARTY and party.organisation
        )


@dataclass(frozen=True, slots=True)
class Incidents:
    incidents: tuple[Incident, ...]
    persons: tuple[Person, ...]

    def of(self, key: str) -> Incident:
        return next(each for each in self.incidents if each.key == key)

    def person(self, key: str) -> Person:
        return next(each for each in self.persons if each.key == key)
