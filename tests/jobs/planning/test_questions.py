"""Questions and second looks from the queue to their end, through the real child process."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from flask import Flask

from expertpool.availability import service as availability
from expertpool.availability.rules import Leave
from expertpool.infra import clock
from expertpool.infra.db import unit_of_work
from expertpool.infra.embedded import EmbeddedServer
from expertpool.infra.identity import SYSTEM
from expertpool.planning import jobs, service
from expertpool.planning.models import PlanRun
from expertpool.planning.queries import QuestionView, question_view, run_page
from expertpool.planning.rules import QuestionKind, QuestionState, RunKind, RunState
from expertpool.planning.rules.differences import Change
from tests.conftest import Database
from tests.fixtures.own_app import own_app
from tests.fixtures.planning import a_pool, a_proposal_of, a_run, team

pytestmark = pytest.mark.usefixtures("now")


@pytest.fixture
def committing(server: EmbeddedServer, new_database: Callable[[], Database]) -> Iterator[Flask]:
    with own_app(server, new_database) as app:
        yield app


def proposed() -> PlanRun:
    with unit_of_work(SYSTEM) as session:
        a_pool(session, 6)
        return a_proposal_of(session, a_run(session))


def asked(run: PlanRun) -> uuid.UUID:
    with unit_of_work(SYSTEM) as session:
        kind = QuestionKind.ALTERNATIVES
        return service.ask(session, run.id, kind=kind, actor=SYSTEM, now=clock.now()).id


def answer_to(run: PlanRun, question_id: uuid.UUID) -> QuestionView:
    with unit_of_work(SYSTEM) as session:
        return question_view(session, run.id, question_id, actor=SYSTEM)


@pytest.mark.usefixtures("committing")
def test_a_question_is_answered_by_the_solvers_process() -> None:
    run = proposed()
    question_id = asked(run)

    jobs.answer(str(question_id))

    answer = answer_to(run, question_id)
    assert answer.state is QuestionState.ANSWERED
    assert len(answer.teams) == 3


def test_a_question_that_needs_too_much_memory_says_so(
    committing: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = proposed()
    question_id = asked(run)
    small = replace(committing.extensions["expertpool"], solver_memory_bytes=120 * 1024**2)
    monkeypatch.setitem(committing.extensions, "expertpool", small)

    jobs.answer(str(question_id))

    answer = answer_to(run, question_id)
    assert answer.state is QuestionState.FAILED
    assert answer.trouble is not None


@pytest.mark.usefixtures("committing")
def test_illness_of_somebody_not_asked_yet_ends_in_a_mended_team(now: dt.datetime) -> None:
    run = proposed()
    with unit_of_work(SYSTEM) as session:
        away = team(session, run.need_id)[0].expert_id
        leave = Leave(clock.seoul_date(now), clock.seoul_date(now + dt.timedelta(days=30)), "")
        availability.add_leave(session, away, leave=leave, actor=SYSTEM, now=now)

    jobs.recheck(str(away))
    with unit_of_work(SYSTEM) as session:
        repair = session.query(PlanRun).filter_by(need_id=run.need_id, kind=RunKind.REPAIR).one()
        repair.requested_at += dt.timedelta(minutes=1)
    jobs.solve(str(repair.id))

    with unit_of_work(SYSTEM) as session:
        page = run_page(session, repair.id, actor=SYSTEM)
        assert page.row.state is RunState.PROPOSED
        assert (page.changed[Change.KEPT], page.changed[Change.REPLACED]) == (1, 1)
        assert team(session, run.need_id)[0].expert_id != away
