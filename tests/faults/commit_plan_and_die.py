"""Commit plans in forked processes that kill themselves before their n-th SQL statement.

Arguments: application URL, owner URL, `whole` or `per_row` (commit after every seat), then the numbers n.
Prints one line of JSON: for each n what the child left behind, and how it ended.
"""

import json
import os
import signal
import sys
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool import create_app
from expertpool.availability.models import ExpertWeek, Hold
from expertpool.config import Settings
from expertpool.engagements import service as engagements
from expertpool.engagements.models import Engagement
from expertpool.engagements.rules import LIVE
from expertpool.incidents.models import Need
from expertpool.incidents.rules import NeedState
from expertpool.infra import clock
from expertpool.infra.db import db, unit_of_work
from expertpool.infra.identity import SYSTEM
from expertpool.planning.models import PlanRun
from expertpool.planning.rules import RunState
from tests.conftest import NOW
from tests.fixtures.planning import a_claim, a_pool, a_run, committed, solved


def main() -> None:
    """Fork, kill, look, and again. A run whose plan left something behind is followed by a new one."""
    database_url, owner_url, way, *numbers = sys.argv[1:]
    settings = Settings(
        database_url=database_url, owner_database_url=owner_url, secret_key="x" * 32, password_salt="x"
    )
    clock.now = lambda: NOW
    if way == "per_row":
        _commit_each_seat()
    found = []
    with create_app(settings).app_context():
        ready = _ready()
        for number in numbers:
            status = _forked(ready, int(number))
            left = _left_behind(ready[0].run_id)
            found.append({"killed": os.WIFSIGNALED(status), "left": left})
            if any(left.values()):
                ready = _ready()
    sys.stdout.write(json.dumps(found) + "\n")


def _ready() -> tuple[Any, Any, Any]:
    """A claimed run with its snapshot and plan."""
    with unit_of_work(SYSTEM) as session:
        a_pool(session, 4)
        run = a_run(session)
        claim = a_claim(session, run)
    with unit_of_work(SYSTEM) as session:
        return claim, *solved(session, session.get_one(PlanRun, claim.run_id))


def _forked(ready: tuple[Any, Any, Any], number: int) -> int:
    """How a child ended that died before its `number`th statement, or committed before that."""
    db.session.remove()
    db.engine.dispose()
    child = os.fork()
    if child == 0:
        _die_before(number)
        with unit_of_work(SYSTEM) as session:
            committed(session, *ready)
        os._exit(0)
    return os.waitpid(child, 0)[1]


def _die_before(number: int) -> None:
    seen = [0]

    def count(*_: object) -> None:
        seen[0] += 1
        if seen[0] == number:
            os.kill(os.getpid(), signal.SIGKILL)

    sa.event.listen(db.engine, "before_cursor_execute", count)
    sa.event.listen(db.engine, "commit", count)


def _commit_each_seat() -> None:
    """What must not be done: every seat becomes real by itself."""
    propose = engagements.propose

    def and_commit(session: Session, **facts: Any) -> Any:
        made = propose(session, **facts)
        session.commit()
        return made

    engagements.propose = and_commit


def _left_behind(run_id: uuid.UUID) -> dict[str, int]:
    """How much of the plan is there."""
    with unit_of_work(SYSTEM) as session:
        run = session.get_one(PlanRun, run_id, populate_existing=True)
        need = session.get_one(Need, run.need_id, populate_existing=True)
        live = sa.select(Engagement.id).where(Engagement.need_id == need.id, Engagement.state.in_(LIVE))
        experts = sa.select(Engagement.expert_id).where(Engagement.need_id == need.id)
        held = sa.select(sa.func.count()).where(Hold.live, Hold.engagement_id.in_(live))
        weeks = sa.select(sa.func.count()).where(ExpertWeek.used_minutes > 0)
        return {
            "engagements": len(session.scalars(live).all()),
            "holds": session.scalar(held) or 0,
            "weeks": session.scalar(weeks.where(ExpertWeek.expert_id.in_(experts))) or 0,
            "proposed": int(run.state is RunState.PROPOSED),
            "need": int(need.state is NeedState.PROPOSED),
        }


if __name__ == "__main__":
    main()
