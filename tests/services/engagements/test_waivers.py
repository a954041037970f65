"""A waiver from the request to the end, and what the database refuses whatever the code says."""

import datetime as dt
import uuid
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.conflicts import service as conflicts
from expertpool.conflicts.models import Waiver
from expertpool.conflicts.rules.proofs import ProofState, weigh_proof
from expertpool.conflicts.rules.vocabulary import RelationType
from expertpool.conflicts.rules.waivers import WaiverAct, WaiverState
from expertpool.engagements import service
from expertpool.engagements.rules import EngagementState
from expertpool.infra.db import acting_as
from expertpool.infra.identity import SYSTEM, Role
from expertpool.refusals import Conflicting, Forbidden, Invalid, NotFound, WrongState
from tests.fixtures.accounts import an_actor
from tests.fixtures.conflict_process import (
    Tied,
    a_granted_waiver,
    a_tied_case,
    a_waiver,
    decided,
    party_firm,
    proven,
)
from tests.fixtures.conflicts import a_tie
from tests.fixtures.engagements import a_proposal, an_offer, waiting_jobs
from tests.fixtures.planning import a_free_expert


@pytest.fixture
def tied(session: Session, now: dt.datetime) -> Tied:
    return a_tied_case(session)


def test_a_request_names_the_findings_and_asks_the_planner(session: Session, tied: Tied) -> None:
    waiver = a_waiver(session, tied)

    assert (waiver.state, waiver.rules, waiver.proof) == (WaiverState.REQUESTED, ["R09"], ProofState.ASKED)
    assert waiting_jobs(session, "planning.prove_waiver") == [{"waiver_id": str(waiver.id)}]


def test_two_ministries_and_the_proof_grant_a_waiver(session: Session, tied: Tied) -> None:
    waiver = a_granted_waiver(session, tied)

    assert (waiver.state, waiver.proof) == (WaiverState.GRANTED, ProofState.STANDS)
    assert waiver.endorsing_ministry_id != waiver.granting_ministry_id


def test_under_a_granted_waiver_the_expert_may_take_the_seat(session: Session, tied: Tied) -> None:
    with pytest.raises(Conflicting) as before:
        a_proposal(session, tied.case, tied.expert)
    a_granted_waiver(session, tied)

    assert before.value.rule == "CONF-03"
    assert a_proposal(session, tied.case, tied.expert).state is EngagementState.PROPOSED


def test_a_bar_has_no_waiver_and_the_refusal_names_its_rule(session: Session, now: dt.datetime) -> None:
    with pytest.raises(Conflicting) as refusal:
        a_waiver(session, a_tied_case(session, until=None))

    assert refusal.value.rule == "R02"


def test_only_the_using_ministrys_coordinator_asks(session: Session, tied: Tied) -> None:
    elsewhere = an_actor(session, Role.COORDINATOR, ministry="KFTC")

    with pytest.raises(Forbidden):
        a_waiver(session, tied, actor=tied.officer)
    with pytest.raises(NotFound):
        a_waiver(session, tied, actor=elsewhere)


def test_a_request_that_ends_before_the_work_or_has_a_stranger_as_monitor_is_refused(
    session: Session, tied: Tied, now: dt.datetime
) -> None:
    with pytest.raises(Invalid) as refusal:
        a_waiver(session, tied, until=now.date(), monitor_id=tied.other_officer.user_id)

    assert set(refusal.value.fields) == {"until", "monitor_id"}


def test_one_waiver_a_seat_and_expert_at_a_time(session: Session, tied: Tied) -> None:
    a_waiver(session, tied)

    with pytest.raises(WrongState):
        a_waiver(session, tied)


def test_nobody_approves_a_waiver_whose_last_day_is_over(session: Session, tied: Tied) -> None:
    waiver = proven(session, a_waiver(session, tied))
    decided(session, waiver, WaiverAct.ENDORSE, tied.officer)
    after = dt.datetime.combine(waiver.until + dt.timedelta(days=1), dt.time(1), tzinfo=dt.UTC)

    with pytest.raises(WrongState):
        decided(session, waiver, WaiverAct.GRANT, tied.other_officer, at=after)


def test_without_a_proof_nothing_is_granted(session: Session, tied: Tied) -> None:
    waiver = a_waiver(session, tied)
    decided(session, waiver, WaiverAct.ENDORSE, tied.officer)

    with pytest.raises(Conflicting):
        decided(session, waiver, WaiverAct.GRANT, tied.other_officer)


def test_with_somebody_free_in_time_the_proof_finds_them_and_nothing_is_granted(
    session: Session, tied: Tied
) -> None:
    a_free_expert(session, roles={"DFE": 3})
    waiver = proven(session, a_waiver(session, tied))
    decided(session, waiver, WaiverAct.ENDORSE, tied.officer)

    assert waiver.proof is ProofState.TEAM_FOUND
    with pytest.raises(Conflicting):
        decided(session, waiver, WaiverAct.GRANT, tied.other_officer)


@pytest.mark.parametrize(
    "other",
    [
        {"proof_plan": sa.func.replace(Waiver.proof_plan, "optimal", "feasible")},
        {"proof_plan": Waiver.proof_plan + "\n"},
        {"proof_snapshot": Waiver.proof_snapshot + "\n"},
    ],
    ids=["no proof any more", "another plan that proves it", "another board that proves it"],
)
def test_a_proof_that_was_tampered_with_grants_nothing(
    session: Session, tied: Tied, other: dict[str, Any]
) -> None:
    waiver = proven(session, a_waiver(session, tied))
    decided(session, waiver, WaiverAct.ENDORSE, tied.officer)
    session.execute(sa.update(Waiver).where(Waiver.id == waiver.id).values(**other))

    with pytest.raises(Conflicting):
        decided(session, waiver, WaiverAct.GRANT, tied.other_officer)


