"""What every step of an engagement shares: taking the locks, moving, and the consequences of leaving.

Locks are taken in one order everywhere: experts by id, agreements by id, needs. Counters of weeks and
quotas are only touched under the locks of their expert and their agreement.
"""

import datetime as dt
import uuid
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.audit import service as audit
from expertpool.availability.service import give_back_week, release_time
from expertpool.engagements import access
from expertpool.engagements.models import WITHOUT_PROFILE, Challenge, Declaration, Engagement
from expertpool.engagements.rules import (
    AGREED,
    LIVE,
    OWING,
    CardStanding,
    ChallengeState,
    EngagementState,
    Work,
    check_not_paused,
    check_step,
    standing,
)
from expertpool.experts.models import Expert
from expertpool.experts.service import lock_experts, lock_rows
from expertpool.incidents import service as incidents
from expertpool.incidents.models import Need, Seat
from expertpool.incidents.rules import NeedState
from expertpool.infra import jobs
from expertpool.infra.db import acting_as
from expertpool.infra.identity import SYSTEM, Actor
from expertpool.ministries.models import LendingAgreement
from expertpool.ministries.service import give_back_quota
from expertpool.refusals import WrongState
from expertpool.words import words


def lock_for_booking(
    session: Session, *, expert_ids: Iterable[uuid.UUID], agreement_ids: Iterable[uuid.UUID]
) -> dict[uuid.UUID, Expert]:
    """Lock the experts and agreements a booking touches, in the one order; whoever books calls this first."""
    experts = lock_experts(session, expert_ids)
    _lock_agreements(session, agreement_ids)
    return experts


def _lock_agreements(session: Session, agreement_ids: Iterable[uuid.UUID]) -> None:
    lent_under = list(agreement_ids)
    if lent_under:
        wanted = sa.select(LendingAgreement.id).where(LendingAgreement.id.in_(lent_under))
        session.execute(wanted.order_by(LendingAgreement.id).with_for_update(key_share=True))


def lock_engagement(session: Session, engagement_id: uuid.UUID, *, actor: Actor) -> Engagement:
    """The engagement as it is now, locked with its expert and agreement until the transaction ends.

    Raises: NotFound.
    """
    # What hangs below is read once the locks are held.
    engagement = access.visible(session, engagement_id, actor=actor, below=sa.orm.lazyload("*"))
    lock_all(session, [engagement])
    return engagement


def lock_all(session: Session, engagements: Iterable[Engagement]) -> None:
    """Lock engagements with their experts and agreements, and read them anew."""
    found = list(engagements)
    with acting_as(session, SYSTEM):
        lock_rows(session, {engagement.expert_id for engagement in found})
        _lock_agreements(session, {e.agreement_id for e in found if e.agreement_id is not None})
        again = sa.select(Engagement).where(Engagement.id.in_([engagement.id for engagement in found]))
        again = again.order_by(Engagement.id).with_for_update(key_share=True, of=Engagement)
        again = again.options(WITHOUT_PROFILE, sa.orm.joinedload(Engagement.holds))
        session.scalars(again.execution_options(populate_existing=True)).unique().all()


def lock_need(session: Session, need_id: uuid.UUID) -> Need:
    """The need as it is now, locked: seats are taken and needs filled one at a time.

    Only its own row is read; what hangs below is loaded if somebody asks.
    """
    query = sa.select(Need).where(Need.id == need_id).with_for_update(key_share=True, of=Need)
    query = query.options(sa.orm.lazyload("*")).execution_options(populate_existing=True)
    return session.scalars(query).one()


def move(
    session: Session,
    engagement: Engagement,
    to: EngagementState,
    *,
    verb: str,
    actor: Actor,
    now: dt.datetime,
    **detail: str,
) -> None:
    """Take one step of the state table and note who took it, and whatever else `detail` says.

    Raises: WrongState.
    """
    check_step(engagement.state, to)
    check_not_paused(engagement.paused_at is not None, to)
    engagement.state = to
    if to not in LIVE:
        engagement.ended_at = now
    session.flush()
    note(session, engagement, verb, actor=actor, now=now, state=to.value, **detail)


def note(
    session: Session,
    engagement: Engagement,
    verb: str,
    *,
    actor: Actor,
    now: dt.datetime,
    **detail: str | bool,
) -> None:
    """Put on record who did what to the engagement."""
    audit.record(
        session,
        actor=actor,
        verb=f"engagement.{verb}",
        kind="engagement",
        thing=engagement.id,
        now=now,
        **detail,
    )


def leave(
    session: Session,
    engagement: Engagement,
    to: EngagementState,
    *,
    verb: str,
    actor: Actor,
    now: dt.datetime,
    **detail: str,
) -> None:
    """End an engagement before its work is done: time, hours and quota go back, the seat is open again.

    An expert who was asked is told, and another is sought; who drops a mere proposal decides what is next.

    Raises: WrongState.
    """
    was_asked = engagement.state is not EngagementState.PROPOSED
    move(session, engagement, to, verb=verb, actor=actor, now=now, **detail)
    with acting_as(session, SYSTEM):
        _settle_challenges(session, engagement)
        need = lock_need(session, engagement.need_id)
        _give_back(session, engagement, need)
        shut_case(session, engagement, now=now)
        if was_asked:
            tell(session, engagement, actor=actor)
            _fill_again(session, engagement, need, now=now)


def _settle_challenges(session: Session, engagement: Engagement) -> None:
    """Who has left is not paused any more, and nobody has to decide about them."""
    engagement.paused_at = None
    session.execute(
        sa.update(Challenge)
        .where(Challenge.engagement_id == engagement.id, Challenge.state == ChallengeState.OPEN)
        .values(state=ChallengeState.LAPSED)
    )


