"""What readers of incidents and needs are given."""

import datetime as dt
import uuid
from dataclasses import dataclass

from expertpool.experts.rules import FacetKind
from expertpool.incidents.rules import (
    Due,
    FacetWish,
    IncidentState,
    MinistryPart,
    NeedState,
    PartyKind,
    PartySide,
    TeamRuleKind,
    Urgency,
)
from expertpool.ministries.data import Certainty
from expertpool.scheduling.vocabulary import RoleClass
from expertpool.words import Words


@dataclass(frozen=True, slots=True)
class NamedCode:
    """A code with its two names."""

    code: str
    name_ko: str
    name_en: str


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """An incident as one line of a list."""

    id: uuid.UUID
    receipt_no: str
    title: str
    type: NamedCode
    state: IncidentState
    urgency: Urgency
    evidence_at_risk: bool
    core_technology: bool
    compartmented: bool
    region: NamedCode
    lead: NamedCode
    lead_id: uuid.UUID
    recorded_at: dt.datetime
    received_at: dt.datetime | None
    closed_at: dt.datetime | None
    rule_pack: str
    version: int


@dataclass(frozen=True, slots=True)
class MinistryView:
    """A ministry's part in an incident."""

    id: uuid.UUID
    ministry: NamedCode
    part: MinistryPart
    task: str


@dataclass(frozen=True, slots=True)
class PartyView:
    """Who stands in the case. Exactly one of the two keys is set."""

    id: uuid.UUID
    side: PartySide
    kind: PartyKind
    name_ko: str
    name_en: str
    organisation_id: uuid.UUID | None
    person_id: uuid.UUID | None


@dataclass(frozen=True, slots=True)
class ClockDate:
    """A clock of an incident as a date.

    `due` is None until the date that sets it off is noted; `days_left` counts Seoul days; `before` says that
    it has to be done ahead of its trigger.
    """

    code: str
    kind: str
    name_ko: str
    name_en: str
    effect: NamedCode
    source: NamedCode
    certainty: Certainty
    trigger: NamedCode
    started_at: dt.datetime | None
    due: Due | None
    days_left: int | None
    late: bool
    before: bool


@dataclass(frozen=True, slots=True)
class ActivityLine:
    """One thing that was done, and by whom; no name for what the system did."""

    at: dt.datetime
    what: Words
    who_ko: str
    who_en: str


@dataclass(frozen=True, slots=True)
class NeedRow:
    """A need as one line of a list."""

    id: uuid.UUID
    incident_id: uuid.UUID
    receipt_no: str
    purpose: str
    state: NeedState
    urgency: Urgency
    not_before: dt.datetime
    deadline: dt.datetime
    ministry: NamedCode
    ministry_id: uuid.UUID
    seat_count: int
    session_count: int
    version: int


@dataclass(frozen=True, slots=True)
class IncidentPage:
    """An incident with everything its reader may see; `summary` is None where it is withheld."""

    row: IncidentRow
    summary: str | None
    technologies: tuple[NamedCode, ...]
    ministries: tuple[MinistryView, ...]
    parties: tuple[PartyView, ...]
    clocks: tuple[ClockDate, ...]
    needs: tuple[NeedRow, ...]
    activity: tuple[ActivityLine, ...]
    triggers: tuple[tuple[str, dt.datetime], ...]
    may_work: bool
    may_lead: bool
    may_state_conflicts: bool
    shows_needs: bool
    shows_activity: bool


@dataclass(frozen=True, slots=True)
class FacetView:
    """What a seat requires or prefers."""

    kind: FacetKind
    term: NamedCode
    required: bool
    minimum_level: int
    weight: int


@dataclass(frozen=True, slots=True)
class SeatView:
    """A seat of a need; `number` counts from 1."""

    id: uuid.UUID
    number: int
    role: NamedCode
    role_class: RoleClass
    minimum_level: int
    preferred_level: int | None
    effort_minutes: int
    facets: tuple[FacetView, ...]


@dataclass(frozen=True, slots=True)
class SessionView:
    """A session of a need; no region means remote."""

    id: uuid.UUID
    number: int
    kind: str
    length_minutes: int
    earliest: dt.datetime
    latest: dt.datetime
    region: NamedCode | None
    seat_numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TeamRuleView:
    """A rule over the team; no seat numbers mean the whole team."""

    id: uuid.UUID
    kind: TeamRuleKind
    seat_numbers: tuple[int, ...]
    licences: tuple[NamedCode, ...]
    role_kinds: tuple[NamedCode, ...]
    count: int


@dataclass(frozen=True, slots=True)
class NeedPage:
    """A need with everything in it, and the incident it belongs to."""

    row: NeedRow
    incident: IncidentRow
    template: NamedCode | None
    created_at: dt.datetime
    submitted_at: dt.datetime | None
    filled_at: dt.datetime | None
    completed_at: dt.datetime | None
    seats: tuple[SeatView, ...]
    sessions: tuple[SessionView, ...]
    team_rules: tuple[TeamRuleView, ...]
    activity: tuple[ActivityLine, ...]
    may_change: bool


@dataclass(frozen=True, slots=True)
class PlannedSeat:
    """A seat as the planner needs it; the lowest level in the role is one of `facets`."""

    id: uuid.UUID
    ordinal: int
    role_kind: str
    role_class: RoleClass
    effort_minutes: int
    preferred_level: int | None
    facets: tuple[FacetWish, ...]


@dataclass(frozen=True, slots=True)
class PlannedSession:
    """A session as the planner needs it."""

    id: uuid.UUID
    ordinal: int
    kind: str
    length_minutes: int
    earliest: dt.datetime
    latest: dt.datetime
    region_code: str | None
    seat_ids: tuple[uuid.UUID, ...]


@dataclass(frozen=True, slots=True)
class PlannedRule:
    """A team rule as the planner needs it; `seat_ids` is never empty."""

    id: uuid.UUID
    kind: TeamRuleKind
    seat_ids: tuple[uuid.UUID, ...]
    licences: tuple[str, ...]
    role_kinds: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True)
class NeedForPlanning:
    """A need as the planner needs it: codes and keys, no words."""

    id: uuid.UUID
    incident_id: uuid.UUID
    ministry_id: uuid.UUID
    compartmented: bool
    state: NeedState
    urgency: Urgency
    not_before: dt.datetime
    deadline: dt.datetime
    version: int
    seats: tuple[PlannedSeat, ...]
    sessions: tuple[PlannedSession, ...]
    team_rules: tuple[PlannedRule, ...]
