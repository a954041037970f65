"""A plan is committed only as long as what it was made from still holds."""

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from expertpool.availability.models import ExpertWeek
from expertpool.experts.service import touch_calendar
from expertpool.incidents import service as incidents
from expertpool.incidents.models import Need
from expertpool.infra.identity import SYSTEM
from expertpool.ministries.models import LendingMonth
from expertpool.refusals import Conflicting, Stale, WrongState
from tests.fixtures.incidents import a_need, a_seat, a_session
from tests.fixtures.ministries import an_agreement
from tests.fixtures.planning import a_claim, a_pool, a_proposal_of, a_run, committed, solved, team

pytestmark = pytest.mark.usefixtures("now")


def test_a_changed_calendar_of_somebody_used_makes_the_plan_stale(session: Session) -> None:
    attorney, _ = a_pool(session, 2)
    run = a_run(session)
    claim = a_claim(session, run)
    taken, plan = solved(session, run)
    touch_calendar(session, attorney.id)

    with pytest.raises(Stale):
        committed(session, claim, taken, plan)


def test_a_changed_calendar_of_somebody_else_does_not(session: Session) -> None:
    pool = a_pool(session, 4)
    run = a_run(session)
    claim = a_claim(session, run)
    taken, plan = solved(session, run)
    used = {placed.expert for placed in plan.engagements}
    touch_calendar(session, next(each.id for each in pool if str(each.id) not in used))

    committed(session, claim, taken, plan)

    assert len(team(session, run.need_id)) == 2


def test_a_changed_need_makes_the_plan_stale(session: Session) -> None:
    a_pool(session, 2)
    run = a_run(session)
    claim = a_claim(session, run)
    taken, plan = solved(session, run)
    need = session.get_one(Need, run.need_id)
    need.purpose = "다른 일"
    session.flush()

    with pytest.raises(Stale):
        committed(session, claim, taken, plan)


def test_a_cancelled_need_takes_no_plan(session: Session, now: dt.datetime) -> None:
    a_pool(session, 2)
    run = a_run(session)
    claim = a_claim(session, run)
    taken, plan = solved(session, run)
    incidents.cancel_need(session, run.need_id, actor=SYSTEM, now=now)

    with pytest.raises(WrongState):
        committed(session, claim, taken, plan)


def test_a_week_used_up_meanwhile_is_noticed(session: Session) -> None:
    attorney, _ = a_pool(session, 2)
    run = a_run(session)
    claim = a_claim(session, run)
    taken, plan = solved(session, run)
    for monday in (dt.date(2026, 11, 23), dt.date(2026, 11, 30)):
        session.add(ExpertWeek(expert_id=attorney.id, week=monday, used_minutes=960, capacity_minutes=960))
    session.flush()

    with pytest.raises(Conflicting):
        committed(session, claim, taken, plan)


def test_a_quota_used_up_meanwhile_is_noticed(session: Session) -> None:
    agreement = an_agreement(session, lender="KFTC", borrower="MSS", notice_minutes=0)
    a_pool(session, 1, ministry="KFTC")
    need = a_need(session, seats=(a_seat("ATT"),), sessions=(a_session(0),))
    run = a_run(session, need)
    claim = a_claim(session, run)
    taken, plan = solved(session, run)
    quota = agreement.monthly_quota_minutes
    for month in (dt.date(2026, 11, 1), dt.date(2026, 12, 1)):
        spent = LendingMonth(agreement_id=agreement.id, month=month, used_minutes=quota, quota_minutes=quota)
        session.add(spent)
    session.flush()

    with pytest.raises(Conflicting):
        committed(session, claim, taken, plan)


def test_a_lent_expert_is_engaged_under_the_agreement(session: Session) -> None:
    agreement = an_agreement(session, lender="KFTC", borrower="MSS", notice_minutes=0)
    a_pool(session, 1, ministry="KFTC")
    need = a_need(session, seats=(a_seat("ATT"),), sessions=(a_session(0),))

    a_proposal_of(session, a_run(session, need))

    assert team(session, need.id)[0].agreement_id == agreement.id