def tell(session: Session, engagement: Engagement, *, actor: Actor) -> None:
    """Ask the calendars to tell the expert what changed, and which official changed it."""
    official = actor.user_id if access.uses(actor, engagement) else None
    facts = {"engagement_id": str(engagement.id)} | ({"acted_by": str(official)} if official else {})
    jobs.defer(session, "calendars.tell", not_before=None, once_as=None, **facts)


def work_of(engagement: Engagement, need: Need) -> Work:
    """What the engagement asks for, counted the same way when it is taken and when it is given back."""
    return Work(engagement.sessions, engagement.effort_minutes, need.deadline)


def _give_back(session: Session, engagement: Engagement, need: Need) -> None:
    work = work_of(engagement, need)
    if engagement.agreement_id is not None:
        for month, minutes in work.minutes_by_month.items():
            give_back_quota(session, engagement.agreement_id, month=month, minutes=minutes)
    give_back_week(session, expert_id=engagement.expert_id, minutes_by_week=work.minutes_by_week)
    release_time(session, engagement_id=engagement.id)


def _fill_again(session: Session, engagement: Engagement, need: Need, *, now: dt.datetime) -> None:
    if need.state is NeedState.FILLED:
        incidents.move_need(session, need.id, NeedState.APPROVED, actor=SYSTEM, now=now)
    if need.state is NeedState.APPROVED:
        jobs.defer(
            session,
            "planning.repair_seat",
            seat_id=str(engagement.seat_id),
            engagement_id=str(engagement.id),
        )


def move_need_when_all(
    session: Session,
    engagement: Engagement,
    states: frozenset[EngagementState],
    to: NeedState,
    *,
    now: dt.datetime,
) -> None:
    """Move the need once each of its seats has an engagement in one of `states`."""
    with acting_as(session, SYSTEM):
        need = lock_need(session, engagement.need_id)
        ready = sa.exists().where(Engagement.seat_id == Seat.id, Engagement.state.in_(states))
        left = sa.select(sa.exists().where(Seat.need_id == need.id, ~ready))
        before = NeedState.APPROVED if states is AGREED else NeedState.FILLED
        if need.state is before and not session.scalar(left):
            incidents.move_need(session, need.id, to, actor=SYSTEM, now=now)


def card_standing(session: Session, engagement_id: uuid.UUID) -> CardStanding:
    """What the expert's conflict card says now."""
    return standing(row.entry for row in entries_of(session, engagement_id))


def entries_of(session: Session, engagement_id: uuid.UUID) -> list[Declaration]:
    """The entries on the expert's conflict card, in the order they were made."""
    rows = sa.select(Declaration).where(Declaration.engagement_id == engagement_id)
    return list(session.scalars(rows.order_by(Declaration.answered_at, Declaration.id)))


def check_waits_for_answer(engagement: Engagement, *, now: dt.datetime) -> None:
    """Whether an offer can still be answered. Raises: WrongState."""
    check_step(engagement.state, EngagementState.ACCEPTED)
    if engagement.answer_by is not None and engagement.answer_by <= now:
        raise WrongState(words("The time to answer ended at %(answer_by)s.", answer_by=engagement.answer_by))


def pause(session: Session, engagement: Engagement, *, now: dt.datetime) -> None:
    """Everything stands still and the case is shut to the expert until the officer has decided."""
    engagement.paused_at = engagement.paused_at or now
    session.flush()
    with acting_as(session, SYSTEM):
        incidents.close_to_expert(session, engagement.incident_id, engagement.expert_id, now=now)


def resume(session: Session, engagement: Engagement, *, now: dt.datetime) -> None:
    """Go on where `pause` stopped it, unless something else waits for the officer: a challenge, or the card
    of somebody who has begun. A clear card opens the case again."""
    says = card_standing(session, engagement.id)
    if is_challenged(session, engagement) or (
        engagement.state in OWING and says is CardStanding.WITH_OFFICER
    ):
        return
    engagement.paused_at = None
    session.flush()
    if says is CardStanding.CLEAR:
        open_case(session, engagement, now=now)


def is_challenged(session: Session, engagement: Engagement) -> bool:
    """Whether a party's challenge of the expert is open."""
    waits = sa.exists().where(
        Challenge.engagement_id == engagement.id, Challenge.state == ChallengeState.OPEN
    )
    with acting_as(session, SYSTEM):
        return bool(session.scalar(sa.select(waits)))


def open_case(session: Session, engagement: Engagement, *, now: dt.datetime) -> None:
    """Need to know begins here: the case is opened on the system's authority, never on the expert's.

    Not while the expert's work in the case stands still.
    """
    with acting_as(session, SYSTEM):
        challenged = sa.exists().where(
            Engagement.incident_id == engagement.incident_id,
            Engagement.expert_id == engagement.expert_id,
            Engagement.paused_at.is_not(None),
        )
        if not session.scalar(sa.select(challenged)):
            incidents.open_to_expert(session, engagement.incident_id, engagement.expert_id, now=now)


def shut_case(session: Session, engagement: Engagement, *, now: dt.datetime) -> None:
    """Close the case to the expert, unless another clear engagement of theirs needs it."""
    others = session.scalars(
        sa.select(Engagement.id).where(
            Engagement.incident_id == engagement.incident_id,
            Engagement.expert_id == engagement.expert_id,
            Engagement.id != engagement.id,
            Engagement.state.in_(LIVE),
            Engagement.paused_at.is_(None),
        )
    )
    if not any(card_standing(session, other) is CardStanding.CLEAR for other in others):
        incidents.close_to_expert(session, engagement.incident_id, engagement.expert_id, now=now)
