"""Filling a seat by hand: a coordinator chooses the expert and the times, the system checks the rest."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.availability.rules import Span
from expertpool.conflicts.queries import granted_waivers
from expertpool.engagements import access
from expertpool.engagements.models import Engagement
from expertpool.engagements.rules import LIVE, EngagementState, check_lending
from expertpool.engagements.screening import screen_one_for_case
from expertpool.engagements.service.booking import Placed, ask, propose, spans_of
from expertpool.engagements.service.steps import lock_engagement, lock_for_booking, lock_need
from expertpool.experts.models import Expert, ExpertFacet
from expertpool.experts.rules import ExpertState, FacetKind
from expertpool.incidents import service as incidents
from expertpool.incidents.models import Need, Seat
from expertpool.incidents.queries import last_day_of
from expertpool.incidents.rules import NeedState
from expertpool.infra.clock import seoul_date
from expertpool.infra.db import acting_as
from expertpool.infra.identity import SYSTEM, Actor
from expertpool.ministries.models import LendingAgreement
from expertpool.ministries.queries import agreement_between
from expertpool.refusals import Conflicting, Invalid, NotFound, WrongState
from expertpool.scheduling.vocabulary import RoleClass, Tier
from expertpool.words import words

_OPEN_TO_PROPOSALS = frozenset({NeedState.SUBMITTED, NeedState.PROPOSED, NeedState.APPROVED})


def propose_by_hand(
    session: Session,
    *,
    need_id: uuid.UUID,
    seat_id: uuid.UUID,
    expert_id: uuid.UUID,
    starts: Mapping[uuid.UUID, dt.datetime],
    actor: Actor,
    now: dt.datetime,
) -> Engagement:
    """Put the expert a coordinator chose on a seat, at the times the coordinator chose.

    Everything that protects others is checked as for a plan: the lender's terms, conflicts of interest, the
    expert's other work. Whether the expert would be free on a usual week is between the two who spoke.
    Shape: `starts` names each session the seat takes part in.
    Raises: NotFound, Forbidden, Invalid, WrongState, Conflicting.
    """
    need, seat, lender_id = _chosen(session, need_id, seat_id, expert_id, actor=actor)
    sessions = _placed(need, seat, starts)
    agreement = _agreement(session, need, lender_id, sessions, now=now)
    refuse_conflicted(session, need=need, seat=seat, expert_id=expert_id, on=seoul_date(now))
    lent = [agreement.id] if agreement else []
    expert = lock_for_booking(session, expert_ids=[expert_id], agreement_ids=lent)[expert_id]
    with acting_as(session, SYSTEM):
        lock_need(session, need.id)
        _check_may_serve(session, need, seat, expert, sessions)
    engagement = propose(
        session,
        run_id=None,
        need=need,
        seat=seat,
        expert=expert,
        sessions=sessions,
        agreement_id=agreement.id if agreement else None,
        actor=actor,
        now=now,
    )
    if need.state is NeedState.SUBMITTED:
        incidents.move_need(session, need.id, NeedState.PROPOSED, actor=actor, now=now)
    return engagement


def _chosen(
    session: Session, need_id: uuid.UUID, seat_id: uuid.UUID, expert_id: uuid.UUID, *, actor: Actor
) -> tuple[Need, Seat, uuid.UUID]:
    """The need, its seat, and the ministry of the expert."""
    need = session.scalars(_bare_need(need_id)).one_or_none()
    if need is None:
        raise NotFound(access.NOTHING_HERE)
    access.check_may_propose(actor, need)
    seat = next((seat for seat in need.seats if seat.id == seat_id), None)
    lender_id = session.scalar(sa.select(Expert.ministry_id).where(Expert.id == expert_id))
    if seat is None or lender_id is None:
        unknown = words("Choose one from the list.")
        raise Invalid(unknown, fields={"seat_id" if seat is None else "expert_id": unknown})
    return need, seat, lender_id


def _bare_need(need_id: uuid.UUID) -> sa.Select[Need]:
    """The need with its incident, seats and sessions, and nothing below them."""
    below = sa.orm.lazyload("*")
    return (
        sa.select(Need)
        .where(Need.id == need_id)
        .options(
            below,
            sa.orm.joinedload(Need.incident).options(below),
            sa.orm.selectinload(Need.seats).options(below),
            sa.orm.selectinload(Need.sessions).options(below),
        )
        .execution_options(populate_existing=True)
    )


def _placed(need: Need, seat: Seat, starts: Mapping[uuid.UUID, dt.datetime]) -> list[Placed]:
    """The seat's sessions at their times. Raises Invalid for a missing start or one outside its window."""
    own = [each for each in need.sessions if seat in each.seats]
    if {each.id for each in own} != set(starts):
        every = words("Give a start for each session of the seat, and for no other.")
        raise Invalid(every, fields={"starts": every})
    placed = []
    for each in own:
        start = starts[each.id].astimezone(dt.UTC)
        span = Span(start, start + dt.timedelta(minutes=each.length_minutes))
        if span.start < each.earliest or span.end > each.latest:
            outside = words(
                "The session has to lie between %(earliest)s and %(latest)s.",
                earliest=each.earliest,
                latest=each.latest,
            )
            raise Invalid(outside, fields={"starts": outside}, rule="TIME-04")
        placed.append((each.id, span, each.region_code))
    return placed


