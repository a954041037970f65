"""Being told of new mail by a real IMAP server, and stopping."""

import functools
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from expertpool.calendars.jobs.mailboxes import Imap
from expertpool.infra.embedded import EmbeddedServer
from expertpool.infra.mail import SmtpTransport
from tests.conftest import Database, settings_for
from tests.fixtures.answers import DESK, mail_with
from tests.fixtures.house import running_worker
from tests.fixtures.mail_lab import Lab, mails_in, until

pytestmark = [pytest.mark.peers, pytest.mark.peer("Dovecot", "IDLE: told of mail at once, stops when told")]


def _mail(post: SmtpTransport) -> None:
    post.send(mail_with(b"x", "REPLY", sender="a@b.example", to=DESK), sender="a@b.example", recipient=DESK)


def _taken(lab: Lab, count: int) -> bool:
    return len(mails_in(lab, "desk", "Expertpool")) == count


def test_a_mail_ends_the_waiting(lab: Lab, post: SmtpTransport) -> None:
    """Nobody asks in between: without being told, the next look were minutes away."""
    stop = threading.Event()
    news = Imap(lab.imap_url("desk")).news(stop)
    next(news)  # the look at the beginning

    for count in (1, 2, 3):
        threading.Timer(0.3, _mail, [post]).start()
        while len(mails_in(lab, "desk")) < count:
            next(news)

    stop.set()
    assert list(news) == []


def test_waiting_ends_when_told_to_stop(lab: Lab, post: SmtpTransport) -> None:
    stop = threading.Event()
    news = Imap(lab.imap_url("desk")).news(stop)
    next(news)
    threading.Timer(0.3, stop.set).start()

    assert list(news) == []


def test_a_worker_that_listens_takes_mail_in_and_stops_when_told(
    server: EmbeddedServer,
    new_database: Callable[[], Database],
    lab: Lab,
    post: SmtpTransport,
    tmp_path: Path,
) -> None:
    settings = settings_for(server, new_database().name, imap_url=lab.imap_url("desk"))

    with running_worker(settings, tmp_path / "worker.log") as worker:
        for count in (1, 2):
            _mail(post)
            until(functools.partial(_taken, lab, count), tries=600)

    assert worker.returncode == 0
