"""Drafts of needs: from a template of the usual ones, or from a need that exists."""

import datetime as dt
import uuid
from collections.abc import Iterator

from sqlalchemy.orm import Session

from expertpool.experts.rules import FacetKind
from expertpool.incidents import access
from expertpool.incidents.data import (
    Place,
    RequestTemplate,
    SeatTemplate,
    SessionTemplate,
    TeamRule,
    Use,
    load_request_templates,
)
from expertpool.incidents.models import Incident, Need, Seat
from expertpool.incidents.rules import (
    FacetWish,
    NeedDraft,
    SeatDraft,
    SessionDraft,
    TeamRuleDraft,
    TeamRuleKind,
    Urgency,
)
from expertpool.incidents.service.rows import incident_to_change, need_to_change
from expertpool.infra.clock import seoul_date
from expertpool.infra.identity import Actor
from expertpool.ministries.data import load_ministries
from expertpool.refusals import NotFound
from expertpool.scheduling.vocabulary import RoleClass

HALF_HOUR = dt.timedelta(minutes=30)
CHAIR = "chair"
USUAL_FOREIGN_LANGUAGE = "en"


def draft_from_template(template: RequestTemplate, incident: Incident, now: dt.datetime) -> NeedDraft:
    """A need as `template` usually asks for it, with what the incident says filled in.

    Windows are counted from the next half hour. Where experts need clearance, a compartmented case asks
    for Grade III, a core technology for restricted, any other for none. A session at the office is in the
    region of the lead ministry's office. Whoever asks may change all of it.
    """
    start = now + (dt.datetime.min.replace(tzinfo=dt.UTC) - now) % HALF_HOUR
    keys = [seat.key for seat in template.seats for _ in range(seat.count)]
    seats = tuple(_seat(seat, template, incident) for seat in template.seats for _ in range(seat.count))
    sessions = tuple(
        session for each in template.sessions for session in _sessions(each, keys, incident, start)
    )
    return NeedDraft(
        purpose=template.name_ko,
        urgency=Urgency(max(template.urgency, incident.urgency)),
        not_before=start,
        deadline=max(session.latest for session in sessions),
        seats=seats,
        sessions=sessions,
        team_rules=tuple(_rule(rule, keys) for rule in template.team_rules),
        template_code=template.code,
    )


def _seat(seat: SeatTemplate, template: RequestTemplate, incident: Incident) -> SeatDraft:
    return SeatDraft(
        role_kind=seat.role_kind,
        role_class=seat.role_class,
        minimum_level=seat.min_level,
        facets=tuple(dict.fromkeys(_facets(seat, incident))),
    )


def _facets(seat: SeatTemplate, incident: Incident) -> Iterator[FacetWish]:
    from_incident = (
        (seat.technology, FacetKind.TECHNOLOGY, [row.code for row in incident.technologies]),
        (seat.region, FacetKind.REGION, [incident.region_code]),
        (seat.language, FacetKind.LANGUAGE, [USUAL_FOREIGN_LANGUAGE]),
        (seat.clearance, FacetKind.CLEARANCE, _clearance(incident)),
    )
    graded = (FacetKind.TECHNOLOGY, FacetKind.LANGUAGE)
    for use, kind, codes in from_incident:
        if use is not Use.UNUSED:
            level = seat.facet_level if kind in graded else 1
            yield from (FacetWish(kind, code, use is Use.REQUIRED, level) for code in codes)
    yield from (FacetWish(FacetKind.SKILL, code, True, seat.facet_level) for code in seat.skills)
    if len(seat.licences) == 1:  # several mean any one of them, which is the chair's rule to say
        yield FacetWish(FacetKind.LICENCE, seat.licences[0], True)
    yield from (FacetWish(FacetKind.SKILL, code, False) for code in seat.preferred_skills)
    yield from (FacetWish(FacetKind.PROCEEDING, code, False) for code in seat.preferred_proceedings)