def _agreement(
    session: Session, need: Need, lender_id: uuid.UUID, sessions: Sequence[Placed], *, now: dt.datetime
) -> LendingAgreement | None:
    """The agreement the expert is lent under, its terms kept; None for the ministry's own experts."""
    if lender_id == need.ministry_id:
        return None
    spans = spans_of(sessions)
    first = min((span.start for span in spans), default=need.deadline)
    agreement = agreement_between(
        session, lender_id=lender_id, borrower_id=need.ministry_id, on=seoul_date(first)
    )
    if agreement is None:
        raise Conflicting(words("There is no lending agreement between the two ministries."), rule="LEND-01")
    check_lending(
        spans,
        now=now,
        notice=dt.timedelta(minutes=agreement.notice_minutes),
        blackouts=[Span(each.starts_at, each.ends_at) for each in agreement.blackouts],
    )
    return agreement


def _check_may_serve(
    session: Session, need: Need, seat: Seat, expert: Expert, sessions: Sequence[Placed]
) -> None:
    if need.state not in _OPEN_TO_PROPOSALS:
        raise WrongState(words("This need takes no proposals now. Reload the page to see where it stands."))
    if expert.state is not ExpertState.ACTIVE:
        raise Conflicting(words("The expert is not active in the pool."), rule="ELIG-01")
    on = seoul_date(min((span.start for _, span, _ in sessions), default=need.deadline))
    if not any(_holds_role(facet, seat, on) for facet in expert.facets):
        raise Conflicting(words("The expert does not hold this role."), rule="ELIG-02")
    _check_other_seats(session, need, seat, expert)


def _holds_role(facet: ExpertFacet, seat: Seat, on: dt.date) -> bool:
    named = facet.kind is FacetKind.ROLE_KIND and facet.code == seat.role_kind
    return named and facet.valid_from <= on and (facet.valid_until is None or on < facet.valid_until)


def _check_other_seats(session: Session, need: Need, seat: Seat, expert: Expert) -> None:
    others = session.execute(
        sa.select(Engagement.need_id, Engagement.role_class).where(
            Engagement.incident_id == need.incident_id,
            Engagement.expert_id == expert.id,
            Engagement.state.in_(LIVE | {EngagementState.CLOSED}),
        )
    ).all()
    if any(need_id == need.id for need_id, _ in others):
        raise Conflicting(words("The expert already holds another seat of this need."), rule="TEAM-06")
    if any(role_class != seat.role_class for _, role_class in others):
        raise Conflicting(
            words("The expert already serves this incident in another capacity."), rule="CONF-04"
        )


def offer_by_hand(
    session: Session,
    engagement_id: uuid.UUID,
    *,
    answer_by: dt.datetime,
    actor: Actor,
    now: dt.datetime,
) -> Engagement:
    """Ask the expert a coordinator proposed by hand; the need counts as approved from then on.

    Raises: as `offer`; WrongState for an engagement that belongs to a plan.
    """
    engagement = lock_engagement(session, engagement_id, actor=actor)
    access.check_uses(actor, engagement)
    if engagement.plan_run_id is not None:
        raise WrongState(words("This proposal belongs to a plan. Approve the plan to send its offers."))
    ask(session, engagement, answer_by=answer_by, actor=actor, now=now)
    need = lock_need(session, engagement.need_id)
    if need.state is NeedState.PROPOSED:
        incidents.move_need(session, need.id, NeedState.APPROVED, actor=actor, now=now)
    return engagement


_STANDS_IN_THE_WAY = {Tier.BAR: "CONF-01", Tier.REVIEW: "CONF-02", Tier.WAIVABLE: "CONF-03"}


def refuse_conflicted(session: Session, *, need: Need, seat: Seat, expert_id: uuid.UUID, on: dt.date) -> None:
    """Screen an expert a coordinator chose, on the system's authority: ties are hidden from coordinators.

    Whoever stepped down from the incident is not asked again. A tie that only has to be disclosed, or that is
    waived for this seat and all of its work, stands in nobody's way.
    Raises: Conflicting, without a word about what was found.
    """
    with acting_as(session, SYSTEM):
        stepped_down = sa.exists().where(
            Engagement.incident_id == need.incident_id,
            Engagement.expert_id == expert_id,
            Engagement.state == EngagementState.RECUSED,
        )
        if session.scalar(sa.select(stepped_down)):
            raise Conflicting(
                words("The expert stepped down from this incident. Choose another expert."), rule="CONF-01"
            )
        ends_on = last_day_of(need.deadline)
        waivers = [
            one
            for one in granted_waivers(session, need.id, ends_on=ends_on, expert_ids=[expert_id])
            if one.seat_id == seat.id
        ]
    role_class = RoleClass(seat.role_class)
    found = screen_one_for_case(
        session, need.incident_id, expert_id, role_class=role_class, on=on, waivers=waivers
    )
    rule = _STANDS_IN_THE_WAY.get(found.tier)
    if rule is not None:
        raise Conflicting(
            words("The expert cannot serve here because of a conflict of interest. Choose another expert."),
            rule=rule,
        )
