"""What a coordinator who fills a seat by hand chooses from."""

import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.engagements import access
from expertpool.engagements.queries.names import region_names, role_names
from expertpool.engagements.queries.views import Candidate, Named, SeatToFill, SessionToPlace
from expertpool.experts.models import Expert, ExpertFacet
from expertpool.experts.rules import ExpertState, FacetKind, shown_name
from expertpool.incidents.models import Need, Seat
from expertpool.incidents.queries import last_day_of
from expertpool.infra.identity import Actor
from expertpool.refusals import NotFound


def seat_to_fill(session: Session, need_id: uuid.UUID, seat_id: uuid.UUID, *, actor: Actor) -> SeatToFill:
    """A seat with the times to choose and the active experts who hold its role.

    Raises: NotFound; Forbidden unless the actor's ministry asks.
    """
    need = session.get(Need, need_id, populate_existing=True)
    seat = next((seat for seat in need.seats if seat.id == seat_id), None) if need else None
    if need is None or seat is None:
        raise NotFound(access.NOTHING_HERE)
    access.check_may_propose(actor, need)
    regions = region_names(session)
    sessions = tuple(
        SessionToPlace(
            each.id,
            each.length_minutes,
            each.earliest,
            each.latest,
            regions.get(each.region_code or ""),
        )
        for each in need.sessions
        if seat in each.seats
    )
    return SeatToFill(
        id=seat.id,
        ordinal=seat.ordinal,
        role=role_names(session)[seat.role_kind],
        effort_minutes=seat.effort_minutes,
        work_ends_on=last_day_of(need.deadline),
        sessions=sessions,
        experts=_candidates(session, seat, actor),
    )


def _candidates(session: Session, seat: Seat, actor: Actor) -> tuple[Candidate, ...]:
    holds = sa.exists().where(
        ExpertFacet.expert_id == Expert.id,
        ExpertFacet.kind == FacetKind.ROLE_KIND,
        ExpertFacet.code == seat.role_kind,
    )
    query = sa.select(Expert).where(Expert.state == ExpertState.ACTIVE, holds)
    bare = (sa.orm.lazyload(Expert.facets), sa.orm.lazyload(Expert.appointments))
    found = []
    for expert in session.scalars(query.options(*bare).order_by(Expert.name_ko, Expert.id)):
        shown = shown_name(expert, actor.ministry_id)
        home = Named(expert.ministry.name_ko, expert.ministry.name_en)
        found.append(Candidate(expert.id, Named(shown.name_ko, shown.name_en), home))
    return tuple(found)
