"""Thirty-two clients book one expert over HTTP at once; nobody is ever booked twice.

The harness is `bench/booking.py`; the last test shows that it would notice.
"""

import threading
from collections.abc import Callable
from dataclasses import replace

import psycopg
import pytest
import sqlalchemy as sa
from flask import Flask

from bench.booking import Fight, Watch, audit_of, fight_over, prepare, served
from expertpool import create_app
from expertpool.availability.rules import Span
from expertpool.availability.service import hold_time
from expertpool.infra.db import db, unit_of_work
from expertpool.infra.embedded import EmbeddedServer
from expertpool.infra.identity import SYSTEM
from expertpool.refusals import Conflicting
from tests.conftest import Database, settings_for
from tests.fixtures.engagements import a_case, a_proposal
from tests.fixtures.experts import an_expert

pytestmark = pytest.mark.faults

CLIENTS = 32
ATTEMPTS = 240


@pytest.fixture
def database(new_database: Callable[[], Database]) -> Database:
    return new_database()


def test_nobody_is_booked_twice(database: Database) -> None:
    fight: Fight = prepare(database.app_url, database.owner_url, seats=30)

    with served(database.app_url, database.owner_url) as url, Watch(database.owner_url) as watch:
        tally = fight_over(replace(fight, url=url), clients=CLIENTS, attempts=ATTEMPTS, seed=7)
    overlaps, drift = audit_of(database.owner_url)

    assert tally.faults == []
    assert tally.attempts == ATTEMPTS
    assert tally.accepted > 0
    assert tally.refused["TIME-01"] > 0
    assert (watch.most, overlaps, drift) == (0, 0, 0)


@pytest.fixture
def scratch(server: EmbeddedServer, database: Database) -> Flask:
    return create_app(settings_for(server, database.name))


ROUNDS = 3


def _without_lock(app: Flask) -> int:
    """In each round all threads take one span of one expert after the usual check, but without the lock.

    Gives how many were let through.
    """
    with app.app_context():
        with unit_of_work(SYSTEM) as session:
            case, expert = a_case(session), an_expert(session)
            engagement = a_proposal(session, case, expert)
            hold = engagement.holds[0]
            facts = (expert.id, engagement.id, hold.session_id, engagement.sessions[0])
        db.session.remove()
    taken: list[Span] = []
    barrier = threading.Barrier(CLIENTS)

    def take() -> None:
        expert_id, engagement_id, session_id, first = facts
        for turn in range(1, ROUNDS + 1):
            span = Span(first.start + turn * first.length, first.end + turn * first.length)
            barrier.wait()
            try:
                with app.app_context(), unit_of_work(SYSTEM) as session:
                    hold_time(
                        session,
                        expert_id=expert_id,
                        engagement_id=engagement_id,
                        sessions=[(session_id, span, None)],
                    )
                taken.append(span)
            except (Conflicting, sa.exc.OperationalError):
                continue

    threads = [threading.Thread(target=take) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        db.engine.dispose()
    return len(taken)


def test_the_constraint_alone_still_lets_nobody_be_booked_twice(database: Database, scratch: Flask) -> None:
    taken = _without_lock(scratch)

    assert taken == ROUNDS
    assert audit_of(database.owner_url)[0] == 0


def test_the_harness_sees_overlaps_when_lock_and_constraint_are_gone(
    database: Database, scratch: Flask
) -> None:
    with psycopg.connect(database.owner_url.replace("+psycopg", "")) as owner:
        owner.execute("ALTER TABLE hold DROP CONSTRAINT ex_hold_expert_id_during")

    taken = _without_lock(scratch)

    assert taken > ROUNDS
    assert audit_of(database.owner_url)[0] > 0
