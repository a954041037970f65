"""Incidents and needs of the world in the words of the services. Pure."""

from collections.abc import Iterator

from expertpool.demo.service.book import both
from expertpool.demo.world.cases import Incident
from expertpool.demo.world.needs import Need
from expertpool.demo.world.seats import Seat, TeamRule
from expertpool.experts.rules import FacetKind
from expertpool.incidents.rules import (
    FacetWish,
    IncidentFacts,
    NeedDraft,
    SeatDraft,
    SessionDraft,
    TeamRuleDraft,
)


def facts_of(incident: Incident) -> IncidentFacts:
    """What is recorded of an incident; stories are numbered in their titles, so that they can be found."""
    story = f"{incident.key} " if incident.facts_ko else ""
    told = [incident.summary_ko, incident.facts_ko, "", incident.summary_en, incident.facts_en]
    return IncidentFacts(
        title=story + both(incident.title_ko, incident.title_en),
        summary="\n".join(told).replace("\n\n\n", "\n\n").strip(),
        type_code=incident.type,
        urgency=incident.urgency,
        region_code=incident.region,
        evidence_at_risk=incident.evidence_at_risk,
        core_technology=incident.core_technology,
        compartmented=incident.compartmented,
        technologies=(incident.technology,),
    )


def draft_of(need: Need) -> NeedDraft:
    """What experts are asked for; seats and sessions keep their order."""
    places = {seat.key: place for place, seat in enumerate(need.seats)}
    return NeedDraft(
        purpose=both(need.purpose_ko, need.purpose_en),
        urgency=need.urgency,
        not_before=need.not_before,
        deadline=need.deadline,
        seats=tuple(_seat(seat) for seat in need.seats),
        sessions=tuple(
            SessionDraft(
                kind=each.kind,
                length_minutes=each.length_minutes,
                earliest=each.earliest,
                latest=each.latest,
                region_code=each.region,
                seats=tuple(places[key] for key in each.seats),
            )
            for each in need.sessions
        ),
        team_rules=tuple(_rule(rule, places) for rule in need.team_rules),
        template_code=need.template,
    )


def _seat(seat: Seat) -> SeatDraft:
    in_role = [each for each in seat.required if each.kind is FacetKind.ROLE_KIND]
    return SeatDraft(
        role_kind=seat.role_kind,
        role_class=seat.role_class,
        minimum_level=in_role[0].minimum_level,
        facets=tuple(_facets(seat)),
    )


def _facets(seat: Seat) -> Iterator[FacetWish]:
    """What is required beside the role, then what is welcome and not required already."""
    required = [each for each in seat.required if each.kind is not FacetKind.ROLE_KIND]
    named = {(each.kind, each.code) for each in required}
    for each in required:
        yield FacetWish(each.kind, each.code, True, each.minimum_level)
    for wish in seat.preferred:
        if (wish.kind, wish.code) not in named:
            yield FacetWish(wish.kind, wish.code, False, wish.level, wish.weight)


def _rule(rule: TeamRule, places: dict[str, int]) -> TeamRuleDraft:
    whole_team = len(rule.seats) == len(places)
    return TeamRuleDraft(
        kind=rule.kind,
        seats=() if whole_team and len(places) > 1 else tuple(places[key] for key in rule.seats),
        licences=rule.licences,
        role_kinds=rule.role_kinds,
        count=rule.minimum or 1,
    )
