"""Senders to be killed: `python -m tests.faults.outbox_sender [naive]` forks one for each line it reads.

It answers with the sender's process id, and reads on when that one is gone: forking spares each the start.
"""

import datetime as dt
import email.utils
import os
import re
import sys
import time

import sqlalchemy as sa
from flask import Flask

from expertpool import create_app
from expertpool.calendars import jobs
from expertpool.calendars.models import OutboxMail
from expertpool.calendars.rules import OutboxState, SendingPolicy
from expertpool.config import settings_of_app
from expertpool.infra import mail
from expertpool.infra.db import unit_of_work
from expertpool.infra.identity import SYSTEM

# As patient as the service in proportion to its server: the lease outlasts every step that may time out.
POLICY = SendingPolicy(
    lease=dt.timedelta(seconds=4),
    first_retry=dt.timedelta(milliseconds=50),
    longest_retry=dt.timedelta(milliseconds=400),
    most_attempts=1000,
)
TIMEOUT_SECONDS = 1.0


def send_naively(server: mail.Transport) -> int:
    """What the outbox is there to prevent: a fresh Message-ID at each try, no lease, no order."""
    due = sa.select(OutboxMail).where(OutboxMail.state == OutboxState.QUEUED)
    with unit_of_work(SYSTEM) as session:
        mails = list(session.scalars(due.limit(5).execution_options(populate_existing=True)))
    for queued in mails:
        fresh = f"Message-ID: {email.utils.make_msgid(domain='naive.example')}".encode()
        message = re.sub(rb"(?m)^Message-ID: [^\r]+", fresh, queued.message, count=1)
        try:
            server.send(message, sender="desk@expertpool.example", recipient=queued.recipient)
        except mail.Undeliverable as error:
            state = OutboxState.FAILED if error.permanent else OutboxState.QUEUED
        else:
            state = OutboxState.SENT
        with unit_of_work(SYSTEM) as session:
            session.execute(sa.update(OutboxMail).where(OutboxMail.id == queued.id).values(state=state))
    return len(mails)


def send_until_killed(app: Flask, *, naive: bool) -> None:
    """Hand over what is due, again and again."""
    with app.app_context():
        server = mail.transport(settings_of_app())
        while True:
            if not (send_naively(server) if naive else jobs.send_due(server, policy=POLICY)):
                time.sleep(0.02)


def main() -> None:
    """Fork a sender for each line."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what is logged must not be taken for an answer
    mail.TIMEOUT_SECONDS = TIMEOUT_SECONDS
    app = create_app()
    answers.write("ready\n")
    answers.flush()
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            send_until_killed(app, naive=sys.argv[1:] == ["naive"])
        answers.write(f"{child}\n")
        answers.flush()
        os.waitpid(child, 0)


if __name__ == "__main__":
    main()
