"""A calendar elsewhere by CalDAV: from the address of an account to blocked time, at our own server, too."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from expertpool.audit.models import AuditEntry
from expertpool.availability import jobs
from expertpool.availability.models import BusyTime, ExternalCalendar
from expertpool.availability.queries import own_calendar
from expertpool.availability.rules.remote import (
    CalendarState,
    Key,
    Login,
    Trouble,
    Way,
    check_address,
    key_as_text,
)
from expertpool.availability.service.fetching import Question
from expertpool.availability.service.wire import Deadline
from expertpool.infra import clock
from expertpool.infra.db import db, unit_of_work
from expertpool.infra.embedded import EmbeddedServer
from expertpool.infra.identity import SYSTEM
from tests.conftest import Database
from tests.fixtures.availability import SEALER, a_subscription
from tests.fixtures.caldav_server import item, parts, place
from tests.fixtures.calendar_server import (
    CALENDAR,
    HOST,
    CalendarServer,
    a_certificate,
    answer,
    calendar_server,
    proving,
    trusting,
)
from tests.fixtures.dav import entry
from tests.fixtures.dav_server import served_calendars
from tests.fixtures.experts import an_expert

EVENT = CALENDAR.decode().replace("\r\n", "\n")
HOUR = dt.timedelta(hours=1)


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[CalendarServer]:
    with calendar_server() as running:
        yield running


@pytest.fixture
def calendar(session: Session, elsewhere: CalendarServer, now: dt.datetime) -> ExternalCalendar:
    """A calendar at the test's own server, whose port no expert may name."""
    made = a_subscription(session, an_expert(session), user_name="yun", password="secret-3f9a")
    _lead(made, elsewhere.url("/a/"), Login("yun", "secret-3f9a"))
    session.commit()
    return made


def _lead(calendar: ExternalCalendar, url: str, login: Login) -> None:
    calendar.sealed_key = SEALER.seal(key_as_text(Key(url, login)), of=calendar.id)


def _starts(session: Session) -> list[dt.datetime]:
    return list(session.scalars(sa.select(BusyTime.starts_at).order_by(BusyTime.starts_at)))


def test_one_broken_event_costs_itself_and_nothing_is_told_of_the_password(
    session: Session, elsewhere: CalendarServer, calendar: ExternalCalendar, now: dt.datetime
) -> None:
    elsewhere.answers["PROPFIND /a/"] = parts(place("/a/", calendar=True, ctag="c1"))
    elsewhere.answers["REPORT /a/"] = parts(item("/a/1", "1", EVENT), item("/a/2", "2", EVENT[:-20]))

    with capture_logs() as told:
        jobs.read_one(calendar.id, elsewhere.fetcher())

    known = own_calendar(session, calendar.expert_id, calendar.id, now=now).understood
    assert _starts(session) == [dt.datetime(2026, 12, 1, tzinfo=dt.UTC)]
    assert known is not None
    assert (known.entries, known.losses) == (1, 1)
    row = session.execute(sa.text("SELECT external_calendar::text FROM external_calendar")).scalar()
    records = [f"{each.verb} {each.detail}" for each in session.scalars(sa.select(AuditEntry))]
    queued = session.execute(sa.text("SELECT args::text FROM procrastinate_jobs")).scalars().all()
    assert not [
        text for text in (row, told, records, queued) if "secret-3f9a" in str(text) or "yun" in str(text)
    ]


def test_a_mark_that_did_not_change_keeps_the_times_and_their_age_is_new(
    session: Session,
    elsewhere: CalendarServer,
    calendar: ExternalCalendar,
    now: dt.datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    elsewhere.answers["PROPFIND /a/"] = parts(place("/a/", calendar=True, ctag="c1"))
    elsewhere.answers["REPORT /a/"] = parts(item("/a/1", "1", EVENT))
    jobs.read_one(calendar.id, elsewhere.fetcher())
    elsewhere.answers["REPORT /a/"] = answer("500 Never asked")
    monkeypatch.setattr(clock, "now", lambda: now + 2 * HOUR)

    jobs.read_one(calendar.id, elsewhere.fetcher())

    session.expire_all()
    assert (calendar.read_at, calendar.trouble, len(_starts(session))) == (now + 2 * HOUR, None, 1)


def test_a_refused_password_keeps_what_was_read_and_the_third_time_pauses(
    session: Session,
    elsewhere: CalendarServer,
    calendar: ExternalCalendar,
    now: dt.datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    elsewhere.answers["PROPFIND /a/"] = parts(place("/a/", calendar=True))
    elsewhere.answers["REPORT /a/"] = parts(item("/a/1", "1", EVENT))
    jobs.read_one(calendar.id, elsewhere.fetcher())
    elsewhere.answers["PROPFIND /a/"] = answer("401 Unauthorized")

    for number in range(1, 4):
        monkeypatch.setattr(clock, "now", lambda later=now + number * 24 * HOUR: later)
        jobs.read_one(calendar.id, elsewhere.fetcher())

    session.expire_all()
    assert (calendar.state, calendar.trouble) == (CalendarState.PAUSED, Trouble.SIGN_IN_REFUSED)
    assert len(_starts(session)) == 1
    waiting = session.execute(
        sa.text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'availability.tell_paused'")
    )
    assert waiting.scalar() == 1


def test_our_own_server_is_read_from_the_address_of_an_account(
    server: EmbeddedServer, new_database: Callable[[], Database], tmp_path: Path
) -> None:
    """Two experts of one installation: what the one writes on the phone blocks time of the other."""
    certificate = a_certificate(tmp_path)
    with served_calendars(server, new_database, tls=proving(certificate)) as served:
        port = int(served.url.rpartition(":")[2])
        asks = CalendarServer(port, trusted=trusting(certificate)).fetcher()
        start = clock.now().replace(minute=0, second=0, microsecond=0) + 24 * HOUR
        login = Login(served.user, served.password)
        where = check_address(
            f"https://{HOST}:{port}/dav/calendars/{served.expert_id}/busy/1.ics", ports=asks.ports
        )
        headers = {"Authorization": login.header, "Content-Type": "text/calendar"}
        body = entry(start=start)
        written = asks.follow(where, Question("PUT", headers, body), Deadline(5), most=1000)
        with unit_of_work(SYSTEM) as session:
            reader = a_subscription(session, an_expert(session), user_name="yun", password="word")
            _lead(reader, f"https://{HOST}:{port}/dav/", login)
            calendar_id, expert_id = reader.id, reader.expert_id

        jobs.read_one(calendar_id, asks)

        known = _as_read(calendar_id, expert_id)

    assert written.status == 201
    assert known == (Way.CALDAV, None, [start])


def _as_read(calendar_id: uuid.UUID, expert_id: uuid.UUID) -> tuple[Way, Trouble | None, list[dt.datetime]]:
    with unit_of_work(SYSTEM) as session:
        known = own_calendar(session, expert_id, calendar_id, now=clock.now())
        mine = sa.select(BusyTime.starts_at).where(BusyTime.calendar_id == calendar_id)
        found = known.way, known.trouble, sorted(session.scalars(mine))
    db.session.remove()
    return found
