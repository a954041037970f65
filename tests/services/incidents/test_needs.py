"""Needs through their use cases: drafts, templates, changes, steps, and what the planner is given."""

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.experts.rules import FacetKind
from expertpool.incidents import queries, service
from expertpool.incidents.data import load_request_templates
from expertpool.incidents.rules import (
    FacetWish,
    IncidentState,
    NeedState,
    TeamRuleDraft,
    TeamRuleKind,
    check_need,
)
from expertpool.incidents.service.rows import known_terms
from expertpool.infra.db import act_as
from expertpool.infra.identity import SYSTEM, Role
from expertpool.refusals import Forbidden, Invalid, NotFound, Stale, WrongState
from tests.fixtures.accounts import an_actor
from tests.fixtures.incidents import NOW, a_need, a_seat, a_session, an_incident, need_draft


def test_a_need_is_kept_as_it_was_written(session: Session, now: dt.datetime) -> None:
    wish = FacetWish(FacetKind.LANGUAGE, "ja", required=False, minimum_level=3, weight=4)
    draft = need_draft(
        seats=(a_seat("ATT", minimum_level=2, preferred_level=4), a_seat("ITP", facets=(wish,))),
        sessions=(a_session(0, 1), a_session(1, kind="review", region_code="KR-11")),
        team_rules=(
            TeamRuleDraft(TeamRuleKind.CHAIR_LICENCE, (0,), licences=("attorney",)),
            TeamRuleDraft(TeamRuleKind.MINISTRY_MIX, count=2),
        ),
    )

    need = service.add_need(session, actor=SYSTEM, now=now, incident_id=an_incident(session).id, draft=draft)
    session.commit()
    session.expire_all()

    assert service.need_draft(session, need.id, actor=SYSTEM) == draft


def test_the_ministry_of_the_coordinator_asks(session: Session, now: dt.datetime) -> None:
    incident = an_incident(session, supporting=("MOIP",))
    helper = an_actor(session, Role.COORDINATOR, ministry="MOIP")
    act_as(session, helper)

    need = service.add_need(session, actor=helper, now=now, incident_id=incident.id, draft=need_draft())

    assert need.ministry_id == helper.ministry_id


@pytest.mark.parametrize("usual", load_request_templates(), ids=lambda usual: usual.code)
def test_every_template_gives_a_draft_that_stands(session: Session, now: dt.datetime, usual: Any) -> None:
    incident = an_incident(session, core_technology=True)
    if not usual.valid_on(now.date()):
        with pytest.raises(NotFound):
            service.template_draft(session, incident.id, usual.code, actor=SYSTEM, now=now)
        return

    draft = service.template_draft(session, incident.id, usual.code, actor=SYSTEM, now=now)

    check_need(draft, terms=known_terms(session, now=now))
    assert len(draft.seats) == sum(seat.count for seat in usual.seats)


def test_a_template_takes_technology_region_and_clearance_from_the_incident(
    session: Session, now: dt.datetime
) -> None:
    incident = an_incident(session, technologies=("T08",), core_technology=True)

    draft = service.template_draft(session, incident.id, "joint_investigation", actor=SYSTEM, now=now)

    assessor = draft.seats[1]
    assert FacetWish(FacetKind.TECHNOLOGY, "T08", required=True, minimum_level=2) in assessor.facets
    assert FacetWish(FacetKind.CLEARANCE, "restricted", required=True) in assessor.facets
    assert [session.region_code for session in draft.sessions] == [None, "KR-30"]


def test_pieces_done_alone_become_a_session_for_each_seat(session: Session, now: dt.datetime) -> None:
    draft = service.template_draft(session, an_incident(session).id, "forensics", actor=SYSTEM, now=now)

    assert [part.seats for part in draft.sessions] == [(0, 1, 2), (0,), (1,), (0, 1, 2)]


def test_windows_begin_at_the_next_half_hour(session: Session, now: dt.datetime) -> None:
    late = now + dt.timedelta(minutes=1)

    draft = service.template_draft(session, an_incident(session).id, "first_advice", actor=SYSTEM, now=late)

    assert draft.not_before == now + dt.timedelta(minutes=30)
    assert draft.deadline == draft.not_before + dt.timedelta(days=4)


def test_a_change_keeps_the_seats_that_stay(session: Session, now: dt.datetime) -> None:
    need = a_need(session)
    first = need.seats[0].id
    shorter = need_draft(seats=(a_seat("PAT"),), sessions=(a_session(0),))

    service.change_need(session, need.id, draft=shorter, version=need.version, actor=SYSTEM, now=now)
    session.commit()
    session.expire_all()

    assert [(seat.id, seat.role_kind) for seat in need.seats] == [(first, "PAT")]
    assert service.draft_of(need) == shorter


