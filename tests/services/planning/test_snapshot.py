"""What the planner is told about a need, its candidates and their ministries."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.availability.models import ExpertWeek
from expertpool.experts.rules import ExpertState
from expertpool.infra.clock import from_seoul
from expertpool.infra.db import db
from expertpool.infra.identity import SYSTEM
from expertpool.planning import service
from expertpool.planning.queries import take_snapshot
from expertpool.planning.rules import work_asked
from expertpool.scheduling import snapshot as sn
from expertpool.scheduling.vocabulary import FacetKind
from tests.fixtures.engagements import a_case, a_proposal
from tests.fixtures.experts import an_expert
from tests.fixtures.incidents import a_need
from tests.fixtures.ministries import an_agreement
from tests.fixtures.planning import a_free_expert, a_pool, a_proposal_of, a_run, team

pytestmark = pytest.mark.usefixtures("now")


def expert_in(snapshot: sn.Snapshot, expert_id: object) -> sn.Expert:
    return next(expert for expert in snapshot.experts if expert.id == str(expert_id))


def test_everybody_with_a_role_of_the_need_is_a_candidate(session: Session, now: dt.datetime) -> None:
    attorney, examiner = a_pool(session, 2)
    an_expert(session, roles={"VAL": 3})

    taken = take_snapshot(session, a_run(session), now=now)

    assert {expert.id for expert in taken.snapshot.experts} == {str(attorney.id), str(examiner.id)}


def test_free_time_is_told_in_minutes_since_a_seoul_midnight(session: Session, now: dt.datetime) -> None:
    expert = a_free_expert(session, roles={"ATT": 3})

    taken = take_snapshot(session, a_run(session), now=now)

    assert taken.timeline.epoch == from_seoul(dt.date(2026, 11, 23))
    assert expert_in(taken.snapshot, expert.id).free[0] == sn.Span(9 * 60, 18 * 60)


def test_the_seats_tell_the_role_its_level_and_their_facets(session: Session, now: dt.datetime) -> None:
    taken = take_snapshot(session, a_run(session), now=now)

    required = {(each.kind, each.code, each.min_level) for each in taken.snapshot.needs[0].seats[0].required}
    others = {(each.kind, each.code, each.min_level) for each in taken.snapshot.needs[0].seats[1].required}
    assert {(FacetKind.SKILL, "imaging", 2), (FacetKind.ROLE_KIND, "DFE", 2)} in (required, others)


def test_another_ministry_lends_what_is_left_of_its_month(session: Session, now: dt.datetime) -> None:
    an_agreement(session, lender="KFTC", borrower="MSS", monthly_quota_minutes=600)
    a_free_expert(session, roles={"ATT": 3}, ministry="KFTC")

    taken = take_snapshot(session, a_run(session), now=now)

    (agreement,) = taken.snapshot.agreements
    assert (agreement.lender, agreement.borrower) == ("KFTC", "MSS")
    assert set(agreement.remaining_minutes.values()) == {600}


def test_each_ministry_should_carry_as_much_of_the_work_as_of_the_hours_offered(
    session: Session, now: dt.datetime
) -> None:
    """960 and 480 minutes a week are offered; 180 minutes were given to another need."""
    an_agreement(session, lender="KFTC", borrower="MSS")
    a_free_expert(session, roles={"ATT": 3}, weekly_capacity_minutes=480)
    a_free_expert(session, roles={"VAL": 3}, weekly_capacity_minutes=480)
    a_free_expert(session, state=ExpertState.PAUSED, roles={"ATT": 3})
    lent = a_free_expert(session, roles={"ATT": 3}, ministry="KFTC", weekly_capacity_minutes=480)
    a_free_expert(session, roles={"ATT": 3}, ministry="NPA")
    a_proposal(session, a_case(session, roles=("ATT",), effort_minutes=60), lent)

    taken = take_snapshot(session, a_run(session), now=now)

    asked = work_asked(taken.snapshot.needs[0], taken.snapshot.policy.fairness_unit_minutes)
    assert taken.snapshot.shares == (
        sn.Share("KFTC", (180 + asked) // 3, 180),
        sn.Share("MSS", 2 * (180 + asked) // 3, 0),
    )


def test_what_the_proposal_before_took_is_not_carried(session: Session, now: dt.datetime) -> None:
    a_pool(session, 2)
    need = a_need(session)
    first = a_run(session, need)
    before = take_snapshot(session, first, now=now).snapshot
    a_proposal_of(session, first)

    after = take_snapshot(session, a_run(session, need), now=now).snapshot

    assert after.shares == before.shares
    assert [share.carried_minutes for share in after.shares] == [0]


def test_used_hours_of_a_week_count(session: Session, now: dt.datetime) -> None:
    expert = a_free_expert(session, roles={"ATT": 3})
    week = ExpertWeek(expert_id=expert.id, week=dt.date(2026, 11, 30), used_minutes=300, capacity_minutes=960)
    session.add(week)

    taken = take_snapshot(session, a_run(session), now=now)

    assert expert_in(taken.snapshot, expert.id).used_minutes == {"2026-11-30": 300}


def test_a_new_search_gives_back_what_the_proposal_before_it_took(session: Session, now: dt.datetime) -> None:
    a_pool(session, 2)
    need = a_need(session)
    first = a_run(session, need)
    before = take_snapshot(session, first, now=now).snapshot
    a_proposal_of(session, first)

    after = take_snapshot(session, a_run(session, need), now=now).snapshot

    assert after.experts == before.experts
    assert len(after.previous.engagements) == 2


def test_the_time_of_other_needs_is_taken_and_kept_for_the_way(session: Session, now: dt.datetime) -> None:
    a_pool(session, 2)
    other = a_need(session)
    a_proposal_of(session, a_run(session, other))
    held = team(session, other.id)[0]

    taken = take_snapshot(session, a_run(session), now=now)

    expert = expert_in(taken.snapshot, held.expert_id)
    (commitment,) = expert.commitments
    assert all(span.end <= commitment.start or span.start >= commitment.end for span in expert.free)
    assert expert.open_engagements == 1


def test_pins_and_bans_reach_the_planner(session: Session, now: dt.datetime) -> None:
    pinned, _, banned, *_ = a_pool(session, 4)
    need = a_need(session)
    seat = need.seats[0]
    service.pin(
        session, need_id=need.id, seat_id=seat.id, expert_id=pinned.id, reason="익숙함", actor=SYSTEM, now=now
    )
    service.ban(
        session,
        need_id=need.id,
        seat_id=seat.id,
        expert_id=banned.id,
        reason="다른 일",
        actor=SYSTEM,
        now=now,
    )

    taken = take_snapshot(session, a_run(session, need), now=now)

    assert taken.snapshot.pins == (sn.Placement(str(seat.id), str(pinned.id)),)
    assert taken.snapshot.seat_bans == (sn.Placement(str(seat.id), str(banned.id)),)
    assert taken.snapshot.wished_bans == taken.snapshot.seat_bans


def test_the_same_rows_give_the_same_bytes(session: Session, now: dt.datetime) -> None:
    a_pool(session, 4)
    run = a_run(session)

    one, other = (take_snapshot(session, run, now=now) for _ in range(2))

    assert (one.text, one.digest) == (other.text, other.digest)


def test_the_number_of_questions_does_not_grow_with_the_pool(session: Session, now: dt.datetime) -> None:
    run = a_run(session)
    asked: list[str] = []
    sa.event.listen(db.engine, "before_cursor_execute", lambda *facts: asked.append(facts[2]))
    counts = []
    for _ in range(2):
        a_pool(session, 6)
        session.flush()
        session.expire_all()
        asked.clear()
        take_snapshot(session, run, now=now)
        counts.append(len(asked))

    assert counts[0] == counts[1]
