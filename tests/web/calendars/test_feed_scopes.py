"""The kinds of feeds, who may have them, and the page they are kept on."""

import datetime as dt
import re

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy.orm import Session

from expertpool.accounts.models import Account
from expertpool.accounts.service import actor_of
from expertpool.calendars.models import FeedRead, FeedToken
from expertpool.calendars.rules import READ_LIMIT, FeedScope
from expertpool.engagements.models import Engagement
from expertpool.infra.db import acting_as
from expertpool.infra.identity import Role
from expertpool.refusals import Forbidden
from tests.fixtures.accounts import an_account, signed_in
from tests.fixtures.calendars import feed_key, tell
from tests.fixtures.engagements import PARTIES, PURPOSE, SUMMARY, TITLE, a_case, an_offer, expert_actor
from tests.fixtures.experts import an_expert

SECRETS = (TITLE, SUMMARY, PURPOSE, *PARTIES)


def _offer(session: Session) -> Engagement:
    offer = an_offer(session, a_case(session), an_expert(session, roles={"DFE": 3}))
    tell(session, offer)
    return offer


def _desk(session: Session, now: dt.datetime, ministry: str = "MSS") -> tuple[Account, str]:
    account = an_account(session, Role.COORDINATOR, ministry=ministry)
    return account, feed_key(session, actor_of(account), FeedScope.DESK, now=now)


def test_the_feed_of_a_desk_names_nobody_and_nothing_of_the_case(
    session: Session, client: FlaskClient, now: dt.datetime
) -> None:
    offer = _offer(session)
    _, key = _desk(session, now)

    text = client.get(f"/feeds/{key}.ics").get_data(as_text=True).replace("\r\n ", "")

    (event,) = Calendar.from_ical(text.encode()).walk("VEVENT")
    assert (event["STATUS"], event["CLASS"]) == ("TENTATIVE", "PRIVATE")
    assert str(event["URL"]).endswith(f"/needs/{offer.need_id}")
    told = (*SECRETS, offer.expert.name_ko, offer.expert.name_en, offer.expert.email, "ATTENDEE", "ORGANIZER")
    assert [secret for secret in told if secret in text] == []


def test_the_desk_of_another_ministry_sees_nothing(
    session: Session, client: FlaskClient, now: dt.datetime
) -> None:
    _offer(session)
    _, key = _desk(session, now, ministry="KFTC")

    assert Calendar.from_ical(client.get(f"/feeds/{key}.ics").data).walk("VEVENT") == []


@pytest.mark.parametrize("end", ["switched off", "no coordinator"])
def test_the_feed_of_a_desk_ends_with_the_office(
    session: Session, client: FlaskClient, now: dt.datetime, end: str
) -> None:
    account, key = _desk(session, now)
    before = client.get(f"/feeds/{key}.ics").status_code
    if end == "switched off":
        account.active = False
    else:
        account.roles = []
    session.commit()

    assert (before, client.get(f"/feeds/{key}.ics").status_code) == (200, 404)


def test_the_feed_of_an_expert_ends_when_the_account_is_switched_off(
    session: Session, client: FlaskClient, now: dt.datetime
) -> None:
    expert = an_expert(session)
    account = an_account(session, Role.EXPERT, expert_id=expert.id)
    key = feed_key(session, actor_of(account), FeedScope.FREEBUSY, now=now)
    account.active = False
    session.commit()

    assert client.get(f"/feeds/{key}.ics").status_code == 404


