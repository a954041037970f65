"""90 needs: those of the stories, those waiting elsewhere, and 58 that were asked for in the past."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from expertpool.conflicts.rules.vocabulary import PanelAct
from expertpool.demo.world.cases import Incident, Incidents, Stage
from expertpool.demo.world.roster import ASSESSORS
from expertpool.demo.world.seats import (
    Required,
    Seat,
    Session,
    TeamRule,
    days_later,
    rules_of,
    seats_of,
    sessions_of,
    working_days_later,
)
from expertpool.demo.world.seeding import DAY, SEOUL, ago, seoul, working_day
from expertpool.experts.rules import FacetKind
from expertpool.incidents.data import RequestTemplate, load_request_templates
from expertpool.incidents.rules import NeedState, Urgency

PANEL_ACTS = {"MSS": PanelAct.SME_PROTECTION, "KFTC": PanelAct.SUBCONTRACTING}


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What experts are asked for in one incident, by which ministry and until when."""

    key: str
    incident: str
    ministry: str
    template: str
    proceeding: str
    panel_act: PanelAct | None
    purpose_ko: str
    purpose_en: str
    state: NeedState
    urgency: Urgency
    created_at: dt.datetime
    submitted_at: dt.datetime | None
    filled_at: dt.datetime | None = None
    completed_at: dt.datetime | None = None
    not_before: dt.datetime
    deadline: dt.datetime
    seats: tuple[Seat, ...]
    sessions: tuple[Session, ...]
    team_rules: tuple[TeamRule, ...]


# Needs of the stories: incident, template, state, days since it was asked for.
STORY_NEEDS: tuple[tuple[str, str, NeedState, int], ...] = (
    ("S1", "urgent_imaging", NeedState.SUBMITTED, 1),
    ("S2", "mediation_panel", NeedState.SUBMITTED, 1),
    ("S3", "joint_investigation", NeedState.SUBMITTED, 0),
    ("S4", "core_ruling", NeedState.SUBMITTED, 0),
    ("S5", "overseas_response", NeedState.SUBMITTED, 0),
    ("S6", "similarity_opinion", NeedState.SUBMITTED, 2),
    ("S7", "legal_support", NeedState.SUBMITTED, 1),
    ("S7", "damage_valuation", NeedState.DRAFT, 0),
    ("S7", "mediation_panel", NeedState.DRAFT, 0),
    ("S8", "forensics", NeedState.SUBMITTED, 1),
)
STORY_KEYS = frozenset(key for key, _, _, _ in STORY_NEEDS)
STORY_PAST: tuple[tuple[str, str], ...] = (("S7", "forensics"), ("S6", "field_squad"))
# What was done first and what second, by type of incident.
PAST: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "leaver": (("forensics",), ("similarity_opinion", "damage_valuation")),
    "subcontract_misuse": (("similarity_opinion",), ("joint_investigation", "damage_valuation")),
    "joint_rnd_dispute": (("legal_support",), ("mediation_panel",)),
    "hacking": (("breach_response",), ("field_squad", "forensics")),
    "bid_idea_theft": (("similarity_opinion",), ("mediation_panel",)),
    "overseas_leak": (("overseas_response",), ("joint_investigation",)),
    "supplier_copy": (("field_squad",), ("similarity_opinion",)),
}
# What is asked for where a panel is due, and in triage.
PANELS: dict[str, tuple[str, ...]] = {
    "joint_rnd_dispute": ("mediation_panel", "single_mediator", "arbitration_panel"),
    "subcontract_misuse": ("mediation_panel",),
    "bid_idea_theft": ("mediation_panel", "single_mediator"),
}
TRIAGE: dict[str, tuple[str, ...]] = {
    "leaver": ("forensics", "first_advice"),
    "hacking": ("breach_response", "field_squad"),
}
# Asked for beside the past need where work goes on.
NEXT: dict[str, str] = {
    "leaver": "damage_valuation",
    "subcontract_misuse": "joint_investigation",
    "hacking": "field_squad",
    "bid_idea_theft": "joint_investigation",
    "overseas_leak": "core_ruling",
    "supplier_copy": "similarity_opinion",
}
WITH_NEXT, PANELS_WITH_PAST, DRAFTS_IN_TRIAGE = 5, 5, 3
NEEDS_ASSESSORS = ("similarity_opinion", "joint_investigation")
# In the fields of these desks there are too few assessors for two opinions; police and intelligence
# can borrow none.
THIN = frozenset(desk for desk, experts in ASSESSORS.items() if experts <= 4)


def generate_needs(incidents: Incidents, *, now: dt.date) -> tuple[Need, ...]:
    """Needs in the order they were asked for. No chance is involved: templates and stages decide."""
    wanted = sorted(
        [*_open(incidents, now), *_past(incidents)], key=lambda want: (want.at, want.incident.key)
    )
    return tuple(_need(f"need-{number:02d}", want) for number, want in enumerate(wanted, start=1))


