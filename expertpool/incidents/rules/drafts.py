"""Facts of an incident and drafts of a need, before they are rows."""

import datetime as dt
from dataclasses import dataclass

from expertpool.conflicts.rules.vocabulary import PanelAct, Side
from expertpool.experts.rules import FacetKind
from expertpool.incidents.rules.vocabulary import PartySide, TeamRuleKind, Urgency
from expertpool.scheduling.vocabulary import RoleClass


@dataclass(frozen=True, slots=True)
class IncidentFacts:
    """What is recorded of an incident. Shape: `technologies` are WIPO field codes."""

    title: str
    summary: str
    type_code: str
    urgency: Urgency
    region_code: str
    evidence_at_risk: bool = False
    core_technology: bool = False
    compartmented: bool = False
    technologies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FacetWish:
    """A facet a seat requires, at `minimum_level`, or prefers, with `weight`."""

    kind: FacetKind
    code: str
    required: bool
    minimum_level: int = 1
    weight: int = 1


@dataclass(frozen=True, slots=True)
class SeatDraft:
    """One seat. `minimum_level` is the lowest level in the role itself.

    Units: `effort_minutes`, work outside the sessions.
    """

    role_kind: str
    role_class: RoleClass
    minimum_level: int = 1
    preferred_level: int | None = None
    effort_minutes: int = 0
    facets: tuple[FacetWish, ...] = ()


@dataclass(frozen=True, slots=True)
class SessionDraft:
    """One session somewhere in `[earliest, latest)`; `seats` counts from 0; no region means remote."""

    kind: str
    length_minutes: int
    earliest: dt.datetime
    latest: dt.datetime
    region_code: str | None
    seats: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TeamRuleDraft:
    """One rule over the team.

    Shape: `seats` counts from 0, empty for the whole team. chair_licence: `seats` and `licences` (any one);
    at_least: `role_kinds` and `count`; ministry_mix: `count` ministries; no_two_of_one_firm: nothing more.
    """

    kind: TeamRuleKind
    seats: tuple[int, ...] = ()
    licences: tuple[str, ...] = ()
    role_kinds: tuple[str, ...] = ()
    count: int = 1


@dataclass(frozen=True, slots=True)
class NeedDraft:
    """What experts are asked for, as somebody wrote it down; not checked yet."""

    purpose: str
    urgency: Urgency
    not_before: dt.datetime
    deadline: dt.datetime
    seats: tuple[SeatDraft, ...]
    sessions: tuple[SessionDraft, ...]
    team_rules: tuple[TeamRuleDraft, ...] = ()
    template_code: str | None = None


@dataclass(frozen=True, slots=True)
class AtIssue:
    """A technology or right the case is about, by name and number; `side` None: whose it is is disputed."""

    name: str
    number: str = ""
    side: PartySide | None = None


@dataclass(frozen=True, slots=True)
class ConflictFacts:
    """What conflicts of interest are judged by besides the parties. `linked`: receipt numbers.

    `panel_act`: the act a panel sits under, None without one; `helped_side`: whom supporters help.
    """

    panel_act: PanelAct | None = None
    helped_side: Side = Side.COMPLAINANT
    technologies: tuple[AtIssue, ...] = ()
    linked: tuple[str, ...] = ()
