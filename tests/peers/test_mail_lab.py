"""Invitations and answers through real mail servers, there and back."""

import datetime as dt
from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.calendars import jobs
from expertpool.calendars.jobs.mailboxes import Imap, MailTrouble
from expertpool.calendars.models import InboxMail
from expertpool.calendars.rules import POLICY, OutboxState, Why
from expertpool.calendars.service import Found
from expertpool.config import Settings
from expertpool.engagements.models import Engagement
from expertpool.engagements.rules import EngagementState
from expertpool.infra.mail import SmtpTransport
from tests.fixtures.answers import DESK, answering, mail_with
from tests.fixtures.calendars import calendar_of, outbox, tell
from tests.fixtures.engagements import a_case, an_offer
from tests.fixtures.experts import an_expert
from tests.fixtures.mail_lab import Lab, mails_in, until

pytestmark = [
    pytest.mark.peers,
    pytest.mark.peer("OpenSMTPD + Dovecot", "invitations out, answers and bounces in"),
]


class Killed(BaseException):
    """What ends a process between two steps."""


def _offer(session: Session, address: str) -> Engagement:
    expert = an_expert(session, roles={"DFE": 3})
    expert.email = address
    offer = an_offer(session, a_case(session), expert)
    tell(session, offer)
    session.commit()
    return offer


def _whys(session: Session) -> list[Why]:
    return list(session.scalars(sa.select(InboxMail.why).order_by(InboxMail.received_at)))


def test_an_invitation_is_answered_through_real_servers(
    session: Session, now: dt.datetime, lab: Lab, post: SmtpTransport, settings: Settings
) -> None:
    offer = _offer(session, "expert@univ.example")
    jobs.send_due(post, policy=POLICY)
    until(lambda: len(mails_in(lab, "expert")))
    (invitation,) = mails_in(lab, "expert")

    post.send(answering(invitation, "DECLINED"), sender="expert@univ.example", recipient=_to(invitation))
    until(lambda: len(mails_in(lab, "desk")))
    taken = jobs.take_all(Imap(lab.imap_url("desk")), settings)

    session.refresh(offer)
    assert (taken, _whys(session), offer.state) == (1, [Why.ANSWERED], EngagementState.DECLINED)
    assert (len(mails_in(lab, "desk")), len(mails_in(lab, "desk", "Expertpool"))) == (0, 1)


def _to(invitation: bytes) -> str:
    return str(calendar_of(invitation)[1]["ORGANIZER"]).removeprefix("mailto:")


def test_a_mail_that_comes_back_from_a_real_server_makes_the_delivery_failed(
    session: Session, now: dt.datetime, lab: Lab, post: SmtpTransport, settings: Settings
) -> None:
    _offer(session, "nobody-here@gone.example")
    jobs.send_due(post, policy=POLICY)
    assert outbox(session)[0].state is OutboxState.SENT

    until(lambda: len(mails_in(lab, "desk")))
    jobs.take_all(Imap(lab.imap_url("desk")), settings)

    (mail,) = outbox(session)
    assert _whys(session) == [Why.BOUNCED]
    assert mail.state is OutboxState.FAILED
    assert mail.trouble.startswith("bounced (5.")


def test_a_reader_killed_before_moving_the_mail_does_nothing_twice(
    session: Session, now: dt.datetime, lab: Lab, post: SmtpTransport, settings: Settings
) -> None:
    class DiesAfterCommit(Imap):
        def settle(self, found: Found) -> None:
            raise Killed

    post.send(mail_with(b"x", "REPLY", sender="a@b.example", to=DESK), sender="a@b.example", recipient=DESK)
    until(lambda: len(mails_in(lab, "desk")))
    with pytest.raises(Killed):
        jobs.take_all(DiesAfterCommit(lab.imap_url("desk")), settings)

    assert jobs.take_all(Imap(lab.imap_url("desk")), settings) == 0

    assert len(_whys(session)) == 1
    assert (len(mails_in(lab, "desk")), len(mails_in(lab, "desk", "Expertpool"))) == (0, 1)


def test_a_large_mail_is_fetched_in_part(
    session: Session, now: dt.datetime, lab: Lab, post: SmtpTransport, settings: Settings
) -> None:
    large = b"From: a@b.example\r\nTo: desk@expertpool.example\r\n\r\n" + (b"x" * 70 + b"\r\n") * 45_000
    post.send(large, sender="a@b.example", recipient=DESK)
    until(lambda: len(mails_in(lab, "desk")))

    jobs.take_all(Imap(lab.imap_url("desk")), settings)

    (mail,) = session.scalars(sa.select(InboxMail))
    assert (mail.why, mail.octets > 3_000_000) == (Why.UNREADABLE, True)


def test_another_folder_can_be_read_and_filled(
    session: Session, now: dt.datetime, lab: Lab, post: SmtpTransport, settings: Settings
) -> None:
    post.send(mail_with(b"x", "REPLY", sender="a@b.example", to=DESK), sender="a@b.example", recipient=DESK)
    until(lambda: len(mails_in(lab, "desk")))

    jobs.take_all(Imap(lab.imap_url("desk", "?done=Taken%20in")), settings)

    assert len(mails_in(lab, "desk", '"Taken in"')) == 1


@pytest.mark.parametrize("url", ["imap://desk:wrong@127.0.0.1:{port}", "imap://desk:lab@127.0.0.1:1"])
def test_a_mailbox_that_does_not_open_is_told_without_secrets(
    session: Session, lab: Lab, settings: Settings, url: str
) -> None:
    with pytest.raises(MailTrouble) as trouble:
        jobs.take_all(Imap(url.format(port=lab.imap)), replace(settings, imap_url=url))

    assert "wrong" not in str(trouble.value)
