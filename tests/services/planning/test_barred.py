"""A conflict comes to light while a plan is searched for or waits: nobody who is barred is kept or asked."""

import datetime as dt
import uuid
from typing import Any

import pytest
from sqlalchemy.orm import Session

from expertpool.conflicts.rules.dates import ImpreciseDate
from expertpool.engagements.rules import EngagementState
from expertpool.infra.identity import SYSTEM
from expertpool.planning.models import PlanRun
from expertpool.planning.queries import run_page
from expertpool.planning.rules import RunCause, RunKind, RunState
from expertpool.refusals import Stale
from expertpool.scheduling.vocabulary import Rule
from tests.fixtures.engagements import waiting_jobs
from tests.fixtures.planning import (
    a_pool,
    a_proposal_of,
    a_run,
    approved,
    team,
    works_for_the_other_side,
)

pytestmark = pytest.mark.usefixtures("now")


def is_tied(session: Session, run: PlanRun, now: dt.datetime, **which: Any) -> uuid.UUID:
    """The expert of the first seat turns out to stand near the other side."""
    expert_id = team(session, run.need_id)[0].expert_id
    works_for_the_other_side(session, run, expert_id, now, **which)
    return expert_id


def mending(session: Session, run: PlanRun) -> PlanRun | None:
    runs = session.query(PlanRun).filter_by(need_id=run.need_id, cause=RunCause.BARRED)
    return runs.one_or_none()


def test_a_proposal_with_somebody_barred_is_out_of_date_at_once_and_says_why(
    session: Session, now: dt.datetime
) -> None:
    a_pool(session, 4)
    run = a_proposal_of(session, a_run(session))

    barred = is_tied(session, run, now + dt.timedelta(minutes=1))

    page = run_page(session, run.id, actor=SYSTEM)
    (trouble,) = page.troubles
    assert (trouble.person.id, trouble.rules, trouble.asked) == (barred, (Rule.CONFLICT_BAR,), False)
    assert (page.mended_by and page.mended_by.cause) is RunCause.BARRED
    with pytest.raises(Stale):
        approved(session, run)


def test_the_repair_finds_somebody_else_and_keeps_the_rest(session: Session, now: dt.datetime) -> None:
    a_pool(session, 4)
    run = a_proposal_of(session, a_run(session))
    kept = team(session, run.need_id)[1].expert_id
    barred = is_tied(session, run, now + dt.timedelta(minutes=1))

    repair = mending(session, run)
    assert repair is not None
    a_proposal_of(session, repair)

    held = team(session, run.need_id)
    assert (repair.kind, repair.state) == (RunKind.REPAIR, RunState.PROPOSED)
    assert (held[0].expert_id != barred, held[1].expert_id == kept) == (True, True)


def test_what_may_be_waived_asks_for_another_look(session: Session, now: dt.datetime) -> None:
    a_pool(session, 4)
    run = a_proposal_of(session, a_run(session))

    expert_id = is_tied(session, run, now, left=ImpreciseDate(2026, 3))

    assert team(session, run.need_id)[0].state is EngagementState.PROPOSED
    assert {"expert_id": str(expert_id)} in waiting_jobs(session, "planning.recheck")
