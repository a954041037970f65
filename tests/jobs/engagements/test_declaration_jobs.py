"""The reminder of a declaration that is owed, and what the minute's round does when it never comes."""

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from expertpool.engagements import jobs
from expertpool.engagements.rules import DECLARED_WITHIN
from expertpool.infra import clock
from tests.fixtures.calendars import MailServer, read_mail
from tests.fixtures.engagements import (
    PARTIES,
    PURPOSE,
    SUMMARY,
    TITLE,
    a_pledge,
    an_offer,
    an_urgent_case,
)
from tests.fixtures.experts import an_expert


def test_who_owes_a_declaration_is_reminded_by_mail_and_then_shut_out(
    session: Session, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    expert = an_expert(session, email="expert@univ.example", language="en")
    engagement = a_pledge(session, an_offer(session, an_urgent_case(session), expert))
    session.commit()
    server = MailServer()

    jobs.send_reminder(engagement.id, server)
    monkeypatch.setattr(clock, "now", lambda: now + DECLARED_WITHIN + dt.timedelta(minutes=1))
    for _ in range(2):
        jobs.lapse()
    session.refresh(engagement)

    ((recipient, raw),) = server.taken
    payload = read_mail(raw).get_payload(decode=True)
    assert isinstance(payload, bytes)
    text = payload.decode()
    assert recipient == "expert@univ.example"
    assert f"/me/offers/{engagement.id}" in text
    assert "24 Nov 2026, 09:00" in text
    assert not any(secret in text for secret in (*PARTIES, PURPOSE, SUMMARY, TITLE))
    assert engagement.paused_at == clock.now()
