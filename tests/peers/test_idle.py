"""Being told of new mail by a real IMAP server, and stopping."""

import threading

import pytest

from expertpool.calendars.jobs.mailboxes import Imap
from expertpool.infra.mail import SmtpTransport
from tests.fixtures.answers import DESK, mail_with
from tests.fixtures.mail_lab import Lab

pytestmark = [pytest.mark.peers, pytest.mark.peer("Dovecot", "IDLE: told of mail at once, stops when told")]


def _mail(post: SmtpTransport) -> None:
    post.send(mail_with(b"x", "REPLY", sender="a@b.example", to=DESK), sender="a@b.example", recipient=DESK)


def test_a_mail_ends_the_waiting(lab: Lab, post: SmtpTransport) -> None:
    """Nobody asks in between: without being told, the next look were minutes away."""
    stop = threading.Event()
    news = Imap(lab.imap_url("desk")).news(stop)
    next(news)  # the look at the beginning

    for _ in range(3):
        threading.Timer(0.3, _mail, [post]).start()
        next(news)

    stop.set()
    assert list(news) == []


def test_waiting_ends_when_told_to_stop(lab: Lab, post: SmtpTransport) -> None:
    stop = threading.Event()
    threading.Timer(0.3, stop.set).start()

    assert len(list(Imap(lab.imap_url("desk")).news(stop))) == 1
