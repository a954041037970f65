"""Commit a run's plan, but kill this very process before its n-th SQL statement of the commit.

Arguments: application URL, owner URL, run, number of the statement, and 1 to commit after every seat.
"""

import os
import signal
import sys
import uuid
from typing import Any

import sqlalchemy as sa

from expertpool import create_app
from expertpool.config import Settings
from expertpool.engagements import service as engagements
from expertpool.infra import clock
from expertpool.infra.db import db, unit_of_work
from expertpool.infra.identity import SYSTEM
from expertpool.planning import service
from expertpool.planning.models import PlanRun
from expertpool.planning.rules import LEASE, RunState
from tests.conftest import NOW
from tests.fixtures.planning import committed, solved


def main() -> None:
    """Take the run up, solve it here, and commit it under fire."""
    database_url, owner_url, run_id, die_at, per_row = sys.argv[1:]
    settings = Settings(
        database_url=database_url, owner_database_url=owner_url, secret_key="x" * 32, password_salt="x"
    )
    clock.now = lambda: NOW
    with create_app(settings).app_context():
        claim = _claimed(uuid.UUID(run_id))
        with unit_of_work(SYSTEM) as session:
            taken, plan = solved(session, session.get_one(PlanRun, claim.run_id))
        if per_row == "1":
            _commit_each()
        _die_before(int(die_at))
        with unit_of_work(SYSTEM) as session:
            committed(session, claim, taken, plan)


def _claimed(run_id: uuid.UUID) -> service.Claim:
    """The run, as if the worker before had died long ago and often."""
    with unit_of_work(SYSTEM) as session:
        run = session.get_one(PlanRun, run_id)
        run.state, run.fence = RunState.QUEUED, min(run.fence, 1)
        session.flush()
        claim = service.take_up(session, run_id, now=NOW - LEASE)
    assert claim is not None
    return claim


def _commit_each() -> None:
    """What must not be done: every seat becomes real by itself."""
    propose = engagements.propose

    def and_commit(session: Any, **facts: Any) -> Any:
        made = propose(session, **facts)
        session.commit()
        return made

    engagements.propose = and_commit


def _die_before(number: int) -> None:
    seen = [0]

    def count(*_: object) -> None:
        seen[0] += 1
        if seen[0] == number:
            os.kill(os.getpid(), signal.SIGKILL)

    sa.event.listen(db.engine, "before_cursor_execute", count)


if __name__ == "__main__":
    main()
