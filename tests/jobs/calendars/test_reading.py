"""Reading a real Maildir: what is delivered is taken in once, whatever happens in between."""

import mailbox
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.calendars import jobs, service
from expertpool.calendars.jobs.mailboxes import Maildir
from expertpool.calendars.models import InboxMail
from expertpool.calendars.rules import Why
from expertpool.config import Settings, settings_of_app
from tests.fixtures.answers import answering, mail_with
from tests.fixtures.calendars import outbox, tell
from tests.fixtures.engagements import a_case, an_offer
from tests.fixtures.experts import an_expert


class Killed(BaseException):
    """What ends a process between two steps."""


class DiesAfterCommit(Maildir):
    """A mailbox whose reader is killed before it can move a mail away."""

    def settle(self, found: service.Found) -> None:
        raise Killed


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "inbox"


@pytest.fixture
def settings(session: Session) -> Settings:
    return settings_of_app()


def _deliver(folder: Path, *mails: bytes) -> None:
    box = mailbox.Maildir(folder)
    for mail in mails:
        box.add(mail)


def _answer(session: Session) -> bytes:
    offer = an_offer(session, a_case(session), an_expert(session, roles={"DFE": 3}))
    tell(session, offer)
    answer = answering(outbox(session)[-1].message, "TENTATIVE")
    session.commit()
    return answer


def _whys(session: Session) -> list[Why]:
    return list(session.scalars(sa.select(InboxMail.why).order_by(InboxMail.received_at, InboxMail.place)))


def test_delivered_mail_is_taken_in_and_moved_away(
    session: Session, now: object, folder: Path, settings: Settings
) -> None:
    _deliver(folder, _answer(session), b"From: a@b.example\r\n\r\nHello\r\n")

    assert jobs.take_all(Maildir(folder), settings) == 2

    assert sorted(_whys(session)) == [Why.ANSWERED, Why.FOREIGN_METHOD]
    assert len(list((folder / "cur").iterdir())) == 2
    assert jobs.take_all(Maildir(folder), settings) == 0


def test_a_reader_killed_after_the_commit_loses_and_repeats_nothing(
    session: Session, now: object, folder: Path, settings: Settings
) -> None:
    _deliver(folder, _answer(session))
    with pytest.raises(Killed):
        jobs.take_all(DiesAfterCommit(folder), settings)

    assert jobs.take_all(Maildir(folder), settings) == 0

    assert _whys(session) == [Why.ANSWERED]
    assert list((folder / "new").iterdir()) == []


def test_a_reader_killed_before_the_commit_leaves_the_mail(
    session: Session, now: object, folder: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    _deliver(folder, _answer(session))

    def dies(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr("expertpool.calendars.service.receiving._remember", dies)
        with pytest.raises(Killed):
            jobs.take_all(Maildir(folder), settings)
    assert _whys(session) == []

    assert jobs.take_all(Maildir(folder), settings) == 1
    assert _whys(session) == [Why.ANSWERED]


def test_a_mail_that_cannot_be_taken_in_keeps_nobody_waiting(
    session: Session, now: object, folder: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    _deliver(folder, *(mail_with(b"x", "REPLY", sender="a@b.example", to=f"{n}@d.example") for n in range(3)))
    take, seen = service.take, []

    def breaks_once(*args: Any, **facts: Any) -> object:
        seen.append(args)
        if len(seen) == 1:
            raise RuntimeError("broken")
        return take(*args, **facts)

    monkeypatch.setattr("expertpool.calendars.jobs.receiving.service.take", breaks_once)
    with pytest.raises(RuntimeError):
        jobs.take_all(Maildir(folder), settings)

    assert len(_whys(session)) == 2
    assert len(list((folder / "new").iterdir())) == 1


def test_too_large_a_mail_is_read_in_part_and_told_so(
    session: Session, now: object, folder: Path, settings: Settings
) -> None:
    _deliver(folder, b"From: a@b.example\r\n\r\n" + b"x" * (3 * 2**20))

    jobs.take_all(Maildir(folder), settings)

    (mail,) = session.scalars(sa.select(InboxMail))
    assert (mail.why, mail.octets > 3 * 2**20, len(mail.raw)) == (Why.UNREADABLE, True, 256 * 2**10)


def test_a_mailbox_that_is_not_there_holds_nothing(
    session: Session, tmp_path: Path, settings: Settings
) -> None:
    assert jobs.take_all(Maildir(tmp_path / "nowhere"), settings) == 0
