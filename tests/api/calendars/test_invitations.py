"""Answering the own invitations by program: as they were read, each by its own expert only."""

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from expertpool.calendars.models import CounterProposal
from expertpool.engagements.models import Engagement
from expertpool.engagements.rules import CardAnswer, EngagementState
from expertpool.infra.identity import Role
from tests.fixtures.accounts import an_account, token_for
from tests.fixtures.calendars import tell
from tests.fixtures.engagements import PARTIES, PURPOSE, SUMMARY, TITLE, a_card, a_case, an_offer
from tests.fixtures.experts import an_expert

BASE = "/api/v1/calendar/invitations"
Asked = tuple[Engagement, dict[str, str]]


@pytest.fixture
def asked(session: Session, now: dt.datetime) -> Asked:
    """An offer that was told, and its expert's token."""
    return _asked(session)


def _asked(session: Session, *, writes: bool = True) -> Asked:
    expert = an_expert(session, roles={"DFE": 3})
    offer = an_offer(session, a_case(session), expert)
    tell(session, offer)
    account = an_account(session, Role.EXPERT, expert_id=expert.id)
    return offer, token_for(session, account, writes=writes)


def _as_read(client: FlaskClient, offer: Engagement, token: dict[str, str]) -> tuple[Any, dict[str, str]]:
    answer = client.get(f"{BASE}/{offer.id}", headers=token)
    return answer.get_json(), token | {"If-Match": answer.headers["ETag"]}


def test_an_expert_lists_the_own_invitations_and_no_word_of_the_case(
    session: Session, client: FlaskClient, asked: Asked
) -> None:
    _asked(session)
    offer, token = asked

    answer = client.get(BASE, headers=token)

    (invitation,) = answer.get_json()
    assert (invitation["engagement_id"], invitation["open"]) == (str(offer.id), True)
    assert [each["partstat"] for each in invitation["sessions"]] == ["needs-action"]
    text = answer.get_data(as_text=True)
    assert [secret for secret in (TITLE, SUMMARY, PURPOSE, *PARTIES) if secret in text] == []


def test_a_no_leaves_the_seat(session: Session, client: FlaskClient, asked: Asked) -> None:
    offer, token = asked
    _, headers = _as_read(client, offer, token)

    body = {"answer": "declined", "reason": "busy", "note": "그날은 어렵습니다."}
    answer = client.put(f"{BASE}/{offer.id}/answer", json=body, headers=headers)

    assert (answer.status_code, answer.get_json()["state"]) == (200, "declined")
    session.refresh(offer)
    assert (offer.state, offer.decline_note) == (EngagementState.DECLINED, "그날은 어렵습니다.")


def test_a_yes_is_noted_and_counts_once_the_card_is_answered(
    session: Session, client: FlaskClient, asked: Asked
) -> None:
    offer, token = asked
    _, headers = _as_read(client, offer, token)

    early = client.put(f"{BASE}/{offer.id}/answer", json={"answer": "accepted"}, headers=headers)
    a_card(session, offer, CardAnswer.NONE)
    _, headers = _as_read(client, offer, token)
    late = client.put(f"{BASE}/{offer.id}/answer", json={"answer": "accepted"}, headers=headers)

    assert (early.status_code, early.get_json()["state"]) == (200, "offered")
    assert early.get_json()["sessions"][0]["partstat"] == "accepted"
    assert (late.status_code, late.get_json()["state"]) == (200, "confirmed")


def test_another_time_waits_for_the_coordinators(
    session: Session, client: FlaskClient, asked: Asked, now: dt.datetime
) -> None:
    offer, token = asked
    invitation, headers = _as_read(client, offer, token)
    (told,) = invitation["sessions"]
    start = dt.datetime.fromisoformat(told["starts_at"]) + dt.timedelta(hours=3)

    body = {"session": told["id"], "start": start.isoformat(), "note": "세 시간 뒤면 좋겠습니다."}
    answer = client.put(f"{BASE}/{offer.id}/proposal", json=body, headers=headers)

    proposal = session.scalars(sa.select(CounterProposal)).one()
    assert answer.status_code == 200
    assert (proposal.starts_at, proposal.comment) == (start, "세 시간 뒤면 좋겠습니다.")
    assert answer.get_json()["sessions"][0]["starts_at"] == told["starts_at"]


def test_a_time_that_has_passed_is_no_proposal(client: FlaskClient, asked: Asked, now: dt.datetime) -> None:
    offer, token = asked
    invitation, headers = _as_read(client, offer, token)

    body = {"session": invitation["sessions"][0]["id"], "start": (now - dt.timedelta(days=1)).isoformat()}
    answer = client.put(f"{BASE}/{offer.id}/proposal", json=body, headers=headers)

    assert (answer.status_code, list(answer.get_json()["errors"])) == (422, ["start"])


def test_an_answer_to_what_changed_since_or_to_nothing_read_is_refused(
    client: FlaskClient, asked: Asked
) -> None:
    offer, token = asked
    _, headers = _as_read(client, offer, token)
    url, perhaps, no = f"{BASE}/{offer.id}/answer", {"answer": "tentative"}, {"answer": "declined"}

    unread = client.put(url, json=no, headers=token)
    first = client.put(url, json=perhaps, headers=headers)
    second = client.put(url, json=no, headers=headers)

    assert [answer.status_code for answer in (unread, first, second)] == [428, 200, 412]


def test_what_is_over_cannot_be_answered(client: FlaskClient, asked: Asked) -> None:
    offer, token = asked
    for expected in (200, 409):
        _, headers = _as_read(client, offer, token)
        answer = client.put(f"{BASE}/{offer.id}/answer", json={"answer": "declined"}, headers=headers)

        assert answer.status_code == expected


def test_nobody_answers_for_others(session: Session, client: FlaskClient, asked: Asked) -> None:
    offer, _ = asked
    _, other = _asked(session)
    official = token_for(session, an_account(session, Role.COORDINATOR))
    body, match = {"answer": "declined"}, {"If-Match": '"any"'}

    seen = client.get(f"{BASE}/{offer.id}", headers=other)
    answered = client.put(f"{BASE}/{offer.id}/answer", json=body, headers=other | match)
    proposed = client.put(f"{BASE}/{offer.id}/answer", json=body, headers=official | match)

    assert [answer.status_code for answer in (seen, answered, proposed)] == [404, 404, 403]


def test_a_token_that_only_reads_answers_nothing(session: Session, client: FlaskClient) -> None:
    offer, token = _asked(session, writes=False)
    _, headers = _as_read(client, offer, token)

    answer = client.put(f"{BASE}/{offer.id}/answer", json={"answer": "declined"}, headers=headers)

    assert answer.status_code == 403
