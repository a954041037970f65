"""The own calendar for programs."""

import datetime as dt

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from expertpool.infra.identity import Role
from tests.fixtures.accounts import an_account, token_for
from tests.fixtures.calendars import tell
from tests.fixtures.engagements import a_case, an_offer
from tests.fixtures.experts import an_expert


def _token(session: Session, *, writes: bool = True) -> dict[str, str]:
    expert = an_expert(session, roles={"DFE": 3})
    tell(session, an_offer(session, a_case(session), expert))
    return token_for(session, an_account(session, Role.EXPERT, expert_id=expert.id), writes=writes)


def test_an_expert_lists_the_own_events(session: Session, client: FlaskClient, now: dt.datetime) -> None:
    _token(session)
    answer = client.get("/api/v1/calendar/events", headers=_token(session))

    (event,) = answer.get_json()
    assert (event["status"], event["partstat"], event["delivery"]) == (
        "tentative",
        "needs-action",
        "waiting",
    )


def test_a_feed_is_made_read_about_and_ended(session: Session, client: FlaskClient, now: dt.datetime) -> None:
    token = _token(session)

    made = client.post("/api/v1/calendar/feeds/own", headers=token)
    about = client.get("/api/v1/calendar/feeds", headers=token)
    path = made.get_json()["address"].removeprefix("http://127.0.0.1:8000")
    read = client.get(path)
    ended = client.delete("/api/v1/calendar/feeds/own", headers=token)
    after = client.get("/api/v1/calendar/feeds", headers=token)

    assert [answer.status_code for answer in (made, about, read, ended)] == [201, 200, 200, 204]
    assert [each["scope"] for each in about.get_json()] == ["own"]
    assert "address" not in about.get_json()[0]
    assert (after.get_json(), client.get(path).status_code) == ([], 404)


def test_nobody_but_experts_has_a_calendar(session: Session, client: FlaskClient, now: dt.datetime) -> None:
    token = token_for(session, an_account(session, Role.COORDINATOR))

    assert client.get("/api/v1/calendar/events", headers=token).status_code == 403
    assert client.get("/api/v1/calendar/events").status_code == 401


def test_a_token_that_only_reads_makes_no_feed(
    session: Session, client: FlaskClient, now: dt.datetime
) -> None:
    token = _token(session, writes=False)

    assert client.post("/api/v1/calendar/feeds/own", headers=token).status_code == 403