def _clearance(incident: Incident) -> list[str]:
    if incident.compartmented:
        return ["grade3"]
    return ["restricted"] if incident.core_technology else []


def _sessions(
    session: SessionTemplate, keys: list[str], incident: Incident, start: dt.datetime
) -> Iterator[SessionDraft]:
    named = [place for place, key in enumerate(keys) if not session.seats or key in session.seats]
    first, end = session.window_days
    for seats in [tuple(named)] if session.together else [(seat,) for seat in named]:
        yield SessionDraft(
            kind=session.key,
            length_minutes=session.minutes,
            earliest=start + dt.timedelta(days=first),
            latest=start + dt.timedelta(days=end),
            region_code=_region(session.place, incident),
            seats=seats,
        )


def _region(place: Place, incident: Incident) -> str | None:
    if place is Place.ONLINE:
        return None
    if place is Place.ONSITE:
        return incident.region_code
    return next(row.region for row in load_ministries() if row.code == incident.lead_ministry.code)


def _rule(rule: TeamRule, keys: list[str]) -> TeamRuleDraft:
    chair = rule.kind is TeamRuleKind.CHAIR_LICENCE
    return TeamRuleDraft(
        kind=rule.kind,
        seats=tuple(place for place, key in enumerate(keys) if chair and key == CHAIR),
        licences=rule.licences,
        role_kinds=rule.role_kinds,
        count=rule.minimum or 1,
    )


def template_draft(
    session: Session, incident_id: uuid.UUID, code: str, *, actor: Actor, now: dt.datetime
) -> NeedDraft:
    """A need of the incident as the template `code` usually asks for it; nothing is written.

    Raises: NotFound, also for a template that does not hold today; Forbidden.
    """
    incident = incident_to_change(session, incident_id, actor=actor)
    access.demand(access.work_refused(actor, incident))
    for template in load_request_templates():
        if template.code == code and template.valid_on(seoul_date(now)):
            return draft_from_template(template, incident, now)
    raise NotFound(access.NOTHING_HERE)


def need_draft(session: Session, need_id: uuid.UUID, *, actor: Actor) -> NeedDraft:
    """A need as it would be written down afresh: to change it, or to copy it. Raises: NotFound; Forbidden."""
    need = need_to_change(session, need_id, actor=actor)
    access.demand(access.work_refused(actor, need.incident))
    return draft_of(need)


def draft_of(need: Need) -> NeedDraft:
    """`need` as it would be written down afresh."""
    places = {seat.id: place for place, seat in enumerate(need.seats)}
    return NeedDraft(
        purpose=need.purpose,
        urgency=Urgency(need.urgency),
        not_before=need.not_before,
        deadline=need.deadline,
        seats=tuple(_seat_draft(seat) for seat in need.seats),
        sessions=tuple(
            SessionDraft(
                kind=row.kind,
                length_minutes=row.length_minutes,
                earliest=row.earliest,
                latest=row.latest,
                region_code=row.region_code,
                seats=tuple(places[seat.id] for seat in row.seats),
            )
            for row in need.sessions
        ),
        team_rules=tuple(
            TeamRuleDraft(
                kind=row.kind,
                seats=tuple(row.params["seats"]),
                licences=tuple(row.params["licences"]),
                role_kinds=tuple(row.params["role_kinds"]),
                count=row.params["count"],
            )
            for row in need.team_rules
        ),
        template_code=need.template_code,
    )


def _seat_draft(seat: Seat) -> SeatDraft:
    role = next((facet for facet in seat.facets if facet.kind is FacetKind.ROLE_KIND), None)
    return SeatDraft(
        role_kind=seat.role_kind,
        role_class=RoleClass(seat.role_class),
        minimum_level=role.minimum_level if role else 1,
        preferred_level=seat.preferred_level,
        effort_minutes=seat.effort_minutes,
        facets=tuple(
            FacetWish(facet.kind, facet.code, facet.required, facet.minimum_level, facet.weight)
            for facet in seat.facets
            if facet is not role
        ),
    )
