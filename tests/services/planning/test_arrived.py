"""A more urgent need comes in while plans wait: who was asked or pinned stays, proposals give way."""

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from expertpool.incidents.models import Need
from expertpool.incidents.rules import Urgency
from expertpool.infra.identity import SYSTEM
from expertpool.planning import service
from expertpool.planning.models import PlanRun
from expertpool.planning.queries import run_page
from expertpool.planning.rules import RunCause, RunState
from expertpool.planning.rules.differences import Change
from tests.fixtures.incidents import NOW, a_need, a_seat, a_session
from tests.fixtures.planning import (
    a_pool,
    a_proposal_of,
    a_proposal_others_yield_to,
    a_run,
    approved,
    team,
)

pytestmark = pytest.mark.usefixtures("now")


def one_seat(session: Session, urgency: Urgency) -> Need:
    """One attorney for one meeting of two hours, on the third day before noon: no two needs have both."""
    start = NOW + dt.timedelta(days=2)
    meeting = a_session(0, earliest=start, latest=start + dt.timedelta(hours=2))
    return a_need(session, urgency=urgency, seats=(a_seat("ATT"),), sessions=(meeting,))


def a_waiting_plan(session: Session) -> tuple[Need, PlanRun]:
    """The only attorney is proposed for an ordinary need."""
    a_pool(session, 1)
    need = one_seat(session, Urgency.ROUTINE)
    return need, a_proposal_of(session, a_run(session, need))


def repairs_of(session: Session, need: Need) -> list[PlanRun]:
    runs = session.query(PlanRun).filter_by(need_id=need.id, cause=RunCause.ARRIVED)
    return list(runs)


def test_a_proposal_gives_way_to_a_more_urgent_need_and_is_mended(session: Session) -> None:
    ordinary, waiting = a_waiting_plan(session)
    held = team(session, ordinary.id)[0].expert_id

    urgent = one_seat(session, Urgency.TONIGHT)
    run = a_proposal_others_yield_to(session, a_run(session, urgent))

    assert team(session, urgent.id)[0].expert_id == held
    assert team(session, ordinary.id) == {}
    (repair,) = repairs_of(session, ordinary)
    assert (run.unfilled, repair.state) == (0, RunState.QUEUED)
    shown = run_page(session, waiting.id, actor=SYSTEM).mended_by
    assert (shown and shown.cause) is RunCause.ARRIVED


def test_the_mended_plan_shows_who_came_instead(session: Session) -> None:
    ordinary, _ = a_waiting_plan(session)
    a_proposal_others_yield_to(session, a_run(session, one_seat(session, Urgency.TONIGHT)))
    a_pool(session, 1)

    (repair,) = repairs_of(session, ordinary)
    repair.requested_at += dt.timedelta(minutes=1)
    a_proposal_of(session, repair)

    page = run_page(session, repair.id, actor=SYSTEM)
    assert page.changed[Change.REPLACED] == 1
    assert set(team(session, ordinary.id)) == {0}


def test_nobody_is_taken_while_somebody_else_is_free(session: Session) -> None:
    ordinary, _ = a_waiting_plan(session)
    held = team(session, ordinary.id)[0]
    a_pool(session, 1)

    a_proposal_others_yield_to(session, a_run(session, one_seat(session, Urgency.TONIGHT)))

    assert team(session, ordinary.id)[0].id == held.id
    assert repairs_of(session, ordinary) == []


def test_whoever_was_asked_stays(session: Session) -> None:
    ordinary, waiting = a_waiting_plan(session)
    approved(session, waiting)
    held = team(session, ordinary.id)[0]

    run = a_proposal_others_yield_to(session, a_run(session, one_seat(session, Urgency.TONIGHT)))

    assert (run.unfilled, team(session, ordinary.id)[0].id) == (1, held.id)


def test_whoever_was_pinned_stays(session: Session, now: dt.datetime) -> None:
    ordinary, _ = a_waiting_plan(session)
    held = team(session, ordinary.id)[0]
    service.pin(
        session,
        need_id=ordinary.id,
        seat_id=held.seat_id,
        expert_id=held.expert_id,
        reason="Knows the plant",
        actor=SYSTEM,
        now=now,
    )

    run = a_proposal_others_yield_to(session, a_run(session, one_seat(session, Urgency.TONIGHT)))

    assert (run.unfilled, team(session, ordinary.id)[0].id) == (1, held.id)


def test_an_equally_urgent_need_takes_nobody(session: Session) -> None:
    ordinary, _ = a_waiting_plan(session)
    held = team(session, ordinary.id)[0]

    run = a_proposal_others_yield_to(session, a_run(session, one_seat(session, Urgency.ROUTINE)))

    assert (run.unfilled, team(session, ordinary.id)[0].id) == (1, held.id)
