"""Time and hours are taken once, under a lock, with the database as the second wall."""

import datetime as dt
import uuid

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.availability import service
from expertpool.availability.models import ExpertWeek, Hold
from expertpool.availability.rules import Span
from expertpool.experts.models import Expert
from expertpool.refusals import Conflicting
from tests.fixtures.engagements import Case, a_case, a_proposal
from tests.fixtures.experts import an_expert

WEEK = dt.date(2026, 11, 30)


@pytest.fixture
def expert(session: Session, now: dt.datetime) -> Expert:
    return an_expert(session, weekly_capacity_minutes=600)


@pytest.fixture
def case(session: Session, now: dt.datetime) -> Case:
    return a_case(session)


def held(session: Session, expert: Expert) -> list[Hold]:
    return list(session.scalars(sa.select(Hold).where(Hold.expert_id == expert.id, Hold.live)))


def used(session: Session, expert: Expert, week: dt.date = WEEK) -> int | None:
    query = sa.select(ExpertWeek.used_minutes).where(
        ExpertWeek.expert_id == expert.id, ExpertWeek.week == week
    )
    return session.scalar(query)


def more_time(session: Session, expert: Expert, case: Case, start: dt.datetime, minutes: int) -> list[Hold]:
    """A second hold of the same engagement, as if it had another session."""
    engagement_id = session.scalars(sa.select(Hold.engagement_id).where(Hold.expert_id == expert.id)).one()
    span = Span(start, start + dt.timedelta(minutes=minutes))
    return service.hold_time(
        session, expert_id=expert.id, engagement_id=engagement_id, sessions=[(case.session_id, span, None)]
    )


def test_time_that_touches_is_free(session: Session, case: Case, expert: Expert) -> None:
    engagement = a_proposal(session, case, expert)

    more_time(session, expert, case, engagement.sessions[0].end, 60)

    assert len(held(session, expert)) == 2


@pytest.mark.parametrize(("offset", "minutes"), [(-30, 60), (30, 30), (90, 60), (0, 120), (-30, 240)])
def test_time_that_overlaps_is_taken(
    session: Session, case: Case, expert: Expert, offset: int, minutes: int
) -> None:
    engagement = a_proposal(session, case, expert)
    start = engagement.sessions[0].start + dt.timedelta(minutes=offset)

    with pytest.raises(Conflicting) as refusal:
        more_time(session, expert, case, start, minutes)

    assert refusal.value.rule == "TIME-01"


def test_the_database_refuses_an_overlap_the_code_let_through(
    session: Session, case: Case, expert: Expert
) -> None:
    first = held(session, a_proposal(session, case, expert).expert)[0]

    with pytest.raises(sa.exc.IntegrityError, match="ex_hold_expert_id_during"), session.begin_nested():
        session.add(
            Hold(
                engagement_id=first.engagement_id,
                expert_id=expert.id,
                session_id=first.session_id,
                during=first.during,
            )
        )


def test_released_time_is_free_and_kept_as_a_record(session: Session, case: Case, expert: Expert) -> None:
    engagement = a_proposal(session, case, expert)

    service.release_time(session, engagement_id=engagement.id)

    assert held(session, expert) == []
    assert session.scalar(sa.select(sa.func.count()).where(Hold.engagement_id == engagement.id)) == 1


def test_holding_and_releasing_outdate_plans_made_before(
    session: Session, case: Case, expert: Expert
) -> None:
    before = expert.calendar_version

    engagement = a_proposal(session, case, expert)
    held_at = expert.calendar_version
    service.release_time(session, engagement_id=engagement.id)

    assert before < held_at < expert.calendar_version


def test_releasing_twice_outdates_once(session: Session, case: Case, expert: Expert) -> None:
    engagement = a_proposal(session, case, expert)
    service.release_time(session, engagement_id=engagement.id)
    before = expert.calendar_version

    service.release_time(session, engagement_id=engagement.id)

    assert expert.calendar_version == before


def take(session: Session, expert: Expert, minutes: int, capacity: int = 600) -> None:
    service.use_week(session, expert_id=expert.id, minutes_by_week={WEEK: minutes}, capacity_minutes=capacity)


def test_a_week_can_be_filled_to_the_minute(session: Session, expert: Expert) -> None:
    take(session, expert, 240)

    take(session, expert, 360)

    assert used(session, expert) == 600


def test_a_week_cannot_be_overspent(session: Session, expert: Expert) -> None:
    take(session, expert, 240)

    with pytest.raises(Conflicting) as refusal:
        take(session, expert, 361)

    assert refusal.value.rule == "CAP-01"
    assert used(session, expert) == 240


def test_a_week_follows_the_capacity_the_expert_has_now(session: Session, expert: Expert) -> None:
    take(session, expert, 600)

    take(session, expert, 60, capacity=700)

    assert used(session, expert) == 660


def test_what_is_given_back_can_be_used_again(session: Session, expert: Expert) -> None:
    take(session, expert, 600)

    service.give_back_week(session, expert_id=expert.id, minutes_by_week={WEEK: 600})
    take(session, expert, 600)

    assert used(session, expert) == 600


def test_the_database_refuses_to_give_back_what_nobody_took(session: Session, expert: Expert) -> None:
    take(session, expert, 60)

    with pytest.raises(sa.exc.IntegrityError, match="within_capacity"), session.begin_nested():
        service.give_back_week(session, expert_id=expert.id, minutes_by_week={WEEK: 61})


def test_a_week_is_named_by_its_monday(session: Session, expert: Expert) -> None:
    tuesday = {WEEK + dt.timedelta(days=1): 60}

    with pytest.raises(sa.exc.IntegrityError, match="monday"), session.begin_nested():
        service.use_week(session, expert_id=expert.id, minutes_by_week=tuesday, capacity_minutes=600)


def test_a_ghost_has_no_hours(session: Session, now: dt.datetime) -> None:
    with pytest.raises(sa.exc.IntegrityError, match="fk_expert_week_expert_id"), session.begin_nested():
        service.use_week(session, expert_id=uuid.uuid4(), minutes_by_week={WEEK: 60}, capacity_minutes=600)
