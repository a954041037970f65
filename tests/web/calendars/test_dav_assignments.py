"""Assignments in an expert's calendar program: read as they were told, answered there."""

import datetime as dt

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from expertpool.calendars.models import CounterProposal, InboxMail, SeatEvent
from expertpool.calendars.rules import Channel, Partstat, Why
from expertpool.engagements.models import Engagement
from expertpool.engagements.rules import CardAnswer, EngagementState
from expertpool.infra import clock
from tests.fixtures.calendars import tell
from tests.fixtures.dav import Program, a_program
from tests.fixtures.engagements import PARTIES, TITLE, a_card, a_case, a_yes, an_offer
from tests.fixtures.experts import an_expert


@pytest.fixture
def phone(session: Session, client: FlaskClient, now: dt.datetime) -> Program:
    return a_program(session, client, an_expert(session, roles={"DFE": 3}))


@pytest.fixture
def offer(session: Session, phone: Program) -> Engagement:
    made = an_offer(session, a_case(session), phone.expert)
    tell(session, made)
    session.commit()
    return made


def _assignment(phone: Program) -> tuple[str, bytes]:
    ((name, _),) = phone.sync("assignments")[0].items()
    return f"assignments/{name}", phone.ask("GET", f"assignments/{name}").data


def _event(session: Session, offer: Engagement) -> SeatEvent:
    query = sa.select(SeatEvent).where(SeatEvent.engagement_id == offer.id)
    return session.scalars(query.execution_options(populate_existing=True)).one()


def _moved(body: bytes, hours: int) -> bytes:
    start = dt.datetime(2026, 11, 30, 9)
    for old in (start, start + dt.timedelta(hours=2)):
        new = old + dt.timedelta(hours=hours)
        body = body.replace(f":{old:%Y%m%dT%H%M%S}".encode(), f":@{new:%Y%m%dT%H%M%S}".encode())
    return body.replace(b":@", b":")


def test_another_time_becomes_a_proposal_and_any_other_change_is_refused(
    session: Session, phone: Program, offer: Engagement
) -> None:
    path, body = _assignment(phone)

    renamed = phone.put(path, body.replace(b"SUMMARY:", b"SUMMARY:My "))
    moved = phone.put(path, _moved(body, 24))

    proposal = session.scalars(sa.select(CounterProposal)).one()
    assert (renamed.status_code, b"allowed-attendee-scheduling-object-change" in renamed.data) == (403, True)
    assert (moved.status_code, phone.ask("GET", path).data) == (204, body)
    assert proposal.starts_at == clock.now() + dt.timedelta(days=8)
    assert _event(session, offer).partstat is Partstat.NEEDS_ACTION
    assert [secret for secret in (TITLE, *PARTIES) if secret in body.decode()] == []


def test_a_no_in_the_program_declines_the_offer(session: Session, phone: Program, offer: Engagement) -> None:
    path, body = _assignment(phone)
    _, token = phone.sync("assignments")

    answer = phone.put(path, body.replace(b"NEEDS-ACTION", b"DECLINED"))

    session.refresh(offer)
    assert (answer.status_code, answer.headers.get("ETag")) == (204, None)
    assert (offer.state, _event(session, offer).answered_via) == (EngagementState.DECLINED, Channel.CALDAV)
    assert len(phone.sync("assignments", token)[0]) == 1


def test_a_yes_counts_once_the_card_is_clear_and_deleting_then_changes_nothing(
    session: Session, phone: Program, offer: Engagement
) -> None:
    path, body = _assignment(phone)
    yes = body.replace(b"NEEDS-ACTION", b"ACCEPTED")

    early = phone.put(path, yes)
    session.refresh(offer)
    assert (early.status_code, offer.state) == (204, EngagementState.OFFERED)
    assert b"PARTSTAT=ACCEPTED" in phone.ask("GET", path).data

    phone.put(path, yes.replace(b"ACCEPTED", b"TENTATIVE"))
    a_card(session, offer, CardAnswer.NONE)
    session.commit()
    phone.put(path, yes)
    deleted = [phone.ask("DELETE", path).status_code for _ in range(2)]

    session.commit()
    session.refresh(offer)
    assert (deleted, offer.state) == ([403, 403], EngagementState.CONFIRMED)
    assert phone.ask("GET", path).status_code == 200
    session.commit()
    assert set(session.scalars(sa.select(InboxMail.why))) == {Why.CARD_FIRST, Why.TAKEN_BACK}
    assert session.scalar(sa.select(sa.func.count()).select_from(InboxMail)) == 2


def test_deleting_an_open_invitation_declines_it_and_it_stays_away(
    session: Session, phone: Program, offer: Engagement
) -> None:
    path, _ = _assignment(phone)
    _, token = phone.sync("assignments")

    answer = phone.ask("DELETE", path)

    session.refresh(offer)
    tell(session, offer)
    session.commit()
    assert (answer.status_code, offer.state) == (204, EngagementState.DECLINED)
    assert phone.ask("GET", path).status_code == 404
    assert phone.sync("assignments")[0] == {}
    assert list(phone.sync("assignments", token)[0].values()) == ["404"]


def test_deleting_without_an_answer_leaves_an_open_invitation_open(
    session: Session, phone: Program, offer: Engagement
) -> None:
    path, body = _assignment(phone)

    answer = phone.ask("DELETE", path, headers={"Schedule-Reply": "F"})

    session.refresh(offer)
    assert (answer.status_code, offer.state) == (403, EngagementState.OFFERED)
    assert phone.ask("GET", path).data == body


@pytest.mark.parametrize(("agreed", "kind"), [(False, b"BUSY-TENTATIVE"), (True, b"BUSY")])
def test_what_is_only_asked_for_is_told_as_perhaps_taken(
    session: Session, phone: Program, agreed: bool, kind: bytes
) -> None:
    case = a_case(session)
    tell(session, a_yes(session, case, phone.expert) if agreed else an_offer(session, case, phone.expert))
    session.commit()
    body = (
        '<C:free-busy-query xmlns:C="urn:ietf:params:xml:ns:caldav">'
        '<C:time-range start="20261129T000000Z" end="20261202T000000Z"/></C:free-busy-query>'
    )

    answer = phone.ask("REPORT", "assignments/", body)

    told = [line for line in answer.data.splitlines() if line.startswith(b"FREEBUSY")]
    assert told == [b"FREEBUSY;FBTYPE=" + kind + b":20261130T000000Z/20261130T020000Z"]
