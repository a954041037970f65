"""The private feed, as calendar programs read it."""

import datetime as dt

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy.orm import Session

from expertpool.accounts.service import actor_of
from expertpool.calendars.models import FeedToken, OutboxMail, SeatEvent
from expertpool.calendars.rules import BusyFeed, EventFeed, FeedScope
from expertpool.experts.models import Expert
from expertpool.infra import clock
from expertpool.infra.identity import Role
from tests.fixtures.accounts import an_account
from tests.fixtures.calendars import feed_key, tell
from tests.fixtures.engagements import (
    FIRST_DAY,
    PARTIES,
    PURPOSE,
    SUMMARY,
    TITLE,
    a_case,
    an_offer,
    expert_actor,
)
from tests.fixtures.experts import an_expert


def _key(session: Session, expert: Expert, now: dt.datetime, scope: FeedScope = FeedScope.OWN) -> str:
    return feed_key(session, expert_actor(expert), scope, now=now)


def _told(session: Session) -> Expert:
    expert = an_expert(session, roles={"DFE": 3})
    tell(session, an_offer(session, a_case(session), expert))
    return expert


def test_a_feed_holds_the_events_of_its_expert_and_no_word_of_the_case(
    session: Session, client: FlaskClient, now: dt.datetime
) -> None:
    _told(session)
    expert = _told(session)
    key = _key(session, expert, now)

    answer = client.get(f"/feeds/{key}.ics")

    (event,) = Calendar.from_ical(answer.data).walk("VEVENT")
    assert (answer.status_code, answer.content_type) == (200, "text/calendar; charset=utf-8")
    assert event["STATUS"] == "TENTATIVE"
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT1H" in answer.data
    text = answer.get_data(as_text=True)
    assert [secret for secret in (TITLE, SUMMARY, PURPOSE, *PARTIES) if secret in text] == []


def test_a_feed_that_did_not_change_is_not_sent_again(
    session: Session, client: FlaskClient, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = _key(session, _told(session), now)
    first = client.get(f"/feeds/{key}.ics")
    monkeypatch.setattr(clock, "now", lambda: now + dt.timedelta(hours=5))

    again = client.get(f"/feeds/{key}.ics", headers={"If-None-Match": first.headers["ETag"]})
    anew = client.get(f"/feeds/{key}.ics")

    assert not first.headers["ETag"].startswith("W/")
    assert (again.status_code, again.data) == (304, b"")
    assert anew.data == first.data


def test_who_has_the_feed_already_is_told_so_before_anything_is_written(
    session: Session, client: FlaskClient, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    expert = _told(session)
    official = actor_of(an_account(session, Role.COORDINATOR, ministry="MSS"))
    keys = [_key(session, expert, now, scope) for scope in (FeedScope.OWN, FeedScope.FREEBUSY)]
    keys.append(feed_key(session, official, FeedScope.DESK, now=now))
    tags = [client.get(f"/feeds/{key}.ics").headers["ETag"] for key in keys]

    def never(_content: object) -> bytes:
        raise AssertionError("written")

    for kind in (EventFeed, BusyFeed):
        monkeypatch.setattr(kind, "written", never)
    headers = [{"If-None-Match": f'"other", W/{tag}'} for tag in tags]
    answers = [client.get(f"/feeds/{key}.ics", headers=each) for key, each in zip(keys, headers, strict=True)]

    assert [each.status_code for each in answers] == [304] * 3
    assert [each.headers["ETag"] for each in answers] == tags


def test_whatever_changes_is_sent_again_whether_or_not_its_revision_was_counted(
    session: Session, client: FlaskClient, now: dt.datetime
) -> None:
    key = _key(session, _told(session), now)
    changes: tuple[dict[str, object], ...] = (
        {"starts_at": SeatEvent.starts_at + dt.timedelta(minutes=5)},
        {"location": "Busan"},
        {"summary": "Another title", "revision": SeatEvent.revision + 1},
        {"status": "confirmed"},
        {"changed_at": SeatEvent.changed_at + dt.timedelta(seconds=1)},
        {"timezone": "America/New_York"},
        {"status": "cancelled", "cancelled_at": now},
    )
    told = []

    for change in changes:
        tag = client.get(f"/feeds/{key}.ics").headers["ETag"]
        session.execute(sa.update(SeatEvent).values(change))
        session.commit()
        told.append(client.get(f"/feeds/{key}.ics", headers={"If-None-Match": tag}).status_code)

    assert told == [200] * len(changes)


def test_time_alone_takes_out_what_is_over_and_is_no_304(
    session: Session, client: FlaskClient, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = _key(session, _told(session), now)
    first = client.get(f"/feeds/{key}.ics")
    monkeypatch.setattr(clock, "now", lambda: now + dt.timedelta(days=200))

    again = client.get(f"/feeds/{key}.ics", headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, Calendar.from_ical(again.data).events) == (200, [])


def test_an_unknown_key_an_old_key_and_no_feed_are_the_same(
    session: Session, client: FlaskClient, now: dt.datetime
) -> None:
    expert = _told(session)
    old = _key(session, expert, now)
    _key(session, expert, now)

    answers = {
        key: client.get(f"/feeds/{key}.ics?lang=en") for key in (old, "x" * len(old), "unknown", "x" * 300)
    }

    assert [answer.status_code for answer in answers.values()] == [404] * 4
    assert len({answer.data.replace(key.encode(), b"") for key, answer in answers.items()}) == 1


def test_a_cancelled_event_is_shown_as_cancelled_for_thirty_days(
    session: Session, client: FlaskClient, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    expert = _told(session)
    key = _key(session, expert, now)
    session.execute(sa.update(SeatEvent).values(status="cancelled", cancelled_at=now))
    session.commit()

    counts = []
    for days in (29, 31):
        monkeypatch.setattr(clock, "now", lambda days=days: now + dt.timedelta(days=days))
        body = client.get(f"/feeds/{key}.ics").data
        counts.append([event["STATUS"] for event in Calendar.from_ical(body).walk("VEVENT")])

    assert counts == [["CANCELLED"], []]


def test_a_feed_is_bounded_and_drops_the_earliest_first(
    session: Session, client: FlaskClient, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    expert = an_expert(session, roles={"DFE": 3})
    for hours in (0, 4):
        tell(session, an_offer(session, a_case(session), expert, hours=hours))
    monkeypatch.setattr("expertpool.calendars.queries.feeds.MOST_EVENTS", 1)

    body = client.get(f"/feeds/{_key(session, expert, now)}.ics").data

    (event,) = Calendar.from_ical(body).events
    assert event.start == now + FIRST_DAY + dt.timedelta(hours=4)


def test_only_a_hash_of_the_key_is_kept(session: Session, now: dt.datetime) -> None:
    key = _key(session, an_expert(session), now)

    kept = session.scalars(sa.select(FeedToken.token_hash)).all()

    assert len(key) >= 43
    assert all(key.encode() not in each for each in kept)


def test_who_has_no_appointments_gets_an_empty_feed(
    session: Session, client: FlaskClient, now: dt.datetime
) -> None:
    key = _key(session, an_expert(session), now)

    answer = client.get(f"/feeds/{key}.ics")

    assert Calendar.from_ical(answer.data).walk("VEVENT") == []
    assert session.scalars(sa.select(OutboxMail)).all() == []
