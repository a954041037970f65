"""Consent, confirmation, delivery and closing."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.availability.models import ExpertWeek, Hold
from expertpool.engagements import service
from expertpool.engagements.models import Engagement
from expertpool.engagements.rules import EngagementState
from expertpool.incidents.rules import NeedState
from expertpool.infra.db import acting_as
from expertpool.infra.identity import Actor, Role
from expertpool.refusals import Forbidden, Invalid, NotFound, WrongState
from tests.fixtures.accounts import an_actor
from tests.fixtures.engagements import (
    FIRST_DAY,
    Case,
    a_case,
    a_yes,
    an_offer,
    expert_actor,
    waiting_jobs,
)
from tests.fixtures.experts import an_expert
from tests.fixtures.ministries import an_agreement

AFTER = FIRST_DAY + dt.timedelta(hours=2)


@pytest.fixture
def case(session: Session, now: dt.datetime) -> Case:
    return a_case(session)


@pytest.fixture
def lent(session: Session, case: Case) -> Engagement:
    """An expert of another ministry said yes; the lender has an hour to object."""
    an_agreement(session, silent_consent_minutes=60)
    return a_yes(session, case, an_expert(session, ministry="KFTC"))


def consent(session: Session, engagement: Engagement, actor: Actor, *, given: bool = True) -> Engagement:
    with acting_as(session, actor):
        return service.consent(session, engagement.id, given=given, actor=actor, now=engagement.proposed_at)


def deliver(
    session: Session, engagement: Engagement, actor: Actor, now: dt.datetime, *, minutes: int = 150
) -> Engagement:
    with acting_as(session, actor):
        return service.deliver(
            session, engagement.id, worked_minutes=minutes, note="의견서 1부", actor=actor, now=now
        )


def close(session: Session, engagement: Engagement, actor: Actor, now: dt.datetime) -> Engagement:
    with acting_as(session, actor):
        return service.close(session, engagement.id, actor=actor, now=now)


def test_the_lenders_consent_confirms(session: Session, lent: Engagement) -> None:
    before = len(waiting_jobs(session, "calendars.tell"))

    consent(session, lent, an_actor(session, Role.COORDINATOR, ministry="KFTC"))

    assert lent.state is EngagementState.CONFIRMED
    assert len(waiting_jobs(session, "calendars.tell")) == before + 1


def test_consent_given_twice_changes_nothing(session: Session, lent: Engagement) -> None:
    lender = an_actor(session, Role.COORDINATOR, ministry="KFTC")
    consent(session, lent, lender)
    version = lent.version

    consent(session, lent, lender)

    assert lent.version == version


def test_consent_cannot_be_taken_back(session: Session, lent: Engagement) -> None:
    lender = an_actor(session, Role.COORDINATOR, ministry="KFTC")
    consent(session, lent, lender)

    with pytest.raises(WrongState):
        consent(session, lent, lender, given=False)


def test_only_the_lenders_coordinator_consents(session: Session, case: Case, lent: Engagement) -> None:
    viewer = an_actor(session, Role.MINISTRY_VIEWER, ministry="KFTC")
    stranger = an_actor(session, Role.COORDINATOR, ministry="MOIP")

    for actor, refusal in ((case.coordinator, Forbidden), (viewer, Forbidden), (stranger, NotFound)):
        with pytest.raises(refusal):
            consent(session, lent, actor)

    assert lent.state is EngagementState.ACCEPTED


def test_no_consent_before_the_yes(session: Session, case: Case) -> None:
    an_agreement(session)
    offer = an_offer(session, case, an_expert(session, ministry="KFTC"))

    with pytest.raises(WrongState):
        consent(session, offer, an_actor(session, Role.COORDINATOR, ministry="KFTC"))


def test_silence_is_consent_on_the_minute(session: Session, lent: Engagement, now: dt.datetime) -> None:
    due = now + dt.timedelta(minutes=60)

    early = service.apply_silent_consent(session, now=due - dt.timedelta(microseconds=1))
    late = service.apply_silent_consent(session, now=due)
    again = service.apply_silent_consent(session, now=due)

    assert (early, late, again) == (0, 1, 0)
    assert lent.state is EngagementState.CONFIRMED


def test_work_is_handed_in_with_its_hours(session: Session, case: Case, now: dt.datetime) -> None:
    engagement = a_yes(session, case, an_expert(session))

    deliver(session, engagement, expert_actor(engagement.expert), now + AFTER)

    assert engagement.state is EngagementState.DELIVERED
    assert (engagement.worked_minutes, engagement.delivery_note) == (150, "의견서 1부")


def test_the_coordinator_may_hand_in_for_the_expert(session: Session, case: Case, now: dt.datetime) -> None:
    engagement = a_yes(session, case, an_expert(session))

    deliver(session, engagement, case.coordinator, now + AFTER)

    assert engagement.state is EngagementState.DELIVERED


def test_nothing_is_handed_in_before_the_work_begins(session: Session, case: Case, now: dt.datetime) -> None:
    engagement = a_yes(session, case, an_expert(session))

    with pytest.raises(WrongState, match="begins"):
        deliver(session, engagement, case.coordinator, now + FIRST_DAY - dt.timedelta(microseconds=1))


@pytest.mark.parametrize("minutes", [0, -1, 60_001])
def test_hours_that_cannot_be_are_refused(
    session: Session, case: Case, now: dt.datetime, minutes: int
) -> None:
    engagement = a_yes(session, case, an_expert(session))

    with pytest.raises(Invalid):
        deliver(session, engagement, case.coordinator, now + AFTER, minutes=minutes)


def test_unconfirmed_work_is_not_handed_in(
    session: Session, case: Case, lent: Engagement, now: dt.datetime
) -> None:
    with pytest.raises(WrongState):
        deliver(session, lent, case.coordinator, now + AFTER)


def test_closing_keeps_the_hours_used_and_ends_the_need(
    session: Session, case: Case, now: dt.datetime
) -> None:
    engagement = a_yes(session, case, an_expert(session))
    deliver(session, engagement, case.coordinator, now + AFTER)

    close(session, engagement, case.coordinator, now + AFTER)

    assert engagement.state is EngagementState.CLOSED
    assert case.need.state is NeedState.COMPLETED
    assert session.scalars(sa.select(ExpertWeek.used_minutes)).one() == 120
    assert session.scalars(sa.select(Hold.live)).one() is True
    sight = "SELECT count(*) FROM incident_access WHERE expert_id IS NOT NULL AND revoked_at IS NULL"
    assert session.scalar(sa.text(sight)) == 0
    assert waiting_jobs(session, "planning.repair_seat") == []


def test_the_need_waits_for_the_last_one(session: Session, now: dt.datetime) -> None:
    case = a_case(session, roles=("DFE", "DFE"))
    first = a_yes(session, case, an_expert(session))
    a_yes(session, case, an_expert(session), seat=1)
    deliver(session, first, case.coordinator, now + AFTER)

    close(session, first, case.coordinator, now + AFTER)

    assert case.need.state is NeedState.FILLED


def test_the_expert_does_not_close(session: Session, case: Case, now: dt.datetime) -> None:
    engagement = a_yes(session, case, an_expert(session))
    deliver(session, engagement, case.coordinator, now + AFTER)

    with pytest.raises(Forbidden):
        close(session, engagement, expert_actor(engagement.expert), now + AFTER)
