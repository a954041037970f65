"""A calendar elsewhere, from its address to blocked time, and what happens when the server fails."""

import datetime as dt
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from expertpool.availability import jobs
from expertpool.availability.models import BusyTime, ExternalCalendar
from expertpool.availability.queries import own_calendar
from expertpool.availability.rules.remote import CalendarState, Trouble
from expertpool.infra import clock
from tests.fixtures.availability import SEALER, a_subscription
from tests.fixtures.calendar_server import CALENDAR, CalendarServer, answer, calendar_server
from tests.fixtures.experts import an_expert


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[CalendarServer]:
    with calendar_server() as running:
        yield running


def _subscribed(session: Session, elsewhere: CalendarServer) -> ExternalCalendar:
    """A calendar at the test's own server, whose port no expert may name."""
    calendar = a_subscription(session, an_expert(session))
    calendar.sealed_key = SEALER.seal(elsewhere.url("/private-3f9a"), of=calendar.id)
    session.commit()
    return calendar


def test_an_address_becomes_blocked_time_and_a_summary(
    session: Session, elsewhere: CalendarServer, now: dt.datetime
) -> None:
    calendar = _subscribed(session, elsewhere)
    extra = b"REFRESH-INTERVAL;VALUE=DURATION:PT4H\r\nBEGIN:VEVENT"
    body = CALENDAR.replace(b"BEGIN:VEVENT", extra, 1)
    elsewhere.answers["/private-3f9a"] = answer("200 OK", body, 'ETag: "v1"')

    with capture_logs() as told:
        jobs.read_one(calendar.id, elsewhere.fetcher())

    (busy,) = session.scalars(sa.select(BusyTime))
    known = own_calendar(session, calendar.expert_id, calendar.id, now=now)
    assert (busy.starts_at, busy.calendar_id) == (dt.datetime(2026, 12, 1, tzinfo=dt.UTC), calendar.id)
    assert known.understood is not None
    assert (known.understood.entries, known.understood.spans, known.waits) == (1, 1, False)
    assert known.next_at == now + dt.timedelta(hours=4)
    assert "private-3f9a" not in str(told)


def test_the_second_reading_asks_only_for_something_newer(
    session: Session, elsewhere: CalendarServer, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    calendar = _subscribed(session, elsewhere)
    elsewhere.answers["/private-3f9a"] = answer("200 OK", CALENDAR, 'ETag: "v1"')
    jobs.read_one(calendar.id, elsewhere.fetcher())
    elsewhere.answers["/private-3f9a"] = b"HTTP/1.1 304 Not Modified\r\n\r\n"
    later = now + dt.timedelta(hours=2)
    monkeypatch.setattr(clock, "now", lambda: later)

    jobs.read_one(calendar.id, elsewhere.fetcher())

    session.expire_all()
    assert 'If-None-Match: "v1"' in elsewhere.asked[-1]
    assert (calendar.read_at, calendar.trouble) == (later, None)
    assert session.scalar(sa.select(sa.func.count()).select_from(BusyTime)) == 1


@pytest.mark.parametrize(
    ("reply", "trouble"),
    [
        (answer("404 Not Found"), Trouble.NOT_THERE),
        (answer("200 OK", b"<html>"), Trouble.UNREADABLE),
        (answer("200 OK", CALENDAR[:-20]), Trouble.UNREADABLE),
    ],
)
def test_a_failure_is_told_and_tried_again(
    session: Session, elsewhere: CalendarServer, now: dt.datetime, reply: bytes, trouble: Trouble
) -> None:
    calendar = _subscribed(session, elsewhere)
    elsewhere.answers["/private-3f9a"] = reply

    with capture_logs() as told:
        jobs.read_one(calendar.id, elsewhere.fetcher())

    session.expire_all()
    assert (calendar.trouble, calendar.state, calendar.failures) == (trouble, CalendarState.ACTIVE, 1)
    assert calendar.next_at == now + dt.timedelta(minutes=30)
    assert "private-3f9a" not in str(told)


def test_the_sweep_asks_for_each_due_calendar_once(session: Session, now: dt.datetime) -> None:
    calendar = a_subscription(session, an_expert(session))
    session.commit()

    jobs.read_due_calendars()
    jobs.read_due_calendars()

    waiting = session.execute(
        sa.text("SELECT args FROM procrastinate_jobs WHERE task_name = 'availability.read_calendar'")
    ).scalars()
    assert list(waiting) == [{"calendar_id": str(calendar.id)}]
