"""What coordinators do with runs: ask, stop, approve, discard, pin and ban."""

import datetime as dt
import uuid

import pytest
from sqlalchemy.orm import Session

from expertpool.engagements.rules import EngagementState
from expertpool.incidents.models import Need
from expertpool.incidents.rules import NeedState
from expertpool.infra.db import act_as
from expertpool.infra.identity import SYSTEM
from expertpool.planning import service
from expertpool.planning.models import PlanWish
from expertpool.planning.rules import RunState, Wish
from expertpool.refusals import Forbidden, Invalid, NotFound, Stale, WrongState
from tests.fixtures.engagements import waiting_jobs
from tests.fixtures.incidents import a_need, an_incident
from tests.fixtures.planning import a_claim, a_planner, a_pool, a_proposal_of, a_run, approved, team

pytestmark = pytest.mark.usefixtures("now")


def test_asking_queues_a_search_with_its_seed(session: Session) -> None:
    run = a_run(session)

    assert (run.state, run.seed) == (RunState.QUEUED, 20261123)
    assert waiting_jobs(session, "planning.solve") == [{"run_id": str(run.id)}]


def test_a_need_has_one_search_under_way(session: Session) -> None:
    need = a_need(session)
    a_run(session, need)

    with pytest.raises(WrongState, match="under way"):
        a_run(session, need)


def test_a_draft_takes_no_proposal(session: Session) -> None:
    need = a_need(session, state=NeedState.DRAFT)

    with pytest.raises(WrongState):
        a_run(session, need)


def test_a_need_nobody_opened_to_the_asker_is_not_there(session: Session) -> None:
    need = a_need(session)
    stranger = a_planner(session, ministry="KFTC")
    act_as(session, stranger)

    with pytest.raises(NotFound):
        a_run(session, need, actor=stranger)


def test_a_ministry_that_only_supports_does_not_plan_another_ones_need(session: Session) -> None:
    need = a_need(session, an_incident(session, supporting=("KFTC",)))
    supporter = a_planner(session, ministry="KFTC")
    act_as(session, supporter)

    with pytest.raises(Forbidden):
        a_run(session, need, actor=supporter)


def test_a_search_that_waits_is_stopped_at_once(session: Session, now: dt.datetime) -> None:
    run = service.stop_run(session, a_run(session).id, actor=SYSTEM, now=now)

    assert run.state is RunState.STOPPED
    assert service.take_up(session, run.id, now=now) is None


def test_a_search_at_work_is_asked_to_use_what_it_has(session: Session, now: dt.datetime) -> None:
    run = a_run(session)
    a_claim(session, run)

    service.stop_run(session, run.id, actor=SYSTEM, now=now)

    assert (run.state, run.stop_requested) == (RunState.SOLVING, True)


def test_a_proposal_reserves_everybody_and_tells_the_need(session: Session) -> None:
    a_pool(session, 4)
    need = a_need(session)

    run = a_proposal_of(session, a_run(session, need))

    members = team(session, need.id)
    assert run.state is RunState.PROPOSED
    assert {each.state for each in members.values()} == {EngagementState.PROPOSED}
    assert len({each.holds[0].during.lower for each in members.values()}) == 1
    assert session.get_one(Need, need.id).state is NeedState.PROPOSED


def test_approving_sends_the_offers(session: Session) -> None:
    a_pool(session, 4)
    need = a_need(session)
    run = a_proposal_of(session, a_run(session, need))

    approved(session, run)

    assert {each.state for each in team(session, need.id).values()} == {EngagementState.OFFERED}
    assert session.get_one(Need, need.id).state is NeedState.APPROVED
    assert run.state is RunState.APPROVED


def test_approving_what_somebody_changed_is_refused(session: Session, now: dt.datetime) -> None:
    a_pool(session, 4)
    run = a_proposal_of(session, a_run(session))

    with pytest.raises(Stale):
        service.approve_run(session, run.id, answer_by=now, actor=SYSTEM, now=now, version=run.version - 1)


def test_a_proposal_with_nobody_on_it_cannot_be_approved(session: Session) -> None:
    need = a_need(session)
    run = a_proposal_of(session, a_run(session, need))

    with pytest.raises(WrongState, match="names nobody"):
        approved(session, run)
    assert session.get_one(Need, need.id).state is NeedState.SUBMITTED


