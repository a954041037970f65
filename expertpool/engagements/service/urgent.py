"""Urgent nights: beginning on a short pledge, and what happens when the declaration does not follow."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.engagements import access
from expertpool.engagements.models import WITHOUT_PROFILE, Declaration, Engagement
from expertpool.engagements.rules import (
    AGREED,
    DECLARED_WITHIN,
    OWING,
    REMINDED_BEFORE,
    CardAnswer,
    CardStanding,
    check_declared_later,
    check_may_begin,
    owed_until,
)
from expertpool.engagements.screening import screen_one_for_case, urgent_call
from expertpool.engagements.service.answers import agree
from expertpool.engagements.service.cards import declare
from expertpool.engagements.service.steps import (
    card_standing,
    check_waits_for_answer,
    entries_of,
    lock_all,
    lock_engagement,
    note,
    pause,
)
from expertpool.infra import jobs
from expertpool.infra.clock import seoul_date
from expertpool.infra.consequences import follow
from expertpool.infra.db import acting_as
from expertpool.infra.identity import SYSTEM, Actor
from expertpool.refusals import WrongState
from expertpool.scheduling.vocabulary import RoleClass
from expertpool.words import words


def accept_and_declare_later(
    session: Session,
    engagement_id: uuid.UUID,
    *,
    pledged: bool,
    by_program: bool,
    actor: Actor,
    now: dt.datetime,
) -> Engagement:
    """Say yes to securing evidence tonight on a short pledge: secrecy, and no tie the expert knows of.

    The expert sees what the task needs and nothing else of the case; the full answer to the card is owed
    within `DECLARED_WITHIN`. The same again changes nothing.
    Raises: NotFound, Forbidden, Invalid without the pledge, WrongState (NIGHT-01), Conflicting (NIGHT-02).
    """
    engagement = lock_engagement(session, engagement_id, actor=actor)
    access.check_own(actor, engagement)
    if engagement.state in AGREED:
        return engagement
    check_waits_for_answer(engagement, now=now)
    if card_standing(session, engagement.id) is not CardStanding.UNANSWERED:
        raise WrongState(words("You answered the conflict card already. Nothing has to be declared later."))
    check_declared_later(urgent_call(session, engagement), pledged=pledged)
    _pledge(session, engagement, actor=actor, now=now)
    engagement.answered_at = now
    agree(session, engagement, actor=actor, now=now)
    follow(
        session,
        "engagements.answered_signed_in",
        engagement_id=engagement.id,
        accept=True,
        by_program=by_program,
        now=now,
    )
    return engagement


def _pledge(session: Session, engagement: Engagement, *, actor: Actor, now: dt.datetime) -> None:
    """Screen, keep the pledge with what the record said, and remind before the declaration is due."""
    role_class, on = RoleClass(engagement.role_class), seoul_date(now)
    found = screen_one_for_case(
        session, engagement.incident_id, engagement.expert_id, role_class=role_class, on=on
    )
    check_may_begin(found.tier)
    due_at = now + DECLARED_WITHIN
    said = {"tier": found.tier.value, "on": on.isoformat(), "pack": found.pack_version}
    with acting_as(session, SYSTEM):  # the database looks at the need before it takes a pledge
        none = CardAnswer.NONE
        declare(session, engagement, none, "", True, ruled_by=None, now=now, due_at=due_at, screening=said)
    note(session, engagement, "pledge", actor=actor, now=now, due_at=due_at.isoformat())
    key = str(engagement.id)
    jobs.defer(session, "engagements.remind", not_before=due_at - REMINDED_BEFORE, engagement_id=key)


def suspend_undeclared(session: Session, *, now: dt.datetime) -> int:
    """Shut the case to whoever began on a pledge and did not declare in time, until the officer has decided;
    says how many. Runs as the system."""
    late = session.scalars(
        sa.select(Engagement)
        .join(Declaration, Declaration.engagement_id == Engagement.id)
        .where(Declaration.due_at < now, Engagement.state.in_(OWING), Engagement.paused_at.is_(None))
        .options(WITHOUT_PROFILE)
        .order_by(Engagement.id)
    ).all()
    lock_all(session, late)
    overdue = [each for each in late if _is_overdue(session, each, now=now)]
    for engagement in overdue:
        pause(session, engagement, now=now)
        note(session, engagement, "suspend", actor=SYSTEM, now=now, because="declaration_overdue")
    return len(overdue)


def _is_overdue(session: Session, engagement: Engagement, *, now: dt.datetime) -> bool:
    if engagement.state not in OWING or engagement.paused_at is not None:
        return False
    due_at = owed_until(row.entry for row in entries_of(session, engagement.id))
    return due_at is not None and due_at < now