def test_busy_times_are_merged_and_say_nothing_else(
    session: Session, client: FlaskClient, now: dt.datetime
) -> None:
    offer = _offer(session)
    key = feed_key(session, expert_actor(offer.expert), FeedScope.FREEBUSY, now=now)

    answer = client.get(f"/feeds/{key}.ics")

    written = answer.get_data(as_text=True).replace("\r\n ", "").split("\r\n")
    inside = written[written.index("BEGIN:VFREEBUSY") + 1 : written.index("END:VFREEBUSY")]
    held = "/".join(f"{each:%Y%m%dT%H%M%SZ}" for each in (offer.sessions[0].start, offer.sessions[0].end))
    assert f"FREEBUSY;FBTYPE=BUSY;VALUE=PERIOD:{held}" in inside
    names = sorted(line.partition(":")[0].partition(";")[0] for line in inside)
    assert names == ["DTEND", "DTSTAMP", "DTSTART", "FREEBUSY", "UID"]
    assert (
        client.get(f"/feeds/{key}.ics", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    )


def test_a_new_key_to_one_feed_leaves_the_others(
    session: Session, client: FlaskClient, now: dt.datetime
) -> None:
    actor = expert_actor(an_expert(session))
    own, busy = (feed_key(session, actor, each, now=now) for each in (FeedScope.OWN, FeedScope.FREEBUSY))

    feed_key(session, actor, FeedScope.OWN, now=now)

    assert [client.get(f"/feeds/{key}.ics").status_code for key in (own, busy)] == [404, 200]


@pytest.mark.parametrize(("role", "scope"), [(Role.EXPERT, "desk"), (Role.COORDINATOR, "own")])
def test_nobody_has_the_feeds_of_another_role(
    session: Session, client: FlaskClient, now: dt.datetime, role: Role, scope: str
) -> None:
    expert_id = an_expert(session).id if role is Role.EXPERT else None
    account = an_account(session, role, expert_id=expert_id)

    assert signed_in(client, account).post(f"/me/feeds/{scope}").status_code == 403
    with pytest.raises(Forbidden):
        feed_key(session, actor_of(account), FeedScope(scope), now=now)


def test_each_use_is_noted_and_too_many_are_refused_for_a_while(
    session: Session, client: FlaskClient, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "expertpool.calendars.service.feeds.READ_LIMIT", type(READ_LIMIT)(2, dt.timedelta(minutes=10))
    )
    key = feed_key(session, expert_actor(an_expert(session)), FeedScope.OWN, now=now)

    answers = [client.get(f"/feeds/{key}.ics") for _ in range(3)]
    monkeypatch.setattr("expertpool.infra.clock.now", lambda: now + dt.timedelta(minutes=10))
    later = client.get(f"/feeds/{key}.ics")

    assert [answer.status_code for answer in (*answers, later)] == [200, 200, 429, 200]
    assert answers[2].headers["Retry-After"] == "600"
    assert session.scalar(sa.select(sa.func.count()).select_from(FeedRead)) == 3


@pytest.mark.parametrize(("lang", "words"), [("ko", "내 달력 프로그램"), ("en", "Your calendar program")])
def test_the_address_is_shown_once_and_works(
    session: Session, client: FlaskClient, now: dt.datetime, lang: str, words: str
) -> None:
    browser = signed_in(client, an_account(session, Role.EXPERT, expert_id=an_expert(session).id))

    made = browser.post(f"/me/feeds/own?lang={lang}").get_data(as_text=True)
    later = browser.get(f"/me/feeds?lang={lang}").get_data(as_text=True)

    found = re.search(r"http://[^<]+(/feeds/[\w-]+\.ics)", made)
    assert found is not None
    assert f'href="webcal://127.0.0.1:8000{found[1]}"' in made
    assert browser.get(found[1]).status_code == 200
    assert (words in later, "/feeds/" in later.replace("/me/feeds/", "")) == (True, False)


def test_an_ended_feed_is_gone(session: Session, client: FlaskClient, now: dt.datetime) -> None:
    browser = signed_in(client, an_account(session, Role.COORDINATOR))
    found = re.search(r"/feeds/[\w-]+\.ics", browser.post("/me/feeds/desk").get_data(as_text=True))

    ended = browser.post("/me/feeds/desk/revoke")

    assert found is not None
    assert (ended.status_code, browser.get(found[0]).status_code) == (302, 404)


def test_keys_and_their_uses_are_hidden_and_kept_below_the_code(
    session: Session, client: FlaskClient, now: dt.datetime
) -> None:
    mine, other = (expert_actor(an_expert(session)) for _ in range(2))
    client.get(f"/feeds/{feed_key(session, mine, FeedScope.OWN, now=now)}.ics")
    _desk(session, now)

    seen = []
    for actor in (mine, other):
        with acting_as(session, actor):
            seen.append([len(session.scalars(sa.select(table)).all()) for table in (FeedToken, FeedRead)])

    assert seen == [[1, 1], [0, 0]]
    with pytest.raises(sa.exc.ProgrammingError, match="permission denied"), session.begin_nested():
        session.execute(sa.update(FeedRead).values(read_at=now))
