"""Answers survive kill -9 of their reader: each mail is one row, each no frees its seat once."""

import datetime as dt
import mailbox
import os
import random
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import pytest
import sqlalchemy as sa

from expertpool import create_app
from expertpool.calendars.models import HeardMessage, InboxMail
from expertpool.config import Settings, variable
from expertpool.engagements.models import Engagement
from expertpool.engagements.rules import EngagementState
from expertpool.infra import clock
from expertpool.infra.db import db, unit_of_work
from expertpool.infra.embedded import EmbeddedServer
from expertpool.infra.identity import SYSTEM
from tests.conftest import Database, settings_for
from tests.fixtures.answers import answering, mail_with
from tests.fixtures.calendars import outbox, tell
from tests.fixtures.engagements import a_case, an_offer
from tests.fixtures.experts import an_expert

pytestmark = pytest.mark.faults

EXPERTS, KILLS = 4, 5


def _mails() -> tuple[list[uuid.UUID], list[bytes]]:
    """Offers, and for each a perhaps, a no, and the no again; with mail that is no answer in between."""
    offers, mails = [], []
    with unit_of_work(SYSTEM) as session:
        for _ in range(EXPERTS):
            offer = an_offer(session, a_case(session), an_expert(session, roles={"DFE": 3}))
            tell(session, offer)
            invitation = outbox(session)[-1].message
            times = [clock.now() + dt.timedelta(seconds=each) for each in (1, 2)]
            no = answering(invitation, "DECLINED", at=times[1])
            mails += [answering(invitation, "TENTATIVE", at=times[0]), no, no]
            mails.append(mail_with(b"x", "REPLY", sender="a@b.example", to="desk@expertpool.example"))
            offers.append(offer.id)
    return offers, mails


def _read_and_kill(settings: Settings, mails: list[bytes], left: Callable[[], int]) -> None:
    chance = random.Random(1)
    names = ("database_url", "owner_database_url", "secret_key", "password_salt", "inbox_dir")
    environ = os.environ | {variable(name): str(getattr(settings, name)) for name in names}
    command = [sys.executable, "-m", "tests.faults.inbox_reader"]
    box = mailbox.Maildir(settings.inbox_dir)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environ) as forks:
        assert forks.stdin is not None
        assert forks.stdout is not None
        assert forks.stdout.readline() == b"ready\n"
        for number in range(KILLS + 1):
            for mail in mails[number :: KILLS + 1]:
                box.add(mail)
            forks.stdin.write(b"\n")
            forks.stdin.flush()
            reader = int(forks.stdout.readline())
            if number < KILLS:
                time.sleep(chance.uniform(0.02, 0.25))
            else:
                for _ in range(600):
                    if not left():
                        break
                    time.sleep(0.05)
            os.kill(reader, signal.SIGKILL)
        forks.stdin.close()


def test_killing_the_reader_loses_and_repeats_nothing(
    server: EmbeddedServer, new_database: Callable[[], Database], tmp_path: Path
) -> None:
    inbox = tmp_path / "inbox"
    settings = settings_for(server, new_database().name, inbox_dir=inbox)
    with create_app(settings).app_context():
        with patch.object(clock, "now", lambda: dt.datetime.now(dt.UTC) - dt.timedelta(minutes=1)):
            offers, mails = _mails()

        _read_and_kill(settings, mails, lambda: len(list((inbox / "new").iterdir())))

        with unit_of_work(SYSTEM) as session:
            rows = session.scalar(sa.select(sa.func.count()).select_from(InboxMail))
            states = set(session.scalars(sa.select(Engagement.state).where(Engagement.id.in_(offers))))
            query = sa.select(HeardMessage.event_id).where(HeardMessage.content == "DECLINED")
            heard = session.scalars(query).all()
            repairs = session.scalar(
                sa.text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'planning.repair_seat'")
            )
        db.session.remove()
        db.engine.dispose()
    assert (rows, states) == (len(mails), {EngagementState.DECLINED})
    assert (len(heard), len(set(heard)), repairs) == (EXPERTS, EXPERTS, EXPERTS)
