"""Reading many experts' calendars at once."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from expertpool.availability import models
from expertpool.availability.queries import calendars_of
from expertpool.availability.rules import Span, free
from tests.fixtures.experts import an_expert

NINE = dt.datetime(2026, 11, 24, 0, tzinfo=dt.UTC)  # Tuesday, 09:00 in Seoul
HOUR = dt.timedelta(hours=1)
DAY = Span(NINE, NINE + 24 * HOUR)


def _tuesdays(session: Session, expert_id: object, **what_matters: object) -> None:
    facts: dict[str, object] = {
        "weekday": 1,
        "starts_minute": 540,
        "ends_minute": 720,
        "timezone": "Asia/Seoul",
        "valid_from": dt.date(2026, 11, 1),
        "valid_until": None,
    }
    session.add(models.WeeklyPattern(expert_id=expert_id, **(facts | what_matters)))
    session.flush()


def test_a_calendar_holds_everything_that_decides_free_time(session: Session, now: dt.datetime) -> None:
    expert = an_expert(session, minimum_notice_minutes=120)
    _tuesdays(session, expert.id)
    session.add(
        models.AvailabilityException(
            expert_id=expert.id,
            on=NINE.date(),
            starts_minute=780,
            ends_minute=840,
            timezone="Asia/Seoul",
            adds=True,
        )
    )
    session.add(models.BusyTime(expert_id=expert.id, starts_at=NINE, ends_at=NINE + HOUR, source="calendar"))
    session.add(
        models.Leave(
            expert_id=expert.id, starts_on=dt.date(2026, 11, 25), ends_on=dt.date(2026, 11, 27), note="secret"
        )
    )
    session.flush()

    calendar = calendars_of(session, [expert.id], window=DAY)[expert.id]

    assert free(DAY, calendar, now=now) == (
        Span(NINE + HOUR, NINE + 3 * HOUR),
        Span(NINE + 4 * HOUR, NINE + 5 * HOUR),
    )
    assert calendar.notice_minutes == 120
    assert [leave.reason for leave in calendar.leaves] == [""]


def test_hours_that_ended_before_the_window_are_left_out(session: Session, now: dt.datetime) -> None:
    expert = an_expert(session)
    _tuesdays(session, expert.id, valid_until=dt.date(2026, 11, 10))
    _tuesdays(session, expert.id, valid_from=dt.date(2026, 12, 10))

    calendar = calendars_of(session, [expert.id], window=DAY)[expert.id]

    assert calendar.patterns == ()


@pytest.mark.parametrize("count", [1, 5])
def test_reading_takes_six_queries_however_many_experts(
    session: Session, now: dt.datetime, count: int
) -> None:
    experts = [an_expert(session).id for _ in range(count)]
    session.flush()
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        calendars = calendars_of(session, experts, window=DAY)
    finally:
        event.remove(sa.Engine, "before_cursor_execute", note)

    assert set(calendars) == set(experts)
    assert len(statements) == 6
