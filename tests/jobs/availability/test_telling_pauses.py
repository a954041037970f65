"""An expert hears by mail that a calendar is not read any more, and nothing about that calendar."""

import datetime as dt
from email.message import EmailMessage

import pytest
from sqlalchemy.orm import Session

from expertpool.availability import jobs, service
from expertpool.availability.models import ExternalCalendar
from expertpool.availability.rules.remote import CalendarState, Trouble
from expertpool.infra.mail import Undeliverable
from tests.fixtures.availability import SEALER, a_subscription
from tests.fixtures.calendars import MailServer, read_mail
from tests.fixtures.engagements import waiting_jobs
from tests.fixtures.experts import an_expert


def _paused(session: Session, now: dt.datetime, language: str = "ko") -> ExternalCalendar:
    """A calendar that could not be read three times in a row."""
    calendar = a_subscription(session, an_expert(session, email="expert@univ.example", language=language))
    for number in range(3):
        later = now + dt.timedelta(days=number)
        claimed = service.claim_reading(session, calendar.id, sealer=SEALER, now=later)
        assert claimed is not None
        service.record_failure(session, claimed, Trouble.NO_ANSWER, None, now=later)
    session.commit()
    return calendar


def _asked_at(calendar: ExternalCalendar) -> dt.datetime:
    assert calendar.asked_at is not None
    return calendar.asked_at


def _text(mail: EmailMessage) -> str:
    payload = mail.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_mail_leads_to_the_page_and_names_no_calendar(
    session: Session, now: dt.datetime, language: str
) -> None:
    calendar, server = _paused(session, now, language), MailServer()

    jobs.send_paused(calendar.id, _asked_at(calendar), server)

    ((recipient, raw),) = server.taken
    mail = read_mail(raw)
    said = f"{mail['Subject']} {_text(mail)}"
    assert recipient == "expert@univ.example"
    assert "/me/external-calendars" in said
    assert [
        secret for secret in (calendar.name, calendar.host, "private-3f9a") if secret in raw.decode() + said
    ] == []


def test_told_twice_it_is_the_same_mail(session: Session, now: dt.datetime) -> None:
    calendar, server = _paused(session, now), MailServer()

    for _ in range(2):
        jobs.send_paused(calendar.id, _asked_at(calendar), server)

    assert server.taken[0] == server.taken[1]


def test_whoever_mended_it_meanwhile_hears_nothing(session: Session, now: dt.datetime) -> None:
    calendar, server = _paused(session, now), MailServer()
    asked_at, calendar.state = _asked_at(calendar), CalendarState.ACTIVE
    session.commit()

    jobs.send_paused(calendar.id, asked_at, server)

    assert server.taken == []


def test_a_server_that_is_busy_is_asked_again_and_one_that_refuses_is_not(
    session: Session, now: dt.datetime
) -> None:
    calendar = _paused(session, now)
    busy = MailServer([Undeliverable("SMTP 451", permanent=False)])
    refusing = MailServer([Undeliverable("SMTP 550", permanent=True)])

    with pytest.raises(Undeliverable):
        jobs.send_paused(calendar.id, _asked_at(calendar), busy)
    jobs.send_paused(calendar.id, _asked_at(calendar), refusing)

    assert (busy.taken, refusing.taken) == ([], [])


def test_the_third_failure_asks_for_the_mail_once(session: Session, now: dt.datetime) -> None:
    calendar = _paused(session, now)

    asked_at = _asked_at(calendar).isoformat()
    assert waiting_jobs(session, "availability.tell_paused") == [
        {"calendar_id": str(calendar.id), "asked_at": asked_at}
    ]
