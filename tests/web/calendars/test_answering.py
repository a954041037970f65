"""Answering by the link in the mail: nothing is changed by looking, and nothing of the case is shown."""

import datetime as dt
import re
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from expertpool.calendars.models import CounterProposal, SeatEvent
from expertpool.calendars.rules import Channel, OutboxState, Partstat
from expertpool.engagements.models import Engagement
from expertpool.engagements.rules import CardAnswer, DeclineReason, EngagementState
from expertpool.infra.db import act_as
from expertpool.infra.identity import SYSTEM
from tests.fixtures.calendars import outbox, tell, words_of
from tests.fixtures.engagements import PARTIES, PURPOSE, SUMMARY, TITLE, a_card, a_case, an_offer
from tests.fixtures.experts import an_expert


@dataclass(frozen=True)
class Link:
    """An offer, and the path of the link its mail holds."""

    offer: Engagement
    path: str


@pytest.fixture
def link(session: Session, now: dt.datetime) -> Link:
    offer = an_offer(session, a_case(session), an_expert(session, roles={"DFE": 3}))
    tell(session, offer)
    (mail,) = outbox(session)
    mail.state, mail.attempts = OutboxState.SENT, 1
    found = re.search(r"http://[^/]+(/answer/[a-z2-7]{26})\b", words_of(mail.message))
    assert found is not None
    session.commit()
    return Link(offer, found[1])


def _state(session: Session, link: Link) -> EngagementState:
    act_as(session, SYSTEM)
    session.refresh(link.offer)
    return link.offer.state


@pytest.mark.parametrize(
    ("lang", "word"),
    [("ko", "2026.11.30(월) 09:00 – 11:00"), ("en", "Mon 30 Nov 2026, 09:00 KST – 11:00 KST")],
)
def test_the_page_shows_what_the_mail_said_and_nothing_of_the_case(
    session: Session, client: FlaskClient, link: Link, lang: str, word: str
) -> None:
    page = client.get(f"{link.path}?lang={lang}").get_data(as_text=True)

    assert word in page
    assert not any(secret in page for secret in (TITLE, SUMMARY, PURPOSE, *PARTIES))


def test_looking_changes_nothing(session: Session, client: FlaskClient, link: Link) -> None:
    for query in ("", "?answer=declined"):
        client.get(link.path + query)
        client.head(link.path + query)

    assert _state(session, link) is EngagementState.OFFERED
    assert set(session.scalars(sa.select(SeatEvent.partstat))) == {Partstat.NEEDS_ACTION}


def test_a_no_frees_the_seat_with_its_reason(session: Session, client: FlaskClient, link: Link) -> None:
    answer = client.post(link.path, data={"answer": "declined", "reason": "terms", "note": "too late"})

    assert (answer.status_code, answer.location) == (302, link.path)
    assert _state(session, link) is EngagementState.DECLINED
    assert (link.offer.decline_reason, link.offer.decline_note) == (DeclineReason.TERMS, "too late")


def test_a_yes_with_a_clear_card_takes_the_seat(session: Session, client: FlaskClient, link: Link) -> None:
    a_card(session, link.offer, CardAnswer.NONE)
    session.commit()

    client.post(link.path, data={"answer": "accepted"})

    assert _state(session, link) is EngagementState.CONFIRMED
    (event,) = session.scalars(sa.select(SeatEvent))
    assert (event.partstat, event.answered_via) == (Partstat.ACCEPTED, Channel.LINK)


def test_a_yes_without_the_card_sends_to_the_card(session: Session, client: FlaskClient, link: Link) -> None:
    answer = client.post(f"{link.path}?lang=en", data={"answer": "accepted"}, follow_redirects=True)

    assert "answer the conflict card" in answer.get_data(as_text=True)
    assert _state(session, link) is EngagementState.OFFERED


def test_another_time_waits_for_the_coordinator(session: Session, client: FlaskClient, link: Link) -> None:
    client.post(f"{link.path}/time", data={"start": "2026-12-01T14:00", "note": "after lunch"})

    act_as(session, SYSTEM)
    (proposal,) = session.scalars(sa.select(CounterProposal))
    assert proposal.starts_at == dt.datetime(2026, 12, 1, 5, tzinfo=dt.UTC)
    assert proposal.comment == "after lunch"


def test_a_time_that_is_none_is_refused(session: Session, client: FlaskClient, link: Link) -> None:
    for start in ("", "tomorrow", "2026-11-30T09:00", "2020-01-01T09:00", "9999-12-31T23:59"):
        assert client.post(f"{link.path}/time", data={"start": start}).status_code == 302

    act_as(session, SYSTEM)
    assert session.scalar(sa.select(sa.func.count()).select_from(CounterProposal)) == 0


def test_an_answer_nobody_offers_is_refused(session: Session, client: FlaskClient, link: Link) -> None:
    for said in ("whatever", "needs-action", ""):
        assert client.post(link.path, data={"answer": said}).status_code == 302
    assert client.post(link.path, data={"answer": "declined", "reason": "none"}).status_code == 302
    assert _state(session, link) is EngagementState.OFFERED


def test_a_link_that_was_never_given_out_is_nothing(
    session: Session, client: FlaskClient, link: Link
) -> None:
    assert client.get("/answer/aaaabbbbccccddddeeeeffffgg").status_code == 404
    assert client.post("/answer/aaaabbbbccccddddeeeeffffgg", data={"answer": "declined"}).status_code == 404


def test_after_the_end_there_is_nothing_to_answer(session: Session, client: FlaskClient, link: Link) -> None:
    client.post(link.path, data={"answer": "declined"})
    act_as(session, SYSTEM)
    tell(session, link.offer)
    session.commit()

    page = client.get(f"{link.path}?lang=en").get_data(as_text=True)

    assert "nothing to answer" in page
