"""The jobs of engagements, as a worker runs them."""

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from expertpool.engagements import jobs
from expertpool.engagements.rules import EngagementState
from expertpool.experts import service as experts
from expertpool.experts.rules import ExpertState
from expertpool.incidents import service as incidents
from expertpool.infra import clock
from expertpool.infra.identity import SYSTEM, Role
from tests.fixtures.accounts import an_actor
from tests.fixtures.engagements import a_case, a_proposal, a_yes, an_offer, waiting_jobs
from tests.fixtures.experts import an_expert
from tests.fixtures.ministries import an_agreement


def test_the_job_of_each_minute_lapses_offers_and_applies_silent_consent(
    session: Session, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_agreement(session, silent_consent_minutes=60)
    lent = a_yes(session, a_case(session), an_expert(session, ministry="KFTC"))
    offer = an_offer(session, a_case(session), an_expert(session))
    session.commit()
    monkeypatch.setattr(clock, "now", lambda: now + dt.timedelta(days=1))

    for _ in range(2):
        jobs.lapse()
    session.refresh(lent)
    session.refresh(offer)

    assert (lent.state, offer.state) == (EngagementState.CONFIRMED, EngagementState.LAPSED)


def test_a_cancelled_need_is_stood_down(session: Session, now: dt.datetime) -> None:
    case = a_case(session)
    offer = an_offer(session, case, an_expert(session))
    incidents.cancel_need(session, case.need.id, actor=SYSTEM, now=now)
    session.commit()

    for _ in range(2):
        jobs.stand_down(str(case.need.id))
    session.refresh(offer)

    assert offer.state is EngagementState.CANCELLED


@pytest.mark.parametrize(
    ("step", "left"),
    [
        (ExpertState.PAUSED, (EngagementState.CANCELLED, EngagementState.OFFERED, EngagementState.CONFIRMED)),
        (ExpertState.RETIRED, (EngagementState.CANCELLED,) * 3),
    ],
)
def test_an_expert_who_leaves_is_relieved(
    session: Session, now: dt.datetime, step: ExpertState, left: tuple[EngagementState, ...]
) -> None:
    expert = an_expert(session)
    asked = (
        a_proposal(session, a_case(session), expert),
        an_offer(session, a_case(session), expert, hours=24),
        a_yes(session, a_case(session), expert, hours=48),
    )
    experts.move_expert(session, expert.id, step, actor=an_actor(session, Role.COORDINATOR), now=now)
    session.commit()

    for _ in range(2):
        jobs.relieve(**waiting_jobs(session, "engagements.relieve")[0])
    for each in asked:
        session.refresh(each)

    assert tuple(each.state for each in asked) == left
