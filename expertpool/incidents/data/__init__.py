"""Reference data on incidents: their kinds, the needs usually raised, the clocks, the programmes on offer.

The YAML files say what is true from which day; their heads document the fields.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

from expertpool.incidents.rules import TeamRuleKind, Urgency
from expertpool.ministries.data import Certainty, Named, read_document, read_rows
from expertpool.scheduling.vocabulary import RoleClass


class ClockKind(StrEnum):
    DEADLINE = "deadline"
    NOTICE = "notice"
    TARGET = "target"
    CAP = "cap"
    LIMITATION = "limitation"
    STOP = "stop"
    COMPOSITION = "composition"


class Unit(StrEnum):
    HOURS = "hours"
    DAYS = "days"
    BUSINESS_DAYS = "business_days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"


class Use(StrEnum):
    """Whether a facet of the incident binds a seat."""

    REQUIRED = "required"
    PREFERRED = "preferred"
    UNUSED = "unused"


class Place(StrEnum):
    ONSITE = "onsite"
    OFFICE = "office"
    ONLINE = "online"


class Question(StrEnum):
    """The three standard questions put to technical experts."""

    NOT_PUBLIC = "not_public"
    KEPT_SECRET = "kept_secret"  # noqa: S105 - a question, not a password
    SAME_TECHNOLOGY = "same_technology"


@dataclass(frozen=True, kw_only=True)
class Trigger:
    code: str
    name_ko: str
    name_en: str


@dataclass(frozen=True, kw_only=True)
class Clock(Named):
    kind: ClockKind
    trigger: str
    length: int | None
    unit: Unit | None
    extension: int
    paused_by: tuple[str, ...]
    effect_ko: str
    effect_en: str
    source_ko: str
    source_en: str
    certainty: Certainty


@dataclass(frozen=True, kw_only=True)
class Programme(Named):
    """Units: won, hours, days, per cent."""

    ministries: tuple[str, ...]
    role_kinds: tuple[str, ...]
    qualifies_ko: str
    qualifies_en: str
    cap_won: int | None
    cap_hours: int | None
    cap_days: int | None
    subsidy_from: int
    subsidy_to: int
    followed_by: tuple[str, ...]
    certainty: Certainty


@dataclass(frozen=True, kw_only=True)
class IncidentType(Named):
    lead: str
    supporting: tuple[str, ...]
    templates: tuple[str, ...]
    programmes: tuple[str, ...]
    clocks: tuple[str, ...]
    description_ko: str
    description_en: str


@dataclass(frozen=True, kw_only=True)
class SeatTemplate:
    """`count` chairs at the table, all alike."""

    key: str
    name_ko: str
    name_en: str
    role_kind: str
    role_class: RoleClass
    count: int
    min_level: int
    facet_level: int
    technology: Use
    language: Use
    region: Use
    clearance: Use
    skills: tuple[str, ...]
    licences: tuple[str, ...]
    preferred_skills: tuple[str, ...]
    preferred_proceedings: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SessionTemplate:
    """Units: minutes; days after submission, half-open."""

    key: str
    name_ko: str
    name_en: str
    minutes: int
    together: bool
    seats: tuple[str, ...]
    window_days: tuple[int, int]
    place: Place


@dataclass(frozen=True, kw_only=True)
class TeamRule:
    kind: TeamRuleKind
    licences: tuple[str, ...]
    role_kinds: tuple[str, ...]
    minimum: int | None


@dataclass(frozen=True, kw_only=True)
class RequestTemplate(Named):
    summary_ko: str
    summary_en: str
    incident_types: tuple[str, ...]
    proceeding: str
    programme: str | None
    urgency: Urgency
    clocks: tuple[str, ...]
    questions: tuple[Question, ...]
    seats: tuple[SeatTemplate, ...]
    sessions: tuple[SessionTemplate, ...]
    team_rules: tuple[TeamRule, ...]


def _row(row: dict[str, Any], **enums: Any) -> dict[str, Any]:
    """`row` with the named fields turned into the given enum; None stays None."""
    return {
        key: enums[key](value) if key in enums and value is not None else value for key, value in row.items()
    }


def _tuples(row: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}


@lru_cache
def load_triggers() -> tuple[Trigger, ...]:
    return tuple(Trigger(**row) for row in read_rows(__name__, "clocks.yaml", "triggers"))


@lru_cache
def load_clocks() -> tuple[Clock, ...]:
    rows = read_rows(__name__, "clocks.yaml")
    return tuple(Clock(**_row(row, kind=ClockKind, unit=Unit, certainty=Certainty)) for row in rows)


@lru_cache
def load_programmes() -> tuple[Programme, ...]:
    rows = read_rows(__name__, "programmes.yaml")
    return tuple(Programme(**_row(row, certainty=Certainty)) for row in rows)


@lru_cache
def load_incident_types() -> tuple[IncidentType, ...]:
    return tuple(IncidentType(**row) for row in read_rows(__name__, "incident_types.yaml"))


@lru_cache
def load_request_templates() -> tuple[RequestTemplate, ...]:
    document = read_document(__name__, "request_templates.yaml")
    return tuple(
        RequestTemplate(
            **{
                **row,
                "urgency": Urgency(row["urgency"]),
                "questions": tuple(Question(each) for each in row["questions"]),
                "seats": tuple(_seat({**document["seat_defaults"], **each}) for each in row["seats"]),
                "sessions": tuple(_session({**document["session_defaults"], **s}) for s in row["sessions"]),
                "team_rules": tuple(_rule({**document["rule_defaults"], **r}) for r in row["team_rules"]),
            }
        )
        for row in read_rows(__name__, "request_templates.yaml")
    )


def _seat(row: dict[str, Any]) -> SeatTemplate:
    facets = dict.fromkeys(("technology", "language", "region", "clearance"), Use)
    return SeatTemplate(**_row(_tuples(row), role_class=RoleClass, **facets))


def _session(row: dict[str, Any]) -> SessionTemplate:
    return SessionTemplate(**_row(_tuples(row), place=Place))


def _rule(row: dict[str, Any]) -> TeamRule:
    return TeamRule(**_row(_tuples(row), kind=TeamRuleKind))
