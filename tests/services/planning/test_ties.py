"""How waivers and rulings reach the planner: for their seat, their findings and their days only."""

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from expertpool.conflicts.rules.vocabulary import FindingStatus
from expertpool.conflicts.rules.waivers import WaiverAct
from expertpool.engagements import service
from expertpool.engagements.rules import CardAnswer
from expertpool.engagements.screening import screen_one_for_case
from expertpool.infra import clock
from expertpool.infra.db import acting_as
from expertpool.infra.identity import SYSTEM
from expertpool.planning.queries import take_snapshot
from expertpool.scheduling import snapshot as sn
from expertpool.scheduling.vocabulary import RoleClass, Tier
from tests.fixtures.conflict_process import Tied, a_granted_waiver, a_tied_case, a_waiver, decided
from tests.fixtures.engagements import a_card, an_offer
from tests.fixtures.planning import a_free_expert, a_run

pytestmark = pytest.mark.usefixtures("now")
TWO_SEATS = ("DFE", "DFE")


def board(session: Session, tied: Tied) -> sn.Snapshot:
    """What a new search would know; the run itself is taken back."""
    nested = session.begin_nested()
    with acting_as(session, SYSTEM):
        taken = take_snapshot(session, a_run(session, tied.case.need), now=clock.now())
    nested.rollback()
    return taken.snapshot


def of(snapshot: sn.Snapshot, tied: Tied) -> list[tuple[Tier, bool]]:
    return [(one.tier, one.waived) for one in snapshot.conflicts if one.expert == str(tied.expert.id)]


def bans(snapshot: sn.Snapshot, tied: Tied) -> set[str]:
    return {ban.seat for ban in snapshot.seat_bans if ban.expert == str(tied.expert.id)}


def test_a_granted_waiver_reaches_its_seat_and_no_other_until_it_is_revoked(session: Session) -> None:
    tied = a_tied_case(session, roles=TWO_SEATS)
    before = of(board(session, tied), tied)
    waiver = a_granted_waiver(session, tied)
    granted = board(session, tied)
    decided(session, waiver, WaiverAct.REVOKE, tied.officer)

    assert before == [(Tier.WAIVABLE, False)]
    assert of(granted, tied) == [(Tier.WAIVABLE, True)]
    assert bans(granted, tied) == {str(tied.case.need.seats[1].id)}
    assert of(board(session, tied), tied) == [(Tier.WAIVABLE, False)]


def test_a_waiver_that_is_not_granted_or_ends_before_the_work_waives_nothing(session: Session) -> None:
    tied = a_tied_case(session)
    a_waiver(session, tied)
    asked = of(board(session, tied), tied)
    later = a_tied_case(session, incident=tied.case.need.incident)
    granted = a_granted_waiver(session, later)
    later.case.need.deadline += dt.timedelta(days=1)
    session.flush()

    assert granted.until == clock.seoul_date(later.case.need.deadline) - dt.timedelta(days=1)
    assert asked == of(board(session, later), later) == [(Tier.WAIVABLE, False)]


def test_a_confirmed_doubt_bars_and_a_dismissed_one_lets_the_expert_be_asked(session: Session) -> None:
    tied = a_tied_case(session, until="unknown")
    seen = [of(board(session, tied), tied)]

    for status in (FindingStatus.CONFIRMED, FindingStatus.OPEN, FindingStatus.DISMISSED):
        with acting_as(session, tied.officer):
            (finding,) = findings_now(session, tied)
            service.rule_on_finding(
                session,
                incident_id=tied.case.need.incident_id,
                expert_id=tied.expert.id,
                role_class=RoleClass.INV,
                finding_key=finding,
                status=status,
                grounds="등기부 확인",
                until=None,
                actor=tied.officer,
                now=clock.now() + dt.timedelta(minutes=len(seen)),
            )
        seen.append(of(board(session, tied), tied))

    assert seen == [[(Tier.REVIEW, False)], [(Tier.BAR, False)], [(Tier.REVIEW, False)], []]


def findings_now(session: Session, tied: Tied) -> list[str]:
    """The keys of today's findings about the expert."""
    screening = screen_one_for_case(
        session,
        tied.case.need.incident_id,
        tied.expert.id,
        role_class=RoleClass.INV,
        on=clock.seoul_date(clock.now()),
    )
    return [finding.key for finding in screening.findings]


def test_a_recusal_changes_nothing_the_planner_counts_for_other_cases(session: Session) -> None:
    other = a_tied_case(session)
    expert = a_free_expert(session, roles={"DFE": 3})
    before = next(one for one in board(session, other).experts if one.id == str(expert.id))
    elsewhere = a_tied_case(session, incident=None)
    a_card(session, an_offer(session, elsewhere.case, expert), CardAnswer.CANNOT_SAY)

    after = next(one for one in board(session, other).experts if one.id == str(expert.id))

    assert after == before
