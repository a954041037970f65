"""Readers of answers, to be killed: `python -m tests.faults.inbox_reader` forks one for each line it reads.

It answers with the reader's process id, and reads on when that one is gone.
"""

import os
import sys
import time

from flask import Flask

from expertpool import create_app
from expertpool.calendars import jobs
from expertpool.calendars.jobs.mailboxes import Maildir
from expertpool.config import settings_of_app


def read_until_killed(app: Flask) -> None:
    """Take in what is delivered, again and again."""
    with app.app_context():
        settings = settings_of_app()
        while True:
            jobs.take_all(Maildir(settings.inbox_dir), settings)
            time.sleep(0.01)


def main() -> None:
    """Fork a reader for each line."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what is logged must not be taken for an answer
    app = create_app()
    answers.write("ready\n")
    answers.flush()
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            read_until_killed(app)
        answers.write(f"{child}\n")
        answers.flush()
        os.waitpid(child, 0)


if __name__ == "__main__":
    main()
