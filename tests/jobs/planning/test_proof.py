"""The proof of a waiver through the real child process and real commits."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from expertpool.conflicts.models import Waiver
from expertpool.conflicts.rules.proofs import ProofState
from expertpool.conflicts.rules.waivers import WaiverState
from expertpool.infra.db import unit_of_work
from expertpool.infra.embedded import EmbeddedServer
from expertpool.infra.identity import SYSTEM
from expertpool.planning import jobs
from expertpool.planning.jobs import proof
from expertpool.planning.jobs.solver import SolverFailed
from expertpool.planning.rules import Trouble
from tests.conftest import Database
from tests.fixtures.conflict_process import a_tied_case, a_waiver
from tests.fixtures.own_app import own_app

pytestmark = pytest.mark.usefixtures("now")


@pytest.fixture
def committing(server: EmbeddedServer, new_database: Callable[[], Database]) -> Iterator[Flask]:
    with own_app(server, new_database) as app:
        yield app


@pytest.mark.usefixtures("committing")
def test_the_job_keeps_a_proof_and_a_search_that_fails_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with unit_of_work(SYSTEM) as session:
        waiver_id = a_waiver(session, a_tied_case(session)).id

    def fails(*_: object, **__: object) -> str:
        raise SolverFailed(Trouble.CRASHED)

    states = []
    for broken in (False, True):
        if broken:
            monkeypatch.setattr(proof, "searching", fails)
        jobs.prove_waiver(str(waiver_id))
        with unit_of_work(SYSTEM) as session:
            waiver = session.get_one(Waiver, waiver_id)
            states.append((waiver.state, waiver.proof, waiver.proof_plan_digest is not None))
            waiver.proof = ProofState.ASKED

    assert states == [
        (WaiverState.REQUESTED, ProofState.STANDS, True),
        (WaiverState.REQUESTED, ProofState.UNDECIDED, True),
    ]
