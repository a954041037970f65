"""Lists of needs, one need for people, and one need for the planner."""

import uuid
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.experts.rules import FacetKind
from expertpool.incidents import access
from expertpool.incidents.data import load_request_templates
from expertpool.incidents.models import Need, NeedSession, Seat, TeamRule
from expertpool.incidents.queries.incidents import FARTHEST
from expertpool.incidents.queries.names import activity_of, region_name, term_names
from expertpool.incidents.queries.rows import need_row, row_of, visible_need
from expertpool.incidents.queries.views import (
    FacetView,
    NamedCode,
    NeedForPlanning,
    NeedPage,
    NeedRow,
    PlannedRule,
    PlannedSeat,
    PlannedSession,
    SeatView,
    SessionView,
    TeamRuleView,
)
from expertpool.incidents.rules import FacetWish, NeedState, TermKey, Urgency
from expertpool.infra.identity import Actor
from expertpool.ministries.models import Region
from expertpool.refusals import NotFound
from expertpool.scheduling.vocabulary import RoleClass


def find_needs(
    session: Session,
    *,
    actor: Actor,
    page: int,
    size: int,
    states: Sequence[NeedState] = (),
    incident_id: uuid.UUID | None = None,
) -> tuple[list[NeedRow], int]:
    """One page of the needs `actor` may know of, the nearest deadline first, and how many on all pages."""
    if not access.reading_of(actor).needs:
        return [], 0
    wanted = sa.select(Need).join(Need.incident).where(access.visible_to(actor))
    if states:
        wanted = wanted.where(Need.state.in_(states))
    if incident_id is not None:
        wanted = wanted.where(Need.incident_id == incident_id)
    count = session.scalar(sa.select(sa.func.count()).select_from(wanted.subquery())) or 0
    rows = session.scalars(
        wanted.order_by(Need.deadline, Need.id).limit(size).offset(min((page - 1) * size, FARTHEST))
    ).all()
    return [need_row(need) for need in rows], count


def need_page(session: Session, need_id: uuid.UUID, *, actor: Actor) -> NeedPage:
    """One need with everything in it. Raises: NotFound."""
    need = visible_need(session, need_id, actor=actor)
    names = term_names(session)
    numbers = {seat.id: seat.ordinal + 1 for seat in need.seats}
    regions = {region.code: region for region in session.scalars(sa.select(Region))}
    return NeedPage(
        row=need_row(need),
        incident=row_of(need.incident),
        template=_template_name(need.template_code),
        created_at=need.created_at,
        submitted_at=need.submitted_at,
        filled_at=need.filled_at,
        completed_at=need.completed_at,
        seats=tuple(_seat(seat, names) for seat in need.seats),
        sessions=tuple(_session(row, regions, numbers) for row in need.sessions),
        team_rules=tuple(_rule(row, names) for row in need.team_rules),
        activity=activity_of(session, [need.id]),
        may_change=access.need_refused(actor, need) is None,
    )


def _template_name(code: str | None) -> NamedCode | None:
    for row in load_request_templates():
        if row.code == code:
            return NamedCode(row.code, row.name_ko, row.name_en)
    return None


def _seat(seat: Seat, names: Mapping[TermKey, NamedCode]) -> SeatView:
    levels = [facet.minimum_level for facet in seat.facets if facet.kind is FacetKind.ROLE_KIND]
    return SeatView(
        id=seat.id,
        number=seat.ordinal + 1,
        role=names[FacetKind.ROLE_KIND, seat.role_kind],
        role_class=RoleClass(seat.role_class),
        minimum_level=max(levels, default=1),
        preferred_level=seat.preferred_level,
        effort_minutes=seat.effort_minutes,
        facets=tuple(
            FacetView(
                facet.kind, names[facet.kind, facet.code], facet.required, facet.minimum_level, facet.weight
            )
            for facet in sorted(seat.facets, key=lambda facet: (not facet.required, facet.kind, facet.code))
            if facet.kind is not FacetKind.ROLE_KIND
        ),
    )


def _session(
    row: NeedSession, regions: Mapping[str, Region], numbers: Mapping[uuid.UUID, int]
) -> SessionView:
    return SessionView(
        id=row.id,
        number=row.ordinal + 1,
        kind=row.kind,
        length_minutes=row.length_minutes,
        earliest=row.earliest,
        latest=row.latest,
        region=None if row.region_code is None else region_name(regions[row.region_code]),
        seat_numbers=tuple(numbers[seat.id] for seat in row.seats),
    )


def _rule(row: TeamRule, names: Mapping[TermKey, NamedCode]) -> TeamRuleView:
    return TeamRuleView(
        id=row.id,
        kind=row.kind,
        seat_numbers=tuple(place + 1 for place in row.params["seats"]),
        licences=tuple(names[FacetKind.LICENCE, code] for code in row.params["licences"]),
        role_kinds=tuple(names[FacetKind.ROLE_KIND, code] for code in row.params["role_kinds"]),
        count=row.params["count"],
    )


def need_for_planning(session: Session, need_id: uuid.UUID) -> NeedForPlanning:
    """A need as the planner needs it, whoever the session works for. Raises: NotFound."""
    need = session.scalars(
        sa.select(Need).where(Need.id == need_id).execution_options(populate_existing=True)
    ).one_or_none()
    if need is None:
        raise NotFound(access.NOTHING_HERE)
    everybody = tuple(seat.id for seat in need.seats)
    return NeedForPlanning(
        id=need.id,
        incident_id=need.incident_id,
        ministry_id=need.ministry_id,
        compartmented=need.incident.compartmented,
        state=need.state,
        urgency=Urgency(need.urgency),
        not_before=need.not_before,
        deadline=need.deadline,
        version=need.version,
        seats=tuple(_planned_seat(seat) for seat in need.seats),
        sessions=tuple(_planned_session(row) for row in need.sessions),
        team_rules=tuple(
            PlannedRule(
                id=row.id,
                kind=row.kind,
                seat_ids=tuple(everybody[place] for place in row.params["seats"]) or everybody,
                licences=tuple(row.params["licences"]),
                role_kinds=tuple(row.params["role_kinds"]),
                count=row.params["count"],
            )
            for row in need.team_rules
        ),
    )


def _planned_seat(seat: Seat) -> PlannedSeat:
    return PlannedSeat(
        id=seat.id,
        ordinal=seat.ordinal,
        role_kind=seat.role_kind,
        role_class=RoleClass(seat.role_class),
        effort_minutes=seat.effort_minutes,
        preferred_level=seat.preferred_level,
        facets=tuple(
            FacetWish(facet.kind, facet.code, facet.required, facet.minimum_level, facet.weight)
            for facet in seat.facets
        ),
    )


def _planned_session(row: NeedSession) -> PlannedSession:
    return PlannedSession(
        id=row.id,
        ordinal=row.ordinal,
        kind=row.kind,
        length_minutes=row.length_minutes,
        earliest=row.earliest,
        latest=row.latest,
        region_code=row.region_code,
        seat_ids=tuple(seat.id for seat in row.seats),
    )
