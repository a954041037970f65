"""What coordinators see of answers by mail, and the other times they decide about."""

import datetime as dt
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from expertpool.calendars.models import CounterProposal, DeskLook
from expertpool.calendars.rules import OutboxState, Partstat, ProposalState
from expertpool.calendars.service import answer_own, lock_own
from expertpool.engagements.models import Engagement
from expertpool.infra import clock
from expertpool.infra.db import act_as
from expertpool.infra.identity import SYSTEM, Actor, Role
from tests.fixtures.accounts import an_account, signed_in
from tests.fixtures.answers import answering, bounce_of, mail_with, taken_in
from tests.fixtures.calendars import outbox, tell
from tests.fixtures.engagements import FIRST_DAY, Case, a_case, an_offer
from tests.fixtures.planning import a_free_expert

COMMENT = "I come by train"


@dataclass(frozen=True)
class Asked:
    """An offer whose mail was sent."""

    case: Case
    offer: Engagement
    invitation: bytes


@pytest.fixture
def asked(session: Session, now: dt.datetime) -> Asked:
    case = a_case(session)
    offer = an_offer(session, case, a_free_expert(session, roles={"DFE": 3}))
    tell(session, offer)
    (mail,) = outbox(session)
    mail.state, mail.attempts = OutboxState.SENT, 1
    session.flush()
    return Asked(case, offer, mail.message)


@pytest.fixture
def coordinator(session: Session, client: FlaskClient, asked: Asked) -> FlaskClient:
    return signed_in(client, an_account(session, Role.COORDINATOR))


def _says_yes(session: Session, asked: Asked) -> None:
    taken_in(session, answering(asked.invitation, more=(f"COMMENT:{COMMENT}",)))
    session.commit()


def test_the_need_shows_where_an_answer_was_given(
    session: Session, coordinator: FlaskClient, asked: Asked, now: dt.datetime
) -> None:
    actor = Actor(frozenset({Role.EXPERT}), expert_id=asked.offer.expert_id)
    standing = lock_own(session, asked.offer.id, actor=actor)
    answer_own(session, standing, Partstat.TENTATIVE, now=now)
    session.commit()

    page = coordinator.get(f"/needs/{asked.case.need.id}?lang=en").get_data(as_text=True)

    assert "by a program with a token" in page


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_the_log_shows_what_came_and_what_became_of_it(
    session: Session, coordinator: FlaskClient, asked: Asked, lang: str
) -> None:
    _says_yes(session, asked)

    page = coordinator.get(f"/answers?lang={lang}&verdict=needs_desk").get_data(as_text=True)

    assert COMMENT in page
    assert asked.offer.expert.email in page


def test_the_need_shows_the_answer_the_delivery_and_what_needs_a_person(
    session: Session, coordinator: FlaskClient, asked: Asked
) -> None:
    _says_yes(session, asked)
    taken_in(session, bounce_of(asked.invitation), place="maildir:2")
    session.commit()

    page = coordinator.get(f"/needs/{asked.case.need.id}?lang=en").get_data(as_text=True)

    shown = ("Said yes", "by calendar mail", "bounced (5.1.1)", "conflict card is not clear yet", COMMENT)
    assert [words for words in shown if words not in page] == []


def test_what_was_looked_at_is_off_the_list(session: Session, coordinator: FlaskClient, asked: Asked) -> None:
    _says_yes(session, asked)
    mail = taken_in(session, answering(asked.invitation, "DELEGATED"), place="maildir:2")
    session.commit()
    assert mail is not None

    answer = coordinator.post(f"/answers/{mail.id}/looked", data={"need_id": str(asked.case.need.id)})

    act_as(session, SYSTEM)
    assert (answer.status_code, answer.location) == (302, f"/needs/{asked.case.need.id}")
    assert list(session.scalars(sa.select(DeskLook.inbox_id))) == [mail.id]


def test_mail_that_is_about_no_event_is_shown_to_administrators_only(
    session: Session, client: FlaskClient, coordinator: FlaskClient, asked: Asked
) -> None:
    taken_in(session, mail_with(b"x", "REPLY", sender="stranger@b.example", to="desk@expertpool.example"))
    session.commit()

    assert "stranger@b.example" not in coordinator.get("/answers").get_data(as_text=True)
    admin = signed_in(client, an_account(session, Role.ADMIN, ministry=None))
    assert "stranger@b.example" in admin.get("/answers").get_data(as_text=True)


def test_coordinators_elsewhere_see_nothing_of_it(
    session: Session, client: FlaskClient, asked: Asked
) -> None:
    _says_yes(session, asked)
    mail = taken_in(session, answering(asked.invitation, "DELEGATED"), place="maildir:2")
    browser = signed_in(client, an_account(session, Role.COORDINATOR, ministry="KFTC"))

    assert mail is not None
    assert COMMENT not in browser.get("/answers").get_data(as_text=True)
    assert browser.post(f"/answers/{mail.id}/looked").status_code == 404
    assert browser.get(f"/sessions/{asked.case.session_id}/times").status_code == 404


def _proposed(session: Session, asked: Asked) -> dt.datetime:
    start = clock.now() + FIRST_DAY + dt.timedelta(hours=2)
    times = (f"DTSTART:{start:%Y%m%dT%H%M%SZ}", "DURATION:PT2H")
    taken_in(session, answering(asked.invitation, "TENTATIVE", method="COUNTER", more=times))
    session.commit()
    return start


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_a_proposed_time_is_on_the_desk_and_can_be_taken(
    session: Session, coordinator: FlaskClient, asked: Asked, lang: str
) -> None:
    start = _proposed(session, asked)
    path = f"/sessions/{asked.case.session_id}/times"

    assert path in coordinator.get(f"/desk?lang={lang}").get_data(as_text=True)
    assert start.isoformat() in coordinator.get(f"{path}?lang={lang}").get_data(as_text=True)
    answer = coordinator.post(path, data={"start": start.isoformat()})

    act_as(session, SYSTEM)
    session.refresh(asked.offer)
    assert answer.location == f"/needs/{asked.case.need.id}"
    assert asked.offer.sessions[0].start == start


def test_a_proposal_is_declined_on_the_page(session: Session, coordinator: FlaskClient, asked: Asked) -> None:
    _proposed(session, asked)
    act_as(session, SYSTEM)
    (proposal,) = session.scalars(sa.select(CounterProposal))

    answer = coordinator.post(f"/proposals/{proposal.id}/decline")

    act_as(session, SYSTEM)
    session.refresh(proposal)
    assert (answer.status_code, proposal.state) == (302, ProposalState.DECLINED)


def test_a_time_that_was_not_offered_moves_nothing(
    session: Session, coordinator: FlaskClient, asked: Asked
) -> None:
    path = f"/sessions/{asked.case.session_id}/times"

    for start in ("", "soon", "2026-12-01T10:00", "2030-01-01T00:00:00+00:00"):
        assert coordinator.post(path, data={"start": start}).location == path

    act_as(session, SYSTEM)
    session.refresh(asked.offer)
    assert asked.offer.sessions[0].start == clock.now() + FIRST_DAY
