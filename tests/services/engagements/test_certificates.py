"""The hand-in: its expert is screened again, and certifies what came about during the work."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.conflicts.models import Organisation
from expertpool.conflicts.rules.vocabulary import RelationType
from expertpool.engagements import service
from expertpool.engagements.models import Certificate, Engagement, EngagementScreening
from expertpool.engagements.queries import decisions_waiting
from expertpool.engagements.rules import CertificateAnswer, EngagementState, ScreenedBecause, TieCategory
from expertpool.incidents.models import IncidentAccess, Party
from expertpool.infra.db import acting_as
from expertpool.infra.identity import Actor, Role
from expertpool.infra.jobs import unheard
from expertpool.refusals import Forbidden, Invalid, WrongState
from expertpool.scheduling.vocabulary import Tier
from tests.fixtures.accounts import an_actor
from tests.fixtures.conflicts import a_tie
from tests.fixtures.engagements import FIRST_DAY, Case, a_case, a_yes, expert_actor
from tests.fixtures.experts import an_expert

AFTER = FIRST_DAY + dt.timedelta(hours=2)
NONE, TIE = CertificateAnswer.NONE, CertificateAnswer.TIE


@pytest.fixture
def case(session: Session, now: dt.datetime) -> Case:
    return a_case(session)


@pytest.fixture
def agreed(session: Session, case: Case) -> Engagement:
    return a_yes(session, case, an_expert(session))


def deliver(session: Session, engagement: Engagement, now: dt.datetime) -> None:
    actor = expert_actor(engagement.expert)
    with acting_as(session, actor):
        service.deliver(session, engagement.id, worked_minutes=60, note="", actor=actor, now=now + AFTER)


def certify(
    session: Session,
    engagement: Engagement,
    answer: CertificateAnswer,
    now: dt.datetime,
    *,
    category: str = "",
    actor: Actor | None = None,
) -> None:
    actor = actor or expert_actor(engagement.expert)
    with acting_as(session, actor):
        service.certify(
            session, engagement.id, answer=answer, category=category, actor=actor, now=now + AFTER
        )


def open_access(session: Session, engagement: Engagement) -> bool:
    grants = sa.exists().where(
        IncidentAccess.expert_id == engagement.expert_id, IncidentAccess.revoked_at.is_(None)
    )
    return bool(session.scalar(sa.select(grants)))


def test_who_hands_in_is_screened_again_and_a_bar_marks_the_work(
    session: Session, now: dt.datetime, agreed: Engagement
) -> None:
    stands = sa.select(Organisation).join(Party, Party.organisation_id == Organisation.id)
    party = session.scalars(stands).all()[0]
    with unheard():  # as if nothing had followed the tie when it was recorded
        a_tie(session, agreed.expert, party, RelationType.ADVISER)

    deliver(session, agreed, now)

    assert (agreed.state, agreed.conflict_found_at) == (EngagementState.DELIVERED, now + AFTER)
    assert not open_access(session, agreed)
    kept = session.scalars(sa.select(EngagementScreening)).one()
    assert (kept.because, kept.tier) == (ScreenedBecause.DELIVERY, Tier.BAR)


def test_what_the_expert_certifies_is_kept_once(
    session: Session, now: dt.datetime, agreed: Engagement
) -> None:
    deliver(session, agreed, now)

    certify(session, agreed, NONE, now)
    certify(session, agreed, NONE, now)

    assert [row.answer for row in session.scalars(sa.select(Certificate))] == [NONE]
    assert agreed.conflict_found_at is None
    with pytest.raises(WrongState):
        certify(session, agreed, TIE, now, category=TieCategory.WORK)


def test_a_tie_that_came_about_marks_the_work_and_shuts_the_case(
    session: Session, now: dt.datetime, agreed: Engagement
) -> None:
    deliver(session, agreed, now)

    certify(session, agreed, TIE, now, category=TieCategory.MONEY)

    assert (agreed.state, agreed.conflict_found_at) == (EngagementState.DELIVERED, now + AFTER)
    assert not open_access(session, agreed)


def test_nobody_certifies_before_the_hand_in_nor_for_the_expert(
    session: Session, now: dt.datetime, case: Case, agreed: Engagement
) -> None:
    with pytest.raises(WrongState):
        certify(session, agreed, NONE, now)
    deliver(session, agreed, now)

    with pytest.raises(Forbidden):
        certify(session, agreed, NONE, now, actor=case.coordinator)
    with pytest.raises(Invalid):
        certify(session, agreed, TIE, now)


def test_a_certified_tie_waits_in_the_queue_until_the_officer_decides(
    session: Session, now: dt.datetime, agreed: Engagement
) -> None:
    deliver(session, agreed, now)
    certify(session, agreed, TIE, now, category=TieCategory.MONEY)
    officer = an_actor(session, Role.CONFLICT_OFFICER, ministry="MSS")

    def waiting() -> list[str]:
        return [line.endpoint for line in decisions_waiting(session, actor=officer, now=now)]

    def rule(grounds: str) -> None:
        service.rule_on_certificate(session, agreed.id, grounds=grounds, actor=officer, now=now + AFTER)

    with acting_as(session, officer):
        before = waiting()
        with pytest.raises(Invalid):
            rule(" ")
        rule("A small loan, told late; a second reader checks the opinion.")
        after = waiting()
        with pytest.raises(WrongState):
            rule("Again.")

    assert (before, after) == (["engagements.certified_tie"], [])
    assert agreed.conflict_found_at == now + AFTER