@dataclass(frozen=True, slots=True)
class _Want:
    incident: Incident
    template: RequestTemplate
    state: NeedState
    at: dt.datetime


def _template(code: str) -> RequestTemplate:
    return next(each for each in load_request_templates() if each.code == code)


def _open(incidents: Incidents, now: dt.date) -> Iterator[_Want]:
    for key, code, state, days in STORY_NEEDS:
        incident = incidents.of(key)
        at = seoul(ago(now, days), 8, 30)
        at = incident.received_at + dt.timedelta(minutes=5) if key == "S1" else at
        yield _Want(incident, _template(code), state, at)
    invented = [each for each in incidents.incidents if each.key.startswith("I")]
    for place, incident in enumerate(each for each in invented if each.stage is Stage.PANEL):
        codes = PANELS[incident.type]
        yield _want(incident, codes[place % len(codes)], NeedState.SUBMITTED, ago(now, place % 3))
    for place, incident in enumerate(each for each in invented if each.stage is Stage.TRIAGE):
        codes = TRIAGE.get(incident.type, ("first_advice",))
        state = NeedState.DRAFT if place < DRAFTS_IN_TRIAGE else NeedState.SUBMITTED
        yield _want(incident, codes[place % len(codes)], state, now)
    at_work = [each for each in invented if each.stage is Stage.ACTIVE]
    for place, incident in enumerate(at_work[:WITH_NEXT]):
        yield _want(incident, NEXT[incident.type], NeedState.SUBMITTED, ago(now, place % 2))


def _want(incident: Incident, code: str, state: NeedState, day: dt.date) -> _Want:
    """Asked for in the morning, or right after the incident was received where that was later."""
    at = max(seoul(day, 8, 30), incident.received_at + dt.timedelta(minutes=20))
    return _Want(incident, _template(code), state, at)


def _past(incidents: Incidents) -> Iterator[_Want]:
    for key, code in STORY_PAST:
        yield _done(incidents.of(key), code, 3)
    panels = 0
    for place, incident in enumerate(each for each in incidents.incidents if each.key.startswith("I")):
        first, second = PAST[incident.type]
        panels += incident.stage is Stage.PANEL
        if incident.stage in (Stage.CLOSED, Stage.STABLE, Stage.ACTIVE) or (
            incident.stage is Stage.PANEL and panels <= PANELS_WITH_PAST
        ):
            yield _done(incident, first[place % len(first)], 2)
        if incident.stage in (Stage.CLOSED, Stage.STABLE):
            yield _done(incident, second[place % len(second)], 38)


def _done(incident: Incident, code: str, days_after: int) -> _Want:
    """A need of the past; where assessors are too few, something else was asked for."""
    if incident.lead == "NIS":
        code = "forensics"
    elif code in NEEDS_ASSESSORS and (incident.desk in THIN or incident.lead == "NPA"):
        code = "legal_support" if days_after < 30 else "damage_valuation"
    day = working_day((incident.received_at + days_after * DAY).astimezone(SEOUL).date())
    return _Want(incident, _template(code), NeedState.COMPLETED, seoul(day, 8, 30))


def _need(key: str, want: _Want) -> Need:
    template, incident = want.template, want.incident
    seats = seats_of(template, incident)
    if (incident.key, template.code) == ("S2", "mediation_panel"):
        seats = _with_expert_chair(seats, incident)
    later = working_days_later if _waits_for_working_days(want) else days_later
    sessions = sessions_of(template, incident, seats, since=want.at, later=later)
    panel = template.proceeding == "mediation"
    return Need(
        key=key,
        incident=incident.key,
        ministry=incident.lead,
        template=template.code,
        proceeding=template.proceeding,
        panel_act=PANEL_ACTS.get(incident.lead) if panel else None,
        purpose_ko=template.name_ko,
        purpose_en=template.name_en,
        state=want.state,
        urgency=template.urgency,
        created_at=want.at,
        submitted_at=None if want.state is NeedState.DRAFT else want.at,
        not_before=want.at,
        deadline=max(session.latest for session in sessions),
        seats=seats,
        sessions=sessions,
        team_rules=rules_of(template, seats),
    )


def _waits_for_working_days(want: _Want) -> bool:
    """Whether the story can be told in a week of holidays only if the windows leave them out.

    The first happens at night, the second is to have no time left before its clock.
    """
    return want.incident.key in STORY_KEYS - {"S1", "S2"} and want.state is not NeedState.COMPLETED


def _with_expert_chair(seats: tuple[Seat, ...], incident: Incident) -> tuple[Seat, ...]:
    """The chair of the second story has to lead in the technology at issue."""
    knows = Required(FacetKind.TECHNOLOGY, incident.technology, 3)
    return tuple(
        replace(seat, required=(*seat.required, knows)) if seat.role_kind == "CHR" else seat for seat in seats
    )