def test_discarding_frees_everybody(session: Session, now: dt.datetime) -> None:
    a_pool(session, 4)
    need = a_need(session)
    run = a_proposal_of(session, a_run(session, need))

    service.discard_run(session, run.id, actor=SYSTEM, now=now)

    assert team(session, need.id) == {}
    assert session.get_one(Need, need.id).state is NeedState.SUBMITTED
    assert run.state is RunState.DISCARDED


def test_a_decided_proposal_is_not_decided_again(session: Session, now: dt.datetime) -> None:
    a_pool(session, 4)
    run = approved(session, a_proposal_of(session, a_run(session)))

    with pytest.raises(WrongState):
        service.discard_run(session, run.id, actor=SYSTEM, now=now)


def test_a_new_proposal_takes_the_place_of_the_one_before(session: Session) -> None:
    a_pool(session, 4)
    need = a_need(session)
    first = a_proposal_of(session, a_run(session, need))

    second = a_proposal_of(session, a_run(session, need))

    session.refresh(first)
    assert (first.state, second.state) == (RunState.DISCARDED, RunState.PROPOSED)
    assert {each.plan_run_id for each in team(session, need.id).values()} == {second.id}


def test_a_new_search_keeps_whom_it_can(session: Session) -> None:
    a_pool(session, 8)
    need = a_need(session)
    a_proposal_of(session, a_run(session, need))
    before = {place: each.expert_id for place, each in team(session, need.id).items()}

    a_proposal_of(session, a_run(session, need))

    assert {place: each.expert_id for place, each in team(session, need.id).items()} == before


def test_a_pinned_expert_gets_the_seat(session: Session, now: dt.datetime) -> None:
    pool = a_pool(session, 6)
    need = a_need(session)
    wanted = pool[4]
    service.pin(
        session,
        need_id=need.id,
        seat_id=need.seats[0].id,
        expert_id=wanted.id,
        reason="경험",
        actor=SYSTEM,
        now=now,
    )

    a_proposal_of(session, a_run(session, need))

    assert team(session, need.id)[0].expert_id == wanted.id


def test_a_banned_expert_does_not(session: Session, now: dt.datetime) -> None:
    only, _ = a_pool(session, 2)
    need = a_need(session)
    service.ban(
        session,
        need_id=need.id,
        seat_id=need.seats[0].id,
        expert_id=only.id,
        reason="휴식",
        actor=SYSTEM,
        now=now,
    )

    run = a_proposal_of(session, a_run(session, need))

    assert set(team(session, need.id)) == {1}
    assert run.unfilled == 1


def test_a_second_pin_replaces_the_first(session: Session, now: dt.datetime) -> None:
    first, _, second, _ = a_pool(session, 4)
    need = a_need(session)
    seat_id = need.seats[0].id
    service.pin(
        session, need_id=need.id, seat_id=seat_id, expert_id=first.id, reason="하나", actor=SYSTEM, now=now
    )

    pin = service.pin(
        session, need_id=need.id, seat_id=seat_id, expert_id=second.id, reason="둘", actor=SYSTEM, now=now
    )

    assert session.query(PlanWish).filter_by(wish=Wish.PIN).all() == [pin]


def test_a_wish_needs_a_reason_and_an_expert(session: Session, now: dt.datetime) -> None:
    need = a_need(session)

    with pytest.raises(Invalid) as refused:
        service.ban(
            session,
            need_id=need.id,
            seat_id=need.seats[0].id,
            expert_id=uuid.uuid4(),
            reason=" ",
            actor=SYSTEM,
            now=now,
        )

    assert set(refused.value.fields) == {"expert_id", "reason"}


def test_wishes_wait_while_a_search_is_under_way(session: Session, now: dt.datetime) -> None:
    expert, _ = a_pool(session, 2)
    need = a_need(session)
    a_run(session, need)

    with pytest.raises(WrongState, match="under way"):
        service.ban(
            session,
            need_id=need.id,
            seat_id=need.seats[0].id,
            expert_id=expert.id,
            reason="휴식",
            actor=SYSTEM,
            now=now,
        )


def test_a_wish_taken_back_is_gone(session: Session, now: dt.datetime) -> None:
    expert, _ = a_pool(session, 2)
    need = a_need(session)
    seat_id = need.seats[0].id
    wish = service.ban(
        session, need_id=need.id, seat_id=seat_id, expert_id=expert.id, reason="휴식", actor=SYSTEM, now=now
    )

    service.unwish(session, wish.id, need_id=need.id, actor=SYSTEM, now=now)

    assert session.query(PlanWish).all() == []
