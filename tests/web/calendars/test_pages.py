"""The expert's calendar, and how invitations were delivered."""

import datetime as dt

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from expertpool.calendars import jobs
from expertpool.calendars.models import SeatEvent
from expertpool.calendars.rules import POLICY, Channel, OutboxState, Partstat
from expertpool.engagements.models import Engagement
from expertpool.engagements.rules import CardAnswer
from expertpool.infra import clock
from expertpool.infra.identity import Role
from expertpool.infra.mail import Undeliverable
from tests.fixtures.accounts import an_account, signed_in
from tests.fixtures.calendars import MailServer, outbox, tell
from tests.fixtures.engagements import a_card, a_case, an_offer
from tests.fixtures.experts import an_expert

GONE = Undeliverable("recipient refused (550)", permanent=True)


def _offer(session: Session) -> Engagement:
    offer = an_offer(session, a_case(session), an_expert(session, roles={"DFE": 3}))
    tell(session, offer)
    session.commit()
    return offer


def _as_expert(client: FlaskClient, session: Session, offer: Engagement) -> FlaskClient:
    return signed_in(client, an_account(session, Role.EXPERT, expert_id=offer.expert_id))


@pytest.mark.parametrize(("lang", "words"), [("ko", ("의뢰", "보내는 중")), ("en", ("Asked", "On its way"))])
def test_an_expert_sees_what_is_asked_and_how_the_mail_went(
    session: Session, client: FlaskClient, now: dt.datetime, lang: str, words: tuple[str, str]
) -> None:
    offer = _offer(session)

    page = _as_expert(client, session, offer).get(f"/me/calendar?lang={lang}").get_data(as_text=True)

    assert all(word in page for word in words)


def test_an_expert_without_appointments_is_told_so(
    session: Session, client: FlaskClient, now: dt.datetime
) -> None:
    account = an_account(session, Role.EXPERT, expert_id=an_expert(session).id)

    page = signed_in(client, account).get("/me/calendar?lang=en")

    assert "Nothing is planned" in page.get_data(as_text=True)


@pytest.mark.parametrize(
    ("lang", "words"),
    [("ko", ("전달하지 못함", "다시 보내기")), ("en", ("Could not be delivered", "Send again"))],
)
def test_a_coordinator_sees_a_failed_invitation_on_the_need(
    session: Session, client: FlaskClient, now: dt.datetime, lang: str, words: tuple[str, str]
) -> None:
    offer = _offer(session)
    jobs.send_due(MailServer([GONE]), policy=POLICY)
    browser = signed_in(client, an_account(session, Role.COORDINATOR))

    page = browser.get(f"/needs/{offer.need_id}?lang={lang}").get_data(as_text=True)

    assert all(word in page for word in (*words, "recipient refused (550)"))


def test_a_coordinator_sends_a_failed_invitation_again(
    session: Session, client: FlaskClient, now: dt.datetime
) -> None:
    offer = _offer(session)
    jobs.send_due(MailServer([GONE]), policy=POLICY)
    (mail,) = outbox(session)
    browser = signed_in(client, an_account(session, Role.COORDINATOR))

    answer = browser.post(f"/invitations/{mail.id}/resend", data={"need_id": str(offer.need_id)})

    assert (answer.status_code, answer.location) == (302, f"/needs/{offer.need_id}")
    assert outbox(session)[0].state is OutboxState.QUEUED


def test_a_coordinator_of_another_ministry_finds_no_invitation(
    session: Session, client: FlaskClient, now: dt.datetime
) -> None:
    _offer(session)
    (mail,) = outbox(session)
    browser = signed_in(client, an_account(session, Role.COORDINATOR, ministry="KFTC"))

    assert browser.post(f"/invitations/{mail.id}/resend").status_code == 404


@pytest.mark.parametrize(
    ("step", "facts", "said"),
    [("accept", {}, Partstat.ACCEPTED), ("decline", {"reason": "busy"}, Partstat.DECLINED)],
)
def test_an_answer_given_signed_in_is_noted_with_the_invitation(
    session: Session, client: FlaskClient, now: dt.datetime, step: str, facts: dict[str, str], said: Partstat
) -> None:
    offer = _offer(session)
    a_card(session, offer, CardAnswer.NONE)
    session.commit()

    _as_expert(client, session, offer).post(f"/me/offers/{offer.id}/{step}", data=facts)

    (event,) = session.scalars(sa.select(SeatEvent).execution_options(populate_existing=True))
    assert (event.partstat, event.answered_via, event.answered_at) == (said, Channel.PAGE, now)


def test_the_same_answer_again_says_nothing_of_a_time_moved_meanwhile(
    session: Session, client: FlaskClient, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer = _offer(session)
    a_card(session, offer, CardAnswer.NONE)
    session.commit()
    browser = _as_expert(client, session, offer)
    browser.post(f"/me/offers/{offer.id}/accept")
    session.execute(sa.update(SeatEvent).values(partstat=Partstat.NEEDS_ACTION))
    session.commit()

    monkeypatch.setattr(clock, "now", lambda: now + dt.timedelta(minutes=1))
    browser.post(f"/me/offers/{offer.id}/accept")

    assert session.scalars(sa.select(SeatEvent.partstat)).one() is Partstat.NEEDS_ACTION


def test_a_coordinator_sees_that_an_answer_was_given_signed_in(
    session: Session, client: FlaskClient, now: dt.datetime
) -> None:
    offer = _offer(session)
    a_card(session, offer, CardAnswer.NONE)
    session.commit()
    _as_expert(client, session, offer).post(f"/me/offers/{offer.id}/accept")
    browser = signed_in(client, an_account(session, Role.COORDINATOR))

    page = browser.get(f"/needs/{offer.need_id}?lang=en").get_data(as_text=True)

    assert "on the page, signed in" in page