def test_a_proof_is_weighed_for_its_own_seat_and_expert(session: Session, tied: Tied) -> None:
    waiver = proven(session, a_waiver(session, tied))
    session.refresh(waiver, ["proof_snapshot", "proof_plan"])
    need, seat, expert = str(waiver.need_id), str(waiver.seat_id), str(waiver.expert_id)
    texts = (waiver.proof_snapshot or "", waiver.proof_plan or "")

    assert weigh_proof(*texts, need=need, seat=seat, expert=expert) is ProofState.STANDS
    for other in ({"seat": expert}, {"expert": seat}, {"need": seat}):
        asked = {"need": need, "seat": seat, "expert": expert} | other
        assert weigh_proof(*texts, **asked) is ProofState.UNDECIDED
    assert weigh_proof("{}", texts[1], need=need, seat=seat, expert=expert) is ProofState.UNDECIDED


def test_what_came_up_since_the_request_is_not_waived(session: Session, tied: Tied) -> None:
    waiver = proven(session, a_waiver(session, tied))
    a_tie(session, tied.expert, party_firm(session), RelationType.LOAN, until="2026-06-30")

    with pytest.raises(Conflicting):
        decided(session, waiver, WaiverAct.ENDORSE, tied.officer)


@pytest.mark.parametrize("compartmented", [False, True])
def test_an_officer_beside_the_case_sees_a_waiver_once_endorsed_unless_compartmented(
    session: Session, now: dt.datetime, compartmented: bool
) -> None:
    tied = a_tied_case(session, compartmented=compartmented)
    waiver = a_waiver(session, tied)
    with pytest.raises(NotFound):
        decided(session, waiver, WaiverAct.GRANT, tied.other_officer)
    decided(session, waiver, WaiverAct.ENDORSE, tied.officer)

    with acting_as(session, tied.other_officer):
        seen = list(session.scalars(sa.select(Waiver.id)))
    assert seen == ([] if compartmented else [waiver.id])


def test_a_revoked_waiver_takes_the_expert_off_and_fills_the_seat_again(
    session: Session, tied: Tied, now: dt.datetime
) -> None:
    waiver = a_granted_waiver(session, tied)
    engagement = an_offer(session, tied.case, tied.expert)
    decided(session, waiver, WaiverAct.REVOKE, tied.other_officer, note="사정이 바뀜")
    assert waiting_jobs(session, "engagements.waiver_ended") == [{"waiver_id": str(waiver.id)}]

    with acting_as(session, SYSTEM):
        ended = [service.end_work_under(session, waiver.id, now=now) for _ in range(2)]

    assert ended == [1, 0]
    assert engagement.state is EngagementState.CANCELLED
    assert waiting_jobs(session, "planning.repair_seat")


def test_a_waiver_ends_after_its_last_day(session: Session, tied: Tied, now: dt.datetime) -> None:
    waiver = a_granted_waiver(session, tied)
    last_day = dt.datetime.combine(waiver.until, dt.time(14, 59), dt.UTC)  # a minute before midnight in Seoul

    assert conflicts.expire_waivers(session, now=last_day) == 0
    assert conflicts.expire_waivers(session, now=last_day + dt.timedelta(minutes=1)) == 1
    assert waiver.state is WaiverState.EXPIRED


def _break(session: Session, waiver: Waiver, **values: object) -> str:
    """Write values past the code; the constraint that refuses them."""
    try:
        with session.begin_nested():
            session.execute(sa.update(Waiver).where(Waiver.id == waiver.id).values(**values))
    except sa.exc.IntegrityError as refused:
        return str(refused.orig.diag.constraint_name)  # type: ignore[union-attr]
    return "written"


def test_the_database_refuses_what_the_law_refuses(session: Session, tied: Tied, now: dt.datetime) -> None:
    waiver = proven(session, a_waiver(session, tied))
    decided(session, waiver, WaiverAct.ENDORSE, tied.officer)
    other, using = tied.other_officer, waiver.using_ministry_id
    grant: dict[str, object] = {
        "state": WaiverState.GRANTED,
        "granted_by": other.user_id,
        "granting_ministry_id": other.ministry_id,
        "granted_at": now,
    }

    assert _break(session, waiver, **(grant | {"granting_ministry_id": using})) == "ck_waiver_two_ministries"
    for taken in (waiver.requested_by, waiver.endorsed_by):
        assert _break(session, waiver, **(grant | {"granted_by": taken})) == "ck_waiver_three_people"
    assert _break(session, waiver, state=WaiverState.GRANTED) == "ck_waiver_granted_by_two"
    unproven = grant | {"proof": ProofState.UNDECIDED}
    assert _break(session, waiver, **unproven) == "ck_waiver_granted_by_two"
    assert _break(session, waiver, **(grant | {"role_class": "ADJ"})) == "ck_waiver_both_sides_consent"
    assert _break(session, waiver, statutory=True) == "ck_waiver_only_waivable"
    assert _break(session, waiver, tier="bar") == "ck_waiver_only_waivable"
    assert _break(session, waiver, **grant) == "written"


def test_the_application_never_deletes_a_waiver(session: Session, tied: Tied) -> None:
    waiver = a_waiver(session, tied)

    with pytest.raises(sa.exc.ProgrammingError), session.begin_nested():
        session.execute(sa.delete(Waiver).where(Waiver.id == waiver.id))


def test_an_unknown_waiver_is_nothing_here(session: Session, now: dt.datetime) -> None:
    with pytest.raises(NotFound):
        conflicts.waiver_seen(session, uuid.uuid4())