def test_a_change_of_an_old_version_is_refused(session: Session, now: dt.datetime) -> None:
    need = a_need(session)
    old = need.version
    service.change_need(
        session, need.id, draft=need_draft(purpose="고침"), version=old, actor=SYSTEM, now=now
    )

    with pytest.raises(Stale):
        service.change_need(session, need.id, draft=need_draft(), version=old, actor=SYSTEM, now=now)


@pytest.mark.parametrize("state", [NeedState.PROPOSED, NeedState.APPROVED, NeedState.CANCELLED])
def test_a_need_with_a_plan_is_not_reworded(session: Session, now: dt.datetime, state: NeedState) -> None:
    need = a_need(session, state=state)

    with pytest.raises(WrongState):
        service.change_need(session, need.id, draft=need_draft(), version=need.version, actor=SYSTEM, now=now)


def test_a_submitted_need_is_not_changed_into_an_impossible_one(session: Session, now: dt.datetime) -> None:
    need = a_need(session)

    with pytest.raises(Invalid) as refusal:
        service.change_need(
            session,
            need.id,
            draft=need_draft(),
            version=need.version,
            actor=SYSTEM,
            now=NOW + dt.timedelta(days=20),
        )

    assert set(refusal.value.fields) == {"deadline", "sessions-0-latest"}


def test_an_unknown_template_is_refused(session: Session, now: dt.datetime) -> None:
    with pytest.raises(Invalid) as refusal:
        a_need(session, template_code="nothing")

    assert set(refusal.value.fields) == {"template_code"}


def test_submitting_needs_a_received_incident_with_parties(session: Session, now: dt.datetime) -> None:
    early = a_need(session, an_incident(session, state=IncidentState.DRAFT), state=NeedState.DRAFT)
    nameless = a_need(session, an_incident(session, with_parties=False), state=NeedState.DRAFT)

    for need in (early, nameless):
        with pytest.raises(WrongState):
            service.submit_need(session, need.id, actor=SYSTEM, now=now)


def test_submitting_too_late_names_the_sessions(session: Session, now: dt.datetime) -> None:
    need = a_need(session, state=NeedState.DRAFT)

    with pytest.raises(Invalid) as refusal:
        service.submit_need(session, need.id, actor=SYSTEM, now=NOW + dt.timedelta(days=9))

    assert set(refusal.value.fields) == {"sessions-0-latest"}


def test_the_way_of_a_need_is_dated(session: Session, now: dt.datetime) -> None:
    need = a_need(session, state=NeedState.COMPLETED)

    assert (need.submitted_at, need.filled_at, need.completed_at) == (now, now, now)


def test_a_seat_that_opens_again_takes_the_filled_date_away(session: Session, now: dt.datetime) -> None:
    need = a_need(session, state=NeedState.FILLED)

    service.move_need(session, need.id, NeedState.APPROVED, actor=SYSTEM, now=now)

    assert need.filled_at is None


def test_a_step_that_is_not_in_the_table_is_refused(session: Session, now: dt.datetime) -> None:
    need = a_need(session)

    with pytest.raises(WrongState):
        service.move_need(session, need.id, NeedState.FILLED, actor=SYSTEM, now=now)


@pytest.mark.parametrize(("state", "told"), [(NeedState.DRAFT, 0), (NeedState.APPROVED, 1)])
def test_cancelling_stands_down_whoever_was_asked(
    session: Session, now: dt.datetime, state: NeedState, told: int
) -> None:
    need = a_need(session, state=state)

    service.cancel_need(session, need.id, actor=SYSTEM, now=now)

    waiting = sa.text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'engagements.stand_down'")
    assert need.state is NeedState.CANCELLED
    assert session.scalar(waiting) == told


def test_another_supporting_ministry_does_not_change_the_need(session: Session, now: dt.datetime) -> None:
    need = a_need(session, an_incident(session, supporting=("MOIP", "NPA")), ministry="MOIP")
    other = an_actor(session, Role.COORDINATOR, ministry="NPA")
    act_as(session, other)

    with pytest.raises(Forbidden):
        service.cancel_need(session, need.id, actor=other, now=now)


def test_the_planner_gets_keys_instead_of_places(session: Session, now: dt.datetime) -> None:
    rules = (
        TeamRuleDraft(TeamRuleKind.CHAIR_LICENCE, (0,), licences=("attorney",)),
        TeamRuleDraft(TeamRuleKind.NO_TWO_OF_ONE_FIRM),
    )
    need = a_need(session, team_rules=rules)

    planned = queries.need_for_planning(session, need.id)

    seats = tuple(seat.id for seat in need.seats)
    assert tuple(seat.id for seat in planned.seats) == seats
    assert planned.sessions[0].seat_ids == seats
    assert [rule.seat_ids for rule in planned.team_rules] == [seats[:1], seats]
    assert FacetWish(FacetKind.ROLE_KIND, "DFE", True, 2) in planned.seats[1].facets
